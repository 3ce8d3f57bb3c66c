"""Addresses are visited politely, once a day; what was found counts in the points of the data set."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from kuutio.federation import links
from kuutio.federation.fetching import Fetcher, Limits, networks
from kuutio.opendata.actions import catalogue as verbs
from kuutio.opendata.actions.links import note_link_check
from kuutio.opendata.models import Dataset, LinkCheck
from tests.factories import DatasetFactory, DistributionFactory
from tests.federation.source_server import source

pytestmark = pytest.mark.django_db
HOME = networks(["127.0.0.0/8"])
QUICK = Limits(connect_s=0.5, read_s=0.3, total_s=1, max_bytes=100_000, delay_s=0, retries=0)


@pytest.fixture
def server():
    with source() as running:
        yield running


def visitor() -> Fetcher:
    return Fetcher(agent="Kuutio/test", allow=HOME, limits=QUICK, sleep=lambda seconds: None)


def found(address: str) -> links.Visit:
    with visitor() as by:
        return links.visit(address, by)


@pytest.mark.parametrize("status", [200, 204, 206])
def test_what_answers_answers(server, status):
    assert found(server.answer("/file.csv", b"" if status == 204 else b"x", status=status)) == links.Visit(status)
    assert server.asked[0][1]["range"] == "bytes=0-0"


@pytest.mark.parametrize("status", [401, 404, 410, 500])
def test_an_error_is_told_with_its_status(server, status):
    assert found(server.answer("/file.csv", status=status)) == links.Visit(status, "source-answered-badly")


def test_a_host_that_sends_a_huge_file_anyway_answered(server):
    begun = time.monotonic()
    assert found(server.answer("/huge.csv", b"x" * 5_000_000)) == links.Visit(200)
    assert time.monotonic() - begun < 1


def test_an_empty_file_has_no_first_byte_but_answers(server):
    def door(answering):
        answering.say(416 if "range" in {name.lower() for name in answering.headers} else 200, b"", {})

    server.answers["/empty.csv"] = door
    assert found(server.url + "/empty.csv") == links.Visit(200)


def test_nobody_there_is_no_status():
    visit = found("http://127.0.0.1:9/file.csv")
    assert (visit.status, visit.problem, visit.silent) == (None, "source-unreachable", True)


def test_the_inside_of_our_network_is_not_visited():
    with Fetcher(agent="Kuutio/test", limits=QUICK, sleep=lambda seconds: None) as by:
        assert links.visit("http://127.0.0.1:9/", by) == links.Visit(None, "address-refused")
        assert links.visit("ftp://example.org/file", by) == links.Visit(None, "address-refused")


def test_each_address_is_visited_once_a_day(server):
    good = DistributionFactory(url=server.answer("/good.csv", b"a"))
    bad = DistributionFactory(url=server.url + "/gone.csv", dataset=good.dataset)
    DistributionFactory(url="", dataset=good.dataset)
    DistributionFactory(url="http://localhost:8000/data/own.csv", dataset=good.dataset)
    DistributionFactory(url=server.url + "/withdrawn.csv", dataset=DatasetFactory(state="deleted"))
    assert links.check_links(visitor()) == {"answered": 1, "failed": 1}
    assert {check.distribution_id: (check.status, check.failures) for check in LinkCheck.objects.all()} == {
        good.pk: (200, 0),
        bad.pk: (404, 1),
    }
    assert links.check_links(visitor()) == {"answered": 0, "failed": 0}
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(days=2))
    assert links.check_links(visitor()) == {"answered": 1, "failed": 1}
    assert LinkCheck.objects.get(distribution=bad).failures == 2
    assert "/withdrawn.csv" not in {asked[0] for asked in server.asked}


def test_a_host_that_is_silent_is_left_alone(server):
    for number in range(6):
        DistributionFactory(url=f"http://127.0.0.1:9/{number}.csv")
    other = DistributionFactory(url=server.answer("/good.csv", b"a"))
    tried = []

    class Counting(Fetcher):
        def get(self, url, **arguments):
            tried.append(url)
            return super().get(url, **arguments)

    counting = Counting(agent="Kuutio/test", allow=HOME, limits=QUICK, sleep=lambda seconds: None)
    assert links.check_links(counting) == {"answered": 1, "failed": 6}
    assert len([url for url in tried if ":9/" in url]) == 3
    assert LinkCheck.objects.get(distribution=other).status == 200


def test_one_run_ends(monkeypatch, server):
    monkeypatch.setattr(links, "AT_ONCE", 2)
    for number in range(5):
        DistributionFactory(url=server.answer(f"/{number}.csv", b"a"))
    assert [links.check_links(visitor())["answered"] for _ in range(4)] == [2, 2, 1, 0]


def test_points_follow_what_was_found_and_the_change_is_on_record():
    from kuutio.audit.models import Entry

    link = DistributionFactory()
    dataset = link.dataset
    for hours, status, entries in ((0, 200, 1), (24, 200, 1), (48, 503, 2), (72, 503, 2), (96, 200, 3)):
        note_link_check(link, address=link.url, status=status, at=timezone.now() + timedelta(hours=hours))
        dataset.refresh_from_db()
        reached = dataset.quality["dimensions"]["accessibility"]["points"]
        assert reached == (100 if status == 200 else 20)
        assert Entry.objects.filter(verb="note_link_check").count() == entries


def test_a_new_address_has_not_been_visited():
    link = DistributionFactory()
    note_link_check(link, address=link.url, status=200, at=timezone.now())
    verbs.change_distribution(link, {"url": "https://example.org/new.csv"}, by=None, at=timezone.now())
    assert not LinkCheck.objects.exists()
    mends = {one["mend"] for one in Dataset.objects.get().quality["missing"]}
    assert "access-unchecked" in mends
    assert note_link_check(link, address="https://example.org/file.csv", status=200, at=timezone.now()) is None
    assert not LinkCheck.objects.exists(), "the visit was to the old address"
