"""CQL2, text and JSON, turned to the filter tree.

What is understood: basic CQL2, BETWEEN, IN and LIKE, CASEI, and all spatial functions with any geometry. The `cql2`
package parses the text; its tree is read here against the table's columns, anything unknown being refused.

Source: OGC 21-065r2, Common Query Language (CQL2).
"""

import math
import re
from collections.abc import Callable
from typing import Any

import orjson

from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.filters import (
    CRS84,
    EVERYTHING,
    NOTHING,
    And,
    BBox,
    Between,
    Compare,
    Filter,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Spatial,
)
from kuutio.opendata.engine.typed import MAX_DEPTH, Columns, fitted, parsed, refuse
from kuutio.opendata.engine.types import Column, ColumnType

CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
    for name in (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
    )
)

MAX_LENGTH = 400_000
_MAX_NESTING = 3 * MAX_DEPTH
"""Brackets within brackets: the parser is recursive, and its stack is not ours to protect once it runs."""

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_LONG_NUMBER = re.compile(r"(?<![\w.])-?\d{16,30}(?![\w.])")
_EXACT = "\ue000"
"""Marks a long whole number that travels through the parser as text: the parser's numbers are doubles."""

_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONVERSE = {"within": "contains", "contains": "within"}
_SPATIAL = ("intersects", "within", "contains", "disjoint", "touches", "crosses", "overlaps", "equals")


def from_text(text: str, columns: Columns, *, crs: int = CRS84, pointer: str = "/filter") -> Filter:
    """A filter from CQL2 text.

    Args:
        crs: EPSG code of the coordinates, in the authority's axis order.
        pointer: where the text stands in the query.

    Raises:
        BadQuery: it isn't CQL2, or asks what the table or this engine can't answer.
    """
    import cql2

    _check_size(text, pointer)
    try:
        tree = cql2.parse_text(_marked(text)).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as problem:
        refuse(f"The filter isn't CQL2 text: {_reason(problem)}", pointer)
    return _Reader(columns, crs).read(tree, pointer)


def from_json(
    source: str | bytes | dict[str, Any], columns: Columns, *, crs: int = CRS84, pointer: str = "/filter"
) -> Filter:
    """A filter from CQL2 JSON, as text or already parsed; otherwise like `from_text`."""
    if isinstance(source, str | bytes):
        if len(source) > MAX_LENGTH:
            refuse(f"The filter is too long: at most {MAX_LENGTH} characters.", pointer)
        try:
            source = orjson.loads(source)
        except ValueError:
            refuse("The filter isn't JSON.", pointer)
    if _depth(source) > _MAX_NESTING:
        refuse(f"The filter is too deep: at most {MAX_DEPTH} levels.", pointer)
    return _Reader(columns, crs).read(source, pointer)


