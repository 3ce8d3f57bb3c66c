"""Which rows are asked for: one small tree, whatever language the question came in.

The logic is SQL's, with three values: a comparison with a missing value is neither true nor false, and a row is in the
answer only where the whole tree is true. The tree holds names and values only, never SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any, Literal

import orjson

Value = str | int | float | bool | date | time | datetime
Comparison = Literal["=", "<>", "<", "<=", ">", ">="]
SpatialOp = Literal["intersects", "within", "contains", "disjoint", "touches", "crosses", "overlaps", "equals"]

CRS84 = 0
"""The code of plain longitude and latitude, where an EPSG code stands for another system."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row."""


@dataclass(frozen=True, slots=True)
class And:
    """Rows for which all parts are true; all rows when there is no part."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Rows for which some part is true; no row when there is no part."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Rows for which the part is false; where it is unknown, this is unknown too."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class Compare:
    """A column against one value.

    Attributes:
        case_insensitive: capital and small letters are the same; text only.
    """

    column: str
    op: Comparison
    value: Value
    case_insensitive: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """low <= column <= high."""

    column: str
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class In:
    """The column has one of the values."""

    column: str
    values: tuple[Value, ...]
    case_insensitive: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    r"""A text column against a pattern: `%` any characters, `_` one character, `\` takes the next as it is."""

    column: str
    pattern: str
    case_insensitive: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """The column has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class BBox:
    """The geometry and the box have a point in common, edges included.

    Attributes:
        west, south, east, north: in degrees, or in metres of `crs` (x is always the easting here). West is greater
            than east when a box of degrees crosses the antimeridian.
        crs: the EPSG code of the plane that the box is straight in, `CRS84` for degrees.

    Source: OGC API - Features Part 1 (17-069r4), 7.15.3.
    """

    west: float
    south: float
    east: float
    north: float
    crs: int = CRS84


@dataclass(frozen=True, slots=True)
class Spatial:
    """The geometry of the row, the relation, a given geometry: "row within this".

    Attributes:
        wkt: the given geometry, x before y, in `crs`.
        crs: the plane that its edges are straight in, `CRS84` for degrees.

    Source: CQL2 (21-065r2), 7.8; the relations are those of Simple Features (OGC 06-103r4), 6.1.15.
    """

    op: SpatialOp
    wkt: str
    crs: int = CRS84


@dataclass(frozen=True, slots=True)
class Text:
    """Every word is found in some of the text columns, capital and small letters being the same.

    Attributes:
        columns: where to look; None: in all text columns.
    """

    words: tuple[str, ...]
    columns: tuple[str, ...] | None = None


Filter = Everything | And | Or | Not | Compare | Between | In | Like | IsNull | BBox | Spatial | Text

EVERYTHING = Everything()
NOTHING = Or(())


def both(*parts: Filter) -> Filter:
    """All of the filters at once, as flat as can be."""
    flat: list[Filter] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else () if isinstance(part, Everything) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat)) if flat else Everything()


def walk(tree: Filter) -> Iterator[Filter]:
    """The tree's nodes, each before its parts."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, And | Or):
            waiting.extend(reversed(node.parts))
        elif isinstance(node, Not):
            waiting.append(node.part)


def canonical(tree: Filter) -> str:
    """One spelling for filters that differ in order, repetition or nesting only; equal spelling means equal rows."""
    return orjson.dumps(_spelling(tree)).decode()


def digest(text: str) -> str:
    """A short name for a canonical form: 32 hex digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _spelling(node: Filter) -> Any:
    match node:
        case Everything():
            return ["and"]
        case And() | Or():
            return _spelling_of_parts(node)
        case Not(Not(part)):
            return _spelling(part)
        case Not(part):
            return ["not", _spelling(part)]
        case Compare(column, op, value, case_insensitive):
            return [op, column, _literal(value), case_insensitive]
        case Between(column, low, high):
            return ["between", column, _literal(low), _literal(high)]
        case In(column, values, case_insensitive):
            return ["in", column, sorted((_literal(v) for v in set(values)), key=orjson.dumps), case_insensitive]
        case Like(column, pattern, case_insensitive):
            return ["like", column, pattern, case_insensitive]
        case IsNull(column):
            return ["null", column]
        case BBox(west, south, east, north, crs):
            return ["bbox", float(west), float(south), float(east), float(north), crs]
        case Spatial(op, wkt, crs):
            return [op, wkt, crs]
        case Text(words, columns):
            return ["text", sorted(set(words)), None if columns is None else sorted(set(columns))]


def _spelling_of_parts(node: And | Or) -> Any:
    kind = "and" if isinstance(node, And) else "or"
    found: dict[bytes, Any] = {}
    for part in node.parts:
        spelt = _spelling(part)
        for each in spelt[1:] if spelt[0] == kind else [spelt]:
            found[orjson.dumps(each)] = each
    parts = [found[key] for key in sorted(found)]
    return parts[0] if len(parts) == 1 else [kind, *parts]


def _literal(value: Value) -> Any:
    """JSON that keeps kinds apart: the text "2020-01-01" isn't the date."""
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date | time):
        return [type(value).__name__, value.isoformat()]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return ["integer", str(value)]  # more than the JSON writer holds
    return value
