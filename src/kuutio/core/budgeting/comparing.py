"""Two outcomes of one election side by side: what differs, and for how many voters each is the better one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .counting import Count, count
from .elections import Election
from .rules import Greedy


@dataclass(frozen=True, slots=True)
class Comparison:
    """A count beside another.

    Attributes:
        both, only_first, only_second: ids, in the order of funding.
        prefer_first, prefer_second, alike: voters by in which outcome more of what they support is funded.
        without_first, without_second: voters none of whose projects is funded.
        mean_first, mean_second: funded projects that a voter supports, on average.
    """

    both: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    prefer_first: int
    prefer_second: int
    alike: int
    without_first: int
    without_second: int
    mean_first: Fraction
    mean_second: Fraction


def compare(first: Count, second: Count | None = None) -> Comparison:
    """Compare a count with another of the same election, with greedy by votes where none is given."""
    election = first.election
    second = second or count(election, Greedy(ties=first.rule.ties))
    one, other = _funded(election, first), _funded(election, second)
    weights = election.weights

    def voters(which: NDArray[np.bool_]) -> int:
        return int(weights[which].sum())

    def mean(funded: NDArray[np.int64]) -> Fraction:
        return Fraction(int((funded * weights).sum()), max(election.voters, 1))

    return Comparison(
        both=tuple(name for name in first.winners if name in second.winners),
        only_first=tuple(name for name in first.winners if name not in second.winners),
        only_second=tuple(name for name in second.winners if name not in first.winners),
        prefer_first=voters(one > other),
        prefer_second=voters(one < other),
        alike=voters(one == other),
        without_first=voters(one == 0),
        without_second=voters(other == 0),
        mean_first=mean(one),
        mean_second=mean(other),
    )


def _funded(election: Election, outcome: Count) -> NDArray[np.int64]:
    """Of each distinct ballot, how many of its projects are funded."""
    funded = np.zeros(len(election.projects) + 1, np.int64)
    funded[[election.place[name] for name in outcome.winners]] = 1
    sums = np.concatenate([[0], np.cumsum(funded[election.items])])
    return np.asarray(sums[election.starts[1:]] - sums[election.starts[:-1]], np.int64)
