"""The ways in which SQL from outside is refused: what the sieves raise, and what the caller gets."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from kuutio.core.problems import BadQuery, Problem


class Refused(Exception):
    """Raised by a sieve: the statement isn't one that may be run. The message is for the person who wrote it."""


class BadSql(BadQuery):
    """The statement can't be understood, or does what SQL from outside may not."""

    kind, status = "bad-sql", 400


class SqlTooSlow(Problem):
    """The statement had its time and was stopped."""

    kind, status = "sql-too-slow", 408


class SqlTooLarge(Problem):
    """The statement, or what it makes on the way, is larger than a public query may be."""

    kind, status = "sql-too-large", 413


class SqlBusy(Problem):
    """All the places are taken just now, or the caller has a query running already."""

    kind, status, again_s = "sql-busy", 429, 5


TOO_SLOW: Final = (
    "The query took too long and was stopped. Ask for less: filter first, aggregate, or download the data."
)
TOO_LARGE: Final = "The query needs more memory than a public query may use. Ask for less, or download the data."
TOO_LONG: Final = "The query's text is too long."
BUSY: Final = "Other queries are running just now. Try again in a few seconds."
ONE_AT_A_TIME: Final = "Your previous query is still running. Wait for its answer first."
TOO_DEEP: Final = "The query is nested too deeply."
ONLY_SELECT: Final = "Only SELECT may be run here."
UNKNOWN_FORM: Final = "This form of SQL isn't known here: write it more plainly."


def unknown_table(name: str, published: Collection[str]) -> str:
    """A sentence that says the table isn't there, and what could have been meant."""
    near = get_close_matches(name.lower()[:80], published, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'There is no published table "{name[:80]}".{hint}'
