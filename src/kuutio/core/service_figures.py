"""How well a service serves: figures of a month for each office and for all together, from the courses of single matters.

Each thing that happens is counted once, for the office that had the matter then: an opening for the first one, an answer and a
closing for the one that gave them, a hand-over for its giver and its receiver. So the offices add up to the whole, where a matter
that two of them touched is one matter.

`shown` takes out what small counts would tell; only its answer may leave the house.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from statistics import median
from typing import Any, TypeAlias

from kuutio.core.disclosure import FEWEST, hidden
from kuutio.core.when import here
from kuutio.core.working_time import OFFICE, Calendar, minutes_between

ALL = ""
"""The key of all offices together."""

Pause: TypeAlias = tuple[datetime, "datetime | None"]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an office did, or that happened to a matter while the office had it."""

    at: datetime
    office: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A hand-over that was decided: taken, or given back by the one that it was offered to."""

    at: datetime
    giver: str
    receiver: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one matter.

    Attributes:
        opened: when it came in, and to which office.
        channel: by which it came.
        pauses: when it waited for the one who brought it.
        answered: the first answer.
        settled: each time when it was done, in order.
        reopened: each time when it was taken up again.
        passed: the hand-overs that were decided.
        answer_minutes, settle_minutes: what was promised, in business minutes.
        stars: the resident's rating, 1 to 5, with the office that it is of and the time.
        calendar: the business hours by which its promises count.
    """

    opened: Act
    channel: str
    pauses: Sequence[Pause] = ()
    answered: Act | None = None
    settled: tuple[Act, ...] = ()
    reopened: tuple[Act, ...] = ()
    passed: tuple[Passed, ...] = ()
    answer_minutes: int = 960
    settle_minutes: int = 4800
    stars: tuple[int, Act] | None = None
    calendar: Calendar = OFFICE

    def worked(self, until: datetime) -> float:
        """Business minutes from the opening, without those in which the matter waited for the resident."""
        return minutes_between(self.opened.at, max(until, self.opened.at), self.calendar, self.pauses)

    def answered_in_time(self) -> bool | None:
        """Whether the first answer kept its promise; None while there is none."""
        return self.worked(self.answered.at) <= self.answer_minutes if self.answered else None

    def settled_in_time(self) -> bool | None:
        """Whether the last closing kept its promise; None while the matter is open or was taken up again."""
        if not self.settled or (self.reopened and self.reopened[-1].at >= self.settled[-1].at):
            return None
        return self.worked(self.settled[-1].at) <= self.settle_minutes


COUNTS = (
    *("received", "handed_in", "handed_out", "returned", "answered", "answered_in_time", "answered_late"),
    *("closed", "closed_in_time", "closed_late", "reopened", "rated"),
)
"""What is counted, besides the channels."""

TIMES = ("answer_hours", "answer_business_hours", "close_hours", "close_business_hours")


@dataclass(slots=True)
class Month:
    """What is known of an office's month before anything is taken out."""

    counts: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    stars: int = 0


Tally: TypeAlias = "dict[tuple[date, str], Month]"
"""Months (by their first day) and offices, `ALL` among them."""


def month_of(at: datetime) -> date:
    """The first day of the month in Finland."""
    return here(at).date().replace(day=1)


def tallied(courses: Iterable[Course]) -> Tally:
    """All that happened, month by month."""
    tally: Tally = defaultdict(Month)
    for course in courses:
        _count(tally, course)
    return tally


