"""Coordinates of every system come out as longitude and latitude, the source's system kept."""

import json
import re

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from kuutio.opendata.engine.crs import CRS84, guess, to_crs84, understand
from kuutio.opendata.engine.refusals import UnknownCrs
from tests.opendata.engine.ingest.geofiles import write_layer

HERE = (24.9459, 60.1921)
FINNISH = ["EPSG:3067", "EPSG:2393", "EPSG:4258", "EPSG:4326", "EPSG:3857", *(f"EPSG:{n}" for n in range(3873, 3886))]


def there(crs: str, lon: float = HERE[0], lat: float = HERE[1]) -> tuple[float, float]:
    """A point in that system, x (east) first, by pyproj alone."""
    return Transformer.from_crs(CRS84, crs, always_xy=True).transform(lon, lat)


def back(crs: str, x: float, y: float) -> tuple[float, float]:
    return Transformer.from_crs(crs, CRS84, always_xy=True).transform(x, y)


@pytest.mark.parametrize("crs", FINNISH)
def test_each_finnish_system(load, tmp_path, crs):
    x, y = there(crs)
    table = load(write_layer(tmp_path / "a.gpkg", [shapely.Point(x, y)], {"a": [1]}, crs=crs))
    assert table.loaded.crs == crs
    assert table.manifest.source.crs == table.manifest.geometry.crs_source == crs
    (point,) = shapely.from_wkt(table.wkt)
    expected = (x, y) if crs == "EPSG:4326" else back(crs, x, y)
    assert (point.x, point.y) == pytest.approx(expected, abs=1e-12)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:3067", "EPSG:3879", "EPSG:4326"])
@pytest.mark.parametrize("version", ["GML2", "GML3.2"])
def test_axis_order_of_gml(load, tmp_path, crs, version):
    """GML 3 with a URN has what the authority says: latitude or northing first for 4326 and 3879."""
    x, y = there(crs)
    swapped = version == "GML3.2" and crs != "EPSG:3067"
    path = write_layer(tmp_path / "a.gml", [shapely.Point(x, y)], {"a": [1]}, crs=crs, FORMAT=version)
    written = re.search(r"<gml:(?:pos|coordinates)>([\d.]+)", path.read_text("utf-8"))
    assert float(written[1]) == pytest.approx(y if swapped else x, abs=0.01)
    table = load(path)
    assert table.loaded.crs == crs
    (point,) = shapely.from_wkt(table.wkt)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:3067", "EPSG:3879", "EPSG:2393"])
def test_old_shapefiles_without_a_code(load, tmp_path, crs):
    path = write_layer(tmp_path / "a.shp", [shapely.Point(there(crs))], {"a": [1]}, crs=crs)
    path.with_suffix(".prj").write_text(CRS.from_user_input(crs).to_wkt("WKT1_ESRI"))
    table = load(path)
    assert table.loaded.crs == crs
    (point,) = shapely.from_wkt(table.wkt)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-5)


PRJ_OF_THE_LAND_SURVEY = (
    'PROJCS["ETRF89_ETRS_TM35FIN",GEOGCS["GCS_ETRS89",DATUM["D_ETRS_1989",SPHEROID["Geodetic_Reference_System_of_1980",'
    '6378137,298.2572221009113]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],'
    'PARAMETER["scale_factor",{scale}],PARAMETER["false_easting",{easting}],PARAMETER["false_northing",0],UNIT["Meter",1]]'
)


@pytest.mark.parametrize(
    ("meridian", "scale", "easting", "code"),
    [(27, 0.9996, 500000, "EPSG:3067"), (25, 1, 25500000, "EPSG:3879"), (22, 1, 22500000, "EPSG:3876")],
)
def test_systems_are_known_by_their_numbers(meridian, scale, easting, code):
    wkt = PRJ_OF_THE_LAND_SURVEY.format(meridian=meridian, scale=scale, easting=easting)
    assert understand(wkt).name == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EPSG:3067", "EPSG:3067"),
        ("epsg:3879", "EPSG:3879"),
        ("3879", "EPSG:3879"),
        ("urn:ogc:def:crs:EPSG::3879", "EPSG:3879"),
        ("urn:ogc:def:crs:EPSG:9.9.1:3067", "EPSG:3067"),
        ("http://www.opengis.net/def/crs/EPSG/0/3067", "EPSG:3067"),
        ("https://www.opengis.net/def/crs/EPSG/0/2393", "EPSG:2393"),
        ("http://www.opengis.net/gml/srs/epsg.xml#3067", "EPSG:3067"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"),
        ("EPSG:3903", "EPSG:5048"),
        ("+proj=tmerc +lat_0=0 +lon_0=24 +k=1 +x_0=24500000 +y_0=0 +ellps=GRS80 +units=m", "EPSG:3878"),
    ],
)
def test_ways_to_name_a_system(text, name):
    assert understand(text).name == name


