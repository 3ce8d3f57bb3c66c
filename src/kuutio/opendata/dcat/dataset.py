"""A data set as DCAT-AP 3 describes it.

Source: DCAT-AP 3.0.1, section "Dataset"; DCAT-AP HVD 3.0.0.
"""

from datetime import datetime

from kuutio.cities.models import Organisation
from kuutio.opendata import addresses
from kuutio.opendata.dcat import distribution as distributions
from kuutio.opendata.dcat import places, services, vocabulary
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import Iri, Literal, day, moment, text
from kuutio.opendata.models import Dataset, Distribution


def graph_of(dataset: Dataset) -> Graph:
    """Everything that is stated of a data set, its distributions, its publisher and the interfaces that serve it.

    Args:
        dataset: with what `queries.with_everything` fetches; otherwise each part costs a query.
    """
    graph = Graph(Iri(addresses.dataset_uri(dataset)))
    thing = graph.node(graph.root, "dcat:Dataset", "dcat:Resource")
    _words(graph, thing, dataset)
    _rules(graph, thing, dataset)
    _people(graph, thing, dataset)
    _coverage(graph, thing, dataset)
    _parts(graph, thing, dataset)
    return graph


def changed_at(dataset: Dataset) -> datetime:
    """When the data, or what is said of them, last changed."""
    return max(filter(None, (dataset.modified_at, dataset.data_changed_at)))


def shown(dataset: Dataset) -> list[Distribution]:
    """The distributions that can be reached, in their publisher's order."""
    return [one for one in dataset.distributions.all() if distributions.is_shown(one)]


def _words(graph: Graph, thing: Iri, dataset: Dataset) -> None:
    """Names, description and keywords. A description is mandatory: without one the title is repeated."""
    title = vocabulary.literals(dataset.title) or [Literal(dataset.name)]
    graph.add(thing, "dct:title", *title)
    graph.add(thing, "dct:description", *(vocabulary.literals(dataset.notes) or title))
    graph.add(thing, "dct:identifier", Literal(str(thing)))
    for language, words in sorted(dataset.keywords.items()):
        graph.add(thing, "dcat:keyword", *(text(str(word), language) for word in words))
    graph.add(thing, "dcat:theme", *(vocabulary.theme(graph, code) for code in dataset.themes))
    graph.add(thing, "dct:language", *(vocabulary.language(graph, code) for code in dataset.languages))
    graph.add(thing, "dcat:landingPage", vocabulary.document(graph, addresses.dataset_page(dataset, "en")))
    pages = [dataset.landing_page, *dataset.external_urls]
    graph.add(thing, "foaf:page", *(vocabulary.document(graph, page) for page in pages))


def _rules(graph: Graph, thing: Iri, dataset: Dataset) -> None:
    """Rights, rhythm, times, version, origin, and the law of high-value data."""
    graph.add(thing, "dct:accessRights", vocabulary.access_rights(graph, dataset.access))
    graph.add(thing, "dct:accrualPeriodicity", vocabulary.frequency(graph, dataset.frequency))
    graph.add(thing, "dct:issued", moment(dataset.issued_at))
    graph.add(thing, "dct:modified", moment(changed_at(dataset)))
    graph.add(thing, "dcat:version", text(dataset.version))
    graph.add(thing, "owl:versionInfo", text(dataset.version))
    if origin := vocabulary.literals(dataset.provenance):
        statement = graph.node(Iri(f"{thing}#provenance"), "dct:ProvenanceStatement")
        graph.add(statement, "rdfs:label", *origin)
        graph.add(thing, "dct:provenance", statement)
    vocabulary.high_value(graph, dataset.hvd_categories, thing)
    given = dataset.extras.get("applicable_legislation")
    laws = [law for law in given if isinstance(law, str)] if isinstance(given, list) else []
    graph.add(thing, "dcatap:applicableLegislation", *(vocabulary.law(graph, law) for law in laws))


