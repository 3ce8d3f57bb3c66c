"""A filter as SQL with parameters, in the words of DuckDB (on the Parquet) or of SQLite (on the serving file).

Names come from the manifest and are quoted, values are parameters: nothing of the question is ever part of the SQL.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

import orjson

from kuutio.opendata.engine import duck
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
from kuutio.opendata.engine.query import Sort
from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.serving import BLOCK
from kuutio.opendata.engine.snapshot import ENVELOPE, GEOMETRY, ID
from kuutio.opendata.engine.types import Column, ColumnType

_LEAST, _GREATEST = -(2**63), 2**63 - 1
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 wall clocks and UTC alike are counted from here


class Dialect(Protocol):
    """What differs between the two databases."""

    @property
    def row(self) -> str:
        """The row's number."""

    @property
    def small(self) -> Mapping[str, str]:
        """Of some text columns, the column that has the text in small letters."""

    @property
    def envelope(self) -> tuple[str, str, str, str]:
        """The columns x0, y0, x1, y1 of the envelope."""

    def column(self, column: Column) -> str:
        """The column as it is compared and sorted."""

    def lower(self, column: Column) -> str:
        """The text of the column in small letters."""

    def value(self, column: Column, value: Value) -> tuple[str, Any]:
        """A place for a value of the column, and the parameter that fills it."""

    def listed(self, numbers: list[int], expression: str) -> tuple[str, Any]:
        """`expression` is among the numbers, and the parameter."""


@dataclass(frozen=True, slots=True)
class DuckDialect:
    """DuckDB over data.parquet, or over a copy of it: all columns, all questions.

    Attributes:
        small: of some text columns, the column that has the text in small letters.
    """

    small: Mapping[str, str] = field(default_factory=dict)
    row: str = "file_row_number"
    envelope: tuple[str, str, str, str] = ENVELOPE

    def column(self, column: Column) -> str:
        """The column's own name; TIME as microseconds, as SQLite has it."""
        return f"epoch_us({duck.name(column.name)})" if column.type is ColumnType.TIME else duck.name(column.name)

    def lower(self, column: Column) -> str:
        """The column's text in small letters."""
        kept = self.small.get(column.name)
        return f"lower({self.column(column)})" if kept is None else duck.name(kept)

    def value(self, column: Column, value: Value) -> tuple[str, Any]:
        """Moments travel as whole microseconds: exact, and without the driver's zones."""
        match column.type:
            case ColumnType.DATE:
                return "CAST(? AS DATE)", str(value)
            case ColumnType.DATETIME:
                return f"{'make_timestamptz' if column.zoned else 'make_timestamp'}(CAST(? AS BIGINT))", micros(value)
            case ColumnType.TIME:
                return "CAST(? AS BIGINT)", micros(value)
            case ColumnType.INTEGER:
                return "CAST(? AS BIGINT)", value
            case ColumnType.NUMBER:
                return "CAST(? AS DOUBLE)", value
        return "?", value

    def listed(self, numbers: list[int], expression: str) -> tuple[str, Any]:
        """A list as JSON text is read three times faster than a bound list."""
        return f"{expression} IN (SELECT unnest(from_json(?, '[\"BIGINT\"]')))", orjson.dumps(numbers).decode()


@dataclass(frozen=True, slots=True)
class SqliteDialect:
    """SQLite over the serving file.

    Attributes:
        names: the columns that the file keeps, and what they are called there.
    """

    names: Mapping[str, str]
    small: Mapping[str, str] = field(default_factory=dict)
    row: str = "n"
    envelope: tuple[str, str, str, str] = ("x0", "y0", "x1", "y1")

    def column(self, column: Column) -> str:
        """The column's name in the file."""
        return "id" if column.name == ID else self.names[column.name]

    def lower(self, column: Column) -> str:
        """The column's text in small letters, where they are ASCII: `answers` sends such questions to DuckDB."""
        return f"lower({self.column(column)})"

    def value(self, column: Column, value: Value) -> tuple[str, Any]:
        """As `serving.plain` stores it; an id is stored as a JSON string."""
        if column.name == ID:
            return "?", orjson.dumps(value).decode()
        match column.type:
            case ColumnType.DATE:
                return "?", str(value)
            case ColumnType.DATETIME | ColumnType.TIME:
                return "?", micros(value)
            case ColumnType.BOOLEAN:
                return "?", int(bool(value))
        return "?", value

    def listed(self, numbers: list[int], expression: str) -> tuple[str, Any]:
        """SQLite looks the numbers up in a small tree of its own."""
        return f"{expression} IN (SELECT value FROM json_each(?))", orjson.dumps(numbers).decode()

    def answers(self, node: Filter) -> bool:
        """The file has what this node of a filter asks, and SQLite would answer as DuckDB does."""
        if getattr(node, "case_insensitive", False) or isinstance(node, Text):
            return False
        match node:
            case Compare(column=column) | Between(column=column) | Like(column=column) if column == ID:
                # Ids are JSON strings here: escapes change their order and their letters.
                return isinstance(node, Compare) and node.op in ("=", "<>")
            case IsNull(column=column):
                return column in self.names or column in (ID, GEOMETRY)
            case Compare(column=column) | In(column=column) | Between(column=column) | Like(column=column):
                return column in self.names or column == ID
        return True