@pytest.mark.parametrize("text", ["EPSG:99999", "urn:ogc:def:crs:EPSG::1", "Kuution koordinaatisto", "", "x" * 5000])
def test_systems_that_do_not_exist(text):
    with pytest.raises(UnknownCrs) as caught:
        understand(text)
    assert caught.value.status == 422
    assert len(str(caught.value.detail)) < 250


def test_a_file_in_a_system_that_does_not_exist(load):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::987654"}}
    feature = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    with pytest.raises(UnknownCrs, match="987654"):
        load(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), name="a.geojson")


@pytest.mark.parametrize("crs_first", [True, False])
def test_the_old_crs_member_of_geojson(load, crs_first):
    x, y = there("EPSG:3879")
    crs = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3879"}}}
    feature = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [x, y]}}
    body = {"type": "FeatureCollection", "features": [feature]}
    table = load(json.dumps(crs | body if crs_first else body | crs), name="a.geojson")
    assert table.loaded.crs == "EPSG:3879"
    (point,) = shapely.from_wkt(table.wkt)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:3067", "EPSG:2393", "EPSG:3879", CRS84])
def test_a_system_that_is_not_said_is_told_by_the_coordinates(load, tmp_path, crs):
    path = write_layer(tmp_path / "a.shp", [shapely.Point(there(crs))], {"a": [1]}, crs=None)
    table = load(path)
    assert table.loaded.crs == crs
    (point,) = shapely.from_wkt(table.wkt)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-5)


def test_a_system_that_can_not_be_told(load, tmp_path):
    path = write_layer(tmp_path / "a.shp", [shapely.Point(1234, 5678)], {"a": [1]}, crs=None)
    with pytest.raises(UnknownCrs):
        load(path)
    assert load(path, crs="EPSG:3857").loaded.crs == "EPSG:3857"


def test_a_system_by_hand_is_stronger_than_the_file(load, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", [shapely.Point(there("EPSG:3879"))], {"a": [1]}, crs="EPSG:3067")
    table = load(path, crs="EPSG:3879")
    (point,) = shapely.from_wkt(table.wkt)
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


def test_guesses_do_not_overlap():
    for crs in ("EPSG:3067", "EPSG:2393", *(f"EPSG:{n}" for n in range(3873, 3886))):
        zone = int(crs[-4:]) - 3854 if crs[-4:] > "3800" else 27
        for lat in np.linspace(59.8, 70.0, 5):
            assert guess(*there(crs, min(max(zone, 20), 31), lat)) == crs
    assert guess(0, 0) == CRS84
    assert guess(500, 500) is None


def test_many_points_as_one():
    """Vectorised and one by one are the same to the last bit."""
    turn = to_crs84(understand("EPSG:3067"))
    xy = np.random.default_rng(1).uniform([100_000, 6_600_000], [700_000, 7_700_000], (1000, 2))
    assert np.array_equal(turn(xy), np.vstack([turn(point[None]) for point in xy]))


@pytest.mark.parametrize(
    ("header", "crs", "found"),
    [
        ("lon;lat", CRS84, CRS84),
        ("Longitude;Latitude", CRS84, CRS84),
        ("lng;lat", CRS84, CRS84),
        ("pituusaste;leveysaste", CRS84, CRS84),
        ("pituus;leveys", CRS84, CRS84),
        ("stop_lon;stop_lat", CRS84, CRS84),
        ("geoLon;geoLat", CRS84, CRS84),
        ("x;y", "EPSG:3067", "EPSG:3067"),
        ("E;N", "EPSG:3067", "EPSG:3067"),
        ("E (ETRS-TM35FIN);N (ETRS-TM35FIN)", "EPSG:3067", "EPSG:3067"),
        ("easting_etrs_gk25;northing_etrs_gk25", "EPSG:3879", "EPSG:3879"),
        ("itäkoordinaatti;pohjoiskoordinaatti", "EPSG:3879", "EPSG:3879"),
        ("X-koordinaatti;Y-koordinaatti", "EPSG:3878", "EPSG:3878"),
        ("x;y", "EPSG:2393", "EPSG:2393"),
    ],
)
@pytest.mark.parametrize("mark", [".", ","])
def test_columns_of_coordinates_become_points(load, header, crs, found, mark):
    x, y = there(crs) if crs != CRS84 else HERE
    cells = f"{x:.7f};{y:.7f}".replace(".", mark)
    table = load(f"nimi;{header}\na;{cells}\nb;;\n")
    assert table.loaded.crs == found
    point = shapely.from_wkt(table.wkt[0])
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)
    assert table.wkt[1] is None
    assert table.loaded.rejects == 0
    assert len(table.names) == 4, "the columns stay"