def agent(graph: Graph, organisation: Organisation) -> Iri:
    """An organisation that publishes."""
    thing = graph.node(Iri(addresses.organisation_uri(organisation)), "foaf:Agent")
    graph.add(thing, "foaf:name", *(vocabulary.literals(organisation.name) or [Literal(organisation.slug)]))
    graph.add(thing, "dct:type", vocabulary.publisher_type(graph, organisation.kind))
    graph.add(thing, "foaf:homepage", vocabulary.document(graph, organisation.home_page))
    return thing


def _people(graph: Graph, thing: Iri, dataset: Dataset) -> None:
    """Publisher, maker and whom to ask."""
    graph.add(thing, "dct:publisher", agent(graph, dataset.publisher))
    if author := text(dataset.author):
        maker = graph.node(Iri(f"{thing}#creator"), "foaf:Agent")
        graph.add(maker, "foaf:name", author)
        graph.add(maker, "foaf:mbox", services.mail(dataset.author_email))
        graph.add(thing, "dct:creator", maker)
    if not (dataset.contact_name or dataset.contact_email or dataset.contact_page):
        return
    contact = graph.node(Iri(f"{thing}#contact"), "vcard:Kind", "vcard:Organization")
    names = (
        [text(dataset.contact_name)] if dataset.contact_name.strip() else vocabulary.literals(dataset.publisher.name)
    )
    graph.add(contact, "vcard:fn", *names)
    if address := services.mail(dataset.contact_email):
        graph.add(contact, "vcard:hasEmail", vocabulary.resource(graph, address))
    graph.add(contact, "vcard:hasURL", vocabulary.resource(graph, dataset.contact_page))
    graph.add(thing, "dcat:contactPoint", contact)


def _coverage(graph: Graph, thing: Iri, dataset: Dataset) -> None:
    """Where and when. A city's data set that names no area is about that city."""
    named = [found for word in dataset.coverage if (found := places.municipality(word))]
    if not named and dataset.city:
        own = places.municipality(dataset.city.municipality_id)
        named = [own] if own else []
    graph.add(thing, "dct:spatial", *(places.describe_municipality(graph, found) for found in named))
    corners = dataset.bbox or places.around(one.current.bbox for one in shown(dataset) if one.current)
    if corners and (rectangle := places.box(corners)):
        area = graph.node(Iri(f"{thing}#area"), "dct:Location")
        graph.add(area, "dcat:bbox", rectangle)
        graph.add(thing, "dct:spatial", area)
    starts = [dataset.temporal_start] if dataset.temporal_start else [one.temporal_start for one in shown(dataset)]
    ends = [dataset.temporal_end] if dataset.temporal_end else [one.temporal_end for one in shown(dataset)]
    start, end = min(filter(None, starts), default=None), max(filter(None, ends), default=None)
    if start or end:
        period = graph.node(Iri(f"{thing}#period"), "dct:PeriodOfTime")
        graph.add(period, "dcat:startDate", day(start))
        graph.add(period, "dcat:endDate", day(end))
        graph.add(thing, "dct:temporal", period)


def _parts(graph: Graph, thing: Iri, dataset: Dataset) -> None:
    """The distributions, their rights, and the interfaces that serve the tables among them."""
    tables = []
    rights = vocabulary.literals(dataset.rights)
    statement = graph.node(Iri(f"{thing}#rights"), "dct:RightsStatement") if rights else None
    if statement:
        graph.add(statement, "rdfs:label", *rights)
    for one in shown(dataset):
        part = distributions.describe(graph, dataset, one)
        graph.add(part, "dct:rights", statement)
        graph.add(thing, "dcat:distribution", part)
        vocabulary.high_value(graph, dataset.hvd_categories, part)
        if dataset.hvd_categories:
            for reached in graph.of(part, "dcat:accessURL"):
                vocabulary.resource(graph, str(reached))
        if one.kind == Distribution.Kind.TABLE:
            tables.append(part)
    if dataset.hvd_categories:
        # Only where (EU) 2023/138 asks for the interface: the official 3.0.1 shapes name a shape of DataService that
        # they don't hold, and validators stop at it.
        services.serve(graph, thing, tables, high_value=dataset.hvd_categories)
