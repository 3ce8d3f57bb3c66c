"""Files that are broken or hostile: each is refused with a reason, or costs the rows that are wrong."""

import io
import json
import os
import struct
import zipfile

import numpy as np
import pytest
import shapely

from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.refusals import (
    KINDS,
    BrokenFile,
    EmptyFile,
    NotATable,
    Refusal,
    TooLarge,
    UnsafeArchive,
    UnsafeXml,
    WrongEncoding,
)
from tests.opendata.engine.ingest.geofiles import pack, pack_shapefile, write_cities, write_layer

SMALL = Limits(max_bytes=5_000_000, max_columns=100, max_rows=1000)


def test_every_refusal_has_its_own_kind():
    assert len(KINDS) == 12
    assert all(kind.status == 422 and issubclass(kind, Refusal) for kind in KINDS.values())


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty(load, data):
    with pytest.raises(EmptyFile):
        load(data)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        bytes(1000),
        np.random.default_rng(1).bytes(5000),
        b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>",
        b"<html>",
        b'<?xml version="1.0"?><WMS_Capabilities version="1.3.0"></WMS_Capabilities>',
        b'"vain teksti"',
        b"[1, 2, 3]",
        b'{"nimi": "asetukset", "arvo": 3}',
        b"[]",
        b"PK\x05\x06" + bytes(18),
    ],
)
def test_no_table(load, data):
    with pytest.raises(NotATable) as caught:
        load(data, name="tiedosto.txt")
    assert caught.value.kind == "not-a-table"


@pytest.mark.parametrize("text", ["Hei maailma.\nTämä on kirje.\n", "# Otsikko\n\nTekstiä.\n"])
def test_prose_is_no_table(load, text):
    with pytest.raises(NotATable):
        load(text, name="lue.txt")


def test_nuls_all_over(load):
    with pytest.raises(NotATable):
        load(b"a;b\n" + b"\0\0\0;1\n" * 1000)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("cp1252", "utf-8"), ("utf-8", "utf-16"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-8")]
)
def test_wrong_declared_encoding(load, encoding, declared):
    data = ("nimi;arvo\n" + "Äänekoski;1\nÖljymäki;2\n" * 20).encode(encoding)
    with pytest.raises((WrongEncoding, NotATable)) as caught:
        load(data, encoding=declared)
    assert caught.value.status == 422
    assert load(data).column("nimi")[0] == "Äänekoski"


def test_an_encoding_that_does_not_exist(load):
    with pytest.raises(WrongEncoding):
        load("a;b\n1;2\n", encoding="utf-7000")


def test_ten_thousand_columns(load):
    with pytest.raises(TooLarge) as caught:
        load(";".join(f"s{n}" for n in range(10_000)) + "\n" + ";".join("1" * 10_000) + "\n")
    assert caught.value.facts == {"columns": 10_000, "limit": 2000}


def test_ten_thousand_members(load):
    with pytest.raises(TooLarge):
        load(json.dumps([{f"m{n}": n} for n in range(10_000)]), name="a.json")


def test_two_thousand_columns_are_allowed(load):
    table = load(";".join(f"s{n}" for n in range(2000)) + "\n" + ";".join(["1"] * 2000) + "\n")
    assert set(table.types.values()) == {"integer"}


def test_too_many_bytes_and_rows(load):
    with pytest.raises(TooLarge):
        load("a;b\n" + "1;2\n" * 2000, limits=SMALL)
    with pytest.raises(TooLarge):
        load("a;b\n" + "x;" + "y" * 5_000_000, limits=SMALL)


def test_a_row_without_an_end(load):
    with pytest.raises(BrokenFile):
        load('a;b\n1;"' + "x" * 3_000_000 + '"\n', limits=Limits(max_cell_bytes=1_000_000))


