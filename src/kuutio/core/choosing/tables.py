"""The ranking as one table of plain values: what a page shows, a bundle publishes, and a stranger makes again.

Fractions are texts, `145/3`, so that nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from kuutio.core.choosing.bias import advice
from kuutio.core.choosing.line import Line, draw_line, fundable
from kuutio.core.choosing.scores import Method, Review, Standing, standings

Row: TypeAlias = dict[str, Any]
FUNDED, AT_THE_LINE, BELOW, NOT_FUNDABLE, FUNDABLE = "funded", "at_line", "below", "not_fundable", "fundable"


def ranking_table(
    method: Method,
    cities: Mapping[str, frozenset[str]],
    reviews: Sequence[Review],
    asked: Mapping[str, int],
    budget: int | None,
    threshold: int,
) -> dict[str, Any]:
    """The ranking with the score, the one without own cities' reviewers, the advice on bias, and where the money ends.

    Args:
        cities: of each candidate, by its id; who is to be ranked.
        asked: cents by candidate.
        budget: cents; None: no line is drawn.

    Returns:
        `rows` best first; `left_cents` after the line (None without one); `weak`: the advice leans on too few reviews (None:
        there is no advice); `leniency` by reviewer.
    """
    ranking = standings(method, cities, reviews)
    adjusted = advice(method, reviews)
    line = None if budget is None else draw_line(ranking, asked, budget, method, Fraction(threshold))
    places = _places(ranking, line, method, threshold)
    rows = [
        {
            "candidate": one.application,
            "rank": one.rank,
            "score": told(one.score),
            "outside": told(one.outside_score),
            "outside_rank": one.outside_rank,
            "moved": one.moved,
            "advice": told(adjusted.scores.get(one.application)) if adjusted else None,
            "criteria": {key: told(value) for key, value in one.criteria.items()},
            "reviews": one.reviews,
            "place": places[one.application],
        }
        for one in ranking
    ]
    return {
        "rows": rows,
        "left_cents": None if line is None else line.left,
        "weak": adjusted.weak if adjusted else None,
        "leniency": {key: told(value) for key, value in adjusted.leniency.items()} if adjusted else {},
    }


def _places(ranking: Sequence[Standing], line: Line | None, method: Method, threshold: int) -> dict[str, str]:
    if line is None:
        good = Fraction(threshold)
        return {one.application: FUNDABLE if fundable(one, method, good) else NOT_FUNDABLE for one in ranking}
    groups = {
        FUNDED: line.funded,
        AT_THE_LINE: line.at_the_line,
        BELOW: line.below,
        NOT_FUNDABLE: line.not_fundable,
    }
    return {name: place for place, names in groups.items() for name in names}


def line_of(table: Mapping[str, Any]) -> Line:
    """The line that a table tells of, for lots and choices at it."""

    def names(place: str) -> tuple[str, ...]:
        return tuple(row["candidate"] for row in table["rows"] if row["place"] == place)

    left = table["left_cents"] or 0
    return Line(names(FUNDED), names(AT_THE_LINE), names(BELOW), names(NOT_FUNDABLE), left)


def told(value: Fraction | None) -> str | None:
    """A fraction as text: `145/3`."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def read(text: str | None) -> Fraction | None:
    """The fraction of such a text."""
    return None if text is None else Fraction(text)
