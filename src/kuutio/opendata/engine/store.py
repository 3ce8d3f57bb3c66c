"""Reading a serving file: ready JSON by row number, by id, by condition. One connection per thread and file."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Any

import orjson

from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.serving import BLOCK, LAYOUT, read_meta
from kuutio.opendata.engine.snapshot import ID

MAX_OPEN = 24
"""Serving files that one thread keeps open."""

_PRAGMAS = (
    "query_only = ON",
    "case_sensitive_like = ON",
    "trusted_schema = OFF",
    "cache_size = -4096",
    "soft_heap_limit = 67108864",
)
# The last is of the whole process: caches shrink before they pass it together. No mmap: its pages would count as ours.

Row = tuple[int, bytes, bytes, bytes]
"""Row number, id, properties, geometry: the last three are JSON."""

Box = tuple[float, float, float, float]
"""West, south, east, north."""

_ROW = "SELECT n, id, p, g FROM row"
_local = threading.local()


class Store:
    """The rows of one snapshot.

    Args:
        path: the serving file. When a newer one takes its place, a new `Store` is needed: this one reads the old.

    Raises:
        FileNotFoundError: the file is missing or of another layout; make it with `serving.ensure`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        meta = read_meta(path) if path.exists() else None
        if meta is None:
            raise FileNotFoundError(f"{path} is no serving file of layout {LAYOUT}")
        self.snapshot: str = meta["snapshot"]
        self.rows: int = meta["rows"]
        self.points: bool = meta["points"]
        self.names: dict[str, str] = meta["columns"]
        self.indexed: list[str] = meta["indexed"]
        self.tallied: list[str] = meta["tallied"]
        stat = path.stat()
        self._key = (str(path), stat.st_ino, stat.st_mtime_ns)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Ask this thread's connection; text comes as bytes."""
        return self._connection().execute(sql, parameters)

    def between(self, first: int, end: int) -> list[Row]:
        """The rows first .. end - 1."""
        return self.execute(f"{_ROW} WHERE n >= ? AND n < ? ORDER BY n", (first, end)).fetchall()

    def numbered(self, numbers: Sequence[int]) -> list[Row]:
        """The rows of these numbers, in the order given."""
        ascending = all(map(lt, numbers, islice(numbers, 1, None)))
        sql = f"{_ROW} WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n"
        rows = self.execute(sql, (orjson.dumps(numbers).decode(),)).fetchall()
        if ascending:
            return rows
        found = {row[0]: row for row in rows}
        return [found[n] for n in numbers]

    def among(self, rows: Rows, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of a set from `first` on."""
        found: list[int] = []
        for start, end in rows.runs(first):
            found.extend(range(start, min(end, start + limit - len(found))))
            if len(found) >= limit:
                break
        return found

    def valued(self, column: str, values: Sequence[Any], first: int, limit: int, *, offset: int = 0) -> list[int]:
        """The least `limit` numbers from `first` on, after `offset`, of the rows whose indexed column has one of the values.

        Args:
            values: as `SqliteDialect.value` gives them; None stands for rows without a value.
        """
        name = "id" if column == ID else self.names[column]
        sql = f"SELECT n FROM row WHERE {name} IS ? AND n >= ? ORDER BY n LIMIT ? OFFSET ?"
        if len(values) == 1:
            return [n for (n,) in self.execute(sql, (values[0], first, limit, offset))]
        found: list[int] = []
        for value in values:
            found.extend(n for (n,) in self.execute(sql, (value, first, limit + offset, 0)))
        return sorted(found)[offset : offset + limit]

    def having(self, column: str, value: Any, first: int, limit: int, *, offset: int = 0) -> list[Row]:
        """The first `limit` rows from number `first` on, after `offset`, whose indexed column has the value."""
        name = "id" if column == ID else self.names[column]
        sql = f"{_ROW} WHERE {name} IS ? AND n >= ? ORDER BY n LIMIT ? OFFSET ?"
        return self.execute(sql, (value, first, limit, offset)).fetchall()

    def tally(self, column: str, values: Sequence[Any]) -> int:
        """How many rows have one of the values in a tallied column; values as for `valued`."""
        sql = "SELECT coalesce(sum(rows), 0) FROM tally WHERE name = ? AND value IS ?"
        return sum(self.execute(sql, (column, value)).fetchone()[0] for value in values)

    def among_where(self, rows: Rows, first: int, condition: str, parameters: Sequence[Any], limit: int) -> list[int]:
        """The least `limit` numbers of a set from `first` on for which an SQL condition is true; all when -1."""
        sql = (
            "SELECT n FROM json_each(?) AS run CROSS JOIN row ON n >= run.value ->> 0 AND n < run.value ->> 1 "
            f"WHERE {condition} LIMIT ?"
        )
        runs = orjson.dumps(list(rows.runs(first))).decode()
        return [n for (n,) in self.execute(sql, (runs, *parameters, limit))]

    def among_valued(self, rows: Rows, column: str, value: Any, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of a set from `first` on whose indexed column has the value; all when -1.

        Nothing but the index is read, and of it only what has the value: a run costs a search in it, however long it is.
        """
        name = "id" if column == ID else self.names[column]
        sql = (
            f"SELECT n FROM json_each(?) AS run CROSS JOIN row INDEXED BY row_{name} "
            f"ON {name} IS ? AND n >= run.value ->> 0 AND n < run.value ->> 1 LIMIT ?"
        )
        runs = orjson.dumps(list(rows.runs(first))).decode()
        return [n for (n,) in self.execute(sql, (runs, value, limit))]

    def item(self, identifier: str) -> Row | None:
        """The row of an id; None when there is none."""
        sql = f"{_ROW} WHERE id = ?"
        row: Row | None = self.execute(sql, (orjson.dumps(identifier).decode(),)).fetchone()
        return row

    def blocks(self, west: float, south: float, east: float, north: float) -> list[tuple[int, bool]]:
        """The blocks that may touch the box, ascending, each with: every row of it is certainly inside.

        The tree's edges are rounded outward: a block is never missed, and one that lies inside is inside.
        """
        # Compared as unary plus: SQLite would turn the box's edges to float32 on the tree's own columns.
        sql = (
            "SELECT b, +x0 >= ? AND +x1 <= ? AND +y0 >= ? AND +y1 <= ? AND located = min(?, ? - b * ?) FROM block "
            "WHERE x1 >= ? AND x0 <= ? AND y1 >= ? AND y0 <= ? ORDER BY b"
        )
        parameters = (west, east, south, north, BLOCK, self.rows, BLOCK, west, east, south, north)
        return [(b, bool(inside)) for b, inside in self.execute(sql, parameters)]

    def envelopes(self, blocks: Sequence[int]) -> dict[int, Box]:
        """x0, y0, x1, y1 of the blocks all of whose rows have a place, rounded outward."""
        sql = (
            "SELECT b, x0, y0, x1, y1 FROM block WHERE b IN (SELECT value FROM json_each(?)) "
            "AND located = min(?, ? - b * ?)"
        )
        found = self.execute(sql, (orjson.dumps(blocks).decode(), BLOCK, self.rows, BLOCK))
        return {b: (x0, y0, x1, y1) for b, x0, y0, x1, y1 in found}

    def touching(self, runs: Iterable[tuple[int, int]], box: Box) -> list[int]:
        """Numbers of the rows in the runs whose envelope meets the box, edges included."""
        return [n for (n,) in self._touching("n", runs, box)]

    def touching_inside(self, runs: Iterable[tuple[int, int]], box: Box) -> list[tuple[int, bool]]:
        """The same rows, each with: its envelope lies wholly in the box."""
        west, south, east, north = box
        inside = f"x0 >= {west!r} AND x1 <= {east!r} AND y0 >= {south!r} AND y1 <= {north!r}"
        return [(n, bool(sure)) for n, sure in self._touching(f"n, {inside}", runs, box)]

    def touching_at(self, runs: Iterable[tuple[int, int]], box: Box) -> list[tuple[int, float, float]]:
        """The same rows, each with its x and y: for points."""
        return list(self._touching("n, x0, y0", runs, box))

    def _touching(self, shown: str, runs: Iterable[tuple[int, int]], box: Box) -> sqlite3.Cursor:
        west, south, east, north = box
        # CROSS JOIN: run by run, in their order, and so the numbers ascend.
        sql = (
            f"SELECT {shown} FROM json_each(?) AS run "
            "CROSS JOIN row ON n >= run.value ->> 0 AND n < run.value ->> 1 "
            "WHERE x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ?"
        )
        return self.execute(sql, (orjson.dumps(list(runs)).decode(), east, west, north, south))

    def _connection(self) -> sqlite3.Connection:
        connections: OrderedDict[Any, sqlite3.Connection] = _local.__dict__.setdefault("connections", OrderedDict())
        connection = connections.get(self._key)
        if connection is not None:
            connections.move_to_end(self._key)
            return connection
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        connection.text_factory = bytes
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connections[self._key] = connection
        if len(connections) > MAX_OPEN:
            connections.popitem(last=False)[1].close()
        return connection
