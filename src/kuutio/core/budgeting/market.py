"""What stays the same from one run of Equal Shares to the next: supporters, worth, the order of ties, and who is bought first anyway.

A supporter of a project never pays less than its cost divided by all that its supporters give. So as long as everybody can pay
in full, the projects are bought in the order of that price, whatever the endowment: the beginning is the same for all larger ones.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .elections import Election, Supporters

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

#: The distance from 1 to the next float, halved: what one operation can be wrong by, relatively.
ULP = 2.0**-53
#: OpenBLAS sums up to 10,000 products in the thread that asks.
PIECE = 8192


class Utility(StrEnum):
    """How much a funded project is worth to a supporter."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


class Market:
    """Where the projects of an election are bought, run after run."""

    def __init__(self, election: Election, utility: Utility, tie_rank: list[int]) -> None:
        self.election, self.tie_rank = election, tie_rank
        self.costs = election.costs
        self.size = len(election.weights)
        weighs = utility is Utility.POINTS
        supporters = [_giving(one) if weighs else one for one in election.supporters]
        self.rows = [one.rows for one in supporters]
        self.voters = [one.voters for one in supporters]
        self.points = [one.points if weighs else None for one in supporters]
        # Voters times what each gives: whole numbers below 2**53, so that sums of them in floats are exact.
        self.units = [one.voters if one.points is None or not weighs else one.voters * one.points for one in supporters]
        self.all_units = [int(one.sum()) for one in self.units]
        self.all_voters = [int(one.sum()) for one in self.voters]
        #: What one unit of payment buys: rho is the payment divided by it.
        self.worth = self.costs if utility is Utility.COST else [1] * len(self.costs)
        self.supported = [place for place, units in enumerate(self.all_units) if units]
        self.given = election.points.astype(np.float64) if weighs else np.ones(len(election.items))
        #: What a supporter pays for each unit when all pay in full: never less.
        self.least = [cost / units if units else inf for cost, units in zip(self.costs, self.all_units, strict=True)]
        self._order = sorted(
            self.supported,
            key=lambda place: (Fraction(self.costs[place], self.all_units[place] * self.worth[place]), tie_rank[place]),
        )
        #: Where a project stands in the order of the least rho; ties are decided.
        self.turn = {place: turn for turn, place in enumerate(self._order)}
        self._begun = 0
        #: About what the voter of each ballot has spent on those that every run buys first.
        self.spent: Floats = np.zeros(self.size)

    def begin(self, endowment: float) -> None:
        """Buy what is bought first while everybody can pay in full.

        Args:
            endowment: in the unit of money; no run after this has less.
        """
        while self._begun < len(self._order):
            place = self._order[self._begun]
            rows, points = self.rows[place], self.points[place]
            due = self.least[place] if points is None else points * self.least[place]
            spent = self.spent[rows] + due
            if float(spent.max()) + self.error(endowment) > endowment:
                break
            self.spent[rows] = spent
            self._begun += 1

    @property
    def begun(self) -> list[int]:
        """The projects that every run buys first."""
        return self._order[: self._begun]

    def error(self, endowment: float) -> float:
        """How far a float can be from what a voter has spent on, or has left after, the beginning and one project more."""
        return (2 * self._begun + 8) * ULP * endowment


def dot(weights: Floats, values: Floats | NDArray[np.bool_]) -> float:
    """The sum of products, in pieces so small that BLAS starts no threads: those cost a hundred times more than the sum."""
    if len(weights) <= PIECE:
        return float(weights.dot(values))
    return sum(
        float(weights[start : start + PIECE].dot(values[start : start + PIECE]))
        for start in range(0, len(weights), PIECE)
    )


def _giving(one: Supporters) -> Supporters:
    """Those of a project's supporters who give it more than 0 points."""
    if one.points is None:
        return one
    some = one.points > 0
    return Supporters(one.rows[some], one.voters[some], one.points[some])
