"""Kuutio's own interface: reading by everybody, writing by key, retried requests act once."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kuutio.cities.keys import issue_api_key
from kuutio.opendata.actions.loading import work_load
from kuutio.opendata.models import Dataset, Load
from tests.factories import OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    """The header of a key with which Helsinki's publisher may publish."""
    publisher = PersonFactory(publisher_of=[OrganisationFactory()])
    _row, secret = issue_api_key(publisher, name="t", scopes=["publish"], by=publisher, at=timezone.now())
    return {"Authorization": f"Bearer {secret}"}


def _post(client, path, body, headers=None):
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers or {})


def test_data_sets_are_listed_found_and_shown(client, places, names):
    listed = client.get("/api/v1/datasets").json()
    assert [one["name"] for one in listed["datasets"]] == ["helsinki-names", "helsinki-places"]
    assert client.get("/api/v1/datasets", {"q": "places"}).json()["matched"] == 1
    shown = client.get("/api/v1/datasets/helsinki-places").json()
    assert shown["distributions"][0]["rows"] == 4
    assert client.get("/api/v1/datasets/nothing").status_code == 404


def test_pages_of_the_list_meet(client, places, names):
    first = client.get("/api/v1/datasets", {"limit": 1}).json()
    second = client.get("/api/v1/datasets", {"limit": 1, "after": first["next"]}).json()
    assert [first["datasets"][0]["name"], second["datasets"][0]["name"]] == ["helsinki-names", "helsinki-places"]
    assert second["next"] is None


def test_rows_are_filtered_sorted_and_paged(client, places):
    page = client.get("/api/v1/tables/helsinki-places/rows", {"kind": "tree", "sortby": "-height", "limit": 1}).json()
    assert (page["matched"], page["returned"], page["rows"][0]["name"]) == (2, 1, "Mänty")
    following = client.get(page["next"].removeprefix("http://localhost:8000")).json()
    assert (following["rows"][0]["name"], following["next"]) == ("Koivu", None)
    assert client.get("/api/v1/tables/helsinki-places/rows", {"colour": "red"}).status_code == 400


def test_what_changed_can_be_followed_deletions_included(client, places):
    bring(
        "id,name,kind,height,planted,lon,lat\n1,Koivu,tree,13,2001-05-02,24.94,60.17\n9,Uusi,tree,1,2024-01-01,24.9,60.1\n",
        what="places",
        options={"key": ["id"]},
    )
    feed = client.get("/api/v1/tables/helsinki-places/changes", {"since": places["snapshot"]}).json()
    assert {change["id"]: change["op"] for change in feed["changes"]} == {
        "1": "update",
        "2": "delete",
        "3": "delete",
        "4": "delete",
        "9": "insert",
    }
    versions = client.get("/api/v1/tables/helsinki-places/versions").json()
    assert [version["current"] for version in versions] == [True, False]


def test_a_key_makes_describes_fills_and_publishes_a_data_set(client, key):
    made = _post(
        client,
        "/api/v1/datasets",
        {"name": "helsinki-benches", "publisher": "helsinki", "city": "helsinki", "title": {"fi": "Penkit"}},
        key,
    )
    assert made.status_code == 201, made.content
    assert client.get("/api/v1/datasets/helsinki-benches").status_code == 404  # a draft
    sent = {"file": SimpleUploadedFile("benches.csv", b"id;n\n1;2\n"), "key": "id"}
    answer = client.post("/api/v1/datasets/helsinki-benches/files", sent, headers={**key, "Idempotency-Key": "once"})
    assert answer.status_code == 202, answer.content
    again = {"file": SimpleUploadedFile("benches.csv", b"id;n\n1;2\n"), "key": "id"}
    repeated = client.post("/api/v1/datasets/helsinki-benches/files", again, headers={**key, "Idempotency-Key": "once"})
    assert repeated.json()["id"] == answer.json()["id"]
    other = {"file": SimpleUploadedFile("benches.csv", b"id;n\n1;3\n")}
    assert (
        client.post(
            "/api/v1/datasets/helsinki-benches/files", other, headers={**key, "Idempotency-Key": "once"}
        ).status_code
        == 409
    )
    assert Load.objects.count() == 1
    work_load(answer.json()["id"])
    assert client.get(f"/api/v1/loads/{answer.json()['id']}", headers=key).json()["state"] == "served"
    assert _post(client, "/api/v1/datasets/helsinki-benches/publish", {}, key).json()["state"] == "published"
    changed = client.patch(
        "/api/v1/datasets/helsinki-benches",
        json.dumps({"licence": "cc-by-4.0"}),
        content_type="application/json",
        headers=key,
    )
    assert changed.json()["licence"] == "cc-by-4.0"
    assert client.get("/api/v1/tables/helsinki-benches/rows").json()["matched"] == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_writing_needs_a_key(client, headers):
    answer = _post(
        client, "/api/v1/datasets", {"name": "helsinki-x", "publisher": "helsinki", "title": {"fi": "X"}}, headers
    )
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_of_reading_does_not_write(client):
    person = PersonFactory(publisher_of=[OrganisationFactory()])
    _row, secret = issue_api_key(person, name="r", scopes=["read"], by=person, at=timezone.now())
    body = {"name": "helsinki-x", "publisher": "helsinki", "title": {"fi": "X"}}
    assert _post(client, "/api/v1/datasets", body, {"Authorization": f"Bearer {secret}"}).status_code == 403


