"""OGC API – Features as its clients meet it."""

import json

import pyproj
import pytest
from django.utils import timezone

from kuutio.opendata.engine.table import Table
from kuutio.opendata.models import Dataset
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db
ITEMS = "/api/ogc/collections/helsinki-places/items"


def _get(client, path, **parameters):
    response = client.get(path, parameters)
    assert response.status_code == 200, response.content
    return response.json()


def _ids(document):
    return sorted(feature["id"] for feature in document["features"])


def test_the_root_leads_to_everything(client, places):
    links = {link["rel"]: link["href"] for link in _get(client, "/api/ogc/")["links"]}
    assert {"service-desc", "conformance", "data", "self", "alternate"} <= set(links)
    for href in links.values():
        assert client.get(href.removeprefix("http://localhost:8000")).status_code in {200, 302}


def test_a_collection_tells_its_extent_systems_and_links(client, places):
    document = _get(client, "/api/ogc/collections/helsinki-places")
    assert document["extent"]["spatial"]["bbox"] == [[24.66, 60.17, 25.04, 60.29]]
    assert "http://www.opengis.net/def/crs/EPSG/0/3067" in document["crs"]
    assert {"items", "license"} <= {link["rel"] for link in document["links"]} | {"license"}


def test_items_are_counted_exactly_and_paged_by_their_next_links(client, places):
    seen, address = [], ITEMS + "?limit=3"
    while address:
        page = _get(client, address.removeprefix("http://localhost:8000"))
        assert page["numberMatched"] == 4
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert sorted(seen) == ["1", "2", "3", "4"]


def test_a_next_link_stays_with_its_version(client, places):
    page = _get(client, ITEMS, limit=3)
    address = next(link["href"] for link in page["links"] if link["rel"] == "next")
    bring(
        "id,name,kind,height,planted,lon,lat\n9,Uusi,tree,1,2024-01-01,24.9,60.1\n",
        what="places",
        options={"key": ["id"]},
    )
    rest = _get(client, address.removeprefix("http://localhost:8000"))
    assert len(page["features"]) + len(rest["features"]) == 4
    assert _get(client, ITEMS)["numberMatched"] == 1


def test_a_page_by_a_next_link_is_kept_ready_like_the_first(client, places, monkeypatch):
    asked, page = [], Table.page
    monkeypatch.setattr(Table, "page", lambda table, query, *more: asked.append(query) or page(table, query, *more))
    links = _get(client, ITEMS, limit=3)["links"]
    address = next(link["href"] for link in links if link["rel"] == "next").removeprefix("http://localhost:8000")
    bodies = {client.get(address).content for _ in range(2)}
    asked.clear()
    bodies |= {client.get(address).content for _ in range(2)}
    assert (len(bodies), asked) == (1, [])


def test_one_item_is_found_by_its_key(client, places):
    feature = _get(client, ITEMS + "/4")
    assert feature["properties"]["name"] == "Mänty"
    assert feature["geometry"] == {"type": "Point", "coordinates": [24.95, 60.18]}
    assert client.get(ITEMS + "/5").status_code == 404


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"kind": "tree"}, ["1", "4"]),
        ({"bbox": "24.9,60.1,25,60.2"}, ["1", "4"]),
        ({"bbox": "60.1,24.9,60.2,25", "bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}, ["1", "4"]),
        ({"datetime": "2000-01-01/2016-01-01"}, ["1", "2"]),
        ({"datetime": "../2000-01-01"}, ["4"]),
        ({"filter": "height > 5 AND kind = 'tree'"}, ["1", "4"]),
        ({"filter": "height IS NULL"}, ["3"]),
        ({"filter": "CASEI(name) LIKE CASEI('m%')"}, ["4"]),
        (
            {"filter": "S_INTERSECTS(geometry, POLYGON((24.9 60.16,25 60.16,25 60.19,24.9 60.19,24.9 60.16)))"},
            ["1", "4"],
        ),
        ({"filter": json.dumps({"op": "in", "args": [{"property": "kind"}, ["lamp", "bench"]]})}, ["2", "3"]),
        ({"q": "koivu"}, ["1"]),
    ],
)
def test_filters(client, places, parameters, expected):
    document = _get(client, ITEMS, **parameters)
    assert _ids(document) == expected
    assert document["numberMatched"] == len(expected)


