"""Parameters of an address, and CKAN's `filters`, turned to the filter tree and the parts of a query.

Everything here is text from outside: it is read as the type of the column it is compared with, and what can't be read
is refused with the parameter's name.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kuutio.opendata.engine import cql2, crs_out
from kuutio.opendata.engine.filters import (
    CRS84,
    EVERYTHING,
    BBox,
    Compare,
    Filter,
    In,
    IsNull,
    Or,
    Text,
    Value,
    both,
)
from kuutio.opendata.engine.query import Sort
from kuutio.opendata.engine.typed import MAX_VALUES, MAX_WORDS, Columns, checked_text, parsed, refuse, value_of
from kuutio.opendata.engine.types import Column, ColumnType

_OPEN = ("", "..")


def equals(name: str, values: Sequence[str], columns: Columns) -> Filter:
    """`name=value`: the column has the value, or one of the values when the parameter is repeated.

    Raises:
        BadQuery: no such column, or a value of another type.
    """
    column = columns.get(name, f"/{name}")
    if column.type is ColumnType.GEOMETRY:
        refuse(f"{name!r} is a geometry: use bbox.", f"/{name}")
    if len(values) > MAX_VALUES:
        refuse(f"At most {MAX_VALUES} values can be listed.", f"/{name}")
    read = tuple(parsed(column, value, f"/{name}") for value in values)
    return Compare(name, "=", read[0]) if len(read) == 1 else In(name, read)


def bbox(text: str, *, crs: int = CRS84, pointer: str = "/bbox") -> BBox:
    """`bbox=` with four or six numbers whose axes are in the authority's order; heights are passed over.

    Raises:
        BadQuery: other than numbers, or the wrong way round.
    """
    try:
        numbers = [float(part) for part in text.split(",")] if len(text) <= 400 else []
    except ValueError:
        numbers = []
    return cql2.corners(numbers, crs, pointer)


def filter_of(text: str, language: str, columns: Columns, *, crs: int = CRS84) -> Filter:
    """`filter=` in the language that `filter-lang` names: "cql2-text" or "cql2-json".

    Raises:
        BadQuery: another language, or the filter can't be read.
    """
    if language == "cql2-text":
        return cql2.from_text(text, columns, crs=crs)
    if language == "cql2-json":
        return cql2.from_json(text, columns, crs=crs)
    return refuse("filter-lang is cql2-text or cql2-json.", "/filter-lang")


def crs_of(text: str, pointer: str = "/crs") -> int:
    """A coordinate system by URI; see `crs_out.code_of`."""
    return crs_out.code_of(text, pointer)


def during(text: str, columns: Columns, *, name: str | None = None) -> Filter:
    """`datetime=`: an instant, or an interval with ends included and `..` or nothing for an open end.

    A date stands for its whole day. A date column is compared by days, and a datetime column in UTC when it knows its
    zone.

    Args:
        name: the column; None: the first date or datetime of the table. Without one every row is in the answer.

    Raises:
        BadQuery: neither a date nor a datetime in RFC 3339, or an interval that ends before it starts.

    Source: OGC API - Features Part 1 (17-069r4), 7.15.4.
    """
    temporal = (ColumnType.DATE, ColumnType.DATETIME)
    column = columns.get(name, "/datetime") if name is not None else None
    if column is None:
        column = next((c for c in columns.by_name.values() if c.type in temporal), None)
    if column is None or column.type not in temporal:
        _ends(Column("datetime", ColumnType.DATETIME), text)
        return EVERYTHING
    low, high = _ends(column, text)
    if low is not None and low == high:
        return Compare(column.name, "=", low)
    return both(
        *([Compare(column.name, ">=", low)] if low is not None else []),
        *([Compare(column.name, "<=", high)] if high is not None else []),
    )


def sort_by(text: str, columns: Columns, pointer: str = "/sortby") -> tuple[Sort, ...]:
    """`sortby=+a,-b` as OGC writes it.

    Raises:
        BadQuery: a column that doesn't exist or has no order.
    """
    keys = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name = part if part in columns else part.lstrip("+-") if part[:1] in "+-" else part
        keys.append(Sort(columns.get(name, pointer).name, descending=part not in columns and part.startswith("-")))
    return tuple(keys)


def sort_ckan(text: str, columns: Columns, pointer: str = "/sort") -> tuple[Sort, ...]:
    """`sort=a desc, b` as CKAN writes it.

    Raises:
        BadQuery: a column that doesn't exist, or a direction that is neither asc nor desc.
    """
    keys = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, descending = part, False
        if part not in columns:
            name, _, direction = part.rpartition(" ")
            if not name or direction.lower() not in ("asc", "desc"):
                name, direction = part, "asc"
            name, descending = name.strip().strip('"'), direction.lower() == "desc"
        keys.append(Sort(columns.get(name, pointer).name, descending))
    return tuple(keys)


def names(text: str, columns: Columns, pointer: str = "/properties") -> tuple[str, ...]:
    """Columns to show, with commas between.

    Raises:
        BadQuery: one doesn't exist.
    """
    if text in columns:
        return (text,)
    return tuple(columns.get(part.strip(), pointer).name for part in text.split(",") if part.strip())


def whole(text: str, pointer: str, *, least: int = 0, most: int = 2**62) -> int:
    """A whole number in a range.

    Raises:
        BadQuery: another thing.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        refuse(f"Here a whole number from {least} to {most} is needed.", pointer)
    return int(text)


