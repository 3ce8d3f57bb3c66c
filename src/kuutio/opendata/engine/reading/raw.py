"""What every reader hands over: cells in a Parquet file, named by position, and a log of rejected rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.refusals import TooLarge
from kuutio.opendata.engine.types import ColumnType

SHAPE = "g"
"""The raw table's column of WKB, in the source's CRS."""
UNREADABLE_ROW = "encoding: The row has bytes that are no text in the file's encoding."
_BATCH = 20_000
_GROUP = 122_880
_LONGEST_RAW = 10_000


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column as the reader found it: `at` in the Parquet file, named there `c{at}`.

    Attributes:
        title: its name in the source; may be empty or repeated.
        type: what the source declares; None for text whose type is to be found.
        zoned: a declared datetime that knows its zone.
    """

    title: str
    at: int
    type: ColumnType | None = None
    zoned: bool = False


class Rejects:
    """Rows that didn't fit: their place in the source, the reason, and what they were. Kept on disk.

    A reason is a stable code, a colon and an English sentence.
    """

    _fields: ClassVar[list[Any]] = [("row", pa.int64()), ("reason", pa.string()), ("raw", pa.string())]
    schema = pa.schema(_fields)

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._waiting: list[tuple[int, str, str]] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, row: int, reason: str, raw: str) -> None:
        """Log one row; `row` is 1 for the first row of data."""
        self._waiting.append((row, reason, raw[:_LONGEST_RAW]))
        self.count += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what waits. The file exists afterwards, unless nothing was rejected."""
        self._flush()
        if self._writer:
            self._writer.close()
            self._writer = None

    def rows(self) -> npt.NDArray[np.int64]:
        """The logged row numbers in order; after `close`."""
        if not self.count:
            return np.zeros(0, np.int64)
        numbers = pq.read_table(self.path, columns=["row"])["row"].to_numpy()
        return np.sort(numbers)

    def _flush(self) -> None:
        if not self._waiting:
            return
        self._writer = self._writer or pq.ParquetWriter(self.path, self.schema)
        rows, reasons, raws = zip(*self._waiting, strict=True)
        self._writer.write_table(pa.table([rows, reasons, raws], schema=self.schema))
        self._waiting.clear()


@dataclass
class RawTable:
    """One table of a file: `rows` kept in `path`, `rejects.count` logged.

    Attributes:
        name: of the layer, sheet or member; the file's stem where there is one table.
        has_shape: the file has WKB in the column `g`.
        crs: of those coordinates, in the source's words; None when it doesn't say.
        notes: what a person should know of how the file was understood.
        passed_over: files of the archive that hold no table; told by its first table.
    """

    name: str
    format: str
    path: Path
    columns: list[RawColumn]
    rows: int
    rejects: Rejects
    has_shape: bool = False
    crs: str | None = None
    encoding: str | None = None
    separator: str | None = None
    layer: str | None = None
    notes: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def rows_in(self) -> int:
        """Rows of the source."""
        return self.rows + self.rejects.count

    def source_rows(self, kept: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Row numbers in the source (from 1) of rows of the raw file (from 0)."""
        return source_rows(kept, self.rejects.rows())


def source_rows(kept: npt.NDArray[np.int64], lost: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Row numbers (from 1) of kept rows (from 0) where the rows `lost` (from 1, in order) were left out between them."""
    # The i-th lost row has `lost[i] - 1 - i` kept rows before it.
    before = np.searchsorted(lost - 1 - np.arange(len(lost)), kept, side="right")
    return kept + 1 + before


class RawWriter:
    """Writes a raw Parquet file in batches, and refuses too many rows and columns."""

    def __init__(self, path: Path, types: Sequence[pa.DataType], limits: Limits, *, shape: bool = False) -> None:
        check_columns(len(types), limits)
        fields = [pa.field(f"c{n}", kind) for n, kind in enumerate(types)]
        self.schema = pa.schema([*fields, pa.field(SHAPE, pa.binary())] if shape else fields)
        self.path = path
        self.rows = 0
        self.filled = [False] * len(types)
        self._most = limits.max_rows
        self._writer = pq.ParquetWriter(
            path, self.schema or pa.schema([("nothing", pa.null())]), compression="none", use_dictionary=False,
            write_statistics=False,
        )  # fmt: skip

    def write(self, columns: Sequence[Any]) -> None:
        """Append a batch: one Arrow array, or sequence, for each column, the shape last."""
        batch = pa.record_batch(
            [
                column if isinstance(column, pa.Array) else pa.array(column, kind)
                for column, kind in zip(columns, self.schema.types, strict=True)
            ],
            schema=self.schema,
        )
        for n in range(len(self.filled)):
            if not self.filled[n]:
                self.filled[n] = batch.column(n).null_count < batch.num_rows
        self.rows += batch.num_rows
        check_rows(self.rows, self._most)
        self._writer.write_batch(batch, row_group_size=_GROUP)

    def close(self) -> None:
        """End the file."""
        self._writer.close()


@contextmanager
def raw_writer(path: Path, types: Sequence[pa.DataType], limits: Limits, *, shape: bool = False) -> Iterator[RawWriter]:
    """A writer that is closed whatever happens."""
    writer = RawWriter(path, types, limits, shape=shape)
    try:
        yield writer
    finally:
        writer.close()


class TextRows:
    """Collects rows of text and writes them in batches; for readers that see one row at a time."""

    def __init__(self, writer: RawWriter) -> None:
        self._writer = writer
        self._waiting: list[Sequence[str | None]] = []

    def add(self, cells: Sequence[str | None]) -> None:
        """One row, as wide as the table."""
        self._waiting.append(cells)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._writer.write([list(column) for column in zip(*self._waiting, strict=True)])
            self._waiting.clear()


def check_columns(count: int, limits: Limits) -> None:
    """Raises: TooLarge: more columns than a table may have."""
    if count > limits.max_columns:
        raise TooLarge(
            f"The table has {count} columns; {limits.max_columns} are allowed. Turn columns to rows, or split it.",
            columns=count,
            limit=limits.max_columns,
        )


def check_rows(count: int, most: int) -> None:
    """Raises: TooLarge: more rows than a table may have."""
    if count > most:
        raise TooLarge(f"The table has more than {most} rows. Split it.", limit=most)
