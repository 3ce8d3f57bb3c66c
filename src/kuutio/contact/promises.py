"""The clocks of a case: until when the cities promise an answer and a solution, by what the case's own events tell.

A clock runs in the business minutes of the unit that has the case, or the office's where the unit tells no hours of its own, and stands while the case waits for the resident, for nobody else. The resident's
clock runs from the opening whatever city holds the case; the city's from the moment it took the case over.
"""

from __future__ import annotations

from datetime import datetime

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


def rule_of(case: Case) -> CategoryRule | None:
    """The whole city's rule for the case's category where the case is now."""
    rules = CategoryRule.objects.filter(city=case.responsible.city_id, category=case.category_id, valid_to=None)
    return rules.order_by("area_name").first()


def set_clocks(case: Case, rule: CategoryRule | None) -> None:
    """Work out when the case is due, as it stands; nothing is saved. A settled case has no running clock."""
    answer = rule.answer_minutes if rule else ANSWER_MINUTES
    resolve = rule.resolve_minutes if rule else RESOLVE_MINUTES
    pauses = pauses_of(case) if case.pk else []
    taken = case.handovers.filter(decision="accepted").order_by("-decided_at").first() if case.pk else None
    calendar = known().calendars([case.unit_id])[case.unit_id]
    case.answer_due_at = _due(case.opened_at, answer, calendar, pauses) if case.first_answer_at is None else None
    case.resolve_due_at = None if case.is_settled else _due(case.opened_at, resolve, calendar, pauses)
    begun = taken.decided_at if taken and taken.decided_at else case.opened_at
    case.city_due_at = None if case.is_settled else _due(begun, resolve, calendar, pauses)


def _due(start: datetime, minutes: int, calendar: Calendar, pauses: list[Pause]) -> datetime | None:
    """When so many minutes have gone by; by the office's hours for a unit that is never open again."""
    try:
        return due(start, minutes, calendar, pauses)
    except ValueError:
        return due(start, minutes, OFFICE, pauses)
