"""The files of one snapshot, made from a raw table that is understood: rows, what was rejected, and the manifest."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kuutio.opendata.engine import geometry, profile, snapshot
from kuutio.opendata.engine.inference import text
from kuutio.opendata.engine.profile import quoted
from kuutio.opendata.engine.reading.raw import SHAPE, Rejects
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.understanding import ROW, Cell, Understood

_NO_KEY = "key: The row has no value in a key column."
_SECOND = "key: An earlier row has the same key."
_BATCH = 10_000
_GLANCE, _COLUMNS = 500, 50  # rows and columns that are looked at for one whose values don't repeat
_DIGITS = 20
"""Hex digits of an id made of the content: 50 million different rows share one with a chance of 1 in 10^9."""


def make(
    connection: Any, table: Understood, place: Path, *, table_id: str, source_name: str, source_sha256: str
) -> snapshot.Manifest:
    """Write `data.parquet` and, where a row was rejected, `rejects.parquet` to a directory; the manifest of both."""
    connection.execute("CREATE OR REPLACE TABLE dropped (n BIGINT, reason VARCHAR)")
    _drop_misfits(connection, table)
    _drop_keys(connection, table)
    built = _geometry(connection, table, place.with_name(f"{place.name}.geometry.parquet"))
    data = place / snapshot.DATA
    _write(connection, table, built, data)
    columns = [cell.column for cell in table.cells]
    if built:
        columns.append(Column(snapshot.GEOMETRY, ColumnType.GEOMETRY, table.shape_title or snapshot.GEOMETRY))
    columns = profile.profiled(connection, str(data), columns)
    rejects = _write_rejects(connection, table, place / snapshot.REJECTS)
    rows = _count(connection, f"read_parquet({text(str(data))})")
    raw = table.raw
    return snapshot.Manifest(
        id=snapshot.content_id(place),
        table=table_id,
        created_at=snapshot.now(),
        source=snapshot.Source(
            name=source_name,
            sha256=source_sha256,
            format=raw.format,
            encoding=raw.encoding,
            separator=raw.separator,
            decimal=table.decimal,
            layer=raw.layer,
            crs=built.source.name if built else None,
        ),
        rows_in=raw.rows_in,
        rows=rows,
        rejects=rejects,
        key=[cell.column.name for cell in table.key],
        columns=columns,
        geometry=_described(built) if built else None,
        bytes={"data": data.stat().st_size},
    )


def misfit(cell: Cell) -> str:
    """Why a value of a declared column rejects its row."""
    return f"type: The value of {cell.column.name} is not of the type {cell.column.type}."


def _drop_misfits(connection: Any, table: Understood) -> None:
    for cell in table.cells:
        if cell.declared and cell.column.type != ColumnType.TEXT:
            connection.execute(
                f"INSERT INTO dropped SELECT {ROW}, {text(misfit(cell))} FROM {table.source} "
                f"WHERE {cell.misfit} AND {ROW} NOT IN (SELECT n FROM dropped)"
            )


def _drop_keys(connection: Any, table: Understood) -> None:
    """Reject rows without a whole key, and all but the first of those with the same."""
    if not table.key:
        return
    missing = " OR ".join(f"nullif(CAST({cell.sql} AS VARCHAR), '') IS NULL" for cell in table.key)
    connection.execute(
        f"INSERT INTO dropped SELECT {ROW}, {text(_NO_KEY)} FROM {table.source} "
        f"WHERE ({missing}) AND {ROW} NOT IN (SELECT n FROM dropped)"
    )
    connection.execute(
        f"INSERT INTO dropped SELECT n, {text(_SECOND)} FROM ("
        f"SELECT {ROW} AS n, row_number() OVER (PARTITION BY {_identity(table)} ORDER BY {ROW}) AS k FROM {table.source} "
        f"WHERE {ROW} NOT IN (SELECT n FROM dropped)) WHERE k > 1"
    )


def _geometry(connection: Any, table: Understood, path: Path) -> geometry.Built | None:
    """Make the geometry of the rows that are still in; reject those where it is wrong."""
    if table.plan is None:
        return None
    source = table.source
    if _any_dropped(connection):
        nothing = ", ".join(f"NULL AS {name}" for name in _raw_names(table))
        # A dropped row keeps its place, without geometry: it must count in no box and no list of types.
        source = (
            f"(SELECT * FROM {source} WHERE {ROW} NOT IN (SELECT n FROM dropped) UNION ALL BY NAME "
            f"SELECT {nothing}, n AS {ROW} FROM dropped ORDER BY {ROW})"
        )
    built = geometry.build(connection.cursor(), source, table.plan, path)
    if built.faults:
        rows, reasons = zip(*built.faults, strict=True)
        connection.execute(
            "INSERT INTO dropped SELECT unnest(?::BIGINT[]), unnest(?::VARCHAR[])", [list(rows), list(reasons)]
        )
    return built


def _write(connection: Any, table: Understood, built: geometry.Built | None, path: Path) -> None:
    """The rows in order, each with its id."""
    source = f"{table.source} AS r"
    order = ""
    identity = _identity(table)
    if not table.key and _repeat(connection, table, identity):
        source += f" LEFT JOIN repeated ON repeated.n = r.{ROW}"
        identity = f"{identity} || coalesce('-' || repeated.k, '')"
        order = f" ORDER BY r.{ROW}"
    values = [f"{identity} AS {snapshot.ID}", *(f"{cell.sql} AS {quoted(cell.column.name)}" for cell in table.cells)]
    metadata = ""
    if built:
        source += f" JOIN read_parquet({text(str(built.path))}, {ROW} = true) AS s ON s.{ROW} = r.{ROW}"
        values += [f"s.{name}" for name in (snapshot.GEOMETRY, *snapshot.ENVELOPE)]
        order = f" ORDER BY s.place, r.{ROW}"
        metadata = f", KV_METADATA {{geo: {text(json.dumps(_geoparquet(built)))}}}"
    if _any_dropped(connection):
        source += f" ANTI JOIN dropped ON dropped.n = r.{ROW}"
        order = order or f" ORDER BY r.{ROW}"
    connection.execute(
        f"COPY (SELECT {', '.join(values)} FROM {source}{order}) TO {text(str(path))} "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1{metadata})"
    )


def _identity(table: Understood) -> str:
    """SQL for the id of a row: its key, or a digest of its cells as they stand in the source.

    Of the source, not of what was made of it: a row keeps its id when another row changes a column's type.
    """
    if table.key:
        return snapshot.identity([(cell.sql, cell.column.type is ColumnType.TEXT) for cell in table.key])
    missing, next_ = "chr(30)", "chr(31)"
    cells = [f"coalesce(CAST(c{c.at} AS VARCHAR), {missing})" for c in table.raw.columns]
    if table.raw.has_shape:
        cells.append(f"coalesce(md5({SHAPE}), {missing})")
    return f"left(md5(concat({f', {next_}, '.join(cells)})), {_DIGITS})"


def _repeat(connection: Any, table: Understood, identity: str) -> bool:
    """Whether rows repeat; then the table `repeated` numbers all but the first of each from 2."""
    if _has_unique_column(connection, table):
        return False
    kept = f"FROM {table.source} WHERE {ROW} NOT IN (SELECT n FROM dropped)"
    # DuckDB's own hash is quick and says where to look: equal rows have equal hashes.
    alike = f"hash({', '.join(_raw_names(table))})"
    connection.execute(
        f"CREATE OR REPLACE TABLE suspects AS SELECT h FROM (SELECT {alike} AS h {kept}) GROUP BY h HAVING count(*) > 1"
    )
    if not _count(connection, "suspects"):
        return False
    digests = f"SELECT {ROW} AS n, {identity} AS d {kept} AND {alike} IN (SELECT h FROM suspects)"
    connection.execute(
        f"CREATE OR REPLACE TABLE repeated AS SELECT n, k FROM ("
        f"SELECT n, row_number() OVER (PARTITION BY d ORDER BY n) AS k FROM ({digests})) WHERE k > 1"
    )
    return bool(_count(connection, "repeated"))


def _has_unique_column(connection: Any, table: Understood) -> bool:
    """Whether one column alone shows that no two rows are equal: quicker than looking at all of them."""
    names = [f"c{column.at}" for column in table.raw.columns][:_COLUMNS]
    if not names:
        return False
    rows = connection.execute(f"SELECT {', '.join(names)} FROM {table.source} LIMIT {_GLANCE}").fetchall()
    unique = [
        (sum(len(str(value)) for value in values), name)
        for name, values in zip(names, zip(*rows, strict=True), strict=False)
        if len(set(values)) == len(rows)
    ]
    if not unique:
        return False
    shortest = min(unique)[1]
    sql = f"SELECT count(*) = count(DISTINCT {shortest}) FROM {table.source}"
    return bool(connection.execute(sql).fetchall()[0][0])


def _count(connection: Any, source: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])


def _any_dropped(connection: Any) -> bool:
    return bool(_count(connection, "dropped"))


def _raw_names(table: Understood) -> list[str]:
    return [f"c{column.at}" for column in table.raw.columns] + ([SHAPE] if table.raw.has_shape else [])


def _write_rejects(connection: Any, table: Understood, path: Path) -> int:
    """All rejected rows by their number in the source: those the reader couldn't read, and those that were dropped."""
    late = Rejects(path.with_name("late.parquet"))
    names = _raw_names(table)
    rows = connection.execute(
        f"SELECT d.n, d.reason, {', '.join(f'r.{name}' for name in names)} "
        f"FROM dropped AS d JOIN {table.source} AS r ON r.{ROW} = d.n ORDER BY d.n"
    )
    while batch := rows.fetchmany(_BATCH):
        numbers = table.raw.source_rows(np.array([row[0] for row in batch], np.int64))
        for number, (_, reason, *cells) in zip(numbers, batch, strict=True):
            late.add(int(number), reason, _as_text(table, cells))
    late.close()
    logs = [log for log in (table.raw.rejects, late) if log.count]
    if logs:
        paths = ", ".join(text(str(log.path)) for log in logs)
        connection.execute(
            f"COPY (SELECT * FROM read_parquet([{paths}]) ORDER BY row) TO {text(str(path))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
    late.path.unlink(missing_ok=True)
    return sum(log.count for log in logs)


def _as_text(table: Understood, cells: Sequence[Any]) -> str:
    """A row as its source would write it: separated text, or a JSON object."""
    if table.raw.separator:
        line = io.StringIO()
        csv.writer(line, delimiter=table.raw.separator, lineterminator="").writerow(
            ["" if cell is None else cell for cell in cells]
        )
        return line.getvalue()
    titles = [column.title for column in table.raw.columns] + ([snapshot.GEOMETRY] if table.raw.has_shape else [])
    values = {t: c.hex() if isinstance(c, bytes) else c for t, c in zip(titles, cells, strict=True)}
    return json.dumps(values, ensure_ascii=False, default=str)


def _described(built: geometry.Built) -> snapshot.Geometry:
    bbox = list(built.bbox) if built.bbox else None
    return snapshot.Geometry(types=sorted(built.types), bbox=bbox, crs_source=built.source.name)


def _geoparquet(built: geometry.Built) -> dict[str, Any]:
    """The file's metadata. Without a `crs` it is OGC:CRS84.

    Source: GeoParquet 1.1.0, "File metadata".
    """
    facts: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(built.types)}
    if built.bbox:
        facts["bbox"] = list(built.bbox)
    return {"version": "1.1.0", "primary_column": snapshot.GEOMETRY, "columns": {snapshot.GEOMETRY: facts}}
