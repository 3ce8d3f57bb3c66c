"""Rows written by clients: an answer comes when they can be read, and writes within a second share a version."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kuutio.opendata.actions import rows as verbs
from kuutio.opendata.models import Distribution, RowWrite, Snapshot
from tests.factories import DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring
from tests.opendata.ckan.conftest import Api, key_for

FIELDS = [{"id": "code", "type": "int"}, {"id": "name", "type": "text"}, {"id": "seen", "type": "timestamp"}]


@pytest.fixture(autouse=True)
def _at_once(request, monkeypatch):
    """Waiting for others is what the races are for."""
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(verbs, "TOGETHER_SECONDS", 0.0)
        monkeypatch.setattr(verbs.settle, "__kwdefaults__", {"together_s": 0.0})


@pytest.fixture
def resource(publisher):
    dataset = DatasetFactory(name="helsinki-log", publisher=OrganisationFactory())
    return str(DistributionFactory(dataset=dataset, url="", title={"fi": "Loki"}).pk)


def rows(api, table, **data):
    records = api("datastore_search", resource_id=table, **data)["records"]
    return [{name: value for name, value in row.items() if name != "_id"} for row in records]


def test_a_table_is_made_of_fields_and_records(publisher, api, resource):
    records = [{"code": 1, "name": "a", "seen": "2026-11-24T10:00:00"}, {"code": 2, "name": None}]
    made = publisher("datastore_create", resource_id=resource, fields=FIELDS, records=records, primary_key="code")
    assert made["resource_id"] == resource and made["primary_key"] == ["code"]
    assert rows(api, resource) == [
        {"code": 1, "name": "a", "seen": "2026-11-24T10:00:00"},
        {"code": 2, "name": None, "seen": None},
    ]
    shown = api("resource_show", id=resource)
    assert (shown["datastore_active"], shown["table"], shown["url_type"]) == (True, "helsinki-log", "datastore")
    assert [field["type"] for field in api("datastore_info", id=resource)["fields"]] == ["int", "text", "timestamp"]
    assert api.client.get("/api/ogc/collections/helsinki-log/items?f=json").json()["numberMatched"] == 2


def test_a_resource_can_be_made_with_its_table(publisher, api, resource):
    made = publisher("datastore_create", resource={"package_id": "helsinki-log", "name": "Uusi"}, records=[{"a": 1.5}])
    assert rows(api, made["resource_id"]) == [{"a": 1.5}]
    assert api("resource_show", id=made["resource_id"])["name"] == "Uusi"


def test_types_are_found_in_every_record(publisher, api, resource):
    records = [{"i": 1, "n": 1, "b": True, "d": "2026-01-01", "t": "001"}, {"i": 2, "n": 1.5, "d": None, "x": "a"}]
    publisher("datastore_create", resource_id=resource, records=records)
    kinds = {field["id"]: field["type"] for field in api("datastore_search", resource_id=resource)["fields"]}
    assert kinds == {"_id": "int", "i": "int", "n": "numeric", "b": "bool", "d": "date", "t": "text", "x": "text"}


def test_places_can_be_written(publisher, api, resource):
    point = {"type": "Point", "coordinates": [24.94, 60.17]}
    publisher("datastore_create", resource_id=resource, records=[{"a": 1, "geometry": point}], primary_key=["a"])
    items = api.client.get("/api/ogc/collections/helsinki-log/items?f=json&bbox=24.9,60.1,25,60.2").json()
    assert items["features"][0]["geometry"] == point


def test_upsert_insert_and_update(publisher, api, resource):
    publisher("datastore_create", resource_id=resource, fields=FIELDS, primary_key=["code"])
    assert rows(api, resource) == []
    publisher("datastore_upsert", resource_id=resource, records=[{"code": 1, "name": "a"}, {"code": 2, "name": "b"}])
    answer = publisher("datastore_upsert", resource_id=resource, records=[{"code": 2, "seen": "2026-01-01T00:00:00"}])
    assert answer == {"resource_id": resource, "method": "upsert"}
    assert rows(api, resource)[1] == {"code": 2, "name": "b", "seen": "2026-01-01T00:00:00"}
    publisher("datastore_upsert", resource_id=resource, method="insert", force=True, records=[{"code": 3}])
    error = publisher.refused("datastore_upsert", 409, resource_id=resource, method="insert", records=[{"code": 3}])
    assert "duplicate key" in error["records"][0]
    error = publisher.refused("datastore_upsert", 409, resource_id=resource, method="update", records=[{"code": 9}])
    assert "not found" in error["records"][0]
    assert len(rows(api, resource)) == 3
    with_records = publisher(
        "datastore_upsert", resource_id=resource, records=[{"code": 1}], include_records=True, method="update"
    )
    assert with_records["records"] == [{"code": 1}]
    publisher("datastore_upsert", resource_id=resource, records=[{"code": 77}], dry_run=True)
    assert len(rows(api, resource)) == 3


def test_rows_are_deleted_by_filters(publisher, api, resource):
    records = [{"code": n, "name": "ab"[n % 2]} for n in range(6)]
    publisher("datastore_create", resource_id=resource, fields=FIELDS, records=records, primary_key=["code"])
    publisher("datastore_delete", resource_id=resource, filters={"code": [0, 1], "name": "a"})
    assert [row["code"] for row in rows(api, resource)] == [1, 2, 3, 4, 5]
    publisher("datastore_delete", resource_id=resource, filters={"name": "b"})
    assert [row["code"] for row in rows(api, resource)] == [2, 4]
    publisher("datastore_delete", resource_id=resource, filters={})
    assert rows(api, resource) == []
    publisher("datastore_create", resource_id=resource, fields=[{"id": "code", "type": "text"}], primary_key=["code"])
    publisher("datastore_upsert", resource_id=resource, records=[{"code": "x"}])
    assert rows(api, resource) == [{"code": "x"}]
    publisher("datastore_delete", resource_id=resource)
    api.refused("datastore_search", 404, resource_id=resource)
    assert api("resource_show", id=resource)["datastore_active"] is False
    publisher("datastore_create", resource_id=resource, records=[{"z": 1}])
    assert rows(api, resource) == [{"z": 1}]


def test_a_table_may_get_more_columns(publisher, api, resource):
    publisher("datastore_create", resource_id=resource, records=[{"code": 1}], primary_key=["code"])
    publisher(
        "datastore_create",
        resource_id=resource,
        fields=[{"id": "new", "type": "numeric"}],
        records=[{"code": 1, "new": 2}],
    )
    assert rows(api, resource) == [{"code": 1, "new": 2.0}]


def test_an_ingested_table_is_written_too_and_keeps_its_ids(publisher, api, places):
    table = "helsinki-places"
    before = {row["id"]: row for row in rows(api, table)}
    publisher("datastore_upsert", resource_id=table, force=True, records=[{"id": 2, "name": "Valo"}])
    after = {row["id"]: row for row in rows(api, table)}
    assert after == {**before, 2: {**before[2], "name": "Valo"}}
    assert Snapshot.objects.filter(distribution__table=table).count() == 2


def test_a_table_without_a_key_takes_inserts_only(publisher, api, db):
    bring("a,b\n1,x\n", what="plain")
    error = publisher.refused("datastore_upsert", 409, resource_id="helsinki-plain", records=[{"a": 2}])
    assert len(error["table"]) == 1
    publisher("datastore_upsert", resource_id="helsinki-plain", method="insert", records=[{"a": 2}, {"a": 2}])
    assert rows(api, "helsinki-plain") == [{"a": 1, "b": "x"}, {"a": 2, "b": None}, {"a": 2, "b": None}]


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("datastore_create", {"fields": [{"id": "a", "type": "money"}]}, "fields"),
        ("datastore_create", {"fields": [{"id": ""}]}, "fields"),
        ("datastore_create", {"fields": [{"id": "a"}, {"id": "a"}]}, "fields"),
        ("datastore_create", {"fields": [{"id": "a"}, {"id": "A"}]}, "fields"),
        ("datastore_create", {"fields": [{"id": "_xmin"}]}, "fields"),
        ("datastore_create", {"fields": [{"id": "place", "type": "geometry"}]}, "fields"),
        ("datastore_create", {"fields": "a"}, "fields"),
        ("datastore_create", {}, "fields"),
        ("datastore_create", {"records": [1]}, "records"),
        ("datastore_create", {"records": [{"a": 1}], "primary_key": "b"}, "primary_key"),
        ("datastore_create", {"fields": [{"id": "a", "type": "int"}], "records": [{"a": "x"}]}, "records"),
        ("datastore_create", {"fields": [{"id": "a", "type": "int"}], "records": [{"b": 1}]}, "records"),
        ("datastore_upsert", {"records": [{"nothing": 1}]}, "records"),
        ("datastore_upsert", {"records": [{"code": "x"}]}, "records"),
        ("datastore_upsert", {"records": [{"name": "no key"}]}, "records"),
        ("datastore_upsert", {"method": "merge", "records": []}, "method"),
        ("datastore_delete", {"filters": {"nothing": 1}}, "filters"),
        ("datastore_delete", {"filters": {"_id": 1}}, "filters"),
        ("datastore_delete", {"filters": [1]}, "filters"),
    ],
)
def test_what_must_be_mended_is_said_and_nothing_is_done(publisher, api, resource, action, data, field):
    if action != "datastore_create":
        publisher("datastore_create", resource_id=resource, fields=FIELDS, records=[{"code": 1}], primary_key="code")
    error = publisher.refused(action, 409, resource_id=resource, **data)
    assert error["__type"] == "Validation Error"
    assert error[field]
    assert RowWrite.objects.filter(done_at__isnull=True).count() == 0
    if action != "datastore_create":
        assert rows(api, resource) == [{"code": 1, "name": None, "seen": None}]


def test_personal_data_is_held_for_an_officer(publisher, api, resource):
    publisher("datastore_create", resource_id=resource, fields=FIELDS, records=[{"code": 1}], primary_key="code")
    error = publisher.refused(
        "datastore_upsert", 409, resource_id=resource, records=[{"code": 2, "name": "hetu 131052-308T"}]
    )
    assert error["message"]
    assert [row["code"] for row in rows(api, resource)] == [1]
    assert Snapshot.objects.filter(state="held").count() == 1
    publisher("datastore_upsert", resource_id=resource, records=[{"code": 3}])
    assert [row["code"] for row in rows(api, resource)] == [1, 3]


def test_what_a_killed_process_left_is_written_by_the_next(publisher, api, resource):
    publisher("datastore_create", resource_id=resource, fields=FIELDS, records=[{"code": 1}], primary_key="code")
    distribution = Distribution.objects.select_related("dataset__publisher", "current").get(pk=resource)
    left = verbs.queue_rows(distribution, "upsert", [{"code": 5}], by=None, at=timezone.now() - timedelta(minutes=1))
    publisher("datastore_upsert", resource_id=resource, records=[{"code": 6}])
    assert [row["code"] for row in rows(api, resource)] == [1, 5, 6]
    left.refresh_from_db()
    assert left.done_at and left.rows == [] and left.snapshot
    verbs.queue_rows(distribution, "upsert", [{"code": 7}], by=None, at=timezone.now() - timedelta(minutes=1))
    assert verbs.write_left_over(timezone.now()) == 1
    assert verbs.write_left_over(timezone.now()) == 0
    assert [row["code"] for row in rows(api, resource)] == [1, 5, 6, 7]


@pytest.mark.django_db(transaction=True)
def test_twenty_upserts_at_once_share_few_versions_and_each_answer_can_be_read(transactional_db, monkeypatch):
    publisher = Api(Client(), key_for(PersonFactory(publisher_of=[OrganisationFactory()])))
    dataset = DatasetFactory(name="helsinki-log", publisher=OrganisationFactory())
    resource = str(DistributionFactory(dataset=dataset, url="").pk)
    publisher("datastore_create", resource_id=resource, fields=FIELDS, primary_key="code")
    monkeypatch.setattr(verbs, "seats", threading.BoundedSemaphore(20))  # as many processes together have
    made_before = Snapshot.objects.count()
    unread, refused = [], []

    def write(code):
        try:
            mine = Api(Client(), publisher.key)
            response = mine.post(
                "datastore_upsert", {"resource_id": resource, "records": [{"code": code, "name": "x"}]}
            )
            if response.status_code != 200:
                refused.append(response.content)
            elif not mine("datastore_search", resource_id=resource, filters={"code": code})["records"]:
                unread.append(code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(code,)) for code in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, unread) == ([], [])
    assert Api(Client())("datastore_search", resource_id=resource)["total"] == 20
    assert 1 <= Snapshot.objects.count() - made_before <= 4


def test_a_key_of_several_columns_is_the_same_whoever_writes(publisher, api, resource):
    fields = [{"id": name, "type": "text"} for name in ("a", "b", "c")]
    records = [{"a": "x-y", "b": "z", "c": "1"}, {"a": "x", "b": "y-z", "c": "2"}]
    publisher("datastore_create", resource_id=resource, fields=fields, records=records, primary_key="a,b")
    publisher("datastore_upsert", resource_id=resource, records=[{"a": "x", "b": "y-z", "c": "3"}])
    assert sorted(row["c"] for row in rows(api, resource)) == ["1", "3"]


@pytest.mark.django_db(transaction=True)
def test_only_a_few_threads_of_a_process_wait_for_a_table(transactional_db):
    """The others are told at once that their rows are kept, so that the site has threads to answer with."""
    publisher = Api(Client(), key_for(PersonFactory(publisher_of=[OrganisationFactory()])))
    dataset = DatasetFactory(name="helsinki-log", publisher=OrganisationFactory())
    resource = str(DistributionFactory(dataset=dataset, url="").pk)
    publisher("datastore_create", resource_id=resource, fields=FIELDS, primary_key="code")
    answers = []

    def write(code):
        try:
            records = [{"code": code, "name": "x"}]
            answers.append(
                Api(Client(), publisher.key).post("datastore_upsert", {"resource_id": resource, "records": records})
            )
        finally:
            connection.close()

    with verbs._alone(Distribution.objects.get(pk=resource).pk):  # somebody makes a large version
        waiting = [threading.Thread(target=write, args=(code,)) for code in range(6)]
        for thread in waiting:
            thread.start()
        until = time.monotonic() + 20
        while len(answers) < 4 and time.monotonic() < until:
            time.sleep(0.05)
        assert [answer.status_code for answer in answers] == [503] * 4
        assert all(int(answer["Retry-After"]) > 0 for answer in answers)
    for thread in waiting:
        thread.join()
    assert [answer.status_code for answer in answers[4:]] == [200, 200]
    assert RowWrite.objects.filter(done_at__isnull=True).count() == 0
    assert Api(Client())("datastore_search", resource_id=resource)["total"] == 6
