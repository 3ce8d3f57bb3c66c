"""Real files of Finnish cities and the state."""

import pytest

from kuutio.opendata.engine.refusals import NotATable
from tests.opendata.engine.ingest.geofiles import DEMONSTRATION, FILES


def test_municipalities(load):
    table = load(DEMONSTRATION / "finland_municipalities_2021.gpkg", key=("NATCODE",))
    assert table.loaded.rows == 309
    assert table.loaded.crs == "EPSG:3067"
    assert "091" in table.ids
    west, south, east, north = table.manifest.geometry.bbox
    assert (19 < west < 20, 59 < south < 60, 31 < east < 32, 70 < north < 70.1) == (True,) * 4
    assert table.manifest.geometry.types == ["MultiPolygon", "Polygon"]


def test_districts(load):
    table = load(DEMONSTRATION / "helsinki_city_districts_2021.gpkg")
    assert sorted(table.column("name"))[:2] == ["Eteläinen", "Itäinen"]


def test_timetables(load_all):
    tables = {table.loaded.name: table for table in load_all(DEMONSTRATION / "tampere_gtfs_2021.zip")}
    assert len(tables) == 11
    assert tables["stop-times"].loaded.rows == 144_471
    assert tables["stops"].types["stop_id"] == "text"
    assert any(stop.startswith("0") for stop in tables["stops"].column("stop_id"))
    assert tables["shapes"].manifest.geometry.types == ["Point"]
    assert sum(table.loaded.rejects for table in tables.values()) == 0


def test_categories_without_a_header(load):
    table = load(FILES / "openahjo_categories.csv")
    assert table.rows[:3] == [
        ("00", "Hallintoasiat"),
        ("00 00", "Hallintoasioiden ohjaus"),
        ("00 00 00", "Perustaminen, lakkauttaminen, yhdistäminen"),
    ]
    assert table.loaded.rows == 585


def test_codes_that_go_on_as_text(load):
    table = load(FILES / "openahjo_organisaatiokoodit.csv")
    assert table.types == {"ID": "text", "nameFIN": "text", "nameSWE": "text", "type": "integer"}
    assert table.column("ID")[:3] == ["1", "3000", "003000VH1"]


def test_addresses(load):
    table = load(FILES / "helsinki_addresses.txt")
    assert table.rows[0] == (1000, "Itämerenkatu 14, 00101 Helsinki, Finland")
    assert table.loaded.rows == 34


def test_topographic_database(load):
    table = load(FILES / "s_L4132R_t.shp")
    assert (table.loaded.rows, table.loaded.crs) == (177, "EPSG:3067")


def test_a_page_of_events(load):
    table = load(FILES / "turku_event_page_2022.json")
    assert table.loaded.rows == 1
    assert table.types["start_time"] == "datetime"


def test_parties_in_latin_1(load, shared):
    table = load(shared / "csv" / "MoJ_parties_finland_2012_latin1.csv")
    assert (table.loaded.rows, len(table.names)) == (2299, 39)
    assert table.types["Kuntanumero"] == "text"
    assert "091" in table.column("Kuntanumero")
    assert "Äänestysaluetunnus" in table.names


def test_a_tree_whose_first_name_is_a_number(load, shared):
    table = load(shared / "servicemap" / "servicemap_accessibility_rules.csv")
    assert table.names[:2] == ["1", "ACCESSIBILITY_CASE_PROTO_ID"]
    assert table.loaded.rejects == 0


def test_entrances_with_two_systems(load, shared):
    table = load(shared / "servicemap" / "servicemap_unit_entrances.json")
    assert table.types["latitude"] == "number"
    assert table.loaded.crs == "OGC:CRS84"
    assert table.wkt[0].startswith("POINT (24.")


def test_a_forest_in_the_citys_own_system(load, shared):
    table = load(shared / "geo" / "koirametsa.geojson")
    assert table.loaded.crs == "EPSG:3879"
    assert 25.1 < table.manifest.geometry.bbox[0] < 25.3


def test_topojson_is_kept_as_it_is(load, shared):
    with pytest.raises(NotATable):
        load(shared / "geo" / "finland-munis-2020.topo.json")
