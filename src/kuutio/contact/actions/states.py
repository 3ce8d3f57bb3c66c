"""The one function that changes a case's state, by the table of moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact import tasks
from kuutio.contact.actions.events import tell
from kuutio.contact.models import Case, Event, Participant
from kuutio.contact.moves import SETTLED, may_move
from kuutio.contact.problems import WrongMove
from kuutio.contact.promises import set_clocks

CLOCKS = ("answer_due_at", "resolve_due_at", "city_due_at")
"""The fields that `set_clocks` works out."""

ERASED_AFTER = timedelta(hours=1)
"""After settling, for who asked to be taken out: by then the last answer is on its way."""


def set_state(
    case: Case, state: str, *, by: Person | None, at: datetime, organisation: Organisation | None = None
) -> list[str]:
    """Put a locked case into a state that the table of moves allows; returns the fields to save.

    The event is written first, since the clocks are worked out from the events.
    """
    if not may_move(case.state, state):
        raise WrongMove(
            _("The case can't be moved so from the state that it is in now."), case=case.number, state=case.state
        )
    event = tell(
        case,
        Event.Kind.STATE,
        by=by,
        at=at,
        organisation=organisation,
        is_public=True,
        facts={"from": case.state, "to": state},
    )
    if (state in SETTLED) != case.is_settled and case.participants.filter(kind=Participant.Kind.FOLLOWER).exists():
        tasks.tell_followers.defer(event_id=event.pk)
    case.state = state
    if state != Case.State.DUPLICATE:
        case.duplicate_of = None
    if state in SETTLED:
        case.settled_at = case.settled_at or at
    else:
        case.settled_at = None
    case.forget_at = _forget_at(case)
    set_clocks(case)
    return [
        *("state", "duplicate_of", "settled_at", "forget_at"),
        *CLOCKS,
    ]


def _forget_at(case: Case) -> datetime | None:
    """When the person is taken out: when the category's time is over, or soon where they asked for it and may."""
    if case.settled_at is None:
        return None
    if case.erasure_asked_at is not None and case.category.may_erase:
        return case.settled_at + ERASED_AFTER
    return case.settled_at + timedelta(days=round(365.25 * case.category.keep_years))
