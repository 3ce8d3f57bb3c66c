"""The child: waits for one query after another on its standard input, runs each alone, and dies of any excess.

A message is four bytes of length and JSON, both ways. The child is told the query, the tables that it reads and the
limits, and whether the first sieve has `understood` it; it answers `{"columns", "rows", "truncated", "elapsed_ms"}` or `{"refused", "kind"}`, with `last` when it goes after it;
told a `dialect`, `{"sql", "tables"}`. Its first message says that it's ready.
"""

import os
import re
import signal
import struct
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

import duckdb
import orjson

from kuutio.opendata.engine.snapshot import ENVELOPE

from .confine import limit_processor, limit_resources, refuse_system_calls
from .refusals import TOO_LARGE, UNKNOWN_FORM, Refused
from .tree import check_tree
from .values import plain, shown, type_of

HIDDEN = frozenset(ENVELOPE)
"""Columns of a snapshot that serve its own indexes and aren't published."""

_MEMORY = "400MB"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": _MEMORY,
    "max_temp_directory_size": "0B",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
}
_BATCH = 256
_TELLING = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConversionException,
    duckdb.DataError,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.TypeMismatchException,
)
_PATH = re.compile(r"(?:[\w.~-]*/){1,}[\w.~-]+")
_SETTING = re.compile(
    r"\b(?:SET|PRAGMA|RESET|LOAD|INSTALL)\b|\bsettings?\b|configuration|_limit\b|extension", re.IGNORECASE
)


def run(job: Mapping[str, Any]) -> dict[str, Any]:
    """Check and run one query on a connection of its own; or, where a dialect is asked for, check and translate it.

    Raises:
        Refused: the query isn't one that may run, or DuckDB can't run it.
        MemoryError, duckdb.OutOfMemoryException: it needs more than there is.
    """
    started = time.perf_counter()
    paths = {str(name).lower(): str(path) for name, path in job["tables"].items()}
    sql = str(job["sql"])
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        check_tree(connection, sql, paths)
        if not job["understood"]:
            raise Refused(UNKNOWN_FORM)
        if job.get("dialect"):
            return {"sql": _translated(sql, str(job["dialect"])), "tables": sorted(paths)}
        _open_tables(connection, paths)
        try:
            answer = _answer(connection, sql, int(job["rows"]), int(job["bytes"]))
        except _TELLING as error:
            raise Refused(scrub(str(error), sql)) from None
    answer["elapsed_ms"] = round((time.perf_counter() - started) * 1000, 1)
    return answer


def scrub(message: str, sql: str) -> str:
    """DuckDB's message without what only the operator may know: paths and settings. What the caller wrote may stay."""
    message = message.split("\tCandidate functions:")[0]
    lines = [line for line in message.splitlines() if line.strip() in sql or not _SETTING.search(line)]
    text = "\n".join(lines).strip() or "This query can't be run."
    return _PATH.sub(lambda match: match[0] if match[0] in sql else "…", text)[:1000]


def _translated(sql: str, dialect: str) -> str:
    from .statement import parse_one_select, translate  # sqlglot, 27 MB: only where Spark is the engine

    return translate(parse_one_select(sql), dialect)


def _open_tables(connection: duckdb.DuckDBPyConnection, paths: Mapping[str, str]) -> None:
    """One view a table, with the published columns only; then nothing else can be reached, and no setting changed."""
    listed = ", ".join(_literal(path) for path in paths.values())
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    for name, path in paths.items():
        source = f"read_parquet({_literal(path)}, hive_partitioning = false, file_row_number = false)"
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}")
        columns = [row[0] for row in described.fetchall()]
        published = ", ".join(_quoted(column) for column in columns if column not in HIDDEN)
        connection.execute(f"CREATE TEMP VIEW {_quoted(name)} AS SELECT {published} FROM {source}")
    connection.execute("SET lock_configuration = true")


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, most_rows: int, most_bytes: int) -> dict[str, Any]:
    relation = connection.sql(sql)
    names, types = list(relation.columns), [str(duckdb_type) for duckdb_type in relation.types]
    aliases = [f"c{number}" for number in range(len(names))]
    asked = ", ".join(shown(alias, duckdb_type) for alias, duckdb_type in zip(aliases, types, strict=True))
    # The text stands alone between line breaks: it has parsed as one whole query, and may end in a comment.
    whole = f"SELECT {asked} FROM (\n{sql}\n) AS q({', '.join(aliases)}) LIMIT {most_rows + 1}"
    cursor = connection.execute(whole)
    work = [(number, turn) for number, name in enumerate(types) if (turn := plain(name))]
    rows: list[list[Any]] = []
    room = most_bytes
    while batch := cursor.fetchmany(_BATCH):
        for values in batch:
            row = list(values)
            for number, turn in work:
                row[number] = turn(row[number])
            room -= len(orjson.dumps(row)) + 1
            if len(rows) == most_rows or room < 0:
                if not rows:
                    raise MemoryError
                return _shaped(names, types, rows, truncated=True)
            rows.append(row)
    return _shaped(names, types, rows, truncated=False)


def _shaped(names: list[str], types: list[str], rows: list[list[Any]], *, truncated: bool) -> dict[str, Any]:
    columns = [{"name": name, "type": type_of(kind)} for name, kind in zip(names, types, strict=True)]
    return {"columns": columns, "rows": rows, "truncated": truncated}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _outcome(job: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The answer, and whether this child is still as good as new."""
    try:
        return run(job), True
    except Refused as refused:
        return {"refused": str(refused), "kind": "bad"}, True
    except (MemoryError, duckdb.OutOfMemoryException):
        return {"refused": TOO_LARGE, "kind": "large"}, False
    except (duckdb.Error, RuntimeError, ValueError, RecursionError, orjson.JSONEncodeError):
        return {"refused": "This query can't be run here.", "kind": "bad"}, False


def main() -> None:
    """Serve queries until the parent goes away."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        check_tree(connection, "SELECT 1", ())  # what is loaded only once is loaded before the limits
    limit_resources()
    confined = refuse_system_calls()
    _send(answers, {"ready": True, "confined": confined})
    while job := _receive(asked):
        limit_s = float(job["limit_s"])
        limit_processor(int(limit_s) + 1)
        signal.setitimer(signal.ITIMER_REAL, limit_s + 1)  # should the parent be gone, the kernel still ends this
        answer, sound = _outcome(job)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, {**answer, "last": not sound})
        if not sound:
            return


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    job: dict[str, Any] = orjson.loads(stream.read(size))
    return job


def _send(stream: BinaryIO, message: dict[str, Any]) -> None:
    data = orjson.dumps(message)
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()
