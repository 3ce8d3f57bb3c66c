"""Promises in business minutes: when a number of them has gone by, and how many lie between two moments.

Opening hours are times on a wall clock, so that a day of 08-16 has its 480 minutes also when the clocks change; an interval
that spans the change has its true minutes. All of it is arithmetic on intervals: a year of a calendar is laid out once, with
running totals, and an answer is a search in it, however many minutes are asked for.

Decided at the edges:

- A promise is due at the first moment by which its minutes have gone by: at closing time, not at the next opening.
- No minutes are due at once, also when nobody works.
- An interval past midnight belongs to the day that it begins on: Friday 22-02 is open on a Saturday that is a holiday.
- A time that the clock skips is the moment of the change. Of times that it shows twice, opening is the first, and closing comes
  when what is before it has been shown for the last time.
- A pause holds its first moment and not its last; while a pause without an end lasts, nothing is due.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from kuutio.core.when import HELSINKI

Hours = tuple[tuple[int, int], ...]
"""A day's intervals as `(opens, closes)`: minutes on the wall clock from its midnight; past 1440 is the next day."""

Pauses = Sequence[tuple[datetime, datetime | None]]
"""Moments from and to which the clock stands still; None: until further notice. They may overlap, touch, lie in any order."""

OFFICE_HOURS: Hours = ((8 * 60, 16 * 60),)
OFFICE_WEEK: tuple[Hours, ...] = (OFFICE_HOURS,) * 5 + ((),) * 2

DAY = 24 * 60
HORIZON_YEARS = 100
"""How far ahead a promise may lie, so that a calendar that never opens is told at once."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = 60_000_000  # microseconds, as all inner figures
_EARLIEST = (datetime(1000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LATEST = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


@dataclass(frozen=True)
class Calendar:
    """When somebody works.

    Args:
        week: seven days' hours, Monday first.
        zone: whose wall clock the hours are read from.
        country: whose public holidays are closed, in ISO 3166; Finland's include midsummer eve and Christmas eve. "": none.
        exceptions: the hours of single days, over week and holidays alike; `()` is closed.

    Raises:
        ValueError: not seven days, or an interval that is empty, too long or doesn't begin on its day.
    """

    week: tuple[Hours, ...] = OFFICE_WEEK
    zone: ZoneInfo = HELSINKI
    country: str = "FI"
    exceptions: Mapping[date, Hours] = field(default_factory=dict, hash=False)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("A week has seven days.")
        for opens, closes in (span for hours in (*self.week, *self.exceptions.values()) for span in hours):
            if not (0 <= opens < DAY and opens < closes <= opens + DAY):
                raise ValueError(f"No opening hours: {opens} to {closes} minutes from midnight.")
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))

    def hours(self, on: date) -> Hours:
        """The intervals that begin on a day."""
        own = self.exceptions.get(on)
        if own is not None:
            return own
        return () if self.country and on in closed_days(self.country, on.year) else self.week[on.weekday()]

    def _year(self, year: int) -> _Year:
        laid = self._years.get(year)
        if laid is None:
            laid = self._years[year] = _lay_out(self, year)
        return laid


OFFICE = Calendar()
"""Monday to Friday 08-16 in Finland, closed on public holidays, midsummer eve and Christmas eve."""


def due(start: datetime, minutes: float, calendar: Calendar = OFFICE, pauses: Pauses = ()) -> datetime | None:
    """The first moment by which so many business minutes outside the pauses have gone by since `start`, in UTC.

    Args:
        start: aware; may lie outside the hours or in a pause.
        minutes: not negative; also parts of a minute, to the microsecond.

    Returns:
        None while a pause without an end comes before it.

    Raises:
        ValueError: a moment without a time zone, negative minutes, a pause that ends before it begins, or more than
            HORIZON_YEARS ahead.
    """
    if not minutes >= 0:  # so for NaN, too
        raise ValueError("Minutes can't be negative.")
    if minutes > HORIZON_YEARS * 366 * DAY:
        raise ValueError(f"More than {HORIZON_YEARS} years ahead.")
    at, left = _moment(start), round(minutes * _MINUTE)
    if not left:
        return start.astimezone(UTC)
    for begins, ends in _merged(pauses):
        if ends is not None and ends <= at:
            continue
        if begins > at:
            worked = _open_between(calendar, at, begins)
            if worked >= left:
                break
            left -= worked
        if ends is None:
            return None
        at = ends
    return _EPOCH + _advance(calendar, at, left) * _MICROSECOND


def minutes_between(start: datetime, end: datetime, calendar: Calendar = OFFICE, pauses: Pauses = ()) -> float:
    """How many business minutes outside the pauses lie between two moments.

    Raises:
        ValueError: a moment without a time zone, or what ends before it begins.
    """
    at, last = _moment(start), _moment(end)
    if last < at:
        raise ValueError("A time can't end before it begins.")
    worked = 0
    for begins, ends in _merged(pauses):
        if ends is not None and ends <= at:
            continue
        if begins >= last:
            break
        if begins > at:
            worked += _open_between(calendar, at, begins)
        at = last if ends is None or ends > last else ends
    return (worked + _open_between(calendar, at, last)) / _MINUTE


@lru_cache(maxsize=512)
def closed_days(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in a year.

    Source: the package `holidays`; for Finland its public ones hold juhannusaatto and jouluaatto, which offices keep as such.
    """
    return frozenset(holidays.country_holidays(country, years=year))


