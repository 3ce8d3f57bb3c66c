"""Thousands of small elections full of ties: each count is the one of the definition, in whatever order things come."""

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from kuutio.core.budgeting import (
    BadElection,
    Completion,
    Count,
    Election,
    EqualShares,
    Greedy,
    Kind,
    Lack,
    Overflow,
    Phragmen,
    Project,
    Ties,
    Unfit,
    compare,
    count,
    explain,
    paid_by,
    rule_from_name,
)
from tests.core.budgeting import reference
from tests.core.budgeting.elections import election

CASES = 1000
COSTS = [1, 2, 2, 3, 4, 6, 7, Fraction(1, 2), Fraction(5, 4)]
BUDGETS = [Fraction(1), Fraction(3), Fraction(5), Fraction(8), Fraction(10), Fraction(12), Fraction(41, 4)]


class Small:
    """An election with few projects and voters, so that ties abound."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self.dice = dice
        self.costs = {str(number): Fraction(dice.choice(COSTS)) for number in range(8, 8 + dice.randint(1, 6))}
        self.kind = dice.choice([Kind.APPROVAL, Kind.APPROVAL, Kind.CUMULATIVE, Kind.ORDINAL])
        self.budget = dice.choice(BUDGETS)
        self.ballots: list[Any] = []
        self.points: list[dict[str, Any]] = []
        for _ in range(dice.randint(1, 8)):
            named = dice.sample(list(self.costs), dice.randint(0, len(self.costs)))
            points = dict.fromkeys(named, 1)
            if self.kind is Kind.CUMULATIVE:
                points = {one: dice.choice([0, 1, 1, 2, 3, Fraction(1, 2)]) for one in named}
            elif self.kind is Kind.ORDINAL:
                points = {one: len(named) - place for place, one in enumerate(named)}
            self.ballots.append(points if self.kind is Kind.CUMULATIVE else named)
            self.points.append(points)
        self.keys = dice.choice([(), ("votes", "cost"), ("cost",)])

    def election(self) -> Election:
        projects = [Project(name, cost) for name, cost in self.costs.items()]
        return Election.of(projects, self.budget, self.ballots, self.kind)

    def shuffled(self) -> Election:
        projects = [Project(name, cost) for name, cost in self.costs.items()]
        self.dice.shuffle(projects)
        return Election.of(projects, self.budget, self.dice.sample(self.ballots, len(self.ballots)), self.kind)

    def tie(self, name: str) -> tuple[Any, ...]:
        by = {"votes": -sum(name in ballot for ballot in self.points), "cost": self.costs[name]}
        return (*(by[key] for key in self.keys), name)

    def rule(self) -> EqualShares:
        bases = ["mes-cost", "mes-cardinality", *(["mes-points"] if self.kind is not Kind.APPROVAL else [])]
        name = self.dice.choice(bases) + self.dice.choice(["", "+add1", "+add1-exhaustive", "+add0.25"])
        rule = rule_from_name(name + self.dice.choice(["", "+u"]) + self.dice.choice(["", "+floor"]))
        assert isinstance(rule, EqualShares)
        return replace(rule, ties=Ties(self.keys))


def test_equal_shares_is_the_one_of_the_definition() -> None:
    for seed in range(CASES):
        small = Small(seed)
        rule = small.rule()
        won = list(count(small.election(), rule).winners)
        assert won == reference.outcome(small.costs, small.budget, small.points, rule, small.tie), (seed, rule)
        assert won == list(count(small.shuffled(), rule).winners), seed


def test_phragmen_is_the_one_of_the_definition() -> None:
    for seed in range(2 * CASES):
        small = Small(seed)
        if small.kind is Kind.APPROVAL:
            rule = Phragmen(Ties(small.keys))
            won = list(count(small.election(), rule).winners)
            assert won == reference.phragmen(small.costs, small.budget, small.points, small.tie), seed
            assert won == list(count(small.shuffled(), rule).winners), seed


def test_greedy_takes_what_fits_in_the_order_of_support() -> None:
    for seed in range(CASES // 2):
        small = Small(seed)
        for per_cost in (False, True):
            left, expected = small.budget, []
            support = {one: sum(Fraction(ballot.get(one, 0)) for ballot in small.points) for one in small.costs}
            for one in sorted(
                small.costs, key=lambda one: (-support[one] / (small.costs[one] if per_cost else 1), small.tie(one))
            ):
                if support[one] >= 2 and small.costs[one] <= left:
                    expected.append(one)
                    left -= small.costs[one]
            rule = Greedy(per_cost=per_cost, threshold=2, ties=Ties(small.keys))
            assert list(count(small.election(), rule).winners) == expected


def test_payments_cover_each_cost_and_nobody_pays_more_than_the_share() -> None:
    for seed in range(300):
        small = Small(seed)
        result = count(small.election(), small.rule())
        winners = explain(result).winners
        for winner in winners:
            if winner.payers:
                assert sum(one.amount * one.voters for one in winner.payers) == winner.step.cost
        paid = [paid_by(result, ballot) for ballot in small.points]
        for winner in winners:
            if winner.payers:
                assert sum(one.get(winner.step.project, 0) for one in paid) == winner.step.cost
        assert all(sum(one.values()) <= (result.endowment or 0) for one in paid)


def _with_more(small: Small, project: str, more: int, rule: Any) -> list[str]:
    """The winners when that many voters join who support one project alone, while everybody's purse stays the same."""
    ballots = [*small.points, *[{project: 1}] * more]

    def tie(name: str) -> Any:
        return small.tie(name)

    share = count(small.election(), rule).endowment
    assert share is not None
    return reference.equal_shares(small.costs, ballots, share, rule.utility, tie)


