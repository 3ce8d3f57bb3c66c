"""The list of data sets: what is found, counted and paged, and that its work doesn't grow with what it lists."""

import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuutio.cities.models import City
from kuutio.opendata import findable, listing
from kuutio.opendata.actions.catalogue import change_dataset, withdraw_dataset
from kuutio.opendata.listing import Asked, listed
from kuutio.opendata.models import Dataset, Use
from kuutio.opendata.pages import catalogue
from kuutio.opendata.tasks import count_uses
from kuutio.search import learning
from tests.factories import CityFactory, DatasetFactory, DistributionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def made(title: str, city: str = "helsinki", **more: Any) -> Dataset:
    dataset = DatasetFactory(
        city=CityFactory(code=city),
        title={"fi": title, "sv": "", "en": ""},
        notes={"fi": more.pop("notes", "")},
        **more,
    )
    findable.refresh(dataset)
    return dataset


def titles(client: Client, query: str) -> list[str]:
    answer = client.get(f"/fi/data/list.json?{query}")
    assert answer.status_code == 200
    return [one["title"] for one in answer.json()["datasets"]]


def test_filters_combine_and_every_count_is_what_its_choice_would_give(client: Client) -> None:
    made("Puut", "helsinki", themes=["ENVI"])
    made("Puistot", "espoo", themes=["ENVI"])
    made("Pyörät", "espoo", themes=["TRAN"])
    found = listed(Asked(choices={"city": ["espoo"], "theme": ["ENVI"]}))
    assert found.total == 1
    assert found.counts["city"] == {"helsinki": 1, "espoo": 1}
    assert found.counts["theme"] == {"ENVI": 1, "TRAN": 1}
    assert titles(client, "city=espoo&theme=ENVI") == ["Puistot"]
    assert sorted(titles(client, "city=espoo&city=helsinki&theme=ENVI")) == ["Puistot", "Puut"]
    page = client.get("/fi/data/?city=espoo").content.decode()
    assert "Puistot" in page and "Puut" not in page


def test_words_are_found_in_all_their_forms_and_slips_are_told(client: Client) -> None:
    made("Katuvalaistus")
    made("Pyöräpysäköinti")
    learning.learn()
    titles(client, "q=katuvalot")  # a form that no text holds: learnt from the query
    learning.learn()
    assert titles(client, "q=katuvalot") == ["Katuvalaistus"]
    answer = client.get("/fi/data/", {"q": "katuvalaisuts"}).content.decode()
    assert "Katuvalaistus" in answer and "katuvalaistus" in answer.split('class="corrected"')[1][:300]
    nothing = client.get("/fi/data/", {"q": "xyzzyqwerty", "city": "helsinki"}).content.decode()
    assert "empty-state" in nothing and "/fi/data/?q=xyzzyqwerty" in nothing


def test_the_best_match_comes_first_and_pages_do_not_overlap(client: Client) -> None:
    made("Koulut", notes="Kaikki kaupungin puut koulujen pihoilla.")
    made("Puut")
    for number in range(7):
        made(f"Kohde {number}", notes="Lähellä puita ja puut.")
    learning.learn()
    assert titles(client, "q=puut")[0] == "Puut"
    seen: list[str] = []
    asked = Asked("puut", order="best", limit=4)
    while True:
        part = listed(asked).part
        seen += part.keys
        if not part.more:
            break
        asked = Asked("puut", order="best", limit=4, after=part.last)
    assert len(seen) == len(set(seen)) == 9
    back = listed(Asked("puut", order="best", limit=4, before=part.first)).part
    assert back.keys == seen[4:8]