def test_sorting_and_a_choice_of_columns(client, places):
    document = _get(client, ITEMS, sortby="-height", properties="name,height", skipGeometry="true")
    assert [feature["properties"] for feature in document["features"]] == [
        {"name": "Penkki", "height": None},
        {"name": "Mänty", "height": 20.0},
        {"name": "Koivu", "height": 12.5},
        {"name": "Lamppu", "height": 4.0},
    ]
    assert all(feature["geometry"] is None for feature in document["features"])


@pytest.mark.parametrize("code", [3067, 3857, 4326])
def test_other_coordinates_come_in_the_authoritys_order(client, places, code):
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    response = client.get(ITEMS + "/1", {"crs": uri})
    assert response["Content-Crs"] == f"<{uri}>"
    expected = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(24.94, 60.17)
    assert response.json()["geometry"]["coordinates"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "parameters",
    [
        {"colour": "red"},
        {"limit": "0"},
        {"limit": "many"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox-crs": "nonsense"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/3879"},
        {"datetime": "yesterday"},
        {"filter": "height >"},
        {"filter": "password = 'x'"},
        {"filter": "kind = 'tree'", "filter-lang": "sql"},
        {"sortby": "nothing"},
        {"height": "tall"},
        {"f": "exe"},
        {"after": "nonsense"},
        {"skipGeometry": "maybe"},
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_mend(client, places, parameters):
    response = client.get(ITEMS, parameters)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_a_system_that_does_not_exist_is_refused_where_there_are_no_places_too(client, db):
    bring("id,name\n1,A\n2,B\n", what="names")
    response = client.get("/api/ogc/collections/helsinki-names/items", {"crs": "EPSG:9999"})
    assert response.status_code == 400


def test_an_answer_that_is_known_is_not_sent_again(client, places):
    first = client.get(ITEMS, {"limit": "2"})
    assert first["ETag"].startswith('"')
    again = client.get(ITEMS, {"limit": "2"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    bring(
        "id,name,kind,height,planted,lon,lat\n9,Uusi,tree,1,2024-01-01,24.9,60.1\n",
        what="places",
        options={"key": ["id"]},
    )
    changed = client.get(ITEMS, {"limit": "2"}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_any_origin_may_read(client, places):
    assert client.get(ITEMS)["Access-Control-Allow-Origin"] == "*"


def test_a_page_of_items_asks_the_database_once(client, places, django_assert_num_queries):
    client.get(ITEMS)
    with django_assert_num_queries(1):
        client.get(ITEMS, {"limit": "2"})


def test_a_table_without_places_is_a_collection_too(client, names):
    document = _get(client, "/api/ogc/collections/helsinki-names/items")
    assert [feature["geometry"] for feature in document["features"]] == [None, None]
    assert document["features"][0]["properties"] == {"code": "001", "name": "Aino"}


def test_what_is_withdrawn_is_gone_from_the_interface(client, places):
    Dataset.objects.update(state="deleted", modified_at=timezone.now())
    assert client.get(ITEMS).status_code == 404
    assert "helsinki-places" not in [one["id"] for one in _get(client, "/api/ogc/collections")["collections"]]


@pytest.mark.parametrize(
    "path",
    [
        "/api/ogc/",
        "/api/ogc/conformance",
        "/api/ogc/collections",
        "/api/ogc/collections/helsinki-places",
        "/api/ogc/collections/helsinki-places/queryables",
        "/api/ogc/collections/helsinki-places/schema",
        ITEMS,
        ITEMS + "/1",
        "/api/ogc/collections/catalogue/items",
    ],
)
def test_people_get_pages_in_their_language(client, places, path):
    for language in ("fi", "sv", "en"):
        response = client.get(path, {"f": "html", "lang": language})
        assert response.status_code == 200, path
        assert f'lang="{language}"' in response.content.decode()


def test_the_catalogue_is_a_collection_of_records(client, places, names):
    document = _get(client, "/api/ogc/collections/catalogue/items")
    assert document["numberMatched"] == 2
    record = _get(client, "/api/ogc/collections/catalogue/items/helsinki-places")
    assert record["properties"]["type"] == "dataset"
    assert record["geometry"]["type"] == "Polygon"
    assert _get(client, "/api/ogc/collections/catalogue/items", bbox="24,60,26,61")["numberMatched"] == 1
    assert _get(client, "/api/ogc/collections/catalogue/items", q="names")["numberMatched"] == 1
