"""Every format that a Finnish city publishes tables in."""

import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyogrio.raw import write

from kuutio.opendata.engine.refusals import BrokenFile, NotATable, WrongOptions
from tests.opendata.engine.ingest.geofiles import CITIES, pack, pack_shapefile, write_cities, write_layer

ROWS = [{"id": 1, "nimi": "Äijälä", "arvo": 1.5}, {"id": 2, "nimi": "B", "arvo": None}]


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        {"data": ROWS, "meta": {"count": 2}},
        {"count": 2, "results": ROWS},
        {"records": ROWS},
        {"help": "x", "success": True, "result": {"fields": [], "records": ROWS}},
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_json(load, data, encoding):
    table = load(json.dumps(data, ensure_ascii=False).encode(encoding), name="a.json")
    assert table.manifest.source.format == "json"
    assert table.types == {"id": "integer", "nimi": "text", "arvo": "number"}
    assert table.rows == [(1, "Äijälä", 1.5), (2, "B", None)]


def test_json_lines(load):
    lines = [json.dumps(row) for row in ROWS]
    table = load("\n".join([lines[0], "", "{rikki", lines[1], "[1]"]), name="a.jsonl")
    assert table.manifest.source.format == "jsonl"
    assert table.rows == [(1, "Äijälä", 1.5), (2, "B", None)]
    assert table.rejected == [(2, "json"), (4, "json")]
    assert table.rejects[0][2] == "{rikki"


def test_json_members_that_come_and_go(load):
    table = load('[{"a": 1}, {"b": "x", "a": 2}, {"c": {"d": [1, "\\u00e4"]}, "b": ""}, 7]', name="a.json")
    assert table.rows == [(1, None, None), (2, "x", None), (None, "", '{"d": [1, "ä"]}')]
    assert table.rejected == [(4, "json")]


def test_json_texts_of_digits(load):
    rows = [{"koodi": "091", "puhelin": "+358 9 1", "luku": "60.2187627998523283", "iso": 12345678901234567}]
    table = load(json.dumps(rows), name="a.json")
    assert table.types == {"koodi": "text", "puhelin": "text", "luku": "number", "iso": "text"}


def test_json_is_read_in_pieces(load):
    rows = [{"id": n, "teksti": "ä" * 50, "luku": n / 7} for n in range(40_000)]
    table = load(json.dumps({"meta": {"a": [1, {"b": 2}]}, "data": rows}), name="a.json")
    assert table.loaded.rows == 40_000
    assert table.column("luku") == [row["luku"] for row in rows]


def test_json_with_geometry_in_a_member(load):
    rows = [{"id": 1, "location": {"type": "Point", "coordinates": [24.9, 60.2]}}, {"id": 2, "location": None}]
    table = load(json.dumps(rows), name="a.json")
    assert table.types == {"id": "integer", "geometry": "geometry"}
    assert table.wkt == ["POINT (24.9 60.2)", None]


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": shape and shapely.geometry.mapping(shape)}


def test_geojson(load):
    shapes = [shapely.Point(24.9, 60.2), shapely.box(22, 60, 23, 61), None]
    features = [{**feature(shape, nimi=f"n{n}"), "id": n} for n, shape in enumerate(shapes)]
    table = load(json.dumps({"type": "FeatureCollection", "features": features}), name="a.geojson")
    assert table.manifest.source.format == "geojson"
    assert table.types == {"id": "integer", "nimi": "text", "geometry": "geometry"}
    assert table.loaded.crs == "OGC:CRS84"
    assert table.manifest.geometry.types == ["Point", "Polygon"]
    assert table.manifest.geometry.bbox == [22, 60, 24.9, 61]
    by_name = dict(table.sql("SELECT nimi, ST_AsText(geometry::GEOMETRY) FROM data"))
    assert by_name["n0"] == "POINT (24.9 60.2)"
    assert by_name["n2"] is None
    assert table.column("nimi")[-1] == "n2", "rows without geometry come last"


def test_geojson_of_one_feature(load):
    assert load(json.dumps(feature(shapely.Point(25, 60), a=1)), name="a.geojson").wkt == ["POINT (25 60)"]


def test_geojson_text_sequence(load):
    lines = [json.dumps(feature(shapely.Point(25, 60 + n), a=n)) for n in range(3)]
    table = load("".join(f"\x1e{line}\n" for line in lines), name="a.geojsons")
    assert sorted(table.column("a")) == [0, 1, 2]
    assert table.loaded.crs == "OGC:CRS84"


