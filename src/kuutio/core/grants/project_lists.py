"""Official lists of funded projects, as authorities publish them: CSV under column names of their own.

A mapping says which column holds what and how days and amounts are written. A row that can't be read is left out with its reason and
the others come in; what can be read but is odd is kept and told.

Source of the content: Regulation (EU) 1303/2013, article 115 and annex XII (the list of operations).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from io import StringIO
from types import MappingProxyType

from kuutio.core.grants.reading import FIRST_YEAR, LAST_YEAR, Node
from kuutio.core.money import NotMoney, exact

MOST_ROWS = 200_000
LONGEST = 600
SHORT = 60
KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
SPACES = re.compile(r"\s+")
APART = re.compile(r"[\s\u00a0\u2009\u202f']")


@dataclass(frozen=True, slots=True)
class Listed:
    """A project as a list tells it; amounts in cents, None where the list tells none.

    Attributes:
        code: in the authority's register.
        priority: the programme's priority axis.
        granted: EU and state funding granted; `paid`: of it paid.
        planned: all public funding planned; `realised`: of it realised. A correction can bring either below zero.
    """

    code: str
    name: str
    fund: str = ""
    priority: str = ""
    authority: str = ""
    state: str = ""
    lead: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    granted: int | None = None
    paid: int | None = None
    planned: int | None = None
    realised: int | None = None


FIELDS = tuple(one.name for one in fields(Listed))
DAYS = frozenset({"starts_on", "ends_on"})
AMOUNTS = frozenset({"granted", "paid", "planned", "realised"})
NEEDED = ("code", "name")
LONG = frozenset({"name", "authority", "lead"})


class Days(StrEnum):
    """How a list writes days."""

    FINNISH = "d.m.yyyy"
    SLASHES = "dd/mm/yyyy"
    ISO = "yyyy-mm-dd"


_FORMATS = {Days.FINNISH: "%d.%m.%Y", Days.SLASHES: "%d/%m/%Y", Days.ISO: "%Y-%m-%d"}


class Encoding(StrEnum):
    """How a list's text is encoded."""

    UTF_8 = "utf-8"
    WINDOWS = "windows-1252"
    UTF_16 = "utf-16"


class Mark(StrEnum):
    """What separates whole euros from cents."""

    POINT = "."
    COMMA = ","


@dataclass(frozen=True, slots=True)
class Layout:
    """A mapping: what is where in a list's file.

    Attributes:
        list: the key by which the list is known here, such as `2014-2020`.
        columns: the file's column by our field; spaces and letters' case don't count.
        values: what a field's text becomes: `{"fund": {"EAKR": "ERDF"}}`.
        replace: signs in texts that stand for others: `{"|": ","}` where a list lost its commas.
    """

    list: str
    columns: Mapping[str, str]
    delimiter: str = ","
    encoding: Encoding = Encoding.UTF_8
    days: Days = Days.FINNISH
    decimal: Mark = Mark.POINT
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    replace: Mapping[str, str] = field(default_factory=dict, hash=False)


def read_layout(node: Node) -> Layout:
    """A mapping from plain data (YAML or JSON).

    Raises:
        Unreadable: a part of it is missing, unknown or doesn't fit.
    """
    known = {one.name for one in fields(Layout)}
    for name, one in node.items(len(known)):
        if name not in known:
            raise one.wrong(f"is none of {', '.join(sorted(known))}.")
    columns = {}
    for name, column in node.at("columns").items(len(FIELDS)):
        if name not in FIELDS:
            raise column.wrong(f"is none of {', '.join(FIELDS)}.")
        columns[name] = column.name()
    for name in NEEDED:
        node.at("columns").at(name)
    if not KEY.fullmatch(node.at("list").text()):
        raise node.at("list").wrong("must be a short key like 2014-2020.")
    given = {name: node.at(name) for name in known if node.has(name)}
    delimiter = given["delimiter"].text() if "delimiter" in given else ","
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise given["delimiter"].wrong("must be one sign.")
    return Layout(
        list=node.at("list").text(),
        columns=MappingProxyType(columns),
        delimiter=delimiter,
        encoding=given["encoding"].choice(Encoding) if "encoding" in given else Encoding.UTF_8,
        days=given["days"].choice(Days) if "days" in given else Days.FINNISH,
        decimal=given["decimal"].choice(Mark) if "decimal" in given else Mark.POINT,
        values={name: _texts(one) for name, one in given["values"].items(len(FIELDS))} if "values" in given else {},
        replace=_texts(given["replace"]) if "replace" in given else {},
    )


def _texts(node: Node) -> dict[str, str]:
    return {name: one.text() for name, one in node.items(200)}


@dataclass(frozen=True, slots=True)
class Told:
    """Something about a row: its line in the file, the project's code where it has one, and what is to say."""

    line: int
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list that was read: every row of the file is in `projects` or in `rejected`; `odd` ones are in `projects` too."""

    projects: tuple[Listed, ...]
    rejected: tuple[Told, ...]
    odd: tuple[Told, ...]


class NoList(ValueError):
    """The file as a whole isn't the list that the mapping describes; the text says why."""


