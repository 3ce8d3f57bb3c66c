"""Writing rows: what stays keeps its id and place, each write is done whole or not at all."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.revising import revise
from kuutio.opendata.engine.snapshot import read_manifest
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.written import Change, guessed, read_rows, read_where

CSV = "id,name,height,planted\n1,Koivu,12.5,2001-05-02\n2,Mänty,,1999-12-31\n3,Kuusi,7,\n"
PLACES = "id,name,lon,lat\n" + "".join(f"{n},p{n},{24 + n / 50},{60 + (n * 7 % 50) / 100}\n" for n in range(50))


def load(tmp_path, content=CSV, key=("id",)):
    path = tmp_path / "in.csv"
    path.write_text(content)
    return ingest(path, tmp_path / "snap", table_prefix="a-b", options=Options(key=key), limits=Limits())[0].path


def rows_of(path):
    return duckdb.sql(f"SELECT * FROM read_parquet('{path}/data.parquet')").fetchall()


def change(base, operation, rows, key=("id",), where=None, root=None):
    columns = read_manifest(base).columns
    where = read_where(where or {}, columns)
    changes = [Change(operation, read_rows(rows, columns), where)]
    return revise(root or base.parent.parent, "a-b", base=base, columns=columns, key=key, changes=changes)


def test_an_upsert_changes_adds_and_keeps_the_rest(tmp_path):
    base = load(tmp_path)
    before = rows_of(base)
    made = change(base, "upsert", [{"id": 2, "height": 3}, {"id": 9, "name": "Uusi"}])
    assert made.refusals == [None]
    after = rows_of(made.path)
    assert after[0] == before[0] and after[2] == before[2]
    assert after[1] == (*before[1][:3], 3.0, before[1][4])
    assert after[3][:3] == ("9", 9, "Uusi")
    manifest = read_manifest(made.path)
    assert (manifest.rows, manifest.rows_in, manifest.rejects, manifest.key) == (4, 4, 0, ["id"])
    assert manifest.column("height").nulls == 1


def test_an_insert_of_a_key_that_is_there_is_refused_whole(tmp_path):
    base = load(tmp_path)
    made = change(base, "insert", [{"id": 8, "name": "x"}, {"id": 2, "name": "y"}])
    assert made.path is None
    assert "duplicate key" in made.refusals[0]


def test_an_update_of_a_key_that_is_not_there_is_refused(tmp_path):
    assert "not found" in change(load(tmp_path), "update", [{"id": 77, "name": "x"}]).refusals[0]


def test_a_row_without_its_key_is_refused(tmp_path):
    assert "needed as key" in change(load(tmp_path), "upsert", [{"name": "x"}]).refusals[0]


def test_writes_are_applied_in_turn_and_a_refused_one_leaves_nothing(tmp_path):
    base = load(tmp_path)
    columns = read_manifest(base).columns

    def write(operation, *rows, **where):
        return Change(operation, read_rows(rows, columns), read_where(where, columns))

    made = revise(
        tmp_path / "snap",
        "a-b",
        base=base,
        columns=columns,
        key=["id"],
        changes=[
            write("insert", {"id": 10, "name": "a"}),
            write("insert", {"id": 11, "name": "b"}, {"id": 10, "name": "c"}),
            write("update", {"id": 10, "height": 1}),
            write("delete", id=[1, 3]),
            write("insert", {"id": 1, "name": "takaisin"}),
            write("delete", name="a"),
        ],
    )
    assert [refusal is None for refusal in made.refusals] == [True, False, True, True, True, True]
    assert [row[1:3] for row in rows_of(made.path)] == [(1, "takaisin"), (2, "Mänty")]


def test_rows_without_a_key_keep_their_ids_and_repeats_are_numbered(tmp_path):
    base = load(tmp_path, key=())
    before = rows_of(base)
    new = {"id": 5, "name": "sama"}
    once = change(base, "insert", [new, new], key=())
    after = rows_of(once.path)
    assert after[:3] == before
    assert after[4][0] == f"{after[3][0]}-2"
    again = rows_of(change(once.path, "insert", [new], key=()).path)
    assert again[5][0] == f"{after[3][0]}-3"
    assert "unique key" in change(base, "upsert", [new], key=()).refusals[0]


def test_all_rows_can_be_deleted_and_written_again(tmp_path):
    base = load(tmp_path)
    empty = change(base, "delete", [])
    assert rows_of(empty.path) == []
    assert len(rows_of(change(empty.path, "upsert", [{"id": 1}]).path)) == 1


def test_places_stay_along_the_curve(tmp_path):
    base = load(tmp_path, PLACES)
    columns = read_manifest(base).columns
    assert columns[-1].type is ColumnType.GEOMETRY
    point = {"type": "Point", "coordinates": [24.011, 60.001]}
    made = change(base, "upsert", [{"id": 900, "name": "uusi", "geometry": point}, {"id": 4, "geometry": None}])
    fresh = load(tmp_path, PLACES.replace("4,p4,24.08,60.28\n", "") + "900,uusi,24.011,60.001\n")
    placed = [row[0] for row in rows_of(made.path) if row[-1] is not None]
    assert placed == [row[0] for row in rows_of(fresh)]
    manifest = read_manifest(made.path)
    assert manifest.geometry.bbox == read_manifest(fresh).geometry.bbox
    assert manifest.geometry.types == ["Point"]
    with pytest.raises(BadQuery):
        read_rows([{"geometry": {"type": "Point", "coordinates": [500, 1]}}], columns)


def test_a_key_can_be_declared_when_it_names_each_row(tmp_path):
    base = load(tmp_path, key=())
    assert [row[0] for row in rows_of(change(base, "insert", [{"id": 7}]).path)] == ["1", "2", "3", "7"]
    doubled = load(tmp_path, CSV + "3,Kaksi,1,\n", key=())
    with pytest.raises(BadQuery):
        change(doubled, "insert", [{"id": 7}])


def test_a_table_begins_with_its_columns(tmp_path):
    rows = [{"a": 1, "b": "2026-01-01", "c": True}, {"a": 2, "b": None, "d": 1.5}]
    columns = guessed(rows)
    assert [str(column.type) for column in columns] == ["integer", "date", "boolean", "number"]
    made = revise(
        tmp_path, "a-b", base=None, columns=columns, key=["a"], changes=[Change("upsert", read_rows(rows, columns))]
    )
    assert len(rows_of(made.path)) == 2
    empty = revise(tmp_path, "a-b", base=None, columns=columns, key=[], changes=[])
    assert read_manifest(empty.path).rows == 0


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", "x"),
        ("integer", 1.5),
        ("integer", 2**63),
        ("integer", "9" * 40),
        ("number", "1e999"),
        ("number", {}),
        ("boolean", 3),
        ("date", "2026-13-01"),
        ("datetime", "eilen"),
        ("text", "a\0b"),
        ("geometry", "POINT (1"),
        ("geometry", {"type": "Point"}),
        ("geometry", []),
    ],
)
def test_a_value_of_another_type_is_refused(kind, value):
    with pytest.raises(BadQuery):
        read_rows([{"x": value}], [Column("x", ColumnType(kind))])


def test_values_are_read_generously():
    columns = [Column(kind, ColumnType(kind)) for kind in ("integer", "number", "boolean", "text", "date")]
    row = {"integer": "5", "number": "1.5", "boolean": "true", "text": 5, "date": ""}
    assert read_rows([row], columns)[0] == {"integer": 5, "number": 1.5, "boolean": True, "text": "5", "date": None}


ROWS = st.lists(st.tuples(st.integers(0, 6), st.text("aå'\"-\n", max_size=3)), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=st.lists(st.tuples(st.sampled_from(["insert", "update", "upsert", "delete"]), ROWS), max_size=5))
def test_writes_give_what_a_dictionary_gives(tmp_path, writes):
    columns = [Column("k", ColumnType.INTEGER), Column("v", ColumnType.TEXT)]
    expected: dict[int, str] = {}
    changes, outcomes = [], []
    for operation, rows in writes:
        now = dict(expected)
        good = True
        if operation == "delete":
            keys = [key for key, _value in rows]
            changes.append(Change("delete", (), (("k", tuple(keys)),)))
            now = {key: value for key, value in now.items() if key not in keys}
        else:
            changes.append(Change(operation, tuple({"k": key, "v": value} for key, value in rows)))
            for key, value in rows:
                good = (
                    good
                    and not (operation == "insert" and key in now)
                    and not (operation == "update" and key not in now)
                )
                now[key] = value
        outcomes.append(good)
        expected = now if good else expected
    base = revise(tmp_path, "a-b", base=None, columns=columns, key=["k"], changes=[]).path
    made = revise(tmp_path, "a-b", base=base, columns=columns, key=["k"], changes=changes)
    assert [refusal is None for refusal in made.refusals] == outcomes
    if made.path:
        assert {row[1]: row[2] for row in rows_of(made.path)} == expected


def test_moments_and_times_survive(tmp_path):
    columns = [
        Column("k", ColumnType.INTEGER),
        Column("z", ColumnType.DATETIME, zoned=True),
        Column("w", ColumnType.DATETIME),
        Column("t", ColumnType.TIME),
        Column("d", ColumnType.DATE),
    ]
    row = {
        "k": 1,
        "z": "2026-11-24T09:30:00.123456+02:00",
        "w": "2026-11-24T09:30:00",
        "t": "09:30:01",
        "d": "2026-11-24",
    }

    def write(base, operation, row, where=None):
        changes = [Change(operation, read_rows([row], columns), read_where(where or {}, columns))]
        return revise(tmp_path, "a-b", base=base, columns=columns, key=["k"], changes=changes).path

    first = write(None, "upsert", row)
    second = write(write(first, "upsert", {"k": 1, "d": "2026-11-25"}), "upsert", {"k": 1, "d": "2026-11-24"})
    assert rows_of(first) == rows_of(second)
    columns_as_text = duckdb.sql(
        f"SELECT z::TIMESTAMPTZ AT TIME ZONE 'UTC', w, t FROM '{first}/data.parquet'"
    ).fetchall()[0]
    assert [str(value) for value in columns_as_text] == [
        "2026-11-24 07:30:00.123456",
        "2026-11-24 09:30:00",
        "09:30:01",
    ]
    changes = [
        Change("upsert", read_rows([{"k": 1}], columns)),
        Change("delete", (), read_where({"z": row["z"], "w": row["w"], "t": row["t"], "d": row["d"]}, columns)),
    ]
    assert rows_of(revise(tmp_path, "a-b", base=first, columns=columns, key=["k"], changes=changes).path) == []
