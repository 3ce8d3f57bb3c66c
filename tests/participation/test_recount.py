"""The browser's own count, run by node, beside the city's: the same winners in the same order, by two programs that share no line."""

import json
import random
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from kuutio.core.budgeting import Election, Kind, Project, Ties, count, rule_from_name, rule_to_json

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import { electionOf, refusal, support, winners } from "./frontend/js/counting.js";
const asked = JSON.parse(await new Response(process.stdin).text());
const found = [];
for (const { opening, ballots, asked: more = [] } of asked) {
  const election = electionOf(opening, ballots);
  found.push({
    winners: await winners(election, opening.rule),
    support: support(election, opening.rule),
    refused: [...ballots, ...more].map((one) => refusal(opening.election, one)),
  });
}
console.log(JSON.stringify(found));
"""
RULES = {
    "approval": ["greedy", "greedy-per-cost", "greedy-no-skip", "mes-cost+add1+u", "mes-cardinality+add50-exhaustive"],
    "ordinal": ["greedy", "mes-points+add1+u", "mes-cost+add1+u", "mes-points+add0.5+floor"],
    "cumulative": ["greedy", "mes-points+add1+u", "mes-cardinality+u"],
    "scoring": ["greedy-per-cost", "mes-points+add1-exhaustive+u", "mes-points"],
    "choose-1": ["greedy", "mes-cost+add25"],
}


def in_the_browser(asked):
    """What the page's script finds."""
    node = ROOT / ".venv" / "bin" / "node"
    done = subprocess.run(
        [node, "--input-type=module", "-e", _PROGRAM], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def euros(cents):
    return f"{cents // 100}.{cents % 100:02}"


def drawn_ballot(draw, kind, ids):
    some = draw.sample(ids, 1 if kind == "choose-1" else draw.randint(1, len(ids)))
    return {key: draw.randint(0, 4) for key in some} if kind in ("cumulative", "scoring") else some


def case(kind, name, costs, budget, ballots, keys=("votes", "cost"), lot=()):
    """An election as the log has it, and as the city counts it."""
    rule = replace(rule_from_name(name), ties=Ties(tuple(keys), tuple(lot)))
    projects = [Project(key, Fraction(cents, 100)) for key, cents in costs.items()]
    election = Election.of(projects, Fraction(budget, 100), ballots, Kind(kind))
    told = {
        "kind": kind,
        "budget": euros(budget),
        "projects": [{"id": key, "cost": euros(cents)} for key, cents in costs.items()],
    }
    return {"opening": {"election": told, "rule": rule_to_json(rule)}, "ballots": ballots}, count(election, rule)


def test_two_counts_that_share_no_line_agree_in_elections_full_of_ties():
    draw, asked, expected = random.Random(5), [], []
    for number in range(600):
        kind = list(RULES)[number % len(RULES)]
        ids = [str(key) for key in range(draw.randint(1, 7))]
        costs = {key: draw.choice([100, 250, 300, 333, 1000]) for key in ids}
        ballots = [drawn_ballot(draw, kind, ids) for _each in range(draw.randint(0, 9))]
        lot = draw.sample(ids, len(ids))
        made, counted = case(
            kind,
            draw.choice(RULES[kind]),
            costs,
            draw.choice([300, 1000, 1501]),
            ballots,
            draw.choice([(), ("cost",)]),
            lot,
        )
        asked.append(made)
        expected.append(counted)
    for made, counted, found in zip(asked, expected, in_the_browser(asked), strict=True):
        assert found["winners"] == list(counted.winners), made
        points = made["opening"]["rule"].get("utility") == "points" or made["opening"]["rule"]["kind"] == "greedy"
        assert found["support"] == [int(one) for one in (counted.election.scores if points else counted.election.votes)]


def test_phragmen_is_not_counted_in_the_browser():
    made, _counted = case("approval", "phragmen", {"1": 100}, 100, [["1"]])
    assert in_the_browser([made])[0]["winners"] is None


@pytest.mark.parametrize(
    ("kind", "limits", "allowed", "refused"),
    [
        (
            "approval",
            {"min_length": 1, "max_length": 2},
            [["1"], ["1", "2"]],
            [[], ["1", "2", "3"], ["9"], ["1", "1"], {"1": 1}],
        ),
        ("approval", {"max_sum_cost": "3.50"}, [["1", "2"]], [["1", "2", "3"]]),
        ("choose-1", {"min_length": 1}, [["1"]], [["1", "2"], []]),
        (
            "cumulative",
            {"max_sum_points": 5, "max_points": 3},
            [{"1": 3, "2": 2}],
            [{"1": 4}, {"1": 3, "2": 3}, ["1"], {"1": -1}],
        ),
    ],
)
def test_a_ballot_is_held_to_the_limits_of_its_paper(kind, limits, allowed, refused):
    told = {"kind": kind, "limits": limits, "budget": "5", "projects": [{"id": key, "cost": "1.50"} for key in "123"]}
    opening = {"election": told, "rule": rule_to_json(rule_from_name("greedy"))}
    why = in_the_browser([{"opening": opening, "ballots": [], "asked": allowed + refused}])[0]["refused"]
    assert [bool(one) for one in why] == [False] * len(allowed) + [True] * len(refused)