@dataclass(slots=True)
class Where:
    """A filter turned to SQL.

    Args:
        columns: by name, with `_id`.
        located: the rows of the spatial nodes that envelopes alone don't decide.
    """

    dialect: Dialect
    columns: Mapping[str, Column]
    located: Mapping[Filter, Rows] = field(default_factory=dict)
    parameters: list[Any] = field(default_factory=list)

    def sql(self, node: Filter) -> str:
        """A condition; its parameters are added to `parameters` in the order of their places."""
        match node:
            case Everything():
                return "(1 = 1)"
            case And(parts) | Or(parts):
                joint, none = (" AND ", "(1 = 1)") if isinstance(node, And) else (" OR ", "(1 = 0)")
                return f"({joint.join(self.sql(part) for part in parts)})" if parts else none
            case Not(part):
                return f"(NOT {self.sql(part)})"
            case Compare():
                return self._compare(self.columns[node.column], node.op, node.value, node.case_insensitive)
            case Between(name, low, high):
                column = self.columns[name]
                return f"({self._compare(column, '>=', low)} AND {self._compare(column, '<=', high)})"
            case In():
                return self._in(node)
            case Like():
                return self._like(node)
            case IsNull(name):
                missing = (
                    self.dialect.envelope[0] if self._is_geometry(name) else self.dialect.column(self.columns[name])
                )
                return f"({missing} IS NULL)"
            case Text():
                return self._text(node)
            case BBox() | Spatial():
                return self._spatial(node)

    def _is_geometry(self, name: str) -> bool:
        return self.columns[name].type is ColumnType.GEOMETRY

    def _place(self, column: Column, value: Value) -> str:
        place, parameter = self.dialect.value(column, value)
        self.parameters.append(parameter)
        return place

    def _compare(self, column: Column, op: str, value: Value, case_insensitive: bool = False) -> str:
        field_ = self.dialect.column(column)
        if column.type is ColumnType.INTEGER and isinstance(value, int | float):
            decided = _whole(op, value)
            if isinstance(decided, bool):
                return _decided(field_, decided)
            op, value = decided
        place = self._place(column, value)
        return f"({self.dialect.lower(column)} {op} lower({place}))" if case_insensitive else f"({field_} {op} {place})"

    def _in(self, node: In) -> str:
        column = self.columns[node.column]
        field_ = self.dialect.column(column)
        values = [value for value in node.values if not _never(column, value)]
        if not values:
            return _decided(field_, False)
        places = [self._place(column, value) for value in values]
        if node.case_insensitive:
            return f"({self.dialect.lower(column)} IN ({', '.join(f'lower({place})' for place in places)}))"
        return f"({field_} IN ({', '.join(places)}))"

    def _like(self, node: Like) -> str:
        column = self.columns[node.column]
        field_, place = self.dialect.column(column), "?"
        if node.case_insensitive:
            field_, place = self.dialect.lower(column), "lower(?)"
        # A text that only has to hold, begin or end is looked for in half the time.
        finder, text = _finder(node.pattern) if isinstance(self.dialect, DuckDialect) else (None, "")
        if finder is not None:
            self.parameters.append(text)
            return f"{finder}({field_}, {place})"
        self.parameters.append(node.pattern)
        return f"({field_} LIKE {place} ESCAPE '\\')"

    def _text(self, node: Text) -> str:
        names = node.columns
        if names is None:
            names = tuple(c.name for c in self.columns.values() if c.type is ColumnType.TEXT and c.name != ID)
        words = []
        # What has no letters is found without folding, in half the time, and so comes first.
        cased = any(word.lower() != word.upper() for word in node.words)
        for word in sorted(node.words, key=lambda word: (word.lower() != word.upper(), word)):
            found = []
            for name in names:
                self.parameters.append(word)
                column, plain = self.columns[name], word.lower() == word.upper()
                # Where small letters are read for another word, that is one column to read instead of two.
                plain = plain and not (cased and name in self.dialect.small)
                searched = f"{self.dialect.column(column)}, ?" if plain else f"{self.dialect.lower(column)}, lower(?)"
                found.append(f"coalesce(contains({searched}), false)")
            words.append(f"({' OR '.join(found)})" if found else "(1 = 0)")
        # Not AND, whose parts DuckDB tries in orders of its own: no word is looked for where one before it isn't.
        return f"({''.join(f'CASE WHEN {word} THEN ' for word in words)}(1 = 1){' ELSE (1 = 0) END' * len(words)})"

    def _spatial(self, node: BBox | Spatial) -> str:
        x0, y0, x1, y1 = self.dialect.envelope
        rows = self.located.get(node)
        if rows is not None:
            blocks, single = rows.split(BLOCK)
            among = []
            row = self.dialect.row
            by_block = f"({row} // {BLOCK})" if isinstance(self.dialect, DuckDialect) else f"({row} / {BLOCK})"
            for numbers, expression in ((blocks, by_block), (single, row)):
                condition, parameter = self.dialect.listed(numbers, expression)
                among.append(condition)
                self.parameters.append(parameter)
            return f"(CASE WHEN {x0} IS NOT NULL THEN {' OR '.join(among)} END)"
        if not isinstance(node, BBox) or node.crs != CRS84:
            raise ValueError("this spatial node has to be located first")
        boxes = []
        for west, east in spans(node):
            self.parameters += [east, west, node.north, node.south]
            boxes.append(f"({x0} <= ? AND {x1} >= ? AND {y0} <= ? AND {y1} >= ?)")
        return f"({' OR '.join(boxes)})"


