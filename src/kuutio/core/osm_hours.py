"""Opening hours as OpenStreetMap writes them (`Mo-Fr 08:00-16:00; PH off`), as intervals.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification; `PH` are Finland's public holidays.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from kuutio.core.opening import Interval, State
from kuutio.core.opening_times import merged
from kuutio.core.when import HELSINKI

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
