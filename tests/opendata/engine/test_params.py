"""Parameters of addresses and CKAN's words for the same."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import fq, params
from kuutio.opendata.engine.filters import And, BBox, Compare, Everything, Filter, In, IsNull, Like, Not, Or, Text
from kuutio.opendata.engine.fq import All, Exists, Never, Range, Term
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import Columns
from tests.opendata.engine.snapshots import KINDS

COLUMNS = Columns(KINDS)
WEIRD = 'outo "nimi"; --'


@pytest.mark.parametrize(
    ("name", "values", "tree"),
    [
        ("city", ["Oulu"], Compare("city", "=", "Oulu")),
        ("city", ["Oulu", "Turku"], In("city", ("Oulu", "Turku"))),
        ("määrä", ["007"], Compare("määrä", "=", 7)),
        ("määrä", ["9007199254740993"], Compare("määrä", "=", 2**53 + 1)),
        ("korkeus", ["1.5"], Compare("korkeus", "=", 1.5)),
        ("korkeus", ["2"], Compare("korkeus", "=", 2.0)),
        ("auki", ["true"], Compare("auki", "=", True)),
        ("auki", ["0"], Compare("auki", "=", False)),
        ("rakennettu", ["2020-02-29"], Compare("rakennettu", "=", date(2020, 2, 29))),
        ("havaittu", ["2020-01-01T00:00:00Z"], Compare("havaittu", "=", datetime(2020, 1, 1, tzinfo=UTC))),
        (WEIRD, ["x"], Compare(WEIRD, "=", "x")),
        ("_id", ["id-5"], Compare("_id", "=", "id-5")),
    ],
)
def test_a_parameter_is_read_as_its_column(name: str, values: list[str], tree: Filter) -> None:
    assert params.equals(name, values, COLUMNS) == tree


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nope", "x"),
        ("geometry", "POINT(1 2)"),
        ("määrä", "viisi"),
        ("määrä", ""),
        ("määrä", "5;"),
        ("määrä", "١٢"),
        ("määrä", "1e999"),
        ("korkeus", "1,5"),
        ("korkeus", "nan"),
        ("korkeus", "inf"),
        ("auki", "kyllä"),
        ("rakennettu", "2020-02-30"),
        ("rakennettu", "29.2.2020"),
        ("kello", "25:00"),
        ("havaittu", "2020-01-01"),
        ("havaittu", "0001-01-01T00:00:00+23:00"),
        ("city", "a\0"),
        ("city", "x" * 3000),
    ],
)
def test_a_parameter_that_can_t_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(BadQuery) as refused:
        params.equals(name, [value], COLUMNS)
    assert refused.value.errors[0]["pointer"] == f"/{name}"


@pytest.mark.parametrize(
    ("text", "crs", "box"),
    [
        ("20,60,25,65", 0, BBox(20, 60, 25, 65)),
        ("20,60,-5,25,65,100", 0, BBox(20, 60, 25, 65)),
        ("170,60,-170,65", 0, BBox(170, 60, -170, 65)),
        (" 20 , 60 , 25 , 65 ", 0, BBox(20, 60, 25, 65)),
        ("60,20,65,25", 4326, BBox(20, 60, 25, 65)),
        ("6670000,25490000,6680000,25500000", 3879, BBox(25490000, 6670000, 25500000, 6680000, 3879)),
        ("300000,6700000,400000,6800000", 3067, BBox(300000, 6700000, 400000, 6800000, 3067)),
    ],
)
def test_a_bbox(text: str, crs: int, box: BBox) -> None:
    assert params.bbox(text, crs=crs) == box


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "1,2,nan,4",
        "1,2,inf,4",
        "1,5,2,4",
        "1,2,181,4",
        "1;2;3;4",
        "1,2,3,4," + "9" * 500,
    ],
)
def test_a_bbox_that_is_none(text: str) -> None:
    with pytest.raises(BadQuery) as refused:
        params.bbox(text)
    assert refused.value.errors[0]["pointer"] == "/bbox"


DAY, NEXT = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 1, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name", "tree"),
    [
        ("2024-05-01T00:00:00Z", "havaittu", Compare("havaittu", "=", DAY)),
        ("2024-05-01T03:00:00+03:00", "havaittu", Compare("havaittu", "=", DAY)),
        ("2024-05-01", "havaittu", And((Compare("havaittu", ">=", DAY), Compare("havaittu", "<=", NEXT)))),
        ("2024-05-01T00:00:00Z/..", "havaittu", Compare("havaittu", ">=", DAY)),
        ("../2024-05-01T00:00:00Z", "havaittu", Compare("havaittu", "<=", DAY)),
        ("/2024-05-01", "havaittu", Compare("havaittu", "<=", NEXT)),
        ("2024-05-01/2024-05-01", "rakennettu", Compare("rakennettu", "=", date(2024, 5, 1))),
        ("2024-05-01T12:00:00Z/", "rakennettu", Compare("rakennettu", ">=", date(2024, 5, 1))),
        ("../..", "havaittu", Everything()),
        ("2024-05-01", None, Compare("rakennettu", "=", date(2024, 5, 1))),
    ],
)
def test_an_instant_or_an_interval(text: str, name: str | None, tree: Filter) -> None:
    assert params.during(text, COLUMNS, name=name) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2024",
        "eilen",
        "2024-05-01T00:00:00Z/2023-01-01T00:00:00Z",
        "a/b/c",
        "2024-05-01/2024-05-02/2024-05-03",
        "2024-05-32",
    ],
)
@pytest.mark.parametrize("columns", [COLUMNS, Columns(KINDS[:2])])
def test_no_instant(text: str, columns: Columns) -> None:
    """Refused whether the table has times or not."""
    with pytest.raises(BadQuery) as refused:
        params.during(text, columns)
    assert refused.value.errors[0]["pointer"] == "/datetime"


def test_a_table_without_times_is_whole_at_any_time() -> None:
    assert params.during("2024-05-01", Columns(KINDS[:2])) == Everything()


def test_orders() -> None:
    assert params.sort_by("+city,-määrä,nimi", COLUMNS) == (Sort("city"), Sort("määrä", True), Sort("nimi"))
    assert params.sort_ckan(f"city desc, määrä asc,nimi,{WEIRD} DESC", COLUMNS) == (
        Sort("city", True),
        Sort("määrä"),
        Sort("nimi"),
        Sort(WEIRD, True),
    )
    assert params.sort_ckan('"city" desc', COLUMNS) == (Sort("city", True),)
    assert params.sort_by("", COLUMNS) == ()
    for text in ("nope", "-nope", "city;drop", "city desc"):
        with pytest.raises(BadQuery):
            params.sort_by(text, COLUMNS)
    for text in ("nope", "city down", "city desc desc", "random()"):
        with pytest.raises(BadQuery):
            params.sort_ckan(text, COLUMNS)


def test_an_order_by_geometry_is_refused(small_table: Table) -> None:
    with pytest.raises(BadQuery):
        small_table.page(Query(sort=(Sort("geometry"),)))
    with pytest.raises(BadQuery):
        small_table.page(Query(sort=(Sort('nope" --'),)))


def test_names_of_columns() -> None:
    assert params.names("city, määrä", COLUMNS) == ("city", "määrä")
    assert params.names(WEIRD, COLUMNS) == (WEIRD,)
    with pytest.raises(BadQuery):
        params.names("city,nope", COLUMNS)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "１", "1" * 30, "11"])
def test_no_whole_number_in_range(text: str) -> None:
    with pytest.raises(BadQuery) as refused:
        params.whole(text, "/limit", most=10)
    assert refused.value.errors[0]["pointer"] == "/limit"


def test_words() -> None:
    assert params.words("  katu  valo katu ") == Text(("katu", "valo"))
    assert params.words("") == Everything()
    with pytest.raises(BadQuery):
        params.words(" ".join(map(str, range(50))))


@pytest.mark.parametrize(
    ("filters", "tree"),
    [
        ({}, Everything()),
        ({"city": "Oulu"}, Compare("city", "=", "Oulu")),
        ({"city": ["Oulu", "Turku"]}, In("city", ("Oulu", "Turku"))),
        ({"määrä": "5", "auki": True}, And((Compare("määrä", "=", 5), Compare("auki", "=", True)))),
        ({"määrä": 5.0}, Compare("määrä", "=", 5)),
        ({"nimi": 5}, Compare("nimi", "=", "5")),
        ({"nimi": None}, IsNull("nimi")),
        ({"nimi": ["a", None]}, Or((Compare("nimi", "=", "a"), IsNull("nimi")))),
    ],
)
def test_ckan_filters(filters: dict[str, Any], tree: Filter) -> None:
    assert params.ckan_filters(filters, COLUMNS) == tree


@pytest.mark.parametrize(
    "filters",
    [
        {"nope": 1},
        {"määrä": "x"},
        {"määrä": {}},
        {"auki": 2},
        {"geometry": "x"},
        {"city": ["x"] * 2000},
        {"nimi": [[]]},
    ],
)
def test_ckan_filters_that_are_none(filters: dict[str, Any]) -> None:
    with pytest.raises(BadQuery):
        params.ckan_filters(filters, COLUMNS)


def test_no_values_is_no_row(small_table: Table) -> None:
    assert small_table.count(params.ckan_filters({"city": []}, COLUMNS)) == 0


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", All(())),
        ("*:*", Exists(None)),
        ("organization:a OR organization:b", fq.Any((Term("organization", "a"), Term("organization", "b")))),
        ("groups:(a OR b) -x:1", All((fq.Any((Term("groups", "a"), Term("groups", "b"))), Never(Term("x", "1"))))),
        ("a:1 AND b:2 c:3", All((All((Term("a", "1"), Term("b", "2"))), Term("c", "3")))),
        ("NOT a:1 || b:2", fq.Any((Never(Term("a", "1")), Term("b", "2")))),
        ('+tags:"two words"^2', Term("tags", "two words", phrase=True)),
        ("m:[2026-11-24T00:00:00Z TO *]", Range("m", "2026-11-24T00:00:00Z", None)),
        ("m:{1 TO 5]", Range("m", "1", "5", with_low=False)),
        ('m:["a b" TO "c"}', Range("m", "a b", "c", with_high=False)),
        ("url:http://example.org/x", Term("url", "http://example.org/x")),
        ("t:-5", Term("t", "-5")),
        ("k:12:30", Term("k", "12:30")),
        (r"n:a\:b\ c", Term("n", "a:b c")),
        ("res_format:*", Exists("res_format")),
        ("title:kat*u", Term("title", "kat*u", pattern=("kat", "u"))),
        ("valo~0.8", Term(None, "valo")),
        ("a:AND", Term("a", "AND")),
    ],
)
def test_solr_s_language(text: str, node: fq.Node) -> None:
    assert fq.parse(text) == node


@pytest.mark.parametrize(
    "text",
    [
        "(",
        ")",
        "()",
        "a AND",
        "OR a",
        "a:",
        "a: b",
        '"open',
        "a:[1 TO",
        "[1 TO 2]",
        "a AND AND b",
        "(" * 200 + "a" + ")" * 200,
        "-" * 500 + "a",
        "a " * 1000,
        "a" * 10_000,
        "^",
        "a:(b",
        "AND",
    ],
)
def test_what_isn_t_solr_s_language(text: str) -> None:
    with pytest.raises(BadQuery) as refused:
        fq.parse(text)
    assert refused.value.errors[0]["pointer"] == "/fq"


def test_rows_by_solr_s_language(small_table: Table) -> None:
    def rows(text: str) -> Filter:
        return fq.rows(text, COLUMNS)

    assert rows("city:Oulu määrä:[3 TO *}") == And((Compare("city", "=", "Oulu"), Compare("määrä", ">=", 3)))
    assert rows("nimi:kohde*") == Like("nimi", "kohde%", True)
    assert rows("nimi:100%*") == Like("nimi", r"100\%%", True)
    assert rows("nimi:*") == Not(IsNull("nimi"))
    assert rows('katu "kaksi sanaa"') == And((Text(("katu",)), Text(("kaksi sanaa",))))
    assert rows("*:*") == Everything()
    for text in ("nope:1", "määrä:x", "määrä:[a TO b]"):
        with pytest.raises(BadQuery):
            rows(text)
    # What lacks the field isn't kept out by a value of it.
    total = small_table.manifest.rows
    for text in ("määrä:5", "määrä:5 auki:true", "määrä:5 OR auki:true", "NOT määrä:5"):
        assert small_table.count(rows(text)) + small_table.count(rows(f"-({text})")) == total