def spans(box: BBox) -> list[tuple[float, float]]:
    """The box's (west, east): two of them where it crosses the antimeridian."""
    return [(box.west, box.east)] if box.west <= box.east else [(box.west, 180.0), (-180.0, box.east)]


def order(sorts: Sequence[Sort], columns: Mapping[str, Column], dialect: Dialect) -> str:
    """The terms of ORDER BY: total, since the row's number comes last."""
    terms = []
    for sort in sorts:
        field_ = dialect.column(columns[sort.column])
        # Spelt as a term of its own for SQLite, which can't use an index for it, but these tables are small.
        terms.append(f"{field_} {'DESC NULLS FIRST' if sort.descending else 'ASC NULLS LAST'}")
    return ", ".join([*terms, dialect.row])


def sort_keys(sorts: Sequence[Sort], columns: Mapping[str, Column], dialect: Dialect) -> list[str]:
    """The sort columns as values that JSON can carry in a cursor and `after` takes back."""
    keys = []
    for sort in sorts:
        column = columns[sort.column]
        field_ = dialect.column(column)
        keys.append(as_key(column, field_) if isinstance(dialect, DuckDialect) else field_)
    return keys


def as_key(column: Column, value: str) -> str:
    """A value of the column, as DuckDB compares it, as one that JSON can carry."""
    match column.type:
        case ColumnType.DATE:
            return f"CAST({value} AS VARCHAR)"
        case ColumnType.DATETIME:
            return f"epoch_us({value})"
    return value


def last_of_first(sort: Sort, column: Column, count: int, dialect: DuckDialect) -> str:
    """The aggregate that finds the last of the `count` first values in an order; NULL where there are fewer values."""
    return f"{'max' if sort.descending else 'min'}({dialect.column(column)}, {int(count)})[{int(count)}]"