class _Reader:
    """Walks a CQL2 JSON tree; pointers follow it."""

    def __init__(self, columns: Columns, crs: int) -> None:
        self.columns, self.crs = columns, crs

    def read(self, tree: Any, pointer: str) -> Filter:
        return fitted(self._predicate(tree, pointer, 0), self.columns, pointer)

    def _predicate(self, node: Any, pointer: str, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            refuse(f"The filter is too deep: at most {MAX_DEPTH} levels.", pointer)
        if isinstance(node, bool):
            return EVERYTHING if node else NOTHING
        op, args = _operation(node, pointer)
        if op in ("and", "or"):
            parts = tuple(self._predicate(arg, f"{pointer}/args/{i}", depth + 1) for i, arg in enumerate(args))
            return And(parts) if op == "and" else Or(parts)
        if op == "not":
            (part,) = _exactly(1, args, op, pointer)
            return Not(self._predicate(part, f"{pointer}/args/0", depth + 1))
        known: dict[str, Callable[[str, list[Any], str], Filter]] = {
            **dict.fromkeys(_TURNED, self._compare),
            **dict.fromkeys((f"s_{name}" for name in _SPATIAL), self._spatial),
            "between": self._between,
            "in": self._in,
            "like": self._like,
            "isnull": self._is_null,
        }
        if op not in known:
            refuse(f"{node['op']!r} isn't supported.", pointer)
        return known[op](op, args, pointer)

    def _compare(self, op: str, args: list[Any], pointer: str) -> Filter:
        left, right = _exactly(2, args, op, pointer)
        if not _names_property(left) and _names_property(right):
            left, right, op = right, left, _TURNED[op]
        name, folded = self._property(left, f"{pointer}/args/0")
        value = self._value(name, right, f"{pointer}/args/1", folded=folded)
        return Compare(name, op, value, folded)  # type: ignore[arg-type]

    def _between(self, op: str, args: list[Any], pointer: str) -> Filter:
        subject, low, high = _exactly(3, args, op, pointer)
        name, folded = self._property(subject, f"{pointer}/args/0")
        if folded:
            refuse("CASEI can't be used with BETWEEN.", f"{pointer}/args/0")
        return Between(name, self._value(name, low, f"{pointer}/args/1"), self._value(name, high, f"{pointer}/args/2"))

    def _in(self, op: str, args: list[Any], pointer: str) -> Filter:
        subject, listed = _exactly(2, args, op, pointer)
        name, folded = self._property(subject, f"{pointer}/args/0")
        if not isinstance(listed, list) or not listed:
            refuse("IN takes a list of values.", f"{pointer}/args/1")
        values = (self._value(name, v, f"{pointer}/args/1/{i}", folded=folded) for i, v in enumerate(listed))
        return In(name, tuple(values), folded)

    def _like(self, op: str, args: list[Any], pointer: str) -> Filter:
        subject, pattern = _exactly(2, args, op, pointer)
        name, folded = self._property(subject, f"{pointer}/args/0")
        text = self._value(name, pattern, f"{pointer}/args/1", folded=folded)
        if not isinstance(text, str):
            refuse("LIKE takes a pattern in quotes.", f"{pointer}/args/1")
        return Like(name, text, folded)

    def _is_null(self, op: str, args: list[Any], pointer: str) -> Filter:
        (subject,) = _exactly(1, args, op, pointer)
        name, folded = self._property(subject, f"{pointer}/args/0")
        if folded:
            refuse("CASEI can't be used with IS NULL.", f"{pointer}/args/0")
        return IsNull(name)

    def _spatial(self, op: str, args: list[Any], pointer: str) -> Filter:
        left, right = _exactly(2, args, op, pointer)
        relation = op.removeprefix("s_")
        if not _names_property(left) and _names_property(right):
            left, right, relation = right, left, _CONVERSE.get(relation, relation)
        name, _ = self._property(left, f"{pointer}/args/0")
        if self.columns.get(name, f"{pointer}/args/0").type is not ColumnType.GEOMETRY:
            refuse(f"{name!r} is not a geometry.", f"{pointer}/args/0")
        return spatial(relation, right, self.crs, f"{pointer}/args/1")

    def _property(self, node: Any, pointer: str) -> tuple[str, bool]:
        """The name, and whether it stands in CASEI."""
        if isinstance(node, dict) and str(node.get("op", "")).lower() == "casei":
            (inner,) = _exactly(1, _operation(node, pointer)[1], "casei", pointer)
            name, _ = self._property(inner, f"{pointer}/args/0")
            return name, True
        if not isinstance(node, dict) or set(node) != {"property"} or not isinstance(node["property"], str):
            refuse("Here the name of a property is needed.", pointer)
        return self.columns.get(node["property"], pointer).name, False

    def _value(self, name: str, node: Any, pointer: str, *, folded: bool = False) -> Any:
        """A literal. With CASEI on the property it may or may not stand on the value: both say the same."""
        column = self.columns.get(name, pointer)
        if folded and isinstance(node, dict) and str(node.get("op", "")).lower() == "casei":
            (node,) = _exactly(1, _operation(node, pointer)[1], "casei", pointer)
        if isinstance(node, dict) and set(node) == {"date"}:
            return _moment(column, node["date"], ColumnType.DATE, pointer)
        if isinstance(node, dict) and set(node) == {"timestamp"}:
            return _moment(column, node["timestamp"], ColumnType.DATETIME, pointer)
        if isinstance(node, str):
            return _unmarked(node)
        if not isinstance(node, bool | int | float):
            refuse("Here a plain value is needed: a text, a number, a date.", pointer)
        return node


def spatial(relation: str, literal: Any, crs: int, pointer: str) -> Filter:
    """A spatial node from a GeoJSON geometry or `{"bbox": [...]}` whose axes are in the authority's order.

    Raises:
        BadQuery: it is no geometry, or one that crosses itself.
    """
    plane = crs_out.plane(crs)
    turned = crs_out.north_first(crs)
    if isinstance(literal, dict) and set(literal) == {"bbox"}:
        box = corners(literal["bbox"], crs, pointer)
        if relation == "intersects":
            return box
        if relation == "disjoint":
            return Not(box)
        west, south, east, north = box.west, box.south, box.east, box.north
        if west >= east or south >= north:
            refuse("This relation needs a box with a west less than its east and a height.", pointer)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        literal, turned = {"type": "Polygon", "coordinates": [ring]}, False
    try:
        wkt = _wkt(literal, turned=turned)
    except ValueError as problem:
        refuse(f"The geometry can't be used: {problem}.", pointer)
    return Spatial(relation, wkt, plane)  # type: ignore[arg-type]


def corners(numbers: Any, crs: int, pointer: str) -> BBox:
    """A box from four or six numbers whose axes are in the authority's order; heights are passed over.

    Raises:
        BadQuery: these are other numbers.
    """
    if not isinstance(numbers, list) or len(numbers) not in (4, 6):
        refuse("A bbox has four numbers, or six with heights.", pointer)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in numbers):
        refuse("A bbox has finite numbers.", pointer)
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if crs_out.north_first(crs):
        low, high = low[::-1], high[::-1]
    west, south, east, north = (float(number) for number in (*low, *high))
    if south > north:
        refuse("The bbox is upside down: its least latitude or northing comes first.", pointer)
    if crs_out.plane(crs) == CRS84 and not (-180 <= west <= 180 and -180 <= east <= 180):
        refuse("Longitudes are from -180 to 180.", pointer)
    if crs_out.plane(crs) != CRS84 and west > east:
        refuse("The bbox is the wrong way round: its least easting comes first.", pointer)
    return BBox(west, south, east, north, crs_out.plane(crs))


