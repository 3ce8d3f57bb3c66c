"""The description of the OGC API in OpenAPI 3.0, made of the collections as they are.

Source: OGC API - Features Part 1 (17-069r4), 7.3 and 9 (oas30); GDAL sends attribute filters only for parameters that the
description lists, so each collection's queryables stand in it.
"""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kuutio.opendata.answers import answered, only
from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.models import Distribution
from kuutio.opendata.ogc.collections import CATALOGUE, catalogue_version, public_tables, title_of
from kuutio.opendata.ogc.negotiation import OPENAPI, ROOT, wants_html
from kuutio.opendata.ogc.reading import DEFAULT_LIMIT, MOST
from kuutio.opendata.systems import crs_of, has_geometry

#: Collections that are described one by one with their own columns; all of them by the common path with a name in it.
MOST_DESCRIBED = 500
_SCHEMA_TYPES: dict[str, dict[str, Any]] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.INTEGER: {"type": "integer", "format": "int64"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.DATE: {"type": "string", "format": "date"},
    ColumnType.TIME: {"type": "string"},
    ColumnType.DATETIME: {"type": "string"},
}
_PROBLEM = {
    "description": "A problem, with what to mend (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
}
_REFUSALS = {code: {"$ref": "#/components/responses/problem"} for code in ("400", "404")}


def _query(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


def _json(description: str, schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {
        "200": {
            "description": description,
            "content": {media_type: {"schema": schema}, "text/html": {"schema": {"type": "string"}}},
        },
        "304": {"description": "Not changed"},
        **_REFUSALS,
    }


def _ref(name: str, part: str = "parameters") -> dict[str, str]:
    return {"$ref": f"#/components/{part}/{name}"}


def _common_parameters() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "f": _query("f", {"type": "string", "enum": ["json", "html"]}, "The representation"),
        "lang": _query("lang", {"type": "string", "enum": ["fi", "sv", "en"]}, "The language of titles"),
        "limit": _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
            "The most items on a page",
        ),
        "offset": _query(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "Items to pass over; prefer next links"
        ),
        "bbox": {
            **_query(
                "bbox",
                {
                    "type": "array",
                    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                    "items": {"type": "number"},
                },
                "Items that meet this box, in bbox-crs",
            ),
            "style": "form",
            "explode": False,
        },
        "bbox-crs": _query("bbox-crs", {"type": "string", "format": "uri"}, "The system of bbox; CRS84 when absent"),
        "crs": _query("crs", {"type": "string", "format": "uri"}, "The system of the answer; CRS84 when absent"),
        "datetime": _query("datetime", text, "An instant or an interval, RFC 3339"),
        "filter": _query("filter", text, "A CQL2 filter"),
        "filter-lang": _query(
            "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"]}, "The filter's language"
        ),
        "filter-crs": _query(
            "filter-crs", {"type": "string", "format": "uri"}, "The system of the filter's geometries"
        ),
        "sortby": {
            **_query("sortby", {"type": "array", "items": text}, "Columns, each with + or - before it"),
            "style": "form",
            "explode": False,
        },
        "properties": {
            **_query("properties", {"type": "array", "items": text}, "The columns to show"),
            "style": "form",
            "explode": False,
        },
        "skipGeometry": _query("skipGeometry", {"type": "boolean", "default": False}, "Leave the geometries out"),
        "q": _query("q", text, "Words that some text column must hold"),
        "after": _query("after", text, "A place in the list, out of a next link"),
        "collectionId": {
            "name": "collectionId",
            "in": "path",
            "required": True,
            "description": "The collection's id, as `/collections` lists them",
            "schema": text,
        },
        **{
            name: {
                "name": name,
                "in": "path",
                "required": True,
                "description": f"The tile's {word}",
                "schema": {"type": "integer", "minimum": 0},
            }
            for name, word in (("z", "zoom"), ("y", "row"), ("x", "column"))
        },
        "itemId": {"name": "itemId", "in": "path", "required": True, "description": "The item's id", "schema": text},
    }


_PAGING: tuple[str, ...] = (
    "f",
    "lang",
    "limit",
    "offset",
    "after",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
)
_PAGING += ("filter-crs", "sortby", "properties", "skipGeometry", "q")


