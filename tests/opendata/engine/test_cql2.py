"""CQL2 text and JSON: what is understood becomes one tree, what isn't is refused with its place."""

import json
import time
from datetime import UTC, date, datetime
from typing import Any

import cql2 as parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import cql2
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
)
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import MAX_VALUES, Columns
from tests.opendata.engine.snapshots import KINDS

COLUMNS = Columns(KINDS)
TRIANGLE = "POLYGON((20 60,25 60,25 65,20 60))"

# One of each kind that the conformance classes name.
UNDERSTOOD: list[tuple[str, Filter]] = [
    ("city = 'Oulu'", Compare("city", "=", "Oulu")),
    ("city <> 'Oulu'", Compare("city", "<>", "Oulu")),
    ("'Oulu' = city", Compare("city", "=", "Oulu")),
    ("nimi = 'Pekan ''tupa'''", Compare("nimi", "=", "Pekan 'tupa'")),
    ("määrä > 5", Compare("määrä", ">", 5)),
    ("5 < määrä", Compare("määrä", ">", 5)),
    ("5 >= määrä", Compare("määrä", "<=", 5)),
    ("määrä = -3", Compare("määrä", "=", -3)),
    ("määrä = 9007199254740993", Compare("määrä", "=", 2**53 + 1)),
    ("määrä > -9007199254740993", Compare("määrä", ">", -(2**53) - 1)),
    ("nimi = '9007199254740993'", Compare("nimi", "=", "9007199254740993")),
    ("korkeus < 2.5e1", Compare("korkeus", "<", 25.0)),
    ("korkeus = 5", Compare("korkeus", "=", 5.0)),
    ("auki = true", Compare("auki", "=", True)),
    ("auki = FALSE", Compare("auki", "=", False)),
    ("rakennettu >= DATE('2020-02-29')", Compare("rakennettu", ">=", date(2020, 2, 29))),
    ("rakennettu >= '2020-02-29'", Compare("rakennettu", ">=", date(2020, 2, 29))),
    ("havaittu < TIMESTAMP('2020-01-01T02:00:00+02:00')", Compare("havaittu", "<", datetime(2020, 1, 1, tzinfo=UTC))),
    (
        "paikallinen < TIMESTAMP('2020-01-01T02:00:00Z')",
        Compare("paikallinen", "<", datetime.fromisoformat("2020-01-01T02:00")),
    ),
    ("nimi IS NULL", IsNull("nimi")),
    ("nimi is not null", Not(IsNull("nimi"))),
    ("geometry IS NULL", IsNull("geometry")),
    ("NOT city = 'Oulu'", Not(Compare("city", "=", "Oulu"))),
    ("nimi LIKE 'Koh%'", Like("nimi", "Koh%")),
    (r"nimi LIKE '50\%'", Like("nimi", r"50\%")),
    ("nimi NOT LIKE 'Koh_'", Not(Like("nimi", "Koh_"))),
    ("CASEI(nimi) = CASEI('ÅLAND')", Compare("nimi", "=", "ÅLAND", True)),
    ("casei(nimi) LIKE casei('kat%')", Like("nimi", "kat%", True)),
    ("CASEI(city) IN (CASEI('oulu'), CASEI('TURKU'))", In("city", ("oulu", "TURKU"), True)),
    ("määrä BETWEEN 1 AND 5", Between("määrä", 1, 5)),
    ("määrä NOT BETWEEN 1 AND 5", Not(Between("määrä", 1, 5))),
    ("city IN ('Oulu','Turku')", In("city", ("Oulu", "Turku"))),
    ("city NOT IN ('Oulu')", Not(In("city", ("Oulu",)))),
    (
        "city = 'Oulu' AND (määrä > 5 OR auki = true) AND NOT korkeus < 1",
        And(
            (
                Compare("city", "=", "Oulu"),
                Or((Compare("määrä", ">", 5), Compare("auki", "=", True))),
                Not(Compare("korkeus", "<", 1.0)),
            )
        ),
    ),
    ("S_INTERSECTS(geometry, BBOX(20,60,25,65))", BBox(20, 60, 25, 65)),
    ("S_INTERSECTS(BBOX(20,60,0,25,65,100), geometry)", BBox(20, 60, 25, 65)),
    ("S_INTERSECTS(geometry, BBOX(179,60,-179,65))", BBox(179, 60, -179, 65)),
    ("S_DISJOINT(geometry, BBOX(20,60,25,65))", Not(BBox(20, 60, 25, 65))),
    ("S_INTERSECTS(geometry, POINT(25.5 60.25))", Spatial("intersects", "POINT (25.5 60.25)")),
    (f"S_WITHIN(geometry, {TRIANGLE})", Spatial("within", "POLYGON ((20 60, 25 60, 25 65, 20 60))")),
    (f"S_CONTAINS({TRIANGLE}, geometry)", Spatial("within", "POLYGON ((20 60, 25 60, 25 65, 20 60))")),
    (f"S_DISJOINT(geometry, {TRIANGLE})", Not(Spatial("intersects", "POLYGON ((20 60, 25 60, 25 65, 20 60))"))),
    ("S_WITHIN(geometry, BBOX(20,60,25,65))", Spatial("within", "POLYGON ((20 60, 25 60, 25 65, 20 65, 20 60))")),
    ("S_CROSSES(geometry, LINESTRING(20 60,25 65))", Spatial("crosses", "LINESTRING (20 60, 25 65)")),
    ("S_EQUALS(geometry, MULTIPOINT((20 60),(21 61)))", Spatial("equals", "MULTIPOINT ((20 60), (21 61))")),
]


