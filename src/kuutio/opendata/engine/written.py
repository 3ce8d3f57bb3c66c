"""Rows that programs write, as values of a table's columns; what doesn't fit is refused by its row and column."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

import orjson

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine.names import unique
from kuutio.opendata.engine.snapshot import GEOMETRY, ID
from kuutio.opendata.engine.typed import parsed, refuse, value_of
from kuutio.opendata.engine.types import Column, ColumnType

MAX_TEXT = 1_000_000
#: A row as values by column; a geometry is WKB in hexadecimal digits.
Row = dict[str, Any]

_INTEGERS = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Change:
    """One write, whole or not at all.

    Attributes:
        operation: insert, update, upsert or delete.
        rows: what to write; a column that a row doesn't name keeps its value in a row that is there, else it is empty.
        where: for a delete: rows that have one of these values in each of the columns; no column: all rows.
    """

    operation: str
    rows: tuple[Row, ...] = ()
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()


def read_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], pointer: str = "/records"
) -> tuple[Row, ...]:
    """Rows as JSON has them, as values of the columns.

    Raises:
        BadQuery: a column that doesn't exist, or a value of another type.
    """
    known = {column.name: column for column in columns}
    read = []
    for n, row in enumerate(rows):
        values: Row = {}
        for name, value in row.items():
            if name == ID:
                continue  # the number that a client got with the row says nothing of where it will stand
            if name not in known:
                refuse(f'row {n + 1}: field "{str(name)[:100]}" does not exist', pointer)
            values[name] = read_value(known[name], value, pointer, n)
        read.append(values)
    return tuple(read)


def read_where(filters: Mapping[str, Any], columns: Sequence[Column], pointer: str = "/filters") -> tuple[Any, ...]:
    """CKAN's filters as values of the columns.

    Raises:
        BadQuery: a column that doesn't exist, or a value of another type.
    """
    known = {column.name: column for column in columns}
    where = []
    for name, wanted in filters.items():
        if name not in known or known[name].type is ColumnType.GEOMETRY:
            refuse(f'field "{str(name)[:100]}" not in table', pointer)
        values = wanted if isinstance(wanted, list) else [wanted]
        where.append((name, tuple(read_value(known[name], value, pointer, 0) for value in values)))
    return tuple(where)


def read_value(column: Column, value: Any, pointer: str, n: int) -> Any:
    """One value, read as generously as PostgreSQL does: "5" is a number, 5 is a text.

    Raises:
        BadQuery: it can't be one of the column's.
    """
    if value is None or (value == "" and column.type is not ColumnType.TEXT):
        return None
    try:
        if column.type is ColumnType.TEXT:
            return _text(value, pointer)
        if column.type is ColumnType.GEOMETRY:
            return _geometry(value)
        read = parsed(column, value, pointer) if isinstance(value, str) else value_of(column, value, pointer)
    except BadQuery as error:
        _misfit(column, value, pointer, n, error)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        _misfit(column, value, pointer, n, error)
    if column.type is ColumnType.INTEGER and (not isinstance(read, int) or read not in _INTEGERS):
        _misfit(column, value, pointer, n, None)
    if column.type is ColumnType.NUMBER:
        read = float(read)  # type: ignore[arg-type]  # a number column's values are numbers
        if not math.isfinite(read):
            _misfit(column, value, pointer, n, None)
    return read


def guessed(rows: Sequence[Mapping[str, Any]], named: Sequence[str] = ()) -> list[Column]:
    """Columns for rows that came without: a type that every value of a column fits, in the order of first mention.

    Args:
        named: columns that are known to be wanted, before those that the rows name.
    """
    names = list(dict.fromkeys([*named, *(str(name) for row in rows for name in row if name != ID)]))
    return [Column(name, _type_of(name, [row.get(name) for row in rows]), title=name) for name in names]


def check_names(columns: Sequence[Column], pointer: str = "/fields") -> None:
    """Refuse columns that a table can't have.

    Raises:
        BadQuery: an empty name, one that the table itself needs, two that differ in case alone, or a geometry that isn't
            called `geometry`.
    """
    for column, clean in zip(columns, unique([column.name for column in columns]), strict=True):
        is_place = column.type is ColumnType.GEOMETRY
        if (column.name == GEOMETRY) != is_place or (column.name != clean and not is_place):
            refuse(f'"{column.name[:100]}" is not a valid field name', pointer)


def _type_of(name: str, values: list[Any]) -> ColumnType:
    some = [value for value in values if value is not None]
    if not some:
        return ColumnType.TEXT
    if name == GEOMETRY and all(isinstance(value, dict) for value in some):
        return ColumnType.GEOMETRY
    for kind in (ColumnType.BOOLEAN, ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DATE, ColumnType.DATETIME):
        if all(_is(kind, value) for value in some):
            return kind
    return ColumnType.TEXT


def _is(kind: ColumnType, value: Any) -> bool:
    """Whether a JSON value is of a type by itself; text is no number here: it may be a code with leading zeros."""
    match kind:
        case ColumnType.BOOLEAN:
            return isinstance(value, bool)
        case ColumnType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool) and value in _INTEGERS
        case ColumnType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        return isinstance(parsed(Column("x", kind), value, "/x"), date | datetime)
    except BadQuery:
        return False


def _text(value: Any, pointer: str) -> str:
    if isinstance(value, bool):
        value = "true" if value else "false"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if len(text) > MAX_TEXT:
        refuse("A text is too long.", pointer)
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        refuse("A value holds a character that no text has.", pointer)
    return text


def _geometry(value: Any) -> str:
    """GeoJSON (an object or its text) or WKT as WKB in hexadecimal digits.

    Raises:
        ValueError: it is none, or lies outside the world.
    """
    import shapely  # 30 MB: only where a geometry is written

    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    try:
        shape = shapely.from_geojson(text) if text.lstrip().startswith("{") else shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        raise ValueError("no geometry") from error
    if shape is None or shape.is_empty:
        raise ValueError("no geometry")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("outside the world")
    return str(shapely.to_wkb(shape, hex=True))


def _misfit(column: Column, value: Any, pointer: str, n: int, error: Exception | None) -> NoReturn:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    detail = f'row {n + 1}: invalid input for field "{column.name}" of type {column.type}: {shown}'
    raise BadQuery(detail, errors=[{"pointer": pointer, "detail": detail}]) from error
