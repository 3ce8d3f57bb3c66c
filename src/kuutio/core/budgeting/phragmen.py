"""Sequential Phragmén: everybody earns at the same speed, and supporters buy a project as soon as together they can.

A voter's load is when one of their projects was bought last, so that all loads of an election are as many numbers as there are
purchases: the sum over any voters is known from counts, exactly.

Source: Lackner, Skowron: Multi-Winner Voting with Approval Preferences (Springer 2023), section 2.2, with costs as in
Peters, Pierczyński, Skowron (NeurIPS 2021), appendix.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd

import numpy as np

from .elections import Election


@dataclass(frozen=True, slots=True)
class Payers:
    """Voters who paid the same for a project."""

    amount: Fraction
    voters: int


class Loads:
    """The loads of the voters of approval ballots, rising with each purchase."""

    def __init__(self, election: Election, tie_rank: list[int]) -> None:
        self.election, self.tie_rank = election, tie_rank
        # When each ballot last paid: the number of that purchase, 0 before the first.
        self._last = np.zeros(len(election.weights), np.intp)
        # The loads times the denominator, by the number of the purchase.
        self._times, self._denominator = [0], 1

    def weight(self, place: int) -> int:
        """The cost of a project and the loads of its supporters, times the denominator, in the unit of money."""
        one = self.election.supporters[place]
        counts = np.bincount(self._last[one.rows], weights=one.voters).tolist()
        loads = sum(time * int(voters) for time, voters in zip(self._times, counts, strict=False) if voters)
        return self.election.costs[place] * self._denominator + loads

    def time_of(self, place: int) -> Fraction:
        """When the supporters of a project could buy it, as things stand, in the unit of money."""
        return Fraction(self.weight(place), self._denominator * self.election.votes[place])

    def run(self) -> list[tuple[int, Fraction]]:
        """What is bought and when (in the currency), until one of those that are next in time doesn't fit in the budget.

        What costs more than the budget takes no part.
        """
        election = self.election
        costs, votes = election.costs, election.votes
        left = int(election.budget * election.money_unit)
        waiting = [
            (costs[place] / votes[place] * (1 - 1e-13), place)
            for place in range(len(costs))
            if votes[place] and costs[place] <= left
        ]
        heapify(waiting)
        bought = []
        while waiting:
            # Times only rise, so an old one is a lower bound: who can't be next isn't looked at.
            first: list[tuple[int, int, int]] = []
            while waiting:
                if first and waiting[0][0] > first[0][0] / (first[0][1] * self._denominator) * (1 + 1e-13):
                    break
                place = heappop(waiting)[1]
                one = (self.weight(place), votes[place], place)
                order = one[0] * first[0][1] - first[0][0] * one[1] if first else 0
                if order > 0:
                    self._put_back(waiting, one)
                elif order < 0:
                    for other in first:
                        self._put_back(waiting, other)
                    first = [one]
                else:
                    first.append(one)
            if any(costs[place] > left for _, _, place in first):
                break
            first.sort(key=lambda one: self.tie_rank[one[2]])
            for other in first[1:]:
                self._put_back(waiting, other)
            weight, supporters, place = first[0]
            left -= costs[place]
            time = self.buy(place, Fraction(weight, supporters * self._denominator))
            bought.append((place, time / election.money_unit))
        return bought

    def buy(self, place: int, time: Fraction) -> Fraction:
        """Raise the loads of a project's supporters to a time, in the unit of money."""
        factor = time.denominator // gcd(time.denominator, self._denominator)
        if factor > 1:
            self._denominator *= factor
            self._times = [one * factor for one in self._times]
        self._times.append(int(time * self._denominator))
        self._last[self.election.supporters[place].rows] = len(self._times) - 1
        return time

    def payers(self, place: int, time: Fraction) -> tuple[Payers, ...]:
        """What each supporter of a project pays when it is bought at a time (in the unit of money): what they earned since last."""
        one = self.election.supporters[place]
        counts = np.bincount(self._last[one.rows], weights=one.voters).tolist()
        paid: defaultdict[Fraction, int] = defaultdict(int)
        for load, voters in zip(self._times, counts, strict=False):
            if voters:
                paid[(time - Fraction(load, self._denominator)) / self.election.money_unit] += int(voters)
        return tuple(Payers(amount, paid[amount]) for amount in sorted(paid, reverse=True))

    def _put_back(self, waiting: list[tuple[float, int]], one: tuple[int, int, int]) -> None:
        heappush(waiting, (one[0] / (one[1] * self._denominator) * (1 - 1e-13), one[2]))
