"""Workbooks (XLSX, ODS and their kin): each sheet that is a table."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.names import slug
from kuutio.opendata.engine.reading.dialect import has_header
from kuutio.opendata.engine.reading.raw import RawColumn, RawTable, Rejects, TextRows, raw_writer
from kuutio.opendata.engine.reading.spans import Cell, Span, depth_of, fill_down, filled, grouped, header_of, spans_of
from kuutio.opendata.engine.reading.zeros import zero_columns
from kuutio.opendata.engine.refusals import BrokenFile, NotATable, WrongOptions

_ERRORS = (CalamineError, DataSourceError, DataLayerError)
_TOP = 400  # rows that are looked at to find where the table begins


def read(path: Path, format_: str, options: Options, limits: Limits, work: Path) -> list[RawTable]:
    """The tables of a workbook, in the order of its sheets.

    Raises:
        BrokenFile: it can't be opened.
        NotATable: no sheet has a table.
        WrongOptions: there is no such sheet.
    """
    wanted = options.sheet or options.layer
    tables: list[RawTable] = []
    names: list[str] = []
    try:
        for name, visible, cells in _sheets(path, format_):
            names.append(name)
            if name == wanted or (not wanted and visible):
                table = _table(*cells(), name, format_, options, limits, work / f"sheet{len(tables)}")
                if table:
                    tables.append(table)
    except _ERRORS as error:
        raise BrokenFile("The workbook can't be opened. Save it again, without a password.") from error
    if wanted and wanted not in names:
        raise WrongOptions(f"There is no sheet {wanted!r}. There are: {', '.join(names)}.", sheets=names)
    if not tables:
        raise NotATable("No sheet of the workbook has a table.")
    return tables


_Cells = tuple[list[list[Cell]], list[Span]]


def _sheets(path: Path, format_: str) -> Iterator[tuple[str, bool, Callable[[], _Cells]]]:
    """The name of each sheet, whether it is shown, and a function for its cells and for those that are joined."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet:
                    yield sheet.name, sheet.visible == SheetVisibleEnum.Visible, partial(_cells, book, sheet.name, path)
    except CalamineError:
        # Calamine takes no white space between the elements of an ODS, as QGIS and GDAL write it: GDAL does.
        if format_ != "ods":
            raise
        pyogrio.set_gdal_config_options({"OGR_ODS_HEADERS": "DISABLE", "OGR_ODS_FIELD_TYPES": "STRING"})
        for name, _ in pyogrio.list_layers(path):
            yield str(name), True, partial(_cells_by_gdal, path, str(name))


def _cells(book: CalamineWorkbook, name: str, path: Path) -> _Cells:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=True)
    for column, digits in zero_columns(path, name).items():
        at = column - (sheet.start or (0, 0))[1]
        for row in rows:
            cell = row[at] if 0 <= at < len(row) else None
            if isinstance(cell, float) and cell.is_integer() and cell >= 0:
                row[at] = f"{int(cell):0{digits}d}"
    return rows, spans_of(sheet.merged_cell_ranges, sheet.start)


def _cells_by_gdal(path: Path, name: str) -> _Cells:
    columns = pyogrio.raw.read(path, layer=name, read_geometry=False)[3]
    return [list(row) for row in zip(*columns, strict=True)], []


def _table(
    cells: list[list[Cell]],
    spans: list[Span],
    name: str,
    format_: str,
    options: Options,
    limits: Limits,
    base: Path,
) -> RawTable | None:
    fill_down(cells, spans)
    above = options.skip_rows or 0
    rows = _bounded(cells[above:])
    if not rows:
        return None
    above += next(n for n, row in enumerate(cells[above:]) if _length(row))
    spans = [Span(span.top - above, span.bottom - above, span.left, span.right) for span in spans]
    first = 0 if options.skip_rows is not None else _first(rows, spans)
    titles = _titles(rows, first, spans, options)
    width, depth = len(rows[0]), depth_of(rows, first, spans) if any(titles) else 0
    body = rows[first + depth :]
    if width < 2 and len(body) < 2:
        return None
    dates = [all(_is_midnight(row[n]) for row in body if isinstance(row[n], datetime)) for n in range(width)]
    rejects = Rejects(base.with_suffix(".rejects.parquet"))
    with raw_writer(base.with_suffix(".raw.parquet"), [pa.string()] * width, limits) as writer:
        texts = TextRows(writer)
        for row in body:
            if any(cell not in ("", None) for cell in row):
                texts.add([_text(cell, dates=dates[n]) for n, cell in enumerate(row)])
        texts.flush()
    columns = [RawColumn(title, n) for n, title in enumerate(titles)]
    return RawTable(slug(name) or base.name, format_, writer.path, columns, writer.rows, rejects, layer=name)


def _titles(rows: list[list[Cell]], first: int, spans: list[Span], options: Options) -> list[str]:
    """The columns' names; all empty when the table has no header."""
    joined = header_of(rows, first, spans, _title)
    if joined and options.header is not False:
        return joined
    top = [[_title(cell) for cell in row] for row in rows[first : first + _TOP]]
    if not (options.header if options.header is not None else _is_header(rows[first]) or has_header(top)):
        return [""] * len(rows[0])
    titles = [cell.strip() for cell in top[0]]
    return grouped(titles, rows[first - 1]) if first else titles


def _title(cell: Cell) -> str:
    return _text(cell, dates=True) or ""


def _bounded(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows of one width without empty columns at the end and empty rows at both ends."""
    width = max((_length(row) for row in rows), default=0)
    kept: list[list[Any]] = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    while kept and not _length(kept[-1]):
        kept.pop()
    while kept and not _length(kept[0]):
        kept.pop(0)
    return kept if width else []


def _length(row: Sequence[Cell]) -> int:
    return next((n + 1 for n in range(len(row) - 1, -1, -1) if row[n] not in ("", None)), 0)


def _first(rows: list[list[Cell]], spans: list[Span]) -> int:
    """The table's first row: lines above it fill less than half of what its rows do."""
    wide = [span for span in spans if span.left < span.right and span.top < _TOP]
    counts = [filled(row, n, wide) for n, row in enumerate(rows[:_TOP])]
    usual = sorted(counts[len(counts) // 4 :])[len(counts[len(counts) // 4 :]) // 2]
    return next((n for n, count in enumerate(counts) if count * 2 > usual), 0)


def _is_header(row: list[Cell]) -> bool:
    filled = [cell for cell in row if cell not in ("", None)]
    texts = [cell for cell in filled if isinstance(cell, str)]
    return len(texts) == len(filled) and len({text.strip() for text in texts}) == len(texts) > 1


def _is_midnight(cell: Cell) -> bool:
    return isinstance(cell, datetime) and cell.time() == time()


def _text(cell: Cell | None, *, dates: bool) -> str | None:
    """A cell as text; types are found from text whatever the format.

    Args:
        dates: the column has dates without a time of day.
    """
    match cell:
        case None | "":
            return None
        case str():
            return cell.replace("\0", "")
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e16:
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if dates else cell.isoformat()
        case date() if not dates:
            return f"{cell.isoformat()}T00:00:00"
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return _clock(cell)
        case _:
            return str(cell)


def _clock(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
