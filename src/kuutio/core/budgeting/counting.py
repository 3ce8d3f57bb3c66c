"""A count: who wins, in which order, and at what price.

`count` is the only door; `explaining` tells from its result who paid what, and what the losers lacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from .elections import Election
from .phragmen import Loads
from .purses import Market, Purchase, Purses, Utility
from .rules import Completion, EqualShares, Greedy, Overflow, Phragmen, Rule, Start, Stop, Ties


class Unfit(ValueError):
    """The rule doesn't fit the ballots; the text says why."""


class Phase(StrEnum):
    """What part of a rule funded a project."""

    GREEDY = "greedy"
    EQUAL_SHARES = "equal-shares"
    PHRAGMEN = "phragmen"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Step:
    """One project that was funded.

    Attributes:
        project: its id.
        support: its votes; its points where those decide.
        left: of the budget, after it. In Equal Shares with a raised endowment only the whole outcome is held to the budget.
        price: what a supporter with enough money pays, exactly: for the project, or for each point where utility is points. In
            Phragmén what each supporter has earned by then. None where supporters don't pay.
        effective_votes: the cost divided by the most that a supporter pays for it (points: by the price of one). In Equal Shares
            by cost, the highest is funded first.
    """

    project: str
    cost: Fraction
    phase: Phase
    support: Fraction
    left: Fraction
    price: Fraction | None = None
    effective_votes: Fraction | None = None


@dataclass(frozen=True)
class Count:
    """The result.

    Attributes:
        steps: in the order of funding.
        endowment: what each voter had in the run that counts; None where the rule gives none.
        runs: how often Equal Shares was run, the last one that was too dear included.
    """

    election: Election
    rule: Rule
    steps: tuple[Step, ...]
    endowment: Fraction | None = None
    runs: int = 1

    @property
    def winners(self) -> tuple[str, ...]:
        """Ids in the order of funding."""
        return tuple(step.project for step in self.steps)

    @property
    def cost(self) -> Fraction:
        """Of all winners."""
        return sum((step.cost for step in self.steps), Fraction(0))


def count(election: Election, rule: Rule) -> Count:
    """Count the ballots by a rule, exactly.

    Raises:
        Unfit: the rule doesn't fit the kind of ballots.
    """
    if isinstance(rule, Greedy):
        return Count(election, rule, tuple(_greedy(election, rule, tie_ranks(election, rule.ties))))
    if isinstance(rule, Phragmen):
        return Count(election, rule, tuple(_phragmen(election, rule)))
    return _equal_shares(election, rule)


def tie_ranks(election: Election, ties: Ties) -> list[int]:
    """Of each project, its place in the declared order of ties: the first wins."""
    drawn = {name: number for number, name in enumerate(ties.lot)}
    projects, votes = election.projects, election.votes

    def key(place: int) -> tuple[object, ...]:
        by = {"votes": -votes[place], "cost": projects[place].cost}
        name = projects[place].id
        return (*(by[one] for one in ties.keys), drawn.get(name, len(drawn)), name)

    ranks = [0] * len(projects)
    for rank, place in enumerate(sorted(range(len(projects)), key=key)):
        ranks[place] = rank
    return ranks


def greedy_order(election: Election, rule: Greedy, ranks: list[int]) -> list[int]:
    """The places of projects in the order in which greedy looks at them; those below the threshold are left out."""
    scores = election.scores
    strength = [
        score / project.cost if rule.per_cost else score
        for score, project in zip(scores, election.projects, strict=True)
    ]
    eligible = [place for place, score in enumerate(scores) if score >= rule.threshold]
    return sorted(eligible, key=lambda place: (-strength[place], ranks[place]))


def _greedy(election: Election, rule: Greedy, ranks: list[int]) -> list[Step]:
    left, steps = election.budget, []
    for place in greedy_order(election, rule, ranks):
        project = election.projects[place]
        if project.cost <= left:
            left -= project.cost
            steps.append(Step(project.id, project.cost, Phase.GREEDY, election.scores[place], left))
        elif rule.overflow is Overflow.STOP:
            break
    return steps


def market_of(election: Election, rule: EqualShares) -> Market:
    """Where the projects of an election are bought.

    Raises:
        Unfit: points are asked for and the ballots give none.
    """
    if rule.utility is Utility.POINTS and not election.kind.gives_points:
        raise Unfit(f"mes-points needs points, and {election.kind} ballots give none: use mes-cost or mes-cardinality.")
    return Market(election, rule.utility, tie_ranks(election, rule.ties))


def first_endowment(election: Election, rule: EqualShares) -> Fraction:
    """What each voter has in the first run."""
    share = election.budget / election.voters
    return Fraction(floor(share)) if rule.start is Start.FLOOR else share


def _equal_shares(election: Election, rule: EqualShares) -> Count:
    market = market_of(election, rule)
    if not election.voters:
        return Count(election, rule, tuple(_completed(election, rule, market, [])))
    endowment, runs = first_endowment(election, rule), 1
    unit, budget = election.money_unit, election.budget * election.money_unit
    bought = Purses(market, endowment * unit).run()
    if rule.increment is not None:
        while not _settled(market, rule, bought, int(budget)):
            runs += 1
            raised = Purses(market, (endowment + rule.increment) * unit).run()
            if _cost(market, raised) > budget:
                break
            bought, endowment = raised, endowment + rule.increment
    return Count(election, rule, tuple(_completed(election, rule, market, bought)), endowment, runs)


def _cost(market: Market, bought: list[Purchase]) -> int:
    return sum(market.costs[one.place] for one in bought)


def _settled(market: Market, rule: EqualShares, bought: list[Purchase], budget: int) -> bool:
    """Whether a raised endowment would change nothing, or the rule ends here."""
    if len(bought) == len(market.supported):
        return True
    if rule.stop is Stop.OVERSHOOT:
        return False
    funded = {one.place for one in bought}
    left = budget - _cost(market, bought)
    return all(market.costs[place] > left for place in market.supported if place not in funded)


def _completed(election: Election, rule: EqualShares, market: Market, bought: list[Purchase]) -> list[Step]:
    """The steps of the run that counts, and of what comes after it."""
    points = rule.utility is Utility.POINTS
    support = election.scores if points else [Fraction(votes) for votes in election.votes]
    left, steps = election.budget, []
    for one in bought:
        project = election.projects[one.place]
        left -= project.cost
        # A point of the ballots is point_unit of those that are counted.
        price = one.payment / election.money_unit * (election.point_unit if points else 1)
        votes = project.cost / price
        steps.append(Step(project.id, project.cost, Phase.EQUAL_SHARES, support[one.place], left, price, votes))
    if rule.completion is Completion.NONE:
        return steps
    funded = {one.place for one in bought}
    for place in sorted(range(len(support)), key=lambda place: (-support[place], market.tie_rank[place])):
        project = election.projects[place]
        if place not in funded and project.cost <= left:
            left -= project.cost
            steps.append(Step(project.id, project.cost, Phase.COMPLETION, support[place], left))
    return steps


def _phragmen(election: Election, rule: Phragmen) -> list[Step]:
    if election.kind.gives_points:
        raise Unfit(f"phragmen needs approvals, and {election.kind} ballots are none: use mes-points or greedy.")
    left, steps = election.budget, []
    for place, load in Loads(election, tie_ranks(election, rule.ties)).run():
        project = election.projects[place]
        left -= project.cost
        votes = Fraction(election.votes[place])
        steps.append(Step(project.id, project.cost, Phase.PHRAGMEN, votes, left, load))
    return steps
