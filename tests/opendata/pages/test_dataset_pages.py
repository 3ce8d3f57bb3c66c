"""The pages of a data set: all of them for every kind of table, for whom they are, in which version."""

import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuutio.opendata import counted as counted_uses
from kuutio.opendata.actions.catalogue import change_dataset, unpublish_dataset, withdraw_dataset
from kuutio.opendata.actions.loading import receive_file, work_load
from kuutio.opendata.models import Dataset, Distribution, LinkCheck, Snapshot
from kuutio.opendata.pages import about
from tests.factories import DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db
TABS = ["", "table/", "versions/", "quality/", "use/"]
TABLES = {
    "usual": samples.counters(3),
    "one-row": "nimi;määrä\nA;1\n",
    "no-row": "nimi;määrä\n",
    "one-column": "nimi\nA\nB\n",
    "odd-names": 'c.nimi;nimi.from;"a ""b"", c";_id;geometry;t;v;q;after\nx;y;z;1;2;3;4;5;6\nu;v;w;7;8;9;1;2;3\n',
    "nothing-in-it": "a;b\n;\n;\n",
    "only-numbers": "a;b\n" + "".join(f"{n * n};{n / 7:.3f}\n".replace(".", ",") for n in range(1, 90)),
    "hostile": "a;b\n<script>alert(1)</script>;javascript:alert(1)\n=1+1;https://example.org/x\n",
    "wide": ";".join(f"s{n}" for n in range(120)) + "\n" + ";".join(str(n) for n in range(120)) + "\n",
    "times": "hetki;kello\n2026-01-01T10:00:00Z;08:15\n2026-01-01T12:00:00Z;09:15\n2026-01-03T12:00:00Z;10:15\n",
}


@pytest.fixture(autouse=True)
def _cities() -> None:
    samples.place()


@pytest.mark.parametrize("kind", list(TABLES))
def test_every_page_of_every_kind_of_table_answers(client: Client, kind: str) -> None:
    bring(TABLES[kind], what="things")
    for language in ("fi", "sv", "en"):
        for tab in TABS:
            answer = client.get(f"/{language}/data/helsinki-things/{tab}")
            assert answer.status_code == 200, (language, tab)
            page = answer.content.decode()
            assert "<script>alert(1)" not in page and 'href="javascript:' not in page
            assert f'lang="{language}"' in page
        assert client.get(f"/{language}/embed/helsinki-things/chart").status_code == 200


def test_the_map_is_there_for_places_and_only_for_them(client: Client) -> None:
    bring(samples.counters(3))
    page = client.get("/fi/data/helsinki-things/map/").content.decode()
    assert 'data-src="/api/ogc/collections/helsinki-things/items?limit=2000"' in page
    assert 'data-color="kaupunki" data-order="Helsinki,Espoo,Vantaa,Tampere,Turku,Oulu"' in page
    assert "Laskuri 0" in page, "the same places stand beside it as a list"
    source = re.search(r'data-src="([^"]+)"', page)
    assert source and client.get(source[1]).json()["numberMatched"] == 18
    bring(TABLES["one-row"], what="plain")
    assert client.get("/fi/data/helsinki-plain/map/").status_code == 404
    assert "/map/" not in client.get("/fi/data/helsinki-plain/").content.decode()


def test_nobody_but_its_publisher_sees_a_draft(client: Client) -> None:
    bring(TABLES["one-row"])
    dataset = Dataset.objects.get()
    unpublish_dataset(dataset, by=None, at=timezone.now())
    addresses = [f"/fi/data/{dataset.name}/{tab}" for tab in TABS] + [f"/fi/embed/{dataset.name}/chart"]
    stranger = PersonFactory()
    publisher = PersonFactory(publisher_of=[dataset.publisher])
    for person, expected in ((None, 404), (stranger, 404), (publisher, 200)):
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert [client.get(address).status_code for address in addresses] == [expected] * len(addresses)
    withdraw_dataset(dataset, by=None, at=timezone.now())
    client.logout()
    assert client.get(addresses[0]).status_code == 404


