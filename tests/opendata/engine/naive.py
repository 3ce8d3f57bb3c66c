"""The meaning of a filter, written as plainly as can be: what the databases must agree with."""

import re
from datetime import UTC, datetime
from typing import Any

import shapely

from kuutio.opendata.engine.filters import (
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
)
from kuutio.opendata.engine.query import Sort


def truth(node: Filter, row: dict[str, Any], texts: tuple[str, ...]) -> bool | None:
    """True, False or None (unknown) for a row, by SQL's logic.

    Args:
        texts: the text columns.
    """
    match node:
        case Everything():
            return True
        case And(parts):
            found = [truth(part, row, texts) for part in parts]
            return False if False in found else None if None in found else True
        case Or(parts):
            found = [truth(part, row, texts) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            inner = truth(part, row, texts)
            return None if inner is None else not inner
        case IsNull(column):
            return row.get(column) is None
        case Text(words, columns):
            values = [row.get(name) for name in (texts if columns is None else columns)]
            return all(any(v is not None and word.lower() in v.lower() for v in values) for word in words)
        case BBox(west, south, east, north):
            shape = row.get("geometry")
            spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
            return None if shape is None else any(_meets(shape, w, south, e, north) for w, e in spans)
        case Spatial(op, wkt):
            shape = row.get("geometry")
            return None if shape is None else bool(getattr(shapely, op)(shape, shapely.from_wkt(wkt)))
    value = row.get(node.column)
    if value is None:
        return None
    return _of_value(node, value)


def _of_value(node: Filter, value: Any) -> bool:
    match node:
        case Compare(_, op, other, folded):
            return _compared(*_folded(value, other, folded), op)
        case Between(_, low, high):
            return _compared(value, low, ">=") and _compared(value, high, "<=")
        case In(_, values, folded):
            return any(_compared(*_folded(value, other, folded), "=") for other in values)
        case Like(_, pattern, folded):
            expression = ""
            for piece in re.findall(r"\\.|.", pattern, re.DOTALL):
                expression += {"%": ".*", "_": "."}.get(piece) or re.escape(piece[-1])
            return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if folded else 0)) is not None
    raise AssertionError(node)


def _folded(value: Any, other: Any, folded: bool) -> tuple[Any, Any]:
    return (value.lower(), other.lower()) if folded else (value, other)


def _compared(value: Any, other: Any, op: str) -> bool:
    if isinstance(value, datetime):
        value, other = (at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at for at in (value, other))
    return {
        "=": value == other,
        "<>": value != other,
        "<": value < other,
        "<=": value <= other,
        ">": value > other,
        ">=": value >= other,
    }[op]


def _meets(shape: Any, west: float, south: float, east: float, north: float) -> bool:
    if west == east and south == north:
        box: Any = shapely.Point(west, south)
    elif west == east or south == north:
        box = shapely.LineString([(west, south), (east, north)])
    else:
        box = shapely.box(west, south, east, north)
    return bool(shapely.intersects(shape, box))


def in_order(rows: list[dict[str, Any]], sort: tuple[Sort, ...]) -> list[int]:
    """Row numbers in order: a missing value is greater than every other, and equal rows stay as they are.

    Python's sort keeps equal items in their order, reversed or not.
    """
    numbers = list(range(len(rows)))
    for key in reversed(sort):
        numbers.sort(key=lambda n, key=key: _rank(rows[n].get(key.column)), reverse=key.descending)  # type: ignore[misc]
    return numbers


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
