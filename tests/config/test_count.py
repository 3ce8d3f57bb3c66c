"""`./kuutio count`, as it is typed."""

import json
from pathlib import Path

import pytest

from kuutio.config.console import main

DATA = Path(__file__).parents[1] / "core" / "budgeting" / "data"
SWIECIE, ZURICH = str(DATA / "Poland_Swiecie_2023.pb"), str(DATA / "Switzerland_Zurich_S5D10.pb")


def test_a_count_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["count", SWIECIE, "--rule", "mes-cost+add1", "--increment", "10", "--ties", "votes,cost", "--explain"]
    assert main([*words, "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["rule"] == "mes-cost+add1"
    assert told["parameters"]["increment"] == "10"
    assert told["parameters"]["ties"]["keys"] == ["votes", "cost"]
    assert [step["project"] for step in told["steps"]] == told["winners"]
    assert sum(step["cost"] for step in told["steps"]) == told["cost"] <= told["budget"] == 1_070_000
    assert {one["project"] for one in told["losers"]}.isdisjoint(told["winners"])
    assert told["seconds"] > 0
    assert printed.err == ""
    assert main(words) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["winners"] == told["winners"]
    assert "of 22 projects" in printed.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([SWIECIE, "--rule", "dice"], 2, "There is no rule 'dice'"),
        ([SWIECIE, "--rule", "greedy", "--increment", "5"], 2, "--increment goes with"),
        ([SWIECIE, "--rule", "mes-cost+add1", "--increment", "nan"], 2, "number above 0"),
        ([SWIECIE, "--rule", "mes-points"], 1, "approval ballots give none"),
        ([ZURICH, "--rule", "phragmen"], 1, "needs approvals"),
        (["no-such.pb", "--rule", "greedy"], 1, "No such file"),
        ([str(DATA / "README.md"), "--rule", "greedy"], 1, "line 1: The first line must be META."),
    ],
)
def test_what_cant_be_counted_is_refused(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", *words]) == status
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_a_command_without_its_rule_is_written_wrongly() -> None:
    with pytest.raises(SystemExit) as left:
        main(["count", SWIECIE])
    assert left.value.code == 2
