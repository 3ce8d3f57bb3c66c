"""Each served table as an OGC collection, and the catalogue itself as one of records."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation
from kuutio.core.problems import BadQuery
from kuutio.opendata import addresses
from kuutio.opendata.answers import answered, only
from kuutio.opendata.engine import crs_out
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.ogc.negotiation import GEOJSON, HTML, JSON, SCHEMA, base, link, self_links, shown
from kuutio.opendata.served import served
from kuutio.opendata.systems import crs_of, has_geometry, storage_crs
from kuutio.opendata.vocabularies import LICENCES

CATALOGUE = "catalogue"
_PAGE, _PAGE_MOST = 500, 2000
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"


def catalogue_version() -> str:
    """Changes whenever a data set is added, changed or withdrawn, or an organisation that publishes is named differently."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(modified_at), count(*) FROM opendata_dataset")
        latest, count = cursor.fetchone()
    return f"{latest:%Y%m%d%H%M%S%f}-{count}-{publishers_version()}" if latest else "empty"


def publishers_version() -> str:
    """A short digest of what the organisations are called: they are some tens, and tell no moment of their last change."""
    names = Organisation.objects.order_by("pk").values_list("pk", "slug", "name")
    return blake2b(repr([(pk, slug, str(name.data)) for pk, slug, name in names]).encode(), digest_size=6).hexdigest()


def public_tables() -> Any:
    """The distributions that are collections, in their stable order."""
    return (
        Distribution.objects.filter(
            kind=Distribution.Kind.TABLE,
            current__isnull=False,
            dataset__state=Dataset.State.PUBLISHED,
            dataset__access=Dataset.Access.PUBLIC,
        )
        .select_related("dataset__publisher", "dataset__city", "current")
        .order_by("table")
    )


def title_of(distribution: Distribution) -> str:
    """What a collection is called: the data set's title, with the table's own where it has several."""
    dataset_title = str(distribution.dataset.title)
    own = str(distribution.title) if distribution.layer else ""
    return f"{dataset_title}: {own}" if own else dataset_title


def describe(distribution: Distribution) -> dict[str, Any]:
    """A collection's document without the links of the request."""
    dataset, snapshot = distribution.dataset, distribution.current
    assert snapshot is not None  # noqa: S101  # only served tables are described
    here = f"{base()}/collections/{distribution.table}"
    document: dict[str, Any] = {
        "id": distribution.table,
        "title": title_of(distribution),
        "description": str(dataset.notes),
        "attribution": str(dataset.publisher.name),
        "itemType": "feature",
        "keywords": sorted({word for words in dataset.keywords.values() for word in words}),
        "updated": snapshot.served_at.isoformat() if snapshot.served_at else None,
        "version": snapshot.content,
    }
    extent: dict[str, Any] = {}
    if snapshot.bbox:
        extent["spatial"] = {"bbox": [snapshot.bbox], "crs": crs_out.CRS84_URI}
    if dataset.temporal_start or dataset.temporal_end:
        ends = [
            day.isoformat() + "T00:00:00Z" if day else None for day in (dataset.temporal_start, dataset.temporal_end)
        ]
        extent["temporal"] = {"interval": [ends], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
    if extent:
        document["extent"] = extent
    if has_geometry(snapshot):
        document["crs"] = [crs_out.uri(code) for code in crs_of(snapshot)]
        document["storageCrs"] = crs_out.uri(storage_crs(snapshot))
    document["links"] = [
        link(f"{here}/items", "items", GEOJSON, _("The items as GeoJSON")),
        link(f"{here}/items?f=html", "items", HTML, _("The items as a web page")),
        link(f"{here}/queryables", _REL + "queryables", SCHEMA, _("What items can be filtered by")),
        link(f"{here}/sortables", _REL + "sortables", SCHEMA, _("What items can be sorted by")),
        link(f"{here}/schema", "describedby", SCHEMA, _("The properties of an item")),
        link(f"{here}/schema", _REL + "schema", SCHEMA, _("The properties of an item")),
        link(addresses.dataset_page(dataset), "about", HTML, _("The data set's page")),
        *(
            link(addresses.table_download(str(distribution.table), form), "enclosure", media, form.upper())
            for form, media in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet"))
        ),
    ]
    if has_geometry(snapshot):
        document["links"].append(link(f"{here}/tiles", _REL + "tilesets-vector", JSON, _("Vector tiles")))
    licence = LICENCES.get(dataset.licence)
    if licence and licence.url:
        document["links"].append(link(licence.url, "license", HTML, licence.title))
    return document


def describe_catalogue() -> dict[str, Any]:
    """The collection of the data sets themselves."""
    here = f"{base()}/collections/{CATALOGUE}"
    return {
        "id": CATALOGUE,
        "title": _("The catalogue of data sets"),
        "description": _("Every data set as a record."),
        "itemType": "record",
        "links": [
            link(f"{here}/items", "items", GEOJSON, _("The records as GeoJSON")),
            link(f"{here}/items?f=html", "items", HTML, _("The records as a web page")),
            link(f"{here}/queryables", _REL + "queryables", SCHEMA, _("What records can be filtered by")),
            link(f"{here}/sortables", _REL + "sortables", SCHEMA, _("What records can be sorted by")),
        ],
    }


def whole_number(request: HttpRequest, name: str, default: int, most: int, least: int = 0) -> int:
    """A whole number among the parameters; one above `most` is taken as `most`.

    Raises:
        BadQuery: it is no whole number, or below `least`.

    Source: OGC API - Features Part 1, 7.15.2: a server may give fewer items than asked for.
    """
    text = request.GET.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) >= least):
        raise BadQuery(
            f"{name} is a whole number from {least}.",
            errors=[{"pointer": f"/{name}", "detail": f"a whole number from {least}"}],
        )
    return min(int(text), most)


def with_links(request: HttpRequest, documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The collections' documents, each with the link to itself first."""
    return [
        {
            **document,
            "links": [
                link(f"{base()}/collections/{document['id']}", "self", JSON, document["title"]),
                *document["links"],
            ],
        }
        for document in documents
    ]


def collections(request: HttpRequest) -> HttpResponse:
    """All the collections, some hundreds a page."""
    only(request, "f", "limit", "offset", "lang")
    limit = whole_number(request, "limit", _PAGE, _PAGE_MOST, 1)
    offset = whole_number(request, "offset", 0, 2**40)

    def make() -> HttpResponse:
        rows = list(public_tables()[offset : offset + limit + 1])
        documents = [describe(row) for row in rows[:limit]]
        if offset == 0:
            documents.insert(0, describe_catalogue())
        links = self_links(request)
        if len(rows) > limit:
            links.append(
                link(f"{base()}/collections?limit={limit}&offset={offset + limit}", "next", JSON, _("Next page"))
            )
        document = {"links": links, "collections": with_links(request, documents)}
        return shown(request, document, "collections")

    return answered(request, catalogue_version(), make)


def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """One collection."""
    only(request, "f", "lang")
    if collection == CATALOGUE:
        document = describe_catalogue()
        document["links"] = [*self_links(request), *document["links"]]
        return answered(request, catalogue_version(), lambda: shown(request, document, "collection"))
    found = served(collection)

    def make() -> HttpResponse:
        document = describe(public_tables().get(pk=found.distribution.pk))  # with its publisher's name of today
        document["links"] = [*self_links(request), *document["links"]]
        return shown(request, document, "collection")

    return answered(request, found.version + settings.VERSION + publishers_version(), make)
