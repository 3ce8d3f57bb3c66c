"""Downloads: what is written is what is read back, whole or a view, and spreadsheets stay safe."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import exports
from kuutio.opendata.engine.exports import FORMS, CsvOptions, Form, apart
from kuutio.opendata.engine.filters import BBox, Compare, In, Like, Or
from kuutio.opendata.engine.query import Query, Sort
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.snapshots import KINDS, make_snapshot, open_table, sample_rows

VIEW = Query(
    filter=Or((Compare("city", "=", "Oulu"), BBox(20, 60, 24, 62))),
    columns=("määrä", "nimi", "geometry", "havaittu"),
    sort=(Sort("määrä", True), Sort("nimi")),
)
QUERIES = [Query(), VIEW, Query(filter=Compare("city", "=", "Nokia")), Query(columns=("city",), distinct=True)]


def served(table: Table, query: Query) -> list[dict[str, Any]]:
    """The rows as pages show them: properties, and the geometry as shapely's."""
    page = table.page(Query(query.filter, query.columns, query.sort, 10_000, distinct=query.distinct))
    rows = [json.loads(row) for row in page.rows]
    return [
        {**row["properties"], "geometry": row["geometry"] and shapely.from_geojson(json.dumps(row["geometry"]))}
        for row in rows
    ]


def text(table: Table, form: Form, query: Query | None = None, options: CsvOptions | None = None) -> str:
    return b"".join(exports.stream(table, form, query, options)).decode()


@pytest.mark.parametrize("query", QUERIES)
def test_csv_is_read_back(table: Table, query: Query) -> None:
    read = list(csv.DictReader(io.StringIO(text(table, Form.CSV, query), newline="")))
    rows = served(table, query)
    assert len(read) == len(rows)
    for line, row in zip(read, rows, strict=True):
        for name, cell in line.items():
            value = row[name]
            if name == "geometry":
                assert (shapely.from_wkt(cell) if cell else None) == value
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            elif isinstance(value, float):
                assert float(cell) == value
            else:
                assert cell == ("" if value is None else str(value))


def test_csv_tells_no_text_from_no_value(snapshots_root: Path) -> None:
    columns = [Column("a", ColumnType.TEXT), Column("b", ColumnType.TEXT)]
    rows = [
        {"a": "", "b": None},
        {"a": " x ", "b": 'say "hi"'},
        {"a": "one\r\ntwo", "b": "1,5;2"},
        {"a": "\ttab", "b": "ä😀"},
    ]
    table = open_table(make_snapshot(snapshots_root, columns, rows, table="lainaus"))
    assert text(table, Form.CSV).split("\r\n")[1] == '"",'
    for separator in (",", ";", "\t", "|"):
        read = list(
            csv.reader(
                io.StringIO(text(table, Form.CSV, None, CsvOptions(separator=separator)), newline=""),
                delimiter=separator,
            )
        )
        assert read[1:] == [[row["a"] or "", row["b"] or ""] for row in rows]


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_csv_is_safe_for_spreadsheets_when_asked(snapshots_root: Path, value: str) -> None:
    columns = [Column("=otsikko", ColumnType.TEXT), Column("luku", ColumnType.NUMBER)]
    table = open_table(make_snapshot(snapshots_root, columns, [{"=otsikko": value, "luku": -1.5}], table="kaavat"))
    safe = list(csv.reader(io.StringIO(text(table, Form.CSV, None, CsvOptions(formula_safe=True)), newline="")))
    assert safe == [["'=otsikko", "luku"], [f"'{value}", "-1.5"]]
    plain = list(csv.reader(io.StringIO(text(table, Form.CSV), newline="")))
    assert plain == [["=otsikko", "luku"], [value, "-1.5"]]


def test_csv_begins_with_a_byte_order_mark_when_asked(table: Table) -> None:
    whole = b"".join(exports.stream(table, Form.CSV, None, CsvOptions(bom=True, header=False)))
    assert whole.startswith(b"\xef\xbb\xbf")
    assert whole.count(b"\r\n") == table.manifest.rows
    with pytest.raises(BadQuery):
        CsvOptions(separator="x")


