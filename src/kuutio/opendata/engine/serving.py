"""The serving file: a snapshot's rows as ready JSON in SQLite, private to a node and made again at will.

    meta(key, value)                        `layout`, `snapshot`, `rows`, `points`, `columns` (name -> SQL column), `indexed`,
                                            `tallied`
    row(n, id, x0, y0, x1, y1, c0.., p, g)  n: row number of the Parquet file; id: JSON string; p: JSON object of the
                                            properties in the manifest's order; g: GeoJSON geometry or null
    block(b, x0, x1, y0, y1, located)       R*Tree over the envelopes of rows 128 b .. 128 b + 127; located: how many of
                                            them have a place
    tally(name, value, rows)                how often each value of an indexed column occurs, where they are few

The R*Tree keeps float32, rounded outward: it names candidates, and a block that lies wholly inside a box is inside.
Small tables keep every column beside the JSON, so that any question about them is answered here.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.snapshot import DATA, ENVELOPE, GEOMETRY, ID, Manifest, read_manifest
from kuutio.opendata.engine.types import Column, ColumnType

LAYOUT = 1
BLOCK = 128
SMALL_ROWS, SMALL_COLUMNS = 5000, 200
"""Up to so many rows and columns a table is small: SQLite reads it whole in about a millisecond."""

ALWAYS_FILTERED = "city"
"""A column of this name is always a declared filter: harmonised tables are asked by city."""

MAX_TALLIED = 1000
"""Different values of an indexed column whose rows are counted when the file is made."""

_CHUNK = 20_000
_SQL_TYPES = {ColumnType.INTEGER: "INTEGER", ColumnType.NUMBER: "REAL", ColumnType.BOOLEAN: "INTEGER"}
_SQL_TYPES |= {ColumnType.TIME: "INTEGER", ColumnType.DATETIME: "INTEGER"}


def build(snapshot: Path, serving: Path, *, filters: Sequence[str] = ()) -> Path:
    """Make the serving file of a snapshot, in constant memory, and put it in its place when it is whole.

    Args:
        snapshot: the snapshot's directory.
        serving: the file to make; one that is there is replaced, and its readers keep reading the old one.
        filters: columns with an index of their own beside the key and `city`; unknown names and geometry are passed
            over, since a snapshot may lack what the data set declares.

    Returns:
        The serving file.

    Raises:
        FileNotFoundError: there is no such snapshot.
    """
    manifest = read_manifest(snapshot)
    serving.parent.mkdir(parents=True, exist_ok=True)
    handle, building = tempfile.mkstemp(prefix=".building-", suffix=".sqlite", dir=serving.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(building, isolation_level=None)) as target:
            _fill(target, snapshot / DATA, manifest, indexed_columns(manifest, filters))
        Path(building).chmod(0o644)
        Path(building).replace(serving)
    finally:
        Path(building).unlink(missing_ok=True)
    return serving


def ensure(snapshot: Path, serving: Path, *, filters: Sequence[str] = ()) -> Path:
    """The serving file, made when it is missing, of an older layout or of other filters."""
    wanted = indexed_columns(read_manifest(snapshot), filters)
    meta = read_meta(serving) if serving.exists() else None
    if meta is None or meta["indexed"] != [column.name for column in wanted]:
        build(snapshot, serving, filters=filters)
    return serving


def read_meta(serving: Path) -> dict[str, Any] | None:
    """What the serving file says of itself; None when it isn't one of this layout."""
    try:
        with closing(sqlite3.connect(f"{serving.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as source:
            meta = {key: json.loads(value) for key, value in source.execute("SELECT key, value FROM meta")}
    except sqlite3.DatabaseError:
        return None
    return meta if meta.get("layout") == LAYOUT else None


def indexed_columns(manifest: Manifest, filters: Iterable[str]) -> list[Column]:
    """The columns that get an index: a key of one column, `city`, and the declared filters that the table has."""
    wanted = {*filters, ALWAYS_FILTERED, *(manifest.key if len(manifest.key) == 1 else ())}
    return [c for c in manifest.columns if c.name in wanted and c.type is not ColumnType.GEOMETRY]


def is_small(manifest: Manifest) -> bool:
    """The table keeps all its columns in the serving file."""
    return manifest.rows <= SMALL_ROWS and len(manifest.columns) <= SMALL_COLUMNS


def only_points(manifest: Manifest) -> bool:
    """Every geometry is one point: its envelope is the geometry."""
    return manifest.geometry is not None and set(manifest.geometry.types) <= {"Point", "Point Z"}


def _fill(target: sqlite3.Connection, data: Path, manifest: Manifest, indexed: list[Column]) -> None:
    scalars = [c for c in manifest.columns if c.type is not ColumnType.GEOMETRY]
    kept = scalars if is_small(manifest) else indexed
    names = {column.name: f"c{i}" for i, column in enumerate(kept)}
    points, placed = only_points(manifest), manifest.geometry is not None
    # A node that dies here leaves a file that nobody has been told of: no journal, no waiting for the disk.
    for pragma in ("page_size = 8192", "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
        target.execute(f"PRAGMA {pragma}")
    target.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    target.execute(_row_table(kept, points=points, placed=placed))
    envelope = list(ENVELOPE[:2] if points else ENVELOPE) if placed else []
    with closing(duck.fresh_cursor(data.parent.parent.parent)) as source:
        rows = source.execute(_rendering(source, data, manifest, scalars, kept, envelope))
        places = f"({', '.join('?' * (4 + len(envelope) + len(kept)))})"
        fields = ["n", "id", *("x0", "y0", "x1", "y1")[: len(envelope)], *names.values(), "p", "g"]
        target.execute("BEGIN")
        while chunk := rows.fetchmany(_CHUNK):
            target.executemany(f"INSERT INTO row ({', '.join(fields)}) VALUES {places}", chunk)
        if placed:
            _fill_blocks(target, source, data)
        tallied = _fill_tally(target, source, data, indexed)
    meta = {
        "layout": LAYOUT,
        "snapshot": manifest.id,
        "rows": manifest.rows,
        "points": points,
        "columns": names,
        "indexed": [column.name for column in indexed],
        "tallied": tallied,
    }
    target.executemany("INSERT INTO meta VALUES (?, ?)", [(key, json.dumps(value)) for key, value in meta.items()])
    target.execute("COMMIT")
    target.execute("CREATE UNIQUE INDEX row_id ON row (id)")
    for column in indexed:
        target.execute(f"CREATE INDEX row_{names[column.name]} ON row ({names[column.name]})")
    target.execute("ANALYZE")


def _row_table(kept: list[Column], *, points: bool, placed: bool) -> str:
    if not placed:
        envelope = "x0 REAL AS (NULL), y0 REAL AS (NULL), x1 REAL AS (NULL), y1 REAL AS (NULL), "
    elif points:
        envelope = "x0 REAL, y0 REAL, x1 REAL AS (x0), y1 REAL AS (y0), "
    else:
        envelope = "x0 REAL, y0 REAL, x1 REAL, y1 REAL, "
    # The short columns stand before the long texts: a row's geometry may fill many pages that a filter needn't read.
    columns = "".join(f"c{i} {_SQL_TYPES.get(column.type, 'TEXT')}, " for i, column in enumerate(kept))
    return (
        f"CREATE TABLE row (n INTEGER PRIMARY KEY, id TEXT NOT NULL, {envelope}{columns}"
        "p TEXT NOT NULL, g TEXT NOT NULL)"
    )


def _rendering(
    source: Any, data: Path, manifest: Manifest, scalars: list[Column], kept: list[Column], envelope: list[str]
) -> str:
    """The SELECT that renders the rows; its columns are those of the table `row` that aren't computed."""
    parts = ["file_row_number", f"CAST(to_json({duck.name(ID)}) AS VARCHAR)", *envelope]
    parts += [plain(column) for column in kept]
    pairs = ", ".join(f"{duck.quoted(column.name)}: {json_ready(column)}" for column in scalars)
    parts.append(f"CAST(to_json({{{pairs}}}) AS VARCHAR)" if scalars else "'{}'")
    if manifest.geometry is None:
        parts.append("'null'")
    else:
        parts.append(f"coalesce(CAST(ST_AsGeoJSON({geometry_of(source, data)}) AS VARCHAR), 'null')")
    return f"SELECT {', '.join(parts)} FROM {duck.parquet(data)}"


def geometry_of(source: Any, data: Path) -> str:
    """The geometry column as DuckDB's GEOMETRY, whether the file says WKB or GEOMETRY."""
    described = source.execute(f"DESCRIBE SELECT {GEOMETRY} FROM {duck.parquet(data)}").fetchone()
    return GEOMETRY if described[1].startswith("GEOMETRY") else f"ST_GeomFromWKB({GEOMETRY})"


def json_ready(column: Column) -> str:
    """The column as a value that DuckDB turns to the JSON that every door shows."""
    field = duck.name(column.name)
    match column.type:
        case ColumnType.NUMBER:
            return f"CASE WHEN isfinite({field}) THEN {field} END"
        case ColumnType.DATETIME if column.zoned:
            return f"replace(CAST({field} AT TIME ZONE 'UTC' AS VARCHAR), ' ', 'T') || 'Z'"
        case ColumnType.DATETIME:
            return f"replace(CAST({field} AS VARCHAR), ' ', 'T')"
        case ColumnType.DATE | ColumnType.TIME:
            return f"CAST({field} AS VARCHAR)"
    return field


def plain(column: Column) -> str:
    """The column as SQLite keeps it: dates as ISO text, times of day and moments as microseconds."""
    field = duck.name(column.name)
    match column.type:
        case ColumnType.DATETIME | ColumnType.TIME:
            return f"epoch_us({field})"
        case ColumnType.DATE:
            return f"CAST({field} AS VARCHAR)"
        case ColumnType.BOOLEAN:
            return f"CAST({field} AS INTEGER)"
    return field


def _fill_blocks(target: sqlite3.Connection, source: Any, data: Path) -> None:
    target.execute("CREATE VIRTUAL TABLE block USING rtree(b, x0, x1, y0, y1, +located INTEGER)")
    blocks = source.execute(
        f"SELECT file_row_number // {BLOCK} AS b, min(_xmin), max(_xmax), min(_ymin), max(_ymax), count(_xmin) "
        f"FROM {duck.parquet(data)} WHERE _xmin IS NOT NULL GROUP BY b ORDER BY b"
    )
    while chunk := blocks.fetchmany(_CHUNK):
        target.executemany("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?)", chunk)


def _fill_tally(target: sqlite3.Connection, source: Any, data: Path, indexed: list[Column]) -> list[str]:
    """Count the rows of each value; the columns for which that was done."""
    target.execute("CREATE TABLE tally (name TEXT, value, rows INTEGER NOT NULL)")
    tallied = []
    for column in indexed:
        # Estimated first: exact groups of a key of ten million values would take memory for nothing.
        values = f"FROM {duck.parquet(data)}"
        different = source.execute(f"SELECT approx_count_distinct({duck.name(column.name)}) {values}").fetchone()[0]
        if different <= MAX_TALLIED:
            counts = source.execute(f"SELECT ?, {plain(column)}, count(*) {values} GROUP BY 2", [column.name])
            target.executemany("INSERT INTO tally VALUES (?, ?, ?)", counts.fetchall())
            tallied.append(column.name)
    return tallied
