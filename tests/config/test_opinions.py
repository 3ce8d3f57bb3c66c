"""`./kuutio opinions`, as a researcher runs it."""

import json

import pytest

from kuutio.config.console import main
from tests.core.opinions.real import CANADA, WATER, text


@pytest.fixture
def opinions(tmp_path, capsys):
    for name in (CANADA, WATER):
        (tmp_path / name).mkdir()
        for file in ("votes", "comments"):
            (tmp_path / name / f"{file}.csv").write_text(text(name, file), "utf-8")

    def ask(name: str, *words: str) -> tuple[int, str, str]:
        status = main(["opinions", str(tmp_path / name), *words])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    ask.folder = tmp_path
    return ask


def test_a_map_is_told_to_people_and_to_programs(opinions):
    status, out, err = opinions(CANADA)
    assert (status, err) == (0, "")
    assert "people in groups 281, stability 0.8" in out and "group 1: 16 people" in out
    assert "I am pleased with the current electoral system." in out and "all agree:" in out
    status, out, _ = opinions(WATER)
    assert status == 0 and "groups: not shown" in out and "group 0" not in out
    assert "group 0" in opinions(WATER, "--unstable")[1]
    status, out, _ = opinions(WATER, "--json")
    assert (status, opinions(WATER, "--json")[1]) == (0, out)
    told = json.loads(out)
    assert (told["people"], told["groups"], told["shown"]) == (117, [], False)
    assert 0 < told["stability"] < 0.7 and told["consensus"]["agree"][0]["value"] > 0.9


def test_what_is_missing_or_broken_says_so(opinions):
    assert opinions("nothing")[0] == 1
    assert opinions(WATER, "--seed", "-1")[0] == 1
    (opinions.folder / WATER / "comments.csv").unlink()
    assert opinions(WATER)[0] == 0
    (opinions.folder / WATER / "votes.csv").write_bytes(b"comment-id,voter-id,vote\n1,2,\xff\n")
    status, out, err = opinions(WATER)
    assert (status, out) == (1, "") and "votes.csv, line 2" in err
