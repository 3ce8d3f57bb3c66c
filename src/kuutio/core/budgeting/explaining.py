"""Why a count came out so: who paid what for each winner, and what each loser lacked.

Everything is read off the count's own steps again: the purchases are made once more, and beside each the losers are asked what
they would have needed to be in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from .counting import Count, Phase, Step, greedy_order, market_of, tie_ranks
from .elections import Number
from .phragmen import Loads, Payers
from .purses import Purses, Utility
from .rules import EqualShares, Greedy, Overflow, Phragmen


@dataclass(frozen=True, slots=True)
class Winner:
    """A step, and who paid: the most first; supporters whose purse was empty are there with 0. Nobody pays in greedy."""

    step: Step
    payers: tuple[Payers, ...] = ()


class Lack(StrEnum):
    """What a loser lacked first of all."""

    SUPPORT = "support"
    MONEY = "money"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Loser:
    """A project that wasn't funded.

    Attributes:
        support: its votes; its points where those decide.
        lack: `budget`: it costs more than the whole budget; `money`: its supporters (greedy: the rest of the budget) had too
            little; `support`: others had more support, or it is below the threshold.
        money: what its supporters had left in the end; in greedy what was left of the budget when it was its turn.
        more: how many further votes (greedy and points: votes or points) would have brought it in, all else equal: by voters who
            support this project alone and have a purse of the same size as everybody. None where no number would do.
    """

    project: str
    cost: Fraction
    support: Fraction
    lack: Lack
    money: Fraction
    more: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The winners in the order of funding, the losers by support."""

    winners: tuple[Winner, ...]
    losers: tuple[Loser, ...]


def explain(count: Count) -> Explanation:
    """Tell why a count came out so."""
    if isinstance(count.rule, Greedy):
        winners: list[Winner] = [Winner(step) for step in count.steps]
        losers = _greedy_losers(count, count.rule)
    elif isinstance(count.rule, Phragmen):
        winners, losers = _phragmen(count)
    else:
        winners, losers = _equal_shares(count, count.rule)
    losers.sort(key=lambda one: (-one.support, one.project))
    return Explanation(tuple(winners), tuple(losers))


def paid_by(count: Count, ballot: Mapping[str, Number]) -> dict[str, Fraction]:
    """What the voter of a ballot paid for each funded project that they support, in the order of funding.

    Args:
        ballot: the projects with their points; with 1 where the kind of ballots gives none.
    """
    if not isinstance(count.rule, EqualShares) or count.endowment is None:
        return {}
    purse, paid = count.endowment, {}
    for step in count.steps:
        points = ballot.get(step.project, 0)
        if step.price is not None and points > 0:
            due = step.price * points if count.rule.utility is Utility.POINTS else step.price
            paid[step.project] = min(purse, due)
            purse -= paid[step.project]
    return paid


def _losing(count: Count) -> list[int]:
    won = set(count.winners)
    return [place for place, project in enumerate(count.election.projects) if project.id not in won]


def _greedy_losers(count: Count, rule: Greedy) -> list[Loser]:
    election = count.election
    ranks = tie_ranks(election, rule.ties)
    order = greedy_order(election, rule, ranks)
    won, left = {election.place[name] for name in count.winners}, election.budget
    # Where a project could have been looked at, with what was left of the budget there.
    turns: list[tuple[int, Fraction]] = []
    before: dict[int, Fraction] = {}
    for place in order:
        before[place] = left
        if place in won or rule.overflow is Overflow.STOP:
            turns.append((place, left))
        if place in won:
            left -= election.projects[place].cost
        elif rule.overflow is Overflow.STOP:
            break
    losers = []
    for place in _losing(count):
        project, support = election.projects[place], election.scores[place]
        needs = [max(0, rule.threshold - support)] if project.cost <= left and place not in before else []
        for other, money in turns:
            if other != place and project.cost <= money:
                target = election.scores[other]
                if rule.per_cost:
                    target = target / election.projects[other].cost * project.cost
                more = ceil(target - support)
                if support + more == target and ranks[place] > ranks[other]:
                    more += 1
                needs.append(Fraction(max(more, rule.threshold - support, 0)))
        lack = Lack.MONEY if support >= rule.threshold else Lack.SUPPORT
        if project.cost > election.budget:
            lack = Lack.BUDGET
        more_votes = ceil(min(needs)) if needs and lack is not Lack.BUDGET else None
        losers.append(Loser(project.id, project.cost, support, lack, before.get(place, left), more_votes))
    return losers


