"""What says when a place is open: periods of days with weekly hours in them. `core.opening_times` computes with it.

Periods, groups, spans and rules are those of Helsinki's Hauki, so that its data and others' fit without loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple, Protocol

from kuutio.core.working_time import DAY


class State(StrEnum):
    """In which way a place is open; Hauki's words, those that mean the same to a visitor being one."""

    OPEN = "open"
    SELF_SERVICE = "self-service"
    WITH_KEY = "with-key"
    BY_APPOINTMENT = "by-appointment"
    WEATHER = "weather-permitting"
    CLOSED = "closed"
    UNKNOWN = "unknown"


ADMITS = frozenset({State.OPEN, State.SELF_SERVICE, State.WEATHER})
"""The states in which anybody can come in."""


class Context(StrEnum):
    """Within what a rule counts."""

    PERIOD = "period"
    MONTH = "month"
    YEAR = "year"


class Subject(StrEnum):
    """What a rule counts; weeks begin on Mondays, those of a year are ISO's."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True)
class Rule:
    """On which days a group counts: the even or odd ones, or every so many-th from a place in the context.

    Attributes:
        parity: 0 for even, 1 for odd; None: `start` and `every` say.
        start: from 1; below zero it is counted from the context's end: -1 is the last.
        every: 0: that one alone.

    Raises:
        ValueError: a start of zero, or one from the end of a period, which may have none.
    """

    context: Context
    subject: Subject
    parity: int | None = None
    start: int = 1
    every: int = 0

    def __post_init__(self) -> None:
        if self.start == 0 or self.every < 0 or (self.start < 0 and self.context is Context.PERIOD):
            raise ValueError("A rule counts from 1, or from -1 in a month or a year.")


@dataclass(frozen=True, slots=True)
class Span:
    """Hours on some days of the week.

    Attributes:
        opens, closes: minutes from the day's midnight on the wall clock; a close beyond 1440 is on the next day.
        weekdays: 1 (Monday) to 7; empty: every day.

    Raises:
        ValueError: it is empty, longer than a day, or doesn't begin on its day.
    """

    opens: int
    closes: int
    weekdays: frozenset[int] = frozenset()
    state: State = State.OPEN

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and self.opens < self.closes <= self.opens + DAY):
            raise ValueError(f"No opening hours: {self.opens} to {self.closes} minutes from midnight.")


@dataclass(frozen=True, slots=True)
class Group:
    """Spans that hold on the days on which all the rules hold."""

    spans: tuple[Span, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From which day to which, both included, the groups hold; None: without a beginning or an end.

    Attributes:
        state: the whole day's, where there are no groups.
        skips_holidays: whether Finland's public holidays, midsummer eve and Christmas eve are closed.
    """

    starts_on: date | None = None
    ends_on: date | None = None
    override: bool = False
    state: State = State.UNKNOWN
    groups: tuple[Group, ...] = ()
    skips_holidays: bool = False
    name: str = ""

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    @property
    def length(self) -> int:
        """Its days; one without an end is longer than any other."""
        if self.starts_on is None or self.ends_on is None:
            return 10**9
        return (self.ends_on - self.starts_on).days


class Piece(NamedTuple):
    """A part of what begins on a day: minutes from its midnight, which may lie beyond the next one."""

    opens: int
    closes: int
    state: State


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in one state: aware, UTC, without its last moment."""

    starts_at: datetime
    ends_at: datetime
    state: State = State.OPEN


def span_of(
    start: time | None, end: time | None, *, next_day: bool, full_day: bool, weekdays: Iterable[int], state: State
) -> Span:
    """A span from times of day, as Hauki writes them: no start is the day's beginning, no end its end.

    Raises:
        ValueError: it is empty or runs backwards.
    """
    opens = 0 if full_day or start is None else start.hour * 60 + start.minute
    closes = DAY if full_day or end is None else end.hour * 60 + end.minute + (DAY if next_day else 0)
    return Span(opens, closes, frozenset(weekdays), state)


class TimesTold(Protocol):
    """Hours of weekdays as a row or a register's file tells them."""

    @property
    def start(self) -> time | None: ...
    @property
    def end(self) -> time | None: ...
    @property
    def end_on_next_day(self) -> bool: ...
    @property
    def full_day(self) -> bool: ...
    @property
    def weekdays(self) -> Iterable[int]: ...
    @property
    def state(self) -> str: ...


class RuleTold(Protocol):
    """A rule as a row or a register's file tells it."""

    @property
    def context(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def parity(self) -> int | None: ...
    @property
    def start(self) -> int: ...
    @property
    def every(self) -> int: ...


def group_of(spans: Iterable[TimesTold], rules: Iterable[RuleTold]) -> Group:
    """A group from what was told of it.

    Raises:
        ValueError: hours that are empty or run backwards, or a rule that never fits.
    """
    return Group(
        tuple(
            span_of(
                span.start,
                span.end,
                next_day=span.end_on_next_day,
                full_day=span.full_day,
                weekdays=span.weekdays,
                state=State(span.state),
            )
            for span in spans
        ),
        tuple(
            Rule(Context(rule.context), Subject(rule.subject), rule.parity, rule.start, rule.every) for rule in rules
        ),
    )
