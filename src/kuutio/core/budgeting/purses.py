"""The purses of all voters in one run of Equal Shares: floats propose what is bought next, whole numbers decide.

Until it is empty, a purse is the endowment less a payment for each funded project that its voter supports, and the payments are
known exactly: one number a project. So the money of any set of voters is known exactly from counts alone (how many there
are, how many support which funded project), and no voter's purse is ever written down as a fraction.

Source: Peters, Pierczyński, Skowron: Proportional Participatory Budgeting with Additive Utilities (NeurIPS 2021), section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .elections import Election

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

#: The distance from 1 to the next float, halved: what one operation can be wrong by, relatively.
ULP = 2.0**-53
#: The least positive purse: a purse that is not empty must not look so.
LEAST = 1e-300
#: A bound that is this much wider, relatively, is still narrow; it absorbs the rounding of the bounds themselves.
WIDER = 1e-13


class Utility(StrEnum):
    """How much a funded project is worth to a supporter."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project that its supporters bought.

    Attributes:
        place: of the project.
        numerator, denominator: their quotient is what a supporter with enough money pays, in the unit of money: for the
            project, or for each unit of points.
        partly: ballots whose voters had something, but not more than that: they paid all they had.
    """

    place: int
    numerator: int
    denominator: int
    partly: Rows

    @property
    def payment(self) -> Fraction:
        """What a supporter with enough money pays, in the unit of money."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class _Exact:
    """The payment for a project, exactly: numerator / (the purses' denominator * units)."""

    numerator: int
    units: int
    partly: NDArray[np.bool_]


class Market:
    """What stays the same from one run to the next: supporters, what a project is worth to them, and the order of ties."""

    def __init__(self, election: Election, utility: Utility, tie_rank: list[int]) -> None:
        self.election, self.tie_rank = election, tie_rank
        self.costs = election.costs
        size = len(election.weights)
        self.size = size
        self.rows = [one.rows for one in election.supporters]
        self.voters = [one.voters for one in election.supporters]
        weighs = utility is Utility.POINTS
        self.points = [one.points if weighs else None for one in election.supporters]
        # Voters times what each gives: whole numbers below 2**53, so that sums of them in floats are exact.
        self.units = [
            one.voters if one.points is None or not weighs else one.voters * one.points for one in election.supporters
        ]
        self.all_units = [int(one.sum()) for one in self.units]
        #: What one unit of payment buys: rho is the payment divided by it.
        self.worth = self.costs if utility is Utility.COST else [1] * len(self.costs)
        self.supported = [place for place, units in enumerate(self.all_units) if units]
        self.weights = election.weights.astype(np.float64)
        self.given = election.points.astype(np.float64) if weighs else np.ones(len(election.items))
        self.firsts = [
            cost / units / worth if units else inf
            for cost, units, worth in zip(self.costs, self.all_units, self.worth, strict=True)
        ]


