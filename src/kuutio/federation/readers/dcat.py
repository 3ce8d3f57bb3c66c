"""DCAT catalogues as a source: DCAT-AP 1 to 3 as Turtle, RDF/XML or JSON-LD, page by page along hydra's links.

Source: DCAT-AP 3.0.1: https://semiceu.github.io/DCAT-AP/releases/3.0.1/ ; Hydra, `PartialCollectionView`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC
from rdflib.term import Node

from kuutio.federation.readers.rdf import graph_of
from kuutio.federation.readers.values import (
    LANGUAGES,
    Agent,
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    Texts,
    Unreadable,
    box,
    language,
    moment,
    raw_of,
    short_format,
    texts,
    web_address,
    whole,
)

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SCHEMA = Namespace("http://schema.org/")
LOCN = Namespace("http://www.w3.org/ns/locn#")
VERSION = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib's DCAT lacks
LABELS = (SKOS.prefLabel, RDFS.label, FOAF.name, DCTERMS.title, VCARD.fn)


def parse(default: str = "fi") -> Parse:
    """A parser of pages for a source whose own language is `default`."""
    return partial(page, default=default)


def page(body: bytes, address: str, *, default: str = "fi") -> Page:
    """One page of a catalogue. A record that can't be read is quarantined, and so is a page that can't.

    A page that is broken from end to end has no `next`; it makes the listing incomplete.
    """
    try:
        graph, broken = graph_of(body, address)
    except Unreadable as error:
        unread = Quarantined("", str(error), raw_of(body[:2000].decode("utf-8", "replace")))
        return Page((), (unread,), partial=True)
    reader = _Reader(graph, default)
    records: list[RemoteDataset] = []
    lost = {entry.remote_id: entry.reason for entry in broken if entry.remote_id}
    for subject in sorted(graph.subjects(RDF.type, DCAT.Dataset, unique=True), key=reader.order):
        try:
            for part in graph.objects(subject, DCAT.distribution):
                if str(part) in lost:  # half a data set would pass for one that has lost its files
                    raise Unreadable(f"A distribution of it is broken. {lost[str(part)]}")
            records.append(reader.dataset(subject))
        except Unreadable as error:
            raw = "\n".join(sorted(f"{subject} {what} {value}" for what, value in graph.predicate_objects(subject)))
            broken.append(Quarantined(str(subject) if isinstance(subject, URIRef) else "", str(error), raw_of(raw)))
    mentioned = frozenset(str(node) for node in graph.objects(None, DCAT.dataset) if isinstance(node, URIRef))
    return Page(tuple(records), tuple(broken), reader.next_page(address), mentioned=mentioned)


class _Reader:
    """Reads the values of one graph."""

    def __init__(self, graph: Graph, default: str) -> None:
        self.graph, self.default = graph, default

    def dataset(self, node: Node) -> RemoteDataset:
        """A `dcat:Dataset`.

        Raises:
            Unreadable: nothing tells it from others, or it has no title.
        """
        remote_id = str(node) if isinstance(node, URIRef) else self.text(node, DCTERMS.identifier)
        if not remote_id:
            raise Unreadable("The data set has neither an address nor an identifier.")
        title = self.texts(node, DCTERMS.title)
        if not title:
            raise Unreadable("The data set has no title.")
        found = (self.distribution(form, remote_id) for form in self.objects(node, DCAT.distribution))
        distributions = tuple(form for form in found if form.url)
        return RemoteDataset(
            remote_id=remote_id,
            title=title,
            name=self.text(node, DCTERMS.identifier),
            text=self.texts(node, DCTERMS.description) or self.texts(node, DCTERMS.abstract),
            keywords=self.keywords(node),
            licence=self.text(node, DCTERMS.license)
            or next((form.licence for form in distributions if form.licence), ""),
            publisher=self.agent(node, DCTERMS.publisher),
            contact=self.agent(node, DCAT.contactPoint),
            themes=self.names(node, DCAT.theme),
            rhythm=self.text(node, DCTERMS.accrualPeriodicity),
            issued=moment(self.text(node, DCTERMS.issued)),
            modified=moment(self.text(node, DCTERMS.modified)),
            page=web_address(self.text(node, DCAT.landingPage)),
            places=self.names(node, DCTERMS.spatial),
            bbox=self.bbox(node),
            period=self.period(node),
            version=self.text(node, VERSION) or self.text(node, OWL.versionInfo),
            access_rights=self.text(node, DCTERMS.accessRights),
            legislation=self.names(node, DCATAP.applicableLegislation),
            languages=self.names(node, DCTERMS.language),
            rights=self.rights(node),
            high_value=self.names(node, DCATAP.hvdCategory),
            distributions=distributions,
        )

    def distribution(self, node: Node, dataset: str) -> RemoteDistribution:
        download = web_address(self.text(node, DCAT.downloadURL))
        url = web_address(self.text(node, DCAT.accessURL)) or download
        media_type = self.text(node, DCAT.mediaType)
        return RemoteDistribution(
            remote_id=str(node) if isinstance(node, URIRef) else f"{dataset}#{url}",
            url=url,
            download=download,
            title=self.texts(node, DCTERMS.title),
            text=self.texts(node, DCTERMS.description),
            format=short_format(self.text(node, DCTERMS["format"])),
            media_type=media_type.partition("/media-types/")[2] or media_type,
            licence=self.text(node, DCTERMS.license),
            size=whole(self.text(node, DCAT.byteSize)),
            modified=moment(self.text(node, DCTERMS.modified)),
            conforms_to=self.names(node, DCTERMS.conformsTo),
        )

    def agent(self, node: Node, role: URIRef) -> Agent | None:
        for who in self.objects(node, role):
            if isinstance(who, Literal):
                return Agent(texts([(who.language, str(who))], self.default))
            name = self.texts(who, *LABELS)
            email = self.text(who, VCARD.hasEmail) or self.text(who, FOAF.mbox)
            url = self.text(who, VCARD.hasURL) or self.text(who, FOAF.homepage)
            return Agent(
                name, str(who) if isinstance(who, URIRef) else "", email.removeprefix("mailto:"), web_address(url)
            )
        return None

    def keywords(self, node: Node) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for word in self.objects(node, DCAT.keyword):
            if isinstance(word, Literal) and str(word).strip():
                code = language(word.language) if word.language else self.default
                found.setdefault(code, []).append(str(word).strip())
        if not any(found.get(code) for code in LANGUAGES):
            found = {self.default: [word for words in found.values() for word in words]}
        return {code: tuple(dict.fromkeys(found[code])) for code in LANGUAGES if found.get(code)}

    def bbox(self, node: Node) -> tuple[float, float, float, float] | None:
        for place in self.objects(node, DCTERMS.spatial):
            for how in (DCAT.bbox, LOCN.geometry, DCAT.centroid):
                for value in self.objects(place, how):
                    if drawn := box(str(value)):
                        return drawn
        return None

    def period(self, node: Node) -> tuple[datetime | None, datetime | None]:
        for period in self.objects(node, DCTERMS.temporal):
            first = self.text(period, DCAT.startDate) or self.text(period, SCHEMA.startDate)
            last = self.text(period, DCAT.endDate) or self.text(period, SCHEMA.endDate)
            return moment(first), moment(last)
        return None, None

    def next_page(self, address: str) -> str | None:
        for following in (HYDRA.next, HYDRA.nextPage):
            for target in self.graph.objects(None, following):
                return web_address(target, address) or None
        return None

    # The graph's order is not steady from run to run: everything that comes several times is sorted.

    def objects(self, node: Node, predicate: URIRef) -> list[Node]:
        return sorted(self.graph.objects(node, predicate), key=self.order)

    def order(self, node: Node) -> tuple[bool, str, str]:
        """A steady order: nodes without a name by what is said of them."""
        if not isinstance(node, BNode):
            return (False, str(node), getattr(node, "language", None) or "")
        said = sorted(
            f"{what} {value}" for what, value in self.graph.predicate_objects(node) if not isinstance(value, BNode)
        )
        return (True, " ".join(said), "")

    def texts(self, node: Node, *predicates: URIRef) -> Texts:
        for predicate in predicates:
            values = (value for value in self.objects(node, predicate) if isinstance(value, Literal))
            if found := texts([(value.language, str(value)) for value in values], self.default):
                return found
        return {}

    def text(self, node: Node, predicate: URIRef) -> str:
        """One value as text: a literal, an address, or what a nameless node is called."""
        return next(self._said(node, predicate), "")

    def rights(self, node: Node) -> Texts:
        """What is said of rights: of the data set, else of the first of its forms that says some."""
        for thing in (node, *self.objects(node, DCAT.distribution)):
            statements = [one for one in self.objects(thing, DCTERMS.rights) if not isinstance(one, Literal)]
            for statement in statements:
                if found := self.texts(statement, *LABELS, DCTERMS.description):
                    return found
            if not statements and (found := self.texts(thing, DCTERMS.rights)):
                return found
        return {}

    def names(self, node: Node, predicate: URIRef) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._said(node, predicate)))

    def _said(self, node: Node, predicate: URIRef) -> Iterator[str]:
        for value in self.objects(node, predicate):
            if isinstance(value, BNode):
                named = self.texts(value, *LABELS, VCARD.value, DC.title)
                inner = (str(part) for part in self.objects(value, VCARD.value))
                yield from list(named.values())[:1] or list(inner)[:1]
            elif str(value).strip():
                yield str(value).strip()