def _items_paths(distribution: Distribution) -> dict[str, Any]:
    here, title, tag = f"/collections/{distribution.table}", title_of(distribution), str(distribution.table)
    taken = set(_PAGING)
    filters = [
        _query(column["name"], _SCHEMA_TYPES[column["type"]], column.get("title") or column["name"])
        for column in distribution.columns
        if column["type"] in _SCHEMA_TYPES and column["name"] not in taken
    ]
    snapshot = distribution.current
    systems = [crs_out.uri(code) for code in crs_of(snapshot)] if snapshot and has_geometry(snapshot) else []
    crs = {**_common_parameters()["crs"]}
    if systems:
        crs["schema"] = {"type": "string", "format": "uri", "enum": systems, "default": systems[0]}
    shared = [_ref(name) for name in _PAGING if name != "crs"]
    return {
        f"{here}/items": {
            "get": {
                "tags": [tag],
                "summary": title,
                "operationId": f"items.{tag}",
                "parameters": [*shared, crs, *filters],
                "responses": _json("A page of items", _ref("featureCollection", "schemas"), "application/geo+json"),
            }
        },
        f"{here}/items/{{itemId}}": {
            "get": {
                "tags": [tag],
                "summary": title,
                "operationId": f"item.{tag}",
                "parameters": [_ref("itemId"), _ref("f"), _ref("lang"), crs, _ref("properties"), _ref("skipGeometry")],
                "responses": _json("One item", _ref("feature", "schemas"), "application/geo+json"),
            }
        },
        **{
            f"{here}{part}": {
                "get": {
                    "tags": [tag],
                    "summary": f"{title}: {word}",
                    "operationId": f"{word}.{tag}",
                    "parameters": [_ref("f"), _ref("lang")],
                    "responses": _json(word, {"type": "object"}, media),
                }
            }
            for part, word, media in (
                ("", "collection", "application/json"),
                ("/queryables", "queryables", "application/schema+json"),
                ("/sortables", "sortables", "application/schema+json"),
                ("/schema", "schema", "application/schema+json"),
            )
        },
    }


def _get(tag: str, name: str, summary: str, parameters: list[Any], responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "tags": [tag],
            "summary": summary,
            "operationId": name,
            "parameters": parameters,
            "responses": responses,
        }
    }


def _common_paths() -> dict[str, Any]:
    """What every collection has, by its name in the path."""
    here, tag, shown = "/collections/{collectionId}", "collections", [_ref("collectionId"), _ref("f"), _ref("lang")]
    shared = [_ref("collectionId"), *(_ref(name) for name in _PAGING)]
    one = [_ref(name) for name in ("collectionId", "itemId", "f", "lang", "crs", "properties", "skipGeometry")]
    whole = {"type": "object"}
    place = [_ref("collectionId"), _ref("z"), _ref("y"), _ref("x")]
    tile = {
        "200": {
            "description": "The tile",
            "content": {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}},
        },
        "204": {"description": "Nothing lies there"},
        "304": {"description": "Not changed"},
        **_REFUSALS,
    }
    found = {
        here: _get(tag, "collection", "A collection", shown, _json("The collection", whole)),
        f"{here}/items": _get(
            tag,
            "items",
            "Items of a collection; its own columns are parameters too, as its queryables tell",
            shared,
            _json("A page of items", _ref("featureCollection", "schemas"), "application/geo+json"),
        ),
        f"{here}/items/{{itemId}}": _get(
            tag, "item", "An item", one, _json("One item", _ref("feature", "schemas"), "application/geo+json")
        ),
        f"{here}/tiles": _get(tag, "tilesets", "The tile sets", shown, _json("The tile sets", whole)),
        f"{here}/tiles/WebMercatorQuad": _get(
            tag, "tileset", "What the tiles hold", shown, _json("The tile set", whole)
        ),
        f"{here}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}": _get(tag, "tile", "A vector tile", place, tile),
    }
    for part, summary in (
        ("queryables", "What items can be filtered by"),
        ("sortables", "What items can be sorted by"),
        ("schema", "The properties of an item"),
    ):
        found[f"{here}/{part}"] = _get(tag, part, summary, shown, _json(summary, whole, "application/schema+json"))
    return found


