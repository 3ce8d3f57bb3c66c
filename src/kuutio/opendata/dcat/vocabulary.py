"""The controlled words that a document uses, said to be what they are beside their use.

A reader that follows no links still knows that a theme is a concept with a name, and the official shapes, which look for
these types, hold without loading the EU's tables.

Source: Publications Office of the EU, authority tables; DCAT-AP 3.0.1, section "Controlled vocabularies to be used".
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from i18nfield.strings import LazyI18nString

from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import Iri, Literal, iri, text
from kuutio.opendata.vocabularies import (
    AUTHORITY,
    FREQUENCIES,
    HVD_CATEGORIES,
    IANA,
    LANGUAGES,
    LICENCE_ALIASES,
    LICENCES,
    THEMES,
    Format,
)

THEME_SCHEME = Iri(AUTHORITY + "data-theme")
LICENCE_SCHEME = Iri(AUTHORITY + "licence")
FILE_TYPE_SCHEME = Iri(AUTHORITY + "file-type")
ACCESS_SCHEME = Iri(AUTHORITY + "access-right")
_FREQUENCY_SCHEME = Iri(AUTHORITY + "frequency")
_LANGUAGE_SCHEME = Iri(AUTHORITY + "language")
_AVAILABILITY_SCHEME = Iri(AUTHORITY + "planned-availability")
_HVD_SCHEME = Iri("http://data.europa.eu/bna/asd487ae75")
_HVD_LAW = Iri("http://data.europa.eu/eli/reg_impl/2023/138/oj")
_PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
_PUBLISHER_SCHEME = Iri(_PUBLISHER_TYPES + "1.0")
_KINDS_OF_PUBLISHER = {
    "city": ("LocalAuthority", "Local Authority"),
    "public": ("NationalAuthority", "National authority"),
    "third-sector": ("NonProfitOrganisation", "Non-Profit Organisation"),
    "company": ("Company", "Company"),
    "research": ("Academia-ScientificOrganisation", "Academia/Scientific organisation"),
}
_LANGUAGE_CODES = {**LANGUAGES, **{code.lower(): code for code in LANGUAGES.values()}, "mul": "MUL"}
_ACCESS_NAMES = {"PUBLIC": "public", "RESTRICTED": "restricted", "NON_PUBLIC": "non-public"}


def texts(value: Any) -> dict[str, str]:
    """A translated field's texts by language; one that has none is under the empty language."""
    data = value.data if isinstance(value, LazyI18nString) else value
    if isinstance(data, Mapping):
        return {str(language): str(words) for language, words in data.items() if words and str(words).strip()}
    return {"": str(data)} if data and str(data).strip() else {}


def literals(value: Any) -> list[Literal]:
    """A translated field as texts with their languages."""
    made = (text(words, language) for language, words in texts(value).items())
    return [literal for literal in made if literal]


@lru_cache(maxsize=512)
def _names(table: str, code: str) -> tuple[Literal, ...]:
    """The name of a code in our languages."""
    words = {"data-theme": THEMES, "frequency": FREQUENCIES, "hvd": HVD_CATEGORIES}[table]
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(text(str(words[code]), language))
    return tuple(name for name in found if name)


def _in_scheme(graph: Graph, thing: Iri, scheme: Iri, *types: str) -> Iri:
    graph.node(thing, *types)
    graph.add(thing, "skos:inScheme", scheme)
    return thing


def theme(graph: Graph, code: str) -> Iri | None:
    """One of the EU's thirteen themes."""
    if code not in THEMES:
        return None
    thing = _in_scheme(graph, Iri(f"{THEME_SCHEME}/{code}"), THEME_SCHEME, "skos:Concept")
    graph.add(thing, "skos:prefLabel", *_names("data-theme", code))
    return thing


def theme_taxonomy(graph: Graph) -> Iri:
    """The list of the themes."""
    scheme = graph.node(THEME_SCHEME, "skos:ConceptScheme")
    graph.add(scheme, "dct:title", Literal("Data theme", "en"))
    return scheme


def frequency(graph: Graph, code: str) -> Iri | None:
    """How often a data set changes."""
    if code not in FREQUENCIES:
        return None
    thing = _in_scheme(graph, Iri(f"{_FREQUENCY_SCHEME}/{code}"), _FREQUENCY_SCHEME, "dct:Frequency")
    graph.add(thing, "skos:prefLabel", *_names("frequency", code))
    return thing


def language(graph: Graph, code: str) -> Iri | None:
    """A language, of `fi` or `FIN`."""
    known = _LANGUAGE_CODES.get(code.lower())
    if not known:
        return None
    return _in_scheme(graph, Iri(f"{_LANGUAGE_SCHEME}/{known}"), _LANGUAGE_SCHEME, "dct:LinguisticSystem")


