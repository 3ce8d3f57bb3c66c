"""Readers of services that describe themselves: WFS, OGC API, and plain lists of addresses."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from kuutio.federation.readers import addresses, ogcapi, wfs
from kuutio.federation.readers.values import Unreadable, listing, walk
from tests.federation.readers.samples_at import SAMPLES


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_feature_types_of_a_wfs_are_data_sets():
    page = wfs.page(
        (SAMPLES / "capabilities.xml").read_bytes(),
        "https://geo.example.org/wfs?map=a&SERVICE=WFS&REQUEST=GetCapabilities",
    )
    lights, trees = page.records
    assert (lights.remote_id, lights.title, lights.text) == (
        "kaupunki:Katuvalot",
        {"fi": "Katuvalot"},
        {"fi": "Kaikki katuvalot."},
    )
    assert lights.keywords == {"fi": ("valaistus", "katu")} and lights.bbox == (24.8, 60.1, 25.3, 60.3)
    assert lights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert (lights.publisher.name, lights.publisher.email) == ({"fi": "Esimerkkikaupunki"}, "tieto@example.org")
    assert lights.page == "https://data.example.org/metadata/katuvalot"
    (form,) = lights.distributions
    assert query(form.url) == {
        "map": "a",
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": "kaupunki:Katuvalot",
        "outputFormat": "application/json",
    }
    assert form.conforms_to == ("urn:ogc:def:crs:EPSG::3879", "urn:ogc:def:crs:EPSG::4326")
    assert trees.title == {"fi": "kaupunki:Puut"} and trees.bbox is None
    assert "Nimetön taso" in page.quarantined[0].raw


def test_capabilities_are_asked_for_with_what_the_address_had():
    assert query(wfs.first("https://geo.example.org/wfs?map=a&request=GetMap")) == {
        "map": "a",
        "service": "WFS",
        "request": "GetCapabilities",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><WFS_Capabilities>&e;</WFS_Capabilities>',
        b"<ows:ExceptionReport xmlns:ows='o'><ows:ExceptionText>Layer is locked</ows:ExceptionText></ows:ExceptionReport>",
    ],
)
def test_what_is_no_capabilities_is_refused(body):
    with pytest.raises(Unreadable):
        wfs.page(body, "https://geo.example.org/wfs")


def test_collections_of_an_ogc_api_are_data_sets_over_all_pages():
    pages = {
        "https://geo.example.org/ogc/collections?f=json": (SAMPLES / "collections.json").read_bytes(),
        "https://geo.example.org/ogc/collections?f=json&offset=2": b'{"collections": [{"id": "paths"}], "numberMatched": 3}',
    }
    found = listing(walk(pages.__getitem__, ogcapi.parse(), ogcapi.first("https://geo.example.org/ogc/?f=html")))
    playgrounds, paths = found.records
    assert (playgrounds.title, playgrounds.keywords) == ({"fi": "Leikkipaikat"}, {"fi": ("leikki",)})
    assert playgrounds.bbox == (24.8, 60.1, 25.3, 60.3)
    assert playgrounds.period == (datetime(2020, 1, 1, tzinfo=UTC), None)
    assert playgrounds.licence == "https://creativecommons.org/licenses/by/4.0/"
    items, file = playgrounds.distributions
    assert items.url == "https://geo.example.org/ogc/playgrounds/items" and len(items.conforms_to) == 2
    assert (file.download, file.title) == ("https://geo.example.org/files/playgrounds.gpkg", {"fi": "GeoPackage"})
    assert paths.distributions[0].url == "https://geo.example.org/ogc/collections/paths/items"
    assert found.quarantined[0].reason == "The collection has no id."
    assert not found.complete  # the one without an id may be any


@pytest.mark.parametrize("body", [b"", b"[]", b'{"collections": 5}', b"<xml/>"])
def test_what_is_no_list_of_collections_is_refused(body):
    with pytest.raises(Unreadable):
        ogcapi.page(body, "https://geo.example.org/collections")


def test_list_of_addresses_is_a_source():
    body = """\ufeff# Kaupungin omat tiedostot
https://data.example.org/puistot,2026.csv  Puistot ja aukiot
https://data.example.org/reitit_2026.gpkg
https://data.example.org/a.xlsx;"Päätökset"

not an address
https://data.example.org/reitit_2026.gpkg  Toisen kerran
""".encode()
    found = listing([addresses.page(body)])
    assert [(record.title["fi"], record.distributions[0].format) for record in found.records] == [
        ("Puistot ja aukiot", "CSV"),
        ("reitit 2026", "GPKG"),
        ("Päätökset", "XLSX"),
    ]
    assert found.records[0].remote_id == "https://data.example.org/puistot,2026.csv"
    assert found.quarantined[0].remote_id == "line 6" and found.complete
