"""Times that can still be booked: opening hours cut into slots, minus what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kuutio.core.opening import Interval, State

BOOKABLE = frozenset({State.OPEN, State.BY_APPOINTMENT})
"""The states of a place in which somebody is there to meet people."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, and at how many desks still."""

    starts_at: datetime
    ends_at: datetime
    free: int


Taken = tuple[datetime, datetime, int]
"""From when to when which desk is taken."""


def slots(
    hours: Iterable[Interval], taken: Iterable[Taken], *, minutes: int, desks: int, first: datetime, last: datetime
) -> list[Slot]:
    """The slots that begin from `first` to before `last` and have a free desk, in order.

    A slot begins where an opening does, and each next one where it ends; what is left at the end is no slot.

    Args:
        hours: in order; those in which nobody serves are left out here.
        minutes: of a slot, at least 1.
    """
    length, booked, found = timedelta(minutes=minutes), list(taken), []
    for one in hours:
        if one.state not in BOOKABLE:
            continue
        starts = one.starts_at
        while starts + length <= one.ends_at:
            if first <= starts < last and (free := desks - len(taken_desks(booked, starts, starts + length))) > 0:
                found.append(Slot(starts, starts + length, free))
            starts += length
    return sorted(found, key=lambda slot: slot.starts_at)


def taken_desks(taken: Iterable[Taken], starts: datetime, ends: datetime) -> set[int]:
    """The desks that are taken at some moment of a time."""
    return {desk for since, until, desk in taken if since < ends and starts < until}