def test_an_older_version_is_shown_whole_and_says_so(client: Client) -> None:
    bring(samples.keyed({"1": ("Vanha", 1)}))
    old = Snapshot.objects.get().content
    bring(samples.keyed({"1": ("Uusi", 2)}))
    page = client.get(f"/fi/data/helsinki-things/table/?v={old}").content.decode()
    assert "Vanha" in page and "Uusi" not in page
    assert "Katsot vanhaa versiota" in page
    assert f"/data/helsinki-things@{old}.csv" in page
    assert "Uusi" in client.get("/fi/data/helsinki-things/table/").content.decode()
    assert client.get("/fi/data/helsinki-things/table/?v=0123456789abcdef").status_code == 404


def test_a_held_version_is_shown_to_nobody_at_any_address(client: Client) -> None:
    bring("nimi;arvo\nA;1\n")
    bring("nimi;arvo\nA;131052-308T\n")
    held = Snapshot.objects.get(state="held")
    publisher = PersonFactory(publisher_of=[OrganisationFactory()])
    for person in (None, PersonFactory(), publisher):
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for tab in ("table/", "use/", "versions/"):
            answer = client.get(f"/fi/data/helsinki-things/{tab}?v={held.content}")
            assert "131052" not in answer.content.decode()
        assert client.get(f"/fi/data/helsinki-things/table/?v={held.content}").status_code == 404
        shown = client.get("/fi/data/helsinki-things/versions/").content.decode()
        assert held.content not in shown
        told = "odottaa päätöstäsi" in client.get("/fi/data/helsinki-things/").content.decode()
        assert told == (person == publisher)
    current = Snapshot.objects.get(state="served").content
    compare = f"/fi/data/helsinki-things/versions/compare/?old={current}&new={held.content}"
    assert client.get(compare).status_code == 404


def test_a_data_set_of_several_tables_is_chosen_among(client: Client) -> None:
    dataset = DatasetFactory(name="helsinki-many")
    for name in ("puut", "puistot"):
        load = receive_file(
            dataset,
            chunks=iter([f"nimi;{name}\nX {name};1\n".encode()]),
            file_name=f"{name}.csv",
            door="page",
            by=None,
            at=timezone.now(),
            options={"layer": name} if name == "puistot" else {},
        )
        work_load(str(load.pk))
    tables = list(Distribution.objects.order_by("position"))
    if len(tables) < 2:
        tables.append(_second_table(dataset))
    page = client.get("/fi/data/helsinki-many/").content.decode()
    assert page.count("<option") >= 2 and 'name="t"' in page
    layer = tables[1].layer or str(tables[1].table)
    other = client.get(f"/fi/data/helsinki-many/table/?t={layer}")
    assert str(tables[1].table) in other.content.decode()
    assert client.get("/fi/data/helsinki-many/table/?t=nothing").status_code == 404


def _second_table(dataset: Dataset) -> Distribution:
    first = Distribution.objects.get()
    from kuutio.opendata.actions.catalogue import add_distribution

    waiting = add_distribution(
        dataset, kind="link", by=None, at=timezone.now(), title={"fi": "Puistot"}, url="https://example.org/x.csv"
    )
    load = receive_file(
        dataset, chunks=iter([b"nimi;ala\nPuisto;3\n"]), file_name="puistot.csv", door="page", by=None, at=timezone.now(), into=waiting
    )  # fmt: skip
    work_load(str(load.pk))
    return Distribution.objects.exclude(pk=first.pk).get()