@pytest.mark.parametrize("query", QUERIES)
def test_json_forms_hold_the_rows_of_the_pages(table: Table, query: Query) -> None:
    page = table.page(Query(query.filter, query.columns, query.sort, 10_000, distinct=query.distinct))
    features = json.loads(text(table, Form.GEOJSON, query))
    assert features["type"] == "FeatureCollection"
    assert features["features"] == [json.loads(row) for row in page.rows]
    records = json.loads(text(table, Form.JSON, query))
    assert records == [json.loads(line) for line in text(table, Form.JSONL, query).splitlines()]
    assert [record.get("city") for record in records] == [
        feature["properties"].get("city") for feature in features["features"]
    ]


@pytest.mark.parametrize("query", QUERIES[:3])
@pytest.mark.parametrize("crs", [0, 4326, 3067, 3879])
def test_parquet_is_read_back(table: Table, query: Query, crs: int, tmp_path: Path) -> None:
    path = exports.write(
        table, Form.PARQUET, tmp_path / "a.parquet", Query(query.filter, query.columns, query.sort, crs=crs)
    )
    written = pq.read_table(path)
    rows = served(table, query)
    assert written.num_rows == len(rows)
    geo = json.loads(written.schema.metadata[b"geo"])
    named = geo["columns"]["geometry"].get("crs")
    assert (named["id"]["code"] if named else 0) == (crs if crs in (3067, 3879) else 0)
    for got, row in zip(written.to_pylist(), rows, strict=True):
        assert same_place(got.pop("geometry"), row["geometry"], crs)
        assert {name: said(value) for name, value in got.items()} == {name: row[name] for name in got}
    with duckdb.connect() as other:
        assert other.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(len(rows),)]


@pytest.mark.parametrize("query", QUERIES[:3])
@pytest.mark.parametrize("form", [Form.GPKG, Form.FGB])
@pytest.mark.parametrize("crs", [0, 3067, 3879])
def test_gis_files_are_read_back(table: Table, query: Query, form: Form, crs: int, tmp_path: Path) -> None:
    path = exports.write(table, form, tmp_path / f"a.{form}", Query(query.filter, query.columns, query.sort, crs=crs))
    # Not by Arrow: GDAL 3.12 reads a missing geometry of a FlatGeobuf as one of negative size there.
    meta, _, places, values = pyogrio.raw.read(path)
    rows = served(table, query)
    assert meta["crs"] == f"EPSG:{crs or 4326}"
    assert meta["geometry_type"] == "Point"
    assert len(places) == len(rows)
    names, amounts = (values[list(meta["fields"]).index(name)] for name in ("nimi", "määrä"))
    got = list(zip(names, places, amounts, strict=True))
    right = [(row["nimi"], row["geometry"], row["määrä"]) for row in rows]
    if form is Form.FGB:  # it may order rows by place: matched by name, then by place
        got.sort(key=lambda one: (str(one[0]), _easting(one[1] and shapely.from_wkb(one[1]))))
        right.sort(key=lambda one: (str(one[0]), _easting(_seen(one[1], crs))))
    for one, other in zip(got, right, strict=True):
        assert one[0] == other[0]
        assert same_place(one[1], other[1], crs)
        if form is Form.GPKG:  # whole numbers without a value come as doubles: 2**53 + 1 isn't compared here
            assert one[2] != one[2] if other[2] is None else float(one[2]) == float(other[2])
    assert sum(place is not None for place in places) == sum(row["geometry"] is not None for row in rows)


@lru_cache
def _forward(crs: int) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", f"EPSG:{crs}", always_xy=True)


def _easting(place: Any) -> float:
    return -1.0 if place is None else round(place.x, 3)


def _seen(place: Any, crs: int) -> Any:
    if place is None or crs == 0:
        return place
    return shapely.Point(_forward(crs).transform(place.x, place.y))


def same_place(wkb: bytes | None, place: Any, crs: int) -> bool:
    """The geometry is the one served, or its computed twin in another system, easting first."""
    if wkb is None or place is None:
        return wkb is None and place is None
    shape = shapely.from_wkb(wkb)
    if crs in (0, 4326):
        return bool(shape == place)
    x, y = _forward(crs).transform(place.x, place.y)
    return abs(shape.x - x) < 1e-4 and abs(shape.y - y) < 1e-4


