"""Libraries of kirjastot.fi: their facts, and the hours of each day that it has published.

Source: https://api.kirjastot.fi/ (version 4), `/library?with=schedules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kuutio.cities.importing.values import (
    BadRow,
    HoursGroupIn,
    PeriodIn,
    Rejected,
    SpanIn,
    UnitIn,
    day_of,
    inner,
    phone,
    position,
    rows_of,
    span,
    texts,
    time_of,
)

_STATES = {0: "closed", 1: "open", 2: "self-service"}
_DAYS_PUBLISHED = 800

Day = tuple[date, tuple[SpanIn, ...]]


def read(document: Any) -> Iterator[UnitIn | Rejected]:
    """The libraries of an answer, one or many."""
    refs = document.get("refs") if isinstance(document, dict) else None
    periods = refs.get("period") if isinstance(refs, dict) else None
    for row in rows_of(document, "data", "items"):
        try:
            yield _library(row, periods if isinstance(periods, dict) else {})
        except BadRow as error:
            yield Rejected(f"kirjastot:{str(row.get('id'))[:40]}", str(error))


def _library(row: dict[str, Any], periods: dict[str, Any]) -> UnitIn:
    name = _texts(row.get("name"), 200)
    if not isinstance(row.get("id"), int | str) or not str(row["id"]).strip():
        raise BadRow("it has no id")
    if not name:
        raise BadRow("it has no name")
    place = inner(row, "coordinates")
    address = inner(row, "address")
    fields: dict[str, Any] = {"name": name, "address": _address(address), "text": _texts(row.get("description"))}
    if numbers := row.get("phoneNumbers"):
        first = numbers[0] if isinstance(numbers, list) and isinstance(numbers[0], dict) else {}
        fields["phone"] = phone(first.get("number"))
    told = row.get("schedules")
    return UnitIn(
        {"kirjastot": str(row["id"])},
        fields | position(place.get("lon"), place.get("lat")),
        tuple(_periods(told, periods)) if isinstance(told, list) else None,
    )


def _texts(found: Any, longest: int = 20_000) -> dict[str, str]:
    """A text by language, or one that the answer gives in the language asked for: Finnish."""
    return texts(found if isinstance(found, dict) else {"fi": found}, longest=longest)


def _address(row: dict[str, Any]) -> dict[str, str]:
    streets, cities = _texts(row.get("street"), 120), _texts(row.get("city"), 60)
    return {
        language: f"{street}, {str(row.get('zipcode') or '')[:10]} {cities.get(language, '')}".rstrip(" ,")
        for language, street in streets.items()
    }


def _periods(told: list[Any], names: dict[str, Any]) -> Iterator[PeriodIn]:
    """The days as periods: those of one name that follow each other, a week at a time; like weeks as one."""
    weeks: list[tuple[str, list[Day]]] = []
    days = sorted(
        {day: (str(row.get("period")), spans) for row, day, spans in map(_day, told[:_DAYS_PUBLISHED])}.items()
    )
    for day, (period, spans) in days:
        last = weeks[-1] if weeks else None
        follows = last and last[0] == period and last[1][-1][0] + timedelta(days=1) == day
        if last and follows and day.weekday():
            last[1].append((day, spans))
        else:
            weeks.append((period, [(day, spans)]))
    joined: list[tuple[str, date, date, tuple[SpanIn, ...]]] = []
    for period, week in weeks:
        pattern = _pattern(week)
        before = joined[-1] if joined else None
        if (
            before
            and before[0] == period
            and before[3] == pattern
            and len(week) == 7
            and before[2] + timedelta(days=1) == week[0][0]
            and not before[1].weekday()
        ):
            joined[-1] = (period, before[1], week[-1][0], pattern)
        else:
            joined.append((period, week[0][0], week[-1][0], pattern))
    for period, first, last_day, pattern in joined:
        known = inner(names, period)
        yield PeriodIn(
            first,
            last_day,
            override=bool(known.get("isException")),
            state="closed" if not pattern else "unknown",
            name=_texts(known.get("name"), 100),
            groups=(HoursGroupIn(pattern),) if pattern else (),
        )


def _pattern(week: list[Day]) -> tuple[SpanIn, ...]:
    """A week's hours, days that are alike put together."""
    found: dict[SpanIn, list[int]] = {}
    for day, spans in week:
        for one in spans:
            found.setdefault(one, []).append(day.isoweekday())
    return tuple(
        SpanIn(one.start, one.end, one.end_on_next_day, one.full_day, tuple(days), one.state)
        for one, days in found.items()
    )


def _day(row: Any) -> tuple[dict[str, Any], date, tuple[SpanIn, ...]]:
    if not isinstance(row, dict) or (day := day_of(row.get("date"))) is None:
        raise BadRow("a day of its hours has no date")
    times = row.get("times") if not row.get("closed") else ()
    spans = []
    for one in times if isinstance(times, list) else ():
        if not isinstance(one, dict) or not (one.get("from") and one.get("to")):
            raise BadRow(f"the hours of {day} can't be read")
        state = _STATES.get(one.get("status", 1))
        if state is None:
            raise BadRow(f"the hours of {day} have an unknown state")
        if state != "closed":
            spans.append(span(time_of(one["from"]), time_of(one["to"]), (), state))
    return row, day, tuple(spans)
