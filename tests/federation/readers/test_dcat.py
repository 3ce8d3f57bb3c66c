from datetime import UTC, datetime

import pytest
from rdflib import Graph

from kuutio.federation.readers import dcat
from kuutio.federation.readers.values import listing, walk
from tests.federation.readers.samples_at import SAMPLES, shared

ADDRESS = "https://data.example.org/catalog.ttl?page=1"
TURTLE = (SAMPLES / "catalogue.ttl").read_bytes()


def sound() -> bytes:
    return b"\n".join(line for line in TURTLE.splitlines() if b"unknown:" not in line).replace(
        b'"Rikki"@fi ;', b'"Rikki"@fi .'
    )


def test_data_set_is_read_whole():
    page = dcat.page(TURTLE, ADDRESS)
    (parks,) = page.records
    assert parks.remote_id == "https://data.example.org/dataset/puistot"
    assert parks.title == {"fi": "Puistot", "sv": "Parker", "en": "Parks"}
    assert parks.keywords == {"fi": ("puisto", "viheralue"), "sv": ("park",), "en": ("park",)}
    assert parks.licence.endswith("/CC_BY_4_0") and parks.rhythm.endswith("/MONTHLY")
    assert parks.publisher.name == {"fi": "Esimerkkikaupunki", "sv": "Exempelstaden"}
    assert parks.publisher.url == "https://www.example.org/"
    assert (parks.contact.name, parks.contact.email) == ({"fi": "Kaupunkimittaus"}, "tieto@example.org")
    assert parks.bbox == (24.8, 60.1, 25.3, 60.3)
    assert parks.period == (datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    assert parks.modified == datetime(2026, 11, 1, 8, tzinfo=UTC)
    table, interface = sorted(parks.distributions, key=lambda form: form.format)
    assert (table.format, table.media_type, table.size) == ("CSV", "text/csv", 1234)
    assert table.download == "https://data.example.org/puistot.csv"
    assert (interface.url, interface.format, interface.download) == ("https://data.example.org/wfs", "WFS", "")
    assert page.next == "https://data.example.org/catalog.ttl?page=2"


def test_broken_statement_and_nameless_record_are_put_aside_and_the_rest_comes():
    broken, nameless = dcat.page(TURTLE, ADDRESS).quarantined
    assert broken.remote_id == "https://data.example.org/dataset/rikki"
    assert "line 49" in broken.reason and "unknown:thing" in broken.raw
    assert nameless.remote_id == "https://data.example.org/dataset/nimeton"
    assert nameless.reason == "The data set has no title."


@pytest.mark.parametrize("form", ["turtle", "xml", "pretty-xml", "json-ld", "nt"])
def test_every_form_of_rdf_says_the_same(form):
    expected = dcat.page(sound(), ADDRESS)
    again = Graph().parse(data=sound(), format="turtle").serialize(format=form).encode()
    page = dcat.page(again, ADDRESS)
    assert [record.title for record in page.records] == [
        {"fi": "Puistot", "sv": "Parker", "en": "Parks"},
        {"fi": "Rikki"},
    ]
    assert [record.fingerprint() for record in page.records] == [record.fingerprint() for record in expected.records]
    assert (page.next, page.mentioned) == (expected.next, expected.mentioned)


def test_broken_element_of_xml_is_put_aside_and_the_rest_comes():
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
      xmlns:dct="http://purl.org/dc/terms/">
      <dcat:Dataset rdf:about="https://a.example/1"><dct:title>One</dct:title></dcat:Dataset>
      <dcat:Dataset rdf:about="https://a.example/2"><dct:title rdf:nodeID="1 x" rdf:resource="y">Two</dct:title></dcat:Dataset>
      <dcat:Dataset rdf:about="https://a.example/3"><dct:title>Three</dct:title></dcat:Dataset></rdf:RDF>"""
    page = dcat.page(body, ADDRESS)
    assert [record.title for record in page.records] == [{"fi": "One"}, {"fi": "Three"}]
    assert [entry.remote_id for entry in page.quarantined] == ["https://a.example/2"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Login</body></html>",
        b"<?xml version='1.0'?><rdf:RDF><unclosed>",
        b"{broken",
        b"@prefix dcat: <http://www.w3.org/ns/dcat#\n",
        b"\xff\xfe\x00",
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="urn:x">&x;</rdf:RDF>',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rdf:RDF xmlns:rdf="urn:x">&b;</rdf:RDF>',
    ],
)
def test_page_that_cannot_be_read_is_put_aside_and_makes_the_listing_incomplete(body):
    page = dcat.page(body, ADDRESS)
    assert page.records == () and len(page.quarantined) == 1 and page.next is None
    assert not listing([page]).complete


@pytest.mark.parametrize(
    "context",
    [
        b'"http://127.0.0.1:1/context.jsonld"',
        b'["http://127.0.0.1:1/context.jsonld", {}]',
        b'{"@import": "http://127.0.0.1:1/context.jsonld"}',
        b'{"x": {"@id": "urn:x", "@context": "http://127.0.0.1:1/context.jsonld"}}',
    ],
)
def test_context_from_elsewhere_is_never_fetched(context, monkeypatch):
    def fetched(*arguments, **more):
        raise AssertionError("It was fetched.")

    monkeypatch.setattr("urllib.request.urlopen", fetched)
    monkeypatch.setattr("socket.create_connection", fetched)
    body = b'{"@context": ' + context + b', "@id": "urn:d", "@type": "http://www.w3.org/ns/dcat#Dataset"}'
    (aside,) = dcat.page(body, ADDRESS).quarantined
    assert "context" in aside.reason and "127.0.0.1" in aside.reason


def test_context_of_its_own_is_used():
    body = b"""{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "title": {"@id": "http://purl.org/dc/terms/title", "@language": "sv"}},
      "@id": "https://a.example/1", "@type": "dcat:Dataset", "title": "Parker"}"""
    (parks,) = dcat.page(body, ADDRESS).records
    assert parks.title == {"sv": "Parker"}


def test_pages_are_followed_and_a_record_that_is_only_mentioned_makes_the_listing_incomplete():
    first = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
      @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
      <c> a dcat:Catalog ; dcat:dataset <d1>, <d2> . <?page=1> hydra:next <?page=2> . <d1> a dcat:Dataset ; dct:title "One" ."""
    second = b'<d2> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Two" .'
    pages = {"https://a.example/?page=1": first, "https://a.example/?page=2": second}
    both = listing(walk(pages.__getitem__, dcat.parse(), "https://a.example/?page=1"))
    assert [record.remote_id for record in both.records] == ["https://a.example/d1", "https://a.example/d2"]
    assert both.complete
    pages["https://a.example/?page=2"] = b""
    assert not listing(walk(pages.__getitem__, dcat.parse(), "https://a.example/?page=1")).complete


