from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.federation.readers import ckan
from kuutio.federation.readers.values import Unreadable, listing, walk
from tests.federation.readers.samples_at import shared

ADDRESS = "https://hri.example/api/3/action/package_search?rows=100&start=0&sort=id+asc"

PARKS = {
    "id": "0d4e",
    "name": "puistot",
    "title": "Puistot",
    "title_translated": {"fi": "Puistot", "sv": "Parker", "en": ""},
    "notes_translated": '{"fi": "Kaikki puistot.", "en": "All parks."}',
    "keywords": {"fi": ["puisto", "viheralue", "puisto"], "sv": ["park"]},
    "license_id": "cc-by-4.0",
    "organization": {"id": "org-1", "name": "helsinki", "title": "Helsinki", "title_translated": {"sv": "Helsingfors"}},
    "maintainer": "Kaupunkimittaus",
    "maintainer_email": "tieto@example.org",
    "categories": [{"name": "ymparisto"}, "kartat"],
    "update_frequency": {"fi": ["kuukausittain"], "en": ["monthly"]},
    "geographical_coverage": ["Helsinki"],
    "valid_from": "2020-01-01",
    "metadata_created": "2024-05-01T10:00:00.123456",
    "metadata_modified": "2026-11-01T10:00:00",
    "extras": [
        {
            "key": "spatial",
            "value": '{"type":"Polygon","coordinates":[[[24.8,60.1],[25.3,60.1],[25.3,60.3],[24.8,60.1]]]}',
        }
    ],
    "resources": [
        {
            "id": "r1",
            "url": "https://files.example/puistot.csv",
            "url_type": "upload",
            "name_translated": {"fi": "Taulukko"},
            "format": "csv",
            "mimetype": "text/csv",
            "size": "1234",
            "state": "active",
        },
        {"id": "r2", "url": "https://geo.example/wfs", "name": "Rajapinta", "format": "WFS", "size": None},
        {"id": "r3", "url": "https://gone.example/", "state": "deleted"},
        {"id": "r4", "url": "ftp://old.example/file"},
    ],
}


def test_package_of_a_finnish_portal_is_read_whole():
    parks = ckan.package(PARKS, ADDRESS)
    assert parks.title == {"fi": "Puistot", "sv": "Parker"}
    assert parks.text == {"fi": "Kaikki puistot.", "en": "All parks."}
    assert parks.keywords == {"fi": ("puisto", "viheralue"), "sv": ("park",)}
    assert (parks.remote_id, parks.name, parks.licence, parks.rhythm) == ("0d4e", "puistot", "cc-by-4.0", "monthly")
    assert parks.publisher.name == {"fi": "Helsinki", "sv": "Helsingfors"}
    assert (parks.contact.name, parks.contact.email) == ({"fi": "Kaupunkimittaus"}, "tieto@example.org")
    assert parks.themes == ("ymparisto", "kartat")
    assert parks.page == "https://hri.example/dataset/puistot"
    assert parks.bbox == (24.8, 60.1, 25.3, 60.3)
    assert parks.period == (datetime(2020, 1, 1, tzinfo=UTC), None)
    assert parks.modified == datetime(2026, 11, 1, 10, tzinfo=UTC)
    table, interface = parks.distributions
    assert (table.format, table.size, table.download, table.media_type) == (
        "CSV",
        1234,
        "https://files.example/puistot.csv",
        "text/csv",
    )
    assert (interface.format, interface.size, interface.download, interface.title) == (
        "WFS",
        None,
        "",
        {"fi": "Rajapinta"},
    )


def test_fingerprint_follows_the_description():
    assert (
        ckan.package(PARKS, ADDRESS).fingerprint() == ckan.package(dict(reversed(PARKS.items())), ADDRESS).fingerprint()
    )
    assert ckan.package(PARKS | {"version": "2"}, ADDRESS).fingerprint() != ckan.package(PARKS, ADDRESS).fingerprint()


