"""From the parameters of an items request to one query; anything unknown is refused."""

from dataclasses import replace

from django.http import HttpRequest

from kuutio.opendata import asking
from kuutio.opendata.answers import only
from kuutio.opendata.engine.query import MAX_LIMIT, Cursor, Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.ogc.collections import whole_number
from kuutio.opendata.served import Served

DEFAULT_LIMIT, MOST = 100, min(10_000, MAX_LIMIT)
_OWN = frozenset({"f", "lang", "limit", "offset", "after"})


def snapshot_of(request: HttpRequest) -> str | None:
    """The version that a `next` link names; None for the current one.

    Raises:
        BadQuery: `after` is no place in a list.
    """
    token = request.GET.get("after")
    return Cursor.read(token).snapshot if token else None


def items_query(request: HttpRequest, found: Served, table: Table) -> Query:
    """The page that is asked for.

    Raises:
        BadQuery: an unknown parameter, one given twice, or a value that can't be understood.
    """
    return replace(
        asking.view(request.GET, found, table, _OWN),
        limit=whole_number(request, "limit", DEFAULT_LIMIT, MOST, 1),
        after=request.GET.get("after"),
        offset=whole_number(request, "offset", 0, 2**60),
    )


def item_query(request: HttpRequest, found: Served) -> Query:
    """How one item is shown.

    Raises:
        BadQuery: an unknown parameter, or a value that can't be understood.
    """
    only(request, "f", "lang", "properties", "skipGeometry", "crs")
    columns, geometry, crs = asking.shown(request.GET, found, found.table)
    return Query(columns=columns, geometry=geometry, crs=crs)
