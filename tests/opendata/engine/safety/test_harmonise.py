"""Several cities' tables become one, and the report says what was lost on the way."""

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.opendata.engine import contract
from kuutio.opendata.engine.harmonise import (
    BadMapping,
    Built,
    ColumnMap,
    Fault,
    Mapping,
    NotConforming,
    Part,
    build,
    check,
    parse,
    sample,
)
from kuutio.opendata.engine.harmonise.units import UnknownUnit, factor, known
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.snapshot import read_manifest
from tests.opendata.engine.safety.snapshots import Maker, make

SCHEMA = contract.parse(
    """
columns:
  - {name: name, type: text, required: true}
  - {name: area, type: number, unit: m2}
  - {name: devices, type: integer}
  - {name: surface, type: text, codes: {sand: "", rubber: "", other: ""}}
  - {name: opened, type: date}
  - {name: lit, type: boolean}
  - {name: address, type: text}
  - {name: postcode, type: text}
  - {name: operator, type: text}
  - {name: geometry, type: geometry}
"""
)
ESPOO = """
city: espoo
dataset: espoo-leikkipaikat
columns:
  name: nimi
  area: {from: ala_ha, unit: ha}
  devices: laitteita
  surface: {from: alusta, codes: {Hiekka: sand, Kumi: rubber}}
  opened: {from: avattu, date: "%d.%m.%Y"}
  lit: {from: valaistu, true: [K, kyllä], false: [E]}
  address: {format: "{katu} {numero}, {postinro}"}
  postcode: postinro
  operator: {value: Espoon kaupunki}
only: {tyyppi: [leikkipaikka]}
"""
HELSINKI = """
city: helsinki
dataset: helsinki-leikkipuistot
columns:
  name: name_fi
  area: area_m2
  surface: surface
  opened: opened
  lit: lit
"""
ESPOO_COLUMNS = {
    "nimi": "text",
    "ala_ha": "number",
    "laitteita": "text",
    "alusta": "text",
    "avattu": "text",
    "valaistu": "text",
    "katu": "text",
    "numero": "integer",
    "postinro": "text",
    "tyyppi": "text",
    "geometry": "geometry",
}
ESPOO_ROWS: list[list[Any]] = [
    ["Aurora", 0.5, "12", "Hiekka", "1.6.1999", "K", "Auroranportti", 3, "02940", "leikkipaikka", "POINT (24.7 60.2)"],
    ["Kuitinmäki", 1.25, "1 234", "Nurmi", "31.2.2000", "ei", None, None, "02240", "leikkipaikka", None],
    ["Perkkaa", None, "monta", None, None, "KYLLÄ", "Perkkaantie", None, None, "leikkipaikka", "POINT (24.8 60.2)"],
    [None, 1.0, None, "Kumi", None, None, None, None, None, "leikkipaikka", None],
    ["Kenttä", 1.0, None, "Kumi", None, None, None, None, None, "kenttä", None],
]
HELSINKI_COLUMNS = {
    "key": "integer",
    "name_fi": "text",
    "area_m2": "integer",
    "surface": "text",
    "opened": "date",
    "lit": "boolean",
}
HELSINKI_ROWS: list[list[Any]] = [
    [7, "Iso", 1000, "sand", datetime.date(2001, 5, 6), True],
    [8, "Pieni", None, "gravel", None, False],
]


@pytest.fixture
def parts(snapshot: Maker) -> list[Part]:
    return [
        Part(parse(ESPOO), snapshot(ESPOO_COLUMNS, ESPOO_ROWS, table="espoo-leikkipaikat")),
        Part(parse(HELSINKI), snapshot(HELSINKI_COLUMNS, HELSINKI_ROWS, key=["key"], table="helsinki-leikkipuistot")),
    ]


def rows(built: Built) -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"SELECT * EXCLUDE (id, geometry), ST_AsText(geometry) FROM read_parquet('{built.path}') ORDER BY city, name"
    ).fetchall()


def test_the_parts_become_one_table(parts: list[Part], tmp_path: Path) -> None:
    built = build(SCHEMA, parts, tmp_path / "harmonised.parquet")
    day = datetime.date
    assert rows(built) == [
        ("espoo", "Aurora", 5000.0, 12, "sand", day(1999, 6, 1), True, "Auroranportti 3, 02940", "02940",
         "Espoon kaupunki", "POINT (24.7 60.2)"),
        ("espoo", "Kuitinmäki", 12500.0, 1234, None, None, None, "02240", "02240", "Espoon kaupunki", None),
        ("espoo", "Perkkaa", None, None, None, None, True, "Perkkaantie", None, "Espoon kaupunki", "POINT (24.8 60.2)"),
        ("helsinki", "Iso", 1000.0, None, "sand", day(2001, 5, 6), True, None, None, None, None),
        ("helsinki", "Pieni", None, None, None, None, False, None, None, None, None),
    ]  # fmt: skip
    ids = [row[0] for row in duckdb.sql(f"SELECT id FROM read_parquet('{built.path}')").fetchall()]
    assert {"helsinki-7", "helsinki-8"} <= set(ids)
    assert len(set(ids)) == 5


