"""Two snapshots compared, and a feed that turns one into the other."""

import datetime
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.opendata.engine.diff import Change, ColumnChange, Difference, Op, changes, compare, stream
from kuutio.opendata.engine.types import ColumnType
from tests.opendata.engine.safety.snapshots import Maker, make

COLUMNS = {"id": "integer", "name": "text", "seen": "date", "geometry": "geometry"}
DAY = datetime.date(2024, 5, 1)


@pytest.fixture
def pair(snapshot: Maker) -> tuple[Path, Path]:
    old = [[1, "a", DAY, "POINT (1 2)"], [2, "b", None, "POINT (1 2)"], [3, "c", DAY, None], [4, "d", DAY, None]]
    new = [[1, "a", DAY, "POINT (1 2)"], [2, "B", None, "POINT (1 3)"], [4, "d", None, None], [5, "e", DAY, None]]
    return snapshot(COLUMNS, old, key=["id"]), snapshot(COLUMNS, new, key=["id"])


def test_rows_are_counted_by_what_happened_to_them(pair: tuple[Path, Path]) -> None:
    assert compare(*pair) == Difference(
        added=1, removed=1, changed=2, same=1, columns=[], changed_by_column={"name": 1, "seen": 1, "geometry": 1}
    )
    assert compare(pair[0], pair[0]) == Difference(0, 0, 0, 4, [], {})


def test_the_feed_tells_each_change_with_its_values(pair: tuple[Path, Path]) -> None:
    found = changes(*pair)
    assert [change.as_json() for change in found] == [
        {
            "op": "update",
            "id": "2",
            "before": {"id": 2, "name": "b", "seen": None, "geometry": {"type": "Point", "coordinates": [1.0, 2.0]}},
            "after": {"id": 2, "name": "B", "seen": None, "geometry": {"type": "Point", "coordinates": [1.0, 3.0]}},
        },
        {
            "op": "delete",
            "id": "3",
            "before": {"id": 3, "name": "c", "seen": "2024-05-01", "geometry": None},
            "after": None,
        },
        {
            "op": "update",
            "id": "4",
            "before": {"id": 4, "name": "d", "seen": "2024-05-01", "geometry": None},
            "after": {"id": 4, "name": "d", "seen": None, "geometry": None},
        },
        {
            "op": "insert",
            "id": "5",
            "before": None,
            "after": {"id": 5, "name": "e", "seen": "2024-05-01", "geometry": None},
        },
    ]
    assert [change.columns for change in found] == [("name", "geometry"), (), ("seen",), ()]


def test_pages_follow_each_other_with_and_without_an_index(pair: tuple[Path, Path], tmp_path: Path) -> None:
    whole = changes(*pair)
    index = tmp_path / "made" / "changes.parquet"
    for kept in (None, index):
        assert changes(*pair, limit=2, index=kept) == whole[:2]
        assert changes(*pair, limit=2, after="3", index=kept) == whole[2:]
        assert changes(*pair, after="5", index=kept) == []
        assert list(stream(*pair, index=kept)) == whole
    assert [path.name for path in index.parent.iterdir()] == ["changes.parquet"]


def test_without_a_key_a_change_is_a_deletion_and_an_insertion(snapshot: Maker) -> None:
    old = snapshot({"name": "text"}, [["a"], ["b"], ["b"]])
    new = snapshot({"name": "text"}, [["b"], ["c"]])
    assert compare(old, new) == Difference(1, 2, 0, 1, [], {})
    assert sorted((change.op, (change.before or change.after or {})["name"]) for change in changes(old, new)) == [
        (Op.DELETE, "a"),
        (Op.DELETE, "b"),
        (Op.INSERT, "c"),
    ]


def test_columns_that_come_go_and_change_their_type(snapshot: Maker) -> None:
    old = snapshot(
        {"id": "text", "n": "integer", "t": "integer", "gone": "text"},
        [["a", 1, 7, "x"], ["b", 2, 8, None]],
        key=["id"],
    )
    new = snapshot(
        {"id": "text", "n": "number", "t": "text", "came": "text"},
        [["a", 1.0, "7", None], ["b", 2.5, "8", None]],
        key=["id"],
    )
    difference = compare(old, new)
    assert difference.columns == [
        ColumnChange("n", ColumnType.INTEGER, ColumnType.NUMBER),
        ColumnChange("t", ColumnType.INTEGER, ColumnType.TEXT),
        ColumnChange("came", None, ColumnType.TEXT),
        ColumnChange("gone", ColumnType.TEXT, None),
    ]
    assert difference.changed_by_column == {"n": 1, "t": 2, "gone": 1}
    assert [change.columns for change in changes(old, new)] == [("t", "gone"), ("n", "t")]


