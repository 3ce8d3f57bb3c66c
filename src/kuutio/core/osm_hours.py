"""Opening hours as OpenStreetMap writes them (`Mo-Fr 08:00-16:00; PH off`), as intervals.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification; `PH` are Finland's public holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from kuutio.core.opening import Interval, State
from kuutio.core.opening_times import merged
from kuutio.core.when import HELSINKI, here
from kuutio.core.working_time import DAY, Calendar, Hours

LONGEST = 500
"""Characters of an expression; the longest in OpenStreetMap has 255."""


def osm_intervals(text: str, first: date, last: date) -> list[Interval]:
    """The times of an expression that begin on the days from the first to the last, in order; closed ones left out.

    Raises:
        ValueError: it is no expression, or too long.
    """
    import opening_hours  # a compiled parser: only where an expression is read

    if len(text) > LONGEST:
        raise ValueError(f"Opening hours have at most {LONGEST} characters.")
    if not opening_hours.validate(text):
        raise ValueError(f"These are no opening hours: {text[:80]}")
    read = opening_hours.OpeningHours(text, country="FI", timezone=HELSINKI)
    begins = datetime.combine(first, time(), HELSINKI)
    ends = datetime.combine(last + timedelta(days=1), time(), HELSINKI)
    states = {opening_hours.State.OPEN: State.OPEN, opening_hours.State.UNKNOWN: State.UNKNOWN}
    return merged(
        Interval(since.astimezone(UTC), until.astimezone(UTC), states[state])
        for since, until, state, _comment in read.intervals(begins, ends)
        if state in states and since < until
    )


@dataclass(frozen=True)
class OsmHours(Calendar):
    """The business hours of a place by an expression, which tells of every day.

    Raises:
        ValueError: it is no expression, or too long.
    """

    expression: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _hours_of(self.expression, 2026)

    def hours(self, on: date) -> Hours:
        """The intervals that begin on a day."""
        return _hours_of(self.expression, on.year).get(on, ())


@lru_cache(maxsize=256)
def _hours_of(expression: str, year: int) -> Mapping[date, Hours]:
    """The hours of a year's days; a time without an end in it goes on until midnight, and from there by the next day's."""
    found: dict[date, list[tuple[int, int]]] = {}
    for interval in osm_intervals(expression, date(year, 1, 1), date(year, 12, 31)):
        if interval.state is not State.OPEN:
            continue
        begins, ends = here(interval.starts_at), here(interval.ends_at)
        while begins < ends:
            midnight = datetime.combine(begins.date() + timedelta(days=1), time(), HELSINKI)
            closes = DAY if ends >= midnight else ends.hour * 60 + ends.minute
            found.setdefault(begins.date(), []).append((begins.hour * 60 + begins.minute, closes))
            begins = midnight
    return {day: tuple(spans) for day, spans in found.items()}
