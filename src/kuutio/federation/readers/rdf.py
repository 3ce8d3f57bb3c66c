"""RDF in any of its written forms to a graph: nothing is fetched from elsewhere, and a broken statement costs only itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

import defusedxml.ElementTree
import orjson
from defusedxml.common import DefusedXmlException
from rdflib import Graph

from kuutio.federation.readers.values import Quarantined, Unreadable, raw_of

XML_BEGINS = re.compile(rb"\s*<(\?xml|!--|rdf:RDF|[\w-]+:RDF|RDF)", re.IGNORECASE)
HTML_BEGINS = re.compile(rb"\s*(<!doctype\s+html|<html)", re.IGNORECASE)
RDF_NAMESPACE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DATASET_ELEMENT = "{http://www.w3.org/ns/dcat#}Dataset"
ENDS = re.compile(r"\.\s*(#.*)?$")
SUBJECT = re.compile(r"\s*<([^>\s]*)>")
MOST_BROKEN = 50


def graph_of(body: bytes, address: str) -> tuple[Graph, list[Quarantined]]:
    """The graph of a document, and the records in it that had to be left out.

    Args:
        address: what relative addresses in it are relative to.

    Raises:
        Unreadable: nothing of it can be read.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if HTML_BEGINS.match(body):
        raise Unreadable("This is a web page, not RDF.")
    if body.lstrip()[:1] in (b"{", b"["):
        return _from_json(body, address), []
    return _from_xml(body, address) if XML_BEGINS.match(body) else _from_turtle(body, address)


def _from_json(body: bytes, address: str) -> Graph:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The JSON is broken: {error}") from error
    for foreign in _foreign_contexts(data):
        raise Unreadable(f"The JSON-LD needs a context from elsewhere, which isn't fetched: {foreign[:200]}")
    return _parsed(body, "json-ld", address)


def _foreign_contexts(data: Any) -> Iterator[str]:
    """The addresses that a JSON-LD processor would fetch from: contexts, and imports of contexts, that are no objects."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                if key in ("@context", "@import"):
                    yield from (
                        entry for entry in (inner if isinstance(inner, list) else [inner]) if isinstance(entry, str)
                    )
                waiting.append(inner)


def _from_xml(body: bytes, address: str) -> tuple[Graph, list[Quarantined]]:
    try:
        root = defusedxml.ElementTree.fromstring(body)
    except DefusedXmlException as error:
        raise Unreadable("The XML defines entities, which is refused.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"The XML is broken: {error}") from error
    try:
        return _parsed(body, "xml", address), []
    except Unreadable:
        broken = list(_without_broken(root, address))
        if not broken:
            raise
        return _parsed(tostring(root), "xml", address), broken


def _parsed(data: str | bytes, form: str, address: str) -> Graph:
    """The graph of a document in one of rdflib's forms.

    Raises:
        SyntaxError: Turtle is broken at a known place.
        Unreadable: it is broken in any other way.
    """
    try:
        return Graph().parse(data=data, format=form, publicID=address)
    except SyntaxError:
        raise
    except Exception as error:
        raise Unreadable(f"The RDF is broken: {error!r}"[:500]) from error


def _without_broken(root: Element, address: str) -> Iterator[Quarantined]:
    """Take out of the tree each data set that can't be read alone."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag != DATASET_ELEMENT:
                continue
            alone = Element(f"{RDF_NAMESPACE}RDF")
            alone.append(child)
            try:
                _parsed(tostring(alone), "xml", address)
            except Unreadable as error:
                parent.remove(child)
                remote_id = child.get(f"{RDF_NAMESPACE}about", "")
                yield Quarantined(remote_id, str(error), raw_of(tostring(child).decode()))


def _from_turtle(body: bytes, address: str) -> tuple[Graph, list[Quarantined]]:
    """Turtle, without the statements that break it: each is cut out, from its first line to the full stop, and kept aside."""
    try:
        lines = body.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Unreadable("The Turtle isn't in UTF-8.") from error
    broken: list[Quarantined] = []
    while True:
        try:
            return _parsed("\n".join(lines), "turtle", address), broken
        except SyntaxError as error:  # BadSyntax of rdflib; its `lines` is off, the place in the text is right
            at = "\n".join(lines)[: getattr(error, "_i", 0)].count("\n")
            reason = f"The Turtle is broken in line {at + 1}: {getattr(error, '_why', error)}"
        cut = _statement_around(lines, at)
        statement = lines[cut]
        if (
            len(broken) >= MOST_BROKEN
            or not any(statement)
            or any(line.lstrip().lower().startswith(("@", "prefix", "base")) for line in statement)
        ):
            raise Unreadable(reason)
        subject = next(filter(None, map(SUBJECT.match, statement)), None)
        broken.append(Quarantined(subject[1] if subject else "", reason, raw_of("\n".join(statement))))
        lines[cut] = [""] * len(statement)  # so that the other lines keep their numbers


def _statement_around(lines: list[str], at: int) -> slice:
    """The lines of the statement that a line belongs to."""
    at = min(at, len(lines) - 1)
    start = at
    while start > 0 and not ENDS.search(lines[start - 1]):
        start -= 1
    end = at
    while end < len(lines) - 1 and not ENDS.search(lines[end]):
        end += 1
    return slice(start, end + 1)