def test_names_with_quotes_and_ids_with_quotes(snapshot: Maker) -> None:
    name = 'it\'s "x"'
    old = snapshot({name: "text", "v": "text"}, [["o'clock", "1"]], key=[name])
    new = snapshot({name: "text", "v": "text"}, [["o'clock", "2"]], key=[name])
    (change,) = changes(old, new)
    assert (change.op, change.id, change.columns) == (Op.UPDATE, "o'clock", ("v",))
    assert changes(old, new, after="o'clock") == []


def applied(rows: dict[str, dict[str, Any]], feed: Iterable[Change]) -> dict[str, dict[str, Any]]:
    """What a follower of the feed does; it checks that each change fits what it holds."""
    now = dict(rows)
    for change in feed:
        if change.op is Op.INSERT:
            assert change.id not in now
        else:
            assert now.pop(change.id) == change.before
        if change.after is not None:
            now[change.id] = change.after
    return now


VALUES = {
    "n": st.none() | st.floats(-2, 2, width=16),
    "t": st.none() | st.text("ab'\"\\ä", max_size=2),
    "b": st.none() | st.booleans(),
    "at": st.none() | st.integers(0, 99_999).map(lambda s: datetime.datetime.fromtimestamp(s, datetime.UTC)),
    "geometry": st.none() | st.sampled_from(["POINT (1 2)", "POINT (2 2)", "LINESTRING (0 0, 1 1)", "POINT EMPTY"]),
}
KINDS = {"n": "number", "t": "text", "b": "boolean", "at": "datetime", "geometry": "geometry"}


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], list[list[Any]]]:
    names = [name for name in KINDS if name == "t" or draw(st.booleans())]
    rows = draw(st.dictionaries(st.integers(1, 6), st.tuples(*(VALUES[name] for name in names)), max_size=6))
    columns = {"id": "integer"} | {name: KINDS[name] for name in names}
    return columns, [[key, *values] for key, values in rows.items()]


def as_records(directory: Path) -> dict[str, dict[str, Any]]:
    """All rows of a snapshot, as the feed shows them: its changes from nothing."""
    empty = make(directory.parent.parent, {"id": "integer"}, [], key=["id"])
    return {change.id: change.after for change in changes(empty, directory) if change.after is not None}


@settings(max_examples=15, deadline=None)
@given(tables(), tables())
def test_the_feed_applied_to_the_old_gives_the_new(
    tmp_path_factory: pytest.TempPathFactory,
    before: tuple[dict[str, str], list[list[Any]]],
    after: tuple[dict[str, str], list[list[Any]]],
) -> None:
    root = tmp_path_factory.mktemp("s")
    old, new = make(root, *before, key=["id"]), make(root, *after, key=["id"])
    was, now = as_records(old), as_records(new)
    feed = list(stream(old, new))
    names = {*before[0], *after[0]}

    def whole(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {key: {name: row.get(name) for name in names} for key, row in rows.items()}

    assert whole(applied(was, feed)) == whole(now)
    difference = compare(old, new)
    ops = [change.op for change in feed]
    assert (difference.added, difference.removed, difference.changed) == tuple(
        ops.count(op) for op in (Op.INSERT, Op.DELETE, Op.UPDATE)
    )
    assert difference.same + difference.changed + difference.removed == len(was)
    by_column = [name for change in feed for name in change.columns]
    assert difference.changed_by_column == {name: by_column.count(name) for name in by_column}


def test_half_a_million_rows_are_compared_in_seconds(snapshot: Maker, tmp_path: Path) -> None:
    old = snapshot({"a": "integer", "b": "text"}, [[1, "x"]], key=["a"])
    new = snapshot({"a": "integer", "b": "text"}, [[1, "y"]], key=["a"])
    for directory, condition in ((old, "range % 1000 > 0"), (new, "range % 1000 < 999")):
        duckdb.sql(
            "SELECT range::VARCHAR AS _id, range AS a, 'v' || CASE WHEN range % 500 = 5 AND "
            f"{directory == new} THEN -1 ELSE range END AS b FROM range(500000) WHERE {condition}"
        ).write_parquet(str(directory / "data.parquet"))
    started = time.monotonic()
    difference = compare(old, new)
    assert (difference.added, difference.removed, difference.changed) == (500, 500, 1000)
    index = tmp_path / "index.parquet"
    assert sum(1 for _ in stream(old, new, index=index)) == 2000
    assert time.monotonic() - started < 15
    started = time.monotonic()
    assert len(changes(old, new, after="4", limit=100, index=index)) == 100
    assert time.monotonic() - started < 1
