"""The items of a collection: pages, one item, in any of its coordinate systems."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.core.problems import NotFound
from kuutio.opendata import counted
from kuutio.opendata.answers import answered
from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.table import Page, Table
from kuutio.opendata.ogc import records
from kuutio.opendata.ogc.collections import CATALOGUE, title_of
from kuutio.opendata.ogc.negotiation import GEOJSON, base, link, self_links, wants_html, with_format, with_parameter
from kuutio.opendata.ogc.reading import item_query, items_query, snapshot_of
from kuutio.opendata.served import Served, served


def items(request: HttpRequest, collection: str) -> HttpResponse:
    """A page of items; `numberMatched` is exact, `next` costs the same on every page.

    Raises:
        BadQuery: a parameter is unknown or can't be understood.
        Gone: a `next` link names a version that is no longer kept.
    """
    if collection == CATALOGUE:
        return records.items(request)
    found = served(collection)
    snapshot = snapshot_of(request)
    table = found.at(snapshot)
    pinned = snapshot is not None

    def make() -> HttpResponse:
        query = items_query(request, found, table)
        page = table.page(query)
        if wants_html(request):
            return _as_page(request, found, table, page)
        body = _collection_body(request, found, page, limit=query.limit)
        response = HttpResponse(body, content_type=GEOJSON)
        response["Content-Crs"] = f"<{crs_out.uri(query.crs)}>"
        response["OGC-NumberMatched"] = str(page.matched)
        return response

    counted.note(found.distribution.dataset_id, "ogc")
    version = (snapshot or found.snapshot) if pinned else found.version
    changed_at = None if pinned else found.changed_at.timestamp()
    return answered(request, version, make, forever=pinned, changed_at=changed_at, keep=True)


def item(request: HttpRequest, collection: str, identifier: str) -> HttpResponse:
    """One item by its id.

    Raises:
        NotFound: there is none of this id in the current version.
    """
    if collection == CATALOGUE:
        return records.item(request, identifier)
    found = served(collection)

    def make() -> HttpResponse:
        query = item_query(request, found)
        feature = found.table.item(identifier, query=query)
        if feature is None:
            raise NotFound(_("This collection has no item of that id."))
        links = [*self_links(request, GEOJSON), _up(found)]
        if wants_html(request):
            return render(
                request,
                "opendata/ogc/item.html",
                {
                    "feature": orjson.loads(feature),
                    "collection": found.distribution,
                    "links": links,
                    "title": title_of(found.distribution),
                },
            )
        response = HttpResponse(feature[:-1] + b',"links":' + orjson.dumps(links) + b"}", content_type=GEOJSON)
        response["Content-Crs"] = f"<{crs_out.uri(query.crs)}>"
        return response

    counted.note(found.distribution.dataset_id, "ogc")
    return answered(request, found.version, make, changed_at=found.changed_at.timestamp(), keep=True)


def _up(found: Served) -> dict[str, Any]:
    return link(f"{base()}/collections/{found.id}", "collection", "application/json", title_of(found.distribution))


def next_address(request: HttpRequest, token: str) -> str:
    """The address of the following page: the same question, from there on."""
    return with_parameter(request, "after", token, without=("offset",))


def _collection_body(request: HttpRequest, found: Served, page: Page, *, limit: int) -> bytes:
    """The feature collection, its features as the serving file has them ready."""
    links = [*self_links(request, GEOJSON), _up(found)]
    if page.next:
        links.append(link(next_address(request, page.next), "next", GEOJSON, "Next page"))
    return b"".join(
        (
            b'{"type":"FeatureCollection","numberMatched":%d,"numberReturned":%d,"links":'
            % (page.matched, page.returned),
            orjson.dumps(links),
            b',"features":[',
            page.body,
            b"]}",
        )
    )


def _as_page(request: HttpRequest, found: Served, table: Table, page: Page) -> HttpResponse:
    """The same page of items as a table for people."""
    features = [orjson.loads(row) for row in page.rows]
    names = [column.name for column in table.manifest.columns if column.type != "geometry"]
    return render(
        request,
        "opendata/ogc/items.html",
        {
            "collection": found.distribution,
            "title": title_of(found.distribution),
            "names": names,
            "rows": [(feature["id"], [feature["properties"].get(name) for name in names]) for feature in features],
            "page": page,
            "next": next_address(request, page.next) if page.next else None,
            "json": with_format(request, "json"),
        },
    )