def bomb(size: int, name: str = "data.csv") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        member.write(b"a;b\n")
        for _ in range(size // 1_000_000):
            member.write(b"1;2\n" * 250_000)
    return file.getvalue()


def test_zip_bomb(load):
    with pytest.raises(UnsafeArchive):
        load(bomb(60_000_000), name="a.zip")


def test_zip_bomb_that_lies_about_its_size(load):
    data = bytearray(bomb(60_000_000))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    local = data.index(b"PK\x03\x04")
    data[local + 22 : local + 26] = struct.pack("<I", 1000)
    with pytest.raises((UnsafeArchive, BrokenFile)):
        load(bytes(data), name="a.zip")


def test_workbook_bomb(load):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(UnsafeArchive):
        load(file.getvalue(), name="a.xlsx")


def test_archive_of_archives(load, tmp_path):
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    inner = pack(tmp_path / "sisa.zip", tmp_path / "a.csv")
    with pytest.raises(NotATable):
        load(pack(tmp_path / "ulko.zip", inner))


def test_too_many_files(load):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for n in range(1001):
            archive.writestr(f"{n}.csv", "a;b\n1;2\n")
    with pytest.raises(UnsafeArchive):
        load(file.getvalue(), name="a.zip")


def test_names_that_climb_out_of_an_archive(load_all, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../../ulkona.csv", "a;b\n1;2\n")
        archive.writestr("/tmp/ulkona.csv", "a;b\n3;4\n")
        archive.writestr("..\\..\\ulkona.csv", "a;b\n5;6\n")
    tables = load_all(file.getvalue(), name="a.zip")
    assert sorted(table.rows[0] for table in tables) == [(1, 2), (3, 4), (5, 6)]
    assert not list(tmp_path.parent.rglob("ulkona*"))


def test_a_truncated_archive(load):
    with pytest.raises((BrokenFile, NotATable)):
        load(bomb(1_000_000)[:-30], name="a.zip")


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
@pytest.mark.parametrize("left", [0, 20, 90, 120])
def test_truncated_shapefile(load, tmp_path, suffix, left):
    shp = write_layer(tmp_path / "a.shp", [shapely.Point(25, 60 + n / 100) for n in range(50)], {"a": list(range(50))})
    os.truncate(shp.with_suffix(suffix), left)
    with pytest.raises((BrokenFile, EmptyFile) if left == 0 else BrokenFile):
        load(pack_shapefile(tmp_path / "a.zip", shp))


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".gml", ".kml", ".geojson"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_truncated_geo_files(load, tmp_path, suffix, part):
    """Half a file is no smaller file: nothing is published of it."""
    shapes = [shapely.Point(25, 60 + n / 10_000) for n in range(3000)]
    path = write_layer(tmp_path / f"a{suffix}", shapes, {"a": [f"nimi {n}" for n in range(3000)]})
    os.truncate(path, int(path.stat().st_size * part))
    with pytest.raises((BrokenFile, NotATable)):
        load(path)


@pytest.mark.parametrize(
    "data",
    [
        '[{"a": 1}, {"a": 2',
        '{"data": [{"a": 1}',
        '[{"a": 1},, {"a": 2}]',
        '{"features": [{"type": "Feature"',
        "[" * 100_000,
    ],
)
def test_broken_json(load, data):
    with pytest.raises(BrokenFile):
        load(data, name="a.json")


def test_broken_parquet_and_workbook(load, tmp_path):
    with pytest.raises(BrokenFile):
        load(b"PAR1" + bytes(1000) + b"PAR1", name="a.parquet")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<rikki")
    with pytest.raises(BrokenFile):
        load(file.getvalue(), name="a.xlsx")
    with pytest.raises((BrokenFile, NotATable)):
        load(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), name="a.xls")


GML = """<?xml version="1.0"?>{doctype}
<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">
<gml:featureMember><ogr:a><ogr:nimi>{text}</ogr:nimi></ogr:a></gml:featureMember></ogr:FeatureCollection>"""
KML = """<?xml version="1.0"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<name>{text}</name><Point><coordinates>25,60</coordinates></Point></Placemark></Document></kml>"""
GPX = """<?xml version="1.0"?>{doctype}<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="60" lon="25"><name>{text}</name></wpt></gpx>"""


@pytest.mark.parametrize("xml", [GML, KML, GPX], ids=["gml", "kml", "gpx"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY e "aaaaaaaa"><!ENTITY f "&e;&e;&e;&e;">]>',
        '<!DOCTYPE x SYSTEM "http://169.254.169.254/x.dtd">',
    ],
)
def test_xml_external_entities(load, xml, doctype):
    with pytest.raises(UnsafeXml):
        load(xml.format(doctype=doctype, text="&e;"), name="a.xml")


