"""Numbers of new cases: random, checked, and told apart by the database."""

import secrets

from kuutio.core.case_numbers import RANDOM_BYTES, make


def new_number() -> str:
    """A case number that nobody can guess from another; the caller tries again should it be taken."""
    return make(secrets.token_bytes(RANDOM_BYTES))
