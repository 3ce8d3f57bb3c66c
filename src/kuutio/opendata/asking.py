"""From the parameters of an address to a query over a table: the same words at every door that shows rows.

Source: OGC API - Features Part 1 (17-069r4), 7.15; Part 2 (18-058r1), 6; Part 3 (19-079r2), 7.
"""

from django.http import QueryDict

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import params
from kuutio.opendata.engine.filters import CRS84, Filter, both
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.served import Served
from kuutio.opendata.systems import crs_from

#: What says which rows, in which order, and how they are shown; every other name is a column's.
WORDS = frozenset(
    [
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
    ]
)
_FLAGS = {"true": True, "false": False}


def check_names(given: QueryDict, table: Table, own: frozenset[str]) -> None:
    """Refuse names that are neither parameters nor columns, and parameters given twice or without a value.

    Args:
        own: the door's own parameters, beside `WORDS`.

    Raises:
        BadQuery: with one error for each.
    """
    known = own | WORDS
    wrong = [
        {"pointer": f"/{name}", "detail": "There is no such parameter or column."}
        for name in given
        if name not in known and name not in table.columns
    ]
    wrong += [
        {"pointer": f"/{name}", "detail": "Give this parameter once."}
        for name in given
        if name in known and len(given.getlist(name)) > 1
    ]
    # Passed over, an empty box would answer with everything.
    wrong += [
        {"pointer": f"/{name}", "detail": "Give a value, or leave the parameter out."}
        for name in given
        if name in WORDS and name != "q" and not str(given[name]).strip()
    ]
    if wrong:
        raise BadQuery("Some parameters of the address can't be used.", errors=wrong)


def view(given: QueryDict, found: Served, table: Table, own: frozenset[str] = frozenset()) -> Query:
    """Which rows of a table, in which order, with which columns and coordinates; without a page.

    Args:
        table: the version of the table that is asked.
        own: the door's own parameters; they are passed over.

    Raises:
        BadQuery: an unknown parameter, one given twice, or a value that can't be understood.
    """
    check_names(given, table, own)
    known = own | WORDS
    bbox_crs = crs_from(given.get("bbox-crs"), "/bbox-crs", found)
    filter_crs = crs_from(given.get("filter-crs"), "/filter-crs", found)
    parts: list[Filter] = [
        params.equals(name, given.getlist(name), table.columns) for name in given if name not in known
    ]
    if box := given.get("bbox"):
        parts.append(params.bbox(box, crs=bbox_crs))
    if when := given.get("datetime"):
        parts.append(params.during(when, table.columns))
    if text := given.get("filter"):
        language = given.get("filter-lang") or ("cql2-json" if text.lstrip().startswith("{") else "cql2-text")
        parts.append(params.filter_of(text, language, table.columns, crs=filter_crs))
    if words := given.get("q"):
        parts.append(params.words(words))
    columns, geometry, crs = shown(given, found, table)
    sort = params.sort_by(given.get("sortby", ""), table.columns)
    return Query(filter=both(*parts), columns=columns, sort=sort, geometry=geometry, crs=crs)


def shown(given: QueryDict, found: Served, table: Table) -> tuple[tuple[str, ...] | None, bool, int]:
    """How a row is shown: its columns (None: all), whether with its geometry, in which coordinates.

    Raises:
        BadQuery: a value that can't be understood.
    """
    skip = given.get("skipGeometry", "false")
    if skip not in _FLAGS:
        raise BadQuery(
            "skipGeometry is true or false.", errors=[{"pointer": "/skipGeometry", "detail": "true or false"}]
        )
    columns = params.names(given.get("properties", ""), table.columns) if "properties" in given else None
    # Refused where there are no coordinates too: what can't be had is never passed over.
    crs = crs_from(given.get("crs"), "/crs", found)
    return columns, not _FLAGS[skip], crs if table.located else CRS84
