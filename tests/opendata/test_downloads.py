"""Downloads: the whole and any view, every format, ranges, versions."""

import io
import json

import duckdb
import openpyxl
import pyogrio
import pytest

from kuutio.opendata.actions.afterwards import make_files
from kuutio.opendata.models import Snapshot
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


def _body(response):
    assert response.status_code == 200, getattr(response, "content", b"")
    return response.getvalue() if response.streaming else response.content


@pytest.mark.parametrize("ready", [False, True])
def test_every_format_holds_the_same_rows(client, places, tmp_path, ready):
    if ready:
        make_files(Snapshot.objects.get().pk)
    read = {form: _body(client.get(f"/data/helsinki-places.{form}")) for form in
            ("csv", "json", "jsonl", "geojson", "xlsx", "gpkg", "fgb", "parquet")}  # fmt: skip
    expected = {"Koivu", "Lamppu", "Penkki", "Mänty"}
    assert {line.split(",")[1] for line in read["csv"].decode().splitlines()[1:]} == expected
    assert {row["name"] for row in json.loads(read["json"])} == expected
    assert {json.loads(line)["name"] for line in read["jsonl"].splitlines()} == expected
    assert {one["properties"]["name"] for one in json.loads(read["geojson"])["features"]} == expected
    sheet = openpyxl.load_workbook(io.BytesIO(read["xlsx"]), read_only=True).active
    assert expected <= {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    for form in ("gpkg", "fgb"):
        path = tmp_path / f"a.{form}"
        path.write_bytes(read[form])
        _meta, table = pyogrio.read_arrow(path)
        assert set(table["name"].to_pylist()) == expected
    (tmp_path / "a.parquet").write_bytes(read["parquet"])
    assert {row[0] for row in duckdb.sql(f"SELECT name FROM '{tmp_path / 'a.parquet'}'").fetchall()} == expected


def test_a_table_that_excel_cannot_hold_is_not_offered_as_a_workbook(client):
    bring(f"id,text\n1,{'a' * 40_000}\n", what="long")
    assert "xlsx" in client.get("/api/v1/tables/helsinki-long").json()["downloads"], "nobody knows yet"
    made = make_files(Snapshot.objects.get().pk)
    assert set(made) == {"csv"}
    page = client.get("/en/data/helsinki-long/use/").content.decode()
    assert "/data/helsinki-long.csv" in page
    assert "/data/helsinki-long.xlsx" not in page
    assert list(client.get("/api/v1/tables/helsinki-long").json()["downloads"]) == ["csv", "json", "parquet"]
    refused = client.get("/data/helsinki-long.xlsx")
    assert refused.status_code == 400
    assert "choose CSV" in refused.json()["detail"]


def test_a_view_is_what_its_address_says(client, places):
    body = _body(
        client.get("/data/helsinki-places.csv", {"kind": "tree", "properties": "name,height", "sortby": "name"})
    )
    assert body.decode().splitlines()[:3] == ["name,height", "Koivu,12.5", "Mänty,20.0"]


def test_a_csv_for_spreadsheets_is_marked_and_harmless(client):
    bring("id,note\n1,=1+1\n", what="notes")
    body = _body(client.get("/data/helsinki-notes.csv", {"bom": "1", "safe": "1"}))
    assert body.startswith(b"\xef\xbb\xbf")
    assert b"'=1+1" in body


def test_pieces_of_a_file_can_be_asked_for(client, places):
    whole = _body(client.get("/data/helsinki-places.parquet"))
    part = client.get("/data/helsinki-places.parquet", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.getvalue()) == (206, b"PAR1")
    assert part["Content-Range"] == f"bytes 0-3/{len(whole)}"
    known = client.get("/data/helsinki-places.parquet", headers={"If-None-Match": part["ETag"]})
    assert known.status_code == 304


def test_the_data_as_it_was(client, places):
    bring(
        "id,name,kind,height,planted,lon,lat\n9,Uusi,tree,1,2024-01-01,24.9,60.1\n",
        what="places",
        options={"key": ["id"]},
    )
    assert b"Koivu" not in _body(client.get("/data/helsinki-places.csv"))
    old = client.get(f"/data/helsinki-places@{places['snapshot']}.csv")
    assert b"Koivu" in _body(old)
    assert "immutable" in old["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing.csv",
        "helsinki-places@0123456789abcdef.csv",
        "helsinki-names.gpkg",
        "helsinki-names.geojson",
        "helsinki-places.rejects.csv",
        "helsinki-places.pmtiles",
    ],
)
def test_what_is_not_there_is_said(client, places, names, path):
    response = client.get(f"/data/{path}")
    assert response.status_code in {400, 404}
    assert response["Content-Type"] == "application/problem+json"


def test_rejected_rows_come_with_their_reason(client):
    load = bring("id;x\n1;a\n2;b;c;d\n3;e\n", what="broken", options={"separator": ";"})
    table = load.result["tables"][0]
    assert (table["rows_in"], table["rows"], table["rejects"]) == (3, 2, 1)
    lines = _body(client.get("/data/helsinki-broken.rejects.csv")).decode().splitlines()
    assert lines[0] == "row,reason,raw"
    assert lines[1].startswith("2,")


def test_a_refused_view_is_refused_before_the_first_byte(client, places):
    assert client.get("/data/helsinki-places.csv", {"colour": "red"}).status_code == 400
