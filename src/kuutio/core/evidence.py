"""What shows whether a promise is kept: figures that anybody can compute again, and what is still missing, said aloud.

A domain declares its figures in its `parts.py`, `evidence=(Evidence(...), ...)`, each for one promise by the promise's key; what
nobody can show yet is declared as a `Gap`. A promise's verdict follows from them by `verdict`, never by anybody's word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from kuutio.core.problems import Text

Unit: TypeAlias = Literal["", "%", "cents", "h", "years"]
"""What a figure counts: things, per cent, cents of euros, hours, years."""


class Standing(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_YET = "not-yet"


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found.

    Attributes:
        value: the figure, in the evidence's unit.
        standing: how the promise stands by this figure alone.
        of: out of how many, where the figure is a part of a whole.
        as_of: the day that the figure tells of, where its source is older than the query.
    """

    value: int | float
    standing: Standing
    of: int | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure that shows how a promise stands.

    Attributes:
        key: stable and unique, `domain-thing`; by it the figure is computed again.
        promise: the key of the promise.
        label: what the figure is, a noun phrase in the reader's language.
        rule: when it counts as kept, a sentence.
        source: where it comes from, a noun phrase.
        missing: what is missing as long as it isn't kept, a sentence.
        find: the query, asked at a moment; None while there is nothing to count.
        page: the name of the page that shows the thing itself, without arguments; or its path, where it has no language.
        rows: the address of the rows behind the figure, a path of an interface.
    """

    key: str
    promise: str
    label: Text
    rule: Text
    source: Text
    missing: Text
    find: Callable[[datetime], Found | None]
    page: str
    rows: str
    unit: Unit = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """What nobody can show yet for a promise.

    Attributes:
        text: what is missing, a sentence.
        closed_by: what the key of a figure begins with that closes it, such as `innovation-`; "": any figure of the promise does;
            None: it stays beside the figures until it is taken out.
    """

    key: str
    promise: str
    text: Text
    closed_by: str | None = ""
    order: int = 100

    def stands(self, told: Sequence[str]) -> bool:
        """Whether it is still open.

        Args:
            told: the keys of the promise's figures that have something to tell.
        """
        return self.closed_by is None or not any(key.startswith(self.closed_by) for key in told)


def verdict(standings: Sequence[Standing | None], *, lacks: bool) -> Standing:
    """How a promise stands by all of its figures: kept when each says so and nothing is stated as missing, not yet when no
    figure says anything for it, else partly. The order of the figures plays no part.

    Args:
        standings: of each figure; None where there was nothing to count.
        lacks: whether something is stated as missing beside the figures.
    """
    if all(one in {None, Standing.NOT_YET} for one in standings):
        return Standing.NOT_YET
    if not lacks and all(one is Standing.KEPT for one in standings):
        return Standing.KEPT
    return Standing.PARTLY


def all_of(value: int, of: int, *, as_of: date | None = None) -> Found | None:
    """A part of a whole: kept when it is the whole, partly when it is something, None of nothing."""
    if of <= 0:
        return None
    standing = Standing.KEPT if value >= of else Standing.PARTLY if value > 0 else Standing.NOT_YET
    return Found(value, standing, of, as_of)


def at_least(value: int | float, least: int | float, *, of: int | None = None, as_of: date | None = None) -> Found:
    """A figure against the least that keeps the promise: kept from there on, partly above zero."""
    standing = Standing.KEPT if value >= least else Standing.PARTLY if value > 0 else Standing.NOT_YET
    return Found(value, standing, of, as_of)
