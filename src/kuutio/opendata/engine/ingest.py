"""A file to published snapshots: the ingest half of the engine.

    loaded = ingest(path, root, table_prefix="helsinki-kouli", options=Options(key=("id",)), limits=Limits())

`ingest` works in this process; `confined.run_limited` does the same in a child with limits, and is what a worker calls.
`preview` tells what would be understood, and publishes nothing. All refuse with a `refusals.Refusal`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kuutio.opendata.engine import making, snapshot
from kuutio.opendata.engine.crs import understand as named_crs
from kuutio.opendata.engine.inference import text
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.loaded import Loaded, Preview, TablePreview
from kuutio.opendata.engine.names import slug
from kuutio.opendata.engine.reading import files
from kuutio.opendata.engine.reading.raw import RawTable
from kuutio.opendata.engine.reading.text import sha256
from kuutio.opendata.engine.refusals import TookTooMuchMemory, UnknownCrs
from kuutio.opendata.engine.understanding import Understood, understand

_SHOWN = 50


def ingest(
    path: Path, out_root: Path, *, table_prefix: str, options: Options, limits: Limits, work: Path | None = None
) -> list[Loaded]:
    """Read a file whole, and publish a snapshot of each of its tables.

    Args:
        path: the file; its name says little and is believed less.
        out_root: the directory of snapshots (`DATA/snapshots`).
        table_prefix: `CITY-DATASET`, an ASCII slug.
        work: a folder on the disk of the snapshots for what is needed meanwhile; one is made, and removed, if None.

    Raises:
        Refusal: nothing was published.
    """
    with (
        ThreadPoolExecutor(1) as beside,
        _workplace(work or out_root) as work,
        connected(work, limits) as connection,
        _memory_refused(),
    ):
        source_sha256 = beside.submit(sha256, path)
        tables = files.read(path, options, limits, work)
        ids = _ids(table_prefix, [table.name for table in tables])
        built = []
        for n, (raw, table) in enumerate(zip(tables, ids, strict=True)):
            understood = understand(connection, raw, options)
            place = work / f"built{n}"
            place.mkdir()
            built.append(
                (raw, place, making.make(connection, understood, place, table_id=table, source_name=path.name,
                                              source_sha256=source_sha256.result()))
            )  # fmt: skip
        # All are made before one is published: a file is loaded whole or not at all.
        return [_published(out_root, raw, place, manifest) for raw, place, manifest in built]


def preview(path: Path, options: Options, limits: Limits | None = None) -> Preview:
    """Read a file whole and tell what was understood; nothing is published.

    Raises:
        Refusal: as `ingest`.
    """
    limits = limits or Limits()
    with _workplace(None) as work, connected(work, limits) as connection, _memory_refused():
        tables = files.read(path, options, limits, work)
        return Preview([_previewed(connection, understand(connection, raw, options)) for raw in tables])


@contextmanager
def connected(work: Path, limits: Limits) -> Iterator[Any]:
    """A DuckDB that keeps to the limits and puts what doesn't fit in memory in the folder."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.engine_bytes // 1024}KiB",
        "threads": limits.threads,
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET preserve_insertion_order = true")
        yield connection


def _published(root: Path, raw: RawTable, place: Path, manifest: snapshot.Manifest) -> Loaded:
    with snapshot.building(root, manifest.table) as home:
        for file in place.iterdir():
            file.rename(home / file.name)
        directory = snapshot.publish(root, home, manifest)
    return Loaded(
        name=raw.name,
        table=manifest.table,
        snapshot=manifest.id,
        rows_in=manifest.rows_in,
        rows=manifest.rows,
        rejects=manifest.rejects,
        columns=manifest.columns,
        crs=manifest.geometry.crs_source if manifest.geometry else None,
        path=directory,
        passed_over=raw.passed_over,
    )


def _ids(prefix: str, names: list[str]) -> list[str]:
    """The ids of a file's tables: the prefix alone where there is one table."""
    if len(names) == 1:
        return [prefix]
    ids: list[str] = []
    for n, name in enumerate(names, start=1):
        base = f"{prefix}-{slug(name) or n}"
        ids.append(base if base not in ids else f"{base}-{n}")
    return ids


@contextmanager
def _workplace(root: Path | None) -> Iterator[Path]:
    """A folder for what is only needed while a file is read; on the disk of the snapshots, so that moving is renaming."""
    if root:
        root.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=snapshot.WORK, dir=root))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _memory_refused() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise TookTooMuchMemory("The file takes more memory than is allowed. Split it.") from error


def _previewed(connection: Any, understood: Understood) -> TablePreview:
    raw = understood.raw
    shown = [f"CAST({cell.sql} AS VARCHAR)" for cell in understood.cells]
    first = connection.execute(f"SELECT {', '.join(shown) or '1'} FROM {understood.source} LIMIT {_SHOWN}").fetchall()
    problems: list[tuple[str, int]] = []
    if raw.rejects.count:
        problems = connection.execute(
            f"SELECT reason, count(*) FROM read_parquet({text(str(raw.rejects.path))}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"
        ).fetchall()
    crs = understood.plan.crs if understood.plan else None
    if crs:
        try:
            crs = named_crs(crs).name
        except UnknownCrs as problem:
            problems.append((str(problem.detail), raw.rows))
    declared = [cell for cell in understood.cells if cell.declared]
    for cell in declared:
        sql = f"SELECT count(*) FROM {understood.source} WHERE {cell.misfit}"
        count = connection.execute(sql).fetchall()[0][0]
        if count:
            problems.append((making.misfit(cell), count))
    return TablePreview(
        name=raw.name,
        format=raw.format,
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=understood.decimal,
        crs=crs,
        rows_in=raw.rows_in,
        rejects=raw.rejects.count,
        columns=[cell.column for cell in understood.cells],
        has_geometry=understood.plan is not None,
        first=[list(row) for row in first],
        problems=problems,
    )
