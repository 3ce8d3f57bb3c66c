"""A contract is read as written, and every row is held to it."""

import datetime
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.opendata.engine.contract import BadContract, ColumnRule, Contract, Every, Rule, check, late_from, parse
from kuutio.opendata.engine.types import ColumnType
from tests.opendata.engine.safety.snapshots import Maker, make

WRITTEN = """
columns:
  - {name: id, type: integer, required: true, unique: true}
  - {name: species, type: text, codes: {K: koivu, M: mänty}}
  - {name: height, type: number, unit: m, min: 0, max: 60}
  - {name: planted, type: date, min: 1900-01-01}
  - {name: note, optional: true, pattern: "[A-Z].*"}
key: [id]
rows: {min: 2, max: 1000}
every: weekly
extra: false
"""
COLUMNS = {"id": "integer", "species": "text", "height": "number", "planted": "date"}
GOOD = [[1, "K", 3.5, datetime.date(1999, 1, 1)], [2, "M", None, None]]


def test_yaml_json_and_what_they_hold_say_the_same() -> None:
    contract = parse(WRITTEN)
    assert contract.columns[1] == ColumnRule("species", ColumnType.TEXT, codes={"K": "koivu", "M": "mänty"})
    assert contract.columns[3].min == "1900-01-01"
    assert (contract.key, contract.rows_min, contract.every, contract.extra) == (("id",), 2, Every.WEEKLY, False)
    assert parse(json.dumps(contract.as_json())) == contract
    assert parse(contract.as_json()) == contract
    assert parse(yaml.safe_dump(contract.as_json())) == contract
    assert parse("") == Contract()
    assert parse({}).as_json() == {}


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        ("[1, 2]", ""),
        ("a: [", ""),
        ("kolumns: []", "/kolumns"),
        ("columns: 5", "/columns"),
        ("columns: [{type: text}]", "/columns/0"),
        ("columns: [{name: a}, {name: a}]", "/columns/1/name"),
        ("columns: [{name: a, type: string}]", "/columns/0/type"),
        ("columns: [{name: a, needed: true}]", "/columns/0/needed"),
        ("columns: [{name: a, required: 1}]", "/columns/0/required"),
        ("columns: [{name: a, min: x}]", "/columns/0/min"),
        ("columns: [{name: a, type: date, min: 5}]", "/columns/0/min"),
        ("columns: [{name: a, type: number, min: 2024-01-01}]", "/columns/0/min"),
        ("columns: [{name: a, type: number, min: .nan}]", "/columns/0/min"),
        ("columns: [{name: a, min: 5, max: 4}]", "/columns/0/max"),
        ("columns: [{name: a, codes: []}]", "/columns/0/codes"),
        ("columns: [{name: a, pattern: '('}]", "/columns/0/pattern"),
        ("columns: [{name: a, unit: 5}]", "/columns/0/unit"),
        ("key: [a, a]", "/key"),
        ("key: {a: 1}", "/key"),
        ("rows: {min: -1}", "/rows/min"),
        ("rows: {min: 5, max: 4}", "/rows/max"),
        ("every: often", "/every"),
        ("extra: maybe", "/extra"),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(written: str, pointer: str) -> None:
    with pytest.raises(BadContract) as refused:
        parse(written)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]
    assert refused.value.errors[0]["detail"]


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(BadContract) as refused:
        parse("{every: often, rows: 5, columns: [{name: a, type: x}, 7]}")
    assert {error["pointer"] for error in refused.value.errors} == {"/every", "/rows", "/columns/0/type", "/columns/1"}


def broken(directory: Path, contract: Contract) -> dict[tuple[Rule, str | None], tuple[int, list[int], list[str]]]:
    report = check(directory, contract)
    found = {(v.rule, v.column): (v.count, v.rows, v.examples) for v in report.violations}
    assert len(found) == len(report.violations)
    assert report.kept == (not found)
    return found


