"""The catalogue in pages, each a document of its own that says where the next one is.

A page is found by its number, or by the data set that it comes after. The links between pages carry the latter, so that a
reader who follows them meets every data set that was there from the beginning exactly once, whatever is added or withdrawn
meanwhile.

Sources: DCAT-AP 3.0.1, section "Catalogue"; Hydra Core Vocabulary, collections (both the terms of today and the older ones,
which harvesters still read).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.cities.models import City
from kuutio.core.problems import NotFound
from kuutio.opendata import addresses
from kuutio.opendata.dcat import dataset as datasets
from kuutio.opendata.dcat import profiles, queries, services, vocabulary
from kuutio.opendata.dcat.graph import Graph, joined
from kuutio.opendata.dcat.terms import Iri, Literal, moment, text, whole
from kuutio.opendata.dcat.vocabulary import texts
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import public_datasets

PAGE_SIZE = 100
_XSD_INTEGER = "integer"
_FINLAND = "http://publications.europa.eu/resource/authority/country/FIN"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the catalogue.

    Attributes:
        number: from 1.
        after: the data set that it comes after, when it was reached by a link.
        total: data sets in the whole catalogue.
    """

    number: int
    after: UUID | None
    total: int
    datasets: list[Dataset]
    has_next: bool

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def changed_at(self) -> datetime | None:
        """When anything on it last changed."""
        return max((datasets.changed_at(one) for one in self.datasets), default=None)


def page_of(number: int, after: UUID | None = None) -> Page:
    """A page: by what it comes after if that is given, else by its number. Data sets stand in the order of their ids.

    Raises:
        NotFound: there is no such page.
    """
    visible = public_datasets().order_by("pk")
    total = visible.count()
    rows = queries.with_everything(visible)
    begin = 0 if after else (number - 1) * PAGE_SIZE
    found = list((rows.filter(pk__gt=after) if after else rows)[begin : begin + PAGE_SIZE + 1])
    if not found and number > 1 and after is None:
        raise NotFound(_("The catalogue has fewer pages than that. Begin at its first page."))
    return Page(number, after, total, found[:PAGE_SIZE], len(found) > PAGE_SIZE)


def graph_of(page: Page, *, suffix: str = "ttl", profile: str = profiles.NEWEST) -> Graph:
    """A page of the catalogue with everything on it."""
    root = Iri(addresses.catalogue_uri())
    parts = [datasets.graph_of(one) for one in page.datasets]
    graph = joined(root, parts)
    _catalogue(graph, root, profile)
    for one in page.datasets:
        thing = Iri(addresses.dataset_uri(one))
        graph.add(root, "dcat:dataset", thing)
        graph.add(root, "dcat:record", _record(graph, thing, one, profile))
    graph.add(root, "dcat:service", *graph.of_type("dcat:DataService"))
    _pages(graph, page, suffix, profile)
    return profiles.fitted(graph, profile)


def document_of(dataset: Dataset, *, profile: str = profiles.NEWEST) -> Graph:
    """One data set as a document of its own."""
    return profiles.fitted(datasets.graph_of(dataset), profile)


@lru_cache(maxsize=8)
def _sentences(names: tuple[tuple[str, str], ...]) -> dict[str, tuple[Literal, ...]]:
    """Title and description of the catalogue in each language, of the cities' names by language."""
    made: dict[str, list[Literal]] = {"title": [], "description": []}
    for language, cities in names:
        with translation.override(language):
            for key, sentence in (
                ("title", _("Open data of %(cities)s") % {"cities": cities}),
                (
                    "description",
                    _("The open data of the cities that run Kuutio together: tables, files and interfaces."),
                ),
            ):
                if literal := text(sentence, language):
                    made[key].append(literal)
    return {key: tuple(literals) for key, literals in made.items()}


def _city_names() -> tuple[tuple[str, str], ...]:
    """The cities' names as one text in each language."""
    cities = [texts(name) for name in City.objects.values_list("name", flat=True)]
    return tuple(
        (language, ", ".join(names.get(language) or next(iter(names.values()), "") for names in cities) or "Kuutio")
        for language, _name in settings.LANGUAGES
    )


def _catalogue(graph: Graph, root: Iri, profile: str) -> None:
    """What is stated of the catalogue itself; nothing in it depends on the page or the time."""
    sentences = _sentences(_city_names())
    graph.node(root, "dcat:Catalog", "dcat:Resource")
    graph.add(root, "dct:title", *sentences["title"])
    graph.add(root, "dct:description", *sentences["description"])
    keeper = graph.node(Iri(addresses.site("/#publisher")), "foaf:Agent")
    graph.add(keeper, "foaf:name", *(text(names, language) for language, names in _city_names()))
    graph.add(keeper, "dct:type", vocabulary.publisher_type(graph, "city"))
    graph.add(root, "dct:publisher", keeper)
    graph.add(root, "dcat:contactPoint", services.helpdesk(graph))
    graph.add(root, "dct:language", *(vocabulary.language(graph, code) for code, _name in settings.LANGUAGES))
    graph.add(root, "dct:license", vocabulary.licence(graph, "cc-zero-1.0"))
    graph.add(root, "foaf:homepage", vocabulary.document(graph, addresses.site("/")))
    graph.add(root, "dcat:themeTaxonomy", vocabulary.theme_taxonomy(graph))
    graph.add(root, "dct:spatial", graph.node(Iri(_FINLAND), "dct:Location"))
    graph.add(root, "dct:conformsTo", vocabulary.standard(graph, profiles.name_of(profile)))


def _record(graph: Graph, thing: Iri, dataset: Dataset, profile: str) -> Iri:
    """The entry of a data set in the catalogue: since when, and when its description changed."""
    record = graph.node(Iri(f"{thing}#record"), "dcat:CatalogRecord")
    graph.add(record, "foaf:primaryTopic", thing)
    graph.add(record, "dct:issued", moment(dataset.created_at))
    graph.add(record, "dct:modified", moment(dataset.modified_at))
    graph.add(record, "dct:conformsTo", vocabulary.standard(graph, profiles.name_of(profile)))
    return record


def address_of(number: int, suffix: str, profile: str, after: UUID | None = None) -> str:
    """The address of a page in a form and a profile."""
    asked: dict[str, object] = {"page": number}
    if after:
        asked["after"] = after
    if profile != profiles.NEWEST:
        asked["profile"] = profile
    return f"{addresses.catalogue(suffix)}?{urlencode(asked)}"


def _pages(graph: Graph, page: Page, suffix: str, profile: str) -> None:
    """The page's place among the others."""
    this = Iri(address_of(page.number, suffix, profile, page.after))
    graph.node(this, "hydra:PagedCollection", "hydra:PartialCollectionView")
    graph.add(this, "hydra:totalItems", whole(page.total, _XSD_INTEGER))
    graph.add(this, "hydra:itemsPerPage", whole(PAGE_SIZE, _XSD_INTEGER))
    links = {"first": Iri(address_of(1, suffix, profile)), "last": Iri(address_of(page.last, suffix, profile))}
    if page.has_next:
        links["next"] = Iri(address_of(page.number + 1, suffix, profile, page.datasets[-1].pk))
    if page.number > 1:
        links["previous"] = Iri(address_of(page.number - 1, suffix, profile))
    for word, address in links.items():
        graph.add(this, f"hydra:{word}", address)
        graph.add(this, f"hydra:{word}Page", address)
