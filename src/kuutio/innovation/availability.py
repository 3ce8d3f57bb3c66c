"""When a testbed can still be booked: its openings cut into slots, minus what is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from kuutio.core.opening import Interval, State
from kuutio.core.slots import Slot, Taken, slots
from kuutio.core.when import HELSINKI, here
from kuutio.innovation.models import Booking, Opening, Testbed

HOLDS = (Booking.State.REQUESTED, Booking.State.CONFIRMED)
"""What keeps a time from others: what is confirmed, and what waits for an answer."""


def hours(openings: Iterable[Opening], first: date, last: date) -> list[Interval]:
    """The times of some openings from one day to another, in order; by the clock in Finland, told in UTC."""
    found = []
    for opening in openings:
        on = max(opening.first_on, first)
        while on <= min(opening.last_on, last):
            if on.isoweekday() in opening.weekdays:
                starts, ends = (
                    datetime.combine(on, clock, HELSINKI).astimezone(UTC) for clock in (opening.opens, opening.closes)
                )
                found.append(Interval(starts, ends, State.OPEN))
            on += timedelta(days=1)
    return sorted(found, key=lambda one: one.starts_at)


def taken_of(testbed: Testbed, first: datetime, last: datetime) -> list[Taken]:
    """What is held between two moments."""
    rows = Booking.objects.filter(testbed=testbed, state__in=HOLDS, ends_at__gt=first, starts_at__lt=last)
    return [(starts, ends, 1) for starts, ends in rows.values_list("starts_at", "ends_at")]


def free_slots(testbed: Testbed, *, at: datetime, openings: Sequence[Opening] | None = None) -> list[Slot]:
    """The slots that can be booked now, from the notice that it needs to as far ahead as it allows."""
    if testbed.state != Testbed.State.PUBLISHED:
        return []
    first, last = at + timedelta(hours=testbed.notice_hours), at + timedelta(days=testbed.days_ahead)
    if first >= last:
        return []
    rows = testbed.openings.all() if openings is None else openings
    taken = taken_of(testbed, at, last + timedelta(days=1))
    minutes = testbed.slot_minutes
    return slots(
        hours(rows, here(first).date(), here(last).date()), taken, minutes=minutes, desks=1, first=first, last=last
    )


def following(found: Sequence[Slot], starts_at: datetime, count: int) -> list[Slot]:
    """So many free slots after each other from one that begins at a moment; empty where there aren't that many.

    A booking runs from the first one's beginning to the last one's end, nights between its days among it. Whether somebody else
    holds a slot in between is the database's to say.
    """
    place = next((number for number, slot in enumerate(found) if slot.starts_at == starts_at), None)
    if place is None:
        return []
    some = list(found[place : place + count])
    return some if len(some) == count else []
