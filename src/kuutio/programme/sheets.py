"""Workbooks and CSV files from outside, read as rows of cells: what is hostile, damaged or too large is refused with words."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from kuutio.core.problems import Problem

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000
MOST_ROWS, MOST_COLUMNS = 5_000, 60
LONGEST_CELL = 10_000
TOO_MUCH = 10**15
"""From here on a number of euros is a slip of the hand, and too long for exact arithmetic."""
_WITHOUT_VALUE = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v/>|<v></v>)?</c>')


class BadSheet(Problem):
    """The file is no sheet that can be read, or its cells don't fit; each error has the cell's address."""

    kind, status = "refused-file", 422


def cell(row: int, column: int) -> str:
    """The address of a cell, both counted from 1: `C7`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def rows_of(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet of a workbook, or of a CSV file; what is empty is None, formulas are their last value.

    Raises:
        BadSheet: too large, damaged, protected, no sheet, or a formula without its value.
    """
    if len(data) > MOST_BYTES:
        raise BadSheet(_("The file is larger than 2 megabytes. A sheet of this form is far smaller."))
    if not data.strip():
        raise BadSheet(_("The file is empty."))
    rows = list(_workbook(data)) if data[:2] == b"PK" else list(_csv(data))
    if not any(any(value is not None for value in row) for row in rows):
        raise BadSheet(_("The file is empty."))
    return rows


def _workbook(data: bytes) -> Iterator[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise BadSheet(_("The workbook unpacks to more than can be read."))
            first = next((one for one in sorted(packed.namelist()) if one.startswith("xl/worksheets/sheet")), "")
            unworked = _WITHOUT_VALUE.findall(packed.read(first)) if first else []
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        if sheet.total_width > MOST_COLUMNS or sheet.total_height > MOST_ROWS:
            raise BadSheet(_("The sheet has more rows or columns than this form has."))
        rows = sheet.to_python(skip_empty_area=False)
    except (
        CalamineError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        IndexError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise BadSheet(_("The file is damaged, or no workbook. Save it as .xlsx and try again.")) from error
    errors = [
        {
            "pointer": address.decode(),
            "detail": _("The formula has no value. Save the file in a spreadsheet program first."),
        }
        for address in unworked[:100]
    ]
    errors += [
        {"pointer": cell(at, column), "detail": _("The text is too long. Shorten it: nothing has been lost.")}
        for at, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
        if isinstance(value, str) and len(value) > LONGEST_CELL
    ]
    if errors:
        raise BadSheet(_("Some cells can’t be read."), errors=errors)
    for row in rows:
        yield [None if value == "" else value for value in row]


def _csv(data: bytes) -> Iterator[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise BadSheet(_("The file is damaged, or no workbook. Save it as .xlsx and try again."))
    first = text.partition("\n")[0]
    mark = max(";\t,", key=first.count)
    try:
        for at, row in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1):
            if at > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise BadSheet(_("The sheet has more rows or columns than this form has."))
            yield [value.strip() or None for value in row]
    except csv.Error as error:
        raise BadSheet(_("The file is damaged, or no workbook. Save it as .xlsx and try again.")) from error


def text_of(value: Any) -> str:
    """A cell as text; a whole number without its decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def day_of(value: Any) -> date | None:
    """A cell as a day: a date, `2017-03-01` or `1.3.2017`; None when it is none of them."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text_of(value), form).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    return None


def number_of(value: Any) -> Decimal | None:
    """A numeric cell exactly as it was written; None for texts, truths and what is no number, such as a sheet's #DIV/0!."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
