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

from .bounds import WIDER, Behind, bounds, rounding
from .market import ULP, Floats, Market, Rows, dot
from .purses import Purses

#: Supporters whose purse is empty are looked at as long as more than this part of them is not.
KEPT = 0.5

#: A project that may be next: the lower bound of its rho, its place, the upper bound, about what a supporter pays for each unit.
Near: TypeAlias = tuple[float, int, float, float]


@dataclass(slots=True)
class Trace:
    """What was bought in a run, in its order.

    Attributes:
        endowment: in the unit of money.
        places: of the projects.
        payments: about what a supporter with enough money paid for each unit.
        lows, highs: bounds of the rhos.
        full: whether all supporters surely paid in full.
    """

    endowment: Fraction
    places: list[int] = field(default_factory=list)
    payments: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    full: list[bool] = field(default_factory=list)


class Draft:
    """Everybody gets the endowment, and the projects are bought one by one.

    Args:
        endowment: in the unit of money.
        above: a draft with a larger endowment whose purchases so far are surely the first ones here too.
    """

    def __init__(self, market: Market, endowment: Fraction, above: Draft | None = None) -> None:
        self.market = market
        self._first = float(endowment)
        begun = market.begun
        rhos = [market.least[place] / market.worth[place] for place in begun]
        self.trace = Trace(
            endowment,
            begun,
            [market.least[place] for place in begun],
            [rho * (1 - WIDER) for rho in rhos],
            [rho * (1 + WIDER) for rho in rhos],
            [True] * len(begun),
        )
        self.purses: Floats = self._first - market.spent
        self.error = market.error(self._first) * market.election.voters
        like: Draft | Market = above or market
        self.rows: list[Rows] = list(like.rows)
        self.voters: list[Floats] = list(like.voters)
        self.units: list[Floats] = list(like.units)
        self.points: list[Floats | None] = list(like.points)
        self._exact: Purses | None = None
        if above is None:
            waiting = [(market.least[place] / market.worth[place] * (1 - WIDER), place) for place in market.supported]
        else:
            waiting = self._begin_like(above)
        bought = set(self.trace.places)
        #: Lower bounds of the rhos: those only rise.
        self.waiting = [one for one in waiting if one[1] not in bought]
        heapify(self.waiting)

    def _begin_like(self, above: Draft) -> list[tuple[float, int]]:
        """Buy what another draft has bought; its lower bounds of the other rhos hold here too.

        Raises:
            ArithmeticError: it can't be bought, so what the other draft was sure of isn't so.
        """
        # Who has nothing left there has nothing here; to say so costs no more than the error there.
        self.error += above.error
        done = len(self.trace.places)
        for place, low in zip(above.trace.places[done:], above.trace.lows[done:], strict=True):
            found = self._propose(place, low, inf)
            if found is None:  # to go on without it would elect others: no outcome is better than a wrong one
                raise ArithmeticError(f"What surely comes first with less money can't be paid: place {place}.")
            self._buy((found[0], place, *found[1:]))
        self.purses[above.purses == 0] = 0
        return above.waiting

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
                    heappush(self.waiting, one[:2])
            self._buy(winner)

    def repeats(self, lower: Trace) -> bool:
        """Whether this run, and that of any endowment between the other's and this one's, buys the same in the same order.

        With the same purchases purses at the larger endowment are the larger ones, and rhos the lower. So who is ahead at the
        smaller one even of what the others would be at the larger one, is ahead between them too. Ends where that isn't sure:
        what is bought by then is still the same for all of them.
        """
        turn = self.market.turn
        for at in range(len(self.trace.places), len(lower.places)):
            place, high = lower.places[at], lower.highs[at]
            near, _ = self._near(high, falling=False)
            doubts = [
                one
                for one in near
                if one[1] != place and one[0] <= high and not (lower.full[at] and turn[place] < turn[one[1]])
            ]
            for one in near:
                if doubts or one[1] != place:
                    heappush(self.waiting, one[:2])
            if doubts:
                return False
            self._buy(next(one for one in near if one[1] == place))
        near, _ = self._near(inf)
        for one in near:
            heappush(self.waiting, one[:2])
        return not near

    def possible(self) -> set[int]:
        """What is bought already, and what might still be: whose supporters have its cost."""
        found = set(self.trace.places)
        for _, place in self.waiting:
            purses, cost = self._held(place), self.market.costs[place]
            if dot(self.voters[place], purses) >= cost - self.error - rounding(len(purses), cost):
                found.add(place)
        return found

    def _near(self, best: float, falling: bool = True) -> tuple[list[Near], float]:
        """The projects whose rho may be up to a bound, which falls to the lowest upper bound among them, and that bound."""
        near = []
        waiting = self.waiting
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
                best = min(best, high) if falling else best
        return near, best

    def _decided(self, first: list[Near]) -> Near:
        """Which of those that floats can't tell apart is bought: the lowest rho, then the order of ties, exactly."""
        market, rank = self.market, self.market.tie_rank
        winner, least = first[0], (1, 0)
        for one in first:
            place = one[1]
            if self._full(place, self.purses[self.rows[place]]):
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

    def _full(self, place: int, purses: Floats) -> bool:
        """Whether all supporters of a project, whose purses are given, surely can pay in full."""
        points = self.points[place]
        if len(purses) < len(self.market.rows[place]):
            return False
        least = float(np.min(purses if points is None else purses / points))
        return least > self.market.least[place] * (1 + WIDER) + self.error

    def _propose(self, place: int, low: float, best: float) -> tuple[float, float, float] | None:
        """Bounds of a project's rho, of which one is known, and about what a supporter pays.

        Returns:
            None when its supporters have too little, which stays so. The upper bound is infinite where it was not looked for,
            since the lower one is above `best`.
        """
        worth = self.market.worth[place]
        purses = self._held(place)
        behind = Behind(purses, self.voters[place], self.units[place], self.points[place])
        found = bounds(behind, self.market.costs[place], self.error, low * worth, best * worth)
        if found is None:
            return None
        lower, upper, payment = found
        if lower == -inf:
            numerator, denominator = self._exactly(place, payment)
            if not denominator:
                return None
            lower = upper = numerator / denominator * worth
            payment = lower
        return max(low, lower / worth * (1 - WIDER)), upper / worth * (1 + WIDER), payment

    def _held(self, place: int) -> Floats:
        """The purses of a project's supporters; those that are empty are left out, once there are many."""
        rows, points = self.rows[place], self.points[place]
        purses: Floats = self.purses[rows]
        if np.count_nonzero(purses) > KEPT * len(purses):
            return purses
        some = np.flatnonzero(purses)
        self.rows[place], self.voters[place] = rows[some], self.voters[place][some]
        self.points[place] = None if points is None else points[some]
        self.units[place] = self.voters[place] if points is None else self.units[place][some]
        return purses[some]

    def _buy(self, one: Near) -> None:
        market, trace = self.market, self.trace
        low, place, high, payment = one
        trace.places.append(place)
        trace.payments.append(payment)
        trace.lows.append(low)
        trace.highs.append(high)
        rows, points, voters = self.rows[place], self.points[place], self.voters[place]
        purses = self.purses[rows]
        trace.full.append(self._full(place, purses))
        taken = np.minimum(purses, payment if points is None else points * payment)
        self.purses[rows] = purses - taken
        cost = market.costs[place]
        self.error += abs(dot(voters, taken) - cost) + rounding(len(rows), cost)
        self.error += market.all_voters[place] * ULP * self._first