def test_the_report_tells_what_was_taken_and_what_was_lost(parts: list[Part], tmp_path: Path) -> None:
    espoo, helsinki = build(SCHEMA, parts, tmp_path / "harmonised.parquet").reports
    assert (espoo.city, espoo.rows_in, espoo.rows, espoo.other_rows, espoo.left_out) == ("espoo", 5, 3, 1, 1)
    assert espoo.missing == {"name": 1}
    assert espoo.without_code == {"surface": [("Nurmi", 1)]}
    assert {name: count for name, count in espoo.lost.items() if count} == {
        "devices": 1,
        "surface": 1,
        "opened": 1,
        "lit": 1,
    }
    assert espoo.filled["area"] == 2
    assert espoo.unmapped == []
    assert (helsinki.rows_in, helsinki.rows) == (2, 2)
    assert helsinki.unmapped == ["devices", "address", "postcode", "operator"]
    assert helsinki.without_code == {"surface": [("gravel", 1)]}
    assert [issue.fault for issue in helsinki.issues] == [Fault.NO_GEOMETRY]


def test_ingest_publishes_it_with_the_city_and_the_key(parts: list[Part], tmp_path: Path) -> None:
    built = build(SCHEMA, parts, tmp_path / "harmonised.parquet")
    (loaded,) = ingest(
        built.path, tmp_path / "out", table_prefix="six-playgrounds", options=built.options, limits=Limits()
    )
    assert (loaded.rows_in, loaded.rows, loaded.rejects, loaded.crs) == (5, 5, 0, "OGC:CRS84")
    manifest = read_manifest(loaded.path)
    assert manifest.key == ["id"]
    assert {column.name: str(column.type) for column in manifest.columns} == {
        "city": "text", "id": "text", "name": "text", "area": "number", "devices": "integer", "surface": "text",
        "opened": "date", "lit": "boolean", "address": "text", "postcode": "text", "operator": "text",
        "geometry": "geometry",
    }  # fmt: skip
    assert contract.check(loaded.path, SCHEMA).kept


def test_a_sample_shows_what_would_come(parts: list[Part]) -> None:
    shown = sample(SCHEMA, parts[0], limit=1)
    assert len(shown) == 1
    assert shown[0]["area"] == "5000.0"
    assert shown[0]["city"] == "espoo"


@pytest.mark.parametrize(
    ("column", "fault", "detail", "stops"),
    [
        ("colour: nimi", Fault.UNKNOWN_TARGET, "colour", True),
        ("area: pinta", Fault.MISSING_SOURCE, "pinta", True),
        ('address: {format: "{katu} {talo}"}', Fault.MISSING_SOURCE, "talo", True),
        ("area: {from: ala_ha, unit: km}", Fault.UNIT_DOES_NOT_FIT, "km measures length, m2 measures area.", True),
        ("area: {from: ala_ha, unit: acre}", Fault.UNIT_DOES_NOT_FIT, "acre isn't a unit", True),
        ("area: {from: katu, unit: ha}", Fault.UNIT_DOES_NOT_FIT, "not a number", True),
        ("surface: {from: alusta, codes: {Hiekka: Sand}}", Fault.CODE_NOT_IN_LIST, "Sand", True),
        ("surface: {value: gold}", Fault.CODE_NOT_IN_LIST, "gold", True),
        ("opened: numero", Fault.TYPE_DOES_NOT_FIT, "integer -> date", True),
        ("opened: {from: numero, date: '%Y'}", Fault.TYPE_DOES_NOT_FIT, "integer -> date", True),
        ("lit: valaistu", Fault.TYPE_DOES_NOT_FIT, "text -> boolean", True),
        ("name: geometry", Fault.TYPE_DOES_NOT_FIT, "geometry -> text", True),
    ],
)
def test_a_mapping_that_does_not_fit_is_pointed_at(
    snapshot: Maker, tmp_path: Path, column: str, fault: Fault, detail: str, stops: bool
) -> None:
    mapping = parse(
        f"city: espoo\ndataset: d\ncolumns:\n  name: nimi\n  {column}".replace("  name: nimi\n  name:", "  name:")
    )
    directory = snapshot(ESPOO_COLUMNS, ESPOO_ROWS)
    (issue,) = check(mapping, read_manifest(directory), SCHEMA)
    assert (issue.fault, issue.stops) == (fault, stops)
    assert detail in issue.detail
    with pytest.raises(NotConforming) as refused:
        build(SCHEMA, [Part(mapping, directory)], tmp_path / "x.parquet")
    assert refused.value.errors[0]["pointer"].startswith("/espoo/columns/")


def test_what_is_required_must_be_mapped_and_a_city_stands_once(snapshot: Maker, tmp_path: Path) -> None:
    directory = snapshot(ESPOO_COLUMNS, ESPOO_ROWS)
    mapping = parse("{city: espoo, dataset: d, columns: {area: ala_ha}}")
    assert [issue.fault for issue in check(mapping, read_manifest(directory), SCHEMA)] == [Fault.REQUIRED_NOT_MAPPED]
    fine = Part(parse("{city: espoo, dataset: d, columns: {name: nimi}}"), directory)
    for parts in ([fine, fine], []):
        with pytest.raises(NotConforming):
            build(SCHEMA, parts, tmp_path / "x.parquet")
    with pytest.raises(NotConforming) as refused:
        build(contract.parse({"columns": [{"name": "city"}]}), [fine], tmp_path / "x.parquet")
    assert {error["pointer"] for error in refused.value.errors} == {"/schema/city", "/espoo/columns/name"}


