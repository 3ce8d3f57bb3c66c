"""Rows read by CKAN's words: searches, formats, counts, links, SQL, dumps."""

import csv
import io
import json

import pytest
from defusedxml.ElementTree import fromstring

from kuutio.opendata import sql as public_sql
from kuutio.opendata.models import Distribution
from tests.factories import DatasetFactory, DistributionFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(places):
    """`helsinki-places`, as a resource's id."""
    return str(Distribution.objects.get(table="helsinki-places").pk)


def ids(api, table, **data):
    return [row["id"] for row in api("datastore_search", resource_id=table, **data)["records"]]


def test_rows_as_objects(api, table):
    result = api("datastore_search", resource_id=table, sort="id")
    assert result["total"] == 4 and result["resource_id"] == table
    assert [field["id"] for field in result["fields"]][:3] == ["_id", "id", "name"]
    assert {field["id"]: field["type"] for field in result["fields"]} == {
        "_id": "int",
        "id": "int",
        "name": "text",
        "kind": "text",
        "height": "numeric",
        "planted": "date",
        "lon": "numeric",
        "lat": "numeric",
        "geometry": "json",
    }
    first = result["records"][0]
    assert (first["id"], first["name"], first["height"], first["planted"]) == (1, "Koivu", 12.5, "2001-05-02")
    assert first["geometry"] == {"type": "Point", "coordinates": [24.94, 60.17]}
    assert sorted(row["_id"] for row in result["records"]) == [1, 2, 3, 4]
    assert api("datastore_search", resource_id="helsinki-places")["total"] == 4
    assert api("datastore_search", id=table)["total"] == 4


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"filters": {"kind": "tree"}}, [1, 4]),
        ({"filters": {"kind": ["tree", "lamp"]}}, [1, 2, 4]),
        ({"filters": '{"kind": "tree", "id": "4"}'}, [4]),
        ({"filters": {"height": None}}, [3]),
        ({"filters": {"planted": "2020-01-01"}}, [3]),
        ({"q": "mänty"}, [4]),
        ({"q": {"kind": "lamp"}}, [2]),
        ({"q": {"id": "2"}}, [2]),
        ({"q": "nothing"}, []),
        ({"limit": 2}, [1, 2]),
        ({"limit": 2, "offset": 3}, [4]),
        ({"limit": 0}, []),
        ({"limit": 999999, "sort": "id desc"}, [4, 3, 2, 1]),
        ({"sort": "kind asc, id desc"}, [3, 2, 4, 1]),
        ({"sort": "height desc nulls last"}, None),
        ({"sort": "nothing"}, None),
        ({"sort": "id; drop table x"}, None),
        ({"filters": {"nothing": 1}}, None),
        ({"filters": {"id": "x"}}, None),
        ({"filters": {"geometry": "x"}}, None),
        ({"filters": [1]}, None),
        ({"fields": "id,nothing"}, None),
        ({"fields": {"a": 1}}, None),
        ({"limit": -1}, None),
        ({"records_format": "xml"}, None),
    ],
)
def test_searches(api, table, data, found):
    if found is None:
        error = api.refused("datastore_search", 409, resource_id=table, **data)
        assert error["__type"] == "Validation Error"
        assert set(error) & {*data, "filters", "message"}
        return
    assert ids(api, table, **{"sort": "id", **data}) == found


def test_numbers_of_rows_are_their_ids(api, table):
    rows = {row["_id"]: row["id"] for row in api("datastore_search", resource_id=table)["records"]}
    assert ids(api, table, filters={"_id": [2, 3]}) == [rows[2], rows[3]]
    assert ids(api, table, filters={"_id": "1", "id": rows[1]}) == [rows[1]]
    assert ids(api, table, filters={"_id": [99, 0, "x", None]}) == []
    assert ids(api, table, sort="_id desc") == [rows[n] for n in (4, 3, 2, 1)]
    assert ids(api, table, sort="_id desc", limit=2, offset=1) == [rows[3], rows[2]]
    assert ids(api, table, sort="_id desc", filters={"kind": "tree"}, limit=1) == [
        max((n, rows[n]) for n in rows if rows[n] in (1, 4))[1]
    ]
    assert ids(api, table, sort="_id") == [rows[n] for n in (1, 2, 3, 4)]