def test_as_many_votes_as_a_loser_lacked_bring_it_in_and_one_less_doesnt() -> None:
    tried = 0
    for seed in range(300):
        small = Small(seed)
        rule = replace(small.rule(), completion=Completion.NONE, increment=None)
        result = count(small.election(), rule)
        for loser in explain(result).losers:
            if loser.more is not None and result.endowment:
                tried += 1
                assert loser.more > 0
                assert loser.project in _with_more(small, loser.project, loser.more, rule), seed
                assert loser.project not in _with_more(small, loser.project, loser.more - 1, rule), seed
    assert tried > 100


def test_phragmens_and_greedys_losers_need_what_they_are_told() -> None:
    tried = 0
    for seed in range(400):
        small = Small(seed)
        if small.kind is not Kind.APPROVAL:
            continue
        for rule in (Phragmen(), Greedy(), Greedy(overflow=Overflow.STOP), Greedy(per_cost=True)):
            for loser in explain(count(small.election(), rule)).losers:
                if loser.more is None:
                    continue
                tried += 1
                for more, wins in ((loser.more, True), (loser.more - 1, False)):
                    if more >= 0:
                        projects = [Project(name, cost) for name, cost in small.costs.items()]
                        joined = Election.of(projects, small.budget, [*small.ballots, *[[loser.project]] * more])
                        assert (loser.project in count(joined, rule).winners) is wins, (seed, rule, loser)
    assert tried > 300


def two_streets() -> Election:
    """Ten voters: six for a park, four for a lamp and a bench."""
    projects = [Project("park", Fraction(60)), Project("lamp", Fraction(30)), Project("bench", Fraction(20))]
    return Election.of(projects, 100, [["park"]] * 6 + [["lamp", "bench"]] * 4)


def test_a_count_tells_who_paid_what_and_what_a_loser_lacked() -> None:
    result = count(two_streets(), rule_from_name("mes-cost"))
    assert result.winners == ("park", "bench")
    told = explain(result)
    assert [(one.amount, one.voters) for one in told.winners[0].payers] == [(10, 6)]
    assert [(one.amount, one.voters) for one in told.winners[1].payers] == [(5, 4)]
    assert result.steps[0].effective_votes == 6
    (lamp,) = told.losers
    assert (lamp.project, lamp.lack, lamp.money, lamp.more) == ("lamp", Lack.MONEY, 20, 1)


def test_a_count_is_compared_with_greedy() -> None:
    told = compare(
        count(two_streets(), rule_from_name("mes-cost")), count(two_streets(), rule_from_name("greedy-no-skip"))
    )
    assert (told.both, told.only_first, told.only_second) == (("park", "bench"), (), ())
    assert compare(count(two_streets(), Greedy(threshold=5))).prefer_second == 4


def test_the_endowment_is_raised_until_the_outcome_would_be_too_dear() -> None:
    results: list[Count] = [
        count(election("Poland_Swiecie_2023.pb").election, rule_from_name(f"mes-cost+add1{stop}"))
        for stop in ("", "-exhaustive")
    ]
    assert results[0].runs > results[1].runs > 1
    assert all(result.cost <= result.election.budget for result in results)


def test_a_lot_decides_ties_that_votes_and_cost_leave() -> None:
    projects = [Project(name, Fraction(5)) for name in ("a", "b", "c")]
    even = Election.of(projects, 5, [["a", "b", "c"]])
    for rule in (Greedy(), Phragmen(), EqualShares()):
        assert count(even, rule).winners[0] == "a"
        assert count(even, replace(rule, ties=Ties(("votes", "cost"), ("c", "a", "b")))).winners[0] == "c"


def test_what_nobody_voted_for_is_funded_by_greedy_alone() -> None:
    one = Election.of([Project("a", Fraction(1)), Project("b", Fraction(1))], 10, [["a"], []])
    assert count(one, Phragmen()).winners == count(one, EqualShares()).winners == ("a",)
    assert count(one, Greedy()).winners == ("a", "b")
    nobody = Election.of([Project("a", Fraction(1))], 10, [])
    assert count(nobody, rule_from_name("mes-cost+add1")).winners == ()


def test_a_rule_that_doesnt_fit_the_ballots_is_refused() -> None:
    approvals = Election.of([Project("a", Fraction(1))], 10, [["a"]])
    points = Election.of([Project("a", Fraction(1))], 10, [{"a": 2}], Kind.CUMULATIVE)
    with pytest.raises(Unfit, match="mes-cost"):
        count(approvals, rule_from_name("mes-points"))
    with pytest.raises(Unfit, match="approvals"):
        count(points, rule_from_name("phragmen"))


@pytest.mark.parametrize(
    ("projects", "budget", "ballots"),
    [
        ([("a", 1), ("a", 2)], 5, []),
        ([("a", 0)], 5, []),
        ([("a", 1)], 0, []),
        ([("a", 1)], 5, [["b"]]),
        ([("a", 1)], 5, [["a", "a"]]),
        ([("a", 1)], 5, [{"a": 1}]),
    ],
)
def test_no_election_is_made_of_nonsense(projects: list[tuple[str, int]], budget: int, ballots: list[Any]) -> None:
    with pytest.raises(BadElection):
        Election.of([Project(name, Fraction(cost)) for name, cost in projects], budget, ballots)