def test_a_mapping_is_read_and_written() -> None:
    mapping = parse(ESPOO)
    assert mapping.columns[0] == ColumnMap("name", source="nimi")
    assert mapping.columns[5].true == ("K", "kyllä")
    assert mapping.columns[6].sources() == ("katu", "numero", "postinro")
    assert mapping.only == {"tyyppi": ("leikkipaikka",)}
    assert parse(mapping.as_json()) == mapping
    assert parse(HELSINKI + "geometry: false").geometry is False


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        ("[]", ""),
        ("{dataset: d, columns: {}}", "/city"),
        ("{city: c, dataset: d, columns: [a]}", "/columns"),
        ("{city: c, dataset: d, kolumns: {}}", "/kolumns"),
        ("{city: c, dataset: d, columns: {a: 5}}", "/columns/a"),
        ("{city: c, dataset: d, columns: {a: {from: x, value: y}}}", "/columns/a"),
        ("{city: c, dataset: d, columns: {a: {unit: m}}}", "/columns/a"),
        ("{city: c, dataset: d, columns: {a: {value: 1, unit: m}}}", "/columns/a/unit"),
        ("{city: c, dataset: d, columns: {a: {from: x, codes: []}}}", "/columns/a/codes"),
        ("{city: c, dataset: d, columns: {a: {from: x, kind: y}}}", "/columns/a/kind"),
        ("{city: c, dataset: d, columns: {a: {format: x}}}", "/columns/a/format"),
        ("{city: c, dataset: d, only: 5}", "/only"),
        ("{city: c, dataset: d, geometry: here}", "/geometry"),
        ("{city: [", ""),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(written: str, pointer: str) -> None:
    with pytest.raises(BadMapping) as refused:
        parse(written)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]


def test_names_and_codes_with_quotes(snapshot: Maker, tmp_path: Path) -> None:
    column = "ni\"m'i"
    mapping = Mapping("c'ity", "d", (ColumnMap("name", source=column, codes={"o'k": "it's", "*": "rest'"}),))
    built = build(
        contract.parse({"columns": [{"name": "name"}]}),
        [Part(mapping, snapshot({column: "text"}, [["o'k"], ["x"], [None]]))],
        tmp_path / "x.parquet",
    )
    found = duckdb.sql(f"SELECT city, name FROM read_parquet('{built.path}') ORDER BY name").fetchall()
    assert found == [("c'ity", "it's"), ("c'ity", "rest'"), ("c'ity", None)]


@given(st.sampled_from(known()), st.sampled_from(known()), st.floats(0.001, 1000))
def test_units_turn_there_and_back(one: str, two: str, number: float) -> None:
    try:
        there = factor(one, two)
    except UnknownUnit:
        with pytest.raises(UnknownUnit):
            factor(two, one)
        return
    assert number * there * factor(two, one) == pytest.approx(number)


def test_units_by_hand() -> None:
    assert factor("ha", "m2") == 10_000
    assert factor("km/h", "m/s") == pytest.approx(0.277777, rel=1e-5)
    assert factor("%", "1") == 0.01
    assert factor("furlong", "furlong") == 1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.none() | st.text("ab ", max_size=2), st.none() | st.sampled_from("KE?")), max_size=6),
        min_size=1,
        max_size=3,
    )
)
def test_no_row_is_lost_without_being_counted(
    tmp_path_factory: pytest.TempPathFactory, cities: list[list[tuple[str | None, str | None]]]
) -> None:
    root = tmp_path_factory.mktemp("h")
    schema = contract.parse({"columns": [{"name": "name", "required": True}, {"name": "lit", "type": "boolean"}]})
    parts = [
        Part(
            parse(
                {
                    "city": f"c{n}",
                    "dataset": "d",
                    "columns": {"name": "n", "lit": {"from": "l", "true": "K", "false": "E"}},
                }
            ),
            make(root, {"n": "text", "l": "text"}, rows, table=f"t{n}"),
        )
        for n, rows in enumerate(cities)
    ]
    built = build(schema, parts, root / "out.parquet")
    found = duckdb.sql(f"SELECT city, name, lit FROM read_parquet('{built.path}')").fetchall()
    for n, (source, report) in enumerate(zip(cities, built.reports, strict=True)):
        kept = [(name.strip(), {"K": True, "E": False}.get(lit or "")) for name, lit in source if name and name.strip()]
        assert sorted((row[1:] for row in found if row[0] == f"c{n}"), key=str) == sorted(kept, key=str)
        assert report.rows == len(kept)
        assert report.rows_in == len(source) == report.rows + report.left_out + report.other_rows
        assert report.lost.get("lit", 0) == sum(lit == "?" for _, lit in source)
