"""Excel workbooks, written row by row."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import crs_out, duck
from kuutio.opendata.engine.exports.text import moved_wkt
from kuutio.opendata.engine.exports.view import geometry_sql, rows, view_of
from kuutio.opendata.engine.filters import CRS84
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import refuse
from kuutio.opendata.engine.types import Column, ColumnType

MAX_ROWS, MAX_COLUMNS, MAX_LETTERS = 1_048_575, 16_384, 32_767
"""What a sheet holds beside its header, and a cell."""

_FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year: days before its wrong 29 February are off by one."""

_EXACT = 10**15
"""Excel keeps fifteen digits: longer whole numbers are written as text."""

_CHUNK = 2000


def write(table: Table, path: Path, query: Query) -> None:
    """A workbook with one sheet: numbers and dates as such, text always as text, the geometry as WKT.

    Raises:
        BadQuery: more rows, columns or letters than Excel can hold.

    Source: Microsoft, "Excel specifications and limits".
    """
    import xlsxwriter

    view, question = view_of(table, query), table.question(query)
    shown = [*view.columns, *([view.geometry] if view.geometry else [])]
    if len(shown) > MAX_COLUMNS or table.finder.count(question) > MAX_ROWS:
        refuse(f"Excel holds {MAX_ROWS} rows and {MAX_COLUMNS} columns: filter the rows, or choose CSV.", "/format")
    moved = view.geometry is not None and crs_out.plane(query.crs) != CRS84
    expressions = [_readable(column) for column in view.columns]
    if view.geometry is not None:
        expressions.append(f"{'ST_AsWKB' if moved else 'ST_AsText'}({geometry_sql(table)})")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with (
        xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent)}) as book,
        rows(table, query, expressions) as answer,
    ):
        # The same content is the same file: no time of writing inside.
        book.set_properties({"created": datetime.fromisoformat(table.manifest.created_at)})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for at, column in enumerate(shown):
            sheet.write_string(0, at, column.name[:MAX_LETTERS], bold)
        formats = [_format(book, column) for column in shown]
        line = 0
        while chunk := answer.fetchmany(_CHUNK):
            places = moved_wkt([row[-1] for row in chunk], query.crs) if moved else None
            for i, row in enumerate(chunk):
                line += 1
                values = [*row[:-1], places[i]] if places else row
                for at, value in enumerate(values):
                    if value is not None:
                        _write(sheet, line, at, value, formats[at])


def _write(sheet: Any, line: int, at: int, value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, int | float) and abs(value) < _EXACT:
        sheet.write_number(line, at, value)
    elif isinstance(value, datetime | date) and (value.date() if isinstance(value, datetime) else value) >= _FIRST_DAY:
        sheet.write_datetime(line, at, value, style)
    else:
        text = value if isinstance(value, str) else value.isoformat() if isinstance(value, date) else repr(value)
        if len(text) > MAX_LETTERS:
            refuse(f"A cell of Excel holds {MAX_LETTERS} letters: leave long columns out, or choose CSV.", "/format")
        sheet.write_string(line, at, text)


def _readable(column: Column) -> str:
    field = duck.name(column.name)
    if column.type is ColumnType.DATETIME and column.zoned:
        return f"{field} AT TIME ZONE 'UTC'"
    return f"CAST({field} AS VARCHAR)" if column.type is ColumnType.TIME else field


def _format(book: Any, column: Column) -> Any:
    if column.type is ColumnType.DATETIME:
        return book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    return book.add_format({"num_format": "yyyy-mm-dd"}) if column.type is ColumnType.DATE else None