@pytest.mark.parametrize(("text", "tree"), UNDERSTOOD, ids=[text for text, _ in UNDERSTOOD])
def test_text_becomes_a_tree(text: str, tree: Filter) -> None:
    assert cql2.from_text(text, COLUMNS) == tree


@pytest.mark.parametrize("text", [text for text, _ in UNDERSTOOD if "90071" not in text])
def test_json_gives_the_same_tree(text: str, small_table: Table) -> None:
    as_json = parser.parse_text(text).to_json()
    tree = cql2.from_json(as_json, COLUMNS)
    assert tree == cql2.from_text(text, COLUMNS)
    assert tree == cql2.from_json(json.dumps(as_json), COLUMNS)
    small_table.page(Query(filter=tree))  # and it can be asked


def test_json_holds_long_whole_numbers() -> None:
    source = '{"op": "=", "args": [{"property": "määrä"}, 9007199254740993]}'
    assert cql2.from_json(source, COLUMNS) == Compare("määrä", "=", 2**53 + 1)


def test_true_and_false_alone() -> None:
    assert cql2.from_text("true", COLUMNS) == Everything()
    assert cql2.from_json(b"false", COLUMNS) == Or(())


REFUSED = [
    ("foo = 1", "/filter/args/0"),
    ("city = 'x' AND foo = 1", "/filter/args/1/args/0"),
    ("määrä = 'viisi'", "/filter/args/1"),
    ("määrä = '5'", "/filter/args/1"),
    ("nimi = 5", "/filter/args/1"),
    ("auki = 1", "/filter/args/1"),
    ("auki > true", "/filter"),
    ("korkeus = true", "/filter/args/1"),
    ("rakennettu = DATE('2020-02-30')", "/filter/args/1"),
    ("rakennettu = '30.2.2020'", "/filter/args/1"),
    ("rakennettu = TIMESTAMP('2020-01-01T00:00:00Z')", "/filter/args/1"),
    ("havaittu = DATE('2020-01-01')", "/filter/args/1"),
    ("havaittu = TIMESTAMP('2020-13-01T00:00:00Z')", "/filter/args/1"),
    ("määrä LIKE '5%'", "/filter/args/0"),
    ("CASEI(määrä) = 5", "/filter/args/0"),
    ("nimi LIKE 5", "/filter/args/1"),
    ("nimi LIKE 'x\\'", "/filter/args/1"),
    ("geometry = 'x'", "/filter/args/0"),
    ("nimi = city", "/filter/args/1"),
    ("määrä > (korkeus - 1)", "/filter/args/1"),
    ("määrä = 2 + 3", "/filter/args/1"),
    ("avg(määrä) < 4", "/filter/args/0"),
    ("T_AFTER(rakennettu, DATE('2020-01-01'))", "/filter"),
    ("A_CONTAINS(nimi, ('a'))", "/filter"),
    ("ACCENTI(nimi) = 'x'", "/filter/args/0"),
    ("S_INTERSECTS(nimi, POINT(1 2))", "/filter/args/0"),
    ("S_INTERSECTS(geometry, geometry)", "/filter/args/1"),
    ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "/filter/args/1"),
    ("S_INTERSECTS(geometry, BBOX(1,5,2,4))", "/filter/args/1"),
    ("S_INTERSECTS(geometry, BBOX(1,2,3))", "/filter"),
    ("S_TOUCHES(geometry, BBOX(179,2,-179,4))", "/filter/args/1"),
    ("city", "/filter"),
    ("1", "/filter"),
    ("'x'", "/filter"),
    ("", "/filter"),
    ("   ", "/filter"),
    ("city = ", "/filter"),
    ("city = 'x' AND", "/filter"),
    ("city = 'x'; DROP TABLE row", "/filter"),
    ("city == 'x'", "/filter"),
    ("city = 'x", "/filter"),
    ("((city = 'x')", "/filter"),
    ("city = 'a\ue000b'", "/filter"),
    ("city = 'a\0b'", "/filter"),
]


