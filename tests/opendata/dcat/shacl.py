"""SHACL for the tests: the official shapes, used in place where they are, and ours as SHACL to compare with."""

import os
from functools import lru_cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import SH

from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.shapes import RULES
from kuutio.opendata.dcat.terms import name
from kuutio.opendata.dcat.writing import turtle

SHARED = Path(os.environ.get("KUUTIO_SHARED") or Path(__file__).resolve().parents[4] / "shared")


@lru_cache
def official(*files: str) -> rdflib.Graph:
    """The official shapes of these files.

    The release's file of all shapes names one property shape that it doesn't define; what is undefined demands nothing.
    """
    folder = SHARED / "data" / "opendata" / "shacl"
    if not folder.is_dir():
        pytest.skip(f"the official DCAT-AP shapes aren't at {folder}; they are used in place, set KUUTIO_SHARED")
    shapes = rdflib.Graph()
    for file in files:
        shapes.parse(folder / file)
    for undefined in [shape for shape in shapes.objects(None, SH.property) if shapes.value(shape, SH.path) is None]:
        shapes.remove((None, SH.property, undefined))
    return shapes


@lru_cache
def ours() -> rdflib.Graph:
    """Our table of rules, as SHACL says it."""
    shapes = rdflib.Graph()
    for kind, rules in RULES.items():
        shape = URIRef(f"urn:shape:{kind}")
        shapes.add((shape, RDF.type, SH.NodeShape))
        shapes.add((shape, SH.targetClass, URIRef(name(kind))))
        for rule in rules:
            prop = BNode()
            shapes.add((shape, SH.property, prop))
            shapes.add((prop, SH.path, URIRef(name(rule.path))))
            shapes.add((prop, SH.minCount, Literal(rule.least)))
            if rule.most is not None:
                shapes.add((prop, SH.maxCount, Literal(rule.most)))
            is_text = rule.range == "text" or rule.range.startswith("xsd:")
            shapes.add((prop, SH.nodeKind, SH.Literal if is_text else SH.BlankNodeOrIRI))
            if rule.range.startswith("xsd:"):
                shapes.add((prop, SH.datatype, URIRef(name(rule.range))))
            elif rule.range not in {"text", ""}:
                shapes.add((prop, SH["class"], URIRef(name(rule.range))))
    return shapes


_FAULTS = {
    SH.MinCountConstraintComponent: "few",
    SH.MaxCountConstraintComponent: "many",
    SH.NodeKindConstraintComponent: "kind",
    SH.DatatypeConstraintComponent: "range",
    SH.ClassConstraintComponent: "range",
}


def faults(graph: Graph, shapes: rdflib.Graph) -> set[tuple[str, str, str]]:
    """What the shapes find wrong: the thing, the property, how. Recommendations (warnings) are not faults."""
    data = rdflib.Graph().parse(data=turtle(graph), format="turtle")
    _conforms, report, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none", allow_warnings=True)
    return {
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath)),
            _FAULTS.get(report.value(result, SH.sourceConstraintComponent), "other"),
        )
        for result in report.objects(None, SH.result)
        if report.value(result, SH.resultSeverity) == SH.Violation
    }
