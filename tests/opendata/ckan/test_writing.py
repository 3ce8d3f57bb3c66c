"""Packages, resources, organizations and groups written by clients."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kuutio.audit.models import Entry
from kuutio.cities.models import Organisation
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Dataset, Distribution, Load
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory
from tests.opendata.bringing import in_this_process

ID = "0d1f3c52-94f7-4a5a-b7f2-0f6d5c9b1a11"


def test_a_package_comes_back_as_it_was_given(publisher, api):
    given = {
        "id": ID,
        "name": "helsinki-new",
        "owner_org": "helsinki",
        "title": "Uusi",
        "title_translated": {"fi": "Uusi", "sv": "Ny", "en": "New", "ru": "Новый"},
        "notes": "Kuvaus",
        "license_id": "cc-zero-1.0",
        "author": "Aino",
        "author_email": "aino@example.org",
        "maintainer": "Tuki",
        "maintainer_email": "tuki@example.org",
        "url": "https://example.org/new",
        "version": "1.2",
        "tags": [{"name": "puu"}, {"name": "Iso Puu"}],
        "groups": [{"name": "envi"}],
        "extras": [{"key": "guid", "value": "x"}, {"key": "number", "value": 5}, {"key": "tree", "value": {"a": [1]}}],
        "valid_from": "2020-01-31",
        "time_series_start": "2019-01-01",
        "geographical_coverage": ["Helsinki"],
        "external_urls": ["https://example.org/a"],
        "frequency": "DAILY",
        "spatial": '{"type":"Polygon","coordinates":[[[24.5,60.1],[25.5,60.1],[25.5,60.5],[24.5,60.5],[24.5,60.1]]]}',
        "metadata_created": "2020-02-03T04:05:06.000007",
        "date_released": "2020-02-04T00:00:00",
        "custom_thing": {"deep": [None, 1.5, "x"]},
        "resources": [
            {
                "id": str(uuid.UUID(int=7)),
                "name": "Tiedosto",
                "name_translated": {"fi": "Tiedosto", "en": "File"},
                "url": "https://example.org/a.csv",
                "format": "CSV",
                "mimetype": "text/csv",
                "size": 12,
                "hash": "sha1:abc",
                "url_type": "upload",
                "last_modified": "2020-01-01T00:00:00",
                "created": "2020-01-02T00:00:00.000001",
                "custom": 1,
            },
            {"url": "https://example.org/b", "name": "Toinen"},
        ],
    }
    made = publisher("package_create", **given)
    shown = api("package_show", id="helsinki-new")
    assert shown == made
    for key in set(given) - {"tags", "groups", "resources", "owner_org", "date_released"}:
        assert shown[key] == given[key], key
    assert [tag["name"] for tag in shown["tags"]] == ["Iso Puu", "puu"]
    assert [group["name"] for group in shown["groups"]] == ["envi"]
    assert shown["organization"]["name"] == "helsinki" and shown["owner_org"] == shown["organization"]["id"]
    for key, value in given["resources"][0].items():
        assert shown["resources"][0][key] == value, key
    assert shown["date_released"].startswith("2020-02-04")
    assert shown["state"] == "active"
    assert Dataset.objects.get().city_id == "helsinki"


def test_what_was_shown_can_be_sent_back_unchanged(publisher):
    dataset = DatasetFactory(
        name="helsinki-kept",
        keywords={"fi": ["puu"], "sv": ["träd", "ek"]},
        themes=["ENVI", "TRAN"],
        contract={"columns": []},
        is_made=True,
        access="NON_PUBLIC",
        extras={"a": "1", "_fields": {"b": 2}},
        hvd_category="c_ac64a52d",
        frequency="DAILY",
        bbox=[24.123456789, 60.0, 25.0, 61.0],
    )
    DistributionFactory(dataset=dataset, title={"fi": "Eka"}, extras={"own": True, "url_type": "upload"})
    DistributionFactory(dataset=dataset, kind="table", table="helsinki-kept", url="", position=1)
    shown = publisher("package_show", id="helsinki-kept")
    for action in ("package_update", "package_patch"):
        again = publisher(action, **shown)
        for one in (again, shown, *again["resources"], *shown["resources"]):
            one.pop("metadata_modified", None)
        assert again == shown
    assert Entry.objects.filter(verb__startswith="change").count() == 0


def test_a_patch_changes_what_it_names(publisher):
    made = publisher(
        "package_create",
        name="helsinki-x",
        owner_org="helsinki",
        title_translated={"fi": "Vanha", "en": "Old"},
        keywords={"fi": ["a"], "en": ["b"]},
        resources=[{"url": "https://example.org/a"}],
        extras=[{"key": "k", "value": "v"}],
    )
    patched = publisher("package_patch", id=made["name"], title="Uusi", tags=[{"name": "c"}])
    assert patched["title_translated"] == {"fi": "Uusi", "en": "Old"}
    assert patched["keywords"] == {"fi": ["c"], "en": ["b"]}
    assert len(patched["resources"]) == 1 and patched["extras"] == made["extras"]
    renamed = publisher("package_patch", id=made["id"], name="helsinki-y", title_translated={"sv": "Ny"})
    assert (renamed["name"], renamed["title"], renamed["id"]) == ("helsinki-y", "Ny", made["id"])


def test_an_update_replaces_resources_by_id(publisher):
    made = publisher(
        "package_create",
        name="helsinki-x",
        owner_org="helsinki",
        title="X",
        resources=[{"url": f"https://example.org/{n}", "name": str(n)} for n in range(3)],
    )
    first, _second, third = made["resources"]
    made["resources"] = [third, {"url": "https://example.org/new", "name": "new"}, {**first, "name": "eka"}]
    changed = publisher("package_update", **made)
    assert [one["name"] for one in changed["resources"]] == ["2", "new", "eka"]
    assert [one["position"] for one in changed["resources"]] == [0, 1, 2]
    assert changed["resources"][0]["id"] == third["id"] and changed["resources"][2]["id"] == first["id"]


def test_deleting_withdraws_and_the_name_stays_taken(publisher, api):
    publisher("package_create", name="helsinki-x", owner_org="helsinki", title="X")
    assert publisher("package_delete", id="helsinki-x") is None
    api.refused("package_show", 404, id="helsinki-x")
    assert publisher("package_show", id="helsinki-x")["state"] == "deleted"
    assert publisher.refused("package_create", 409, name="helsinki-x", owner_org="helsinki", title="X")["name"]
    assert publisher("package_patch", id="helsinki-x", state="active")["state"] == "active"


def test_states(publisher, api):
    publisher("package_create", name="helsinki-x", owner_org="helsinki", title="X", state="draft")
    api.refused("package_show", 404, id="helsinki-x")
    publisher("package_patch", id="helsinki-x", state="active", private=True)
    api.refused("package_show", 404, id="helsinki-x")
    assert publisher("package_patch", id="helsinki-x", private=False)["private"] is False
    assert api("package_show", id="helsinki-x")["state"] == "active"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "Isot Kirjaimet"}, "name"),
        ({"name": "x"}, "name"),
        ({"name": ["a"]}, "name"),
        ({"id": "not-a-uuid"}, "id"),
        ({"owner_org": "nobody"}, "owner_org"),
        ({"owner_org": None, "name": "helsinki-z"}, None),
        ({"title": {"fi": "x"}}, "title"),
        ({"title_translated": {"fi": 5}}, "title_translated"),
        ({"title_translated": {"<b>": "x"}}, "title_translated"),
        ({"author_email": "nobody"}, "author_email"),
        ({"maintainer_email": "a@b"}, "maintainer_email"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"tags": "puu"}, "tags"),
        ({"tags": [{"name": ""}]}, "tags"),
        ({"extras": {"a": "b"}}, "extras"),
        ({"extras": [{"key": "a", "value": 1}, {"key": "a", "value": 2}]}, "extras"),
        ({"extras": [{"key": "_fields", "value": 1}]}, "extras"),
        ({"groups": [{"name": "nothing"}]}, "groups"),
        ({"groups": "envi"}, "groups"),
        ({"state": "asleep"}, "state"),
        ({"valid_from": "eilen"}, "valid_from"),
        ({"time_series_start": "2026-01-02", "time_series_end": "2026-01-01"}, "time_series_end"),
        ({"version": "x" * 100}, "version"),
        ({"resources": [{"url": "https://example.org"}, {"url": "data:text/html,x"}]}, "resources"),
        ({"resources": [{"size": "big"}]}, "resources"),
        ({"resources": ["x"]}, "resources"),
    ],
)
def test_what_must_be_mended_is_said_by_field(publisher, changes, field):
    given = {"name": "helsinki-x", "owner_org": "helsinki", "title": "X", **changes}
    if field is None:
        assert publisher("package_create", **given)["organization"]["name"] == "helsinki"
        return
    error = publisher.refused("package_create", 409, **given)
    assert error["__type"] == "Validation Error"
    assert error[field]
    assert Dataset.objects.count() == 0


def test_errors_of_resources_stand_in_their_places(publisher):
    error = publisher.refused(
        "package_create",
        409,
        name="helsinki-x",
        owner_org="helsinki",
        title="X",
        resources=[{"url": "https://example.org"}, {"url": "ftp:/x"}],
    )
    assert error["resources"][0] == {} and list(error["resources"][1]) == ["url"]


def test_only_the_publishers_own_people_write(publisher, api, client):
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    dataset = DatasetFactory(name="espoo-x", publisher=espoo, city=espoo.city)
    resource = DistributionFactory(dataset=dataset)
    publisher.refused("package_create", 403, name="espoo-new", owner_org="espoo", title="X")
    for action, data in (
        ("package_update", {"id": "espoo-x", "title": "Y"}),
        ("package_patch", {"id": "espoo-x", "title": "Y"}),
        ("package_delete", {"id": "espoo-x"}),
        ("resource_create", {"package_id": "espoo-x", "url": "https://example.org"}),
        ("resource_patch", {"id": str(resource.pk), "name": "Y"}),
        ("resource_delete", {"id": str(resource.pk)}),
        ("datastore_create", {"resource_id": str(resource.pk), "fields": [{"id": "a"}]}),
        ("organization_patch", {"id": "helsinki", "title": "Y"}),
        ("organization_create", {"name": "uusi"}),
        ("group_create", {"name": "uusi"}),
    ):
        assert publisher.refused(action, 403, **data)["__type"] == "Authorization Error", action
        assert api.refused(action, 403, **data)["__type"] == "Authorization Error", action
    own = DatasetFactory(name="helsinki-x")
    publisher.refused("package_patch", 403, id=own.name, owner_org="espoo")


def test_resources_one_by_one(publisher, api):
    publisher("package_create", name="helsinki-x", owner_org="helsinki", title="X")
    made = publisher("resource_create", package_id="helsinki-x", url="https://example.org/a", name="A", custom="own")
    assert made["custom"] == "own"
    patched = publisher("resource_patch", id=made["id"], name="B")
    assert (patched["name"], patched["url"], patched["custom"]) == ("B", made["url"], "own")
    updated = publisher("resource_update", id=made["id"], url="https://example.org/b", format="PDF")
    assert (updated["name"], updated["url"], updated["format"]) == ("", "https://example.org/b", "PDF")
    assert "custom" not in updated
    publisher("resource_delete", id=made["id"])
    api.refused("resource_show", 404, id=made["id"])
    assert api("package_show", id="helsinki-x")["num_resources"] == 0
    assert publisher.refused("resource_create", 409, package_id="helsinki-x", url="mailto:x@example.org")["url"]


def test_an_upload_is_a_file_at_once_and_a_table_when_it_was_read(publisher, api, client, monkeypatch):
    monkeypatch.setattr(loading, "run_limited", in_this_process)
    publisher("package_create", name="helsinki-x", owner_org="helsinki", title="X")

    def upload(action, content, file_name="data.csv", **data):
        response = client.post(
            f"/api/action/{action}",
            {**data, "upload": SimpleUploadedFile(file_name, content)},
            headers={"X-CKAN-API-Key": publisher.key},
        )
        assert response.status_code == 200, response.content
        return response.json()["result"]

    made = upload("resource_create", b"id,name\n1,a\n", package_id="helsinki-x", name="Rivit")
    assert (made["url_type"], made["datastore_active"], made["size"]) == ("upload", False, 12)
    assert made["url"].endswith("/data.csv")
    second = upload("resource_create", b"id,v\n1,7\n", "other.csv", package_id="helsinki-x", name="Muut")
    for load in Load.objects.order_by("created_at"):
        loading.work_load(str(load.pk))
    first = api("resource_show", id=made["id"])
    assert (first["datastore_active"], first["table"]) == (True, "helsinki-x")
    assert api("resource_show", id=second["id"])["table"] == "helsinki-x-muut"
    assert api("datastore_search", resource_id=made["id"])["records"] == [{"_id": 1, "id": 1, "name": "a"}]
    upload("resource_patch", b"id,name\n1,a\n2,b\n", id=made["id"])
    loading.work_load(str(Load.objects.latest("created_at").pk))
    assert api("datastore_search", resource_id=made["id"])["total"] == 2
    image = upload("resource_create", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "a.png", package_id="helsinki-x")
    loading.work_load(str(Load.objects.latest("created_at").pk))
    assert api("resource_show", id=image["id"])["format"] == "PNG"
    assert Distribution.objects.count() == 3
    linked = publisher("resource_patch", id=image["id"], url="https://example.org/a.png")
    assert (linked["url"], linked["url_type"]) == ("https://example.org/a.png", None)


def test_organizations_are_kept_by_administrators(admin, api):
    made = admin("organization_create", id=ID, name="uusi", title="Uusi", title_translated={"sv": "Ny"}, own={"a": 1})
    assert (made["id"], made["own"], made["type"]) == (ID, {"a": 1}, "organization")
    assert made["title_translated"] == {"sv": "Ny"}
    patched = admin("organization_patch", id="uusi", description="Kuvaus", extras=[{"key": "k", "value": "v"}])
    assert (patched["description"], patched["title"]) == ("Kuvaus", "Ny")
    again = admin("organization_update", **patched)
    assert again == patched
    assert api("organization_list") == ["uusi"]
    admin("package_create", name="uusi-x", owner_org=ID, title="X")
    assert "Organization cannot be deleted" in str(admin.refused("organization_delete", 409, id="uusi"))
    Dataset.objects.all().delete()
    admin("organization_delete", id="uusi")
    assert not Organisation.objects.exists()
    assert admin.refused("organization_create", 409, name="A b")["name"]
    assert admin.refused("organization_create", 409, name="uusi", image_url="javascript:x")["image_url"]


def test_groups_are_kept_by_administrators(admin, api):
    made = admin("group_create", id=ID, name="vihrea", title="Vihreä", own=1)
    assert (made["id"], made["own"], made["display_name"]) == (ID, 1, "Vihreä")
    OrganisationFactory()
    admin("package_create", name="helsinki-x", owner_org="helsinki", title="X", groups=[{"id": ID}, {"name": "tran"}])
    assert [one["name"] for one in api("package_show", id="helsinki-x")["groups"]] == ["tran", "vihrea"]
    assert admin("group_patch", id="vihrea", title="Viher")["title"] == "Viher"
    assert admin("group_update", **api("group_show", id="vihrea")) == api("group_show", id="vihrea")
    admin("group_delete", id="vihrea")
    assert [one["name"] for one in api("package_show", id="helsinki-x")["groups"]] == ["tran"]
    assert admin.refused("group_create", 409, name="envi")["name"]
    assert admin.refused("group_patch", 403, id="envi", title="x")


def test_an_administrators_package_brings_its_organization_and_groups(admin, publisher):
    organization = {"id": ID, "name": "kaukainen", "title": "Kaukainen", "title_translated": {"fi": "Kaukainen"}}
    given = {
        "name": "kaukainen-x",
        "title": "X",
        "owner_org": ID,
        "organization": organization,
        "groups": [{"name": "luonto", "title": "Luonto", "id": str(uuid.UUID(int=5))}],
    }
    assert publisher.refused("package_create", 409, **given)["owner_org"]
    made = admin("package_create", **given)
    assert made["owner_org"] == ID
    assert made["organization"]["title_translated"] == {"fi": "Kaukainen"}
    assert made["groups"][0]["id"] == str(uuid.UUID(int=5))


def test_each_change_leaves_its_line(publisher):
    publisher(
        "package_create", name="helsinki-x", owner_org="helsinki", title="X", resources=[{"url": "https://example.org"}]
    )
    lines = list(Entry.objects.filter(thing="dataset:helsinki-x").values_list("verb", flat=True).order_by("pk"))
    assert lines == ["create_dataset", "add_distribution", "publish_dataset"]
    assert all(line.actor_id for line in Entry.objects.filter(thing="dataset:helsinki-x"))


def test_a_package_is_written_whole_or_not_at_all(publisher):
    publisher.refused(
        "package_create",
        409,
        name="helsinki-x",
        owner_org="helsinki",
        title="X",
        resources=[{"url": "https://example.org"}, {"url": "nowhere"}],
    )
    assert not Dataset.objects.exists() and not Distribution.objects.exists()


def test_numbers_of_any_size_come_back(publisher):
    given = {"name": "helsinki-x", "owner_org": "helsinki", "title": "X", "big": 1e20, "small": 1e-20, "whole": 2**62}
    made = publisher("package_create", **given)
    assert (made["big"], made["small"], made["whole"]) == (1e20, 1e-20, 2**62)
