"""schema.org, data packages, feeds and the site map."""

import json
import re
import xml.etree.ElementTree as ET  # our own answers are read

import pytest
from django.template import engines
from django.utils import translation

from kuutio.opendata import addresses
from kuutio.opendata.dcat import feeds, package, queries, schema_org, sitemap
from kuutio.opendata.models import Dataset
from tests.factories import DatasetFactory, DistributionFactory
from tests.opendata.dcat.described import whole_dataset

pytestmark = pytest.mark.django_db
_ATOM = "{http://www.w3.org/2005/Atom}"
_MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def whole(**changes) -> Dataset:
    made = whole_dataset(**changes)
    return queries.with_everything(Dataset.objects.filter(pk=made.pk)).get()


@pytest.mark.parametrize(
    ("language", "name", "page"), [("sv", "Lekparker", "/sv/data/"), ("en", "Playgrounds", "/en/data/")]
)
def test_schema_org_speaks_the_readers_language(language, name, page):
    found = schema_org.schema_org(whole(), language)
    assert found["name"] == name
    assert page in found["url"]
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["temporalCoverage"] == "2020-01-01/2026-10-31"
    assert {"@type": "Place", "geo": {"@type": "GeoShape", "box": "59.92 24.78 60.3 25.25"}} in found["spatialCoverage"]
    assert found["distribution"][0]["encodingFormat"] == "text/csv"
    assert all(value not in ("", None, [], {}) for value in found.values())


def test_schema_org_of_the_least_description_has_what_search_engines_demand():
    found = schema_org.schema_org(
        queries.with_everything(Dataset.objects.filter(pk=DatasetFactory(notes={}).pk)).get(), "fi"
    )
    assert found["name"]
    assert found["description"] == found["name"]


def test_the_script_element_can_not_be_left():
    dataset = whole(title={"fi": "</script><script>alert(1)</script><!--"})
    element = str(schema_org.script(dataset, "fi"))
    assert element.count("<") == 2
    inside = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', element, re.DOTALL)
    assert inside
    assert json.loads(inside[1])["name"] == "</script><script>alert(1)</script><!--"
    shown = engines["django"].from_string("{{ script }}").render({"script": schema_org.script(dataset, "fi")})
    assert shown == element


def test_a_data_package_holds_tables_with_their_schema_and_files_but_no_interfaces():
    made = whole_dataset()
    DistributionFactory(dataset=made, format="WMS", url="https://example.org/wms")
    made.distributions.filter(kind="table").update(key=["name"])
    found = package.data_package(queries.with_everything(Dataset.objects.filter(pk=made.pk)).get())
    table, link = found["resources"]
    assert re.fullmatch(r"[a-z0-9._-]+", found["name"])
    assert (table["path"], table["bytes"], table["mediatype"]) == (
        addresses.table_download(f"{made.name}-all"),
        120,
        "text/csv",
    )
    assert table["schema"]["fields"] == [
        {"name": "name", "type": "string", "title": "Nimi"},
        {"name": "geometry", "type": "string"},
    ]
    assert table["schema"]["primaryKey"] == ["name"]
    assert link["hash"] == "sha256:" + "ab" * 32
    assert found["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"


def test_the_feed_of_the_catalogue_has_the_newest_first_and_is_the_same_tomorrow():
    for number in range(feeds.LATEST + 3):
        DatasetFactory(name=f"helsinki-{number:03}")
    with translation.override("fi"):
        written = feeds.catalogue_feed()
        assert written == feeds.catalogue_feed()
    root = ET.fromstring(written)  # noqa: S314  # ours
    entries = root.findall(f"{_ATOM}entry")
    assert len(entries) == feeds.LATEST
    updated = [entry.findtext(f"{_ATOM}updated") for entry in entries]
    assert updated == sorted(updated, reverse=True)
    assert root.findtext(f"{_ATOM}updated") == updated[0]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fi"


def test_an_empty_feed_never_changed():
    root = ET.fromstring(feeds.catalogue_feed())  # noqa: S314  # ours
    assert root.findtext(f"{_ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_the_feed_of_a_data_set_tells_its_versions():
    dataset = whole()
    entries = ET.fromstring(feeds.dataset_feed(dataset)).findall(f"{_ATOM}entry")  # noqa: S314  # ours
    table = f"{dataset.name}-all"
    assert [entry.findtext(f"{_ATOM}id") for entry in entries] == [
        addresses.table_download(table, snapshot="1" * 16),
        addresses.table_download(table, snapshot="0" * 16),
    ]


def test_the_site_map_has_each_page_in_three_languages_that_know_each_other(monkeypatch):
    monkeypatch.setattr(sitemap, "PER_PAGE", 2)
    for _ in range(5):
        DatasetFactory()
    maps = [one.findtext(f"{_MAP}loc") for one in ET.fromstring(sitemap.index())]  # noqa: S314  # ours
    assert [address.rsplit("/", 1)[1] for address in maps] == [
        "sitemap-pages.xml", "sitemap-data-1.xml", "sitemap-data-2.xml", "sitemap-data-3.xml",
    ]  # fmt: skip
    found = []
    for number in (1, 2, 3):
        for url in ET.fromstring(sitemap.datasets(number)):  # noqa: S314  # ours
            others = {
                link.get("hreflang"): link.get("href") for link in url.findall("{http://www.w3.org/1999/xhtml}link")
            }
            assert set(others) == {"fi", "sv", "en"}
            assert url.findtext(f"{_MAP}loc") in others.values()
            found.append(url.findtext(f"{_MAP}loc"))
    assert len(found) == len(set(found)) == 15
    assert sitemap.datasets(4) is None