@pytest.mark.parametrize(("text", "pointer"), REFUSED, ids=[text[:60] for text, _ in REFUSED])
def test_what_can_t_be_asked_is_refused(text: str, pointer: str) -> None:
    with pytest.raises(BadQuery) as refused:
        cql2.from_text(text, COLUMNS)
    assert refused.value.status == 400
    assert refused.value.errors[0]["pointer"].startswith(pointer)
    assert refused.value.errors[0]["detail"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        "{}",
        '{"op": 5, "args": []}',
        '{"op": "=", "args": {}}',
        '{"op": "=", "args": []}',
        '{"op": "=", "args": [{"property": "city"}]}',
        '{"op": "=", "args": [{"property": 5}, "x"]}',
        '{"op": "=", "args": [{"property": "city", "x": 1}, "x"]}',
        '{"op": "=", "args": [{"property": "city"}, null]}',
        '{"op": "=", "args": [{"property": "city"}, ["x"]]}',
        '{"op": "=", "args": [{"property": "määrä"}, 1e999]}',
        '{"op": "=", "args": [{"property": "rakennettu"}, {"date": 5}]}',
        '{"op": "in", "args": [{"property": "city"}, "x"]}',
        '{"op": "in", "args": [{"property": "city"}, []]}',
        '{"op": "and"}',
        '{"op": "and", "args": ["x"]}',
        '{"op": "not", "args": []}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": ["a", "b"]}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": []}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Circle", "coordinates": [1, 2]}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": "1,2,3,4"}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, true]}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, 500, 4]}]}',
        '{"op": "casei", "args": [{"property": "city"}]}',
        '{"op": "=", "args": [{"op": "casei", "args": [{"op": "casei"}]}, "x"]}',
    ],
)
def test_json_that_is_no_filter_is_refused(source: str) -> None:
    with pytest.raises(BadQuery):
        cql2.from_json(source, COLUMNS)


def test_coordinates_stand_in_the_authority_s_order() -> None:
    lat_lon = cql2.from_text("S_INTERSECTS(geometry, BBOX(60,20,65,25))", COLUMNS, crs=4326)
    assert lat_lon == BBox(20, 60, 25, 65)
    north_east = cql2.from_text("S_INTERSECTS(geometry, POINT(6672000 25496000))", COLUMNS, crs=3879)
    assert north_east == Spatial("intersects", "POINT (25496000 6672000)", 3879)
    east_north = cql2.from_text("S_WITHIN(geometry, BBOX(300000,6700000,400000,6800000))", COLUMNS, crs=3067)
    assert isinstance(east_north, Spatial)
    assert east_north.wkt.startswith("POLYGON ((300000 6700000, 400000 6700000")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "city='x'" + ")" * 3000,
        "NOT " * 5000 + "city='x'",
        "NOT(" * 500 + "city='x'" + ")" * 500,
        "not\n" * 5000 + "city='x'",
        "city = " + "casei(" * 5000 + "'x'" + ")" * 5000,
        "määrä = " + "-" * 5000 + "1",
        "määrä = " + "- " * 5000 + "1",
        "määrä = " + "(" * 5000 + "1" + ")" * 5000,
        "city='x' OR (" * 3000 + "city='x'" + ")" * 3000,
        " AND ".join(["city='x'"] * 5000),
        f"määrä IN ({','.join(map(str, range(MAX_VALUES + 1)))})",
        f"city = '{'x' * 5000}'",
        "city = '" + "x" * 1_000_000 + "'",
        "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * 1000 + "POINT(1 2)" + ")" * 1001,
        "määrä = " + "1+" * 5000 + "1",
        "määrä = " + "2^" * 5000 + "1",
    ],
    ids=lambda text: f"{text[:20]}..{len(text)}",
)
def test_a_hostile_filter_is_refused_soon(text: str) -> None:
    """The parser's stack overflows on some of these: they must not reach it."""
    started = time.perf_counter()
    with pytest.raises(BadQuery):
        cql2.from_text(text, COLUMNS)
    assert time.perf_counter() - started < 2


def test_json_as_deep_as_the_sea_is_refused() -> None:
    deep = '{"op":"not","args":[' * 3000 + "true" + "]}" * 3000
    with pytest.raises(BadQuery):
        cql2.from_json(deep, COLUMNS)
    nested: dict[str, Any] = {"op": "=", "args": [{"property": "city"}, "x"]}
    for _ in range(2000):
        nested = {"op": "casei", "args": [nested]}
    with pytest.raises(BadQuery):
        cql2.from_json({"op": "=", "args": [nested, "x"]}, COLUMNS)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="acity='\"()<>,.- NOTANDORLIKEINBETWEENS_INTERSECTSCASEI01äåö%\\\n", max_size=80))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        cql2.from_text(text, COLUMNS)
    except BadQuery as refused:
        assert refused.errors


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers()
        | st.sampled_from(["city", "määrä", "casei", "2020-01-01"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.fixed_dictionaries(
                {
                    "op": st.sampled_from(["and", "not", "=", "in", "casei", "s_within", "like"]),
                    "args": st.lists(inner, max_size=3),
                }
            )
            | st.fixed_dictionaries({"property": inner})
            | st.fixed_dictionaries({"bbox": inner})
            | st.fixed_dictionaries({"type": st.sampled_from(["Point", "Polygon"]), "coordinates": inner})
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_filter_or_refused(source: Any) -> None:
    try:
        cql2.from_json(source, COLUMNS)
    except BadQuery as refused:
        assert refused.errors
