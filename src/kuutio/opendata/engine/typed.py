"""A question fitted to the columns of a table: names that exist, values of the column's type, sizes that are fair."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, NoReturn

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine.filters import (
    CRS84,
    And,
    BBox,
    Between,
    Compare,
    Everything,
    Filter,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Spatial,
    Text,
    Value,
)
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.types import Column, ColumnType

MAX_DEPTH, MAX_NODES, MAX_VALUES, MAX_WORDS = 24, 400, 1000, 20
MAX_TEXT, MAX_WKT = 2000, 400_000

ID_COLUMN = Column(name=ID, type=ColumnType.TEXT, title="id", nullable=False)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,400}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


class Columns:
    """The columns that a question may name.

    Args:
        columns: those of the snapshot's manifest; `_id` is added.
    """

    def __init__(self, columns: Iterable[Column]) -> None:
        self.by_name = {column.name: column for column in columns} | {ID: ID_COLUMN}

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def get(self, name: object, pointer: str) -> Column:
        """The column of that name.

        Raises:
            BadQuery: there is none.
        """
        column = self.by_name.get(name) if isinstance(name, str) else None
        if column is None:
            refuse(f"There is no column {str(name)[:100]!r}.", pointer)
        return column

    def texts(self) -> tuple[str, ...]:
        """The declared columns of type text, in order."""
        return tuple(c.name for c in self.by_name.values() if c.type is ColumnType.TEXT and c.name != ID)

    def geometry(self, pointer: str) -> Column:
        """The geometry column.

        Raises:
            BadQuery: the table has no geometry.
        """
        for column in self.by_name.values():
            if column.type is ColumnType.GEOMETRY:
                return column
        return refuse("This table has no geometry.", pointer)


def refuse(detail: str, pointer: str) -> NoReturn:
    """Say what part of the question can't be answered.

    Args:
        pointer: a JSON pointer into the query, the parameter's name first.
    """
    raise BadQuery(detail, errors=[{"pointer": pointer, "detail": detail}])


def fitted(tree: Filter, columns: Columns, pointer: str = "/filter") -> Filter:
    """The same filter with its values turned to the columns' types.

    Whole numbers given as 5.0 become 5 for an integer column; ISO text becomes a date, time or datetime. A datetime is
    compared in UTC when the column knows its zone, else by what the clock showed, any offset of the value dropped.

    Args:
        pointer: of the whole filter in the query; parts are found under `/args/0`, `/args/1` as in CQL2 JSON.

    Raises:
        BadQuery: an unknown column, a value of another type, too deep or too long.
    """
    return _Fitting(columns).fit(tree, pointer, 0)


class _Fitting:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.nodes = 0

    def fit(self, node: Filter, pointer: str, depth: int) -> Filter:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            refuse(f"The filter is too large: at most {MAX_NODES} parts, {MAX_DEPTH} levels deep.", pointer)
        match node:
            case Everything():
                return node
            case And(parts):
                return And(self._parts(parts, pointer, depth))
            case Or(parts):
                return Or(self._parts(parts, pointer, depth))
            case Not(part):
                return Not(self.fit(part, f"{pointer}/args/0", depth + 1))
            case Text():
                return self._text(node, pointer)
            case BBox():
                return self._bbox(node, pointer)
            case Spatial():
                return self._spatial(node, pointer)
            case _:
                return self._of_column(node, pointer)

    def _parts(self, parts: tuple[Filter, ...], pointer: str, depth: int) -> tuple[Filter, ...]:
        return tuple(self.fit(part, f"{pointer}/args/{i}", depth + 1) for i, part in enumerate(parts))

    def _of_column(self, node: Compare | Between | In | Like | IsNull, pointer: str) -> Filter:
        column = self.columns.get(node.column, f"{pointer}/args/0")
        if isinstance(node, IsNull):
            return node
        if column.type is ColumnType.GEOMETRY:
            refuse(f"{column.name!r} is a geometry: use a bbox or a spatial function.", f"{pointer}/args/0")
        if (isinstance(node, Like) or getattr(node, "case_insensitive", False)) and column.type is not ColumnType.TEXT:
            refuse(f"{column.name!r} is {column.type}; only text has letters to compare.", f"{pointer}/args/0")
        match node:
            case Like(pattern=pattern):
                checked_text(pattern, f"{pointer}/args/1")
                return replace(node, pattern=_clean_pattern(pattern, f"{pointer}/args/1"))
            case Between(low=low, high=high):
                self._ordered(column, pointer)
                low, high = value_of(column, low, f"{pointer}/args/1"), value_of(column, high, f"{pointer}/args/2")
                return replace(node, low=low, high=high)
            case In(values=values):
                if len(values) > MAX_VALUES:
                    refuse(f"At most {MAX_VALUES} values can be listed.", f"{pointer}/args/1")
                fit = tuple(value_of(column, value, f"{pointer}/args/1/{i}") for i, value in enumerate(values))
                return replace(node, values=fit)
            case Compare(op=op, value=value):
                if op not in ("=", "<>"):
                    self._ordered(column, pointer)
                return replace(node, value=value_of(column, value, f"{pointer}/args/1"))

    def _ordered(self, column: Column, pointer: str) -> None:
        if column.type is ColumnType.BOOLEAN:
            refuse(f"{column.name!r} is boolean: it has no order, only = and <>.", pointer)

    def _text(self, node: Text, pointer: str) -> Text:
        if len(node.words) > MAX_WORDS:
            refuse(f"At most {MAX_WORDS} words can be looked for.", pointer)
        for word in node.words:
            checked_text(word, pointer)
        for name in node.columns or ():
            if self.columns.get(name, pointer).type is not ColumnType.TEXT:
                refuse(f"{name!r} is not text.", pointer)
        return node

    def _bbox(self, node: BBox, pointer: str) -> BBox:
        self.columns.geometry(pointer)
        edges = (node.west, node.south, node.east, node.north)
        if not all(math.isfinite(edge) for edge in edges):
            refuse("A bbox has finite numbers.", pointer)
        if node.south > node.north:
            refuse("The south of a bbox is greater than its north.", pointer)
        if node.crs != CRS84 and node.west > node.east:
            refuse("The west of a bbox is greater than its east.", pointer)
        return BBox(float(node.west), float(node.south), float(node.east), float(node.north), node.crs)

    def _spatial(self, node: Spatial, pointer: str) -> Filter:
        self.columns.geometry(pointer)
        if len(node.wkt) > MAX_WKT:
            refuse(f"The geometry is too long: at most {MAX_WKT} characters.", f"{pointer}/args/1")
        if node.op == "disjoint":
            return Not(replace(node, op="intersects"))
        return node


def value_of(column: Column, value: object, pointer: str) -> Value:
    """A value that came with a type (from JSON or CQL2), turned to the column's.

    Raises:
        BadQuery: it doesn't fit; nothing is guessed: the text "5" is no integer.
    """
    match column.type:
        case ColumnType.TEXT if isinstance(value, str):
            return checked_text(value, pointer)
        case ColumnType.INTEGER if isinstance(value, int | float) and not isinstance(value, bool):
            return _whole(_finite(value, pointer))
        case ColumnType.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            return float(_finite(value, pointer))
        case ColumnType.BOOLEAN if isinstance(value, bool):
            return value
        case ColumnType.DATE if isinstance(value, date) and not isinstance(value, datetime):
            return value
        case ColumnType.TIME if isinstance(value, time) and value.tzinfo is None:
            return value
        case ColumnType.DATETIME if isinstance(value, datetime):
            return _at_zone(column, value)
        case ColumnType.DATE | ColumnType.TIME | ColumnType.DATETIME if isinstance(value, str):
            return parsed(column, value, pointer)
    return refuse(f"{column.name!r} is {column.type}; {_shown(value)} is not.", pointer)


def parsed(column: Column, text: str, pointer: str) -> Value:
    """A value that came as bare text (from an address or a form), read as the column's type.

    Raises:
        BadQuery: it can't be read so.
    """
    value: Value | None = None
    try:
        match column.type:
            case ColumnType.TEXT:
                value = checked_text(text, pointer)
            case ColumnType.INTEGER if _INTEGER.fullmatch(text):
                value = int(text)
            case ColumnType.INTEGER | ColumnType.NUMBER if _NUMBER.fullmatch(text):
                value = value_of(column, float(text), pointer)
            case ColumnType.BOOLEAN:
                value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
            case ColumnType.DATE if _DATE.fullmatch(text):
                value = date.fromisoformat(text)
            case ColumnType.TIME if _TIME.fullmatch(text):
                value = time.fromisoformat(text)
            case ColumnType.DATETIME if found := _DATETIME.fullmatch(text):
                day, clock, zone = found.groups()
                seconds, _, fraction = clock.partition(".")
                clock = f"{seconds}.{fraction[:6]}" if fraction else clock
                value = _at_zone(column, datetime.fromisoformat(f"{day}T{clock}{(zone or '').upper()}"))
    except (ValueError, OverflowError):
        value = None
    if value is None:
        refuse(f"{column.name!r} is {column.type}; {_shown(text)} can't be read as one.", pointer)
    return value


def checked_text(value: str, pointer: str) -> str:
    """The text, when it is one that a column could hold.

    Raises:
        BadQuery: it is too long, or holds NUL or half a surrogate pair.
    """
    if len(value) > MAX_TEXT:
        refuse(f"A value has at most {MAX_TEXT} characters.", pointer)
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        refuse("A value holds a character that no text has.", pointer)
    return value


def _finite(value: float, pointer: str) -> float:
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        refuse("A number must be finite.", pointer)
    return value


def _whole(value: float) -> int | float:
    """5.0 as 5; 5.5 stays, since `a > 5.5` is a fair question about whole numbers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _at_zone(column: Column, value: datetime) -> datetime:
    if not column.zoned:
        return value.replace(tzinfo=None)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def _clean_pattern(pattern: str, pointer: str) -> str:
    r"""The pattern with `\` only where it is needed: engines differ on `\x`."""
    clean, letters = [], iter(pattern)
    for letter in letters:
        if letter != "\\":
            clean.append(letter)
            continue
        following = next(letters, None)
        if following is None:
            refuse(r"A pattern can't end in a lone \.", pointer)
        clean.append(f"\\{following}" if following in "%_\\" else following)
    return "".join(clean)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def names_of(columns: Sequence[str] | None, known: Columns, pointer: str = "/properties") -> tuple[str, ...] | None:
    """The columns to show, each once in the order asked; None stays None: all of them.

    Raises:
        BadQuery: one doesn't exist.
    """
    if columns is None:
        return None
    return tuple(dict.fromkeys(known.get(name, pointer).name for name in columns))
