"""`.pb` files: what is read is written again, and a file that is wrong gets one error, with its line."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from kuutio.core.budgeting import BadFile, Kind, make_pb, read_pb, write_pb
from tests.core.budgeting.elections import election, files

GOOD = """META
key;value
description;A vote
country;Finland
unit;Oulu
instance;2026
num_projects;2
num_votes;3
budget;100.5
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
max_length;2
PROJECTS
project_id;cost;votes;name
a;60;2;"A bench; ""soft"" and warm"
b;40.25;2;Lamp
VOTES
voter_id;vote;age
1;a,b;12
2;b;
3;a;70
"""


@pytest.mark.parametrize("name", files())
def test_what_is_read_is_written_again(name: str) -> None:
    pb = election(name)
    again = read_pb(write_pb(pb))
    assert (again.meta, again.projects, again.votes) == (pb.meta, pb.projects, pb.votes)
    assert write_pb(again) == write_pb(pb)


def test_all_that_a_file_says_is_kept() -> None:
    pb = read_pb(GOOD)
    assert write_pb(pb) == GOOD
    assert pb.projects.rows[0][3] == 'A bench; "soft" and warm'
    assert [project.cost for project in pb.election.projects] == [60, Fraction(161, 4)]
    assert (pb.election.votes, pb.election.voters, pb.notes) == ([2, 2], 3, ())


def test_windows_line_ends_a_mark_and_empty_lines_do_no_harm() -> None:
    pb = read_pb(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert pb.votes == read_pb(GOOD).votes


def test_numbers_beside_the_projects_that_the_ballots_deny_are_noted() -> None:
    assert read_pb(GOOD.replace("b;40.25;2", "b;40.25;7")).notes == (
        (18, "votes is '7', the ballots say 2; they are what counts."),
    )


def test_every_kind_of_ballot_is_understood() -> None:
    kinds = {name: election(name).election.kind for name in files()}
    assert set(kinds.values()) == {Kind.APPROVAL, Kind.ORDINAL, Kind.CUMULATIVE, Kind.CHOOSE_1}
    scoring = GOOD.replace("approval", "scoring\ndefault_score;1").replace("voter_id;vote;age", "voter_id;vote;points")
    scoring = scoring.replace("1;a,b;12", "1;a,b;3,-1").replace("2;b;", "2;b;0.5").replace("3;a;70", "3;a;2")
    told = read_pb(scoring).election
    assert told.scores == [3 + 1 + 2, Fraction(1, 2) + 1]
    assert told.votes == [3, 2]


def test_the_published_scores_are_those_of_the_ballots() -> None:
    for name in ("Poland_Krakow_2021_Debniki.pb", "Switzerland_Zurich_S5R.pb", "Poland_Czestochowa_2024.pb"):
        pb = election(name)
        at = pb.projects.columns.index("score")
        assert [int(row[at]) for row in pb.projects.rows] == pb.election.scores


def test_ballots_cast_here_become_a_file() -> None:
    meta = {"description": "d", "budget": "10", "vote_type": "cumulative", "max_sum_points": "5"}
    pb = make_pb(meta, [{"project_id": "a", "cost": "4"}, {"project_id": "b", "cost": "8"}], [{"b": 3, "a": 2}, {}])
    assert pb.votes.rows == [["1", "b,a", "3,2"], ["2", "", ""]]
    assert read_pb(write_pb(pb)).election.scores == [2, 3]
    with pytest.raises(BadFile, match="line 14: The vote gives 6 points; at most 5 is allowed"):
        make_pb(meta, [{"project_id": "a", "cost": "4"}], [{"a": 6}])


def swap(old: str, new: str) -> Callable[[str], str]:
    """The good file with something else in it."""

    def changed(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return changed


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (lambda text: "", 1, "first line must be META"),
        (lambda text: text.split("PROJECTS")[0], 14, "without the section PROJECTS"),
        (lambda text: text.split("VOTES")[0], 18, "without the section VOTES"),
        (lambda text: text[: text.index("voter_id")], 19, "the columns of VOTES"),
        (swap("key;value\n", ""), 2, "key;value"),
        (swap("PROJECTS\n", "META\nPROJECTS\n"), 15, "1 fields"),
        (swap("b;40.25", "PROJECTS\nb;40.25"), 18, "PROJECTS can't stand here"),
        (swap("2;b;\n", "VOTES\n2;b;\n"), 22, "VOTES can't stand here"),
        (swap("budget;100.5\n", ""), 1, "no budget"),
        (swap("budget;100.5", "budget;-5"), 9, "more than 0"),
        (swap("budget;100.5", "budget;nan"), 9, "must be a number"),
        (swap("budget;100.5", "budget;1e9"), 9, "must be a number"),
        (swap("budget;100.5", "budget;100.5\nbudget;7"), 10, "twice"),
        (swap("budget;100.5", "budget;100;5"), 9, "3 fields"),
        (swap("approval", "guess"), 10, "no vote_type"),
        (swap("num_projects;2", "num_projects;3"), 7, "there are 2 projects"),
        (swap("num_votes;3", "num_votes;" + "9" * 5000), 8, "must be a number"),
        (swap("num_votes;3", "num_votes;4"), 8, "there are 3 votes"),
        (swap("project_id;cost;votes", "project_id;price;votes"), 16, "column cost is missing"),
        (swap("project_id;cost;votes", "project_id;cost;cost"), 16, "twice"),
        (swap("b;40.25", "b;-40"), 18, "more than 0"),
        (swap("b;40.25", "b;inf"), 18, "must be a number"),
        (swap("b;40.25", "b;1,5"), 18, "must be a number"),
        (swap("b;40.25", "a;40.25"), 18, "there twice"),
        (swap("b;40.25", "x,y;40.25"), 18, "comma"),
        (swap("b;40.25;2;Lamp", "b;40.25;2"), 18, "3 fields"),
        (swap("Lamp", '"Lamp'), 18, "stray quote"),
        (swap("Lamp", '"La"mp'), 18, "stray quote"),
        (swap("Lamp", "x" * 200_000), 18, "field larger"),
        (swap("Lamp", "La\0mp"), 18, "NUL"),
        (swap("voter_id;vote", "voter_id;choice"), 20, "column vote is missing"),
        (swap("2;b;", "1;b;"), 22, "there twice"),
        (swap("2;b;", "2;c;"), 22, "'c', which is no project"),
        (swap("2;b;", "2;a, b;"), 22, "' b', which is no project"),
        (swap("1;a,b;", "1;a,a;"), 21, "'a' twice"),
        (swap("1;a,b;", "1;a,b,a,b;"), 21, "names 4 projects; at most 2"),
        (swap("max_length;2", "min_length;2"), 22, "names 1 projects; at least 2"),
        (swap("max_length;2", "max_sum_cost;99"), 21, "cost 100.25; at most 99"),
        (swap("approval", "choose-1"), 21, "names 2 projects; at most 1"),
        (swap("approval", "cumulative"), 20, "column points is missing"),
    ],
)
def test_a_file_that_is_wrong_says_where(change: Callable[[str], str], line: int, words: str) -> None:
    with pytest.raises(BadFile) as told:
        read_pb(change(GOOD))
    assert (told.value.line, words in told.value.reason) == (line, True), str(told.value)
    assert len(str(told.value)) < 250


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1;a,b;1", "gives 1 points"),
        ("1;a,b;1,nan", "must be a number"),
        ("1;a,b;1,-1", "gets -1 points; at least 0"),
        ("1;a,b;9,2", "gives 11 points; at most 10"),
        ("1;a,b;1,999999999999999999", "must be a number"),
    ],
)
def test_points_are_held_against_the_limits(row: str, words: str) -> None:
    head = (
        GOOD.split("voter_id")[0]
        .replace("approval", "cumulative\nmax_sum_points;10")
        .replace("num_votes;3", "num_votes;1")
    )
    with pytest.raises(BadFile, match="line 22") as told:
        read_pb(f"{head}voter_id;vote;points\n{row}\n")
    assert words in told.value.reason


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp1252"])
def test_another_encoding_is_named_with_its_line(encoding: str) -> None:
    with pytest.raises(BadFile, match="UTF-8") as told:
        read_pb(GOOD.replace("Lamp", "Hämärä").encode(encoding))
    assert told.value.line == (1 if encoding == "utf-16" else 18)
