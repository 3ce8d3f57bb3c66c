"""Arrow's types as ours: how each is kept in a raw table."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kuutio.opendata.engine.types import ColumnType


@dataclass(frozen=True, slots=True)
class Stored:
    """How a column of some Arrow type is kept.

    Attributes:
        type: ours.
        arrow: the type in the raw table.
        of: turns an array to that type; nothing is lost.
        zoned: a datetime that knows its zone.
    """

    type: ColumnType
    arrow: pa.DataType
    of: Callable[[Any], Any]
    zoned: bool = False


def storable(kind: pa.DataType) -> Stored:
    """How to keep a column of that type."""
    types = pa.types
    if types.is_dictionary(kind):
        inner = storable(kind.value_type)
        return Stored(inner.type, inner.arrow, lambda array: inner.of(array.dictionary_decode()), inner.zoned)
    if isinstance(kind, pa.BaseExtensionType):
        inner = storable(kind.storage_type)
        return Stored(inner.type, inner.arrow, lambda array: inner.of(array.storage), inner.zoned)
    if types.is_boolean(kind):
        return Stored(ColumnType.BOOLEAN, pa.bool_(), _same)
    if types.is_integer(kind) and not types.is_uint64(kind):
        return Stored(ColumnType.INTEGER, pa.int64(), _cast(pa.int64()))
    if types.is_floating(kind):
        return Stored(ColumnType.NUMBER, pa.float64(), _cast(pa.float64()))
    if types.is_decimal(kind) and kind.precision <= 15:
        return Stored(ColumnType.NUMBER, pa.float64(), _cast(pa.float64()))
    if types.is_date(kind):
        return Stored(ColumnType.DATE, pa.date32(), _cast(pa.date32(), safe=False))
    if types.is_time(kind):
        return Stored(ColumnType.TIME, pa.time64("us"), _cast(pa.time64("us"), safe=False))
    if types.is_timestamp(kind):
        zone = "UTC" if kind.tz else None
        us = pa.timestamp("us", zone)
        return Stored(ColumnType.DATETIME, us, _cast(us, safe=False), zoned=zone is not None)
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return Stored(ColumnType.TEXT, pa.string(), _each(bytes.hex))
    if types.is_nested(kind):
        return Stored(ColumnType.TEXT, pa.string(), _each(lambda v: json.dumps(v, ensure_ascii=False, default=str)))
    # Text, wide decimals and unsigned integers (identifiers), durations.
    return Stored(ColumnType.TEXT, pa.string(), _text)


def _same(array: Any) -> Any:
    return array


def _cast(kind: pa.DataType, *, safe: bool = True) -> Callable[[Any], Any]:
    return lambda array: pc.cast(array, kind, safe=safe)


def _each(turn: Callable[[Any], str]) -> Callable[[Any], Any]:
    return lambda array: pa.array([None if v is None else turn(v) for v in array.to_pylist()], pa.string())


def _text(array: Any) -> Any:
    return pc.cast(array, pa.string())