@pytest.mark.parametrize("suffix", [".gpkg", ".gml", ".kml", ".fgb", ".gpx", ".geojson"])
def test_geo_files(load_all, tmp_path, suffix):
    (table,) = load_all(write_cities(tmp_path / f"kaupungit{suffix}"))
    name = "Name" if suffix == ".kml" and "Name" in table.names else "name"
    found = dict(table.sql(f'SELECT "{name}", ST_AsText(geometry::GEOMETRY) FROM data'))
    assert {city: shapely.from_wkt(wkt).coords[0] for city, wkt in found.items()} == CITIES
    assert table.types[name] == "text"
    assert table.loaded.crs == ("OGC:CRS84" if suffix == ".geojson" else "EPSG:4326")
    if suffix != ".gpx":
        assert sorted(table.column("code")) == ["091", "564", "853"]
        assert table.types["code"] == "text"


@pytest.mark.parametrize("zipped", [True, False])
def test_shapefile(load, tmp_path, zipped):
    shp = write_cities(tmp_path / "kaupungit.shp")
    table = load(pack_shapefile(tmp_path / "paketti.zip", shp) if zipped else shp)
    assert sorted(table.column("name")) == sorted(CITIES)
    assert table.loaded.table == "oulu-taulu"


def test_shapefile_in_latin_1(load, tmp_path):
    shp = write_layer(tmp_path / "a.shp", [shapely.Point(25, 60)], {"nimi": ["Äänekoski"]}, encoding="ISO-8859-1")
    assert load(pack_shapefile(tmp_path / "a.zip", shp)).column("nimi") == ["Äänekoski"]


@pytest.mark.parametrize("note", [None, "ANSI 1252", "1252", "88591", "UTF-8", "nonsense"])
def test_a_shapefile_is_read_whatever_its_cpg_says_of_it(load, tmp_path, note):
    shp = write_layer(tmp_path / "a.shp", [shapely.Point(25, 60)], {"määrä": ["Äänekoski"]}, encoding="ISO-8859-1")
    shp.with_suffix(".cpg").unlink()
    if note:
        shp.with_suffix(".cpg").write_text(note)
    assert load(pack_shapefile(tmp_path / "a.zip", shp)).column("määrä") == ["Äänekoski"]


def test_a_letter_that_a_shapefile_cuts_in_two_costs_its_row(load, tmp_path):
    names = [f"Äänekoski {n:02d}" for n in range(30)]
    points = [shapely.Point(25, 60 + n / 10) for n in range(30)]
    shp = write_layer(tmp_path / "a.shp", points, {"nimi": names}, encoding="UTF-8")
    dbf = shp.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("Äänekoski 07".encode(), "Äänekoski 7".encode() + b"\xc3"))
    table = load(pack_shapefile(tmp_path / "a.zip", shp))
    assert table.rejected == [(8, "encoding")]
    assert sorted(table.column("nimi")) == [name for name in names if not name.endswith("07")]
    assert table.loaded.crs == "EPSG:4326"


def test_how_kml_draws_a_place_is_no_data(load, tmp_path):
    table = load(write_cities(tmp_path / "a.kml"))
    assert table.names == ["id", "Name", "code", "geometry"]


def test_the_box_around_a_place_in_gml_is_no_data(load, tmp_path):
    table = load(write_cities(tmp_path / "a.gml"))
    assert table.names == ["gml_id", "name", "code", "geometry"]


