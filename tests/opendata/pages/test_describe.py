"""Describing a data set on its page: saved, judged, published, and only by its publisher."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.opendata.models import Dataset, Load
from kuutio.opendata.vocabularies import HVD_CATEGORIES
from tests.factories import DatasetFactory, PersonFactory
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(client: Client) -> Dataset:
    samples.place()
    client.force_login(PersonFactory(publisher_of=[Organisation.objects.get(slug="helsinki")]))
    return DatasetFactory(name="helsinki-described", state="draft", issued_at=None)


def _said(**more: str) -> dict[str, str]:
    return {"title_0": "Puut", "title_2": "Trees", "access": "PUBLIC", **more}


ADDRESS = "/en/data/helsinki-described/edit/"


def test_a_description_is_saved_and_judged_anew(client: Client, dataset: Dataset) -> None:
    before = client.get(ADDRESS).context["points"]
    said = _said(keywords_fi="puu, katu, puu", themes="ENVI", coverage="091", contract="every: weekly")
    assert client.post(ADDRESS, said).status_code == 302
    dataset.refresh_from_db()
    assert dataset.title.localize("en") == "Trees" and dataset.keywords["fi"] == ["puu", "katu"]
    assert dataset.contract == {"every": "weekly"}
    assert client.get(ADDRESS).context["points"] > before


def test_a_contract_that_says_nonsense_is_refused_with_its_place(client: Client, dataset: Dataset) -> None:
    page = client.post(ADDRESS, _said(contract="every: sometimes"))
    assert page.status_code == 422 and "/every" in str(page.context["form"].errors["contract"])
    assert client.post(ADDRESS, _said(contract="a: [")).status_code == 422
    assert client.post(ADDRESS, _said(contract="tables: 3")).status_code == 422


def test_it_is_published_and_withdrawn(client: Client, dataset: Dataset) -> None:
    for verb, state in (("publish", "published"), ("unpublish", "draft"), ("withdraw", "deleted")):
        client.post(ADDRESS, {"do": verb})
        dataset.refresh_from_db()
        assert dataset.state == state


def test_nobody_else_finds_the_form(client: Client, dataset: Dataset) -> None:
    client.post(ADDRESS, {"do": "publish"})
    client.force_login(PersonFactory(publisher_of=[Organisation.objects.get(slug="oulu")]))
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"do": "withdraw"}).status_code == 404


def test_the_workspace_shows_drafts_failed_loads_and_what_to_mend(client: Client, dataset: Dataset) -> None:
    poor = DatasetFactory(name="helsinki-poor", publisher=dataset.publisher, frequency="DAILY")
    long_ago = timezone.now() - timedelta(days=90)
    Dataset.objects.filter(pk=poor.pk).update(data_changed_at=long_ago)
    Load.objects.create(
        dataset=poor, door="page", file="x", file_name="rikki.csv", size=1, sha256="", state="failed",
        created_at=long_ago, finished_at=long_ago,
    )  # fmt: skip
    text = client.get("/en/work/").content.decode()
    assert ADDRESS in text and "rikki.csv" in text
    assert "/en/data/new/?dataset=helsinki-poor" in text and "/en/data/helsinki-poor/edit/" in text
    later = long_ago + timedelta(days=1)
    Load.objects.create(
        dataset=poor, door="page", file="y", file_name="rikki.csv", size=1, sha256="", state="served",
        created_at=later, finished_at=later,
    )  # fmt: skip
    assert "rikki.csv" not in client.get("/en/work/").content.decode()


def test_everything_that_the_catalogue_holds_can_be_said(client: Client, dataset: Dataset) -> None:
    said = {
        "author": "Aino",
        "author_email": "aino@example.org",
        "version": "2",
        "project": "SOHJOA",
        "valid_from": "2026-01-01",
        "valid_till": "2026-12-31",
        "hvd_category": next(iter(HVD_CATEGORIES)),
        "external_urls": "https://example.org/a\nhttps://example.org/b",
        "languages": ["fi", "sv"],
        "collection_type": "interoperability-tools",
    }
    Dataset.objects.update(languages=["deu", "fi"])
    assert client.post(ADDRESS, {**_said(), **said}).status_code == 302
    dataset.refresh_from_db()
    assert dataset.external_urls == ["https://example.org/a", "https://example.org/b"]
    assert dataset.languages == ["deu", "fi", "sv"]
    for name in ("author", "version", "project", "hvd_category", "collection_type"):
        assert getattr(dataset, name) == said[name], name
    assert str(dataset.valid_till) == "2026-12-31"
    shown = client.get(ADDRESS).context["form"]
    assert shown["external_urls"].value() == said["external_urls"]
    assert client.post(ADDRESS, {**_said(), **said, "valid_till": "2025-01-01"}).status_code == 422


def test_an_address_is_added_described_and_taken_out(client: Client, dataset: Dataset) -> None:
    new = ADDRESS + "part/"
    assert client.post(new, {"url": "nowhere", "position": "0"}).status_code == 422
    said = {"url": "https://example.org/a.csv", "title_0": "Puut", "format": "CSV", "position": "0"}
    assert client.post(new, said).status_code == 302
    part = dataset.distributions.get()
    assert (part.kind, part.url, part.media_type) == ("link", "https://example.org/a.csv", "text/csv")
    page = client.get(ADDRESS)
    assert f"{new}{part.pk}/" in page.content.decode()
    said = {**said, "url": "https://example.org/b.pdf", "format": "PDF", "position": "3"}
    assert client.post(f"{new}{part.pk}/", said).status_code == 302
    part.refresh_from_db()
    assert (part.url, part.format, part.position) == ("https://example.org/b.pdf", "PDF", 3)
    assert client.post(f"{new}{part.pk}/", {"do": "remove"}).status_code == 302
    assert not dataset.distributions.exists()


def test_each_lack_leads_to_the_control_that_mends_it(client: Client, dataset: Dataset) -> None:
    assert any(one["where"].endswith("/edit/part/") for one in client.get(ADDRESS).context["missing"])
    client.post(ADDRESS + "part/", {"url": "https://example.org/a", "position": "0"})
    for one in client.get(ADDRESS).context["missing"]:
        page, _hash, control = one["where"].partition("#")
        if control:
            assert f'id="{control}' in client.get(page or ADDRESS).content.decode(), one


def test_only_its_publisher_describes_a_part(client: Client, dataset: Dataset) -> None:
    client.post(ADDRESS + "part/", {"url": "https://example.org/a", "position": "0"})
    other = DatasetFactory(name="helsinki-other")
    part = dataset.distributions.get()
    assert client.get(f"/en/data/{other.name}/edit/part/{part.pk}/").status_code == 404
    client.force_login(PersonFactory())
    assert client.get(f"{ADDRESS}part/{part.pk}/").status_code == 404
    assert client.post(f"{ADDRESS}part/{part.pk}/", {"do": "remove"}).status_code == 404
    assert dataset.distributions.exists()