def test_of_very_many_matches_those_with_the_word_in_the_title_are_ranked_and_the_others_follow(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "RANKED", 5)
    for number in range(17):
        dataset = made(f"Puut {number}" if number % 2 else f"Kivet {number}", notes="Puut.")
        Dataset.objects.filter(pk=dataset.pk).update(quality_points=number // 2)
    learning.learn()
    for limit in (1, 2, 3, 5, 7, 30):
        forwards = walked("puut", limit)
        assert sorted(forwards) == sorted(str(pk) for pk in Dataset.objects.values_list("pk", flat=True))
        points = dict(Dataset.objects.values_list("pk", "quality_points"))
        # Eight have it in the title, with the points 0 to 7.
        assert {points[uuid.UUID(key)] for key in forwards[:5]} == {7, 6, 5, 4, 3}
        rest = [points[uuid.UUID(key)] for key in forwards[5:]]
        assert rest == sorted(rest, reverse=True)
        back = walked("puut", limit, backwards=True)
        # Where the pages meet between ranked and others, a page on the way back may overlap the one before it.
        assert set(back) == set(forwards) and (back == forwards or limit in {2, 3, 7}), limit


def walked(text: str, limit: int, *, backwards: bool = False) -> list[str]:
    """The whole list, page by page; backwards from the last page to the first."""
    keys: list[str] = []
    asked = Asked(text, order="best", limit=limit)
    while True:
        part = listed(asked).part
        keys += part.keys
        if not part.more:
            break
        asked = Asked(text, order="best", limit=limit, after=part.last)
    if not backwards:
        return keys
    keys = list(part.keys)
    for _page in range(60):
        part = listed(Asked(text, order="best", limit=limit, before=part.first)).part
        keys = part.keys + keys
        if not part.more:
            return keys
    raise AssertionError("the way back never ends")


def test_names_sort_as_finns_sort_them(client: Client) -> None:
    for title in ("Öljyt", "Zoo", "Ääni", "Ankat", "Åbo"):
        made(title)
    assert titles(client, "sort=name") == ["Ankat", "Zoo", "Åbo", "Ääni", "Öljyt"]


def test_the_newest_data_is_first_and_every_page_leads_to_the_next_and_back(client: Client) -> None:
    for number in range(45):
        made(f"Sarja {number:02}", data_changed_at=NOW - timedelta(hours=number))
    seen: list[str] = []
    address = "/fi/data/"
    pages = []
    while address:
        page = client.get(address)
        pages.append([one.dataset.title.data["fi"] for one in page.context["results"]])
        seen += pages[-1]
        address = page.context["pages"]["next"]
    assert seen == [f"Sarja {number:02}" for number in range(45)]
    assert [len(one) for one in pages] == [20, 20, 5]
    back = client.get(page.context["pages"]["previous"])
    assert [one.dataset.title.data["fi"] for one in back.context["results"]] == pages[1]
    assert client.get("/fi/data/?after=nonsense").status_code == 200


def test_the_list_follows_every_change_at_once(client: Client) -> None:
    assert listed(Asked()).total == 0
    dataset = made("Puut")
    assert titles(client, "") == ["Puut"]
    change_dataset(dataset, {"themes": ["ENVI"]}, by=None, at=NOW)
    assert listed(Asked(choices={"theme": ["ENVI"]})).total == 1
    DistributionFactory(dataset=dataset, format="pdf")
    assert listed(Asked(choices={"format": ["PDF"]})).total == 1
    withdraw_dataset(dataset, by=None, at=NOW)
    assert listed(Asked()).total == 0
    made("Kivet").delete()
    assert listed(Asked()).total == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_after_a_later_one_is_seen(client: Client) -> None:
    first, second = made("Hidas"), made("Nopea")
    assert listed(Asked()).total == 2
    begun, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Dataset.objects.filter(pk=first.pk).update(themes=["ENVI"])
            begun.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    Dataset.objects.filter(pk=second.pk).update(themes=["ENVI"])
    assert listed(Asked(choices={"theme": ["ENVI"]})).total == 1
    may_commit.set()
    thread.join()
    assert listed(Asked(choices={"theme": ["ENVI"]})).total == 2


def test_what_is_not_public_is_in_no_list(client: Client) -> None:
    made("Luonnos", state="draft", issued_at=None)
    made("Salainen", access="NON_PUBLIC")
    made("Rajattu", access="RESTRICTED")
    assert titles(client, "") == []
    assert "Luonnos" not in client.get("/fi/data/list.csv").getvalue().decode()  # type: ignore[attr-defined]


def test_a_file_of_the_list_is_found_at_once_however_long_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        made(f"Puut {number}" if number % 2 else f"Koulut {number}", notes="Puut pihoilla.")
    learning.learn()
    monkeypatch.setattr(listing, "RANKED", 2)
    calls, page = [], Asked("puut", {}, "best", 3)
    found = listed(page)
    right = list(found.part.keys)
    while found.part.more:
        found = listed(Asked("puut", {}, "best", 3, found.part.last))
        right += found.part.keys
    monkeypatch.setattr(catalogue, "FILE_PAGE", 2)
    monkeypatch.setattr(catalogue, "listed", lambda asked: calls.append(asked) or listed(asked))
    lines = client.get("/fi/data/list.csv?q=puut").getvalue().decode().splitlines()  # type: ignore[attr-defined]
    names = [line.split(",")[0] for line in lines[1:]]
    assert names == [Dataset.objects.get(pk=key).name for key in right] and len(names) == 7
    assert len(calls) == 2, "the best matches, and the others"


def test_feed_and_files_hold_the_same_list(client: Client) -> None:
    made("=Puut", data_changed_at=NOW, themes=["ENVI"], bbox=[24.9, 60.1, 25.0, 60.2])
    made("Pyörät", themes=["TRAN"])
    rows = client.get("/fi/data/list.csv?theme=ENVI").getvalue().decode().splitlines()  # type: ignore[attr-defined]
    assert rows[0].startswith("name,title,") and len(rows) == 2
    assert "'=Puut" in rows[1], "a spreadsheet would run a formula"
    feed = client.get("/fi/data/feed.atom?theme=ENVI").content.decode()
    assert feed.count("<entry>") == 1 and "2026-11-01T00:00:00+00:00" in feed
    assert feed == client.get("/fi/data/feed.atom?theme=ENVI").content.decode()
    features = json.loads(client.get("/fi/data/extents.geojson?theme=ENVI").content)["features"]
    assert [feature["properties"]["city"] for feature in features] == ["helsinki"]


def test_most_used_comes_from_the_counts_of_the_last_thirty_days(client: Client) -> None:
    seldom, often, once = made("Harvoin"), made("Usein"), made("Kauan sitten")
    today = timezone.localdate()
    Use.objects.create(dataset=seldom, day=today, door="page", count=2)
    Use.objects.create(dataset=often, day=today, door="page", count=5)
    Use.objects.create(dataset=often, day=today, door="ogc", count=5)
    Use.objects.create(dataset=once, day=today - timedelta(days=40), door="page", count=500)
    count_uses(0)
    assert titles(client, "sort=used")[:2] == ["Usein", "Harvoin"]
    assert Dataset.objects.get(pk=often.pk).used == 10


def queries_of(client: Client, address: str) -> int:
    for _warm in range(2):  # the index is read, and then follows what this open transaction changed
        client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    "address", ["/fi/data/", "/fi/data/?q=sarja&theme=ENVI&view=map", "/fi/data/list.json", "/fi/data/feed.atom"]
)
def test_the_number_of_queries_does_not_grow_with_the_list(client: Client, address: str) -> None:
    assert City.objects.count() == 0
    made("Sarja 0", themes=["ENVI"])

    def grow(upto: int) -> int:
        for number in range(Dataset.objects.count(), upto):
            dataset = made(f"Sarja {number}", themes=["ENVI"])
            DistributionFactory(dataset=dataset)
        learning.learn()
        return queries_of(client, address)

    assert grow(10) == grow(100)
