"""One run of Equal Shares in floats with a proven bound of their error; whole numbers are asked only where that leaves a doubt.

The bound is of the sum over all voters of how far each float purse is from the true one. A purchase doesn't make it larger,
apart from its own rounding: if purses are larger, so are the rests of all of them, and the sum of the rests differs by as much
as the sum of the purses did. So the money of any group of supporters is known to within that bound, after any number of purchases.

Source: Crandall, Tartar: Some relations between nonexpansive and order preserving mappings (Proc. AMS 78, 1980).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf
from typing import TypeAlias

import numpy as np

from .market import ULP, Floats, Market, dot
from .purses import Purses

#: A bound that is this much wider, relatively, is still narrow; it absorbs the rounding of the bounds themselves.
WIDER = 1e-13
#: How far apart, relatively, the bounds of a payment may be.
NARROW = 1e-6

#: A project that may be next: the lower bound of its rho, its place, the upper bound, about what a supporter pays for each unit.
Near: TypeAlias = tuple[float, int, float, float]


@dataclass(slots=True)
class Trace:
    """What was bought in a run, in its order.

    Attributes:
        endowment: in the unit of money.
        places: of the projects.
        payments: about what a supporter with enough money paid for each unit.
        highs: upper bounds of the rhos.
        full: whether all supporters surely paid in full.
    """

    endowment: Fraction
    places: list[int] = field(default_factory=list)
    payments: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    full: list[bool] = field(default_factory=list)


class Draft:
    """Everybody gets the endowment, and the projects are bought one by one."""

    def __init__(self, market: Market, endowment: Fraction) -> None:
        self.market = market
        self._first = float(endowment)
        begun = market.begun
        self.trace = Trace(
            endowment,
            begun,
            [market.least[place] for place in begun],
            [market.least[place] / market.worth[place] * (1 + WIDER) for place in begun],
            [True] * len(begun),
        )
        self._purses: Floats = self._first - market.spent
        self._error = market.error(self._first) * market.election.voters
        self._rows, self._voters = list(market.rows), list(market.voters)
        self._units, self._points = list(market.units), list(market.points)
        self._emptied = 0
        self._seen_emptied = [0] * len(market.costs)
        bought = set(begun)
        #: Lower bounds of the rhos: those only rise.
        self._waiting = [
            (market.least[place] / market.worth[place] * (1 - WIDER), place)
            for place in market.supported
            if place not in bought
        ]
        heapify(self._waiting)
        self._exact: Purses | None = None

    def run(self) -> Trace:
        """Buy until no project's supporters have its cost."""
        while True:
            near, best = self._near(inf)
            if not near:
                return self.trace
            first = [one for one in near if one[0] <= best]
            winner = first[0] if len(first) == 1 else self._decided(first)
            for one in near:
                if one is not winner:
                    heappush(self._waiting, one[:2])
            self._buy(*winner[1:])

    def repeats(self, lower: Trace) -> bool:
        """Whether this run, and that of any endowment between the other's and this one's, buys the same in the same order.

        With the same purchases purses at the larger endowment are the larger ones, and rhos the lower. So who is ahead at the
        smaller one even of what the others would be at the larger one, is ahead between them too.
        """
        turn, bought = self.market.turn, self.trace.places
        if bought != lower.places[: len(bought)]:
            return False
        for at in range(len(bought), len(lower.places)):
            place, found = lower.places[at], None
            near, _ = self._near(lower.highs[at])
            for one in near:
                if one[1] == place:
                    found = one
                elif one[0] > lower.highs[at] or (lower.full[at] and turn[place] < turn[one[1]]):
                    heappush(self._waiting, one[:2])
                else:
                    return False
            if found is None:
                return False
            self._buy(*found[1:])
        return not self._near(inf)[0]

    def _near(self, best: float) -> tuple[list[Near], float]:
        """The projects whose rho may be up to `best`, or up to the lowest upper bound, and that bound."""
        near = []
        waiting = self._waiting
        while waiting and waiting[0][0] <= best:
            low, place = heappop(waiting)
            found = self._propose(place, low, best)
            if found is None:
                continue
            low, high, payment = found
            if high == inf:
                heappush(waiting, (low, place))
            else:
                near.append((low, place, high, payment))
                best = min(best, high)
        return near, best

    def _decided(self, first: list[Near]) -> Near:
        """Which of those that floats can't tell apart is bought: the lowest rho, then the order of ties, exactly."""
        market, rank = self.market, self.market.tie_rank
        winner, least = first[0], (1, 0)
        for one in first:
            place = one[1]
            if self._full(place):
                rho = market.costs[place], market.all_units[place] * market.worth[place]
            else:
                rho = self._exactly(place, one[3])
            order = rho[0] * least[1] - least[0] * rho[1]
            if order < 0 or (order == 0 and rank[place] < rank[winner[1]]):
                winner, least = one, rho
        return winner

    def _exactly(self, place: int, payment: float) -> tuple[int, int]:
        """Numerator and denominator of a project's rho; the denominator is 0 when its supporters have too little."""
        purses = self._exact
        if purses is None:
            purses = self._exact = Purses(self.market, self.trace.endowment)
        done = len(purses.purchases)
        for bought, paid in zip(self.trace.places[done:], self.trace.payments[done:], strict=True):
            purses.buy_near(bought, paid)
        exact = purses.price(place, payment)
        if exact is None:
            return 1, 0
        return exact.numerator, exact.units * purses.denominator * self.market.worth[place]

    def _full(self, place: int) -> bool:
        """Whether all supporters surely can pay in full."""
        rows, points = self._rows[place], self._points[place]
        if len(rows) < len(self.market.rows[place]):
            return False
        purses = self._purses[rows]
        least = float(np.min(purses if points is None else purses / points))
        return least > self.market.least[place] * (1 + WIDER) + self._error

    def _propose(self, place: int, low: float, best: float) -> tuple[float, float, float] | None:
        """Bounds of a project's rho, and about what a supporter pays.

        The money raised by a payment is concave in it, so a tangent never overestimates the payment: a tangent's root is a
        lower bound, and Newton's steps from below rise to the payment in finitely many.

        Returns:
            None when its supporters have too little, which stays so. The upper bound is infinite where it was not looked for,
            since the lower one is above `best`.
        """
        market = self.market
        self._forget_empty(place)
        purses = self._purses[self._rows[place]]
        voters, units, points = self._voters[place], self._units[place], self._points[place]
        cost, worth = float(market.costs[place]), market.worth[place]
        rounding = (len(purses) + 8) * 4 * ULP * cost
        error = self._error + rounding
        if best < inf:
            most = best * worth
            due = most if points is None else points * most
            raised = dot(voters, np.minimum(purses, due))
            if raised < cost - error:
                slope = dot(units, purses > due)
                if not slope:
                    return None
                return max(low, (most + (cost - raised - error) / slope) / worth * (1 - WIDER)), inf, inf
        payment, before = low * worth, -1.0
        while True:
            due = payment if points is None else points * payment
            slope = dot(units, purses > due)
            if slope == before:
                break
            raised = dot(voters, np.minimum(purses, due))
            if not slope:
                if raised < cost - error:
                    return None
                break
            if raised >= cost - rounding:
                break
            payment += (cost - raised) / slope
            before = slope
        lower = payment - (2 * error / slope if slope else payment)
        lower = max(low, lower / worth * (1 - WIDER))
        # To the right of the payment the slope may be less than at it: where purses end just there.
        due = payment * (1 + NARROW) if points is None else points * (payment * (1 + NARROW))
        right = dot(units, purses > due)
        if right and 2 * error / right <= payment * NARROW:
            return lower, (payment + 2 * error / right) / worth * (1 + WIDER), payment
        numerator, denominator = self._exactly(place, payment)
        if not denominator:
            return None
        value = numerator / denominator
        return value * (1 - WIDER), value * (1 + WIDER), value * worth

    def _forget_empty(self, place: int) -> None:
        """Leave the supporters out whose purse is empty, once there are enough new ones of them."""
        if self._emptied - self._seen_emptied[place] > self.market.size >> 5:
            self._seen_emptied[place] = self._emptied
            some = np.flatnonzero(self._purses[self._rows[place]])
            points = self._points[place]
            self._rows[place], self._voters[place] = self._rows[place][some], self._voters[place][some]
            self._points[place] = None if points is None else points[some]
            self._units[place] = self._voters[place] if points is None else self._units[place][some]

    def _buy(self, place: int, high: float, payment: float) -> None:
        market, trace = self.market, self.trace
        trace.places.append(place)
        trace.payments.append(payment)
        trace.highs.append(high)
        trace.full.append(self._full(place))
        rows, points, voters = self._rows[place], self._points[place], self._voters[place]
        purses = self._purses[rows]
        taken = np.minimum(purses, payment if points is None else points * payment)
        left = purses - taken
        self._purses[rows] = left
        self._emptied += len(left) - int(np.count_nonzero(left))
        cost = market.costs[place]
        self._error += abs(dot(voters, taken) - cost) + (len(rows) + 8) * 4 * ULP * cost
        self._error += market.all_voters[place] * ULP * self._first