@pytest.mark.parametrize("xml", [KML, GPX], ids=["kml", "gpx"])
def test_the_same_xml_without_them(load, xml):
    table = load(xml.format(doctype="<!-- vain kommentti -->", text="Piste"), name="a.xml")
    assert "Piste" in table.rows[0]


def test_xml_schemas_are_not_fetched(load, tmp_path):
    """A GML that names its schema at an address or beside itself: neither is read."""
    path = write_cities(tmp_path / "a.gml")
    path.with_suffix(".xsd").write_text("<rikki")
    text = path.read_text("utf-8").replace("a.xsd", "http://127.0.0.1:9/a.xsd")
    path.write_text(text, "utf-8")
    assert load(path).loaded.rows == 3


def collection(*geometries) -> str:
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": g} for n, g in enumerate(geometries, start=1)]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_geojson_with_nan_and_unclosed_rings(load):
    nan = float("nan")
    ring = [[24, 60], [25, 60], [25, 61], [24, 60]]
    table = load(
        collection(
            {"type": "Point", "coordinates": [24.9, 60.2]},
            {"type": "Point", "coordinates": [nan, 60.2]},
            {"type": "Polygon", "coordinates": [ring[:-1]]},
            {"type": "Polygon", "coordinates": [ring[:2]]},
            {"type": "Polygon", "coordinates": [ring]},
            {"type": "Point", "coordinates": ["a", "b"]},
            {"type": "Point"},
            {"type": "Kuutio", "coordinates": [1, 2]},
            {"type": "LineString", "coordinates": [[24, 60]]},
            {"type": "Point", "coordinates": [float("inf"), 60]},
            {"type": "MultiPolygon", "coordinates": [[ring], [ring[:-1]]]},
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [nan, nan]}]},
            None,
        ),
        name="a.geojson",
    )
    assert [row for row, _ in table.rejected] == [2, 3, 4, 6, 7, 8, 9, 10, 11, 12]
    assert {code for _, code in table.rejected} == {"geometry"}
    reasons = {row: reason for row, reason, _ in table.rejects}
    assert "NaN" in reasons[2]
    assert "not closed" in reasons[3]
    assert json.loads(table.rejects[1][2])["geometry"]["type"] == "Polygon"
    assert sorted(table.column("n")) == [1, 5, 13]


def test_geometry_that_gdal_passes_on_is_checked(load, tmp_path):
    shapes = [shapely.Point(25, 60), shapely.Point(float("nan"), 60), shapely.Point(float("inf"), 60)]
    table = load(write_layer(tmp_path / "a.gpkg", shapes, {"a": [1, 2, 3]}))
    assert {row for row, _ in table.rejected} <= {2, 3}
    assert table.wkt[0] == "POINT (25 60)"
    assert all(wkt is None for wkt in table.wkt[1:])


def test_nothing_is_left_of_a_refused_file(load, tmp_path):
    with pytest.raises(BrokenFile):
        load('[{"a": 1}, {"a": 2', name="a.json")
    assert [path.name for path in (tmp_path / "root").rglob("*")] == []


def test_a_table_that_is_refused_refuses_the_file(load_all, tmp_path):
    """A file with several tables is loaded whole or not at all."""
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    (tmp_path / "b.geojson").write_text('{"type": "FeatureCollection", "features": [{"type"')
    with pytest.raises(BrokenFile):
        load_all(pack(tmp_path / "a.zip", tmp_path / "a.csv", tmp_path / "b.geojson"))
    assert list((tmp_path / "root").rglob("*.parquet")) == []