def access_rights(graph: Graph, code: str) -> Iri | None:
    """Who may use a data set."""
    if code not in _ACCESS_NAMES:
        return None
    thing = _in_scheme(graph, Iri(f"{ACCESS_SCHEME}/{code}"), ACCESS_SCHEME, "dct:RightsStatement")
    graph.add(thing, "skos:prefLabel", Literal(_ACCESS_NAMES[code], "en"))
    return thing


def licence(graph: Graph, code: str) -> Iri | None:
    """A licence: of the EU's list where it is there, else an address that a publisher gave as one."""
    known = LICENCES.get(LICENCE_ALIASES.get(code, code))
    if known and known.eu:
        thing = _in_scheme(graph, Iri(f"{LICENCE_SCHEME}/{known.eu}"), LICENCE_SCHEME, "dct:LicenseDocument")
        graph.add(thing, "dct:title", Literal(known.title, "en"))
        graph.add(thing, "foaf:page", document(graph, known.url))
        return thing
    if known is None and code.startswith(("http://", "https://")) and (given := iri(code)):
        return graph.node(given, "dct:LicenseDocument")
    return None


def file_format(graph: Graph, known: Format) -> Iri:
    """A file type of the EU's list."""
    return _in_scheme(graph, Iri(f"{FILE_TYPE_SCHEME}/{known.eu}"), FILE_TYPE_SCHEME, "dct:MediaTypeOrExtent")


def media_type(graph: Graph, written: str) -> Iri | None:
    """A media type of IANA's list, of `text/csv` or `text/csv; charset=utf-8`."""
    plain = written.partition(";")[0].strip().lower()
    kind, slash, rest = plain.partition("/")
    if not (slash and kind and rest and plain.isascii()) or any(one in plain for one in ' <>"{}|^`\\%?#'):
        return None
    return graph.node(Iri(IANA + plain), "dct:MediaType")


def availability(graph: Graph) -> Iri:
    """The promise that what we serve ourselves stays."""
    thing = Iri(f"{_AVAILABILITY_SCHEME}/AVAILABLE")
    _in_scheme(graph, thing, _AVAILABILITY_SCHEME, "skos:Concept")
    graph.add(thing, "skos:prefLabel", Literal("available", "en"))
    return thing


def publisher_type(graph: Graph, kind: str) -> Iri:
    """What sort of organisation a publisher is."""
    code, label = _KINDS_OF_PUBLISHER[kind]
    thing = Iri(_PUBLISHER_TYPES + code)
    _in_scheme(graph, thing, _PUBLISHER_SCHEME, "skos:Concept")
    graph.add(thing, "skos:prefLabel", Literal(label, "en"))
    graph.add(graph.node(_PUBLISHER_SCHEME, "skos:ConceptScheme"), "dct:title", Literal("Publisher type", "en"))
    return thing


def law(graph: Graph, address: str) -> Iri | None:
    """A law by its address; None for what is no address."""
    return graph.node(found, "eli:LegalResource") if (found := iri(address)) else None


def high_value(graph: Graph, categories: Sequence[str], *things: Iri) -> None:
    """Say of things that they are of high-value categories, and by what law.

    Source: DCAT-AP HVD 3.0.0, sections "Dataset", "Distribution" and "Data Service".
    """
    for category in categories:
        concept = Iri(f"http://data.europa.eu/bna/{category}")
        _in_scheme(graph, concept, _HVD_SCHEME, "skos:Concept")
        graph.add(concept, "skos:prefLabel", *_names("hvd", category))
        graph.node(_HVD_LAW, "eli:LegalResource")
        for thing in things:
            graph.add(thing, "dcatap:applicableLegislation", _HVD_LAW)
            if graph.types(thing).isdisjoint({_DISTRIBUTION}):
                graph.add(thing, "dcatap:hvdCategory", concept)


_DISTRIBUTION = Iri("http://www.w3.org/ns/dcat#Distribution")


def standard(graph: Graph, address: str) -> Iri:
    """A standard that something conforms to."""
    return graph.node(Iri(address), "dct:Standard")


def document(graph: Graph, address: str) -> Iri | None:
    """A page for people."""
    given = iri(address)
    return graph.node(given, "foaf:Document") if given else None


def resource(graph: Graph, address: str) -> Iri | None:
    """An address that answers; typed because the shapes for high-value data look for the type."""
    given = iri(address)
    return graph.node(given, "rdfs:Resource") if given else None
