"""Reading a serving file: ready JSON by row number, by id, by condition. One connection per thread and file."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.serving import BLOCK, LAYOUT, read_meta
from kuutio.opendata.engine.snapshot import ID

MAX_OPEN = 64
"""Serving files that one thread keeps open."""

Row = tuple[int, bytes, bytes, bytes]
"""Row number, id, properties, geometry: the last three are JSON."""

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
        sql = f"{_ROW} WHERE n IN (SELECT value FROM json_each(?))"  # noqa: S608
        found = {row[0]: row for row in self.execute(sql, (orjson.dumps(numbers).decode(),))}
        return [found[n] for n in numbers]

    def among(self, rows: Rows, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of a set from `first` on."""
        found: list[int] = []
        for start, end in rows.runs(first):
            found.extend(range(start, min(end, start + limit - len(found))))
            if len(found) >= limit:
                break
        return found

    def valued(self, column: str, values: Sequence[Any], first: int, limit: int) -> list[int]:
        """The least `limit` numbers from `first` on of the rows whose indexed column has one of the values.

        Args:
            values: as `SqliteDialect.value` gives them; None stands for rows without a value.
        """
        name = "id" if column == ID else self.names[column]
        found: list[int] = []
        for value in values:
            sql = f"SELECT n FROM row WHERE {name} IS ? AND n >= ? ORDER BY n LIMIT ?"  # noqa: S608
            found.extend(n for (n,) in self.execute(sql, (value, first, limit)))
        return found if len(values) == 1 else sorted(found)[:limit]

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

    def envelopes(self, blocks: Sequence[int]) -> dict[int, tuple[float, float, float, float]]:
        """x0, y0, x1, y1 of the blocks all of whose rows have a place, rounded outward."""
        sql = (
            "SELECT b, x0, y0, x1, y1 FROM block WHERE b IN (SELECT value FROM json_each(?)) "
            "AND located = min(?, ? - b * ?)"
        )
        found = self.execute(sql, (orjson.dumps(blocks).decode(), BLOCK, self.rows, BLOCK))
        return {b: (x0, y0, x1, y1) for b, x0, y0, x1, y1 in found}

    def touching(
        self, runs: Iterable[tuple[int, int]], box: Sequence[float]
    ) -> list[tuple[int, float, float, float, float]]:
        """Number and envelope (x0, y0, x1, y1) of the rows in the runs whose envelope meets the box, edges included."""
        west, south, east, north = box
        sql = (
            "SELECT n, x0, y0, x1, y1 FROM row "
            "WHERE n >= ? AND n < ? AND x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ? ORDER BY n"
        )
        found: list[tuple[int, float, float, float, float]] = []
        for start, end in runs:
            found.extend(self.execute(sql, (start, end, east, west, north, south)))
        return found

    def _connection(self) -> sqlite3.Connection:
        connections: OrderedDict[Any, sqlite3.Connection] = _local.__dict__.setdefault("connections", OrderedDict())
        connection = connections.get(self._key)
        if connection is not None:
            connections.move_to_end(self._key)
            return connection
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        connection.text_factory = bytes
        for pragma in ("query_only = ON", "case_sensitive_like = ON", "trusted_schema = OFF", "mmap_size = 1073741824"):
            connection.execute(f"PRAGMA {pragma}")
        connections[self._key] = connection
        if len(connections) > MAX_OPEN:
            connections.popitem(last=False)[1].close()
        return connection