def test_a_data_set_without_rows_leads_to_what_it_has(client: Client) -> None:
    dataset = DatasetFactory(name="helsinki-pdf")
    page = client.get("/fi/data/helsinki-pdf/").content.decode()
    assert "empty-state" in page
    one = DistributionFactory(dataset=dataset, format="PDF", url="https://example.org/raportti.pdf")
    LinkCheck.objects.create(distribution=one, checked_at=timezone.now(), status=404, failures=2)
    for tab in ("", "quality/", "use/"):
        assert "https://example.org/raportti.pdf" in client.get(f"/fi/data/helsinki-pdf/{tab}").content.decode()
    assert "tag-bad" in client.get("/fi/data/helsinki-pdf/use/").content.decode()
    assert client.get("/fi/data/helsinki-pdf/table/").status_code == 404
    assert client.get("/fi/data/helsinki-pdf/versions/").status_code == 404


def test_what_is_known_of_it_stands_beside_the_data(client: Client) -> None:
    bring(TABLES["one-row"])
    changes: dict[str, Any] = {
        "title": {"fi": "Puut & <b>pensaat</b>", "sv": "Träd"},
        "notes": {
            "fi": "# Otsikko\n\nKaikki [puut](https://example.org). <img src=x onerror=alert(1)> [x](javascript:alert(1))"
        },
        "themes": ["ENVI"],
        "keywords": {"fi": ["puu"]},
        "contact_email": "data@example.org",
        "frequency": "DAILY",
        "is_made": True,
        "provenance": {"fi": "Ilmakuvista."},
        "licence": "cc-by-4.0",
    }
    change_dataset(Dataset.objects.get(), changes, by=None, at=timezone.now())
    page = client.get("/fi/data/helsinki-things/").content.decode()
    for told in (
        "CC BY 4.0",
        "Ympäristö",
        "mailto:data@example.org",
        "Ilmakuvista.",
        "Tehty esittelyä varten",
        "Päivittäin",
    ):
        assert told in page, told
    assert "<img src=x" not in page and 'href="javascript' not in page and "<b>pensaat" not in page
    ld = re.search(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)
    assert ld and json.loads(ld[1])["name"] == "Puut & <b>pensaat</b>"
    swedish = client.get("/sv/data/helsinki-things/").content.decode()
    assert "<title>Träd – Kuutio</title>" in swedish and '<div class="prose dataset-notes" lang="fi">' in swedish


def test_a_description_cannot_smuggle_anything_in() -> None:
    html = about.rendered("<script>x</script> **vahva** [a](javascript:x) [b](https://example.org) <iframe src=x>")
    assert "<script" not in html and "<iframe" not in html and "javascript" not in html.replace("[a](javascript:x)", "")
    assert "<strong>vahva</strong>" in html and 'href="https://example.org"' in html


def test_the_number_of_queries_does_not_grow_with_versions_or_rows(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted_uses, "_WRITE_EVERY_SECONDS", 1e9)  # the counts' own write falls in no page of these

    def counted(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    bring(samples.keyed({"1": ("A", 1)}))
    addresses = [f"/fi/data/helsinki-things/{tab}" for tab in TABS]
    before = [counted(address) for address in addresses]
    for version in range(2, 5):
        bring(samples.keyed({str(n): ("A", n) for n in range(version * 30)}))
    after = [counted(address) for address in addresses]
    # Comparing versions asks for the two of each pair; there are at most ten pairs on the page.
    assert [b for b, tab in zip(before, TABS, strict=True) if tab != "versions/"] == [
        a for a, tab in zip(after, TABS, strict=True) if tab != "versions/"
    ]
    assert max(after) <= 30


def test_every_address_of_ours_on_the_page_of_use_answers(client: Client) -> None:
    samples.place()
    bring("nimi;arvo\nA;1\n", what="used")
    page = client.get("/en/data/helsinki-used/use/").content.decode()
    ours = set(re.findall(r'href="(?:http://localhost:8000)?(/(?:api|data|dataset|catalog)[^"#]*)"', page))
    assert len(ours) > 8
    for path in sorted(ours):
        if path.startswith("/data/"):  # each form is had in tests of its own
            assert re.fullmatch(r"/data/helsinki-used(\.rejects)?\.\w+", path), path
        else:
            assert client.get(html.unescape(path)).status_code == 200, path
