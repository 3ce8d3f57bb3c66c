"""Every real election by every rule that fits its ballots: the winners that pabutools elects, and those the city declared."""

from dataclasses import replace

import pytest

from kuutio.core.budgeting import EqualShares, Ties, count, rule_from_name
from tests.core.budgeting.elections import RULES, election, files, frozen, step

FROZEN = frozen()
#: Of the others pabutools takes minutes for each rule: some rules are frozen, and `oracle.py` goes on where it was stopped.
COMPLETE = (
    "Poland_Swiecie_2023.pb",
    "Poland_Wroclaw_2016_Rejon_nr_3_750.pb",
    "Switzerland_Zurich_S5D10.pb",
    "Switzerland_Zurich_S5R.pb",
    "Switzerland_Zurich_SN.pb",
    "US_Seattle_2019_District_1_knapsack.pb",
)
SMALL = ("Switzerland_Zurich_S5D10.pb", "Switzerland_Zurich_S5R.pb", "Switzerland_Zurich_SN.pb")


def winners(name: str, rule_name: str) -> list[str]:
    rule = rule_from_name(rule_name)
    if isinstance(rule, EqualShares) and rule.increment:
        rule = replace(rule, increment=step(name))
    won = list(count(election(name).election, rule).winners)
    return sorted(won) if rule_name == "phragmen" else won


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rules in FROZEN.items() for rule in rules])
def test_real_elections_have_the_winners_of_pabutools(name: str, rule: str) -> None:
    assert winners(name, rule) == FROZEN[name][rule]


def test_every_rule_that_fits_is_held_against_the_peer() -> None:
    for name in COMPLETE:
        points = election(name).election.kind.gives_points
        fitting = {rule for rule in RULES if (rule != "phragmen" or not points) and (points or "points" not in rule)}
        assert set(FROZEN[name]) == fitting


@pytest.mark.parametrize("name", SMALL)
def test_what_is_frozen_is_what_pabutools_says_today(name: str) -> None:
    from tests.core.budgeting.oracle import Peer

    peer = Peer(name, files()[name])
    assert {rule: peer.winners(rule) for rule in ("greedy", "mes-cost", "mes-cost+add1-exhaustive")} == {
        rule: FROZEN[name][rule] for rule in ("greedy", "mes-cost", "mes-cost+add1-exhaustive")
    }


@pytest.mark.parametrize("stop", ["add1", "add1-exhaustive"])
def test_the_towns_own_equal_shares_is_repeated(stop: str) -> None:
    pb = election("Poland_Swiecie_2023.pb")
    official = {row[0] for row in pb.projects.rows if row[pb.projects.columns.index("selected")] == "1"}
    rule = replace(rule_from_name(f"mes-cost+{stop}+floor"), ties=Ties(("cost", "votes")))
    assert set(count(pb.election, rule).winners) == official


def test_the_formats_own_checker_elects_the_same() -> None:
    from tests.core.budgeting.oracle import checker_winners

    name = "US_Seattle_2019_District_1_knapsack.pb"
    rule = replace(rule_from_name("mes-cost"), ties=Ties(("cost", "votes")))
    assert list(count(election(name).election, rule).winners) == checker_winners(files()[name])


@pytest.mark.parametrize(
    ("name", "rule"),
    [("Poland_Wroclaw_2016_Rejon_nr_3_750.pb", "greedy-no-skip"), ("Poland_Krakow_2021_Debniki.pb", "greedy")],
)
def test_declared_greedy_rules_repeat_the_official_outcome(name: str, rule: str) -> None:
    pb = election(name)
    official = {row[0] for row in pb.projects.rows if row[pb.projects.columns.index("selected")] == "1"}
    assert set(winners(name, rule)) == official