def test_a_kept_contract_has_no_violations(snapshot: Maker) -> None:
    report = check(snapshot(COLUMNS, GOOD), parse(WRITTEN))
    assert (report.kept, report.rows) == (True, 2)


def test_each_broken_promise_is_told_with_its_rows(snapshot: Maker) -> None:
    rows = [
        *GOOD,
        [2, "X", -1.0, datetime.date(1850, 1, 1)],
        [None, None, 61.0, None],
        [None, "", None, None],
    ]
    assert broken(snapshot(COLUMNS, rows), parse(WRITTEN)) == {
        (Rule.NO_VALUE, "id"): (2, [3, 4], ["", ""]),
        (Rule.NOT_UNIQUE, "id"): (1, [2], ["2"]),
        (Rule.KEY_NOT_UNIQUE, "id"): (1, [2], ["2"]),
        (Rule.NOT_IN_CODES, "species"): (2, [2, 4], ["X", ""]),
        (Rule.TOO_SMALL, "height"): (1, [2], ["-1.0"]),
        (Rule.TOO_GREAT, "height"): (1, [3], ["61.0"]),
        (Rule.TOO_SMALL, "planted"): (1, [2], ["1850-01-01"]),
    }


def test_columns_and_size_are_promised_too(snapshot: Maker) -> None:
    directory = snapshot({"id": "text", "height": "integer", "other": "boolean"}, [["1", 5, True]])
    assert broken(directory, parse(WRITTEN)) == {
        (Rule.TOO_FEW_ROWS, None): (1, [], ["1"]),
        (Rule.WRONG_TYPE, "id"): (1, [], ["text"]),
        (Rule.MISSING_COLUMN, "species"): (1, [], []),
        (Rule.MISSING_COLUMN, "planted"): (1, [], []),
        (Rule.EXTRA_COLUMN, "other"): (1, [], []),
    }
    assert set(broken(directory, Contract(rows_max=0))) == {(Rule.TOO_MANY_ROWS, None)}
    assert set(broken(directory, Contract(key=("kunta",)))) == {(Rule.MISSING_COLUMN, "kunta")}


def test_a_pattern_matches_the_whole_value(snapshot: Maker) -> None:
    directory = snapshot({"code": "text"}, [["AB-1"], ["xAB-1"], ["AB-1\n"], [None]])
    contract = parse({"columns": [{"name": "code", "pattern": "[A-Z]{2}-[0-9]"}]})
    assert broken(directory, contract) == {(Rule.NOT_BY_PATTERN, "code"): (2, [1, 2], ["xAB-1", "AB-1\n"])}


def test_names_and_values_with_quotes_are_only_names_and_values(snapshot: Maker) -> None:
    name = 'a"; DROP TABLE x; --'
    directory = snapshot({name: "text"}, [["it's"], ["'"]])
    contract = parse({"columns": [{"name": name, "codes": ["it's"], "pattern": "[^']*'?s?"}], "key": [name]})
    assert broken(directory, contract) == {(Rule.NOT_IN_CODES, name): (1, [1], ["'"])}


def test_bounds_of_time_are_compared_as_time(snapshot: Maker) -> None:
    at = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.UTC)
    directory = snapshot({"at": "datetime", "t": "time"}, [[at, datetime.time(9)], [None, datetime.time(18)]])
    rules = [{"name": "at", "min": "2024-05-01T12:00:01Z"}, {"name": "t", "type": "time", "max": "17:00"}]
    assert broken(directory, parse({"columns": rules})) == {
        (Rule.TOO_SMALL, "at"): (1, [0], ["2024-05-01 12:00:00+00"]),
        (Rule.TOO_GREAT, "t"): (1, [1], ["18:00:00"]),
    }


