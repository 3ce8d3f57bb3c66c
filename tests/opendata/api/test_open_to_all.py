"""Every reading operation of our own interface: open to every origin, tagged, not sent twice; so are its refusals."""

import json
import re

import pytest

from kuutio.config.api import api
from kuutio.opendata.models import Distribution

pytestmark = pytest.mark.django_db
ASKED = {
    "q": "places",
    "sql": 'SELECT kind, count(*) AS n FROM "helsinki-places" GROUP BY kind ORDER BY kind',
    "lon": "24.94",
    "lat": "60.17",
    "since": "",
}
NAMES = {"name": "helsinki-places", "table": "helsinki-places"}


def operations():
    """The reading operations that need no key: path, and the parameters that they can't do without."""
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        operation = methods.get("get")
        if operation and not operation.get("security"):
            yield (
                path,
                [one["name"] for one in operation.get("parameters", []) if one["in"] == "query" and one["required"]],
            )


OPERATIONS = dict(operations())


@pytest.mark.parametrize("path", [*sorted(OPERATIONS), "/api/v1/openapi.json", "/api/"])
def test_it_is_open_to_every_origin_and_not_sent_twice(client, places, path):
    address = re.sub(r"{(\w+)}", lambda part: NAMES.get(part[1], "1"), path)
    asked = {name: ASKED.get(name, "1") for name in OPERATIONS.get(path, ())}
    if "since" in asked:
        asked["since"] = Distribution.objects.get().current.content
    first = client.get(address, asked)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in first["Access-Control-Expose-Headers"]
    if "{" in path and not set(re.findall(r"{(\w+)}", path)) <= set(NAMES):
        return  # there is no such thing here: only the refusal is looked at
    assert first.status_code == 200, first.content
    assert first["ETag"].startswith('"')
    assert "Cache-Control" in first
    again = client.get(address, asked, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/datasets/nothing", 404),
        ("/api/v1/tables/helsinki-places/rows?colour=red", 400),
        ("/api/ogc/collections/nothing/items", 404),
        ("/api/ogc/collections/helsinki-places/items?limit=x", 400),
        ("/data/nothing.csv", 404),
        ("/datastore/dump/nothing", 404),
        ("/catalog.ttl?page=x", 400),
        ("/api/v1/loads/00000000-0000-0000-0000-000000000000", 401),
    ],
)
def test_a_page_of_any_origin_can_read_a_refusal(client, places, path, status):
    refused = client.get(path)
    assert refused.status_code == status, refused.content
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert refused["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/datasets", "/api/v1/datasets/helsinki-places", "/api/v1/sql", "/api/"])
def test_a_browser_may_ask_first(client, places, path):
    asked = client.options(path, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "PATCH"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in asked["Access-Control-Allow-Methods"]
    assert "Authorization" in asked["Access-Control-Allow-Headers"]


def test_what_only_a_key_sees_is_not_kept(client, places):
    seen = client.get("/api/v1/datasets", headers={"Authorization": "Bearer anything"})
    assert seen["Cache-Control"] == "no-store"


def test_an_answer_in_sql_is_of_its_versions(client, places):
    first = client.get("/api/v1/sql", {"sql": ASKED["sql"]})
    assert json.loads(first.content)["rows"] == [["bench", 1], ["lamp", 1], ["tree", 2]]
    assert client.get("/api/v1/sql", {"sql": ASKED["sql"]})["ETag"] == first["ETag"]
