"""The clocks of a case: until when the cities promise an answer and a solution, by what the case's own events tell.

Two clocks run. The resident's counts from the opening, in the minutes that were promised when the case came, by the business hours
of the unit that promised them (the office's where it tells none): no hand-over, no other category and no later rule moves the day that the
resident was told. The city's counts from the moment it took the case over, in the minutes of its own rule. Both stand while the
case waits for the resident, and for nobody else.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from kuutio.contact.known import known
from kuutio.contact.models import Case, CategoryRule, Event
from kuutio.contact.moves import PAUSED
from kuutio.core.working_time import OFFICE, Calendar, due

ANSWER_MINUTES = 960
RESOLVE_MINUTES = 4800
"""What is promised where a city has no rule for a category: two and ten working days of eight hours."""

Pause = tuple[datetime, datetime | None]


def pauses_of(case: Case) -> list[Pause]:
    """When the case waited for its resident; the last one is open while it still does."""
    pauses: list[Pause] = []
    since: datetime | None = None
    for event in case.events.filter(kind=Event.Kind.STATE).order_by("at", "pk"):
        waits = event.facts["to"] in PAUSED
        if waits and since is None:
            since = event.at
        elif not waits and since is not None:
            pauses.append((since, event.at))
            since = None
    return [*pauses, (since, None)] if since is not None else pauses


def promise(case: Case, rule: CategoryRule | None) -> None:
    """Give a new case what its resident is promised, and set its clocks; nothing is saved."""
    case.answer_minutes = rule.answer_minutes if rule else ANSWER_MINUTES
    case.resolve_minutes = rule.resolve_minutes if rule else RESOLVE_MINUTES
    case.promised_by = case.unit
    set_own_promise(case, rule)


def set_own_promise(case: Case, rule: CategoryRule | None) -> None:
    """Give a case what the city that has it now promises itself, and set its clocks; nothing is saved."""
    case.city_minutes = rule.resolve_minutes if rule else RESOLVE_MINUTES
    set_clocks(case)


def set_clocks(case: Case) -> None:
    """Work out when the case is due, as it stands; nothing is saved. A settled case has no running clock."""
    pauses = pauses_of(case) if case.pk else []
    taken = _taken(case) if case.pk else None
    calendars = known().calendars([case.unit_id, case.promised_by_id])
    told, own = calendars[case.promised_by_id], calendars[case.unit_id]
    begun = taken or case.opened_at
    case.answer_due_at = (
        _due(case.opened_at, case.answer_minutes, told, pauses) if case.first_answer_at is None else None
    )
    case.resolve_due_at = None if case.is_settled else _due(case.opened_at, case.resolve_minutes, told, pauses)
    case.city_due_at = None if case.is_settled else _due(begun, case.city_minutes, own, pauses)


def _taken(case: Case) -> datetime | None:
    """When the city that has a case took it over from another; None where it had it first."""
    between = case.handovers.filter(decision="accepted").exclude(giver=F("receiver"))
    return between.order_by("-decided_at").values_list("decided_at", flat=True).first()


def _due(start: datetime, minutes: int, calendar: Calendar, pauses: list[Pause]) -> datetime | None:
    """When so many minutes have gone by; by the office's hours for a unit that is never open again."""
    try:
        return due(start, minutes, calendar, pauses)
    except ValueError:
        return due(start, minutes, OFFICE, pauses)