def _catalogue_paths() -> dict[str, Any]:
    """The catalogue as a collection of records."""
    here, listed = f"/collections/{CATALOGUE}", {"style": "form", "explode": False}
    words = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    shared = [_ref(name) for name in ("f", "lang", "limit", "offset", "bbox", "datetime")]
    asked = [
        {**_query("q", words, "Terms of which one has to be found; the words of a term all"), **listed},
        {**_query("type", words, "Kinds of records: dataset"), **listed},
        {**_query("ids", words, "Names of data sets"), **listed},
        {**_query("externalIds", words, "UUIDs of data sets"), **listed},
        {**_query("sortby", words, "title, id, updated or created, each with + or - before it"), **listed},
    ]
    page, shown = _ref("featureCollection", "schemas"), [_ref("f"), _ref("lang")]
    whole: dict[str, Any] = {"type": "object"}
    found = {
        here: _get(CATALOGUE, "catalogue", "The catalogue", shown, _json("The collection", whole)),
        f"{here}/items": _get(
            CATALOGUE,
            "records",
            "The data sets as records",
            [*shared, *asked],
            _json("A page of records", page, "application/geo+json"),
        ),
        f"{here}/items/{{itemId}}": _get(
            CATALOGUE,
            "record",
            "One data set",
            [_ref("itemId"), *shown],
            _json("A record", _ref("feature", "schemas"), "application/geo+json"),
        ),
    }
    for part, summary in (("queryables", "What records are found by"), ("sortables", "What records are sorted by")):
        said = _json(summary, whole, "application/schema+json")
        found[f"{here}/{part}"] = _get(CATALOGUE, f"records.{part}", summary, shown, said)
    return found


def document() -> dict[str, Any]:
    """The whole description."""
    plain = {
        "/": ("landing", "Where a client begins", "application/json"),
        "/conformance": ("conformance", "The standards that are kept", "application/json"),
        "/tileMatrixSets": ("matrixSets", "Tile matrix sets", "application/json"),
        "/tileMatrixSets/WebMercatorQuad": ("matrixSet", "WebMercatorQuad", "application/json"),
    }
    paths: dict[str, Any] = {
        path: {
            "get": {
                "tags": ["api"],
                "summary": summary,
                "operationId": name,
                "parameters": [_ref("f"), _ref("lang")],
                "responses": _json(summary, {"type": "object"}, media),
            }
        }
        for path, (name, summary, media) in plain.items()
    }
    paths["/collections"] = {
        "get": {
            "tags": ["api"],
            "summary": "The collections",
            "operationId": "collections",
            "parameters": [
                _ref("f"),
                _ref("lang"),
                _query("limit", {"type": "integer", "minimum": 1}, "The most on a page"),
                _ref("offset"),
            ],
            "responses": _json("The collections", {"type": "object", "required": ["collections", "links"]}),
        }
    }
    paths |= _common_paths() | _catalogue_paths()
    for distribution in public_tables()[:MOST_DESCRIBED]:
        paths |= _items_paths(distribution)
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Open data of the cities: OGC API"),
            "version": settings.VERSION,
            "license": {"name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl"},
        },
        "servers": [{"url": settings.SITE_URL + ROOT}],
        "tags": [{"name": "api"}, {"name": "collections"}, {"name": CATALOGUE}],
        "paths": paths,
        "components": {
            "parameters": _common_parameters(),
            "responses": {"problem": _PROBLEM},
            "schemas": {
                "problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                },
                "feature": feature,
                "featureCollection": {
                    "type": "object",
                    "required": ["type", "features", "numberMatched", "numberReturned", "links"],
                    "properties": {
                        "type": {"type": "string", "enum": ["FeatureCollection"]},
                        "features": {"type": "array", "items": _ref("feature", "schemas")},
                        "numberMatched": {"type": "integer"},
                        "numberReturned": {"type": "integer"},
                        "links": {"type": "array", "items": {"type": "object"}},
                    },
                },
            },
        },
    }


def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs; people are sent to the readable one."""
    only(request, "f", "lang")
    if wants_html(request):
        return HttpResponseRedirect("/api/docs?of=ogc")
    return answered(request, catalogue_version(), lambda: HttpResponse(orjson.dumps(document()), content_type=OPENAPI))