def test_the_old_way_where_x_is_north(load):
    x, y = there("EPSG:2393")
    table = load(f"x;y\n{y:.2f};{x:.2f}\n")
    point = shapely.from_wkt(table.wkt[0])
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


def test_x_and_y_with_a_system_by_hand(load):
    x, y = there("EPSG:3857")
    table = load(f"id;x;y\n1;{x:.3f};{y:.3f}\n", crs="EPSG:3857")
    point = shapely.from_wkt(table.wkt[0])
    assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize(
    "table",
    [
        "laatikko;pituus;leveys\na;30;20\nb;40;10\n",
        "id;x;y\n1;10;20\n2;30;40\n",
        "id;start_lon;start_lat;end_lon;end_lat\n1;24,9;60,1;25,0;60,2\n",
        "id;lon\n1;24,9\n",
        "id;lon;lat\n1;itä;pohjoinen\n",
        "id;lon;lat\n1;5000;6000\n",
    ],
)
def test_what_may_be_something_else_is_left_alone(load, table):
    assert "geometry" not in load(table).names


def test_degrees_go_before_metres(load):
    table = load("lat;lon;northing_etrs_gk25;easting_etrs_gk25\n60.21;24.85;6678455;25491832\n")
    assert table.loaded.crs == CRS84
    assert table.wkt == ["POINT (24.85 60.21)"]


@pytest.mark.parametrize(
    ("cell", "wkt"),
    [
        ("POINT (24.9 60.2)", "POINT (24.9 60.2)"),
        ("LINESTRING(24 60,25 61)", "LINESTRING (24 60, 25 61)"),
        ('"SRID=4326;POINT(24.9 60.2)"', "POINT (24.9 60.2)"),
        ('"{""type"":""Point"",""coordinates"":[24.9,60.2]}"', "POINT (24.9 60.2)"),
        (shapely.to_wkb(shapely.Point(24.9, 60.2), hex=True), "POINT (24.9 60.2)"),
    ],
)
def test_geometry_as_text(load, cell, wkt):
    table = load(f"id;sijainti\n1;{cell}\n2;\n", separator=";")
    assert table.names == ["id", "geometry"]
    assert table.wkt == [wkt, None]
    assert table.loaded.columns[-1].title == "sijainti"


def test_wkt_in_another_system(load):
    x, y = there("EPSG:3879")
    for cell, options in ((f'"SRID=3879;POINT({x} {y})"', {}), (f"POINT({x} {y})", {"crs": "EPSG:3879"})):
        point = shapely.from_wkt(load(f"id;wkt\n1;{cell}\n", separator=";", **options).wkt[0])
        assert (point.x, point.y) == pytest.approx(HERE, abs=1e-6)


def test_geometry_that_is_none_is_rejected(load):
    table = load(
        "id;wkt\n1;POINT (25 60)\n2;POLYGON ((24 60, 25 60, 25 61))\n3;POINT (25)\n4;POINT EMPTY\n", separator=";"
    )
    assert table.rejected == [(2, "geometry"), (3, "geometry")]
    assert table.column("id") == [1, 4]
    assert table.wkt == ["POINT (25 60)", None]


def test_a_point_off_the_earth_costs_its_row(load):
    table = load("id;lon;lat\n1;24,9;60,1\n2;249,0;60,1\n3;25,0;60,2\n")
    assert table.rejected == [(2, "geometry")]
    assert sorted(table.column("id")) == [1, 3]


def test_geometry_of_rejected_rows_counts_nowhere(load):
    data = "id;lon;lat\n1;24,9;60,1\n1;-70,0;-60,1\n"
    assert load(data, key=("id",)).manifest.geometry.bbox == [24.9, 60.1, 24.9, 60.1]


def test_rows_lie_along_the_curve(load):
    """Neighbours in the file are neighbours on the map: a page of rows covers a small part of the whole."""
    numbers = np.random.default_rng(2)
    points = numbers.uniform([21, 60], [30, 69], (4000, 2))
    table = load("lon;lat\n" + "".join(f"{x:.6f};{y:.6f}\n" for x, y in points))
    found = np.array(table.sql("SELECT _xmin, _ymin FROM data")).reshape(-1, 40, 2)
    sizes = np.prod(found.max(axis=1) - found.min(axis=1), axis=1)
    assert np.median(sizes) < 9 * 9 / 40
