"""The one function that changes a case's state, by the table of moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact.actions.events import tell
from kuutio.contact.models import Case, Event
from kuutio.contact.moves import SETTLED, may_move
from kuutio.contact.problems import WrongMove
from kuutio.contact.promises import rule_of, set_clocks

CLOCKS = ("answer_due_at", "resolve_due_at", "city_due_at")
"""The fields that `set_clocks` works out."""


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
    tell(
        case,
        Event.Kind.STATE,
        by=by,
        at=at,
        organisation=organisation,
        is_public=True,
        facts={"from": case.state, "to": state},
    )
    case.state = state
    if state != Case.State.DUPLICATE:
        case.duplicate_of = None
    if state in SETTLED:
        case.settled_at = case.settled_at or at
    else:
        case.settled_at = None
    case.forget_at = _forget_at(case)
    set_clocks(case, rule_of(case))
    return [
        *("state", "duplicate_of", "settled_at", "forget_at"),
        *CLOCKS,
    ]


def _forget_at(case: Case) -> datetime | None:
    if case.settled_at is None:
        return None
    return case.settled_at + timedelta(days=round(365.25 * case.category.keep_years))
