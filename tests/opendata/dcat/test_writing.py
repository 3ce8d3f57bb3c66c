"""The three forms say the same, and the same statements are the same bytes."""

import random
import subprocess
import sys

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.opendata.dcat.catalogue import document_of
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import NAMESPACES, Iri, Literal, iri, name, text
from kuutio.opendata.dcat.writing import FORMS, json_ld, rdf_xml, turtle
from tests.opendata.dcat.described import datasets

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
    ),  # rdflib's own JSON-LD reader
]
_IN_RDFLIB = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
_calm = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(document: bytes, suffix: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """The statements of a document as rdflib reads them, in plain words."""

    def plain(term: rdflib.term.Node) -> tuple[str, ...]:
        if isinstance(term, rdflib.Literal):
            return ("text", str(term), term.language or "", str(term.datatype or ""))
        assert isinstance(term, rdflib.URIRef), "every thing has a name"
        return ("thing", str(term))

    graph = rdflib.Graph().parse(data=document, format=_IN_RDFLIB[suffix])
    return {(str(subject), str(prop), plain(thing)) for subject, prop, thing in graph}


def stated(graph: Graph) -> set[tuple[str, str, tuple[str, ...]]]:
    """The same of a graph of ours."""
    return {
        (str(s), str(p), ("text", o.value, o.language, o.datatype) if isinstance(o, Literal) else ("thing", str(o)))
        for s, p, o in graph
    }


@pytest.fixture(autouse=True)
def _as_written(monkeypatch):
    """rdflib would write times and digests its own way; compare what stands in the documents."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@_calm
@given(dataset=datasets())
def test_each_form_read_back_is_what_was_stated(dataset):
    graph = document_of(dataset)
    for suffix, form in FORMS.items():
        assert read(form.write(graph), suffix) == stated(graph), suffix


@_calm
@given(words=st.text(), language=st.sampled_from(["", "fi", "sv-FI", "no language"]), seed=st.integers())
def test_the_order_of_stating_changes_no_byte(words, language, seed):
    things = [
        text(words, language),
        text("a", "fi"),
        text("a"),
        name("dcat:Dataset"),
        iri("https://example.org/?a=1&b=2"),
    ]
    statements = [(Iri(f"https://example.org/{n}"), curie, thing) for n in range(3) for curie in ("dct:title", "rdf:type", "foaf:page") for thing in things]  # fmt: skip
    first, second = Graph(Iri("https://example.org/1")), Graph(Iri("https://example.org/1"))
    for subject, curie, thing in statements:
        first.add(subject, curie, thing)
    random.Random(seed).shuffle(statements)
    for subject, curie, thing in statements:
        second.add(subject, curie, thing)
    for write in (turtle, rdf_xml, json_ld):
        assert write(first) == write(second)


def test_a_text_that_ends_elements_stays_a_text():
    graph = Graph(Iri("https://example.org/"))
    graph.add(graph.root, "dct:title", text('</dct:title>"""<script>]]>\\u0041\n\x0b&amp;'))
    for suffix, form in FORMS.items():
        ((_s, _p, thing),) = read(form.write(graph), suffix)
        assert thing[1] == '</dct:title>"""<script>]]>\\u0041\n&amp;'


def test_another_process_with_another_hash_seed_writes_the_same_bytes():
    script = (
        "from kuutio.opendata.dcat.graph import Graph\n"
        "from kuutio.opendata.dcat.terms import Iri, Literal\n"
        "from kuutio.opendata.dcat.writing import FORMS\n"
        "import sys\n"
        "graph = Graph(Iri('https://example.org/'))\n"
        "for n in range(50):\n"
        "    graph.add(Iri(f'https://example.org/{n % 7}'), 'dcat:keyword', Literal(f'w{n}', 'fi'), Literal(f'w{n}'))\n"
        "    graph.node(Iri(f'https://example.org/{n % 7}'), 'dcat:Dataset', 'dcat:Resource')\n"
        "for form in FORMS.values():\n"
        "    sys.stdout.buffer.write(form.write(graph))\n"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONPATH": "src", "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(written) == 1
    assert len(written.pop()) > 1000


def test_prefixes_are_those_of_the_vocabularies():
    assert NAMESPACES["dcat"] == str(rdflib.Namespace(rdflib.DCAT))
    assert NAMESPACES["dct"] == str(rdflib.Namespace(rdflib.DCTERMS))
