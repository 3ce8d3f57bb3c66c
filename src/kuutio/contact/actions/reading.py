"""The line that another city's reading leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from kuutio.cities.models import Person
from kuutio.contact.actions.events import audit, tell
from kuutio.contact.models import Case, Event
from kuutio.contact.permissions import View

ONE_READING = timedelta(minutes=30)
"""A page that is loaded again within so long is the same reading."""


def note_reading(case: Case, view: View, *, by: Person, at: datetime) -> Event | None:
    """Write down that somebody reads a case of another city; one's own city's reading leaves no line."""
    if not view.is_foreign:
        return None
    before = case.events.filter(kind=Event.Kind.READ, actor=by, at__gt=at - ONE_READING)
    if before.exists():
        return None
    event = tell(case, Event.Kind.READ, by=by, at=at, organisation=view.organisation, facts={"why": str(view.sight)})
    audit("read_foreign_case", case, by=by, at=at, why=str(view.sight))
    return event
