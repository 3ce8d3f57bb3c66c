"""What an import reads out of a register's file, in one form whatever the register."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from kuutio.core.language import LANGUAGES
from kuutio.core.osm_hours import OsmHours
from kuutio.core.phones import NotAPhone, e164
from kuutio.core.positions import NoPosition, read_position

Texts = dict[str, str]
LONGEST_TEXT = 20_000


class BadRow(ValueError):
    """A row that can't be taken in; the message says why, for whoever keeps the register."""


@dataclass(frozen=True, slots=True)
class SpanIn:
    """Hours on some days of the week, as `cities.hours.TimeSpan` keeps them."""

    start: time | None = None
    end: time | None = None
    end_on_next_day: bool = False
    full_day: bool = False
    weekdays: tuple[int, ...] = ()
    state: str = "open"


@dataclass(frozen=True, slots=True)
class RuleIn:
    """On which days a group holds, as `cities.hours.HoursRule` keeps it."""

    context: str
    subject: str
    parity: int | None = None
    start: int = 1
    every: int = 0


@dataclass(frozen=True, slots=True)
class HoursGroupIn:
    """Spans with their rules."""

    spans: tuple[SpanIn, ...]
    rules: tuple[RuleIn, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodIn:
    """Days and the hours on them."""

    starts_on: date | None = None
    ends_on: date | None = None
    override: bool = False
    state: str = "unknown"
    name: Texts = field(default_factory=dict)
    groups: tuple[HoursGroupIn, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitIn:
    """A unit as a register tells of it.

    Attributes:
        ids: what registers call it, by register; the first one known finds the unit.
        fields: values for the model's fields of these names; what the register doesn't tell is left out.
        periods: its hours; None: the register doesn't tell them.
        only_known: the row has nothing but hours: it makes no unit.
    """

    ids: Mapping[str, str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    periods: tuple[PeriodIn, ...] | None = None
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class ChannelIn:
    """A way to a service; `unit` is the register's id of a service point."""

    kind: str
    ptv_id: str
    name: Texts = field(default_factory=dict)
    url: Texts = field(default_factory=dict)
    phone: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ServiceIn:
    """A city's service as PTV tells of it; `general` is the general description it follows, "" for one of its own."""

    ptv_id: str
    general: str
    name: Texts
    text: Texts
    keywords: Texts
    conditions: Texts
    price: Texts
    open_to: str
    municipalities: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that wasn't taken, by the words that find it in the file."""

    row: str
    why: str


def texts(found: Mapping[str, Any], *, longest: int = LONGEST_TEXT) -> Texts:
    """A text in the languages that have one, as plain text."""
    return {
        language: said
        for language in LANGUAGES
        if isinstance(found.get(language), str) and (said := plain(found[language])[:longest])
    }


def plain(text: str) -> str:
    """A text without the markup that registers leave in it, its paragraphs apart."""
    said = text.replace("\0", "")
    if "<" in said or "&" in said:
        import nh3  # only where there is markup

        said = re.sub(r"(?i)</(p|h\d|li|div)>|<br\s*/?>", "\n\n", said)
        said = html.unescape(nh3.clean(said, tags=set()))
    lines = (" ".join(line.split()) for line in said.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def osm_hours(text: Any) -> str:
    """Opening hours as OpenStreetMap writes them, "" where the register tells none.

    Raises:
        BadRow: they are no such expression.
    """
    said = " ".join(str(text or "").split())
    if said:
        try:
            OsmHours(expression=said)
        except ValueError as error:
            raise BadRow(f"its opening_hours can't be read: {said[:80]}") from error
    return said


def phone(text: Any) -> str:
    """A telephone number in its international form, "" for what is none: a register's words around it are no reason to fail."""
    try:
        return e164(str(text)[:60]) if text else ""
    except NotAPhone:
        return ""


def position(lon: Any, lat: Any) -> dict[str, float]:
    """A place's fields, none where it has no position.

    Raises:
        BadRow: the two numbers are no place in Finland: they are wrong or swapped.
    """
    if lon in (None, "") and lat in (None, ""):
        return {}
    try:
        found = read_position(lon, lat)
    except NoPosition as error:
        raise BadRow(f"its position is none: {str(lon)[:20]}, {str(lat)[:20]}") from error
    if not found.in_finland:
        raise BadRow(f"its position is not in Finland: longitude {found.lon}, latitude {found.lat}")
    return {"lon": found.lon, "lat": found.lat}


def day_of(text: Any) -> date | None:
    """A date, of a moment its day.

    Raises:
        BadRow: it is none.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError as error:
        raise BadRow(f"this is no date: {str(text)[:30]}") from error


def time_of(text: Any) -> time | None:
    """A time of day; 24:00 is midnight.

    Raises:
        BadRow: it is none.
    """
    if not text:
        return None
    said = str(text)[:8]
    try:
        return time() if said.startswith("24:00") else time.fromisoformat(said).replace(second=0, microsecond=0)
    except ValueError as error:
        raise BadRow(f"this is no time of day: {said}") from error


def span(
    start: time | None, end: time | None, weekdays: tuple[int, ...], state: str, *, next_day: bool = False
) -> SpanIn:
    """Hours from two times of day: an end at midnight or before the start is on the next day."""
    if end == time():  # to the end of the day, written either way
        return SpanIn(start, None, weekdays=weekdays, state=state, full_day=start in (None, time()))
    after = next_day or (start is not None and end is not None and end <= start)
    return SpanIn(start, end, after, weekdays=weekdays, state=state)


def inner(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under a name, an empty one where there is none."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def rows_of(document: Any, *names: str) -> list[Any]:
    """The rows of a document: a list, or what lies under the first of some names.

    Raises:
        BadRow: there are none.
    """
    if isinstance(document, dict):
        document = next((document[name] for name in names if name in document), [document])
    rows = document if isinstance(document, list) else [document]
    if not all(isinstance(row, dict) for row in rows):
        raise BadRow("the file is no list of objects")
    return rows
