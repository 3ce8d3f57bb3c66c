"""CKAN's harvester for DCAT reads the catalogue back whole, with its own parser."""

import json
import re

import pytest
from bench.peers import ckanext_dcat as peer

from kuutio.opendata import addresses
from kuutio.opendata.dcat import catalogue
from kuutio.opendata.dcat.writing import FORMS
from tests.factories import DatasetFactory, DistributionFactory
from tests.opendata.dcat.described import whole_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def parser():
    made = peer.HOME / "bin" / "python"
    if not made.exists():
        pytest.skip(f"CKAN and ckanext-dcat aren't in {peer.HOME}: run python bench/peers/ckanext_dcat.py URL once")
    return made


def extra(package: dict, key: str) -> str:
    """A value that CKAN keeps as an extra."""
    return next((one["value"] for one in package["extras"] if one["key"] == key), "")


@pytest.mark.parametrize("suffix", list(FORMS))
def test_every_data_set_is_read_back(parser, tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 20)
    made = [
        whole_dataset(name=f"helsinki-{number}", hvd_category="c_ac64a52d" if number % 3 else "")
        for number in range(25)
    ]
    made += [DatasetFactory(notes={}, name=f"helsinki-least-{number}") for number in range(20)]
    DistributionFactory(dataset=made[-1], format="WMS", url="https://example.org/wms?a=1&b=2")
    paths, page = [], catalogue.page_of(1)
    while True:
        path = tmp_path / f"{page.number}.{suffix}"
        path.write_bytes(FORMS[suffix].write(catalogue.graph_of(page, suffix=suffix)))
        paths.append(path)
        if not page.has_next:
            break
        page = catalogue.page_of(page.number + 1, page.datasets[-1].pk)
    pages = peer.read(paths, parser)
    assert [bool(one["next"]) for one in pages] == [True, True, False]
    assert all(
        re.match(rf"{re.escape(addresses.catalogue(suffix))}\?page=\d+&after=", one["next"]) for one in pages[:-1]
    )
    packages = {extra(package, "uri"): package for one in pages for package in one["datasets"]}
    assert set(packages) == {addresses.dataset_uri(one) for one in made}

    whole = packages[addresses.dataset_uri(made[0])]
    assert whole["title"] in {"Leikkipuistot", "Lekparker", "Playgrounds"}
    assert {tag["name"] for tag in whole["tags"]} == {"leikkipuisto", "puisto", "lekpark", "playground"}
    assert json.loads(extra(whole, "theme")) == [
        f"http://publications.europa.eu/resource/authority/data-theme/{code}" for code in ("ENVI", "REGI")
    ]
    assert extra(whole, "contact_email") == "avoindata@example.org"
    assert extra(whole, "publisher_uri") == addresses.organisation_uri(made[0].publisher)
    assert (extra(whole, "temporal_start"), extra(whole, "temporal_end")) == ("2020-01-01", "2026-10-31")
    assert extra(whole, "frequency").endswith("/DAILY")
    assert json.loads(extra(whole, "spatial_bbox"))["coordinates"][0][0] == [24.78, 59.92]
    resources = {one["uri"]: one for one in whole["resources"]}
    assert set(resources) == {addresses.distribution_uri(one) for one in made[0].distributions.all()}
    table = resources[addresses.distribution_uri(made[0].distributions.get(kind="table"))]
    assert table["url"] == addresses.table_download("helsinki-0-all")
    assert table["size"] == 120
    assert table["license"].endswith("/CC_BY_4_0")
    link = resources[addresses.distribution_uri(made[0].distributions.get(kind="link"))]
    assert link["hash"] == "ab" * 32

    least = packages[addresses.dataset_uri(made[-1])]
    assert [one["url"] for one in least["resources"]] == ["https://example.org/wms?a=1&b=2"]
