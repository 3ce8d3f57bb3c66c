"""The catalogue as a collection: its links answer, and it tells a publisher's new name."""

import pytest
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from kuutio.cities.models import Organisation
from kuutio.cities.registering import describe_organisation
from kuutio.opendata.ogc import openapi

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("collection", ["catalogue", "helsinki-places"])
def test_every_link_of_a_collection_answers(client, places, collection):
    document = client.get(f"/api/ogc/collections/{collection}").json()
    for link in document["links"]:
        if "/api/ogc/" in link["href"] and not link["rel"].endswith("tilesets-vector"):  # they are made later
            path = link["href"].removeprefix("http://localhost:8000")
            assert client.get(path).status_code == 200, path


def test_records_tell_what_they_are_found_and_sorted_by(client, places):
    sorts = client.get("/api/ogc/collections/catalogue/sortables").json()["properties"]
    for name in sorts:
        assert client.get("/api/ogc/collections/catalogue/items", {"sortby": f"-{name}"}).status_code == 200, name
    finds = client.get("/api/ogc/collections/catalogue/queryables")
    assert finds["Content-Type"] == "application/schema+json"
    assert {"id", "type", "geometry"} <= set(finds.json()["properties"])


@pytest.mark.parametrize(
    "address", ["/api/ogc/collections", "/api/ogc/collections/helsinki-places", "/api/ogc/collections/catalogue/items"]
)
def test_a_publishers_new_name_is_told_at_once(client, places, address):
    before = client.get(address)
    assert client.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 304
    organisation = Organisation.objects.get()
    describe_organisation(organisation, {"name": LazyI18nString({"fi": "Uusinimi"})}, by=None, at=timezone.now())
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "Uusinimi" in after.content.decode()


def test_the_description_has_a_path_for_every_collection_and_for_the_catalogue(client, places, monkeypatch):
    monkeypatch.setattr(openapi, "MOST_DESCRIBED", 0)
    paths = client.get("/api/ogc/openapi").json()["paths"]
    assert "/collections/helsinki-places/items" not in paths
    base = "/collections/{collectionId}"
    for part in ("", "/items", "/items/{itemId}", "/queryables", "/sortables", "/schema", "/tiles"):
        assert f"{base}{part}" in paths
    assert f"{base}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}" in paths
    assert {"q", "ids", "type"} <= {
        one.get("name") for one in paths["/collections/catalogue/items"]["get"]["parameters"]
    }
    for path in paths:
        if "{z}" not in path and "/tiles" not in path:
            names = {"collectionId": "helsinki-places", "itemId": "helsinki-places" if "catalogue" in path else "1"}
            assert client.get(f"/api/ogc{path.format(**names)}").status_code == 200, path
