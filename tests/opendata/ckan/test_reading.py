"""Packages, organizations, groups, tags, licences and resources as clients read them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuutio.opendata import counted, findable
from kuutio.opendata.models import Dataset, Group
from kuutio.search.learning import learn
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory

PACKAGE = {
    "id",
    "name",
    "title",
    "notes",
    "url",
    "state",
    "type",
    "private",
    "isopen",
    "license_id",
    "license_title",
    "license_url",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "metadata_created",
    "metadata_modified",
    "owner_org",
    "organization",
    "groups",
    "tags",
    "extras",
    "num_resources",
    "num_tags",
    "resources",
    "relationships_as_subject",
    "relationships_as_object",
    "version",
    "creator_user_id",
}
RESOURCE = {
    "id",
    "package_id",
    "position",
    "name",
    "description",
    "format",
    "mimetype",
    "url",
    "url_type",
    "size",
    "hash",
    "created",
    "last_modified",
    "metadata_modified",
    "datastore_active",
    "state",
    "resource_type",
}


@pytest.fixture
def trees(db):
    dataset = DatasetFactory(
        name="helsinki-trees",
        title={"fi": "Puut", "sv": "Träd", "en": "Trees"},
        keywords={"fi": ["puu", "katu"], "en": ["tree"]},
        themes=["ENVI"],
        contact_name="Puistot",
        contact_email="puistot@example.org",
        extras={"zeta": "1", "alpha": "2", "_fields": {"custom": {"a": [1]}}},
        bbox=[24.0, 60.0, 25.0, 61.0],
    )
    DistributionFactory(dataset=dataset, title={"fi": "Tiedosto", "en": "File"}, position=1)
    DistributionFactory(dataset=dataset, title={"fi": "Eka"}, position=0, format="WMS")
    return dataset


def test_a_package_has_the_keys_that_clients_read(api, trees):
    shown = api("package_show", id="helsinki-trees")
    assert set(shown) >= PACKAGE
    assert all(set(one) >= RESOURCE for one in shown["resources"])
    assert set(shown["organization"]) >= {"id", "name", "title", "type", "image_url"}
    assert shown["title"] == "Puut"
    assert shown["title_translated"] == {"fi": "Puut", "sv": "Träd", "en": "Trees"}
    assert [tag["name"] for tag in shown["tags"]] == ["katu", "puu"]
    assert set(shown["tags"][0]) == {"id", "name", "display_name", "state", "vocabulary_id"}
    assert shown["keywords"] == {"fi": ["puu", "katu"], "en": ["tree"]}
    assert shown["extras"] == [{"key": "alpha", "value": "2"}, {"key": "zeta", "value": "1"}]
    assert shown["custom"] == {"a": [1]}
    assert [one["name"] for one in shown["resources"]] == ["Eka", "Tiedosto"]
    assert (shown["num_resources"], shown["num_tags"]) == (2, 2)
    assert shown["license_id"] == "cc-by-4.0" and shown["isopen"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", shown["metadata_modified"])
    assert shown["groups"][0]["name"] == "envi" and shown["groups"][0]["display_name"]
    assert shown == api("package_show", id=str(trees.pk))
    assert shown == api("package_search", fq="name:helsinki-trees")["results"][0]


def test_drafts_and_what_is_not_public_need_a_key(api, publisher, trees):
    DatasetFactory(name="helsinki-draft", state="draft", issued_at=None)
    DatasetFactory(name="helsinki-secret", access="RESTRICTED")
    DatasetFactory(name="helsinki-gone", state="deleted")
    espoo = DatasetFactory(name="espoo-secret", city=CityFactory(code="espoo"), access="RESTRICTED")
    assert api("package_list", include_private=True, include_drafts=True, include_deleted=True) == ["helsinki-trees"]
    assert api("package_search", include_private=True)["count"] == 1
    assert publisher("package_list") == ["helsinki-trees"]
    assert publisher("package_list", include_private=True, include_drafts=True) == [
        "helsinki-draft",
        "helsinki-secret",
        "helsinki-trees",
    ]
    assert publisher("package_search", include_private=True)["count"] == 2
    for name in ("helsinki-draft", "helsinki-secret", "helsinki-gone", espoo.name):
        assert api.refused("package_show", 404, id=name)
    assert publisher("package_show", id="helsinki-draft")["state"] == "draft"
    assert publisher("package_show", id="helsinki-secret")["private"] is True
    publisher.refused("package_show", 404, id=espoo.name)


def test_lists_can_be_read_in_parts(api):
    for number in range(5):
        DatasetFactory(name=f"helsinki-{number}")
    assert api("package_list", limit=2, offset=1) == ["helsinki-1", "helsinki-2"]
    assert api("package_list", limit=0) == []
    assert api("package_list", offset=4) == ["helsinki-4"]
    assert len(api("current_package_list_with_resources", limit=3)) == 3
    assert [one["name"] for one in api("package_autocomplete", q="NKI-3")] == ["helsinki-3"]


def test_organizations_are_listed_with_how_much_they_publish(api, trees):
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    OrganisationFactory(slug="company", kind="company", city=None)
    DatasetFactory(publisher=espoo, state="draft", issued_at=None)
    assert api("organization_list") == ["espoo", "helsinki"]
    shown = api("organization_list", all_fields=True, sort="package_count desc")
    assert [(one["name"], one["package_count"]) for one in shown] == [("helsinki", 1), ("espoo", 0)]
    assert "extras" not in shown[0] and shown[0]["users"] == []
    assert api("organization_list", organizations=["espoo"]) == ["espoo"]
    one = api("organization_show", id="helsinki", include_datasets=True)
    assert one["title"] == one["title_translated"]["fi"] and one["is_organization"] is True
    assert [package["name"] for package in one["packages"]] == ["helsinki-trees"]
    assert api("organization_show", id=one["id"])["name"] == "helsinki"
    api.refused("organization_show", 404, id="company")
    assert api.refused("organization_list", 409, sort="drop table")["sort"]


def test_themes_and_made_groups_are_groups(api, trees):
    group = Group.objects.create(name="vihrea", title={"fi": "Vihreä"})
    group.datasets.add(trees)
    names = api("group_list")
    assert {"envi", "tran", "vihrea"} <= set(names) and len(names) == 14
    shown = {one["name"]: one for one in api("group_list", all_fields=True)}
    assert shown["envi"]["package_count"] == shown["vihrea"]["package_count"] == 1
    assert shown["tran"]["package_count"] == 0
    assert api("group_show", id=shown["envi"]["id"], include_datasets=True)["packages"][0]["name"] == "helsinki-trees"
    assert api("group_show", id="vihrea", include_datasets=True)["packages"][0]["name"] == "helsinki-trees"
    assert [one["name"] for one in api("package_show", id=trees.name)["groups"]] == ["envi", "vihrea"]
    api.refused("group_show", 404, id="nothing")


def test_tags_are_the_words_of_what_is_public(api, trees):
    DatasetFactory(keywords={"fi": ["salaisuus"]}, state="draft", issued_at=None)
    DatasetFactory(keywords={"sv": ["träd"]})
    assert api("tag_list") == ["katu", "puu", "träd"]
    assert api("tag_list", query="pu") == ["puu"]
    assert api("tag_list", vocabulary_id="x") == [] == api("vocabulary_list")
    assert api("tag_show", id="puu", include_datasets=True)["packages"][0]["id"] == str(trees.pk)
    api.refused("tag_show", 404, id="salaisuus")


def test_licences_are_listed(api):
    licences = {one["id"]: one for one in api("license_list")}
    assert licences["cc-by-4.0"]["od_conformance"] == "approved"
    assert licences["cc-by-4.0"]["url"].startswith("https://creativecommons.org/")


def test_nobody_learns_of_accounts(api, publisher):
    PersonFactory(email="somebody@example.org")
    assert api("user_list", all_fields=False) == [] == api("user_list")
    names = publisher("user_list", all_fields=False)
    assert len(names) == 1
    me = publisher("user_show", id=names[0])
    assert "@" not in str(me) and not {"email", "apikey", "password"} & set(me)
    api.refused("user_show", 404, id=names[0])
    assert [one["name"] for one in publisher("organization_list_for_user")] == ["helsinki"]
    assert api("organization_list_for_user") == []


def test_resources_are_found_by_fields(api, trees):
    hidden = DistributionFactory(dataset=DatasetFactory(state="draft", issued_at=None), title={"fi": "Tiedosto"})
    found = api("resource_search", query="name:tiedosto")
    assert found["count"] == 1 and found["results"][0]["name"] == "Tiedosto"
    assert api("resource_search", query=["format:wms", "url:example.org"])["count"] == 1
    assert api("resource_search", query="name:%")["count"] == 0
    shown = api("resource_show", id=found["results"][0]["id"])
    assert shown["package_id"] == str(trees.pk)
    assert api("resource_view_list", id=shown["id"]) == []
    api.refused("resource_show", 404, id=str(hidden.pk))
    assert api.refused("resource_search", 409, query="owner:x")["__type"] == "Search Query Error"


def test_activity_says_what_but_not_who(publisher, api):
    made = publisher("package_create", name="helsinki-new", owner_org="helsinki", title="Uusi")
    publisher("package_patch", id=made["id"], notes="Toinen")
    shown = api("package_activity_list", id="helsinki-new")
    assert [one["activity_type"] for one in shown] == ["changed package", "changed package", "new package"]
    assert {one["user_id"] for one in shown} == {None}


def _queries(api, action, **data):
    with CaptureQueriesContext(
        connection,
    ) as found:
        api(action, **data)
    return len(found)


def test_lists_take_as_many_queries_for_a_hundred_as_for_ten(api, monkeypatch):
    monkeypatch.setattr(counted, "note", lambda *_args: None)  # counts are written every twentieth second

    def fill(count):
        for _number in range(count):
            dataset = DatasetFactory(keywords={"fi": ["puu"]}, themes=["ENVI"])
            DistributionFactory(dataset=dataset)
            DistributionFactory(dataset=dataset)
            findable.refresh(dataset)
        learn()  # a word that nobody knows yet is noted when it is looked for

    def counts():
        for _time in range(2):  # whoever asks first reads what changed, and what was still open when all was read
            api("package_search", q="puu")
        return {
            "package_search": _queries(api, "package_search", rows=1000, fq="organization:helsinki"),
            "words": _queries(api, "package_search", q="puu", rows=1000),
            "facets": _queries(api, "package_search", rows=0, **{"facet.field": ["tags", "groups", "organization"]}),
            "package_show": _queries(api, "package_show", id=Dataset.objects.first().name),
            "package_list": _queries(api, "package_list"),
            "whole": _queries(api, "current_package_list_with_resources"),
            "organization_show": _queries(api, "organization_show", id="helsinki", include_datasets=True),
            "organization_list": _queries(api, "organization_list", all_fields=True),
            "group_list": _queries(api, "group_list", all_fields=True),
            "resource_search": _queries(api, "resource_search", query="format:csv"),
        }

    fill(10)
    at_ten = counts()
    fill(90)
    assert counts() == at_ten
    assert at_ten["package_show"] == 3
    assert at_ten["package_search"] == 5


def test_resources_are_found_by_several_fields_in_an_address(client, places):
    def found(query):
        return client.get("/api/3/action/resource_search", {"query": query}).json()["result"]["count"]

    assert found('["name:places"]') == found("name:places") == 1
    assert found('["name:places", "format:xlsx"]') == 0
