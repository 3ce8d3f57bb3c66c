"""Numbers of new cases: random, checked, and told apart by the database."""

import secrets

from django.db import IntegrityError, transaction

from kuutio.contact.models import Case
from kuutio.core.case_numbers import RANDOM_BYTES, make

UNIQUE = "contact_case_number_key"
"""The database's constraint by which no two cases have the same number."""
TRIES = 5
"""How many numbers are drawn for a case: of five million cases, one in 700 draws a number that is taken."""


def new_number() -> str:
    """A case number that nobody can guess from another; the caller tries again should it be taken."""
    return make(secrets.token_bytes(RANDOM_BYTES))


def number_is_taken(error: IntegrityError) -> bool:
    """Whether a case could not be saved because another has its number."""
    told = getattr(error.__cause__, "diag", None)
    return told is not None and told.constraint_name == UNIQUE


def save_numbered(case: Case) -> None:
    """Save a new case under a number that no other has, within an act that does more."""
    for tries_left in reversed(range(TRIES)):
        case.number = new_number()
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError as error:
            if not (tries_left and number_is_taken(error)):
                raise
        else:
            return
