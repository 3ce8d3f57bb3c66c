"""Whatever a source sends: a page, a quarantine or `Unreadable`, never another exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kuutio.federation.readers import addresses, ckan, dcat, ogcapi, wfs
from kuutio.federation.readers.values import Unreadable
from tests.federation.readers.samples_at import SAMPLES

ADDRESS = "https://data.example.org/api?start=0"
TURTLE = (SAMPLES / "catalogue.ttl").read_bytes()
SOUND = Graph().parse(
    data=TURTLE.replace(b'unknown:thing "the prefix is not bound"', b'dct:abstract "x"'), format="turtle"
)
CASES = {
    "turtle": (dcat.page, TURTLE),
    "rdf-xml": (dcat.page, SOUND.serialize(format="xml").encode()),
    "json-ld": (dcat.page, SOUND.serialize(format="json-ld").encode()),
    "wfs": (wfs.page, (SAMPLES / "capabilities.xml").read_bytes()),
    "ogcapi": (ogcapi.page, (SAMPLES / "collections.json").read_bytes()),
    "ckan": (
        ckan.page,
        b'{"success": true, "result": {"count": 1, "results": [{"id": "a", "title": "b", "resources": [{"url": "http://a/b"}]}]}}',
    ),
    "addresses": (addresses.page, b"https://a.example/b.csv  B\n# c\n"),
}


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_input_never_raises_anything_else(name, data):
    read, body = CASES[name]
    damaged = bytearray(body)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(damaged) - 1, 0)))
        damaged[at : at + data.draw(st.integers(0, 60))] = data.draw(
            st.sampled_from(
                [
                    b"",
                    b"\0",
                    b"\xff",
                    b"<",
                    b'"',
                    b"{",
                    b"]",
                    b"null",
                    b"9e999",
                    b"&x;",
                    b". ",
                    b"@prefix ",
                    "ä".encode(),
                    b"[[[[",
                ]
            )
        )
    try:
        page = read(bytes(damaged), ADDRESS)
    except Unreadable as error:
        assert str(error)
    else:
        assert all(record.remote_id and record.title for record in page.records)


@pytest.mark.parametrize("read", [dcat.page, wfs.page, ogcapi.page, ckan.page, addresses.page])
@given(body=st.binary(max_size=200))
def test_any_bytes_never_raise_anything_else(read, body):
    try:
        read(body, ADDRESS)
    except Unreadable as error:
        assert str(error)


@pytest.mark.parametrize("read", [dcat.page, ogcapi.page, ckan.page])
def test_deeply_nested_json_is_refused(read):
    body = b'{"@context": {}, "collections": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    try:
        page = read(body, ADDRESS)
    except Unreadable:
        return
    assert page.records == ()
