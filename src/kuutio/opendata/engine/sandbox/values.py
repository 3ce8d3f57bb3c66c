"""How an answer's values are shown: JSON that says the same in every language, whatever DuckDB's type was."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson

_WHOLE = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
    "UHUGEINT",
}
_ZONED = {"TIMESTAMP WITH TIME ZONE"}
_NESTED = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")


def type_of(duckdb_type: str) -> str:
    """Our word for a type: text, integer, number, boolean, date, time, datetime, geometry, or json for nested values."""
    name = duckdb_type.upper()
    if name.endswith("]") or name.startswith(_NESTED):
        return "json"
    base = name.split("(")[0]
    if base in _WHOLE or name.endswith(",0)"):
        return "integer"
    if base in {"DECIMAL", "DOUBLE", "FLOAT", "BIGNUM"}:
        return "number"
    if base.startswith("TIMESTAMP"):
        return "datetime"
    return {"BOOLEAN": "boolean", "DATE": "date", "TIME": "time", "GEOMETRY": "geometry"}.get(base, "text")


def shown(column: str, duckdb_type: str) -> str:
    """An SQL expression that turns a column (already quoted) into what JSON can hold."""
    name, ours = duckdb_type.upper(), type_of(duckdb_type)
    if ours in {"integer", "number", "boolean"}:
        return f"{column}::DOUBLE" if name == "BIGNUM" else column
    if ours == "datetime":
        local = f"({column} AT TIME ZONE 'UTC')" if name in _ZONED else column
        return f"replace({local}::VARCHAR, ' ', 'T')" + (" || 'Z'" if name in _ZONED else "")
    if ours == "geometry":
        return f"ST_AsText({column})"
    if ours == "json":
        return f"to_json({column})::VARCHAR"
    if name == "BLOB":
        return f"to_base64({column})"
    return column if name == "VARCHAR" else f"{column}::VARCHAR"


def plain(duckdb_type: str) -> Callable[[Any], Any] | None:
    """What is still to be done to a fetched value; None when nothing is."""
    name, ours = duckdb_type.upper(), type_of(duckdb_type)
    if ours == "json":
        return _parsed
    if ours == "integer" and name.startswith(("HUGEINT", "UHUGEINT", "DECIMAL")):
        return _whole
    if name.startswith("DECIMAL"):
        return _number
    if ours == "number":
        return _finite
    return None


def _parsed(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _whole(value: int | Decimal | None) -> int | float | None:
    if value is None:
        return None
    number = int(value)
    return number if -(2**63) <= number < 2**64 else float(number)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
