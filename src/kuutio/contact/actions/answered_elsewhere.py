"""A case that another room of the city has answered, or in which its resident took back what they asked there: the clocks stop."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kuutio.cities.models import Person
from kuutio.contact import tasks
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.states import CLOCKS, set_state
from kuutio.contact.actions.working import check_answer
from kuutio.contact.models import Case, Channel, Event, Message, Participant


@transaction.atomic
def settle_from_elsewhere(case: Case, *, text: str, by: Person | None, at: datetime) -> Message | None:
    """Put an answer that was given elsewhere into a case and settle it; what is settled already stays as it is.

    Who may answer was judged by the room in which it was answered: the city that has the case has given it away there.

    Args:
        text: plain text, in the language of the case.

    Returns:
        The answer; None where the case was settled before.

    Raises:
        Invalid: nothing is written.
    """
    check_answer(text)
    held = hold(case.pk)
    if held.is_settled:
        return None
    message = Message.objects.create(
        case=held,
        direction=Message.Direction.OUT,
        channel=Channel.EMAIL,
        author=by,
        organisation=held.responsible,
        language=held.language,
        text=text.strip(),
        external_id=f"elsewhere:{held.number}",
        at=at,
    )
    tell(held, Event.Kind.ANSWERED, by=by, at=at, organisation=held.responsible, is_public=True)
    if held.first_answer_at is None:
        held.first_answer_at = at
    fields = set_state(held, Case.State.RESOLVED, by=by, at=at, organisation=held.responsible, is_told=True)
    touch(held, at, *dict.fromkeys(["first_answer_at", *CLOCKS, *fields]))
    audit("answer_case", held, by=by, at=at, then=Case.State.RESOLVED)
    tasks.deliver.defer(message_id=message.pk)
    return message


@transaction.atomic
def take_back_from_elsewhere(case: Case, *, text: str, language: str, at: datetime) -> Message | None:
    """Note in a case that who opened it took the matter back elsewhere, and settle it: nobody is to answer it any more.

    Who may take it back was judged by the room in which it was taken back.

    Args:
        text: plain text, in `language`.

    Returns:
        The message; None where the case was settled before.

    Raises:
        Invalid: nothing is written.
    """
    check_answer(text)
    held = hold(case.pk)
    if held.is_settled:
        return None
    reporter = held.participants.filter(kind=Participant.Kind.REPORTER).first()
    message = Message.objects.create(
        case=held,
        direction=Message.Direction.IN,
        channel=Channel.WEB,
        contact_id=reporter.contact_id if reporter is not None else None,
        language=language,
        text=text.strip(),
        external_id=f"taken-back:{held.number}",
        at=at,
    )
    tell(held, Event.Kind.REPLIED, by=None, at=at, is_public=True, facts={"channel": Channel.WEB})
    fields = set_state(held, Case.State.RESOLVED, by=None, at=at)
    touch(held, at, *dict.fromkeys([*CLOCKS, *fields]))
    audit("take_back_case", held, by=None, at=at)
    return message