def said(value: Any) -> Any:
    """A value of Arrow as our JSON says it."""
    if isinstance(value, datetime):
        text_ = (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat()
        text_ = text_.rstrip("0") if "." in text_ else text_
        return text_ + ("Z" if value.tzinfo else "")
    if hasattr(value, "isoformat"):
        text_ = value.isoformat()
        return text_.rstrip("0") if "." in text_ else text_
    return value


def test_a_column_named_fid_stays_in_a_geopackage(snapshots_root: Path, tmp_path: Path) -> None:
    columns = [
        Column("fid", ColumnType.INTEGER),
        Column("FID_2", ColumnType.TEXT),
        Column("geometry", ColumnType.GEOMETRY),
    ]
    rows = [
        {"fid": 7, "FID_2": "a", "geometry": shapely.Point(1, 2)},
        {"fid": 7, "FID_2": "b", "geometry": shapely.Point(1, 2)},
    ]
    table = open_table(make_snapshot(snapshots_root, columns, rows, table="fid"))
    _, written = pyogrio.read_arrow(exports.write(table, Form.GPKG, tmp_path / "a.gpkg"))
    assert written.column("fid").to_pylist() == [7, 7]


def test_shapes_of_many_kinds_go_through(snapshots_root: Path, tmp_path: Path) -> None:
    shapes = [
        shapely.Point(1, 2),
        shapely.LineString([(1, 2), (3, 4)]),
        shapely.box(1, 2, 3, 4),
        shapely.MultiPoint([(1, 2), (3, 4)]),
    ]
    table = open_table(
        make_snapshot(snapshots_root, [KINDS[-1]], [{"geometry": shape} for shape in shapes], table="kaikki")
    )
    for form in (Form.GPKG, Form.FGB):
        _, written = pyogrio.read_arrow(exports.write(table, form, tmp_path / f"a.{form}"))
        got = {shapely.from_wkb(wkb).wkt for wkb in written.column(written.num_columns - 1).to_pylist()}
        assert got == {shape.wkt for shape in shapes}


def test_a_table_without_geometry(snapshots_root: Path, tmp_path: Path) -> None:
    table = open_table(make_snapshot(snapshots_root, KINDS[:3], sample_rows(20), table="paikaton"))
    for form, facts in FORMS.items():
        if facts.needs_geometry:
            with pytest.raises(BadQuery):
                exports.write(table, form, tmp_path / "a")
        else:
            assert exports.write(table, form, tmp_path / f"a.{form}").stat().st_size > 0
    _, written = pyogrio.read_arrow(tmp_path / "a.gpkg")
    assert written.num_rows == 20
    assert b"geo" not in (pq.read_schema(tmp_path / "a.parquet").metadata or {})


def test_a_workbook_is_read_back(table: Table, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(exports.write(table, Form.XLSX, tmp_path / "a.xlsx")).active
    lines = list(sheet.iter_rows(values_only=True))
    rows = served(table, Query())
    assert list(lines[0]) == [column.name for column in KINDS]
    assert len(lines) == len(rows) + 1
    for line, row in zip(lines[1:], rows, strict=True):
        name, city, amount, height, is_open, built, clock, seen, local, odd, place = line
        # Excel keeps fifteen digits: longer numbers are text.
        right = row["määrä"] if row["määrä"] is None or row["määrä"] < 10**15 else str(row["määrä"])
        assert (name, city, amount, height, is_open) == (row["nimi"], row["city"], right, row["korkeus"], row["auki"])
        assert (built and built.date().isoformat()) == row["rakennettu"]
        assert clock == row["kello"]
        assert (seen and f"{seen.isoformat()}Z") == row["havaittu"]
        assert (local is None) == (row["paikallinen"] is None)
        assert odd == row['outo "nimi"; --']
        assert (place and shapely.from_wkt(place)) == row["geometry"]


def test_a_workbook_has_no_formulas(snapshots_root: Path, tmp_path: Path) -> None:
    values = ["=1+1", "http://example.org", "007", "+358", "{=SUM(A1)}", "tab\there", "bell\x07", "x" * 32_767]
    columns = [Column("a", ColumnType.TEXT), Column("päivä", ColumnType.DATE)]
    rows = [{"a": value, "päivä": date(1812, 4, 12)} for value in values]
    table = open_table(make_snapshot(snapshots_root, columns, rows, table="taulukko"))
    sheet = openpyxl.load_workbook(exports.write(table, Form.XLSX, tmp_path / "a.xlsx")).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.value for cell in cells if "\x07" not in str(cell.value) and "_x0007_" not in str(cell.value)] == [
        v for v in values if "\x07" not in v
    ]
    assert sheet.cell(2, 2).value == "1812-04-12"


def test_what_excel_can_t_hold_is_refused(
    snapshots_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kuutio.opendata.engine.exports import workbook

    table = open_table(make_snapshot(snapshots_root, KINDS[:1], [{"nimi": "x" * 32_768}], table="pitka"))
    with pytest.raises(BadQuery):
        exports.write(table, Form.XLSX, tmp_path / "a.xlsx")
    monkeypatch.setattr(workbook, "MAX_ROWS", 0)
    with pytest.raises(BadQuery):
        exports.write(table, Form.XLSX, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_equal_content_is_an_equal_workbook(small_table: Table, tmp_path: Path) -> None:
    first, second = (exports.write(small_table, Form.XLSX, tmp_path / f"{n}.xlsx").read_bytes() for n in "ab")
    assert first == second


@pytest.mark.parametrize("form", [Form.JSON, Form.JSONL, Form.GEOJSON])
def test_json_has_degrees_only(small_table: Table, form: Form) -> None:
    with pytest.raises(BadQuery):
        exports.stream(small_table, form, Query(crs=3067))


@pytest.mark.parametrize("form", list(Form))
def test_a_query_that_doesn_t_fit_is_refused_before_the_first_byte(
    small_table: Table, form: Form, tmp_path: Path
) -> None:
    for query in (Query(filter=Compare("nope", "=", 1)), Query(columns=("nope",)), Query(sort=(Sort("nope"),))):
        with pytest.raises(BadQuery):
            if FORMS[form].streamed:
                exports.stream(small_table, form, query)
            else:
                exports.write(small_table, form, tmp_path / "a", query)
    assert list(tmp_path.iterdir()) == []


def test_a_file_made_apart(small_table: Table, tmp_path: Path) -> None:
    here = exports.write(small_table, Form.PARQUET, tmp_path / "here.parquet", VIEW)
    there = apart.write(small_table, Form.PARQUET, tmp_path / "there.parquet", VIEW)
    assert here.read_bytes() == there.read_bytes()
    with pytest.raises(BadQuery) as refused:
        apart.write(small_table, Form.GPKG, tmp_path / "no.gpkg", Query(filter=In("määrä", ("x",))))
    assert refused.value.errors[0]["pointer"] == "/filter/args/1/0"
    with pytest.raises(apart.TooLong):
        apart.write(small_table, Form.GPKG, tmp_path / "no.gpkg", timeout_s=0.01)
    assert {path.name for path in tmp_path.iterdir()} == {"here.parquet", "there.parquet"}


def test_a_stream_takes_little_memory(snapshots_root: Path) -> None:
    rows = [{"nimi": f"{n} " + "x" * 200, "määrä": n} for n in range(20_000)]
    table = open_table(make_snapshot(snapshots_root, [KINDS[0], KINDS[2]], rows, table="virta", row_group=5000))
    for form in (Form.CSV, Form.JSONL, Form.JSON):
        for query in (Query(), Query(filter=Like("nimi", "%x"), sort=(Sort("määrä", True),))):
            tracemalloc.start()
            length = sum(map(len, exports.stream(table, form, query)))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert length > 4_000_000
            assert peak < 4_000_000


def test_a_stream_of_long_rows_takes_little_memory(snapshots_root: Path) -> None:
    rows = [{"nimi": f"{n} " + "x" * 100_000, "määrä": n} for n in range(400)]
    table = open_table(make_snapshot(snapshots_root, [KINDS[0], KINDS[2]], rows, table="pitka", row_group=50))
    for form in (Form.CSV, Form.JSONL, Form.JSON):
        for query in (Query(), Query(filter=Compare("määrä", ">=", 0), sort=(Sort("määrä", True),))):
            tracemalloc.start()
            length = sum(map(len, exports.stream(table, form, query)))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert length > 40_000_000
            assert peak < 12_000_000


def test_two_streams_at_once(large_table: Table) -> None:
    one, other = (exports.stream(large_table, Form.CSV, query) for query in (Query(), Query(sort=(Sort("nimi"),))))
    first, second = b"", b""
    for _ in range(4):
        first += next(one, b"")
        second += next(other, b"")
        large_table.page(Query(filter=Compare("korkeus", ">", 4.0)))
    assert first + b"".join(one) == b"".join(exports.stream(large_table, Form.CSV))
    assert len(second + b"".join(other)) == len(b"".join(exports.stream(large_table, Form.CSV)))
