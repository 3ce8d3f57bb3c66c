"""Whatever is asked, SQLite, DuckDB and a plain reading of the filter give the same rows."""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kuutio.opendata.engine import serving, sql
from kuutio.opendata.engine.filters import (
    And,
    BBox,
    Between,
    Compare,
    Everything,
    Filter,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Spatial,
    Text,
    canonical,
)
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import fitted
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.naive import in_order, truth
from tests.opendata.engine.snapshots import make_snapshot

COLUMNS = [
    Column("nimi", ColumnType.TEXT),
    Column("koodi", ColumnType.TEXT),
    Column("määrä", ColumnType.INTEGER),
    Column("luku", ColumnType.NUMBER),
    Column("auki", ColumnType.BOOLEAN),
    Column("päivä", ColumnType.DATE),
    Column("kello", ColumnType.TIME),
    Column("hetki", ColumnType.DATETIME, zoned=True),
    Column("paikallinen", ColumnType.DATETIME),
    Column("geometry", ColumnType.GEOMETRY),
]
TEXTS = ("nimi", "koodi")

# Few different values, so that questions hit and ties are common; some that float32 can't tell apart.
words = st.text(alphabet="abAB åÅ%_\\'\"1;-", max_size=4)
integers = st.sampled_from([-(2**63), -(2**53) - 1, -1, 0, 1, 2, 2**53, 2**53 + 1, 2**63 - 1])
numbers = st.sampled_from([-1e300, -1.5, -0.0, 0.0, 0.1, 0.30000000000000004, 0.3, 1e-320, 2.0**53, 1e300])
days = st.dates(date(1999, 12, 30), date(2000, 1, 3))
clocks = st.sampled_from([time(0), time(0, 0, 0, 1), time(9, 30), time(9, 30, 0, 500000), time(23, 59, 59, 999999)])
moments = st.sampled_from(
    [*(datetime.fromisoformat(at) for at in ("1969-12-31T23:59:59.999999", "2024-02-29", "2024-02-29T00:00:00.000001"))]
)
degrees_x = st.sampled_from([24.0, 24.1, 24.100000000000001, 24.10000001, 24.2, 24.3, -179.9, 179.9])
degrees_y = st.sampled_from([60.0, 60.1, 60.10000000000001, 60.1000001, 60.2, 60.3])
points = st.builds(shapely.Point, degrees_x, degrees_y)
lines = st.lists(st.tuples(degrees_x, degrees_y), min_size=2, max_size=4, unique=True).map(shapely.LineString)
boxes = st.tuples(degrees_x, degrees_y, degrees_x, degrees_y).filter(lambda b: b[0] != b[2] and b[1] != b[3])
areas = boxes.map(lambda b: shapely.box(min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])))
shapes = st.one_of(points, lines, areas, st.builds(lambda a, b: shapely.MultiPoint([a, b]), points, points))

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "nimi": words,
    "koodi": words,
    "määrä": integers,
    "luku": numbers,
    "auki": st.booleans(),
    "päivä": days,
    "kello": clocks,
    "hetki": moments.map(lambda at: at.replace(tzinfo=UTC)),
    "paikallinen": moments,
}
# What is asked of whole numbers may be any number.
ASKED = VALUES | {"määrä": st.one_of(integers, st.sampled_from([0.5, -1.5, 10**30, -(10**30), 2.0**63]))}


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of COLUMNS: all points, or any geometry."""
    place = draw(st.sampled_from([points, shapes]))
    row = st.fixed_dictionaries(
        {name: st.none() | values for name, values in VALUES.items()} | {"geometry": st.none() | place}
    )
    return draw(st.lists(row, min_size=1, max_size=12))


def leaves() -> st.SearchStrategy[Filter]:
    def of_column(name: str) -> st.SearchStrategy[Filter]:
        value = ASKED[name]
        text = name in TEXTS
        folded = st.booleans() if text else st.just(False)
        ops = ["=", "<>"] if name == "auki" else ["=", "<>", "<", "<=", ">", ">="]
        kinds: list[st.SearchStrategy[Filter]] = [
            st.builds(Compare, st.just(name), st.sampled_from(ops), value, folded),
            st.builds(In, st.just(name), st.lists(value, max_size=3).map(tuple), folded),
            st.builds(IsNull, st.just(name)),
        ]
        if name != "auki":
            kinds.append(st.builds(Between, st.just(name), value, value))
        if text:
            kinds.append(
                st.builds(Like, st.just(name), words.filter(lambda p: not p.replace("\\\\", "").endswith("\\")), folded)
            )
        return st.one_of(kinds)

    box = st.builds(
        lambda b: BBox(b[0], min(b[1], b[3]), b[2], max(b[1], b[3])),
        st.tuples(degrees_x, degrees_y, degrees_x, degrees_y),
    )
    spatial = st.builds(
        lambda op, shape: Spatial(op, shapely.to_wkt(shape, rounding_precision=-1)),
        st.sampled_from(["intersects", "within", "contains", "touches", "crosses", "overlaps", "equals", "disjoint"]),
        st.one_of(points, lines, areas),
    )
    text = st.builds(Text, st.lists(words.filter(str.strip), max_size=2).map(tuple), st.none() | st.just(("nimi",)))
    return st.one_of(
        [of_column(name) for name in VALUES]
        + [box, box, spatial, text, st.just(IsNull("geometry")), st.just(Everything())]
    )


trees: st.SearchStrategy[Filter] = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
sorts = st.lists(
    st.builds(Sort, st.sampled_from([*VALUES, ID]), st.booleans()), max_size=3, unique_by=lambda key: key.column
).map(tuple)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place) / "snapshots"


def both_ways(root: Path, rows: list[dict[str, Any]]) -> tuple[Table, Table]:
    """The table as SQLite answers it, and as DuckDB does."""
    directory = make_snapshot(root, COLUMNS, rows, row_group=4)
    with_sqlite, with_duck = (root.parent / f"{directory.name}-{way}.sqlite" for way in ("sqlite", "duck"))
    for file in (with_sqlite, with_duck):
        if not file.exists():
            serving.build(directory, file)
    sqlite, duck = Table(directory, with_sqlite), Table(directory, with_duck)
    duck.finder.small = False
    duck.finder._looked_up = set()
    return sqlite, duck


def expected(rows: list[dict[str, Any]], tree: Filter) -> list[int]:
    return [n for n, row in enumerate(rows) if truth(tree, {ID: f"id-{n}", **row}, TEXTS) is True]


def numbers_of(table: Table, query: Query) -> list[int]:
    """The rows of an answer, page after page."""
    found: list[int] = []
    after, matched = None, None
    while True:
        page = table.page(Query(query.filter, sort=query.sort, limit=query.limit, after=after))
        found += [int(json.loads(row)["id"].removeprefix("id-")) for row in page.rows]
        assert page.returned <= query.limit
        assert matched in (None, page.matched)
        matched, after = page.matched, page.next
        if after is None:
            assert len(found) == matched, query
            return found


slow = settings(
    deadline=None,
    max_examples=100,
    report_multiple_bugs=False,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # making an example smaller takes minutes of databases suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@slow
@given(rows=tables(), asked=st.lists(trees, min_size=1, max_size=6), limit=st.integers(1, 5))
def test_three_readings_of_a_filter_agree(
    root: Path, rows: list[dict[str, Any]], asked: list[Filter], limit: int
) -> None:
    sqlite, duck = both_ways(root, rows)
    for tree in asked:
        right = expected(rows, tree)
        for table in (sqlite, duck):
            assert numbers_of(table, Query(tree, limit=limit)) == right, tree
            assert table.count(tree) == len(right), tree
            assert [n for some in table.finder.all(table.question(Query(tree))) for n in some] == right, tree


@slow
@given(rows=tables(), sort=sorts, tree=trees, limit=st.integers(1, 5))
def test_pages_of_a_sorted_answer_give_each_row_once_in_order(
    root: Path, rows: list[dict[str, Any]], sort: tuple[Sort, ...], tree: Filter, limit: int
) -> None:
    with_ids = [{ID: f"id-{n}", **row} for n, row in enumerate(rows)]
    kept = set(expected(rows, tree))
    right = [n for n in in_order(with_ids, sort) if n in kept]
    for table in both_ways(root, rows):
        assert numbers_of(table, Query(tree, sort=sort, limit=limit)) == right


@slow
@given(rows=tables(), tree=trees)
def test_equal_spelling_means_equal_rows(root: Path, rows: list[dict[str, Any]], tree: Filter) -> None:
    """Turned round, doubled and nested, the filter is spelt the same."""
    turned = And((tree, Not(Not(tree)), And((Everything(), tree))))
    assert canonical(turned) == canonical(tree)
    if isinstance(tree, And | Or):
        assert canonical(type(tree)(tuple(reversed(tree.parts)))) == canonical(tree)


@slow
@given(rows=tables(), tree=trees)
def test_values_are_parameters_only(root: Path, rows: list[dict[str, Any]], tree: Filter) -> None:
    """The SQL of a filter is the same whatever its texts are."""
    table, _ = both_ways(root, rows)
    where = table.finder._where(table.question(Query(tree)), sql.DuckDialect())
    text = where.sql(fitted(tree, table.columns))
    assert text.count("?") == len(where.parameters)
    for parameter in where.parameters:
        assert not (isinstance(parameter, str) and len(parameter) > 2 and parameter in text)
