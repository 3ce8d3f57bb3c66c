"""Text tables: read by Arrow where quotes are in order, else by a slower reader that loses no more than it must."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.reading import dialect as dialects
from kuutio.opendata.engine.reading.dialect import Dialect
from kuutio.opendata.engine.reading.raw import (
    UNREADABLE_ROW,
    RawColumn,
    RawTable,
    RawWriter,
    Rejects,
    TextRows,
    check_columns,
    raw_writer,
    source_rows,
)
from kuutio.opendata.engine.reading.text import CHUNK, NUL, UNREADABLE, Utf8, as_utf8, decoded_head
from kuutio.opendata.engine.refusals import BrokenFile, EmptyFile, NotATable

_BLOCK = 1024 * 1024  # bytes that Arrow parses at a time; it reads some blocks ahead
_MOST_LINES = 200  # that a quoted cell may span in a file whose quotes are not in order
_FIELDS = "fields: The row has {found} cells, the table has {width}."
_NUL = "nul: The row has a NUL character."
_QUOTE = "quote: A quote is not closed, or there is text after a closing quote."


def read(path: Path, name: str, options: Options, limits: Limits, work: Path) -> RawTable:
    """The table of a text file.

    Raises:
        EmptyFile, NotATable, WrongEncoding, TooLarge: see there.
    """
    text = as_utf8(path, options, work)
    sample = decoded_head(text)
    if not sample.strip():
        raise EmptyFile("The file is empty.")
    found = dialects.understand(sample, options, whole=text.path.stat().st_size - text.start <= len(sample.encode()))
    check_columns(found.width, limits)
    if found.width == 0 or (found.width == 1 and not options.separator and path.suffix.lower() not in (".csv", ".tsv")):
        raise NotATable("The text has no columns.")
    start = text.start + len(sample[: found.data_at].encode())
    raw = work / f"{name}.raw.parquet"
    quick = len(found.separator.encode()) == 1 and not found.padded and _in_order(text.path, start, found)
    for block in sorted({min(_BLOCK, limits.max_cell_bytes), limits.max_cell_bytes}):
        rejects = Rejects(work / f"{name}.rejects.parquet")
        with raw_writer(raw, [pa.string()] * found.width, limits) as writer:
            if found.data_at == len(sample):
                break
            if not quick:
                _careful(text, start, found, writer, rejects)
                break
            if _fast(text, start, found, block, writer, rejects):
                break
    else:
        raise BrokenFile(f"A row is longer than {limits.max_cell_bytes} bytes.")
    rejects.close()
    return RawTable(
        name=name,
        format="csv" if found.separator != "\t" else "tsv",
        path=raw,
        columns=[RawColumn(title, n) for n, title in enumerate(found.names)],
        rows=writer.rows,
        rejects=rejects,
        encoding=text.encoding,
        separator=found.separator,
    )


def _in_order(path: Path, start: int, found: Dialect) -> bool:
    """Whether every quote opens or closes a cell or is doubled within one: then all readers see the same cells.

    Counted from the first, even quotes must open (stand at a cell's beginning) and odd ones close (stand at its end),
    a doubled one being a close and an open side by side.
    """
    if not found.quote:
        return True
    quote = ord(found.quote)
    before_open = np.zeros(256, bool)
    before_open[[ord(found.separator), 10, 13, quote]] = True
    count = 0
    with path.open("rb") as file:
        file.seek(start)
        last, chunk = b"\n", file.read(CHUNK)
        while chunk:
            coming = file.read(CHUNK)
            values = np.frombuffer(last + chunk + (coming[:1] or b"\n"), np.uint8)
            at = np.flatnonzero(values[1:-1] == quote) + 1
            opens, closes = (at[count % 2 :: 2], at[1 - count % 2 :: 2])
            if not before_open[values[opens - 1]].all() or not before_open[values[closes + 1]].all():
                return False
            count += len(at)
            last, chunk = chunk[-1:], coming
    return count % 2 == 0


def _fast(text: Utf8, start: int, found: Dialect, block: int, writer: RawWriter, rejects: Rejects) -> bool:
    """Write all rows; False when one is longer than a block."""
    lost: list[int] = []

    def wrong_width(row: pacsv.InvalidRow) -> Literal["skip"]:
        number = row.number or 0
        lost.append(number)
        rejects.add(number, _FIELDS.format(found=row.actual_columns, width=found.width), _shown(row.text))
        return "skip"

    names = writer.schema.names
    with text.path.open("rb") as file:
        file.seek(start)
        try:
            reader = pacsv.open_csv(
                file,
                # One thread: only then are rows numbered. It is as fast: the parser isn't what takes time.
                read_options=pacsv.ReadOptions(use_threads=False, block_size=block, column_names=names),
                parse_options=pacsv.ParseOptions(
                    delimiter=found.separator,
                    quote_char=found.quote or False,
                    newlines_in_values=bool(found.quote),
                    invalid_row_handler=wrong_width,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=writer.schema,
                    strings_can_be_null=True,
                    null_values=[""],
                    check_utf8=False,
                ),
            )
            seen = 0
            for batch in reader:
                kept = _without_marked(batch, seen, lost, rejects) if text.marked else batch
                seen += batch.num_rows
                writer.write(kept.columns)
        except pa.ArrowInvalid as error:
            if "straddling" in str(error):
                return False
            if "Empty CSV" not in str(error):
                raise BrokenFile(f"The text can't be read: {str(error)[:200]}") from error
    return True


def _without_marked(batch: pa.RecordBatch, seen: int, lost: list[int], rejects: Rejects) -> pa.RecordBatch:
    """Rows without characters that weren't text; the others are logged.

    Args:
        seen: rows of earlier batches.
        lost: source rows that Arrow left out.
    """
    numbers = source_rows(np.arange(seen, seen + batch.num_rows), np.array(lost, np.int64))
    bad = np.zeros(batch.num_rows, bool)
    for mark, reason in ((UNREADABLE, UNREADABLE_ROW), (NUL, _NUL)):
        hit = np.zeros(batch.num_rows, bool)
        for column in batch.columns:
            hit |= pc.match_substring(column, mark).fill_null(False).to_numpy(zero_copy_only=False)
        for n in np.flatnonzero(hit & ~bad):
            cells = [column[int(n)].as_py() or "" for column in batch.columns]
            rejects.add(int(numbers[n]), reason, _shown("\t".join(cells)))
        bad |= hit
    return batch.filter(pa.array(~bad))


def _careful(text: Utf8, start: int, found: Dialect, writer: RawWriter, rejects: Rejects) -> None:
    """Rows one by one. A quote that is never closed, or closed in the middle of a word, costs its own line only."""
    rows = TextRows(writer)
    number = 0
    for row in _lines(text.path, start, found):
        number += 1
        if isinstance(row, str):
            reason = _QUOTE if found.quote and found.quote in row else _FIELDS
            rejects.add(number, reason, _shown(row.rstrip("\r\n")))
            continue
        cells, line = row
        if len(cells) != found.width:
            rejects.add(number, _FIELDS.format(found=len(cells), width=found.width), _shown(line.rstrip("\r\n")))
        elif text.marked and (UNREADABLE in line or NUL in line):
            rejects.add(number, UNREADABLE_ROW if UNREADABLE in line else _NUL, _shown(line.rstrip("\r\n")))
        else:
            rows.add([cell or None for cell in cells])
    rows.flush()


def _lines(path: Path, start: int, found: Dialect) -> Iterator[tuple[list[str], str] | str]:
    """Cells and text of each row; the text alone of a line whose quotes are wrong."""
    with path.open("rb") as binary:
        binary.seek(start)
        with io.TextIOWrapper(binary, encoding="utf-8", newline="") as file:
            ahead: list[str] = []
            while line := ahead.pop(0) if ahead else file.readline():
                if not line.strip("\r\n"):
                    continue
                if not found.quote or found.quote not in line:
                    yield line.rstrip("\r\n").split(found.separator), line
                    continue
                cells, taken = _quoted(line, ahead, file, found)
                if cells is None:
                    yield line
                else:
                    yield cells, line + "".join(ahead[:taken])
                    del ahead[:taken]


def _quoted(line: str, ahead: list[str], file: io.TextIOWrapper, found: Dialect) -> tuple[list[str] | None, int]:
    """The cells of a row that begins with this line, and how many lines ahead belong to it; None when none do fit.

    Lines that are read in vain stay in `ahead`.
    """
    parts = [line]
    while True:
        if len(parts) == 1 or found.quote in parts[-1]:
            text = "".join(parts)
            cells = _cells(text, found)
            if cells is not None and (len(parts) == 1 or len(cells) == found.width):
                return cells, len(parts) - 1
            if cells is not None or not _open(text, found):
                return None, 0
        if len(parts) > _MOST_LINES:
            return None, 0
        if len(parts) > len(ahead):
            more = file.readline()
            if not more:
                return None, 0
            ahead.append(more)
        parts.append(ahead[len(parts) - 1])


def _cells(text: str, found: Dialect) -> list[str] | None:
    """The cells of a whole row, or None when its quotes don't fit."""
    cell = _pattern(found)
    body = text.rstrip("\r\n")
    cells: list[str] = []
    at = 0
    while True:
        match = cell.match(body, at)
        if match is None:
            return None
        inner, bare = match.groups()
        cells.append(bare if inner is None else inner.replace(found.quote * 2, found.quote))
        at = match.end()
        if at == len(body):
            return cells
        at += 1
        if at == len(body):
            return [*cells, ""]


def _open(text: str, found: Dialect) -> bool:
    """Whether the text ends within a quoted cell: then the next line may belong to it."""
    cell = _pattern(found)
    body = text.rstrip("\r\n")
    at = 0
    while at < len(body):
        match = cell.match(body, at)
        if match is None:
            rest = body[at:].lstrip(" ")
            return rest.startswith(found.quote) and rest[1:].replace(found.quote * 2, "").find(found.quote) < 0
        at = match.end() + 1
    return False


_patterns: dict[tuple[str, str], re.Pattern[str]] = {}


def _pattern(found: Dialect) -> re.Pattern[str]:
    """One cell, up to the separator or the end: quoted (group 1) or bare (group 2)."""
    key = (found.quote, found.separator)
    if key not in _patterns:
        quote, separator = re.escape(found.quote), re.escape(found.separator)
        gap = "" if found.separator == " " else " *"
        quoted = f"{gap}{quote}((?:[^{quote}]|{quote}{quote})*){quote}{gap}(?={separator}|\\Z)"
        _patterns[key] = re.compile(f"(?:{quoted}|((?!{gap}{quote})[^{separator}\\r\\n]*)(?={separator}|\\Z))")
    return _patterns[key]


def _shown(text: str) -> str:
    """A rejected row as people read it."""
    return text.replace(UNREADABLE, "�").replace(NUL, "␀")
