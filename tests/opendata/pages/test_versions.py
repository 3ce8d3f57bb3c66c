"""Versions: what changed is told, any two are compared, and a program that follows the feed holds what we hold."""

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.opendata import comparing
from kuutio.opendata.models import Dataset, Distribution, Snapshot
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cities() -> None:
    samples.place()


def load(rows: dict[str, tuple[str, int]], what: str = "things") -> str:
    (table,) = bring(samples.keyed(rows), what=what, options={"key": ["tunnus"]}).result["tables"]
    return str(table["snapshot"])


def test_the_page_tells_what_each_version_changed_and_how_to_cite_it(client: Client) -> None:
    first = load({"1": ("A", 1), "2": ("B", 2), "3": ("C", 3)})
    second = load({"1": ("A", 1), "2": ("B", 9), "4": ("D", 4)})
    page = client.get("/fi/data/helsinki-things/versions/")
    newest, oldest = page.context["list"]
    assert newest["current"] and not oldest["current"] and oldest["older"] is None
    changed = newest["changed"]
    assert (changed.added, changed.removed, changed.changed, changed.same) == (1, 1, 1, 1)
    assert f"/data/helsinki-things@{first}.csv" in oldest["citation"]
    assert "Helsinki" in oldest["citation"] and first in oldest["citation"]
    compared = client.get(f"/fi/data/helsinki-things/versions/compare/?old={first}&new={second}")
    told = {one["id"]: one for one in compared.context["changes"]}
    assert [told[key]["op"] for key in ("2", "3", "4")] == ["update", "delete", "insert"]
    assert told["2"]["values"] == [{"name": "määrä", "before": "2", "after": "9"}]
    assert client.get("/fi/data/helsinki-things/versions/compare/").status_code == 200


def test_changed_rows_come_in_pages(client: Client) -> None:
    load({str(n): ("A", n) for n in range(1000, 1120)})
    load({str(n): ("B", n) for n in range(1000, 1120)})
    seen: list[str] = []
    address = "/fi/data/helsinki-things/versions/compare/"
    while address:
        page = client.get(address)
        seen += [one["id"] for one in page.context["changes"]]
        address = page.context["next"]
    assert seen == [str(n) for n in range(1000, 1120)]


_row = st.tuples(st.sampled_from(["A", "B", "Ä;"]).map(lambda name: name.replace(";", "")), st.integers(0, 3))
_table = st.dictionaries(st.integers(100, 130).map(str), _row, min_size=1, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(_table, min_size=2, max_size=3), limit=st.integers(1, 4))
def test_a_program_that_applies_the_feed_holds_what_we_hold(
    client: Client, versions: list[dict[str, tuple[str, int]]], limit: int
) -> None:
    Dataset.objects.all().delete()
    contents = [load(rows) for rows in versions]
    copy = {key: {"tunnus": key, "nimi": name, "määrä": count} for key, (name, count) in versions[0].items()}
    copy = {key: {name: str(value) for name, value in row.items()} for key, row in copy.items()}
    feed = client.get("/fi/data/helsinki-things/versions/").context["change_feed"].replace("http://localhost:8000", "")
    asked = {"since": contents[0], "limit": str(limit), "after": ""}
    while True:
        document = client.get(feed, asked).json()
        for change in document["changes"]:
            if change["op"] == "delete":
                del copy[change["id"]]
            else:
                copy[change["id"]] = {name: str(value) for name, value in change["after"].items() if value is not None}
        if not document["next"]:
            break
        asked["after"] = document["next"]
    assert document["to_snapshot"] == contents[-1]
    held = json.loads(client.get("/data/helsinki-things.json").getvalue())  # type: ignore[attr-defined]
    wanted = {
        row["_id"]: {name: str(value) for name, value in row.items() if name != "_id" and value is not None}
        for row in held
    }
    assert copy == wanted


def test_what_is_not_kept_cannot_be_compared(client: Client) -> None:
    only = load({"1": ("A", 1)})
    compare = "/fi/data/helsinki-things/versions/compare/"
    assert client.get(f"{compare}?old={only}&new=0123456789abcdef").status_code == 404
    Snapshot.objects.update(state="pruned")
    newest = load({"1": ("B", 1)})
    assert client.get(f"{compare}?old={only}&new={newest}").status_code == 410
    assert client.get("/fi/data/helsinki-things/versions/").status_code == 200


def test_a_difference_is_computed_once_and_read_back_the_same() -> None:
    first, second = load({"1": ("A", 1)}), load({"1": ("B", 1), "2": ("C", 2)})
    table = Distribution.objects.get()
    found = comparing.difference(table, first, second)
    kept = comparing._path("helsinki-things", first, second, "difference.json")
    assert kept.exists() and comparing.difference(table, first, second) == found
    kept.write_text("{half")
    assert comparing.difference(table, first, second) == found