class Purses:
    """One run: everybody gets the endowment, and the projects are bought one by one.

    Args:
        endowment: what each voter gets, in the unit of money.
    """

    def __init__(self, market: Market, endowment: Fraction) -> None:
        self.market = market
        self.denominator = endowment.denominator
        self.endowment = endowment.numerator
        self.paid: dict[int, int] = {}
        self.purchases: list[Purchase] = []
        self._first = float(endowment)
        self.purses: Floats = np.full(market.size, self._first)
        self._funded = np.zeros(len(market.costs), np.bool_)

    def run(self) -> list[Purchase]:
        """Buy until no project's supporters have its cost."""
        market = self.market
        waiting = [(market.firsts[place] * (1 - WIDER), place) for place in market.supported]
        heapify(waiting)
        while True:
            best = inf
            near: list[tuple[float, int, float]] = []
            while waiting and waiting[0][0] <= best:
                low, place = heappop(waiting)
                found = self._propose(place, low, best)
                if found is None:
                    continue
                low, high, payment = found
                if high == inf:
                    heappush(waiting, (low, place))
                else:
                    near.append((low, place, payment))
                    best = min(best, high)
            if not near:
                return self.purchases
            tied: list[tuple[int, _Exact]] = []
            for low, place, payment in near:
                if low > best:
                    heappush(waiting, (low, place))
                    continue
                exact = self._exact(place, payment)
                if exact is not None:
                    tied.append((place, exact))
            if not tied:
                continue
            winner = tied[0]
            for other in tied[1:]:
                if self._before(other, winner):
                    winner, other = other, winner
                heappush(waiting, (self._low(other), other[0]))
            self.buy(*winner)

    def _low(self, one: tuple[int, _Exact]) -> float:
        place, exact = one
        return exact.numerator / (self.denominator * exact.units * self.market.worth[place]) * (1 - WIDER)

    def _before(self, one: tuple[int, _Exact], other: tuple[int, _Exact]) -> bool:
        """Whether a project has the lower rho, or the same and comes first in the order of ties."""
        worth, rank = self.market.worth, self.market.tie_rank
        mine = one[1].numerator * other[1].units * worth[other[0]]
        theirs = other[1].numerator * one[1].units * worth[one[0]]
        return mine < theirs or (mine == theirs and rank[one[0]] < rank[other[0]])

    @property
    def _purse_error(self) -> float:
        """How far a float can be from the purse that it stands for."""
        return (4 * len(self.purchases) + 2) * ULP * self._first

    def _propose(self, place: int, low: float, best: float) -> tuple[float, float, float] | None:
        """Bounds of a project's rho, and about what a supporter pays.

        The money raised by a payment is concave in it, so a tangent never overestimates the payment: a tangent's root is a
        lower bound, and Newton's steps from below rise to the payment in finitely many.

        Returns:
            None when its supporters have too little, which stays so. The upper bound is infinite where it was not looked for,
            since the lower one is above `best`.
        """
        market = self.market
        purses = self.purses[market.rows[place]]
        voters, units, points = market.voters[place], market.units[place], market.points[place]
        cost, worth = float(market.costs[place]), market.worth[place]
        error = market.all_units[place] * self._purse_error + (len(purses) + 8) * 4 * ULP * cost
        lowest = low * worth
        if best < inf:
            most = best * worth
            due = most if points is None else points * most
            raised = _dot(voters, np.minimum(purses, due))
            if raised < cost - error:
                slope = _dot(units, purses > due)
                if not slope:
                    return None
                return max(low, (most + (cost - raised - error) / slope) / worth * (1 - WIDER)), inf, inf
        payment, before = lowest, -1.0
        while True:
            due = payment if points is None else points * payment
            slope = _dot(units, purses > due)
            if slope == before:
                break
            raised = _dot(voters, np.minimum(purses, due))
            if not slope:
                if raised < cost - error:
                    return None
                break
            if raised >= cost - error:
                break
            payment += (cost - raised) / slope
            before = slope
        lower = payment - (2 * error / slope if slope else payment)
        lower = max(low, lower / worth * (1 - WIDER))
        # To the right of the payment the slope may be less than at it: where purses end just there.
        due = payment * (1 + 1e-9) if points is None else points * (payment * (1 + 1e-9))
        right = _dot(units, purses > due)
        if right and 2 * error / right <= payment * 1e-9:
            return lower, (payment + 2 * error / right) / worth * (1 + WIDER), payment
        exact = self._exact(place, payment)
        if exact is None:
            return None
        value = exact.numerator / (self.denominator * exact.units)
        return value / worth * (1 - WIDER), value / worth * (1 + WIDER), value

    def _exact(self, place: int, payment: float) -> _Exact | None:
        """The payment for a project, given nearly; None when its supporters have too little.

        Newton's step again, in whole numbers: who can't pay this much pays all, which gives the payment of the others. It is
        right when it parts the supporters as the one before did.
        """
        market = self.market
        rows, units, points = market.rows[place], market.units[place], market.points[place]
        voters, purses = market.voters[place], self.purses[rows]
        empty = purses == 0
        while True:
            due = payment if points is None else points * payment
            gap = purses - due
            near = 1e-9 * due + 2 * self._purse_error
            partly = (gap < -near) & ~empty
            unsure = np.flatnonzero((np.abs(gap) <= near) & ~empty)
            left = market.all_units[place] - int(_dot(units, partly | empty))
            missing = market.costs[place] * self.denominator - self.money_of(rows[partly], voters[partly])
            doubtful = []
            for index in unsure.tolist():
                each = 1 if points is None else int(points[index])
                doubtful.append((self.purse_of(int(rows[index])), each, index))
            found = self._settle(place, missing, left, partly, doubtful)
            if found is None:
                if self.money_of(rows[~empty], voters[~empty]) < market.costs[place] * self.denominator:
                    return None
                payment = float(np.max(purses if points is None else purses / points))
                continue
            exact = found.numerator / (found.units * self.denominator)
            if abs(exact - payment) <= 1e-10 * payment:
                return found
            payment = exact

    def _settle(
        self, place: int, missing: int, left: int, partly: NDArray[np.bool_], doubtful: list[tuple[int, int, int]]
    ) -> _Exact | None:
        """The payment where some purses are so near to it that only their exact money tells who can pay in full."""
        market = self.market
        poor = True
        while poor and left:
            poor, kept = False, []
            bound = missing
            for purse, each, index in doubtful:
                if purse * left < bound * each:
                    poor = True
                    kept.append((purse, each, index))
            for purse, each, index in kept:
                voters = int(market.voters[place][index])
                missing -= purse * voters
                left -= voters * each
                partly[index] = True
            gone = {index for _, _, index in kept}
            doubtful = [one for one in doubtful if one[2] not in gone]
        if not left:
            return None
        for purse, each, index in doubtful:
            if purse * left == missing * each:
                partly[index] = True  # pays in full, and that is all there was
        return _Exact(missing, left, partly)

    def money_of(self, rows: Rows, voters: Floats) -> int:
        """The money of the voters of ballots whose purses are not empty, times the denominator."""
        market = self.market
        if not len(rows):
            return 0
        money = int(voters.sum()) * self.endowment
        if not self.paid:
            return money
        starts = market.election.starts
        first, lengths = starts[rows], starts[rows + 1] - starts[rows]
        ends = np.cumsum(lengths)
        where = np.repeat(first - ends + lengths, lengths) + np.arange(ends[-1])
        counts = np.bincount(
            market.election.items[where],
            weights=np.repeat(voters, lengths) * market.given[where],
            minlength=len(market.costs),
        )
        for place, paid in self.paid.items():
            if counts[place]:
                money -= paid * int(counts[place])
        return money

    def purse_of(self, row: int) -> int:
        """The money of one voter of a ballot whose purse is not empty, times the denominator."""
        election = self.market.election
        start, end = election.starts[row], election.starts[row + 1]
        given = self.market.given[start:end].tolist()
        spent = 0
        for place, points in zip(election.items[start:end].tolist(), given, strict=True):
            if place in self.paid:
                spent += self.paid[place] * int(points)
        return self.endowment - spent

    def buy(self, place: int, exact: _Exact) -> None:
        """Take the payments for a project out of its supporters' purses."""
        market = self.market
        common = gcd(exact.numerator, exact.units)
        factor, numerator = exact.units // common, exact.numerator // common
        if factor > 1:
            self.denominator *= factor
            self.endowment *= factor
            self.paid = {other: paid * factor for other, paid in self.paid.items()}
        self.paid[place] = numerator
        payment = numerator / self.denominator
        rows, points = market.rows[place], market.points[place]
        purses = self.purses[rows]
        left = np.maximum(purses - (payment if points is None else points * payment), LEAST)
        left[exact.partly | (purses == 0)] = 0
        self.purses[rows] = left
        self._funded[place] = True
        self.purchases.append(Purchase(place, numerator, self.denominator, rows[exact.partly]))

    def pay(self, place: int, payment: Fraction) -> None:
        """Buy a project for what each supporter with enough money pays, in the unit of money."""
        rows, voters = self.market.rows[place], self.market.voters[place]
        exact = self._exact(place, float(payment))
        if exact is None or Fraction(exact.numerator, exact.units * self.denominator) != payment:
            raise ValueError(
                f"{int(voters.sum())} supporters of {len(rows)} ballots can't have bought this for {payment}."
            )
        self.buy(place, exact)

    def raised(self, place: int, payment: Fraction) -> Fraction:
        """What the supporters of a project would raise, if those with enough money paid this much."""
        poor, units = self._parted(place, payment)
        rows, voters = self.market.rows[place][poor], self.market.voters[place][poor]
        return Fraction(self.money_of(rows, voters), self.denominator) + payment * units

    def held(self, place: int) -> Fraction:
        """The money of a project's supporters."""
        rows, voters = self.market.rows[place], self.market.voters[place]
        some = self.purses[rows] > 0
        return Fraction(self.money_of(rows[some], voters[some]), self.denominator)

    def payments(self, place: int, payment: Fraction) -> Iterator[tuple[Fraction, int]]:
        """What voters pay for a project, and how many: those who pay in full, by their points, and the others, by their purse."""
        market = self.market
        rows, voters, points = market.rows[place], market.voters[place], market.points[place]
        poor, _ = self._parted(place, payment)
        empty = self.purses[rows] == 0
        full = ~(poor | empty)
        each = np.ones(len(rows)) if points is None else points
        for value in np.unique(each[full]).tolist():
            yield payment * int(value), int(voters[full & (each == value)].sum())
        for row, number in zip(rows[poor].tolist(), voters[poor].tolist(), strict=True):
            yield Fraction(self.purse_of(row), self.denominator), int(number)
        if empty.any():
            yield Fraction(0), int(voters[empty].sum())

    def _parted(self, place: int, payment: Fraction) -> tuple[NDArray[np.bool_], int]:
        """The supporters who have something, but less than they would pay, and the units of those who have enough."""
        market = self.market
        rows, units, points = market.rows[place], market.units[place], market.points[place]
        purses = self.purses[rows]
        due = float(payment) if points is None else points * float(payment)
        gap = purses - due
        near = 1e-12 * due + 2 * self._purse_error
        some = purses > 0
        poor = (gap < -near) & some
        for index in np.flatnonzero((np.abs(gap) <= near) & some).tolist():
            each = 1 if points is None else int(points[index])
            poor[index] = Fraction(self.purse_of(int(rows[index])), self.denominator) < payment * each
        return poor, int(_dot(units, ~poor & some))


def _dot(weights: Floats, values: Floats | NDArray[np.bool_]) -> float:
    """The sum of products, in this thread alone: BLAS would start others, which costs a hundred times more than the sum."""
    return float(np.einsum("i,i", weights, values))
