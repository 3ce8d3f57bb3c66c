"""The catalogue as OGC records: every public data set is one, with its links.

Source: OGC API - Records Part 1 (20-004r1), 8 (record) and 10 (query parameters).
"""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kuutio.core.problems import BadQuery, NotFound
from kuutio.opendata import addresses, findable
from kuutio.opendata.answers import answered, only
from kuutio.opendata.engine import params
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.ogc.collections import CATALOGUE, catalogue_version, publishers_version, whole_number
from kuutio.opendata.ogc.negotiation import GEOJSON, HTML, JSON, base, link, self_links, wants_html
from kuutio.opendata.vocabularies import AUTHORITY, LICENCES, THEMES, format_of

_PARAMETERS = ("f", "lang", "limit", "offset", "q", "bbox", "datetime", "type", "ids", "externalIds", "sortby")
_SORTS = {"title": "name", "id": "name", "updated": "modified_at", "created": "issued_at"}
_MOST = 1000
_TERMS = 20


def public_datasets() -> QuerySet[Dataset]:
    """The data sets that everybody sees, with what a record shows of them."""
    shown = Distribution.objects.select_related("current").order_by("position", "created_at")
    return (
        Dataset.objects.filter(state=Dataset.State.PUBLISHED, access=Dataset.Access.PUBLIC)
        .select_related("publisher", "city")
        .prefetch_related(Prefetch("distributions", shown))
    )


def record_of(dataset: Dataset) -> dict[str, Any]:
    """A data set as a record: a GeoJSON feature whose geometry is its extent."""
    language = (get_language() or "fi")[:2]
    licence = LICENCES.get(dataset.licence)
    properties: dict[str, Any] = {
        "type": "dataset",
        "title": str(dataset.title),
        "description": str(dataset.notes),
        "keywords": dataset.keywords.get(language) or sorted({w for words in dataset.keywords.values() for w in words}),
        "created": dataset.issued_at.isoformat() if dataset.issued_at else None,
        "updated": dataset.modified_at.isoformat(),
        "language": {"code": language},
        "formats": [
            {"name": word} for word in sorted({one.format for one in dataset.distributions.all() if one.format})
        ],
        "themes": [
            {
                "scheme": AUTHORITY + "data-theme",
                "concepts": [{"id": code, "title": str(THEMES.get(code, code))} for code in dataset.themes],
            }
        ]
        if dataset.themes
        else [],
        "contacts": [{"organization": str(dataset.publisher.name), "roles": ["publisher"]}],
        "license": licence.url if licence and licence.url else None,
        "externalIds": [{"value": str(dataset.pk)}],
    }
    document: dict[str, Any] = {
        "id": dataset.name,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"],
        "geometry": _box(dataset.bbox),
        "properties": {name: value for name, value in properties.items() if value not in (None, [])},
        "links": [*_links(dataset)],
    }
    if dataset.temporal_start or dataset.temporal_end:
        document["time"] = {
            "interval": [day.isoformat() if day else ".." for day in (dataset.temporal_start, dataset.temporal_end)]
        }
    return document


def _box(bbox: list[float] | None) -> dict[str, Any] | None:
    if not bbox:
        return None
    w, s, e, n = bbox
    return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}


def _links(dataset: Dataset) -> list[dict[str, Any]]:
    links = [link(addresses.dataset_page(dataset), "alternate", HTML, _("The data set's page"))]
    for one in dataset.distributions.all():
        if one.kind == Distribution.Kind.TABLE and one.current and one.table:
            links.append(link(f"{addresses.collection(one.table)}/items", "item", GEOJSON, str(one.title)))
            links.append(link(addresses.table_download(one.table, "csv"), "enclosure", "text/csv", str(one.title)))
        elif one.url:
            known = format_of(one.format)
            media = one.media_type or (known.media_type if known else "application/octet-stream")
            links.append(link(one.url, "enclosure", media, str(one.title) or one.format))
    return links


