"""A copy of a table's scalar columns that is quick to look through: hardly packed, texts also ranked and in small letters.

A text's rank is how many texts of its column are less than it, so that rows are put in order by whole numbers. Rows have
the numbers that they have in data.parquet, beside which the copy lies: it depends on nothing else.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.snapshot import DATA, ENVELOPE, Manifest
from kuutio.opendata.engine.types import Column, ColumnType

SCAN = "scan.parquet"

_FEW = 1000
"""Different values among the first rows up to which a column's are kept as a list and a number for each row."""

_LONG = 64
"""Letters of a text, on the average, from which on it is worth packing."""

_MOST_CELLS = 300_000_000
"""Values of a table up to which it is copied: beyond, the copy would take more disk than its quickness is worth."""

_MOST_RANKED = 200_000_000
"""Texts of a table that are ranked, and kept in small letters: those of its first columns. 10 million take 5 seconds."""

_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Scan:
    """Where the copy is.

    Attributes:
        source: its rows in DuckDB, with `file_row_number`.
        columns: the names of the columns that it has, and None: it has all texts.
        ranks: of text columns, the column with its rank.
        small: of the same, the column with its text in small letters.
    """

    source: str
    columns: frozenset[str | None]
    ranks: dict[str, Column]
    small: dict[str, str]


def is_wanted(manifest: Manifest) -> bool:
    """The table is not too large to be copied."""
    return manifest.rows * len(manifest.columns) <= _MOST_CELLS


def scan_of(snapshot: Path, manifest: Manifest) -> Scan | None:
    """The copy of a snapshot; None when it isn't made."""
    path = snapshot / SCAN
    if not path.exists():
        return None
    ranks = {name: Column(rank, ColumnType.INTEGER) for name, rank in _beside("_rank", manifest).items()}
    names = {column.name for column in _scalars(manifest)} | {rank.name for rank in ranks.values()}
    return Scan(duck.parquet(path), frozenset({*names, None}), ranks, _beside("_small", manifest))


def build(source: Any, snapshot: Path, manifest: Manifest, target: Path) -> None:
    """Write the copy of a snapshot.

    Args:
        source: a connection to DuckDB that may spill.
    """
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as folder:
        _write(source, snapshot, manifest, target, Path(folder))


def _write(source: Any, snapshot: Path, manifest: Manifest, target: Path, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data, scalars = snapshot / DATA, _scalars(manifest)
    ranks = {
        rank: _ranked(source, data, manifest.rows, name, folder / rank)
        for name, rank in _beside("_rank", manifest).items()
    }
    small = _beside("_small", manifest)
    names = [column.name for column in scalars]
    file = pq.ParquetFile(data)
    if manifest.geometry is not None:
        names += ENVELOPE
    writer, at = None, 0
    try:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, columns=names).select(names)
            rows = rows.replace_schema_metadata(None)
            for rank, numbers in ranks.items():
                values = numbers[at : at + len(rows)]
                rows = rows.append_column(rank, pa.array(values, pa.int32(), mask=values < 0))
            for name, column in small.items():
                source.register("some_rows", rows)
                lower = source.sql(f"SELECT lower({duck.name(name)}) AS v FROM some_rows").to_arrow_table()
                rows = rows.append_column(column, lower.column("v"))
            if writer is None:
                writer = _writer(target, rows)
            writer.write_table(rows, row_group_size=len(rows))
            at += len(rows)
    finally:
        if writer is not None:
            writer.close()


def _writer(target: Path, rows: Any) -> Any:
    """A writer for rows like these, the first ones."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    few = [name for name in rows.column_names if pc.count_distinct(rows.column(name)).as_py() <= _FEW]
    texts = [field.name for field in rows.schema if pa.types.is_string(field.type) and field.name not in few]
    long = [name for name in texts if rows.column(name).nbytes > _LONG * len(rows)]
    return pq.ParquetWriter(
        target,
        rows.schema,
        compression={name: "lz4" if name in long else "none" for name in rows.column_names},
        use_dictionary=few,  # type: ignore[arg-type]  # its stubs know only yes and no
        column_encoding=dict.fromkeys(texts, "DELTA_LENGTH_BYTE_ARRAY"),
        data_page_version="2.0",
    )


def _scalars(manifest: Manifest) -> list[Column]:
    return [column for column in manifest.columns if column.type is not ColumnType.GEOMETRY]


def _beside(prefix: str, manifest: Manifest) -> dict[str, str]:
    """Of text columns, as many as are worth it, the name of what is kept beside each, which no column has."""
    names = [column.name.lower() for column in manifest.columns]
    while any(name.startswith(prefix) for name in names):
        prefix = f"_{prefix}"
    texts = [(at, column.name) for at, column in enumerate(manifest.columns) if column.type is ColumnType.TEXT]
    return {name: f"{prefix}{at}" for at, name in texts[: _MOST_RANKED // max(1, manifest.rows)]}


def _ranked(source: Any, data: Path, rows: int, name: str, file: Path) -> Any:
    """Of each row the rank of its text, -1 where it has none; in a file, for there may be many columns."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.memmap(file, np.int32, "w+", shape=(max(1, rows),))
    found[:] = -1
    select = (
        f"SELECT file_row_number AS n, {duck.name(name)} AS v FROM {duck.parquet(data)} "
        f"WHERE {duck.name(name)} IS NOT NULL ORDER BY v"
    )
    at, rank, last = 0, -1, None
    for batch in source.sql(select).to_arrow_reader(_BATCH):
        if not len(batch):
            continue
        values = batch.column("v")
        before = pa.concat_arrays([pa.array([last], values.type), values.slice(0, len(values) - 1)])
        new = pc.fill_null(pc.not_equal(values, before), True).to_numpy(zero_copy_only=False)
        places = np.where(new, np.arange(at, at + len(values), dtype=np.int32), rank)
        places = np.maximum.accumulate(places)
        found[batch.column("n").to_numpy()] = places
        at, rank, last = at + len(values), int(places[-1]), values[-1].as_py()
    return found