def test_circle_of_pages_ends():
    body = b"<?page=1> <http://www.w3.org/ns/hydra/core#next> <?page=1> ."
    assert not listing(walk(lambda address: body, dcat.parse(), "https://a.example/?page=1")).complete


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *[("dcat_catalog.rdf", 2), ("dcat_catalog_datasets_list.rdf", 2), ("dcat_dataset_multilingual.ttl", 1)],
        *[("udata_catalog.xml", 4), ("udata_flat.jsonld", 3), ("udata_geonetwork.xml", 1)],
    ],
)
def test_catalogues_of_the_world_are_read(name, count):
    page = dcat.page(shared(f"dcat/{name}"), "https://data.some.org/catalog", default="en")
    assert len(page.records) == count and page.quarantined == ()
    assert all(record.title for record in page.records)


def test_turtle_with_an_unbound_prefix_is_put_aside_and_not_fatal():
    page = dcat.page(shared("dcat/dcat_dataset.ttl"), "https://data.some.org/dataset.ttl", default="en")
    series, _distribution, dataset = page.quarantined
    assert "healthdcatap" in series.reason and series.remote_id == "http://example.com/series"
    assert "distribution" in dataset.reason and dataset.remote_id == "http://example.healthdata.nl/set/dataset"
    assert page.records == ()


def test_paged_catalogue_of_udata_is_read_whole():
    pages = {
        f"http://data.test.org/catalog.jsonld?page={number}": shared(f"dcat/udata_paged-collection-{number}.jsonld")
        for number in (1, 2)
    }
    found = listing(walk(pages.__getitem__, dcat.parse("en"), "http://data.test.org/catalog.jsonld?page=1"))
    assert [record.name for record in found.records] == ["1", "2", "3", "4"]
    assert found.complete and not found.quarantined


def test_law_languages_rights_and_high_value_are_read():
    (record,) = dcat.page(
        b"""
        @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix dcatap: <http://data.europa.eu/r5r/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <https://data.example.org/a> a dcat:Dataset ; dct:title "A"@fi ;
          dct:language <http://publications.europa.eu/resource/authority/language/FIN> ;
          dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
          dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d>, <http://data.europa.eu/bna/c_b79e35eb> ;
          dct:rights [ a dct:RightsStatement ; rdfs:label "Mainitse l\\u00e4hde."@fi ] .
        """,
        "https://data.example.org/a.ttl",
    ).records
    assert record.legislation == ("http://data.europa.eu/eli/reg_impl/2023/138/oj",)
    assert [one.rpartition("/")[2] for one in record.languages] == ["FIN"]
    assert sorted(one.rpartition("/")[2] for one in record.high_value) == ["c_ac64a52d", "c_b79e35eb"]
    assert record.rights == {"fi": "Mainitse lähde."}
