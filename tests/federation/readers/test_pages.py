"""Every kind of source, read through the fetcher from a server that speaks its protocol."""

import json
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest

from kuutio.federation.fetching import Fetcher, Limits, networks
from kuutio.federation.readers import ACCEPT, Kind, listing, pages
from tests.federation.readers.samples_at import SAMPLES
from tests.federation.source_server import Door, Source, source


def portal(door: Door) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(door.path).query).items()}
    start = int(asked["start"])
    found = [{"id": f"{number:03}", "title": f"No {number}"} for number in range(250)][
        start : start + int(asked["rows"])
    ]
    door.say(200, json.dumps({"success": True, "result": {"count": 250, "results": found}}).encode(), {})


@pytest.fixture
def server():
    with source() as running:
        running.answers["/api/3/action/package_search"] = portal
        running.answer(
            "/catalog.ttl", (SAMPLES / "catalogue.ttl").read_bytes().replace(b"hydra:next", b"hydra:previous")
        )
        running.answer("/wfs", (SAMPLES / "capabilities.xml").read_bytes())
        running.answer("/ogc/collections", (SAMPLES / "collections.json").read_bytes().replace(b'"next"', b'"prev"'))
        running.answer("/list.txt", b"https://a.example/x.csv\n")
        yield running


@pytest.fixture
def get(server: Source):
    with Fetcher(agent="Kuutio/test", allow=networks(["127.0.0.0/8"]), limits=Limits(delay_s=0)) as fetch:
        yield lambda kind: lambda url: fetch.get(url, accept=ACCEPT[kind]).body


@pytest.mark.parametrize(
    ("kind", "path", "count"),
    [
        (Kind.CKAN, "/", 250),
        (Kind.DCAT, "/catalog.ttl", 1),
        (Kind.WFS, "/wfs", 2),
        (Kind.OGC_API, "/ogc", 1),
        (Kind.ADDRESSES, "/list.txt", 1),
    ],
)
def test_every_kind_of_source_is_read(server, get, kind, path, count):
    found = listing(pages(kind, server.url + path, get(kind)))
    assert len(found.records) == count
    assert server.asked[0][1]["accept"] == ACCEPT[kind]


def test_interrupted_reading_goes_on_where_it_was(server, get):
    (before,) = islice(pages(Kind.CKAN, server.url, get(Kind.CKAN)), 1)
    after = pages(Kind.CKAN, server.url, get(Kind.CKAN), resume=before.next)
    whole = listing([before, *after])
    assert len(whole.records) == 250 and whole.complete
    assert len(server.asked) == 3
