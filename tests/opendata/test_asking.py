"""What is asked for is answered or refused, never passed over."""

import pytest

pytestmark = pytest.mark.django_db
ITEMS = "/api/ogc/collections/helsinki-places/items"
RECORDS = "/api/ogc/collections/catalogue/items"


@pytest.mark.parametrize("name", ["bbox", "datetime", "filter", "sortby", "crs", "bbox-crs", "properties"])
@pytest.mark.parametrize("door", [ITEMS, "/api/v1/tables/helsinki-places/rows", "/data/helsinki-places.csv"])
def test_a_parameter_without_a_value_is_refused(client, places, door, name):
    refused = client.get(door, {name: ""})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("name", ["bbox", "datetime", "ids", "externalIds", "type", "sortby"])
def test_so_is_one_of_the_records(client, places, name):
    assert client.get(RECORDS, {name: ""}).status_code == 400


def test_terms_with_commas_between_are_alternatives_and_words_are_all_meant(client, places, names):
    def found(words):
        return sorted(one["id"] for one in client.get(RECORDS, {"q": words}).json()["features"])

    assert found("places") == ["helsinki-places"]
    assert found("places,names") == ["helsinki-names", "helsinki-places"]
    assert found("places names") == []
    assert found(",places,") == ["helsinki-places"]
    assert client.get(RECORDS, {"q": ",".join("abcdefghijklmnopqrstuvwxyz")}).status_code == 400


@pytest.mark.parametrize("form", ["xlsx", "json", "geojson", "parquet"])
@pytest.mark.parametrize("option", ["bom", "safe", "separator"])
def test_what_only_a_csv_has_is_refused_elsewhere(client, places, form, option):
    assert client.get(f"/data/helsinki-places.{form}", {option: "1"}).status_code == 400