def up_to(where: Where, sort: Sort, key: Any) -> str:
    """The condition of a row whose value doesn't stand after a given one in the order.

    Args:
        key: as `as_key` gave it.
    """
    column = where.columns[sort.column]
    field_, place = where.dialect.column(column), where._place(column, key)
    # Missing values are the first ones of a descending order.
    return f"({field_} >= {place} OR {field_} IS NULL)" if sort.descending else f"({field_} <= {place})"


def after(where: Where, sorts: Sequence[Sort], keys: Sequence[Any], n: int) -> str:
    """The condition of a row that stands after a given one in the order.

    Args:
        where: takes the parameters.
        keys: values of the sort columns in the given row, as `sort_keys` gave them, fitted by `fitted_keys`.
        n: the given row's number.
    """
    dialect = where.dialect
    where.parameters.append(n)
    condition = f"({dialect.row} > ?)"
    if not sorts:
        return condition
    where.parameters.pop()
    return _after(where, list(zip(sorts, keys, strict=True)), n)


def _after(where: Where, rest: list[tuple[Sort, Any]], n: int) -> str:
    if not rest:
        where.parameters.append(n)
        return f"({where.dialect.row} > ?)"
    (sort, key), *following = rest
    column = where.columns[sort.column]
    field_ = where.dialect.column(column)
    if key is None:
        greater = f"({field_} IS NOT NULL)" if sort.descending else "(1 = 0)"
        return f"({greater} OR ({field_} IS NULL AND {_after(where, following, n)}))"
    greater = f"({field_} {'<' if sort.descending else '>'} {where._place(column, key)})"
    if not sort.descending:
        greater = f"({greater} OR {field_} IS NULL)"
    return f"({greater} OR ({field_} = {where._place(column, key)} AND {_after(where, following, n)}))"


def micros(value: Any) -> int:
    """Microseconds since 1970 (in UTC, or by the wall clock where the zone is unknown), or since midnight.

    A cursor's key is such a number already.
    """
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (plain - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) * 1_000_000 + value.microsecond
    return int(value)


def fitted_keys(sorts: Sequence[Sort], columns: Mapping[str, Column], keys: Sequence[Any]) -> tuple[Any, ...] | None:
    """A cursor's keys when each could be a value of its sort column; None when the cursor was made up."""
    return (
        tuple(keys)
        if len(keys) == len(sorts)
        and all(key is None or _could_be(columns[sort.column], key) for sort, key in zip(sorts, keys, strict=True))
        else None
    )


def _could_be(column: Column, key: Any) -> bool:
    match column.type:
        case ColumnType.INTEGER | ColumnType.TIME | ColumnType.DATETIME:
            return type(key) is int and _LEAST <= key <= _GREATEST
        case ColumnType.NUMBER:
            return isinstance(key, float | int) and not isinstance(key, bool) and math.isfinite(key)
        case ColumnType.BOOLEAN:
            return key in (True, False)
        case ColumnType.DATE:
            try:
                return isinstance(key, str) and bool(date.fromisoformat(key))
            except ValueError:
                return False
    return isinstance(key, str)


def _finder(pattern: str) -> tuple[str | None, str]:
    """DuckDB's function that does what a LIKE pattern asks, and the text that it looks for; None when there is none."""
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    begins, ends = pieces[:1] != ["%"], pieces[-1:] != ["%"]
    inner = pieces[not begins : len(pieces) - (not ends)]
    if not inner or "%" in inner or "_" in inner or (begins and ends):
        return None, ""
    finder = "starts_with" if begins else "ends_with" if ends else "contains"
    return finder, "".join(piece[-1] for piece in inner)


def _whole(op: str, value: float) -> tuple[str, int] | bool:
    """A comparison of a whole number with any number as one with a whole number of 64 bits, or its constant outcome."""
    low = math.floor(value)
    if low != value:
        if op in ("=", "<>"):
            return op == "<>"
        op, low = ("<=", low) if op in ("<", "<=") else (">", low)
    if low > _GREATEST:
        return op in ("<>", "<", "<=")
    if low < _LEAST:
        return op in ("<>", ">", ">=")
    return op, low


def _never(column: Column, value: Value) -> bool:
    """No whole number of 64 bits equals the value."""
    return column.type is ColumnType.INTEGER and isinstance(value, int | float) and _whole("=", value) is False


def _decided(field_: str, outcome: bool) -> str:
    """The same outcome for every row that has a value, unknown for the others."""
    return f"({field_} {'=' if outcome else '<>'} {field_})"
