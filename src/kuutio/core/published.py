"""What a domain publishes of itself: a table that becomes a data set like any other, through the same doors.

A domain's `public.py` declares `PUBLISHED = (Published(...), ...)`. From that one declaration come the catalogue entry, the API
collection, the downloads, the tiles and the history; nobody writes an export twice. Only `released()` rows leave the house:
the privacy rules are a part of the declaration and are applied here, before anything is written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import cos, floor, radians
from typing import Any, Literal, Protocol, TypeAlias

from kuutio.core.positions import METRES_PER_DEGREE

Language: TypeAlias = Literal["fi", "sv", "en"]
Texts: TypeAlias = Mapping[Language, str]
"""The same text in each language; a catalogue needs all of them at once, not the reader's only."""

Row: TypeAlias = Mapping[str, Any]


class Kind(StrEnum):
    """The types of a column, by the names that the engine uses."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. A geometry's values are points `(lon, lat)` in degrees (CRS84), or WKB bytes in CRS84."""

    name: str
    kind: Kind
    title: Texts
    unit: str = ""


def column(name: str, kind: Kind, fi: str, sv: str, en: str, unit: str = "") -> Field:
    """A column with its title in three languages."""
    return Field(name, kind, {"fi": fi, "sv": sv, "en": en}, unit)


def in_three(name: str, fi: str, sv: str, en: str) -> tuple[Field, ...]:
    """A text as three columns, one a language."""
    return (
        column(f"{name}_fi", Kind.TEXT, f"{fi} suomeksi", f"{sv} på finska", f"{en} in Finnish"),
        column(f"{name}_sv", Kind.TEXT, f"{fi} ruotsiksi", f"{sv} på svenska", f"{en} in Swedish"),
        column(f"{name}_en", Kind.TEXT, f"{fi} englanniksi", f"{sv} på engelska", f"{en} in English"),
    )


class Privacy(Protocol):
    """A rule that makes one row safe to publish."""

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it may leave the house."""

    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""


@dataclass(frozen=True, slots=True)
class RoundedPoint:
    """A point is moved to the centre of a cell of some `metres`, so that a home can't be told from its neighbours."""

    column: str
    metres: float = 200.0

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        point = row[self.column]
        if point is None:
            return row
        lon, lat = point
        high = self.metres / METRES_PER_DEGREE
        lat = (floor(lat / high) + 0.5) * high
        # The width follows the row of cells, not the point: points of one cell must agree.
        wide = self.metres / (METRES_PER_DEGREE * max(cos(radians(lat)), 1e-6))
        lon = (floor(lon / wide) + 0.5) * wide
        return row | {self.column: (round(lon, 6), round(lat, 6))}

    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, slots=True)
class SmallCount:
    """A count of people from 1 to `k` - 1 is left empty, and with it the columns that would tell it (shares, means).

    A zero stays: it tells of nobody. A publisher of totals leaves them out too where a subtraction would bring a count back.
    """

    count: str
    with_it: tuple[str, ...] = ()
    k: int = 5

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        count = row[self.count]
        if count is None or not 0 < count < self.k:
            return row
        return row | dict.fromkeys((self.count, *self.with_it))

    def columns(self) -> tuple[str, ...]:
        return (self.count, *self.with_it)


@dataclass(frozen=True, slots=True)
class Published:
    """A table that a domain publishes.

    Attributes:
        slug: the data set's id after the publisher's, lower-case ASCII: `cases` of `kuutio-cases`.
        city: the code of the city whose data it is, "" for the whole group's.
        publisher: the slug of the organisation that publishes it; "": the city's own.
        fields: the columns, in order. What isn't named here doesn't leave, whatever `rows` gives.
        rows: the rows as they are now; read inside one transaction, streamed.
        key: the columns that name a row for as long as it lives; the change feed hangs on them.
        privacy: the rules, applied in order to every row.
        licence: a licence's id in the catalogue.
        rhythm: how often it is made anew: an EU frequency code.
        themes: EU data themes.
        filters: the columns that readers ask by.
        taken_back: the columns in which a value that is no longer there is to be forgotten: versions that hold it are removed.
    """

    slug: str
    title: Texts
    text: Texts
    fields: tuple[Field, ...]
    rows: Callable[[], Iterator[Row]]
    key: tuple[str, ...]
    privacy: tuple[Privacy, ...] = ()
    city: str = ""
    publisher: str = ""
    licence: str = "cc-by-4.0"
    rhythm: str = "DAILY"
    themes: tuple[str, ...] = ()
    keywords: Mapping[Language, tuple[str, ...]] | None = None
    filters: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.slug}: a column is named twice: {names}")
        needed = {
            *self.key,
            *self.filters,
            *self.taken_back,
            *(column for rule in self.privacy for column in rule.columns()),
        }
        if strangers := sorted(needed - set(names)):
            raise ValueError(
                f"{self.slug}: a key, a filter or a privacy rule names columns that aren't published: {strangers}"
            )

    def released(self) -> Iterator[dict[str, Any]]:
        """The rows as the world may see them: the declared columns only, after every privacy rule.

        Raises:
            KeyError: a row lacks a declared column.
        """
        for row in self.rows():
            safe = {field.name: row[field.name] for field in self.fields}
            for rule in self.privacy:
                safe = rule.safe(safe)
            yield safe


@dataclass(frozen=True, slots=True)
class Publisher:
    """What one domain publishes, gathered by `config` and published every night.

    Attributes:
        tables: the tables as they are declared now, for example one for each city that there is.
        prepare: what is worked out before the tables are read, at a moment; nothing where they are read as they stand.
    """

    tables: Callable[[], Iterable[Published]]
    prepare: Callable[[datetime], object] = field(default=lambda at: None)
