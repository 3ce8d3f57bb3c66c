"""Statements as Turtle, RDF/XML and JSON-LD: the same statements are the same bytes.

Sources: RDF 1.1 Turtle, section 2; RDF 1.1 XML Syntax, section 2; JSON-LD 1.1, section 3 (compacted with prefixes only).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import NAMESPACES, Iri, Literal, Term

_LOCAL = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_TURTLE_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@lru_cache(maxsize=4096)
def _short(iri: str) -> str | None:
    """The shortened name of something in our vocabularies."""
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            return f"{prefix}:{local}" if _LOCAL.match(local) else None
    return None


def _used(graph: Graph) -> list[str]:
    """The prefixes that a document needs, in order."""
    used = {"rdf"}
    for _subject, prop, thing in graph:
        for written in (prop, thing if isinstance(thing, Iri) else thing.datatype):
            if short := _short(str(written)):
                used.add(short.partition(":")[0])
    return sorted(used)


def _turtle(term: Term) -> str:
    if isinstance(term, Literal):
        quoted = f'"{term.value.translate(_TURTLE_ESCAPES)}"'
        if term.language:
            return f"{quoted}@{term.language}"
        return f"{quoted}^^{_turtle(Iri(term.datatype))}" if term.datatype else quoted
    return _short(term) or f"<{term}>"


def turtle(graph: Graph) -> bytes:
    """A document in Turtle."""
    lines = [f"@prefix {prefix}: <{NAMESPACES[prefix]}> ." for prefix in _used(graph)]
    for subject in graph.subjects():
        stated = [
            f"{'a' if _short(prop) == 'rdf:type' else _turtle(prop)} {', '.join(map(_turtle, things))}"
            for prop, things in graph.properties(subject)
        ]
        lines += ["", f"<{subject}> " + " ;\n    ".join(stated) + " ."]
    return ("\n".join(lines) + "\n").encode()


def rdf_xml(graph: Graph) -> bytes:
    """A document in RDF/XML, each thing an element named by its first type."""
    spaces = "".join(f"\n  xmlns:{prefix}={quoteattr(NAMESPACES[prefix])}" for prefix in _used(graph))
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<rdf:RDF{spaces}>"]
    for subject in graph.subjects():
        element, rows = "rdf:Description", []
        for prop, things in graph.properties(subject):
            tag = str(_short(prop))
            for thing in things:
                if tag == "rdf:type" and element == "rdf:Description" and (short := _short(str(thing))):
                    element = short
                    continue
                rows.append(_xml(tag, thing))
        lines.append(f"<{element} rdf:about={quoteattr(subject)}>")
        lines += rows
        lines.append(f"</{element}>")
    lines.append("</rdf:RDF>")
    return ("\n".join(lines) + "\n").encode()


def _xml(tag: str, term: Term) -> str:
    if not isinstance(term, Literal):
        return f"  <{tag} rdf:resource={quoteattr(term)}/>"
    mark = f" xml:lang={quoteattr(term.language)}" if term.language else ""
    mark = f" rdf:datatype={quoteattr(term.datatype)}" if term.datatype else mark
    return f"  <{tag}{mark}>{escape(term.value)}</{tag}>"


def _json(term: Term) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": str(term)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    if term.datatype:
        return {"@type": _short(term.datatype) or term.datatype, "@value": term.value}
    return {"@value": term.value}


def json_ld(graph: Graph) -> bytes:
    """A document in JSON-LD."""
    nodes: list[dict[str, Any]] = []
    for subject in graph.subjects():
        node: dict[str, Any] = {"@id": str(subject)}
        for prop, things in graph.properties(subject):
            short = _short(prop)
            if short == "rdf:type":
                node["@type"] = [_short(str(thing)) or str(thing) for thing in things]
            else:
                node[short or str(prop)] = [_json(thing) for thing in things]
        nodes.append(node)
    context = {prefix: NAMESPACES[prefix] for prefix in _used(graph)}
    return orjson.dumps({"@context": context, "@graph": nodes}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of RDF: its suffix in addresses, its media type, its writer."""

    suffix: str
    media_type: str
    write: Callable[[Graph], bytes]


FORMS = {
    form.suffix: form
    for form in (
        Form("ttl", "text/turtle", turtle),
        Form("rdf", "application/rdf+xml", rdf_xml),
        Form("jsonld", "application/ld+json", json_ld),
    )
}
