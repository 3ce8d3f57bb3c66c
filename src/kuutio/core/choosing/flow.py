"""Flows between applications and reviewers: who reviews what, so that the sum of affinities is as large as it can be.

A flow runs from each application through its cities to reviewers. One application after another gets its reviews, each along the
path that costs least: either to a reviewer with room, or by way of one who hands another application on. No cycle ever gains
anything after such a path, so the whole is optimal at each step, and it is whole-numbered: no rounding, no solver's tolerance.

Paths are searched among reviewers alone, who are few: the price of handing over from one to another is the least over the
applications that the first one has. Among equally cheap paths the shortest is taken, so that none passes an application twice.

Sources: R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), chapter 9.7 (successive shortest paths); R. G. Busacker,
P. J. Gowen, A procedure for determining a family of minimum-cost network flow patterns (1960).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int64]
Mask = NDArray[np.bool_]
NEVER = np.int64(2**62)
HOP = 1 << 10
"""A step of a path weighs less than any gain: gains are multiplied by this, and a path has fewer steps."""
MOST_GAIN = 10**9


class Flow:
    """Reviews handed out so far.

    Args:
        gain: whole numbers, at most `MOST_GAIN`: what application (row) by reviewer (column) is worth.
        allowed: who may review what.
        city: of each reviewer, a number from 0.
        most_of_city: at most so many reviewers of a city (column) on an application (row).
        load: at most so many applications of a reviewer.
        least: so many a reviewer must get; these places are filled before any gain counts.
    """

    def __init__(self, gain: Table, allowed: Mask, city: Table, most_of_city: Table, load: Table, least: Table) -> None:
        self.allowed, self.city, self.most_of_city, self.load, self.least = allowed, city, most_of_city, load, least
        self.price = -gain * HOP
        self.must = -NEVER // 4 if least.any() else np.int64(0)
        applications, reviewers = gain.shape
        self.has = np.zeros((applications, reviewers), dtype=bool)
        self.loads = np.zeros(reviewers, dtype=np.int64)
        self.of_city = np.zeros_like(most_of_city)
        self.room = self.allowed.copy()
        self.steps = np.full((reviewers, reviewers), NEVER)
        self.by = np.zeros((reviewers, reviewers), dtype=np.int64)
        self.changed = np.ones(reviewers, dtype=bool)

    def add(self, application: int) -> bool:
        """One review more for an application, along the cheapest path; False when there is none."""
        start = np.where(self._takes(application), self.price[application] + 1, NEVER)
        ends = np.where(self.loads < self.least, self.must, np.where(self.loads < self.load, 0, NEVER))
        path = self._path(start, ends)
        if not path:
            return False
        self._give(application, path[0])
        for giver, taker in pairwise(path):
            moved = int(self.by[giver, taker])
            self._take(moved, giver)
            self._give(moved, taker)
        self.loads[path[-1]] += 1
        return True

    def add_free(self, application: int) -> bool:
        """One review more, where no gain counts: by the least loaded reviewer with room, else along a path."""
        direct = self._takes(application) & (self.loads < self.load)
        short = direct & (self.loads < self.least)
        if not short.any() and (self.loads < self.least).any():
            return self.add(application)
        free = short if short.any() else direct
        if not free.any():
            return self.add(application)
        reviewer = int(np.argmin(np.where(free, self.loads, NEVER)))
        self._give(application, reviewer)
        self.loads[reviewer] += 1
        return True

    def _takes(self, application: int) -> Mask:
        """Who can take an application that gives nobody back for it."""
        full = self.of_city[application] >= self.most_of_city[application]
        takes: Mask = self.allowed[application] & ~self.has[application] & ~full[self.city]
        return takes

    def _give(self, application: int, reviewer: int) -> None:
        self.has[application, reviewer] = True
        self.of_city[application, self.city[reviewer]] += 1
        self.changed |= self.has[application]

    def _take(self, application: int, reviewer: int) -> None:
        self.changed |= self.has[application]
        self.has[application, reviewer] = False
        self.of_city[application, self.city[reviewer]] -= 1

    def _path(self, start: Table, ends: Table) -> list[int]:
        """The cheapest path as reviewers in order: Bellman's rounds over the few reviewers."""
        self._price_steps()
        far, before = start.copy(), np.full(len(start), -1)
        for _ in range(len(start)):
            through = np.where(far[:, None] < NEVER, far[:, None] + self.steps, NEVER)
            through[self.steps >= NEVER] = NEVER
            nearest = through.argmin(axis=0)
            length = through[nearest, np.arange(len(start))]
            better = length < far
            if not better.any():
                break
            far, before = np.where(better, length, far), np.where(better, nearest, before)
        whole = np.where((far < NEVER) & (ends < NEVER), far + ends, NEVER)
        last = int(whole.argmin())
        if whole[last] >= NEVER:
            return []
        path = [last]
        while before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        return path[::-1]

    def _price_steps(self) -> None:
        """For each changed reviewer, what it costs to hand one of their applications on to each other reviewer, and which."""
        for giver in np.flatnonzero(self.changed):
            held = np.flatnonzero(self.has[:, giver])
            if not len(held):
                self.steps[giver] = NEVER
                continue
            full = (self.of_city[held] >= self.most_of_city[held])[:, self.city] & (self.city != self.city[giver])
            takes = self.allowed[held] & ~self.has[held] & ~full
            cost = np.where(takes, self.price[held] - self.price[held, giver][:, None] + 1, NEVER)
            cheapest = cost.argmin(axis=0)
            self.steps[giver], self.by[giver] = cost[cheapest, np.arange(len(self.city))], held[cheapest]
        self.changed[:] = False

    def gained(self) -> int:
        """The sum of what the reviews are worth."""
        return int(-(self.price[self.has]).sum() // HOP)

    def reached_from(self, application: int) -> Mask:
        """The reviewers to whom an application could go, directly or by handing on: when none has room, why it can't be placed."""
        self._price_steps()
        seen: Mask = self._takes(application)
        while True:
            more: Mask = seen | (self.steps[seen] < NEVER).any(axis=0)
            if (more == seen).all():
                return seen
            seen = more
