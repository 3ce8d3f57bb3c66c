"""When a place is open: the intervals that come of its periods. Decided at the edges:

- Of the periods that hold a day, those that override put the others aside; of several, the shortest: midsummer within the
  summer's hours. Several of one length count together, as do the ordinary periods.
- A period without groups is in its own state the whole day. One with groups, none of which fits the day, is closed on it.
- A span past midnight belongs to the day that it begins on, whatever the next day's period says.
- Within a day, spans in a closed state are cut out of the others.
- Hours are read from the clock on the wall; a time that the clock skips is the moment of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kuutio.core.opening import Context, Interval, Period, Piece, Rule, Span, State, Subject
from kuutio.core.when import HELSINKI
from kuutio.core.working_time import DAY, OFFICE, Calendar, Hours, closed_days, wall_moment

HORIZON_DAYS = 400
"""How far ahead a change is looked for."""
_WEEKDAYS = tuple(Subject)[3:]


@dataclass(frozen=True)
class OpenHours(Calendar):
    """The business hours of a place by its own periods: when it is open with its staff.

    A day of which no period tells is one of the office's: hours that nobody has written yet are not closed ones.
    """

    periods: tuple[Period, ...] = ()

    def hours(self, on: date) -> Hours:
        """The intervals that begin on a day."""
        if not in_force(self.periods, on):
            return OFFICE.hours(on)
        return tuple((piece.opens, piece.closes) for piece in pieces_on(self.periods, on) if piece.state is State.OPEN)


def in_force(periods: Sequence[Period], day: date) -> list[Period]:
    """The periods by which a day goes."""
    held = [period for period in periods if period.holds(day)]
    special = [period for period in held if period.override]
    if not special:
        return held
    shortest = min(period.length for period in special)
    return [period for period in special if period.length == shortest]


def pieces_on(periods: Sequence[Period], day: date) -> list[Piece]:
    """The hours that begin on a day, in order: closed ones cut out, those of one state that touch joined."""
    found = [span for period in in_force(periods, day) for span in _of_period(period, day)]
    closed = [span for span in found if span.state is State.CLOSED]
    left = [piece for span in found if span.state is not State.CLOSED for piece in _without(span, closed)]
    joined: list[Piece] = []
    for piece in sorted(left, key=lambda piece: (piece.state, piece.opens)):
        before = joined[-1] if joined else None
        if before and before.state is piece.state and piece.opens <= before.closes:
            joined[-1] = before._replace(closes=max(before.closes, piece.closes))
        else:
            joined.append(piece)
    return sorted(joined)


def intervals(periods: Sequence[Period], first: date, last: date, zone: ZoneInfo = HELSINKI) -> list[Interval]:
    """The times that begin on the days from the first to the last, in order; those of one state that touch are joined."""
    found: list[Interval] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for opens, closes, state in pieces_on(periods, day):
            starts = wall_moment(day, opens, zone)
            ends = wall_moment(day, closes, zone, closing=True)
            if starts < ends:
                found.append(Interval(starts, ends, state))
    return merged(found)


def merged(found: Iterable[Interval]) -> list[Interval]:
    """Intervals in order, those of one state that touch or overlap as one."""
    joined: dict[State, list[Interval]] = {}
    for one in sorted(found, key=lambda one: one.starts_at):
        row = joined.setdefault(one.state, [])
        if row and one.starts_at <= row[-1].ends_at:
            row[-1] = Interval(row[-1].starts_at, max(row[-1].ends_at, one.ends_at), one.state)
        else:
            row.append(one)
    return sorted((one for row in joined.values() for one in row), key=lambda one: (one.starts_at, one.ends_at))


def state_at(found: Iterable[Interval], at: datetime) -> State:
    """The state at a moment; where several hold, the one that admits most."""
    held = {one.state for one in found if one.starts_at <= at < one.ends_at}
    return next((state for state in State if state in held), State.CLOSED)


def next_change(found: Iterable[Interval], at: datetime) -> datetime | None:
    """When the state changes next after a moment, None where nothing is known to change."""
    rows = list(found)
    now = state_at(rows, at)
    edges = sorted({edge for one in rows for edge in (one.starts_at, one.ends_at) if edge > at})
    return next((edge for edge in edges if state_at(rows, edge) is not now), None)


def around(periods: Sequence[Period], at: datetime, days: int = HORIZON_DAYS) -> list[Interval]:
    """The intervals from the day before a moment on, enough to tell its state and the next change."""
    day = at.astimezone(HELSINKI).date()
    found = intervals(periods, day - timedelta(days=1), day + timedelta(days=days))
    return [one for one in found if one.ends_at > at.astimezone(UTC)]


def _of_period(period: Period, day: date) -> list[Span]:
    if period.skips_holidays and day in closed_days("FI", day.year):
        return []
    if not period.groups:
        return [] if period.state is State.UNKNOWN else [Span(0, DAY, state=period.state)]
    return [
        span
        for group in period.groups
        if all(fits(rule, period, day) for rule in group.rules)
        for span in group.spans
        if not span.weekdays or day.isoweekday() in span.weekdays
    ]


def _without(span: Span, closed: Sequence[Span]) -> list[Piece]:
    pieces = [(span.opens, span.closes)]
    for cut in closed:
        pieces = [
            (low, high)
            for opens, closes in pieces
            for low, high in ((opens, min(closes, cut.opens)), (max(opens, cut.closes), closes))
            if low < high
        ]
    return [Piece(opens, closes, span.state) for opens, closes in pieces]


def fits(rule: Rule, period: Period, day: date) -> bool:
    """Whether a rule holds on a day of a period. In a period without a beginning nothing can be counted: it doesn't."""
    if rule.subject in _WEEKDAYS and day.weekday() != _WEEKDAYS.index(rule.subject):
        return False
    if rule.context is Context.PERIOD and period.starts_on is None:
        return False
    place = _place(rule, period, day)
    if rule.parity is not None:
        return place % 2 == rule.parity
    if rule.start < 0:
        place = _place_from_end(rule, day, place)
    start = abs(rule.start)
    return place == start if not rule.every else place >= start and (place - start) % rule.every == 0


def _place(rule: Rule, period: Period, day: date) -> int:
    """Which of its like a day is in the rule's context, from 1."""
    if rule.context is Context.YEAR and rule.subject is Subject.WEEK:
        return day.isocalendar().week
    if rule.context is Context.PERIOD and period.starts_on is not None:
        first = period.starts_on
    else:
        first = day.replace(day=1) if rule.context is Context.MONTH else day.replace(month=1, day=1)
    match rule.subject:
        case Subject.WEEK:
            return (_monday(day) - _monday(first)).days // 7 + 1
        case Subject.MONTH:
            return (day.year - first.year) * 12 + day.month - first.month + 1
        case Subject.DAY:
            return (day - first).days + 1
    return (day - first).days // 7 + 1


def _place_from_end(rule: Rule, day: date, place: int) -> int:
    if rule.context is Context.YEAR:
        last = day.replace(month=12, day=31)
    else:
        last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    match rule.subject:
        case Subject.WEEK if rule.context is Context.YEAR:
            return date(day.isocalendar().year, 12, 28).isocalendar().week - place + 1
        case Subject.WEEK:
            return (_monday(last) - _monday(day)).days // 7 + 1
        case Subject.MONTH:
            return last.month - day.month + 1
        case Subject.DAY:
            return (last - day).days + 1
    return (last - day).days // 7 + 1


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