def test_another_citys_publisher_may_not(client, places):
    from tests.factories import CityFactory

    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    person = PersonFactory(publisher_of=[espoo])
    _row, secret = issue_api_key(person, name="e", scopes=["publish"], by=person, at=timezone.now())
    answer = client.patch(
        "/api/v1/datasets/helsinki-places",
        json.dumps({"licence": "cc-zero-1.0"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 403
    assert Dataset.objects.get().licence == ""


def test_a_question_in_sql(client, places):
    sql = 'SELECT kind, count(*) AS n FROM "helsinki-places" GROUP BY kind ORDER BY n DESC, kind'
    answer = client.get("/api/v1/sql", {"sql": sql}).json()
    assert answer["rows"] == [["tree", 2], ["bench", 1], ["lamp", 1]]
    refused = client.get("/api/v1/sql", {"sql": "SELECT * FROM read_csv('/etc/passwd')"})
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("lon", "lat", "code"), [(24.94, 60.17, "091"), (24.66, 60.2, "049"), (18.0, 59.3, None)])
def test_a_place_has_a_municipality(client, lon, lat, code):
    assert client.get("/api/v1/locate", {"lon": lon, "lat": lat}).json()["municipality"] == code


def test_search_answers_in_the_asked_language(client, places):
    found = client.get("/api/v1/search", {"q": "places", "lang": "sv"}).json()
    assert (found["total"], found["results"][0]["kind"]) == (1, "dataset")


def test_bad_values_are_told_where(client):
    answer = client.get("/api/v1/datasets", {"limit": "many"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"]


def test_a_key_adds_changes_and_removes_an_address(client, key, places):
    base = "/api/v1/datasets/helsinki-places/distributions"
    assert _post(client, base, {"url": "https://example.org/a.csv"}).status_code == 401
    made = _post(client, base, {"url": "https://example.org/a.csv", "format": "CSV", "title": {"fi": "Muualla"}}, key)
    assert made.status_code == 201, made.content
    assert (made.json()["kind"], made.json()["url"]) == ("link", "https://example.org/a.csv")
    assert _post(client, base, {"url": "nowhere"}, key).status_code == 422
    assert _post(client, base, {"format": "CSV"}, key).status_code == 422
    one = f"{base}/{made.json()['id']}"
    changed = client.patch(one, json.dumps({"format": "XLSX"}), content_type="application/json", headers=key)
    assert (changed.json()["format"], changed.json()["url"]) == ("XLSX", "https://example.org/a.csv")
    assert client.delete(one).status_code == 401
    assert client.delete(one, headers=key).status_code == 204
    assert client.delete(one, headers=key).status_code == 404
    assert len(client.get("/api/v1/datasets/helsinki-places").json()["distributions"]) == 1


def test_a_key_says_all_that_the_catalogue_holds(client, key, places):
    said = {
        "author": "Aino",
        "version": "2",
        "project": "SOHJOA",
        "languages": ["fi"],
        "external_urls": ["https://example.org/"],
        "valid_from": "2026-01-01",
        "rights": {"fi": "Mainitse lähde."},
    }
    address = "/api/v1/datasets/helsinki-places"
    answer = client.patch(address, json.dumps(said), content_type="application/json", headers=key)
    assert answer.status_code == 200, answer.content
    dataset = Dataset.objects.get()
    assert (dataset.author, dataset.version, dataset.languages) == ("Aino", "2", ["fi"])


def test_a_file_is_read_as_the_caller_says(client, key, places):
    sent = {
        "file": SimpleUploadedFile("a.csv", "Otsikko\n1|koivu\n2|mänty\n".encode()),
        "header": "false",
        "skip_rows": "1",
        "separator": "|",
        "names": '{"column_1": "id"}',
        "types": '{"column_1": "text"}',
    }
    answer = client.post("/api/v1/datasets/helsinki-places/files", sent, headers=key)
    assert answer.status_code == 202, answer.content
    options = Load.objects.get(pk=answer.json()["id"]).options
    assert (options["header"], options["skip_rows"], options["types"]) == (False, 1, {"column_1": "text"})
    bad = {"file": SimpleUploadedFile("a.csv", b"a;b\n1;2\n"), "types": "{"}
    assert client.post("/api/v1/datasets/helsinki-places/files", bad, headers=key).status_code == 422
    bad = {"file": SimpleUploadedFile("a.csv", b"a;b\n1;2\n"), "types": '{"a": "colour"}'}
    assert client.post("/api/v1/datasets/helsinki-places/files", bad, headers=key).status_code == 422