def test_fields_and_distinct(api, table):
    result = api("datastore_search", resource_id=table, fields="kind", distinct=True, sort="kind")
    assert result["records"] == [{"kind": "bench"}, {"kind": "lamp"}, {"kind": "tree"}]
    assert (result["total"], result["fields"]) == (3, [{"id": "kind", "type": "text"}])
    assert api("datastore_search", resource_id=table, fields=["_id", "name"], limit=1)["records"][0].keys() == {
        "_id",
        "name",
    }


def test_formats_of_records(api, table):
    lists = api(
        "datastore_search", resource_id=table, fields=["id", "height", "geometry"], sort="id", records_format="lists"
    )
    assert lists["records"][2] == [3, None, {"type": "Point", "coordinates": [25.04, 60.29]}]
    text = api("datastore_search", resource_id=table, fields=["id", "height"], sort="id", records_format="csv")[
        "records"
    ]
    assert text == "1,12.5\n2,4.0\n3,\n4,20.0\n"
    tabs = api("datastore_search", resource_id=table, fields=["id", "name"], limit=1, sort="id", records_format="tsv")
    assert tabs["records"] == "1\tKoivu\n"


def test_links_lead_through_all_rows(api, client, table):
    address = f"/api/3/action/datastore_search?resource_id={table}&limit=3&sort=id"
    seen = []
    for _page in range(3):
        result = client.get(address).json()["result"]
        if not result["records"]:
            break
        seen += [row["id"] for row in result["records"]]
        address = result["_links"]["next"]
    assert seen == [1, 2, 3, 4]
    assert "offset" not in result["_links"]["start"]


def test_the_total_can_be_left_out(api, table):
    assert "total" not in api("datastore_search", resource_id=table, include_total=False)


def test_what_a_table_is(api, table):
    shown = api("datastore_info", id=table)
    assert shown["meta"]["count"] == 4
    fields = {field["id"]: field for field in shown["fields"]}
    assert fields["id"]["type"] == "int" and fields["id"]["schema"]["uniquekey"] is True
    assert "_id" not in fields and shown["schema"]["height"] == "numeric"


def test_what_is_no_table_or_hidden_is_not_found(api, publisher, table):
    link = DistributionFactory()
    for word in (str(link.pk), "nothing", "00000000-0000-0000-0000-000000000000"):
        assert api.refused("datastore_search", 404, resource_id=word)["__type"] == "Not Found Error"
    dataset = Distribution.objects.get(pk=table).dataset
    type(dataset).objects.filter(pk=dataset.pk).update(access="RESTRICTED")
    api.refused("datastore_search", 404, resource_id=table)
    api.refused("datastore_search_sql", 409, sql=f'select * from "{table}"')
    assert publisher("datastore_search", resource_id=table)["total"] == 4
    assert api.client.get(f"/datastore/dump/{table}").status_code == 404


def test_sql_over_tables(api, table):
    result = api("datastore_search_sql", sql=f'SELECT kind, count(*) AS n FROM "{table}" GROUP BY 1 ORDER BY 2 DESC, 1')
    assert result["records"][0] == {"kind": "tree", "n": 2}
    assert result["fields"] == [{"id": "kind", "type": "text"}, {"id": "n", "type": "int"}]
    by_name = api("datastore_search_sql", sql='select max(height) from "helsinki-places"')
    assert list(by_name["records"][0].values()) == [20.0]
    for sql in (
        "drop table x",
        "select * from nothing",
        "select 1; select 2",
        "select read_text('/etc/passwd')",
        "x\0",
    ):
        response = api.post("datastore_search_sql", {"sql": sql})
        assert response.status_code in {400, 409}, sql


