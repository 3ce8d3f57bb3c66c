"""Bringing a file on the pages: chosen, understood, corrected, served; by those who may, and nobody else."""

from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuutio.cities.models import Organisation
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Dataset, Load
from tests.factories import PersonFactory
from tests.opendata.bringing import bring, in_this_process
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db

TEXT = b"koodi;nimi;maara\n001;A;1,5\n002;B;2,5\n003;;x\n"


@pytest.fixture
def publisher():
    samples.place()
    return PersonFactory(publisher_of=[Organisation.objects.get(slug="espoo")])


def _chosen(client: Client, **more: str):
    file = SimpleUploadedFile("puut.csv", TEXT)
    espoo = Organisation.objects.get(slug="espoo").pk
    return client.post("/en/data/new/", {"publisher": espoo, "title": "Street trees", "file": file, **more})


def _work(load: Load) -> Load:
    with mock.patch.object(loading, "run_limited", in_this_process):
        return loading.work_load(str(load.pk))


def test_a_file_is_chosen_looked_at_corrected_and_served(client: Client, publisher) -> None:
    client.force_login(publisher)
    look = _chosen(client)
    assert look.status_code == 302 and not Dataset.objects.exists(), "nothing is made before the end"
    page = client.get(look.url)
    shown = page.context["one"]
    assert [line["source"] for line in shown["lines"]] == ["koodi", "nimi", "maara"]
    said = {
        "mark": page.context["mark"],
        "column": ["koodi", "nimi", "maara"],
        "key": ["koodi"],
        "was_0": "koodi",
        "name_0": "tunnus",
        "type_0": "text",
        "type_2": "number",
        "do": "look",
    }
    again = client.post(look.url, said)
    assert again.status_code == 200
    assert [line["name"] for line in again.context["one"]["lines"]] == ["tunnus", "nimi", "maara"]
    assert again.context["one"]["table"].problems, "a value that doesn't fit the chosen type is told"
    done = client.post(look.url, {**said, "do": "load"})
    load = Load.objects.get()
    assert done.url == f"/en/data/new/{load.pk}/"
    assert client.get(done.url).context["waits"]
    (table,) = _work(load).result["tables"]
    assert (table["rows"], table["rejects"]) == (2, 1)
    assert [column["name"] for column in table["columns"]] == ["tunnus", "nimi", "maara"]
    ended = client.get(done.url)
    assert not ended.context["waits"] and b"/en/data/espoo-street-trees/edit/" in ended.content
    assert load.dataset.state == "draft" and load.door == "page"


def test_corrections_of_columns_are_dropped_when_the_columns_change(client: Client, publisher) -> None:
    client.force_login(publisher)
    look = _chosen(client).url
    mark = client.get(look).context["mark"]
    said = {"mark": mark, "column": ["koodi"], "type_0": "text", "separator": ",", "do": "look"}
    assert client.post(look, said).status_code == 200


def test_a_load_that_failed_says_why_and_leads_back(client: Client, publisher) -> None:
    client.force_login(publisher)
    look = _chosen(client).url
    client.post(look, {"do": "load", "crs": "EPSG:999999"})
    load = Load.objects.first()
    if load is None:
        return pytest.fail("the load was not begun")
    Load.objects.filter(pk=load.pk).update(
        state="failed", finished_at=load.created_at, problem={"kind": "broken-file", "detail": "It ends too soon."}
    )
    page = client.get(f"/en/data/new/{load.pk}/")
    assert b"It ends too soon." in page.content
    assert client.get(page.context["again"]).status_code in {200, 422}
    return None


def test_why_a_file_cannot_be_read_is_told_in_the_readers_language(client: Client, publisher) -> None:
    client.force_login(publisher)
    look = _chosen(client).url
    said = {"do": "look", "crs": "EPSG:999999", "types": ""}
    broken = SimpleUploadedFile("puut.gpkg", b"SQLite format 3\x00" + b"x" * 200)
    espoo = Organisation.objects.get(slug="espoo").pk
    look = client.post("/en/data/new/", {"publisher": espoo, "title": "Trees", "file": broken}).url
    page = client.post(look.replace("/en/", "/sv/"), said).content.decode()
    assert "Filen är skadad" in page and '<span lang="en">' in page
    assert "Filen är skadad" not in client.post(look, said).content.decode()


def test_a_token_is_of_one_person(client: Client, publisher) -> None:
    client.force_login(publisher)
    look = _chosen(client).url
    client.force_login(PersonFactory(publisher_of=[Organisation.objects.get(slug="oulu")]))
    assert client.get(look).status_code == 404
    assert client.get("/en/data/new/look/?file=forged").status_code == 404


def test_who_may_not_bring_data_hears_who_can(client: Client, publisher) -> None:
    client.force_login(PersonFactory())
    page = client.get("/en/data/new/")
    assert page.status_code == 403 and b"role of a publisher" in page.content
    load = bring("a;b\n1;2\n", city="helsinki")
    client.force_login(publisher)
    assert client.get(f"/en/data/new/{load.pk}/").status_code == 404
    assert _chosen(client, dataset=str(load.dataset_id)).status_code == 422


def test_what_is_missing_is_said_at_its_field(client: Client, publisher) -> None:
    client.force_login(publisher)
    page = _chosen(client, title="")
    assert page.status_code == 422 and "title" in page.context["form"].errors
