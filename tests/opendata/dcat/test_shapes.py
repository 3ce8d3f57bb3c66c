"""What we state is valid by the official shapes, whatever a publisher left out; and our own check agrees with SHACL."""

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.opendata.dcat import catalogue, profiles
from kuutio.opendata.dcat.dataset import graph_of
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.shapes import RULES, violations
from kuutio.opendata.dcat.terms import NAMESPACES, Iri, Literal, name
from kuutio.opendata.dcat.writing import turtle
from tests.factories import DatasetFactory, OrganisationFactory
from tests.opendata.dcat.described import datasets, whole_dataset
from tests.opendata.dcat.shacl import faults, official, ours

pytestmark = pytest.mark.django_db
_ALL = ("dcat-ap-SHACL.ttl",)
_HTML = ("shapes.ttl", "range.ttl", "deprecateduris.ttl")
_VOCABULARIES = ("mdr-vocabularies.shape.ttl",)
_HVD = ("hvd-SHACL.ttl",)


def _calm(examples: int) -> settings:
    return settings(deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("files", [_ALL, _HTML], ids=["all", "html"])
@_calm(40)
@given(dataset=datasets())
def test_any_combination_of_fields_is_valid_dcat_ap(files, dataset):
    assert faults(catalogue.document_of(dataset), official(*files)) == set()


@_calm(20)
@given(dataset=datasets())
def test_high_value_data_fulfil_their_own_shapes(dataset):
    dataset.hvd_category = "c_a9135398"
    assert faults(catalogue.document_of(dataset), official(*_HVD)) == set()


@pytest.mark.parametrize("files", [_ALL, _HTML, _HVD, _VOCABULARIES], ids=["all", "html", "hvd", "vocabularies"])
def test_a_page_of_the_catalogue_is_valid(files):
    whole_dataset(name="helsinki-whole", hvd_category="c_ac64a52d")
    if files != _HVD:
        DatasetFactory(notes={}, licence="", city=None, publisher=OrganisationFactory())
    found = faults(catalogue.graph_of(catalogue.page_of(1)), official(*files))
    if files == _VOCABULARIES:  # its pattern wants https, which the names of SPDX don't have
        found = {one for one in found if not one[1].endswith("terms#algorithm")}
    assert found == set()


def test_the_older_profile_differs_where_the_two_contradict_each_other():
    dataset = whole_dataset()
    newest, older = catalogue.document_of(dataset), catalogue.document_of(dataset, profile=profiles.OLDER)
    gone = {(s, p) for s, p, o in set(newest) - set(older)}
    assert {p for _s, p in gone} == {
        name("dcat:byteSize"), name("spdx:checksum"), name("spdx:algorithm"), name("spdx:checksumValue"), name("rdf:type"),
    }  # fmt: skip
    sizes = {o for _s, p, o in older if p == name("dcat:byteSize")}
    assert sizes == {Literal(size, datatype=NAMESPACES["xsd"] + "decimal") for size in ("120", "4000")}
    assert not older.of_type("spdx:Checksum")
    for at in ("dct:issued", "dct:modified"):
        for _s, p, o in older:
            if p == name(at):
                assert o.datatype.endswith(("#date", "#dateTime"))


@_calm(60)
@given(dataset=datasets(), draw=st.data())
def test_our_check_finds_what_shacl_finds(dataset, draw):
    """Break a valid graph somewhere, in any of the ways a rule speaks of: both must see the same."""
    graph = graph_of(dataset)
    assert violations(graph) == []
    broken = _broken(graph, draw)
    assert {(str(s), str(name(path)), fault) for s, path, fault in violations(broken)} == faults(broken, ours())


@_calm(60)
@given(dataset=datasets(), draw=st.data())
def test_our_check_finds_what_the_official_shapes_find(dataset, draw):
    broken = _broken(graph_of(dataset), draw)
    assert bool(violations(broken)) == bool(faults(broken, official(*_ALL)))


def _broken(graph: Graph, draw: st.DataObject) -> Graph:
    kinds = [kind for kind in RULES if graph.of_type(kind)]
    kind = draw.draw(st.sampled_from(kinds))
    subject = draw.draw(st.sampled_from(graph.of_type(kind)))
    rule = draw.draw(st.sampled_from(RULES[kind]))
    way = draw.draw(st.sampled_from(["none", "twice", "text", "thing", "untyped"]))
    stated = graph.of(subject, rule.path)
    if way == "none":
        graph.replace(subject, rule.path)
    elif way == "twice":
        graph.add(subject, rule.path, Literal("one"), Literal("two"), Literal("three", "fi"))
    elif way == "text":
        graph.replace(subject, rule.path, Literal("a text"))
    elif way == "thing":
        graph.replace(subject, rule.path, Iri("https://example.org/anything"))
    else:
        for thing in stated:
            if isinstance(thing, Iri):
                graph.replace(thing, "rdf:type")
    return graph


def test_every_class_that_is_stated_has_rules_or_needs_none():
    graph = catalogue.graph_of(catalogue.page_of(1)) if whole_dataset(hvd_category="c_ac64a52d") else None
    assert graph is not None
    written = rdflib.Graph().parse(data=turtle(graph), format="turtle")
    shapes = official(*_ALL)
    demanding = {
        str(shapes.value(shape, rdflib.namespace.SH.targetClass))
        for shape in shapes.subjects(rdflib.RDF.type, rdflib.namespace.SH.NodeShape)
        if any(
            shapes.value(prop, rdflib.namespace.SH.minCount)
            for prop in shapes.objects(shape, rdflib.namespace.SH.property)
        )
    }
    stated = {str(kind) for kind in written.objects(None, rdflib.RDF.type)}
    assert demanding & stated <= {str(name(kind)) for kind in RULES}
