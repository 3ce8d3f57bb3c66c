"""How scores would look if no reviewer were stricter than another: advice beside the score, never instead of it (V8).

The model is the plain one of two main effects: a review's score is the application's level plus the reviewer's leniency, in least
squares, where all leniencies add up to nothing. Levels are eliminated first (each is a mean), so that a small symmetric
system of the reviewers is left, and it is solved in whole numbers without a rounding: a recount on another machine is the same
to the last digit.

Sources: the two-way model without interaction, as the US Fish and Wildlife Service's grants used it for six years (JSM
2021); E. H. Bareiss, "Sylvester's Identity and Multistep Integer-Preserving Gaussian Elimination", Math. Comp. 22 (1968).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from kuutio.core.choosing.scores import Method, Review

FEW_REVIEWS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """What the model says.

    Attributes:
        scores: each application's level, exact.
        leniency: what each reviewer gives above (below zero: under) the others; together they are 0.
        weak: some reviewer has fewer than `FEW_REVIEWS` valid reviews: don't lean on it.
    """

    scores: Mapping[str, Fraction]
    leniency: Mapping[str, Fraction]
    weak: bool


def advice(method: Method, reviews: Sequence[Review]) -> Advice | None:
    """The levels and leniencies of the valid reviews.

    Returns:
        None: there are no reviews, or some applications share no reviewer with the rest, directly or through others, so that
        nothing tells a strict reviewer from a weak application.
    """
    valid = [(review.application, review.reviewer, method.total(review)) for review in reviews if review.counts]
    applications = sorted({application for application, _, _ in valid})
    reviewers = sorted({reviewer for _, reviewer, _ in valid})
    if not valid or not _connected([(application, reviewer) for application, reviewer, _ in valid]):
        return None
    of: dict[str, list[tuple[int, Fraction]]] = {application: [] for application in applications}
    place = {reviewer: at for at, reviewer in enumerate(reviewers)}
    for application, reviewer, score in valid:
        of[application].append((place[reviewer], score))
    leniency = _leniencies(list(of.values()), len(reviewers))
    level = {application: sum(score - leniency[at] for at, score in own) / len(own) for application, own in of.items()}
    counted = [sum(reviewer == name for _, reviewer, _ in valid) for name in reviewers]
    return Advice(
        MappingProxyType({name: Fraction(value) for name, value in level.items()}),
        MappingProxyType(dict(zip(reviewers, leniency, strict=True))),
        min(counted) < FEW_REVIEWS,
    )


def _connected(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the graph of applications and reviewers hangs together."""
    beside: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for application, reviewer in pairs:
        beside.setdefault(("a", application), []).append(("r", reviewer))
        beside.setdefault(("r", reviewer), []).append(("a", application))
    seen, waiting = set[tuple[str, str]](), [next(iter(beside))]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += beside[node]
    return len(seen) == len(beside)


def _leniencies(reviewed: Sequence[Sequence[tuple[int, Fraction]]], reviewers: int) -> list[Fraction]:
    """The normal equations without the levels: for each reviewer, what they gave above the means of what they reviewed.

    All equations together say 0 = 0; the last gives way to "leniencies add up to nothing".
    """
    matrix = [[Fraction(0)] * (reviewers + 1) for _ in range(reviewers)]
    for own in reviewed:
        count = len(own)
        middle = sum((score for _, score in own), Fraction(0)) / count
        for at, score in own:
            matrix[at][at] += 1
            matrix[at][-1] += score - middle
            for other, _ in own:
                matrix[at][other] -= Fraction(1, count)
    matrix[-1] = [Fraction(1)] * reviewers + [Fraction(0)]
    return _solved([_whole(row) for row in matrix])


def _whole(row: Sequence[Fraction]) -> list[int]:
    by = lcm(*(value.denominator for value in row))
    return [int(value * by) for value in row]


def _solved(rows: list[list[int]]) -> list[Fraction]:
    """Bareiss' elimination, then substitution backwards. The system has one solution."""
    size, last = len(rows), 1
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        top = rows[at]
        for row in range(at + 1, size):
            below, factor = rows[row], rows[row][at]
            rows[row] = [0] * (at + 1) + [
                (top[at] * below[column] - factor * top[column]) // last for column in range(at + 1, size + 1)
            ]
        last = top[at]
    values = [Fraction(0)] * size
    for at in reversed(range(size)):
        rest = sum((rows[at][column] * values[column] for column in range(at + 1, size)), Fraction(0))
        values[at] = (rows[at][-1] - rest) / rows[at][at]
    return values
