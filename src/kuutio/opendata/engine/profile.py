"""What the values of a published table look like, column by column."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kuutio.opendata.engine.inference import text
from kuutio.opendata.engine.types import Column, ColumnType

_FEW = 5_000  # different values, up to which they are counted exactly
_TOP = 10
_WIDE = 200  # columns, from which on opening the file for each of them takes longer than copying it once
_LONGEST = 200  # characters of a value that are shown


def profiled(connection: Any, path: str, columns: Sequence[Column]) -> list[Column]:
    """The columns with what their values look like.

    Args:
        connection: of DuckDB, its time zone UTC.
        path: of the Parquet file.
    """
    source = f"read_parquet({text(path)})"
    if len(columns) > _WIDE:
        connection.execute(f"CREATE OR REPLACE TABLE wide AS FROM {source}")
        source = "wide"
    parts = ["count(*)"]
    for column in columns:
        name = quoted(column.name)
        parts.append(f"count({name})")
        if column.type == ColumnType.GEOMETRY:
            parts += ["0", "NULL", "NULL"]
            continue
        parts.append(f"approx_count_distinct({name})")
        if column.type == ColumnType.BOOLEAN:
            parts += ["NULL", "NULL"]
        else:
            parts += [_shown(f"{side}({name})", column) for side in ("min", "max")]
    rows, *facts = connection.execute(f"SELECT {', '.join(parts)} FROM {source}").fetchall()[0]
    result = []
    for n, column in enumerate(columns):
        values, distinct, least, greatest = facts[4 * n : 4 * n + 4]
        top: list[list[Any]] = []
        if 0 < distinct <= _FEW:
            distinct, top = _counted(connection, source, column)
        nulls = rows - values
        result.append(
            replace(
                column,
                nullable=nulls > 0,
                nulls=nulls,
                distinct=min(distinct, values),
                min=least,
                max=greatest,
                top=top,
            )
        )
    return result


def _counted(connection: Any, source: str, column: Column) -> tuple[int, list[list[Any]]]:
    """How many values there are, and the most frequent ones."""
    name = quoted(column.name)
    # Values that are equal after they were shortened stay apart: they are grouped first.
    found = connection.execute(
        f"SELECT {_shown('v', column)}, n, count(*) OVER () FROM "
        f"(SELECT {name} AS v, count(*) AS n FROM {source} WHERE {name} IS NOT NULL GROUP BY 1) "
        f"ORDER BY n DESC, v LIMIT {_TOP}"
    ).fetchall()
    return found[0][2], [[value, count] for value, count, _ in found]


def _shown(value: str, column: Column) -> str:
    """SQL for a value as JSON has it."""
    match column.type:
        case ColumnType.INTEGER | ColumnType.NUMBER | ColumnType.BOOLEAN:
            return value
        case ColumnType.DATETIME:
            return f"strftime({value}, '%Y-%m-%dT%H:%M:%S{'Z' if column.zoned else ''}')"
        case _:
            return f"left(CAST({value} AS VARCHAR), {_LONGEST})"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