class Portal:
    """A CKAN that lists its packages by id; `between` happens after each page."""

    def __init__(self, ids, between=lambda portal: None, cap=100):
        self.ids, self.between, self.cap = sorted(ids), between, cap
        self.broken: set[str] = set()
        self.asked: list[str] = []

    def get(self, address: str) -> bytes:
        self.asked.append(address)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        start, rows = int(asked["start"]), min(int(asked["rows"]), self.cap)
        found = self.ids[start : start + rows]
        results = [{"id": each, "name": each, "title": "" if each in self.broken else each} for each in found]
        answer = orjson.dumps({"success": True, "result": {"count": len(self.ids), "results": results}})
        self.between(self)
        return answer


def harvest(portal):
    return listing(walk(portal.get, ckan.parse(), ckan.first("https://hri.example/data/fi/api/3/")))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 450), st.sampled_from([1, 7, 100]))
def test_quiet_portal_is_read_whole_and_each_record_once(count, cap):
    count = min(count, 40) if cap < 100 else count
    found = harvest(Portal([f"{number:05}" for number in range(count)], cap=cap))
    assert sorted(record.remote_id for record in found.records) == [f"{number:05}" for number in range(count)]
    assert found.complete


def test_additions_while_reading_do_not_double_or_lose_a_record():
    added = iter([f"{number:05}x" for number in range(0, 2500, 97)])
    portal = Portal(
        [f"{number:05}" for number in range(2500)],
        lambda portal: portal.ids.insert(0, next(added)) or portal.ids.sort(),
    )
    found = harvest(portal)
    ids = [record.remote_id for record in found.records]
    assert len(ids) == len(set(ids)) and {f"{number:05}" for number in range(2500)} <= set(ids)


def test_deletion_while_reading_makes_the_listing_incomplete_so_that_nothing_is_deleted():
    def drop_early(portal: Portal) -> None:
        if len(portal.asked) == 2:
            portal.ids.remove("00003")
            portal.ids.append("00999")

    found = harvest(Portal([f"{number:05}" for number in range(300)], drop_early))
    assert not found.complete


def test_changes_only_ask_for_changes_and_are_never_complete():
    since = ckan.first(
        "https://hri.example", since=datetime(2026, 11, 1, 12, tzinfo=UTC), query="organization:helsinki"
    )
    asked = parse_qs(urlsplit(since).query)
    assert asked["fq"] == ["organization:helsinki metadata_modified:[2026-11-01T12:00:00Z TO *]"]
    assert not listing(walk(Portal(["a"]).get, ckan.parse(), since)).complete


def test_broken_package_is_put_aside_and_the_rest_comes():
    portal = Portal(["a", "b", "c"])
    portal.broken = {"b"}
    found = harvest(portal)
    assert [record.remote_id for record in found.records] == ["a", "c"]
    assert [(entry.remote_id, entry.reason) for entry in found.quarantined] == [("b", "The data set has no title.")]
    assert found.complete


@pytest.mark.parametrize(
    "raw", [None, 5, [], {"title": "x"}, PARKS | {"resources": 5}, PARKS | {"resources": ["x"]}, PARKS | {"extras": 1}]
)
def test_odd_shapes_are_put_aside_with_a_reason(raw):
    (records, (broken,)) = ckan.taken([raw], ADDRESS, "fi")
    assert records == () and broken.reason and broken.raw


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"success": false}', b'{"success": true, "result": []}', b"[1]"]
)
def test_what_is_no_answer_of_ckan_is_refused(body):
    with pytest.raises(Unreadable):
        ckan.page(body, ADDRESS)


def test_examples_of_ckanext_dcat_are_read():
    for name in ("ckan_ckan_dataset_multilingual", "ckan_ckan_full_dataset_dcat_ap"):
        found = ckan.package(orjson.loads(shared(f"ckan/{name}.json")), ADDRESS, "en")
        assert found.title == {"en": "Test DCAT dataset"}
        assert found.distributions and found.issued == datetime(2024, 5, 1, tzinfo=UTC)
    assert found.publisher.name == {"en": "Test Publisher"} and len(found.themes) == 3
