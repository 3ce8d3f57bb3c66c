"""A harvest takes in what a source has: each record once, nothing twice, nothing away unless it is gone for certain."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.federation import words
from kuutio.federation.actions import runs
from kuutio.federation.actions.runs import start_due, work_run
from kuutio.federation.actions.sources import (
    add_source,
    change_source,
    decide_withdrawal,
    remove_source,
    start_run,
    stop_run,
)
from kuutio.federation.fetching import Limits
from kuutio.federation.models import HarvestRecord, HarvestRun, HarvestSource
from kuutio.federation.queries import as_values, awaiting
from kuutio.federation.readers import ckan
from kuutio.opendata.actions import catalogue
from kuutio.opendata.models import Dataset
from tests.factories import DatasetFactory, OrganisationFactory, PersonFactory
from tests.federation.harvesting import a_source, counts, harvest, visitor
from tests.federation.portal import Portal, package
from tests.federation.readers.samples_at import SAMPLES
from tests.federation.source_server import source as serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def portal(server):
    return Portal(server, 5)


def standing() -> set[str]:
    return set(Dataset.objects.filter(state="published").values_list("name", flat=True))


def test_a_record_becomes_a_published_data_set_with_all_that_it_says(portal):
    portal.packages = [
        package(
            1,
            notes_translated={"fi": "Puut.", "sv": "Träd.", "en": "Trees."},
            keywords={"fi": ["puut", "puistot"], "en": ["trees"]},
            groups=[{"name": "ymparisto-ja-luonto"}],
            update_frequency={"fi": ["Vuosittain"]},
            geographical_coverage=["Helsinki", "Esbo", "Kumpula"],
            temporal_coverage=[{"start": "2015-01-01", "end": "2020-12-31"}],
            maintainer="Rakennusvirasto",
            maintainer_email="puut@example.org, toinen@example.org",
            resources=[
                {"id": "a", "url": "https://example.org/puut.csv", "format": "csv", "name": "Puut", "size": "1200"},
                {"id": "b", "url": "ei osoite", "format": "csv"},
            ],
        )
    ]
    run = harvest(a_source(portal.address))
    assert (run.state, run.complete, counts(run)) == ("done", True, {"seen": 1, "created": 1})
    made = Dataset.objects.get(name="helsinki-aineisto-1")
    assert made.state == "published" and made.city_id == "helsinki" and made.licence == "cc-by-4.0"
    assert made.title.data == {"fi": "Aineisto 1", "sv": "Datamängd 1", "en": "Data set 1"}
    assert made.notes.data == {"fi": "Puut.", "sv": "Träd.", "en": "Trees."}
    assert made.keywords == {"fi": ["puut", "puistot"], "en": ["trees"]}
    assert (made.themes, made.frequency, made.coverage) == (["ENVI"], "ANNUAL", ["091", "049", "Kumpula"])
    assert (str(made.temporal_start), str(made.temporal_end)) == ("2015-01-01", "2020-12-31")
    assert (made.contact_name, made.contact_email) == ("Rakennusvirasto", "puut@example.org")
    assert made.landing_page == f"{portal.address}/dataset/aineisto-1"
    assert "Lähde" in made.provenance.data["sv"]
    (form,) = made.distributions.all()
    assert (form.kind, form.url, form.format, form.size) == ("link", "https://example.org/puut.csv", "CSV", 1200)


def test_a_second_run_makes_and_changes_nothing(portal):
    source = a_source(portal.address)
    harvest(source)
    before = list(Dataset.objects.values_list("pk", "modified_at"))
    assert counts(harvest(source, full=True)) == {"seen": 5, "unchanged": 5}
    assert list(Dataset.objects.values_list("pk", "modified_at")) == before


def test_2500_data_sets_that_grow_meanwhile_are_each_there_once(server, monkeypatch):
    # Points and search words of each are most of the work, and not what this is about.
    monkeypatch.setattr(catalogue, "_described", lambda dataset: None)
    portal = Portal(server, 2_500)

    def grow(page: int) -> None:
        if page in (3, 7, 11, 20):  # one in front of what was read, one behind it
            portal.packages += [package(10_000 + page), package(0, id=f"0000000-new-{page}", name=f"uusi-{page}")]

    portal.before_page = grow
    source = a_source(portal.address)
    run = harvest(source)
    ids = list(HarvestRecord.objects.values_list("remote_id", flat=True))
    assert len(ids) == len(set(ids)) == run.created == Dataset.objects.count() >= 2_504
    assert {one["id"] for one in portal.packages if "-new-" not in one["id"]} <= set(ids)
    assert not run.complete, "what came in front was not met, and that is known"
    portal.before_page = lambda page: None
    again = harvest(source, full=True)
    assert again.complete and again.created == 2_508 - run.created and not again.updated
    third = harvest(source, full=True)
    assert third.complete and counts(third) == {"seen": 2_508, "unchanged": 2_508}


def test_only_what_changed_is_asked_for_until_a_week_is_over(portal):
    source, now = a_source(portal.address), timezone.now()
    first = harvest(source, at=now)
    assert first.since is None and "fq" not in portal.asked[-1]
    changed = (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    portal.packages[2] |= {"title_translated": {"fi": "Uusi nimi"}, "metadata_modified": changed}
    second = harvest(source, at=now + timedelta(days=2))
    assert second.since is not None and counts(second) == {"seen": 1, "updated": 1} and not second.complete
    assert str(Dataset.objects.get(name="helsinki-aineisto-2").title.data["fi"]) == "Uusi nimi"
    assert len(standing()) == 5, "what isn't named among the changes is not gone"
    assert harvest(source, at=now + timedelta(days=8)).since is None
    change_source(source, {"options": {"filter": "groups:x"}}, by=None, at=now + timedelta(days=8, hours=1))
    assert harvest(source, at=now + timedelta(days=8, hours=2)).since is None, "another filter is another source"
    assert portal.asked[-1]["fq"] == "groups:x"


def test_what_is_gone_from_a_complete_listing_is_withdrawn_and_may_come_back(portal):
    source = a_source(portal.address)
    harvest(source)
    gone = portal.packages.pop(1)
    run = harvest(source, full=True)
    assert counts(run) == {"seen": 4, "unchanged": 4, "withdrawn": 1}
    assert Dataset.objects.get(name="helsinki-aineisto-1").state == "deleted"
    assert counts(harvest(source, full=True)) == {"seen": 4, "unchanged": 4}
    portal.packages.append(gone)
    assert counts(harvest(source, full=True)) == {"seen": 5, "updated": 1, "unchanged": 4}
    assert "helsinki-aineisto-1" in standing() and Dataset.objects.count() == 5


def test_a_partial_listing_takes_nothing_away(server, portal):
    source = a_source(portal.address)
    harvest(source)

    def short(door):
        result = {"count": 5, "results": portal.packages[:4]}
        door.say(200, json.dumps({"success": True, "result": result}).encode(), {})

    server.answers["/api/3/action/package_search"] = short
    run = harvest(source, full=True)
    assert (run.state, run.complete, run.withdrawn) == ("done", False, 0)
    server.answers["/api/3/action/package_search"] = lambda door: door.say(500, b"", {})
    run = harvest(source, full=True)
    assert run.state == "failed" and run.problem["kind"] == "source-answered-badly"
    assert len(standing()) == 5


def test_the_database_refuses_to_withdraw_after_a_partial_listing(portal):
    run = harvest(a_source(portal.address))
    with pytest.raises(IntegrityError), transaction.atomic():
        HarvestRun.objects.filter(pk=run.pk).update(complete=False, withdrawn=1)


def test_more_than_half_gone_waits_for_a_person(portal):
    source = a_source(portal.address)
    person = PersonFactory(publisher_of=[source.publisher])
    harvest(source)
    whole, portal.packages = portal.packages, portal.packages[:2]
    run = harvest(source, full=True)
    assert (run.held, run.withdrawn, len(standing())) == (3, 0, 5)
    with pytest.raises(NotAllowed):
        decide_withdrawal(run, withdraw=True, by=PersonFactory(), at=timezone.now())
    portal.packages = whole
    harvest(source, full=True)
    assert awaiting(source) is None, "they are back: nothing is left to decide"
    with pytest.raises(Conflict):
        decide_withdrawal(run, withdraw=True, by=person, at=timezone.now())
    portal.packages = whole[:2]
    run = harvest(source, full=True)
    assert decide_withdrawal(run, withdraw=True, by=person, at=timezone.now()) == 3
    assert len(standing()) == 2 and awaiting(source) is None
    with pytest.raises(Conflict):
        decide_withdrawal(run, withdraw=True, by=person, at=timezone.now())


def test_an_empty_answer_of_a_source_that_had_something_waits_too(portal):
    source = a_source(portal.address)
    harvest(source)
    portal.packages = []
    assert harvest(source, full=True).held == 5 and len(standing()) == 5
    run = awaiting(source)
    assert decide_withdrawal(run, withdraw=False, by=PersonFactory(is_superuser=True), at=timezone.now()) == 0
    assert len(standing()) == 5


def test_a_broken_record_is_put_aside_and_keeps_no_other(portal):
    portal.packages[0] = {"id": "00000000-broken", "name": "rikki"}
    portal.packages[1] |= {"title": "a\x00b", "title_translated": {"fi": "a\x00b"}}
    portal.packages[2] |= {"resources": [3]}
    source = a_source(portal.address)
    run = harvest(source)
    assert counts(run) == {"seen": 5, "created": 2, "quarantined": 3} and run.complete
    broken = HarvestRecord.objects.filter(state="quarantined")
    assert {one.problem for one in broken if "title" in one.problem} and all(one.problem for one in broken)
    assert {one["reason"] for one in as_values(run)["quarantined"]} == {one.problem for one in broken}
    portal.packages[2] |= {"resources": []}
    assert counts(harvest(source, full=True)) == {"seen": 5, "created": 1, "unchanged": 2, "quarantined": 2}


def test_a_record_that_breaks_later_keeps_its_data_set(portal):
    source = a_source(portal.address)
    harvest(source)
    portal.packages[0] |= {"title": "", "title_translated": {}}
    run = harvest(source, full=True)
    assert counts(run) == {"seen": 5, "unchanged": 4, "quarantined": 1} and len(standing()) == 5


def test_something_without_a_name_makes_the_listing_incomplete(portal):
    source = a_source(portal.address)
    harvest(source)
    portal.packages[0] = {"title": "Nimetön"}
    run = harvest(source, full=True)
    assert not run.complete and run.quarantined == 1 and run.notes[0]["reason"]
    assert len(standing()) == 5


def test_a_killed_worker_is_followed_by_one_that_goes_on(server, monkeypatch):
    monkeypatch.setattr(ckan, "ROWS", 20)
    portal = Portal(server, 90)
    source = a_source(portal.address)
    run = start_run(source, by=None, at=timezone.now())
    real, taken = runs.take_page, []

    def killed(*arguments):
        real(*arguments)
        taken.append(1)
        if len(taken) == 3:
            raise RuntimeError("killed in the middle of the third page")

    monkeypatch.setattr(runs, "take_page", killed)
    with pytest.raises(RuntimeError):
        work_run(run.pk, visitor())
    run.refresh_from_db()
    assert (run.state, run.pages, run.seen) == ("working", 2, 39) and Dataset.objects.count() == 39
    with pytest.raises(Conflict):
        start_run(source, by=None, at=timezone.now())
    asked = len(portal.asked)
    work_run(run.pk, visitor())
    run.refresh_from_db()
    assert (run.state, run.complete, run.created) == ("done", True, 90) and Dataset.objects.count() == 90
    assert [int(one["start"]) for one in portal.asked[asked:]] == [38, 57, 76]
    work_run(run.pk, visitor())
    assert len(portal.asked) == asked + 3, "a run that has ended is not begun again"


def test_a_worker_that_lost_its_run_to_another_gives_up(server, monkeypatch):
    monkeypatch.setattr(ckan, "ROWS", 20)
    portal = Portal(server, 50)
    run = start_run(a_source(portal.address), by=None, at=timezone.now())
    real = runs.take_page

    def overtaken(*arguments):
        real(*arguments)
        if arguments[0].pages == 0:
            monkeypatch.setattr(runs, "take_page", real)
            raise RuntimeError("killed")

    monkeypatch.setattr(runs, "take_page", overtaken)
    with pytest.raises(RuntimeError):
        work_run(run.pk, visitor())
    late = runs._begun(run.pk)
    work_run(run.pk, visitor())
    with pytest.raises(runs.Overtaken):
        runs._end(late)
    assert HarvestRun.objects.get(pk=run.pk).created == 50


def test_a_stopped_run_stops_at_its_next_page(server, monkeypatch):
    monkeypatch.setattr(ckan, "ROWS", 20)
    portal = Portal(server, 70)
    source = a_source(portal.address)
    run = start_run(source, by=None, at=timezone.now())
    real = runs._taken

    def stop(run, page):
        real(run, page)
        if run.pages == 2:
            stop_run(run, by=None, at=timezone.now())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_taken", stop)
        work_run(run.pk, visitor())
    run.refresh_from_db()
    assert (run.state, run.created) == ("stopped", 39)
    assert harvest(source).created == 31


def test_a_name_that_a_stranger_has_is_no_obstacle(portal):
    DatasetFactory(name="helsinki-aineisto-1")
    harvest(a_source(portal.address))
    other = harvest(a_source(portal.address, title="Toinen"))
    assert other.created == 5
    assert {"helsinki-aineisto-1", "helsinki-aineisto-1-2", "helsinki-aineisto-1-3"} <= standing()


def test_the_database_keeps_each_record_once_and_each_source_read_once(portal):
    source = a_source(portal.address)
    run = harvest(source)
    with pytest.raises(IntegrityError), transaction.atomic():
        HarvestRecord.objects.create(source=source, remote_id=package(1)["id"], state="ok", last_seen_run=run)
    start_run(source, by=None, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        HarvestRun.objects.create(source=source, created_at=timezone.now(), touched_at=timezone.now())


def test_forms_are_changed_and_taken_out_and_known_again_by_their_address(portal):
    csv = {"id": "a", "url": "https://example.org/a.csv", "format": "CSV", "name": "A"}
    portal.packages = [package(1, resources=[csv, {"id": "b", "url": "https://example.org/b.pdf", "format": "PDF"}])]
    source = a_source(portal.address)
    harvest(source)
    first = Dataset.objects.get().distributions.get(format="CSV")
    portal.packages = [package(1, resources=[csv | {"id": "new", "name": "A uusi"}])]
    harvest(source, full=True)
    (form,) = Dataset.objects.get().distributions.all()
    assert form.pk == first.pk and form.title.data == {"fi": "A uusi"}


@pytest.mark.parametrize(
    ("location", "kind"),
    [("http://169.254.169.254/latest/meta-data/", "address-refused"), ("http://10.0.0.1/", "address-refused")],
)
def test_a_source_that_leads_inside_is_refused(server, location, kind):
    server.answer("/api/3/action/package_search", status=302, location=location)
    run = harvest(a_source(server.url))
    assert (run.state, run.problem["kind"]) == ("failed", kind)


def test_an_own_network_is_not_harvested_unless_allowed(portal):
    run = start_run(a_source(portal.address), by=None, at=timezone.now())
    work_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem["kind"], portal.asked) == ("failed", "address-refused", [])


def test_a_source_that_hangs_is_left(server):
    server.answers["/api/3/action/package_search"] = lambda door: server.closing.wait(20)
    begun = time.monotonic()
    run = harvest(a_source(server.url), limits=Limits(connect_s=1, read_s=0.3, total_s=1, delay_s=0, retries=0))
    assert run.problem["kind"] == "source-too-slow" and time.monotonic() - begun < 5


def test_a_source_that_never_ends_is_left(server):
    def endless(door):
        door.send_response(200)
        door.end_headers()
        while not server.closing.is_set():
            door.wfile.write(b" " * 65536)

    server.answers["/api/3/action/package_search"] = endless
    limits = Limits(connect_s=1, read_s=1, total_s=5, max_bytes=1_000_000, delay_s=0, retries=0)
    assert harvest(a_source(server.url), limits=limits).problem["kind"] == "source-too-large"


def test_a_source_that_leads_in_a_circle_ends_incomplete(server):
    body = {"collections": [{"id": "a"}], "links": [{"rel": "next", "href": f"{server.url}/ogc/collections?f=json"}]}
    server.answer("/ogc/collections", json.dumps(body).encode())
    run = harvest(a_source(f"{server.url}/ogc", "ogcapi"))
    assert (run.state, run.complete, run.created) == ("done", False, 1)


def test_what_answers_with_something_else_is_told(server):
    server.answer("/api/3/action/package_search", b"<html>Welcome")
    assert harvest(a_source(server.url)).problem["kind"] == "unreadable"


def test_the_time_of_each_source_comes_and_a_lost_run_makes_room(portal):
    now = timezone.now()
    daily = a_source(portal.address, title="Daily", at=now)
    a_source(portal.address, title="By hand", rhythm="manual", at=now)
    (run,) = start_due(now)
    assert run.source == daily and start_due(now) == []
    assert start_due(now + timedelta(hours=3)) == []
    run.refresh_from_db()
    assert (run.state, run.problem["kind"]) == ("failed", "abandoned")
    assert [begun.source for begun in start_due(now + timedelta(days=1))] == [daily]


def test_only_the_publishers_own_people_keep_a_source(portal):
    source, now = a_source(portal.address), timezone.now()
    stranger = PersonFactory(publisher_of=[OrganisationFactory(city__code="oulu", slug="oulu")])
    own = PersonFactory(publisher_of=[source.publisher])
    given = {"title": "X", "kind": "ckan", "address": portal.address, "publisher": source.publisher, "at": now}
    with pytest.raises(NotAllowed):
        add_source(by=stranger, **given)
    assert add_source(by=own, **given).created_by == own
    for refused in (
        lambda: change_source(source, {"title": "Y"}, by=stranger, at=now),
        lambda: start_run(source, by=stranger, at=now),
        lambda: remove_source(source, withdraw=True, by=stranger, at=now),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize(
    "fault",
    [
        {"address": "ftp://example.org"},
        {"address": "https://name:word@example.org/"},
        {"kind": "gopher"},
        {"options": {"licence": "mine"}},
        {"options": {"language": "ru"}},
        {"options": {"unheard": True}},
        {"options": {"tables": "yes"}},
        {"title": ""},
    ],
)
def test_a_source_that_can_not_be_read_is_not_added(db, fault):
    with pytest.raises(Invalid):
        a_source(**{"address": "https://example.org"} | fault)
    assert not HarvestSource.objects.exists()


def test_a_removed_source_leaves_its_data_sets_or_takes_them_along(portal):
    kept, gone = a_source(portal.address, title="Kept"), a_source(portal.address, title="Gone")
    harvest(kept)
    harvest(gone)
    run = start_run(gone, by=None, at=timezone.now())
    with pytest.raises(Conflict):
        remove_source(gone, withdraw=True, by=None, at=timezone.now())
    stop_run(run, by=None, at=timezone.now())
    remove_source(kept, withdraw=False, by=None, at=timezone.now())
    assert len(standing()) == 10
    remove_source(gone, withdraw=True, by=None, at=timezone.now())
    assert len(standing()) == 5


SHARED = Path(os.environ.get("KUUTIO_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data/opendata/dcat"


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"real catalogues are used in place, and {SHARED} is absent")
@pytest.mark.parametrize("name", ["dcat_catalog.rdf", "udata_catalog.xml", "udata_flat.jsonld", "udata_geonetwork.xml"])
def test_a_real_catalogue_is_taken_in_once(server, name):
    server.answer("/catalogue", (SHARED / name).read_bytes())
    source = a_source(f"{server.url}/catalogue", "dcat")
    run = harvest(source)
    assert run.state == "done" and run.created > 0
    assert run.created == Dataset.objects.count() == run.seen - source.records.filter(state="quarantined").count()
    again = harvest(source, full=True)
    assert (again.unchanged, again.created, again.updated, again.withdrawn) == (run.created, 0, 0, 0)


def test_a_dcat_catalogue_with_a_broken_record_keeps_the_others(server):
    server.answer("/catalog.ttl", (SAMPLES / "catalogue.ttl").read_bytes().replace(b"hydra:next", b"hydra:previous"))
    source = a_source(f"{server.url}/catalog.ttl", "dcat")
    run = harvest(source)
    assert (run.state, run.created) == ("done", 1)
    assert counts(harvest(source, full=True)) == {"seen": 3, "unchanged": 1, "quarantined": 2}
    assert Dataset.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("https://creativecommons.org/licenses/by/4.0/deed.fi", "cc-by-4.0"),
        ("http://www.creativecommons.org/licenses/by/4.0", "cc-by-4.0"),
        ("http://publications.europa.eu/resource/authority/licence/CC0", "cc-zero-1.0"),
        ("Creative Commons Attribution 4.0", "cc-by-4.0"),
        ("CC BY-SA 4.0", "cc-by-sa-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/", ""),
        ("Kysy virastolta", ""),
        ("", ""),
    ],
)
def test_a_licence_is_known_by_id_address_or_name_and_never_guessed(said, code):
    assert words.licence_of(said) == code


def test_a_strangers_words_become_ours():
    assert words.themes_of(
        ("liikenne-ja-matkailu", "http://publications.europa.eu/resource/authority/data-theme/ENVI")
    ) == [
        "TRAN",
        "ENVI",
    ]
    assert [words.rhythm_of(text) for text in ("Päivittäin", ".../frequency/ANNUAL", "joskus")] == [
        "DAILY",
        "ANNUAL",
        "",
    ]
    assert words.access_of("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC") == "NON_PUBLIC"


def _index_writes(portal, count) -> int:
    """How often the search index was asked or written while a source of one data set with so many files was read."""
    files = [
        {"id": f"{n:08d}-0000-4000-8000-00000000ffff", "url": f"https://example.org/{n}.csv"} for n in range(count)
    ]
    portal.packages = [package(count, resources=files)]
    source = a_source(portal.address, title=f"Lähde {count}")
    with CaptureQueriesContext(connection) as queries:
        assert counts(harvest(source)) == {"seen": 1, "created": 1}
    assert Dataset.objects.get(name=f"helsinki-aineisto-{count}").distributions.count() == count
    return sum("search_entry" in one["sql"] for one in queries)


def test_the_index_follows_a_record_once_however_many_files_it_has(portal):
    assert _index_writes(portal, 8) == _index_writes(portal, 1)