def test_a_dump_as_csv(client, table):
    response = client.get(f"/datastore/dump/{table}")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode())))
    assert rows[0] == ["_id", "id", "name", "kind", "height", "planted", "lon", "lat", "geometry"]
    assert len(rows) == 5
    assert json.loads(rows[1][-1])["type"] == "Point"
    assert response["Content-Type"].startswith("text/csv")
    assert "helsinki-places.csv" in response["Content-Disposition"]
    again = client.get(f"/datastore/dump/{table}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_dump_as_tsv_with_a_mark_and_a_filter(client, table):
    address = f'/datastore/dump/{table}?format=tsv&bom=true&filters={{"kind":"tree"}}&sort=id&fields=id,name'
    content = b"".join(client.get(address))
    assert content == b"\xef\xbb\xbfid\tname\r\n1\tKoivu\r\n4\tM\xc3\xa4nty\r\n"
    part = b"".join(client.get(f"/datastore/dump/{table}?sort=id&fields=id&limit=2&offset=1"))
    assert part == b"id\r\n2\r\n3\r\n"


def test_a_dump_as_json_and_xml(client, table):
    body = json.loads(b"".join(client.get(f"/datastore/dump/{table}?format=json&fields=id,height&sort=id")))
    assert body["fields"] == [{"id": "id", "type": "int"}, {"id": "height", "type": "numeric"}]
    assert body["records"] == [[1, 12.5], [2, 4.0], [3, None], [4, 20.0]]
    tree = fromstring(b"".join(client.get(f"/datastore/dump/{table}?format=xml")))
    assert [row.get("_id") for row in tree] == ["1", "2", "3", "4"]
    assert {row.find("name").text for row in tree} == {"Koivu", "Lamppu", "Penkki", "Mänty"}


def test_strange_names_and_values_in_xml(client, db):
    load = bring('a b,<c>,1x\n"<&>","]]>",3\n', "odd.csv", what="odd")
    table = load.result["tables"][0]["name"]
    tree = fromstring(b"".join(client.get(f"/datastore/dump/{table}?format=xml")))
    assert [value.get("key") for value in tree[0]] == ["a b", "<c>", "1x"]
    assert [value.text for value in tree[0]] == ["<&>", "]]>", "3"]


@pytest.mark.parametrize("query", ["format=exe", "sort=nothing", "limit=x", 'filters={"x":1}', "filters=%00"])
def test_a_dump_that_cannot_be_made_is_refused(client, table, query):
    assert client.get(f"/datastore/dump/{table}?{query}").status_code == 400


def test_draft_tables_are_not_dumped(client, db):
    DistributionFactory(dataset=DatasetFactory(state="draft", issued_at=None), kind="table", table="helsinki-d", url="")
    assert client.get("/datastore/dump/helsinki-d").status_code == 404


def test_a_dump_is_only_read(client, table):
    assert client.post(f"/datastore/dump/{table}").status_code == 405
    assert client.options(f"/datastore/dump/{table}").status_code == 204


def test_who_comes_through_a_proxy_is_known_by_their_own_address(client, table, settings, monkeypatch):
    settings.TRUSTED_PROXIES = 1
    seen = []
    monkeypatch.setattr(
        public_sql, "run", lambda sql, *, person, caller: seen.append(caller) or public_sql.Result([], [], False, 0.0)
    )
    for address in ("192.0.2.1", "192.0.2.2"):
        client.get(
            "/api/3/action/datastore_search_sql",
            {"sql": 'SELECT 1 FROM "helsinki-places"'},
            headers={"X-Forwarded-For": address},
        )
    assert seen == ["address:192.0.2.1", "address:192.0.2.2"]


@pytest.mark.parametrize("sort", ["_id desc", "kind asc,_id desc", "kind desc, _id desc", "kind asc, _id asc"])
def test_rows_by_their_numbers_backwards_everywhere(api, client, table, sort):
    rows = api("datastore_search", resource_id=table, sort="_id")["records"]
    kind, number = "kind" in sort, sort.endswith("_id desc")
    wanted = sorted(rows, key=lambda row: row["_id"], reverse=number)
    if kind:
        wanted.sort(key=lambda row: row["kind"], reverse="kind desc" in sort)
    assert ids(api, table, sort=sort) == [row["id"] for row in wanted]
    assert ids(api, table, sort=sort, limit=2, offset=1) == [row["id"] for row in wanted][1:3]
    dumped = client.get(f"/datastore/dump/{table}", {"sort": sort, "format": "json"})
    records = json.loads(b"".join(dumped.streaming_content))["records"]
    assert [row[0] for row in records] == [row["_id"] for row in wanted]


def test_a_dump_passes_over_no_parameter(client, table):
    assert client.get(f"/datastore/dump/{table}", {"colour": "red"}).status_code == 400
    assert client.get(f"/datastore/dump/{table}", {"limit": "1", "plain": "true"}).status_code == 200
