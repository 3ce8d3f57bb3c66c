"""Jumping over raises of the endowment ends where going step by step does, in elections where many purses are nearly alike."""

import random
from fractions import Fraction
from typing import Any

import pytest

from kuutio.core.budgeting import Election, EqualShares, Kind, Project, Start, Stop, Utility, count, rule_from_name
from kuutio.core.budgeting.counting import first_endowment, market_of
from kuutio.core.budgeting.drafts import Draft
from kuutio.core.budgeting.raising import bought_by
from tests.core.budgeting import reference
from tests.core.budgeting.elections import election

CASES = 30


def some_election(dice: random.Random) -> Election:
    """Some hundred voters, popular and unpopular projects; in half of them costs and votes are often equal."""
    kind = dice.choice([Kind.APPROVAL, Kind.APPROVAL, Kind.CUMULATIVE, Kind.ORDINAL])
    few = dice.random() < 0.5
    costs = [
        Fraction(dice.choice([500, 1000, 1000, 2000, 3000]) if few else dice.randint(100, 9000), dice.choice([1, 1, 7]))
        for _ in range(dice.randint(5, 25))
    ]
    fame = [dice.random() ** 2 + 0.02 for _ in costs]
    ballots = []
    for _ in range(dice.randint(20, 200)):
        named = dict.fromkeys(map(str, dice.choices(range(len(costs)), fame, k=dice.randint(0, 6))))
        ballots.append({one: dice.randint(0, 4) for one in named} if kind is Kind.CUMULATIVE else list(named))
    budget = sum(costs) * Fraction(dice.randint(10, 60), 100)
    return Election.of([Project(str(number), cost) for number, cost in enumerate(costs)], budget, ballots, kind)


def step_by_step(voted: Election, rule: EqualShares) -> tuple[list[str], Fraction, int]:
    """The plain loop: every endowment is a run of its own."""
    endowment, runs, held = first_endowment(voted, rule), 0, None
    budget, costs = int(voted.budget * voted.money_unit), voted.costs
    while True:
        market = market_of(voted, rule)
        places = Draft(market, endowment * voted.money_unit).run().places
        runs += 1
        cost = sum(costs[place] for place in places)
        if held is not None and cost > budget:
            return held[0], held[1], runs
        held = [voted.projects[place].id for place in places], endowment
        waiting = set(market.supported) - set(places)
        nothing_fits = all(costs[place] > budget - cost for place in waiting)
        if not waiting or (rule.stop is Stop.EXHAUSTIVE and nothing_fits):
            return *held, runs
        assert rule.increment is not None
        endowment += rule.increment


def test_jumps_end_where_single_steps_do() -> None:
    steps = 0
    for seed in range(CASES):
        dice = random.Random(seed)
        voted = some_election(dice)
        utility = dice.choice(list(Utility) if voted.kind.gives_points else [Utility.COST, Utility.CARDINALITY])
        share = voted.budget / voted.voters
        increment = share / dice.choice([3, 20, 60])
        rule = EqualShares(utility, dice.choice(list(Start)), increment, dice.choice(list(Stop)))
        result = count(voted, rule)
        assert (list(result.winners), result.endowment, result.runs) == step_by_step(voted, rule), seed
        steps += result.runs
    assert steps > 10 * CASES


def test_tens_of_thousands_of_steps_of_one_forint_end_at_the_last_that_the_budget_allows() -> None:
    voted, rule = election("Hungary_Budapest_2024.pb").election, rule_from_name("mes-cost+add1")
    assert isinstance(rule, EqualShares)
    result = count(voted, rule)
    endowment = result.endowment
    assert endowment is not None
    assert result.runs > 20_000
    assert endowment == voted.budget / voted.voters + result.runs - 2
    assert result.cost <= voted.budget
    market = market_of(voted, rule)
    for more, dearer in ((0, False), (1, True)):
        bought = bought_by(market, Draft(market, (endowment + more) * voted.money_unit).run())
        assert (sum(market.costs[one.place] for one in bought) > voted.budget * voted.money_unit) is dearer


def larger_election(seed: int) -> tuple[Election, list[dict[str, Fraction]], dict[str, Fraction], EqualShares]:
    """Up to 600 voters and 40 projects, their ballots as points, and a rule that raises."""
    dice = random.Random(seed)
    projects, voters = dice.randint(5, 40), dice.randint(20, 600)
    few = dice.random() < 0.4
    costs = [
        Fraction(dice.choice([500, 1000, 1000, 2000, 3000, 5000]) if few else dice.randint(100, 9000))
        for _ in range(projects)
    ]
    if dice.random() < 0.2:
        costs = [cost / dice.choice([3, 7, 8]) for cost in costs]
    fame = [dice.random() ** 2 + 0.02 for _ in range(projects)]
    kind = dice.choice([Kind.APPROVAL, Kind.APPROVAL, Kind.CUMULATIVE, Kind.ORDINAL])
    ballots: list[Any] = []
    for _ in range(voters):
        named = list(dict.fromkeys(map(str, dice.choices(range(projects), fame, k=dice.randint(0, min(6, projects))))))
        scores = [0, 1, 2, 3, 5, Fraction(1, 2)]
        ballots.append({one: dice.choice(scores) for one in named} if kind is Kind.CUMULATIVE else named)
    budget = sum(costs) * Fraction(dice.randint(10, 60), 100)
    voted = Election.of([Project(str(number), cost) for number, cost in enumerate(costs)], budget, ballots, kind)
    share = budget / voters
    increment = dice.choice([None, share / 3, share / 20, Fraction(1, 2), Fraction(round(share / 97) + 1)])
    utility = dice.choice(list(Utility)[:2] if kind is Kind.APPROVAL else list(Utility))
    rule = EqualShares(utility, dice.choice(list(Start)), increment, dice.choice(list(Stop)))
    points = [dict(ballot) if kind is Kind.CUMULATIVE else dict.fromkeys(ballot, Fraction(1)) for ballot in ballots]
    if kind is Kind.ORDINAL:
        points = [{one: Fraction(len(ballot) - place) for place, one in enumerate(ballot)} for ballot in ballots]
    return voted, points, {str(number): cost for number, cost in enumerate(costs)}, rule


@pytest.mark.parametrize("seed", [291, 340, 7])
def test_a_project_that_overtakes_another_within_a_jump_comes_before_it(seed: int) -> None:
    voted, points, costs, rule = larger_election(seed)
    result = count(voted, rule)
    assert result.endowment is not None
    won = reference.equal_shares(costs, points, result.endowment, rule.utility.value, lambda name: name)
    assert list(result.winners) == won
