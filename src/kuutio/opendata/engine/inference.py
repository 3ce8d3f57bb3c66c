"""Types of text columns, found over every row: a column gets the narrowest type that holds each of its values.

A type is a *reading*: an SQL expression that turns a cell to a value of the type, or to NULL where the cell isn't one.
It finds the type. Later, where each cell is known to be a value or a marker, a quicker one makes the same values.
The first rows rule readings out (one cell that doesn't fit is enough) in Python, where trying all readings on all columns
is cheap. Of what they leave the narrowest is tried on all rows in SQL, and the next one only where it fails.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kuutio.opendata.engine.types import ColumnType

_MARKERS = ("na", "n/a", "null", "nan", "none", "-", "–", "—", "..", "...", "…", "#n/a")
"""Cells that mean "no value", in any case: only in columns that have a type; in text they are text."""
_GLANCE = 500  # rows
_TOGETHER = 100  # columns in one query: planning takes more than its share when there are thousands

_SPACE = "[ \u00a0\u2007\u2009\u202f]"
_SPACES = " \u00a0\u2007\u2009\u202f"
_MINUS = "\u2212"
_SIGN = f"[-{_MINUS}]?"
# Seventeen digits and more are identifiers: numbers of that size lose digits in every program that reads them. So do
# leading zeros, which make a code.
_WHOLE = f"(?:0|[1-9][0-9]{{0,15}}|[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}}){{1,4}})"
_POWER = "[eE](?:[+-][0-9]{1,2}|[0-9]{1,2})"
_YEAR = "[1-9][0-9]{3}"
_ISO_DATE = f"{_YEAR}-[01][0-9]-[0-3][0-9]"
_DOTTED_DATE = f"[0-3]?[0-9]\\.[01]?[0-9]\\.{_YEAR}"
_SLASHED_DATE = f"{_YEAR}/[01]?[0-9]/[0-3]?[0-9]"
_CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?"
_FINNISH_CLOCK = "((?:[01]?[0-9]|2[0-3]))[.:]([0-5][0-9])(?:[.:]([0-5][0-9]))?"
_ANY_DATE = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
_ZONE = "(?:Z|[+-][0-2][0-9](?::?[0-5][0-9])?)"
_WORDS = (("true", "false"), ("kyllä", "ei"), ("ja", "nej"), ("yes", "no"), ("tosi", "epätosi"), ("sant", "falskt"))
_TRUE = ("true", "kyllä", "ja", "yes", "tosi", "sant", "1", "k", "j", "y", "t", "x")
_FALSE = ("false", "ei", "nej", "no", "epätosi", "falskt", "0", "e", "n", "f")
_WKT = (
    "(?is)(?:SRID=[0-9]+;)?(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)"
    "\\s*(?:Z|M|ZM)?\\s*(?:\\(.*\\)|EMPTY)"
)
_GEOJSON = '(?s)\\{.*"(?:coordinates|geometries)".*\\}'
_HEX_WKB = "0[01][0-9A-Fa-f]{16,}"


def text(value: str) -> str:
    """An SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def marker(cell: str) -> str:
    """SQL: whether a cell means "no value" in a column that has a type."""
    return f"(coalesce(lower(trim({cell})), '') IN ('', {', '.join(map(text, _MARKERS))}))"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a column.

    Attributes:
        name: unique among readings.
        type: what comes out.
        sql: the value, or NULL; `{v}` stands for the cell, without spaces around it.
        looks: what each value looks like at least; a cell that doesn't match can't be one.
        sure: as `sql`, for cells that are known to be values or markers; None where `sql` is as quick.
        decimal: the decimal mark that it reads.
        zoned: datetimes with a zone.
        both: words that must both occur, so that a column of "no" alone stays text.
    """

    name: str
    type: ColumnType
    sql: str
    looks: str = ".*"
    sure: str | None = None
    decimal: str | None = None
    zoned: bool = False
    both: tuple[str, str] | None = None

    def value(self, cell: str) -> str:
        """SQL for the value of a cell, whatever is in it."""
        return self.sql.replace("{v}", f"trim({cell})")

    def sure_value(self, cell: str) -> str:
        """SQL for the value of a cell that is one, or a marker."""
        return (self.sure or self.sql).replace("{v}", f"trim({cell})")


def _when(pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({{v}}, {text(pattern)}) THEN {value} END"


def _plain_number(kind: str, decimal: str) -> str:
    """A cast that is quick for plain digits, and takes spaces, another minus and another decimal mark out of the rest."""
    bare = f"translate({{v}}, {text(_MINUS + decimal + _SPACES)}, '-.')"
    if decimal == ".":
        return f"coalesce(try_cast({{v}} AS {kind}), try_cast({bare} AS {kind}))"
    return f"try_cast({bare} AS {kind})"


_FINNISH_DATETIME = f"([0-3]?[0-9])\\.([01]?[0-9])\\.({_YEAR}),?\\s+(?:klo\\s+|kl\\.?\\s+)?{_FINNISH_CLOCK}"
# How each way to write a date is cast. One way alone is a reading of its own, which is quicker; a column that mixes
# them has the reading that knows all.
_DATES = {
    _ISO_DATE: "try_cast({v} AS DATE)",
    _DOTTED_DATE: (
        "try_cast(split_part({v}, '.', 3) || '-' || split_part({v}, '.', 2) || '-' || split_part({v}, '.', 1) AS DATE)"
    ),
    _SLASHED_DATE: "try_cast(replace({v}, '/', '-') AS DATE)",
}
_DATETIMES = {
    f"{_ISO_DATE}[T ]{_CLOCK}": "try_cast({v} AS TIMESTAMP)",
    _FINNISH_DATETIME: (
        f"try_cast(rtrim(regexp_replace({{v}}, {text(_FINNISH_DATETIME)}, '\\3-\\2-\\1 \\4:\\5:\\6'), ':') AS TIMESTAMP)"
    ),
}


def _either(ways: dict[str, str]) -> str:
    return (
        "CASE " + " ".join(f"WHEN regexp_full_match({{v}}, {text(p)}) THEN {sql}" for p, sql in ways.items()) + " END"
    )


def _moments(name: str, kind: ColumnType, ways: dict[str, str]) -> tuple["Reading", ...]:
    alone = [Reading(f"{name} {n}", kind, _when(p, sql), p, sql) for n, (p, sql) in enumerate(ways.items(), start=1)]
    return (*alone, Reading(name, kind, _either(ways), "|".join(ways)))


_DATE, _DATETIME = _either(_DATES), _either(_DATETIMES)
_ZONED = _when(f"{_ISO_DATE}[T ]{_CLOCK} ?{_ZONE}", "try_cast({v} AS TIMESTAMPTZ)")


def _words(true: Iterable[str], false: Iterable[str]) -> str:
    yes, no = (", ".join(map(text, words)) for words in (true, false))
    return f"CASE WHEN lower({{v}}) IN ({yes}) THEN true WHEN lower({{v}}) IN ({no}) THEN false END"


def _number(mark: str) -> str:
    """The pattern of numbers with that decimal mark. A power needs a mark or a sign: 12E3 is a code."""
    whole, power = f"{_WHOLE}(?:[{mark}][0-9]+)?", f"[0-9][{mark}][0-9]+{_POWER}"
    return f"{_SIGN}(?:{whole}|[{mark}][0-9]+|{power}|[0-9]+[eE][+-][0-9]{{1,2}})"


# The narrowest first.
READINGS = (
    *(
        Reading(
            f"boolean {yes}",
            ColumnType.BOOLEAN,
            _words([yes], [no]),
            f"(?i:{yes}|{no})",
            both=(yes, no) if yes != "true" else None,
        )
        for yes, no in _WORDS
    ),
    Reading(
        "integer",
        ColumnType.INTEGER,
        _when(_SIGN + _WHOLE, _plain_number("BIGINT", ".")),
        _SIGN + _WHOLE,
        _plain_number("BIGINT", "."),
    ),
    *(
        Reading(
            f"number {mark}",
            ColumnType.NUMBER,
            _when(_number(mark), _plain_number("DOUBLE", mark)),
            _number(mark),
            # The marker "nan" is a number to DuckDB.
            f"nullif({_plain_number('DOUBLE', mark)}, 'nan'::DOUBLE)",
            decimal=mark,
        )
        for mark in (".", ",")
    ),
    *_moments("date", ColumnType.DATE, _DATES),
    *_moments("datetime", ColumnType.DATETIME, _DATETIMES),
    Reading("zoned datetime", ColumnType.DATETIME, _ZONED, f"{_ANY_DATE}[T\\s].*", zoned=True),
    Reading("time", ColumnType.TIME, _when(_CLOCK, "try_cast({v} AS TIME)"), r"\d{1,2}:\d\d.*"),
    # Geometry stays text here; it is parsed, and refused where it is wrong, with all other geometry.
    Reading("wkt", ColumnType.GEOMETRY, _when(_WKT, "{v}"), "(?i:(?:SRID|POI|LIN|POL|MUL|GEO).*)"),
    Reading("geojson", ColumnType.GEOMETRY, _when(_GEOJSON, "{v}"), r"\{.*"),
    Reading("hex wkb", ColumnType.GEOMETRY, _when(_HEX_WKB, "{v}"), "0[01][0-9A-Fa-f]+"),
)

TEXT = Reading("text", ColumnType.TEXT, "{v}")
_ANY_NUMBER = "[0-9 \u00a0\u2007\u2009\u202f]+"
# A person who declares a type wants it read generously: leading zeros, 0 and 1, a date at midnight.
DECLARED: dict[ColumnType, tuple[Reading, ...]] = {
    ColumnType.TEXT: (TEXT,),
    ColumnType.BOOLEAN: (Reading("any boolean", ColumnType.BOOLEAN, _words(_TRUE, _FALSE)),),
    ColumnType.INTEGER: (
        Reading("any integer", ColumnType.INTEGER, _when(_SIGN + _ANY_NUMBER, _plain_number("BIGINT", "."))),
    ),
    ColumnType.NUMBER: tuple(
        Reading(
            f"any number {mark}",
            ColumnType.NUMBER,
            _when(f"{_SIGN}(?:{_ANY_NUMBER})?(?:[{mark}][0-9]*)?(?:{_POWER})?", _plain_number("DOUBLE", mark)),
            decimal=mark,
        )
        for mark in (".", ",")
    ),
    ColumnType.DATE: (Reading("date", ColumnType.DATE, _DATE),),
    ColumnType.TIME: tuple(reading for reading in READINGS if reading.type == ColumnType.TIME),
    ColumnType.DATETIME: (
        Reading("any datetime", ColumnType.DATETIME, f"coalesce({_DATETIME}, CAST({_DATE} AS TIMESTAMP))"),
        Reading("zoned datetime", ColumnType.DATETIME, _ZONED, zoned=True),
    ),
    ColumnType.GEOMETRY: tuple(reading for reading in READINGS if reading.type == ColumnType.GEOMETRY),
}


def find(connection: Any, source: str, cells: Sequence[str], *, decimal: str | None = None) -> dict[str, Reading]:
    """The reading of each text column, over every row.

    Args:
        connection: of DuckDB, its time zone UTC.
        source: SQL to select from.
        cells: names of its text columns.
        decimal: the only decimal mark that counts as one, if a person said so.
    """
    readings = [reading for reading in READINGS if decimal is None or reading.decimal in (None, decimal)]
    result: dict[str, Reading] = {}
    for start in range(0, len(cells), _TOGETHER):
        alive = _plausible(connection, source, cells[start : start + _TOGETHER], readings)
        while alive:
            fitting = _fitting(connection, source, {cell: left[0] for cell, left in alive.items() if left})
            for cell, left in alive.items():
                if not left or cell in fitting:
                    result[cell] = left[0] if left else TEXT
            alive = {cell: left[1:] for cell, left in alive.items() if cell not in result}
    return result


def _plausible(connection: Any, source: str, cells: Sequence[str], readings: list[Reading]) -> dict[str, list[Reading]]:
    """The readings that the first rows look like."""
    rows = connection.execute(f"SELECT {', '.join(cells)} FROM {source} LIMIT {_GLANCE}").fetchall()
    result = {}
    for cell, column in zip(cells, zip(*rows, strict=True), strict=False):
        left = readings
        for value in {value.strip() for value in column if value}:
            if value and value.lower() not in _MARKERS:
                left = [reading for reading in left if _looks(reading.looks).fullmatch(value)]
        result[cell] = left
    return result


@cache
def _looks(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def best_declared(connection: Any, source: str, cell: str, declared: ColumnType, decimal: str | None) -> Reading:
    """The reading of a declared type that most rows fit."""
    readings = [r for r in DECLARED[declared] if decimal is None or r.decimal in (None, decimal)]
    if len(readings) == 1:
        return readings[0]
    counts = connection.execute(
        f"SELECT {', '.join(f'count({reading.value(cell)})' for reading in readings)} FROM {source}"
    ).fetchall()[0]
    return max(zip(counts, range(0, -len(readings), -1), readings, strict=True))[2]


def _fitting(connection: Any, source: str, tried: dict[str, Reading]) -> set[str]:
    """The columns whose reading fits each of the rows, and has a value for some."""
    if not tried:
        return set()
    values, parts = [], []
    for n, (cell, reading) in enumerate(tried.items()):
        # Made once, beneath the aggregates: within them it would be computed for each.
        values.append(f"{reading.value(cell)} AS v{n}")
        # In a CASE, so that only cells without a value are looked up among the markers.
        misfit = f"CASE WHEN v{n} IS NULL THEN NOT {marker(cell)} ELSE false END"
        words = [f"coalesce(bool_or(lower(trim({cell})) = {text(word)}), false)" for word in reading.both or ()]
        parts.append(" AND ".join([f"count(v{n}) > 0", f"count(*) FILTER ({misfit}) = 0", *words]))
    rows = f"(SELECT {', '.join([*tried, *values])} FROM {source})"
    fits = connection.execute(f"SELECT {', '.join(parts)} FROM {rows}").fetchall()[0]
    return {cell for cell, fit in zip(tried, fits, strict=True) if fit}
