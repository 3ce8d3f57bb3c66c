"""The purses of all voters in one run of Equal Shares, exactly: the payments of purchases that are given nearly.

Until it is empty, a purse is the endowment less a payment for each funded project that its voter supports, and the payments are
known exactly: one number a project. So the money of any set of voters is known exactly from counts alone (how many there
are, how many support which funded project), and no voter's purse is ever written down as a fraction.

Source: Peters, Pierczyński, Skowron: Proportional Participatory Budgeting with Additive Utilities (NeurIPS 2021), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from .market import ULP, Floats, Market, Rows, dot

#: The least positive purse: a purse that is not empty must not look so.
LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project that its supporters bought.

    Attributes:
        place: of the project.
        numerator, denominator: their quotient is what a supporter with enough money pays, in the unit of money: for the
            project, or for each unit of points.
    """

    place: int
    numerator: int
    denominator: int

    @property
    def payment(self) -> Fraction:
        """What a supporter with enough money pays, in the unit of money."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Price:
    """What a supporter with enough money pays for each unit, exactly: numerator / (the purses' denominator * units).

    Attributes:
        partly: which of the supporters' ballots are of voters who have something, but not more than this: they pay all.
    """

    numerator: int
    units: int
    partly: Rows


class Purses:
    """What everybody has left of the endowment after the purchases so far.

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

    @property
    def error(self) -> float:
        """How far a float can be from the purse that it stands for."""
        return (4 * len(self.purchases) + 2) * ULP * self._first

    def price(self, place: int, payment: float) -> Price | None:
        """The payment for a project, given nearly; None when its supporters have too little.

        Newton's step again, in whole numbers: who can't pay this much pays all, which gives the payment of the others. It is
        right when it parts the supporters as the one before did.
        """
        market = self.market
        rows, units, points = market.rows[place], market.units[place], market.points[place]
        voters, purses = market.voters[place], self.purses[rows]
        cost = market.costs[place]
        while True:
            due = payment if points is None else points * payment
            near = 1e-9 * due + 2 * self.error
            poor, rich = purses < due - near, purses > due + near
            partly = np.flatnonzero(poor & (purses > 0))
            left = int(dot(units, rich))
            missing = cost * self.denominator - self.money_of(rows[partly], voters[partly])
            unsure = (
                []
                if np.count_nonzero(poor) + np.count_nonzero(rich) == len(rows)
                else (np.flatnonzero(~poor & ~rich & (purses > 0)).tolist())
            )
            left += sum(int(units[index]) for index in unsure)
            doubtful = []
            for index in unsure:
                each = 1 if points is None else int(points[index])
                doubtful.append((self.purse_of(int(rows[index])), each, index))
            found = self._settle(place, missing, left, partly, doubtful) if doubtful else Price(missing, left, partly)
            if found is None or not left:
                some = purses > 0
                if self.money_of(rows[some], voters[some]) < cost * self.denominator:
                    return None
                payment = float(np.max(purses if points is None else purses / points))
                continue
            exact = found.numerator / (found.units * self.denominator)
            if abs(exact - payment) <= 1e-10 * payment:
                return found
            payment = exact

    def _settle(
        self, place: int, missing: int, left: int, partly: Rows, doubtful: list[tuple[int, int, int]]
    ) -> Price | None:
        """The payment where some purses are so near to it that only their exact money tells who can pay in full."""
        voters, poorer = self.market.voters[place], []
        while left:
            poor = [one for one in doubtful if one[0] * left < missing * one[1]]
            if not poor:
                # Who pays in full, and then has nothing, is emptied too.
                poorer += [index for purse, each, index in doubtful if purse * left == missing * each]
                return Price(missing, left, np.concatenate([partly, np.array(poorer, np.intp)]))
            doubtful = [one for one in doubtful if one not in poor]
            for purse, each, index in poor:
                missing -= purse * int(voters[index])
                left -= int(voters[index]) * each
                poorer.append(index)
        return None

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
        ).tolist()
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

    def buy(self, place: int, exact: Price) -> None:
        """Take the payments for a project out of its supporters' purses."""
        common = gcd(exact.numerator, exact.units)
        factor, numerator = exact.units // common, exact.numerator // common
        if factor > 1:
            self.denominator *= factor
            self.endowment *= factor
            self.paid = {other: paid * factor for other, paid in self.paid.items()}
        self.paid[place] = numerator
        payment = numerator / self.denominator
        rows, points = self.market.rows[place], self.market.points[place]
        purses = self.purses[rows]
        left = np.maximum(purses - (payment if points is None else points * payment), LEAST)
        left[purses == 0] = 0
        left[exact.partly] = 0
        self.purses[rows] = left
        self.purchases.append(Purchase(place, numerator, self.denominator))

    def buy_near(self, place: int, payment: float) -> None:
        """Buy a project, given about what a supporter pays for each unit."""
        exact = self.price(place, payment)
        if exact is None:
            raise ValueError(f"The supporters of project {place} have too little for it.")
        self.buy(place, exact)