@pytest.mark.parametrize(
    "shape",
    [
        "POINT (25 60)",
        "LINESTRING (25 60, 26 61)",
        "POLYGON ((25 60, 26 60, 26 61, 25 60), (25.5 60.1, 25.6 60.1, 25.6 60.2, 25.5 60.1))",
        "MULTIPOINT (25 60, 26 61)",
        "MULTILINESTRING ((25 60, 26 61), (27 60, 27 61))",
        "MULTIPOLYGON (((25 60, 26 60, 26 61, 25 60)), ((27 60, 28 60, 28 61, 27 60)))",
    ],
)
def test_geoparquet_whose_coordinates_are_lists(load, tmp_path, shape):
    one = shapely.from_wkt(shape)
    kind, coordinates, offsets = shapely.to_ragged_array(np.array([one, one]))
    array = pa.StructArray.from_arrays([coordinates[:, 0], coordinates[:, 1]], ["x", "y"])
    for offset in offsets:
        array = pa.ListArray.from_arrays(pa.array(offset, pa.int32()), array)
    array = array.take(pa.array([0, None, 1]))
    facts = {"encoding": kind.name.lower(), "geometry_types": []}
    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": facts}}
    data = pa.table({"id": [1, 2, 3], "g": array}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(data, tmp_path / "a.parquet")
    table = load(tmp_path / "a.parquet")
    assert table.types == {"id": "integer", "geometry": "geometry"}
    found = dict(zip(table.column("id"), table.wkt, strict=True))
    assert found[2] is None
    assert shapely.equals(shapely.from_wkt(found[1]), one)
    assert shapely.equals(shapely.from_wkt(found[3]), one)


def test_gml_codes_keep_their_zeros(load, tmp_path):
    shapes = [shapely.Point(25, 60), shapely.Point(26, 61)]
    path = write_layer(tmp_path / "a.gml", shapes, {"koodi": ["00100", "00200"], "luku": ["5", "7"]})
    table = load(path)
    assert sorted(table.column("koodi")) == ["00100", "00200"]
    assert table.types["luku"] == "integer"


def test_types_that_a_geopackage_declares_stay(load, tmp_path):
    fields = {
        "teksti": ["1", "2"],
        "luku": np.array([1, 2], np.int32),
        "ala": [1.5, float("nan")],
        "on": [True, False],
        "aika": np.array(["2024-01-01T10:00:00", "2024-07-01T10:00:00"], "datetime64[ms]"),
    }
    table = load(write_layer(tmp_path / "a.gpkg", [shapely.Point(25, 60), None], fields))
    assert table.types == {
        "teksti": "text", "luku": "integer", "ala": "number", "on": "boolean", "aika": "datetime", "geometry": "geometry",
    }  # fmt: skip
    assert table.column("ala") == [1.5, None]


def test_layers_are_tables(load_all, tmp_path):
    path = write_cities(tmp_path / "a.gpkg", layer="Koulut 2024")
    write_cities(path, layer="päiväkodit")
    tables = load_all(path)
    assert [table.loaded.table for table in tables] == ["oulu-taulu-koulut-2024", "oulu-taulu-paivakodit"]
    (one,) = load_all(path, layer="päiväkodit")
    assert one.loaded.table == "oulu-taulu"
    assert one.manifest.source.layer == "päiväkodit"
    with pytest.raises(WrongOptions):
        load_all(path, layer="tiet")


def test_heights_are_kept(load, tmp_path):
    table = load(write_layer(tmp_path / "a.gpkg", [shapely.Point(25, 60, 12.5)], {"a": [1]}))
    assert table.wkt == ["POINT Z (25 60 12.5)"]
    assert table.manifest.geometry.types == ["Point Z"]


def test_points_paths_and_tracks_of_gpx(load_all):
    gpx = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
      <wpt lat="60.1" lon="24.9"><name>Alku</name></wpt>
      <trk><name>Lenkki</name><trkseg><trkpt lat="60.1" lon="24.9"/><trkpt lat="60.2" lon="25.0"/></trkseg></trk></gpx>"""
    tables = {table.loaded.name: table for table in load_all(gpx, name="a.gpx")}
    assert tables["waypoints"].names == ["name", "geometry"]
    assert tables["tracks"].wkt == ["MULTILINESTRING ((24.9 60.1, 25 60.2))"]


ARC = """<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="http://a">{members}</wfs:FeatureCollection>"""
MEMBER = """<wfs:member><a:area gml:id="a.{n}"><a:nimi>n{n}</a:nimi><a:muoto>
<gml:Surface srsName="urn:ogc:def:crs:EPSG::3879" gml:id="g{n}"><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring>
<gml:curveMember><gml:Curve gml:id="c{n}"><gml:segments>
<gml:Arc><gml:posList>6672000 25496000 6672100 25496100 6672000 25496200</gml:posList></gml:Arc>
<gml:LineStringSegment><gml:posList>6672000 25496200 6672000 25496000</gml:posList></gml:LineStringSegment>
</gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>
</a:muoto></a:area></wfs:member>"""


def test_arcs_of_gml_become_lines(load):
    table = load(ARC.format(members="".join(MEMBER.format(n=n) for n in (1, 2))), name="a.gml")
    assert (table.loaded.rows, table.loaded.crs) == (2, "EPSG:3879")
    half = shapely.from_wkt(table.wkt[0])
    assert (half.geom_type, shapely.get_num_coordinates(half) > 20) == ("Polygon", True)


def test_curves_that_nobody_can_read_cost_their_row(load, tmp_path):
    arc = bytes.fromhex("0108000000" + "03000000") + np.array([0.0, 0, 1, 1, 2, 0]).tobytes()
    point = shapely.to_wkb(shapely.Point(25, 60))
    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB", "geometry_types": []}}}
    table = pa.table({"a": [1, 2], "g": [point, arc]}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, tmp_path / "a.parquet")
    loaded = load(tmp_path / "a.parquet")
    assert loaded.rejected == [(2, "geometry")]
    assert loaded.wkt == ["POINT (25 60)"]


def test_kmz(load, tmp_path):
    kml = write_cities(tmp_path / "doc.kml")
    assert load(pack(tmp_path / "a.kmz", kml)).loaded.rows == 3


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_xlsx(load, tmp_path):
    rows = [
        ["Palvelut 2024"],
        [],
        ["koodi", "luku", "osuus", "pvm", "aika", "klo", "on", "seka"],
        ["091", 1, 0.5, date(2024, 1, 2), datetime(2024, 1, 2, 10, 30), time(8, 15), True, "A1"],  # noqa: DTZ001
        ["049", 2000000, 1, date(2024, 1, 3), datetime(2024, 1, 3), time(9), False, 100],  # noqa: DTZ001
        [None, None, None, None, None, None, None, None],
        ["837", None, 2.25, None, None, None, None, 2.5],
    ]
    table = load(workbook(tmp_path / "a.xlsx", {"Taul 1": rows, "tyhjä": []}))
    assert table.types == {
        "koodi": "text", "luku": "integer", "osuus": "number", "pvm": "date", "aika": "datetime", "klo": "time",
        "on": "boolean", "seka": "text",
    }  # fmt: skip
    assert table.rows[0][3:] == (date(2024, 1, 2), datetime(2024, 1, 2, 10, 30), time(8, 15), True, "A1")  # noqa: DTZ001
    assert table.column("seka") == ["A1", "100", "2.5"]
    assert table.manifest.source.format == "xlsx"


def test_sheets_are_tables(load_all, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"Yksi": [["a", "b"], [1, 2]], "Ohje": [["Lue tämä"]], "Kaksi": [["c", "d"], [3, 4]]}
    )
    assert [table.loaded.table for table in load_all(path)] == ["oulu-taulu-yksi", "oulu-taulu-kaksi"]
    (one,) = load_all(path, sheet="Kaksi")
    assert one.rows == [(3, 4)]
    with pytest.raises(WrongOptions):
        load_all(path, sheet="Kolme")


def test_years_are_names_of_columns(load, tmp_path):
    rows = [["Alue", 2020, 2021, 2022], ["Keskusta", 1990, 2005, 2010], ["Hervanta", 2001, 2004, 2007]]
    table = load(workbook(tmp_path / "a.xlsx", {"Väestö": rows}))
    assert table.names == ["Alue", "2020", "2021", "2022"]
    assert table.rows == [("Keskusta", 1990, 2005, 2010), ("Hervanta", 2001, 2004, 2007)]


@pytest.mark.parametrize("joined", [True, False])
def test_a_header_of_two_rows_is_one_name(load, tmp_path, joined):
    rows = [
        ["Väestö alueittain", None, None, None, None],
        [],
        [None if not joined else "Alue", "Miehet", None, "Naiset", None],
        [None if joined else "Alue", 2023, 2024, 2023, 2024],
        *[[f"Alue {n}", n, n + 1, n + 2, n + 3] for n in range(5)],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Väestö": rows})
    if joined:
        book = openpyxl.load_workbook(path)
        for place in ("A1:E1", "A3:A4", "B3:C3", "D3:E3"):
            book["Väestö"].merge_cells(place)
        book.save(path)
    table = load(path)
    assert table.names == ["Alue", "Miehet 2023", "Miehet 2024", "Naiset 2023", "Naiset 2024"]
    assert table.rows == [(f"Alue {n}", n, n + 1, n + 2, n + 3) for n in range(5)]


def test_a_cell_beside_several_rows_belongs_to_each(load, tmp_path):
    rows = [
        ["Piiri", "Alue", "n"],
        ["Etelä", "Ullanlinna", 1],
        [None, "Eira", 2],
        [None, "Töölö", 3],
        ["Itä", "Vuosaari", 4],
    ]
    path = workbook(tmp_path / "a.xlsx", {"A": rows})
    book = openpyxl.load_workbook(path)
    book["A"].merge_cells("A2:A4")
    book.save(path)
    assert load(path).column("Piiri") == ["Etelä", "Etelä", "Etelä", "Itä"]


def test_a_wide_name_above_numbers_leaves_them_in_the_table(load, tmp_path):
    rows = [["Nimi", "Koko", None], ["A", 2, 3], ["B", 4, 5], ["C", 6, 7]]
    path = workbook(tmp_path / "a.xlsx", {"A": rows})
    book = openpyxl.load_workbook(path)
    book["A"].merge_cells("B1:C1")
    book.save(path)
    assert load(path).rows == [("A", 2, 3), ("B", 4, 5), ("C", 6, 7)]


def test_codes_that_a_workbook_shows_with_zeros_are_text(load, tmp_path):
    rows = [["Postinumero", "Kunta", "n"], *[[100 * n, 5 + n, n] for n in range(5)]]
    path = workbook(tmp_path / "a.xlsx", {"Ääkköset & muut": rows})
    book = openpyxl.load_workbook(path)
    for row in book["Ääkköset & muut"].iter_rows(min_row=2):
        row[0].number_format, row[1].number_format = "00000", "000"
    book.save(path)
    table = load(path)
    assert table.types == {"Postinumero": "text", "Kunta": "text", "n": "integer"}
    assert table.column("Postinumero") == ["00000", "00100", "00200", "00300", "00400"]
    assert table.column("Kunta") == ["005", "006", "007", "008", "009"]


def test_a_workbook_without_tables(load_all, tmp_path):
    with pytest.raises(NotATable):
        load_all(workbook(tmp_path / "a.xlsx", {"Ohje": [["Lue tämä"]]}))


def test_ods(load, tmp_path):
    fields = [np.array(["Äijälä", "B"], object), np.array([1.5, 2.0]), np.array([1, 2])]
    write(tmp_path / "a.ods", None, fields, ["nimi", "arvo", "id"], geometry_type=None, crs=None, driver="ODS")
    table = load(tmp_path / "a.ods")
    assert table.rows == [("Äijälä", 1.5, 1), ("B", 2.0, 2)]
    assert table.manifest.source.format == "ods"


def test_parquet(load, tmp_path):
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int16()),
            "iso": pa.array([2**63, 1], pa.uint64()),
            "koodi": pa.array(["091", None]).dictionary_encode(),
            "hinta": pa.array([1.25, float("inf")]),
            "aika": pa.array([datetime(2024, 1, 1, 12), None], pa.timestamp("ns", "Europe/Helsinki")),  # noqa: DTZ001
            "lista": pa.array([["a", "ä"], None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    loaded = load(tmp_path / "a.parquet")
    assert loaded.types == {
        "id": "integer", "iso": "text", "koodi": "text", "hinta": "number", "aika": "datetime", "lista": "text",
    }  # fmt: skip
    assert loaded.rows[0][:4] == (1, "9223372036854775808", "091", 1.25)
    assert loaded.rows[1] == (2, "1", None, None, None, None)
    assert loaded.column("lista") == ['["a", "ä"]', None]


def test_geoparquet(load, tmp_path):
    """What the engine writes, it reads; and a bbox column of other writers is no data."""
    first = load(write_cities(tmp_path / "a.gpkg"))
    own = pq.read_table(first.loaded.path / "data.parquet")
    geo = json.loads(own.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    bbox = pa.array([{"xmin": 0.0, "ymin": 0.0, "xmax": 1.0, "ymax": 1.0}] * 3)
    other = own.select(["name", "code", "geometry"]).append_column("bbox", bbox)
    pq.write_table(other.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "b.parquet")
    second = load(tmp_path / "b.parquet")
    assert second.names == ["name", "code", "geometry"]
    assert second.loaded.snapshot == first.loaded.snapshot, "the same content is the same snapshot in any format"


def test_geoparquet_is_what_pyarrow_and_duckdb_read(load, tmp_path):
    table = load(write_cities(tmp_path / "a.gpkg"))
    arrow = pq.read_table(table.loaded.path / "data.parquet")
    points = shapely.from_wkb(arrow["geometry"].to_pylist())
    assert [[p.x, p.y, p.x, p.y] for p in points] == [
        list(row)
        for row in zip(*(arrow[name].to_pylist() for name in ("_xmin", "_ymin", "_xmax", "_ymax")), strict=True)
    ]
    assert table.sql("SELECT typeof(geometry) FROM data LIMIT 1")[0][0].startswith("GEOMETRY")


def test_gtfs(load_all, tmp_path):
    files = {
        "agency.txt": "agency_id,agency_name\n1,Nysse\n",
        "stops.txt": "\ufeffstop_id,stop_name,stop_lat,stop_lon\n0001,Keskustori,61.498,23.759\n0002,Koskipuisto,61.497,23.765\n",
        "routes.txt": "route_id,route_short_name\n1,1A\n2,2\n",
        "trips.txt": "route_id,trip_id\n1,t1\n",
        "stop_times.txt": "trip_id,arrival_time,stop_id\nt1,25:10:00,0001\n",
        "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n7,61.4,23.7,1\n",
        "feed_info.txt": "",
    }
    with zipfile.ZipFile(tmp_path / "gtfs.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    tables = {table.loaded.name: table for table in load_all(tmp_path / "gtfs.zip")}
    assert set(tables) == {"agency", "stops", "routes", "trips", "stop-times", "shapes"}
    assert tables["stops"].loaded.table == "oulu-taulu-stops"
    assert sorted(tables["stops"].column("stop_id")) == ["0001", "0002"]
    assert tables["stops"].types["geometry"] == tables["shapes"].types["geometry"] == "geometry"
    assert tables["stop-times"].column("arrival_time") == ["25:10:00"]
    (stops,) = load_all(tmp_path / "gtfs.zip", layer="stops")
    assert stops.loaded.table == "oulu-taulu"


def test_an_archive_of_one_file(load, tmp_path):
    (tmp_path / "data.csv").write_text("id;nimi\n1;a\n", "utf-8")
    (tmp_path / "lue.pdf").write_bytes(b"%PDF-1.4")
    table = load(pack(tmp_path / "a.zip", tmp_path / "data.csv", tmp_path / "lue.pdf"))
    assert table.loaded.passed_over == ["lue.pdf"]
    assert table.rows == [(1, "a")]
    assert table.loaded.table == "oulu-taulu"


def test_an_archive_of_several_files(load_all, tmp_path):
    for name in ("koulut", "puistot"):
        (tmp_path / f"{name}.csv").write_text(f"id;nimi\n1;{name}\n", "utf-8")
    path = pack(tmp_path / "a.zip", tmp_path / "koulut.csv", tmp_path / "puistot.csv")
    assert [table.loaded.table for table in load_all(path)] == ["oulu-taulu-koulut", "oulu-taulu-puistot"]
    (one,) = load_all(path, layer="puistot.csv")
    assert one.rows == [(1, "puistot")]


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ('[{"a": 1}]\n[{"a": 2}, {"a": 3}]', "a.json", [1, 2, 3]),
        ('[{"a": 1}]\n{"a": 2}\n', "a.json", [1, 2]),
        ('{\n"data": [{"a": 1}]}\n\n{\n"data": [{"a": 2}]\n}', "a.json", [1, 2]),
        ('{\n"a": 1\n}\n{\n"a": 2\n}', "a.json", [1, 2]),
        ('\x1e{\n"a": 1\n}\n\x1e{\n"a": 2\n}', "a.json", [1, 2]),
        ('{"a": 1}\n', "a.jsonl", [1]),
        ('{"a": 1, "items": [2]}', "a.ndjson", [1]),
    ],
)
def test_json_of_several_texts_loses_no_row(load, text, name, values):
    assert load(text, name=name).column("a") == values


@pytest.mark.parametrize("text", ['[{"a": 1}] rikki', '[{"a": 1}],', '{"data": [{"a": 1}]} x'])
def test_json_with_something_else_behind_it_is_refused(load, text):
    with pytest.raises(BrokenFile):
        load(text, name="a.json")


def test_a_collection_on_the_one_line_of_its_file(load):
    features = [feature(shapely.Point(25, 60), a=1), feature(shapely.Point(25, 61), a=2)]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    assert load(text, name="a.geojsonl").column("a") == [1, 2]
