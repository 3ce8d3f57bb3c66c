"""Sheets that people bring: CSV or an Excel workbook, read as rows of cells that know their address; and the ones they take along.

What is wrong with a sheet is told by the cell, such as D7, as the writer sees it in their own program.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.core.language import LANGUAGES
from kuutio.core.media import type_of
from kuutio.core.money import NotMoney, parse
from kuutio.core.problems import Invalid, Text
from kuutio.programme.sheets import TOO_MUCH, day_of
from kuutio.programme.sheets import cell as address_of
from kuutio.ui.wording import language

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 2000
MOST_COLUMNS = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where it is, and what it holds as the program of sheets gave it."""

    column: int
    row: int
    value: Value

    @property
    def address(self) -> str:
        """Such as D7."""
        return address_of(self.row, self.column + 1)

    @property
    def text(self) -> str:
        """Its text, single spaces; a whole number without the point that a sheet gives it."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else " ".join(str(value).split())


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a sheet may have: its name in the program, its heading, and other headings by which it is known."""

    name: str
    title: Text
    needed: bool = True
    also: tuple[str, ...] = ()


Row = Mapping[str, Cell]


def read(data: bytes, columns: Sequence[Column]) -> list[Row]:
    """The rows of a sheet below its headings, empty ones left out; each with all columns, a missing one as an empty cell.

    Raises:
        Invalid: it is no CSV and no workbook, is too large, or lacks a column.
    """
    if len(data) > MOST_BYTES:
        raise _bad(_("The file is too large: at most 5 megabytes."))
    grid = _workbook(data) if type_of(data) == XLSX else _csv(data)
    head = next(((at, row) for at, row in enumerate(grid) if any(_said(cell) for cell in row)), None)
    if head is None:
        raise _bad(_("The file has no rows."))
    start, heads = head
    places = _places(heads, columns)
    found: list[Row] = []
    for at, row in enumerate(grid[start + 1 :], start=start + 2):
        if not any(_said(cell) for cell in row):
            continue
        if len(found) >= MOST_ROWS:
            raise _bad(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
        found.append(
            {
                name: Cell(place, at, row[place] if place is not None and place < len(row) else None)
                if place is not None
                else Cell(0, at, None)
                for name, place in places.items()
            }
        )
    return found


def write(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one sheet with headings in the reader's language; texts stay texts, whatever they begin with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "d.m.yyyy"})
    euros = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1")
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, str(column.title), bold)
        sheet.set_column(at, at, 40 if column.name == "text" else 18)
    for place, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(place, at, datetime.combine(value, datetime.min.time()), day)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(place, at, value, euros)
            elif value is not None:
                sheet.write_string(place, at, str(value))
    book.close()
    return out.getvalue()


def cents(cell: Cell) -> int:
    """The amount of euros in a cell, in cents.

    Raises:
        ValueError: it is none, or has parts of a cent.
    """
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value) or abs(value) >= TOO_MUCH:
            raise ValueError(_("Give an amount in euros, such as 1 234,50."))
        exact = Decimal(repr(value)) * 100
        rounded = exact.quantize(Decimal(1), ROUND_HALF_UP)
        # A sheet's sums carry the dust of binary fractions: a millionth of a cent is no cent that somebody meant.
        if abs(exact - rounded) > Decimal("0.0001"):
            raise ValueError(_("The amount has parts of a cent."))
        return int(rounded)
    try:
        return parse(cell.text, language())
    except NotMoney as error:
        raise ValueError(_("Give an amount in euros, such as 1 234,50.")) from error


def day(cell: Cell) -> date:
    """The day in a cell: a sheet's date, 30.6.2027 or 2027-06-30.

    Raises:
        ValueError: it is none.
    """
    found = day_of(cell.value)
    if found is not None:
        return found
    raise ValueError(_("Give a day, such as 30.6.2027."))


def in_any_language(words: Mapping[str, Text]) -> dict[str, str]:
    """Names by what they are called, lower case, in each of our languages, and by themselves."""
    found = {name.lower(): name for name in words}
    for code in LANGUAGES:
        with translation.override(code):
            found |= {_plain(str(said).replace("%%", "%")): name for name, said in words.items()}
    return found


def ask(cell: Cell, reader: Callable[[Cell], object], errors: list[dict[str, str]]) -> object | None:
    """What a reader makes of a cell; what is wrong with it is added to the errors, with the cell's address."""
    try:
        return reader(cell)
    except ValueError as error:
        errors.append(wrong(cell, str(error)))
        return None


def wrong(cell: Cell, detail: str) -> dict[str, str]:
    """An error of a cell, its address in front."""
    return {"pointer": f"/{cell.address}", "detail": f"{cell.address}: {detail}"}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _said(value: Value) -> bool:
    return value is not None and str(value).strip() != ""


def _places(heads: Sequence[Value], columns: Sequence[Column]) -> dict[str, int | None]:
    called: dict[str, str] = {}
    for column in columns:
        names = in_any_language({column.name: column.title}) | {_plain(one): column.name for one in column.also}
        called |= names
    places: dict[str, int | None] = {}
    for at, head in enumerate(heads[:MOST_COLUMNS]):
        name = called.get(_plain(str(head or "")))
        if name is not None:
            places.setdefault(name, at)
    missing = [str(column.title) for column in columns if column.needed and column.name not in places]
    if missing:
        raise _bad(_("The first row has no column %(missing)s.") % {"missing": ", ".join(missing)})
    return {column.name: places.get(column.name) for column in columns}


def _workbook(data: bytes) -> list[list[Value]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise _bad(_("The workbook is too large when it is unpacked."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.width and sheet.width > 1000:
            raise _bad(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS})
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS * 5)
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError) as error:
        raise _bad(_("This file can’t be read as a workbook.")) from error
    return [[_value(cell) for cell in row[:MOST_COLUMNS]] for row in rows]


def _value(cell: object) -> Value:
    if isinstance(cell, str | int | float | bool | date):
        return cell
    return None if cell is None else str(cell)


def _csv(data: bytes) -> list[list[Value]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _bad(_("The file is neither a workbook nor CSV."))
    if "\0" in text:
        raise _bad(_("The file is neither a workbook nor CSV."))
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows: list[list[Value]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([*row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS * 5:
                raise _bad(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
    except csv.Error as error:
        raise _bad(_("The file is neither a workbook nor CSV.")) from error
    return rows


def _bad(detail: str) -> Invalid:
    return Invalid(detail, errors=[{"pointer": "/file", "detail": detail}])