# Years laid out. Figures are microseconds since 1970 in UTC.


class _Year(NamedTuple):
    """The open intervals of a year, disjoint and in order, cut at the year's two ends; `before`: open time before each, and in all."""

    begins: list[int]
    ends: list[int]
    before: list[int]
    until: int

    def open_before(self, at: int) -> int:
        """Open time from the beginning of the year to a moment in it."""
        number = bisect_right(self.begins, at)
        if not number:
            return 0
        return self.before[number - 1] + min(at, self.ends[number - 1]) - self.begins[number - 1]

    def reached(self, time: int) -> int:
        """The first moment by which so much open time, more than none, has gone by since the beginning of the year."""
        number = bisect_left(self.before, time) - 1
        return self.begins[number] + time - self.before[number]


def _lay_out(calendar: Calendar, year: int) -> _Year:
    first, zone = date(year, 1, 1), calendar.zone
    from_, until = _at(first, 0, zone, closing=False), _at(date(year + 1, 1, 1), 0, zone, closing=False)
    spans = []
    for number in range(-1, 366):  # from the day before, whose hours may run past midnight
        on = first + timedelta(days=number)
        for opens, closes in calendar.hours(on):
            begins = max(_at(on, opens, zone, closing=False), from_)
            ends = min(_at(on, closes, zone, closing=True), until)
            if begins < ends:
                spans.append((begins, ends))
    begins_: list[int] = []
    ends_: list[int] = []
    for begins, ends in sorted(spans):
        if ends_ and begins <= ends_[-1]:
            ends_[-1] = max(ends_[-1], ends)
        else:
            begins_.append(begins)
            ends_.append(ends)
    lengths = (ends - begins for begins, ends in zip(begins_, ends_, strict=True))
    return _Year(begins_, ends_, list(accumulate(lengths, initial=0)), until)


def _at(on: date, minutes: int, zone: ZoneInfo, *, closing: bool) -> int:
    """The moment when a wall clock gets to so many minutes from a day's midnight: at first, or (closing) to stay."""
    wall = datetime(on.year, on.month, on.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - the zone comes next
    # Closing is the end of what the clock shows before it: for the last time, if it shows that twice.
    shown = wall - _MICROSECOND if closing else wall
    moment = shown.replace(tzinfo=zone, fold=closing).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != shown:  # skipped
        return _change_near(shown, zone)
    return _moment(moment) + closing


def _change_near(wall: datetime, zone: ZoneInfo) -> int:
    """The moment at which a zone's clock skips a time of day.

    In such a gap the two readings of the time (PEP 495) lie on either side of the change, the later one before it.
    """
    low = _moment(wall.replace(tzinfo=zone, fold=1))
    high = _moment(wall.replace(tzinfo=zone, fold=0))
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(at: int, zone: ZoneInfo) -> timedelta | None:
    return (_EPOCH + at * _MICROSECOND).astimezone(zone).utcoffset()


def _moment(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("A moment must know its time zone.")
    return (at - _EPOCH) // _MICROSECOND


def _years_from(calendar: Calendar, at: int) -> Iterator[_Year]:
    if not _EARLIEST < at < _LATEST:
        raise ValueError("No calendar reaches that far.")
    year = (_EPOCH + at * _MICROSECOND).astimezone(calendar.zone).year
    for number in range(year, year + HORIZON_YEARS + 1):
        yield calendar._year(number)


def _open_between(calendar: Calendar, start: int, end: int) -> int:
    total = 0
    for number, year in enumerate(_years_from(calendar, start)):
        skipped = 0 if number else year.open_before(start)
        if end <= year.until:
            return total + year.open_before(end) - skipped
        total += year.before[-1] - skipped
    raise ValueError(f"More than {HORIZON_YEARS} years.")


def _advance(calendar: Calendar, start: int, left: int) -> int:
    for number, year in enumerate(_years_from(calendar, start)):
        skipped = 0 if number else year.open_before(start)
        if year.before[-1] - skipped >= left:
            return year.reached(skipped + left)
        left -= year.before[-1] - skipped
    raise ValueError(f"More than {HORIZON_YEARS} years ahead.")


def _merged(pauses: Pauses) -> list[tuple[int, int | None]]:
    """The pauses as disjoint intervals in order; only the last can be without an end."""
    figures = [(_moment(from_), None if to is None else _moment(to)) for from_, to in pauses]
    merged: list[tuple[int, int | None]] = []
    for begins, ends in sorted(figures, key=lambda pause: pause[0]):
        if ends is not None and ends < begins:
            raise ValueError("A pause can't end before it begins.")
        last = merged[-1][1] if merged else begins - 1
        if last is not None and begins > last:
            merged.append((begins, ends))
        else:
            merged[-1] = (merged[-1][0], None if last is None or ends is None else max(last, ends))
    return merged


def wall_moment(on: date, minutes: int, zone: ZoneInfo = HELSINKI, *, closing: bool = False) -> datetime:
    """When a wall clock gets to so many minutes from a day's midnight, in UTC: at first, or (closing) to stay.

    A time that the clock skips is the moment of the change.
    """
    return _EPOCH + _at(on, minutes, zone, closing=closing) * _MICROSECOND