def _found(request: HttpRequest) -> QuerySet[Dataset]:
    """The data sets that the parameters ask for.

    Raises:
        BadQuery: a parameter can't be understood.
    """
    given, rows = request.GET, public_datasets()
    if empty := [name for name in given if name not in {"q", "f", "lang"} and not given[name].strip()]:
        errors = [{"pointer": f"/{name}", "detail": "Give a value, or leave the parameter out."} for name in empty]
        raise BadQuery("Some parameters of the address can't be used.", errors=errors)
    if terms := [term for term in given.get("q", "").split(",") if term.strip()]:
        if len(terms) > _TERMS:
            raise BadQuery(
                f"At most {_TERMS} terms can be looked for.", errors=[{"pointer": "/q", "detail": f"at most {_TERMS}"}]
            )
        # Of terms with commas between one is enough (Records Part 1, 8.3.3); the words of a term are all there.
        rows = rows.filter(
            reduce(or_, (Q(pk__in=findable.matching(public_datasets(), term).values("pk")) for term in terms))
        )
    if box := given.get("bbox"):
        asked = params.bbox(box)
        rows = rows.filter(bbox__isnull=False).filter(
            bbox__0__lte=asked.east, bbox__2__gte=asked.west, bbox__1__lte=asked.north, bbox__3__gte=asked.south
        )
    if names := given.get("ids"):
        rows = rows.filter(name__in=names.split(",")[:1000])
    if ids := given.get("externalIds"):
        rows = rows.filter(pk__in=[word for word in ids.split(",")[:1000] if _is_uuid(word)])
    if kinds := given.get("type"):
        rows = rows if "dataset" in kinds.split(",") else rows.none()
    if when := given.get("datetime"):
        low, high = _interval(when)
        if high:
            rows = rows.filter(Q(temporal_start__isnull=True) | Q(temporal_start__lte=high))
        if low:
            rows = rows.filter(Q(temporal_end__isnull=True) | Q(temporal_end__gte=low))
        rows = rows.exclude(temporal_start__isnull=True, temporal_end__isnull=True)
    return rows.order_by(*_order(given.get("sortby", "")), "name")


def _is_uuid(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True


def _interval(text: str) -> tuple[Any, Any]:
    parts = text.split("/")
    if len(parts) > 2:
        raise BadQuery(
            "datetime is an instant, or an interval with one slash.",
            errors=[{"pointer": "/datetime", "detail": text[:100]}],
        )
    days: list[date | None] = []
    for part in (parts[0], parts[-1]):
        if part in {"", ".."}:
            days.append(None)
            continue
        try:
            moment = parse_datetime(part.replace("Z", "+00:00")) if len(part) > 10 else None
            day = moment.date() if moment else parse_date(part)
        except ValueError:
            day = None
        if day is None:
            raise BadQuery("datetime is written as RFC 3339.", errors=[{"pointer": "/datetime", "detail": text[:100]}])
        days.append(day)
    return days[0], days[1]


def _order(text: str) -> list[str]:
    order = []
    for part in filter(None, text.split(",")):
        field = _SORTS.get(part.lstrip("+- "))
        if field is None:
            raise BadQuery(
                "Records are sorted by title, id, updated or created.",
                errors=[{"pointer": "/sortby", "detail": part[:100]}],
            )
        order.append(("-" if part.startswith("-") else "") + field)
    return order


def items(request: HttpRequest) -> HttpResponse:
    """A page of records."""
    only(request, *_PARAMETERS)
    limit, offset = whole_number(request, "limit", 100, _MOST, 1), whole_number(request, "offset", 0, 2**40)
    rows = _found(request)

    def make() -> HttpResponse:
        matched = rows.count()
        features = [record_of(dataset) for dataset in rows[offset : offset + limit]]
        links = [
            *self_links(request, GEOJSON),
            link(f"{base()}/collections/{CATALOGUE}", "collection", JSON, _("The catalogue of data sets")),
        ]
        if offset + limit < matched:
            query = request.GET.copy()
            query["limit"], query["offset"] = str(limit), str(offset + limit)
            links.append(
                link(f"{settings.SITE_URL}{request.path}?{query.urlencode()}", "next", GEOJSON, _("Next page"))
            )
        document = {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(features),
            "links": links,
            "features": features,
        }
        if wants_html(request):
            return render(request, "opendata/ogc/records.html", {"document": document})
        return HttpResponse(orjson.dumps(document), content_type=GEOJSON)

    return answered(request, catalogue_version(), make)


def item(request: HttpRequest, identifier: str) -> HttpResponse:
    """One record, by the data set's name.

    Raises:
        NotFound: no public data set has it.
    """
    only(request, "f", "lang")
    dataset = public_datasets().filter(name=identifier).first()
    if dataset is None:
        raise NotFound(_("The catalogue has no data set of this name."))
    found = dataset

    def make() -> HttpResponse:
        if wants_html(request):
            response = HttpResponse(status=303)
            response["Location"] = addresses.dataset_page(found)
            return response
        document = record_of(found)
        document["links"] = [*self_links(request, GEOJSON), *document["links"]]
        return HttpResponse(orjson.dumps(document), content_type=GEOJSON)

    return answered(request, f"{found.pk}-{found.modified_at.isoformat()}-{publishers_version()}", make)