def _equal_shares(count: Count, rule: EqualShares) -> tuple[list[Winner], list[Loser]]:
    election, market = count.election, market_of(count.election, rule)
    unit, endowment = election.money_unit, (count.endowment or Fraction(0)) * election.money_unit
    losing, needs = _losing(count), defaultdict[int, list[int]](list)
    # Of a point that a voter adds: as many of the units in which points are counted.
    each = election.point_unit if rule.utility is Utility.POINTS else 1
    purses = Purses(market, endowment)
    winners = []
    for step in count.steps:
        if step.phase is not Phase.EQUAL_SHARES:
            winners.append(Winner(step))
            continue
        place = election.place[step.project]
        payment = step.price * unit / each if step.price is not None else Fraction(0)
        for other in losing:
            # What a supporter of the other may pay so that its rho is the winner's.
            due = payment * market.worth[other] / market.worth[place]
            missing = market.costs[other] - purses.raised(other, due)
            more = max(0, ceil(missing / min(endowment, due * each)))
            if more * min(endowment, due * each) == missing and market.tie_rank[other] > market.tie_rank[place]:
                more += 1
            needs[other].append(more)
        winners.append(Winner(step, _payers(purses, place, payment, unit)))
        purses.pay(place, payment)
    losers = []
    support = election.scores if rule.utility is Utility.POINTS else [Fraction(votes) for votes in election.votes]
    for place in losing:
        project = election.projects[place]
        money = purses.held(place)
        if endowment:
            needs[place].append(max(0, ceil((market.costs[place] - money) / endowment)))
        dear = project.cost > election.budget
        more_votes = min(needs[place]) if needs[place] and not dear else None
        lack = Lack.BUDGET if dear else Lack.MONEY
        losers.append(Loser(project.id, project.cost, support[place], lack, money / unit, more_votes))
    return winners, losers


def _payers(purses: Purses, place: int, payment: Fraction, unit: int) -> tuple[Payers, ...]:
    paid: defaultdict[Fraction, int] = defaultdict(int)
    for amount, voters in purses.payments(place, payment):
        paid[amount / unit] += voters
    return tuple(Payers(amount, paid[amount]) for amount in sorted(paid, reverse=True))


def _phragmen(count: Count) -> tuple[list[Winner], list[Loser]]:
    election = count.election
    ranks = tie_ranks(election, count.rule.ties)
    loads = Loads(election, ranks)
    losing, needs = _losing(count), defaultdict[int, list[int]](list)
    left, winners = election.budget, []
    last = Fraction(0)
    for step in count.steps:
        place, time = election.place[step.project], (step.price or Fraction(0)) * election.money_unit
        for other in losing:
            if election.projects[other].cost <= left:
                needs[other].append(_voters_for(loads, other, time, ranks[other] > ranks[place]))
        winners.append(Winner(step, loads.payers(place, time)))
        loads.buy(place, time)
        left, last = step.left, time
    losers = []
    for place in losing:
        project, votes = election.projects[place], election.votes[place]
        dear = project.cost > election.budget
        lack = Lack.BUDGET if dear else Lack.MONEY if project.cost > left else Lack.SUPPORT
        more = min(needs[place], default=None) if not dear else None
        # What its supporters had earned when the count ended, and had not spent.
        held = last * votes - (loads.time_of(place) * votes - election.costs[place]) if votes else Fraction(0)
        losers.append(Loser(project.id, project.cost, Fraction(votes), lack, held / election.money_unit, more))
    return winners, losers


def _voters_for(loads: Loads, place: int, time: Fraction, strictly: bool) -> int:
    """How many voters without a load a project needs to be bought by a time."""
    election = loads.election
    weight = loads.time_of(place) * election.votes[place] if election.votes[place] else Fraction(election.costs[place])
    most = weight / time
    more = ceil(most) - election.votes[place]
    return max(0, more + (strictly and most.denominator == 1))
