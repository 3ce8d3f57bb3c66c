"""From the parameters of an items request to one query; anything unknown is refused.

Source: OGC API - Features Part 1 (17-069r4), 7.15; Part 2 (18-058r1), 6; Part 3 (19-079r2), 7.
"""

from django.http import HttpRequest

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import params
from kuutio.opendata.engine.filters import CRS84, Filter, both
from kuutio.opendata.engine.query import MAX_LIMIT, Cursor, Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.ogc.collections import crs_from, whole_number
from kuutio.opendata.served import Served

DEFAULT_LIMIT, MOST = 100, min(10_000, MAX_LIMIT)
OWN = (
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
    "filter-crs",
    "sortby",
    "properties",
    "skipGeometry",
    "q",
)
_FLAGS = {"true": True, "false": False}


def snapshot_of(request: HttpRequest, found: Served) -> str | None:
    """The version that a `next` link names; None for the current one."""
    token = request.GET.get("after")
    return Cursor.read(token).snapshot if token else None


def items_query(request: HttpRequest, found: Served, table: Table) -> Query:
    """The page that is asked for.

    Raises:
        BadQuery: an unknown parameter, one given twice, or a value that can't be understood.
    """
    given = request.GET
    _check_names(request, table)
    bbox_crs = crs_from(given.get("bbox-crs"), "/bbox-crs", found)
    filter_crs = crs_from(given.get("filter-crs"), "/filter-crs", found)
    parts: list[Filter] = [params.equals(name, given.getlist(name), table.columns) for name in given if name not in OWN]
    if box := given.get("bbox"):
        parts.append(params.bbox(box, crs=bbox_crs))
    if when := given.get("datetime"):
        parts.append(params.during(when, table.columns))
    if text := given.get("filter"):
        language = given.get("filter-lang") or ("cql2-json" if text.lstrip().startswith("{") else "cql2-text")
        parts.append(params.filter_of(text, language, table.columns, crs=filter_crs))
    if words := given.get("q"):
        parts.append(params.words(words))
    shown = item_query(request, found)
    return Query(
        filter=both(*parts),
        columns=shown.columns,
        sort=params.sort_by(given.get("sortby", ""), table.columns),
        limit=whole_number(request, "limit", DEFAULT_LIMIT, MOST, 1),
        after=given.get("after"),
        offset=whole_number(request, "offset", 0, 2**60),
        geometry=shown.geometry,
        crs=shown.crs,
    )


def item_query(request: HttpRequest, found: Served) -> Query:
    """How an item is shown: its columns, its geometry, its coordinates.

    Raises:
        BadQuery: a value that can't be understood.
    """
    given = request.GET
    skip = given.get("skipGeometry", "false")
    if skip not in _FLAGS:
        raise BadQuery(
            "skipGeometry is true or false.", errors=[{"pointer": "/skipGeometry", "detail": "true or false"}]
        )
    columns = params.names(given["properties"], found.table.columns) if "properties" in given else None
    crs = crs_from(given.get("crs"), "/crs", found) if found.table.located else CRS84
    return Query(columns=columns, geometry=not _FLAGS[skip], crs=crs)


def _check_names(request: HttpRequest, table: Table) -> None:
    """Refuse names that are neither parameters nor columns, and parameters given twice."""
    wrong = [
        {"pointer": f"/{name}", "detail": "There is no such parameter or column."}
        for name in request.GET
        if name not in OWN and name not in table.columns
    ]
    wrong += [
        {"pointer": f"/{name}", "detail": "Give this parameter once."}
        for name in OWN
        if len(request.GET.getlist(name)) > 1
    ]
    if wrong:
        raise BadQuery("Some parameters of the address can't be used.", errors=wrong)