def _count(tally: Tally, course: Course) -> None:
    def add(at: datetime, office: str, *names: str) -> tuple[Month, Month]:
        months = tally[month_of(at), office], tally[month_of(at), ALL]
        for month in months:
            month.counts.update(names)
        return months

    for month in add(course.opened.at, course.opened.office, "received"):
        month.channels[course.channel] += 1
    for move in course.passed:
        if not move.is_taken:
            add(move.at, move.receiver, "returned")
            continue
        tally[month_of(move.at), move.giver].counts["handed_out"] += 1
        tally[month_of(move.at), move.receiver].counts["handed_in"] += 1
        tally[month_of(move.at), ALL].counts.update(("handed_out", "handed_in"))
    if course.answered:
        kept = "answered_in_time" if course.answered_in_time() else "answered_late"
        for month in add(course.answered.at, course.answered.office, "answered", kept):
            _time(month, "answer", course, course.answered.at)
    # Done, taken up again and done again within a month is one closing: the last one.
    for done in {month_of(act.at): act for act in course.settled}.values():
        kept = "closed_in_time" if course.worked(done.at) <= course.settle_minutes else "closed_late"
        for month in add(done.at, done.office, "closed", kept):
            _time(month, "close", course, done.at)
    for act in course.reopened:
        add(act.at, act.office, "reopened")
    if course.stars:
        stars, rated = course.stars
        for month in add(rated.at, rated.office, "rated"):
            month.stars += stars


def _time(month: Month, what: str, course: Course, until: datetime) -> None:
    month.times[f"{what}_hours"].append(max((until - course.opened.at).total_seconds(), 0) / 3600)
    month.times[f"{what}_business_hours"].append(course.worked(until) / 60)


def nearest_rank(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values don't exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("Nothing has no percentile.")
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]


Shown: TypeAlias = "dict[str, Any]"


def shown(
    tally: Mapping[tuple[date, str], Month], month: date, offices: Sequence[str], *, k: int = FEWEST
) -> dict[str, Shown]:
    """A month's figures as the world may see them, by office and for `ALL`.

    A hidden count is None; so are the times, shares and means of fewer than `k`, and those that would tell a hidden count.

    Args:
        offices: all that the whole is the sum of; one without anything has zeros.
    """
    rows = {office: tally.get((month, office)) or Month() for office in (*offices, ALL)}
    channels = sorted({channel for row in rows.values() for channel in row.channels})
    counts: dict[tuple[str, str], int] = {}
    for office, row in rows.items():
        counts |= {(office, name): row.counts[name] for name in COUNTS}
        counts |= {(office, f"by {channel}"): row.channels[channel] for channel in channels}
    names = (*COUNTS, *(f"by {channel}" for channel in channels))
    sums = [((ALL, name), tuple((office, name) for office in offices)) for name in names]
    for office in rows:
        sums.append(((office, "answered"), ((office, "answered_in_time"), (office, "answered_late"))))
        sums.append(((office, "closed"), ((office, "closed_in_time"), (office, "closed_late"))))
        if channels:
            sums.append(((office, "received"), tuple((office, f"by {channel}") for channel in channels)))
    sums.append(((ALL, "handed_in"), ((ALL, "handed_out"),)))
    away = hidden(counts, sums, k=k)
    return {office: _row(office, row, channels, away, k) for office, row in rows.items()}


def _row(office: str, row: Month, channels: Sequence[str], away: frozenset[tuple[str, str]], k: int) -> Shown:
    told: Shown = {name: None if (office, name) in away else row.counts[name] for name in COUNTS}
    told["channels"] = {
        channel: None if (office, f"by {channel}") in away else row.channels[channel] for channel in channels
    }
    for what, of in (("answer", "answered"), ("close", "closed")):
        enough = (told[of] or 0) >= k
        for name in (f"{what}_hours", f"{what}_business_hours"):
            values = row.times[name] if enough else []
            told[f"{name}_median"] = round(median(values), 1) if values else None
            told[f"{name}_p90"] = round(nearest_rank(values, 0.9), 1) if values else None
        told[f"{of}_in_time_percent"] = _percent(told[f"{of}_in_time"], told[of], k)
    decided = None if told["returned"] is None or told["handed_in"] is None else told["returned"] + told["handed_in"]
    told["returned_percent"] = _percent(told["returned"], decided, k)
    told["stars_mean"] = round(row.stars / told["rated"], 2) if (told["rated"] or 0) >= k else None
    return told


def _percent(part: int | None, whole: int | None, k: int) -> float | None:
    return None if part is None or whole is None or whole < k else round(100 * part / whole, 1)