@pytest.mark.parametrize(
    ("every", "updated", "late"),
    [
        (Every.DAILY, "2024-02-28T10:00", "2024-03-01T10:00"),
        (Every.WEEKLY, "2024-01-01T00:00", "2024-01-10T00:00"),
        (Every.FORTNIGHTLY, "2024-01-01T00:00", "2024-01-18T00:00"),
        (Every.MONTHLY, "2024-01-31T08:00", "2024-03-07T08:00"),
        (Every.QUARTERLY, "2024-11-30T00:00", "2025-03-14T00:00"),
        (Every.HALF_YEARLY, "2024-08-31T00:00", "2025-03-21T00:00"),
        (Every.YEARLY, "2024-02-29T00:00", "2025-03-30T00:00"),
    ],
)
def test_data_is_late_a_period_and_its_grace_after_the_last(every: Every, updated: str, late: str) -> None:
    at = datetime.datetime.fromisoformat(f"{updated}+00:00")
    assert late_from(every, at) == datetime.datetime.fromisoformat(f"{late}+00:00")


def naive(rows: Sequence[Sequence[Any]], contract: Contract) -> dict[tuple[str, str], list[int]]:
    """The same promises in plain Python, for a number column `n` and a text column `t`."""
    found: dict[tuple[str, str], list[int]] = {}

    def bad(rule: Rule, column: str, row: int) -> None:
        found.setdefault((rule, column), []).append(row)

    for position, rule in enumerate(contract.columns):
        seen = set()
        for number, row in enumerate(rows):
            value = row[position]
            if value is None:
                if rule.required or rule.name in contract.key:
                    bad(Rule.NO_VALUE, rule.name, number)
                continue
            if rule.unique and value in seen:
                bad(Rule.NOT_UNIQUE, rule.name, number)
            seen.add(value)
            if rule.codes is not None and value not in rule.codes:
                bad(Rule.NOT_IN_CODES, rule.name, number)
            if rule.min is not None and value < rule.min:
                bad(Rule.TOO_SMALL, rule.name, number)
            if rule.max is not None and value > rule.max:
                bad(Rule.TOO_GREAT, rule.name, number)
            if rule.pattern is not None and not re.fullmatch(rule.pattern, value, re.DOTALL):
                bad(Rule.NOT_BY_PATTERN, rule.name, number)
    if contract.key:
        keys = set()
        for number, row in enumerate(rows):
            key = tuple(row[["n", "t"].index(name)] for name in contract.key)
            if None not in key:
                if key in keys:
                    bad(Rule.KEY_NOT_UNIQUE, ", ".join(contract.key), number)
                keys.add(key)
    return found


NUMBERS = st.none() | st.integers(-3, 3) | st.floats(-3, 3, width=16)
TEXTS = st.none() | st.text("ab1 '", max_size=3)
RULES = st.tuples(
    st.builds(
        ColumnRule,
        st.just("n"),
        required=st.booleans(),
        unique=st.booleans(),
        min=st.none() | st.integers(-3, 0),
        max=st.none() | st.floats(0, 3),
    ),
    st.builds(
        ColumnRule,
        st.just("t"),
        required=st.booleans(),
        unique=st.booleans(),
        codes=st.none() | st.dictionaries(st.text("ab1 '", max_size=2), st.just(""), min_size=1, max_size=4),
        pattern=st.none() | st.sampled_from(["a*", "[ab]+1?", ".", "a|b", "'.*"]),
    ),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, TEXTS), max_size=12),
    st.builds(Contract, RULES, key=st.sampled_from([(), ("n",), ("t",), ("n", "t")])),
)
def test_the_check_agrees_with_plain_python(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]], contract: Contract
) -> None:
    directory = make(tmp_path_factory.mktemp("s"), {"n": "number", "t": "text"}, rows)
    found = {(v.rule, v.column): (v.count, v.rows) for v in check(directory, contract).violations}
    assert found == {broken: (len(numbers), numbers[:5]) for broken, numbers in naive(rows, contract).items()}
