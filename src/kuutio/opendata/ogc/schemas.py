"""What an item of a collection holds, and what it can be filtered and sorted by, as JSON Schema.

Source: OGC API - Features Part 3 (19-079r2), 6.2 (queryables); Part 5, draft (schemas).
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kuutio.opendata.answers import answered, only
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.ogc.collections import CATALOGUE
from kuutio.opendata.ogc.negotiation import SCHEMA, base, shown
from kuutio.opendata.served import served

_JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[ColumnType, dict[str, Any]] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.DATE: {"type": "string", "format": "date"},
    ColumnType.TIME: {"type": "string", "format": "time"},
    ColumnType.DATETIME: {"type": "string", "format": "date-time"},
}
#: From GeoParquet's names to the format names of JSON Schema for features.
_GEOMETRIES = {
    "Point": "geometry-point",
    "MultiPoint": "geometry-multipoint",
    "LineString": "geometry-linestring",
    "MultiLineString": "geometry-multilinestring",
    "Polygon": "geometry-polygon",
    "MultiPolygon": "geometry-multipolygon",
}
#: Up to so many different values a text column's values are told.
_FEW = 50


def property_of(column: Column, geometry_types: list[str], *, role: bool) -> dict[str, Any]:
    """A column as a JSON Schema property."""
    if column.type is ColumnType.GEOMETRY:
        kinds = {kind.removesuffix(" Z") for kind in geometry_types}
        found = _GEOMETRIES.get(kinds.pop(), "geometry-any") if len(kinds) == 1 else "geometry-any"
        return {"format": found} | ({"x-ogc-role": "primary-geometry"} if role else {})
    described = dict(_TYPES[column.type])
    if column.title and column.title != column.name:
        described["title"] = column.title
    if column.type is ColumnType.TEXT and column.top and column.distinct <= len(column.top) <= _FEW:
        described["enum"] = sorted(str(value) for value, _count in column.top)
    if column.type in {ColumnType.INTEGER, ColumnType.NUMBER} and column.min is not None:
        described |= {"minimum": column.min, "maximum": column.max}
    return described


#: What records are found by, in the words of their own properties.
_RECORDS: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "title": "ids"},
    "type": {"type": "string", "enum": ["dataset"]},
    "externalIds": {"type": "string", "format": "uuid"},
    "time": {"type": "string", "title": "datetime"},
    "geometry": {"format": "geometry-polygon", "title": "bbox"},
}
_RECORD_ORDERS: dict[str, dict[str, Any]] = {
    "id": {"type": "string"},
    "title": {"type": "string"},
    "created": {"type": "string", "format": "date-time"},
    "updated": {"type": "string", "format": "date-time"},
}


def _of_records(request: HttpRequest, part: str) -> HttpResponse:
    document = {
        "$schema": _JSON_SCHEMA,
        "$id": f"{base()}/collections/{CATALOGUE}/{part}",
        "type": "object",
        "title": CATALOGUE,
        "properties": _RECORDS if part == "queryables" else _RECORD_ORDERS,
        "additionalProperties": False,
    }
    return answered(
        request,
        settings.VERSION,
        lambda: shown(request, document, "schema", media_type=SCHEMA, collection=CATALOGUE, part=part),
    )


def _document(request: HttpRequest, collection: str, part: str) -> HttpResponse:
    only(request, "f", "lang")
    if collection == CATALOGUE and part != "schema":
        return _of_records(request, part)
    found = served(collection)
    manifest = found.table.manifest
    types = manifest.geometry.types if manifest.geometry else []

    def make() -> HttpResponse:
        columns = [c for c in manifest.columns if part != "sortables" or c.type is not ColumnType.GEOMETRY]
        properties = {c.name: property_of(c, types, role=part == "schema") for c in columns}
        if part != "queryables":
            for described in properties.values():
                described.pop("enum", None)
        document = {
            "$schema": _JSON_SCHEMA,
            "$id": f"{base()}/collections/{collection}/{part}",
            "type": "object",
            "title": collection,
            "properties": properties,
            "additionalProperties": False,
        }
        return shown(request, document, "schema", media_type=SCHEMA, collection=collection, part=part)

    return answered(request, found.version, make)


def queryables(request: HttpRequest, collection: str) -> HttpResponse:
    """What items can be filtered by."""
    return _document(request, collection, "queryables")


def sortables(request: HttpRequest, collection: str) -> HttpResponse:
    """What items can be sorted by."""
    return _document(request, collection, "sortables")


def schema(request: HttpRequest, collection: str) -> HttpResponse:
    """The properties of an item."""
    return _document(request, collection, "schema")
