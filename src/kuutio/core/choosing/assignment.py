"""Who reviews what: first the worst pair as good as it can be, then the whole as good as it can be (V6 and its caps).

The two steps answer two complaints: a pure maximum of the sum gives somebody's application to people who know nothing of it, a
pure maximum of the worst pair wastes all the others. The floor is found by bisection, each trial a flow without gains; above
the floor the flow of most gain is taken.

Sources: I. Stelmakh, N. Shah, A. Singh, PeerReview4All, JMLR 22 (2021), for the worst-off first; `core.choosing.flow` for the flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from kuutio.core.choosing.flow import HOP, MOST_GAIN, Flow, Mask, Table
from kuutio.core.grants.findings import Finding


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What is to be handed out; applications and reviewers are numbers from 0.

    Attributes:
        affinity: how well a reviewer (column) fits an application (row): whole numbers or exact fractions.
        reviews: of each application.
        most: applications at most, of each reviewer.
        least: applications at least, of each reviewer; kept or refused, never bent.
        barred: (application, reviewer) pairs that a hard conflict forbids (V6).
        cities: of the reviewers; empty where they play no part.
        lead_cities: of the applications' leads; asked for by `one_outside`.
        one_per_city: no two reviewers of an application come from the same city.
        one_outside: one reviewer of each application at least comes from another city than its lead.
    """

    affinity: Sequence[Sequence[int | Fraction]]
    reviews: int
    most: Sequence[int]
    least: Sequence[int] = ()
    barred: frozenset[tuple[int, int]] = frozenset()
    cities: Sequence[str] = ()
    lead_cities: Sequence[str] = ()
    one_per_city: bool = False
    one_outside: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reviews what.

    Attributes:
        reviewers: of each application, in their order.
        total: the sum of all affinities.
        worst: the smallest affinity of a pair; None: nothing was handed out.
        loads: of each reviewer.
    """

    reviewers: tuple[tuple[int, ...], ...]
    total: Fraction
    worst: Fraction | None
    loads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """Nobody could hand it out; the findings say why, in figures: demand, least and most supply, who has too few reviewers."""

    findings: tuple[Finding, ...]


def assign(asked: Reviewing, *, floor_first: bool = True) -> Assignment | Impossible:
    """Hand out the reviews.

    Args:
        floor_first: the worst pair first, then the sum; else the largest sum alone.

    Raises:
        ValueError: rows of different lengths, a pair or a city that isn't there, too many reviewers, or affinities whose common
            denominator makes numbers too large to compare exactly.
    """
    problem = _Problem(asked)
    if found := problem.counted_out():
        return Impossible(tuple(found))
    allowed = problem.allowed
    if stuck := problem.tried(allowed):
        return Impossible(tuple(stuck))
    if floor_first:
        allowed = problem.above_the_floor()
    flow = problem.flow(problem.gain, allowed)
    for application in range(len(asked.affinity)):
        for _ in range(asked.reviews):
            flow.add(application)
    return problem.told(flow)


class _Problem:
    """A `Reviewing` as arrays."""

    def __init__(self, asked: Reviewing) -> None:
        self.asked = asked
        self.applications, self.reviewers = len(asked.affinity), len(asked.most)
        self.least = list(asked.least) or [0] * self.reviewers
        self._check()
        exact = [[Fraction(value) for value in row] for row in asked.affinity]
        self.scale = lcm(*(value.denominator for row in exact for value in row))
        whole = [[int(value * self.scale) for value in row] for row in exact]
        if any(abs(value) > MOST_GAIN for row in whole for value in row):
            raise ValueError("The affinities have too many digits to be compared exactly.")
        shape = (self.applications, self.reviewers)
        self.gain: Table = np.array(whole, dtype=np.int64).reshape(shape)
        self.allowed: Mask = np.ones(shape, dtype=bool)
        for application, reviewer in asked.barred:
            self.allowed[application, reviewer] = False
        self._cities()

    def _check(self) -> None:
        asked = self.asked
        if any(len(row) != self.reviewers for row in asked.affinity) or len(self.least) != self.reviewers:
            raise ValueError("Each application has an affinity for each reviewer, and each reviewer their limits.")
        if self.reviewers >= HOP:
            raise ValueError(f"At most {HOP - 1} reviewers can be handed applications at once.")
        if asked.reviews < 0 or min([*self.least, *asked.most], default=0) < 0:
            raise ValueError("Numbers of reviews can't be negative.")
        for application, reviewer in asked.barred:
            if not (0 <= application < self.applications and 0 <= reviewer < self.reviewers):
                raise ValueError(f"There is no pair {application}, {reviewer} to bar.")
        if (asked.one_per_city or asked.one_outside) and len(asked.cities) != self.reviewers:
            raise ValueError("Each reviewer needs a city.")
        if asked.one_outside and len(asked.lead_cities) != self.applications:
            raise ValueError("Each application needs its lead's city.")

    def _cities(self) -> None:
        """Caps by application and city: one of each, or one review fewer than all from the lead's city."""
        asked = self.asked
        names = sorted(set(asked.cities))
        place = {name: at for at, name in enumerate(names)}
        self.city: Table = np.array([place[name] for name in asked.cities] or [0] * self.reviewers, dtype=np.int64)
        each = min(asked.reviews, 1) if asked.one_per_city else asked.reviews
        self.most_of_city: Table = np.full((self.applications, max(len(names), 1)), each, dtype=np.int64)
        if asked.one_outside:
            for application, name in enumerate(asked.lead_cities):
                if name in place:
                    most = min(each, max(asked.reviews - 1, 0))
                    self.most_of_city[application, place[name]] = most

    def flow(self, gain: Table, allowed: Mask) -> Flow:
        most, least = (np.array(side, dtype=np.int64) for side in (self.asked.most, self.least))
        return Flow(gain, allowed, self.city, self.most_of_city, most, least)

    def counted_out(self) -> list[Finding]:
        """What counting alone shows to be impossible."""
        demand, most, least = self.applications * self.asked.reviews, sum(self.asked.most), sum(self.least)
        facts: dict[str, str | int] = {"demand": demand, "least": least, "most": most}
        found = []
        if demand > most:
            found.append(Finding("v6-demand-over-supply", facts=facts))
        if demand < least or any(low > high for low, high in zip(self.least, self.asked.most, strict=True)):
            found.append(Finding("v6-demand-under-minimum", facts=facts))
        for application in range(self.applications):
            may = np.bincount(self.city[self.allowed[application]], minlength=self.most_of_city.shape[1])
            can = int(np.minimum(may, self.most_of_city[application]).sum())
            if can < self.asked.reviews:
                short: dict[str, str | int] = {"found": can, "needed": self.asked.reviews}
                found.append(Finding("v6-few-reviewers", str(application), short))
        return found

    def tried(self, allowed: Mask) -> list[Finding]:
        """Whether it can be done at all among allowed pairs; what stands in the way if not."""
        flow = self.flow(np.zeros_like(self.gain), allowed)
        for application in range(self.applications):
            for _ in range(self.asked.reviews):
                if not flow.add_free(application):
                    return [self._crowded(flow, application)]
        short = np.flatnonzero(flow.loads < flow.least)
        return [
            Finding("v6-minimum-not-met", str(one), {"found": int(flow.loads[one]), "least": self.least[one]})
            for one in short
        ]

    def _crowded(self, flow: Flow, application: int) -> Finding:
        """The reviewers that an application could go to are full, and so is everyone to whom they could hand on."""
        full = flow.reached_from(application)
        facts: dict[str, str | int] = {
            "reviewers": int(full.sum()),
            "places": int(flow.load[full].sum()),
            "applications": int(flow.has[:, full].any(axis=1).sum()) + (not flow.has[application, full].any()),
            "needed": self.asked.reviews,
        }
        return Finding("v6-crowded", str(application), facts)

    def above_the_floor(self) -> Mask:
        """The allowed pairs at least as good as the best worst pair there can be."""
        if not self.applications or not self.asked.reviews:
            return self.allowed
        pairs = np.where(self.allowed, self.gain, np.iinfo(np.int64).min)
        no_better = int(np.sort(pairs, axis=1)[:, -self.asked.reviews].min())
        values = np.unique(self.gain[self.allowed & (self.gain <= no_better)])
        low, high = 0, len(values) - 1  # the lowest value forbids nothing that a solution needs: it was tried
        while low < high:
            middle = (low + high + 1) // 2
            if self.tried(self.allowed & (self.gain >= values[middle])):
                high = middle - 1
            else:
                low = middle
        floor: Mask = self.allowed & (self.gain >= values[low])
        return floor

    def told(self, flow: Flow) -> Assignment:
        pairs = self.gain[flow.has]
        return Assignment(
            tuple(tuple(int(one) for one in np.flatnonzero(row)) for row in flow.has),
            Fraction(int(pairs.sum()), self.scale),
            Fraction(int(pairs.min()), self.scale) if pairs.size else None,
            tuple(int(load) for load in flow.loads),
        )


def loads_shared(applications: int, reviews: int, reviewers: int, spare: int = 2) -> list[int]:
    """The same cap for everyone: an equal share of all the reviews, rounded up, and some to spare."""
    return [-(-applications * reviews // reviewers) + spare] * reviewers if reviewers else []
