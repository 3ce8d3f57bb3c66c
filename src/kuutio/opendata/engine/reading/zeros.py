"""Codes that a workbook keeps as numbers and shows with leading zeros: `100` in the format `00000` is the text `00100`.

The workbook's reader gives numbers without their formats, so the columns are looked up in the XML itself, and only in
workbooks that have such a format at all.
"""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO
from xml.parsers import expat

_ZEROS = re.compile(r"0{2,20}")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_Attributes = dict[str, str]


def zero_columns(path: Path, sheet: str) -> dict[int, int]:
    """The columns of a sheet (from 0) whose numbers are mostly shown with zeros in front, and to how many digits.

    A file that isn't XLSX, or one in which nothing is found, has none.

    Source: ECMA-376, part 1, 18.8.30 (numFmt), 18.8.45 (xf), 18.3.1.4 (c).
    """
    try:
        with zipfile.ZipFile(path) as book:
            widths = _styles(book)
            place = _place(book, sheet) if widths else None
            return _columns(book, place, widths) if place else {}
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, ValueError, NotImplementedError, OSError):
        return {}


def _styles(book: zipfile.ZipFile) -> dict[str, int]:
    """The numbers of the cell styles that show zeros in front, with their digits."""
    digits: dict[str, int] = {}
    formats: list[str] = []
    inside = False

    def begin(name: str, attributes: _Attributes) -> None:
        nonlocal inside
        if name == "numFmt" and _ZEROS.fullmatch(attributes.get("formatCode", "")):
            digits[attributes["numFmtId"]] = len(attributes["formatCode"])
        inside = (inside or name == "cellXfs") and name != "cellStyles"
        if inside and name == "xf":
            formats.append(attributes.get("numFmtId", ""))

    _walk(book, "xl/styles.xml", begin)
    return {str(n): digits[kind] for n, kind in enumerate(formats) if kind in digits}


def _place(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's file of that sheet."""
    ids: dict[str, str] = {}
    places: dict[str, str] = {}

    def begin_sheet(name: str, attributes: _Attributes) -> None:
        if name == "sheet":
            ids[attributes.get("name", "")] = attributes.get("id", "")

    def begin_relation(name: str, attributes: _Attributes) -> None:
        if name == "Relationship":
            places[attributes.get("Id", "")] = attributes.get("Target", "")

    _walk(book, "xl/workbook.xml", begin_sheet)
    _walk(book, "xl/_rels/workbook.xml.rels", begin_relation)
    target = places.get(ids.get(sheet, ""))
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else None


def _columns(book: zipfile.ZipFile, place: str, widths: dict[str, int]) -> dict[int, int]:
    numbers, shown, widest = Counter[str](), Counter[str](), dict[str, int]()

    def begin(name: str, attributes: _Attributes) -> None:
        if name != "c" or attributes.get("t", "n") != "n":
            return
        letters = _LETTERS.match(attributes.get("r", ""))
        if letters:
            numbers[letters[0]] += 1
            width = widths.get(attributes.get("s", ""))
            if width:
                shown[letters[0]] += 1
                widest[letters[0]] = max(width, widest.get(letters[0], 0))

    _walk(book, place, begin)
    return {_number(letters): widest[letters] for letters, count in shown.items() if count * 2 >= numbers[letters]}


def _number(letters: str) -> int:
    """A column's number, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _walk(book: zipfile.ZipFile, name: str, begin: Callable[[str, _Attributes], None]) -> None:
    """Call `begin` for each element of a file, with names that have no namespace before them."""
    parser = expat.ParserCreate(namespace_separator="}")

    def handle(element: str, attributes: _Attributes) -> None:
        begin(element.rpartition("}")[2], {key.rpartition("}")[2]: value for key, value in attributes.items()})

    parser.StartElementHandler = handle
    file: IO[bytes]
    with book.open(name) as file:
        parser.ParseFile(file)