def read_list(raw: bytes, layout: Layout) -> ListRead:
    """Read a list.

    Raises:
        NoList: it isn't encoded as said, lacks a column, or has more than `MOST_ROWS` rows.
    """
    try:
        text = raw.decode("utf-8-sig" if layout.encoding == Encoding.UTF_8 else layout.encoding)
    except UnicodeDecodeError as error:
        raise NoList(f"The file is not encoded in {layout.encoding}.") from error
    rows = csv.reader(StringIO(text, newline=""), delimiter=layout.delimiter)
    projects: dict[str, Listed] = {}
    rejected: list[Told] = []
    odd: list[Told] = []
    try:
        header = next(rows, [])
        places = _places(header, layout)
        for row in _filled(rows):
            code = _text(row[places["code"]], layout)[:SHORT] if len(row) > places["code"] else ""
            try:
                if len(row) != len(header):
                    raise ValueError(f"it has {len(row)} fields, the header {len(header)}")
                listed = _listed({name: row[at] for name, at in places.items()}, layout)
                if listed.code in projects:
                    raise ValueError("its code stands in an earlier row")
            except ValueError as error:
                rejected.append(Told(rows.line_num, code, str(error)))
                continue
            projects[listed.code] = listed
            odd += [Told(rows.line_num, code, why) for why in _oddities(listed)]
            if len(projects) + len(rejected) > MOST_ROWS:
                raise NoList(f"The file has more than {MOST_ROWS} rows.")
    except csv.Error as error:
        raise NoList(f"The file is no CSV at line {rows.line_num}: {error}.") from error
    return ListRead(tuple(projects.values()), tuple(rejected), tuple(odd))


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if any(cell.strip() for cell in row))


def _same(text: str) -> str:
    return SPACES.sub(" ", text).strip().casefold()


def _places(header: list[str], layout: Layout) -> dict[str, int]:
    known: dict[str, int] = {}
    for at, name in enumerate(header):
        known.setdefault(_same(name), at)
    for name, column in layout.columns.items():
        if _same(column) not in known:
            there = ", ".join(SPACES.sub(" ", one).strip() for one in header[:30])
            raise NoList(f'The file has no column "{column}" for {name}. It has: {there}.')
    return {name: known[_same(column)] for name, column in layout.columns.items()}


def _text(cell: str, layout: Layout) -> str:
    """A cell's text with single spaces; a replaced sign loses the spaces before it and has one after it, as a comma does."""
    text = SPACES.sub(" ", cell)
    for sign, other in layout.replace.items():
        text = f"{other} ".join(part.strip(" ") for part in text.split(sign))
    return text.strip()


def _listed(cells: Mapping[str, str], layout: Layout) -> Listed:
    """Raises ValueError with the reason for which a row is left out."""
    made: dict[str, str | int | date | None] = {}
    for name, cell in cells.items():
        if name in DAYS:
            made[name] = _day(name, cell.strip(), layout)
        elif name in AMOUNTS:
            made[name] = _amount(name, cell, layout)
        else:
            text = _text(cell, layout)
            text = layout.values.get(name, {}).get(text, text)
            if len(text) > (LONGEST if name in LONG else SHORT) or "\0" in text:
                raise ValueError(f"{name} is too long")
            made[name] = text
    for name in NEEDED:
        if not made[name]:
            raise ValueError(f"{name} is empty")
    listed = Listed(**made)  # type: ignore[arg-type]  # each field was made by its kind
    if listed.starts_on and listed.ends_on and listed.ends_on < listed.starts_on:
        raise ValueError(f"it ends on {listed.ends_on}, before it starts on {listed.starts_on}")
    return listed


def _day(name: str, text: str, layout: Layout) -> date | None:
    if not text:
        return None
    try:
        made = datetime.strptime(text, _FORMATS[layout.days]).date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        raise ValueError(f"{name} is {text[:40]!r}, no day like {layout.days}") from None
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise ValueError(f"{name} is {text[:40]!r}, no day of our time")
    return made


def _amount(name: str, cell: str, layout: Layout) -> int | None:
    text = APART.sub("", cell).removesuffix("€")
    if not text:
        return None
    written = text.replace(",", ".") if layout.decimal == Mark.COMMA and "." not in text else text
    try:
        return exact(written)
    except NotMoney:
        raise ValueError(f"{name} is {cell.strip()[:40]!r}, no amount like 1234{layout.decimal}50") from None


def _oddities(listed: Listed) -> Iterator[str]:
    if listed.granted is not None and listed.planned is not None and listed.granted > listed.planned:
        yield "more is granted than all planned public funding"
    for name in sorted(AMOUNTS):
        if (getattr(listed, name) or 0) < 0:
            yield f"{name} is below zero"
    for name in ("lead", "starts_on", "ends_on"):
        if not getattr(listed, name):
            yield f"{name} is empty"
