"""The interfaces through which tables are read, as DCAT's data services, and who keeps the catalogue."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.opendata import addresses
from kuutio.opendata.dcat import vocabulary
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import Iri, Literal, iri, text

_OGC_CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
)
_CKAN_MANUAL = "https://docs.ckan.org/en/latest/api/index.html"


@lru_cache(maxsize=16)
def _said(what: str) -> tuple[Literal, ...]:
    """A sentence of ours in each language."""
    made = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            sentences = {
                "ogc": _("OGC API: features, records and tiles"),
                "ckan": _("CKAN Action API"),
                "help": _("Data service of Kuutio"),
            }
            made.append(text(sentences[what], language))
    return tuple(sentence for sentence in made if sentence)


def helpdesk(graph: Graph) -> Iri:
    """Whom to ask about the catalogue and its interfaces."""
    desk = graph.node(Iri(f"{addresses.catalogue_uri()}#contact"), "vcard:Kind", "vcard:Organization")
    graph.add(desk, "vcard:fn", *_said("help"))
    if email := mail(settings.CONTACT):
        graph.add(desk, "vcard:hasEmail", vocabulary.resource(graph, email))
    page = settings.CONTACT if settings.CONTACT.startswith("https://") else addresses.site("/")
    graph.add(desk, "vcard:hasURL", vocabulary.resource(graph, page))
    return desk


def ogc(graph: Graph) -> Iri:
    """The OGC API of this installation."""
    service = graph.node(Iri(addresses.ogc_root()), "dcat:DataService")
    graph.add(service, "dct:title", *_said("ogc"))
    graph.add(service, "dcat:endpointURL", vocabulary.resource(graph, addresses.ogc_root()))
    graph.add(service, "dcat:endpointDescription", vocabulary.resource(graph, addresses.ogc_description()))
    graph.add(service, "dct:conformsTo", *(vocabulary.standard(graph, one) for one in _OGC_CONFORMS))
    graph.add(service, "foaf:page", vocabulary.document(graph, addresses.ogc_root()))
    return _kept(graph, service)


def ckan(graph: Graph) -> Iri:
    """The CKAN Action API of this installation."""
    service = graph.node(Iri(addresses.ckan_root()), "dcat:DataService")
    graph.add(service, "dct:title", *_said("ckan"))
    graph.add(service, "dcat:endpointURL", vocabulary.resource(graph, addresses.ckan_root()))
    graph.add(service, "dcat:endpointDescription", vocabulary.resource(graph, _CKAN_MANUAL))
    graph.add(service, "foaf:page", vocabulary.document(graph, _CKAN_MANUAL))
    return _kept(graph, service)


def _kept(graph: Graph, service: Iri) -> Iri:
    graph.add(service, "dct:accessRights", vocabulary.access_rights(graph, "PUBLIC"))
    graph.add(service, "dcat:contactPoint", helpdesk(graph))
    return service


def serve(graph: Graph, dataset: Iri, distributions: Iterable[Iri], *, high_value: Sequence[str] = ()) -> None:
    """Say that our interfaces serve a data set's tables.

    The tables name the interfaces. The interfaces name only the data sets whose law wants it: a harvester that copies the
    description of an interface into each table would otherwise copy the whole catalogue into each of them.
    """
    tables = list(distributions)
    if not tables:
        return
    services = (ogc(graph), ckan(graph))
    for table in tables:
        graph.add(table, "dcat:accessService", *services)
    if high_value:
        for service in services:
            graph.add(service, "dcat:servesDataset", dataset)
    vocabulary.high_value(graph, high_value, *services)


def mail(address: str) -> Iri | None:
    """An e-mail address as a name."""
    return iri(f"mailto:{address.strip()}") if "@" in address else None
