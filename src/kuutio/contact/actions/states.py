"""The one function that changes a case's state, by the table of moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact import tasks
from kuutio.contact.actions.events import tell
from kuutio.contact.models import Case, Event, Handover, Participant
from kuutio.contact.moves import SETTLED, may_move
from kuutio.contact.problems import WrongMove
from kuutio.contact.promises import set_clocks

CLOCKS = ("answer_due_at", "resolve_due_at", "city_due_at")
"""The fields that `set_clocks` works out."""

_TOLD = frozenset({Case.State.RESOLVED, Case.State.REJECTED, Case.State.DUPLICATE})
"""What a resident is told of, though nobody answered them."""

ERASED_AFTER = timedelta(hours=1)
"""After settling, for who asked to be taken out: by then the last answer is on its way."""


def set_state(
    case: Case,
    state: str,
    *,
    by: Person | None,
    at: datetime,
    organisation: Organisation | None = None,
    is_told: bool = False,
    parts: bool = False,
) -> list[str]:
    """Put a locked case into a state that the table of moves allows; returns the fields to save.

    Its people are told of a case that is done or joined to another. The event is written first, since the clocks are worked out
    from the events.

    Args:
        is_told: whether an answer that goes out in the same act tells them.
        parts: whether the case leaves the one that it is joined to, which nothing but undoing that does.
    """
    if not may_move(case.state, state) or (case.state == Case.State.DUPLICATE and not parts):
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
    if state in _TOLD and not is_told:
        tasks.tell_of_state.defer(event_id=event.pk)
    case.state = state
    if state != Case.State.DUPLICATE:
        case.duplicate_of = None
    if state in SETTLED:
        case.settled_at = case.settled_at or at
        _withdraw_offer(case, by=by, at=at)
    else:
        case.settled_at = None
    case.forget_at = forget_time_of(case)
    set_clocks(case)
    return [
        *("state", "duplicate_of", "settled_at", "forget_at"),
        *CLOCKS,
    ]


def _withdraw_offer(case: Case, *, by: Person | None, at: datetime) -> None:
    """Nobody takes over what is settled: an offer that waits for another city's decision is over."""
    offer = Handover.objects.select_for_update(of=("self",)).select_related("receiver", "giver")
    open_offer = offer.filter(case=case, decision="").first()
    if open_offer is None:
        return
    open_offer.decision, open_offer.decided_by, open_offer.decided_at = (
        Handover.Decision.WITHDRAWN,
        by,
        max(at, open_offer.offered_at),
    )
    open_offer.save(update_fields=["decision", "decided_by", "decided_at"])
    facts = {"to": open_offer.receiver.slug, "settled": True}
    tell(case, Event.Kind.WITHDRAWN, by=by, at=at, organisation=open_offer.giver, facts=facts)


def forget_time_of(case: Case) -> datetime | None:
    """When the person is taken out: when the category's time is over, or soon where they asked for it and may."""
    if case.settled_at is None:
        return None
    if case.erasure_asked_at is not None and case.category.may_erase:
        return case.settled_at + ERASED_AFTER
    return case.settled_at + timedelta(days=round(365.25 * case.category.keep_years))