def _wkt(literal: Any, *, turned: bool) -> str:
    from kuutio.opendata.engine.spatial import as_wkt

    if not isinstance(literal, dict) or not isinstance(literal.get("type"), str):
        raise ValueError("it is no GeoJSON geometry")
    return as_wkt(literal, turned=turned)


def _operation(node: Any, pointer: str) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
        refuse("Here a condition is needed.", pointer)
    return node["op"].lower(), node["args"]


def _exactly(count: int, args: list[Any], op: str, pointer: str) -> list[Any]:
    if len(args) != count:
        refuse(f"{op!r} takes {count} arguments.", f"{pointer}/args")
    return args


def _names_property(node: Any) -> bool:
    if isinstance(node, dict) and str(node.get("op", "")).lower() == "casei" and isinstance(node.get("args"), list):
        return bool(node["args"]) and _names_property(node["args"][0])
    return isinstance(node, dict) and "property" in node


def _moment(column: Column, text: Any, kind: ColumnType, pointer: str) -> Any:
    if not isinstance(text, str):
        refuse("A date is written as text.", pointer)
    if column.type is not kind:
        refuse(f"{column.name!r} is {column.type}; this is a {kind}.", pointer)
    return parsed(column, text, pointer)


def _depth(tree: Any) -> int:
    """How many lists and objects stand within each other; more than the limit isn't counted on."""
    level, depth = [tree], 0
    while level and depth <= _MAX_NESTING:
        level = [
            item
            for node in level
            for item in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
        depth += 1
    return depth


def _check_size(text: str, pointer: str) -> None:
    if len(text) > MAX_LENGTH:
        refuse(f"The filter is too long: at most {MAX_LENGTH} characters.", pointer)
    if _EXACT in text or "\0" in text:
        refuse("The filter holds a character that no text has.", pointer)
    bare = _QUOTED.sub("''", text)
    depth = deepest = 0
    for letter in bare:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    chained = re.search(rf"(?:\bnot\b[\s(]*){{{MAX_DEPTH + 1},}}", bare, re.IGNORECASE)
    if deepest > _MAX_NESTING or chained or re.search(r"(?:[-+*/^%]\s*){20}", bare):
        refuse(f"The filter is too deep: at most {MAX_DEPTH} levels.", pointer)


def _marked(text: str) -> str:
    """Whole numbers that a double can't hold, as marked text; quoted text stays as it is."""
    pieces, at = [], 0
    for quoted in _QUOTED.finditer(text):
        pieces += [_LONG_NUMBER.sub(rf"'{_EXACT}\g<0>'", text[at : quoted.start()]), quoted.group()]
        at = quoted.end()
    return "".join([*pieces, _LONG_NUMBER.sub(rf"'{_EXACT}\g<0>'", text[at:])])


def _unmarked(text: str) -> Any:
    return int(text[1:]) if text.startswith(_EXACT) else text


def _reason(problem: Exception) -> str:
    """The parser's words: some lines with a caret under the place; the first line that says something."""
    lines = [line.strip() for line in str(problem).replace(_EXACT, "").splitlines()]
    said = [line for line in lines if line.startswith("= ")]
    return (said[0].removeprefix("= ") if said else "it can't be read")[:200]
