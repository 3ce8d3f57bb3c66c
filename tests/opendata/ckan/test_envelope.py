"""The door: envelopes, errors, methods, keys, callbacks, origins."""

import pytest

from kuutio.opendata.ckan.registry import ACTIONS
from tests.factories import DatasetFactory


def test_an_answer_has_help_success_and_result(api):
    response = api.get("status_show")
    body = response.json()
    assert list(body) == ["help", "success", "result"]
    assert body["help"].endswith("/api/3/action/help_show?name=status_show")
    assert body["result"]["ckan_version"] and body["result"]["site_url"]


@pytest.mark.parametrize("path", ["/api/action/status_show", "/api/3/action/status_show", "/api/3/action/status_show/"])
def test_both_addresses_answer(db, client, path):
    assert client.get(path).json()["success"] is True
    assert client.post(path).json()["success"] is True


def test_an_unknown_action_is_a_bare_string(db, client):
    response = client.get("/api/3/action/no_such_thing")
    assert response.status_code == 400
    assert response.json() == "Bad request: Action name not known: no_such_thing"


def test_what_is_missing_is_not_found(api):

    assert api.refused("package_show", 404, id="nothing")["__type"] == "Not Found Error"


def test_a_missing_parameter_is_a_validation_error_by_field(api):
    error = api.refused("package_show", 409)
    assert error["__type"] == "Validation Error"
    assert len(error["id"]) == 1


def test_writing_needs_a_key(api):
    assert api.refused("package_create", 403, name="x")["__type"] == "Authorization Error"


def test_writing_needs_post(admin):
    response = admin.get("package_create", name="x")
    assert response.status_code == 400
    assert response.json().startswith("Bad request: JSON Error")


def test_a_key_may_be_shown_in_either_header_or_as_a_bearer(publisher, client):
    DatasetFactory(name="helsinki-secret", access="RESTRICTED")
    for headers in (
        {"Authorization": publisher.key},
        {"X-CKAN-API-Key": publisher.key},
        {"Authorization": f"Bearer {publisher.key}"},
    ):
        assert client.get("/api/3/action/package_show?id=helsinki-secret", headers=headers).status_code == 200
    assert client.get("/api/3/action/package_show?id=helsinki-secret").status_code == 404
    assert (
        client.get("/api/3/action/package_show?id=helsinki-secret", headers={"Authorization": "no"}).status_code == 404
    )


def test_a_callback_wraps_the_answer_and_shows_what_everybody_sees(publisher, client):
    DatasetFactory(name="helsinki-open")
    DatasetFactory(name="helsinki-secret", access="RESTRICTED")
    headers = {"Authorization": publisher.key}
    response = client.get("/api/3/action/package_list?callback=app.show", headers=headers)
    assert response.content.startswith(b"app.show({") and response.content.endswith(b"});")
    assert response["Content-Type"].startswith("application/javascript")
    assert client.get("/api/3/action/package_show?id=helsinki-secret&callback=f", headers=headers).status_code == 404
    assert client.get("/api/3/action/package_list?callback=alert(1)//").status_code == 400


def test_pages_of_any_origin_may_read(api, client):
    assert api.get("package_list")["Access-Control-Allow-Origin"] == "*"
    asked = client.options("/api/3/action/package_list")
    assert asked.status_code == 204
    assert "Authorization" in asked["Access-Control-Allow-Headers"]


def test_a_public_answer_has_a_tag_and_one_for_a_key_is_not_kept(publisher, client):
    first = client.get("/api/3/action/package_list")
    again = client.get("/api/3/action/package_list", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert publisher.get("package_list")["Cache-Control"] == "no-store"


def test_json_sent_as_a_form_is_understood(db, client):
    dataset = DatasetFactory()
    for body in (f'{{"id": "{dataset.name}"}}', f"id={dataset.name}"):
        response = client.post("/api/action/package_show", body, content_type="application/x-www-form-urlencoded")
        assert response.json()["result"]["name"] == dataset.name


@pytest.mark.parametrize(
    "body", ["[1]", '"x"', "{", '{"a": NaN}', '{"id": "\\u0000"}', '{"id": "\\ud800"}', "[" * 9999]
)
def test_what_cannot_be_read_is_a_bad_request(db, client, body):
    response = client.post("/api/action/package_show", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json().startswith("Bad request")


def test_every_action_explains_itself(api):
    for name in ACTIONS:
        assert len(api("help_show", name=name)) > 20, name


def test_the_version_is_told(db, client):
    assert client.get("/api/3").json() == {"version": 3}
