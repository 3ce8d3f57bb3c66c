"""What a publisher sees before the file is loaded."""

import pytest

from kuutio.opendata.engine.ingest import preview
from kuutio.opendata.engine.limits import Options
from kuutio.opendata.engine.refusals import EmptyFile
from tests.opendata.engine.ingest.geofiles import DEMONSTRATION, FILES


def test_what_was_understood(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        "Otsikko\n\nid;määrä;pvm;x;y\n091;1,5;1.2.2024;385000;6672000\n092;2\n093;-;2.2.2024;;\n".encode("cp1252")
    )
    (table,) = preview(path, Options(types={"määrä": "integer"})).tables
    assert (table.format, table.encoding, table.separator, table.crs) == ("csv", "iso-8859-1", ";", "EPSG:3067")
    assert {column.name: str(column.type) for column in table.columns} == {
        "id": "text", "määrä": "integer", "pvm": "date", "x": "integer", "y": "integer",
    }  # fmt: skip
    assert (table.rows_in, table.rejects, table.has_geometry) == (3, 1, True)
    assert table.first == [["091", None, "2024-02-01", "385000", "6672000"], ["093", None, "2024-02-02", None, None]]
    assert [count for _, count in table.problems] == [1, 1]
    assert list(tmp_path.iterdir()) == [path]


def test_at_most_fifty_rows_of_each_table():
    tables = {table.name: table for table in preview(DEMONSTRATION / "tampere_gtfs_2021.zip", Options()).tables}
    assert len(tables) == 11
    assert len(tables["stops"].first) == 50
    assert tables["stops"].rows_in == 1141


def test_refusals_are_those_of_ingest(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(EmptyFile):
        preview(tmp_path / "a.csv", Options())


def test_a_geo_file():
    (table,) = preview(FILES / "s_L4132R_t.shp", Options()).tables
    assert (table.crs, table.has_geometry) == ("EPSG:3067", True)


def test_a_system_that_does_not_exist_is_told():
    (table,) = preview(FILES / "s_L4132R_t.shp", Options(crs="EPSG:99999")).tables
    assert table.crs == "EPSG:99999"
    assert table.problems == [
        ("The coordinate reference system 'EPSG:99999' does not exist. Give one that does, as in EPSG:3067.", 177)
    ]
