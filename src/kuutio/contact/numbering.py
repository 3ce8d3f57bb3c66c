"""Numbers of new cases: random, checked, and told apart by the database."""

import secrets

from django.db import IntegrityError

from kuutio.core.case_numbers import RANDOM_BYTES, make

UNIQUE = "contact_case_number_key"
"""The database's constraint by which no two cases have the same number."""


def new_number() -> str:
    """A case number that nobody can guess from another; the caller tries again should it be taken."""
    return make(secrets.token_bytes(RANDOM_BYTES))


def number_is_taken(error: IntegrityError) -> bool:
    """Whether a case could not be saved because another has its number."""
    told = getattr(error.__cause__, "diag", None)
    return told is not None and told.constraint_name == UNIQUE