def words(text: str, pointer: str = "/q") -> Filter:
    """Every word has to be found in some text column.

    Raises:
        BadQuery: too many words.
    """
    found = tuple(dict.fromkeys(checked_text(text, pointer).split()))
    if len(found) > MAX_WORDS:
        refuse(f"At most {MAX_WORDS} words can be looked for.", pointer)
    return Text(found) if found else EVERYTHING


def ckan_filters(filters: Mapping[str, Any], columns: Columns, pointer: str = "/filters") -> Filter:
    """CKAN's `filters`: each column has the value, or one of a list of values; null is no value.

    Raises:
        BadQuery: an unknown column, or a value of another type.
    """
    parts: list[Filter] = []
    for name, wanted in filters.items():
        column = columns.get(name, pointer)
        if column.type is ColumnType.GEOMETRY:
            refuse(f"{name!r} is a geometry: it can't be compared.", f"{pointer}/{name}")
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        if len(values) > MAX_VALUES:
            refuse(f"At most {MAX_VALUES} values can be listed.", f"{pointer}/{name}")
        given = tuple(_given(column, value, f"{pointer}/{name}") for value in values if value is not None)
        missing: tuple[Filter, ...] = (IsNull(name),) if len(given) < len(values) else ()
        some: tuple[Filter, ...] = (
            (Compare(name, "=", given[0]) if len(given) == 1 else In(name, given),) if given else ()
        )
        either = some + missing
        parts.append(either[0] if len(either) == 1 else Or(either))
    return both(*parts)


def _given(column: Column, value: Any, pointer: str) -> Value:
    """PostgreSQL reads text as the column's type and a number as text; CKAN's clients count on it."""
    if isinstance(value, str):
        return parsed(column, value, pointer)
    if column.type is ColumnType.TEXT and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value_of(column, value, pointer)


def _ends(column: Column, text: str) -> tuple[Any, Any]:
    parts = text.split("/")
    if len(parts) > 2 or text == "":
        refuse("datetime is an instant, or an interval with one slash.", "/datetime")
    low = None if parts[0] in _OPEN else _moment(column, parts[0], end=False)
    high = None if parts[-1] in _OPEN else _moment(column, parts[-1], end=True)
    if len(parts) == 1 and low is None:
        refuse("datetime is an instant, or an interval with one slash.", "/datetime")
    if low is not None and high is not None and low > high:
        refuse("The interval ends before it starts.", "/datetime")
    return low, high


def _moment(column: Column, text: str, *, end: bool) -> date | datetime:
    by_day = Column("datetime", ColumnType.DATE)
    at = Column("datetime", ColumnType.DATETIME, zoned=column.zoned)
    if len(text) == 10:
        day = parsed(by_day, text, "/datetime")
        if column.type is ColumnType.DATE:
            return day  # type: ignore[return-value]
        start = parsed(at, f"{text}T00:00:00", "/datetime")
        last = timedelta(days=1) - timedelta(microseconds=1)
        return start + last if end else start  # type: ignore[operator, return-value]
    found = parsed(at, text, "/datetime")
    return found.date() if column.type is ColumnType.DATE else found  # type: ignore[union-attr, return-value]
