"""Questions about calls and their answers, in public; and who is told of calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, IllegalMove, Invalid
from kuutio.programme import call_letters
from kuutio.programme.actions.calls import demand_office
from kuutio.programme.models import Call, CallQuestion, CallSubscription
from kuutio.programme.written import plain_text, written

_SALT = "programme.calls"
MOST_WAITING = 5
"""Of one person in one call."""


@transaction.atomic
def ask(call: Call, text: str, *, language: str, by: Person, at: datetime) -> CallQuestion:
    """Ask about a call; the question stands on its page with its answer, without the asker. The same words again are one question.

    Raises:
        IllegalMove: the call isn't open.
        Invalid: nothing is asked, or too much.
        Conflict: many of theirs wait for an answer already.
    """
    if call.now(at) not in (Call.State.PUBLISHED, Call.State.OPEN):
        raise IllegalMove(_("Questions are asked until the call closes."), state=call.now(at))
    text = plain_text(text)
    if not text or len(text) > 2000:
        raise Invalid(
            _("A question has from 1 to 2,000 characters."),
            errors=[{"pointer": "/text", "detail": _("A question has from 1 to 2,000 characters.")}],
        )
    Call.objects.select_for_update().get(pk=call.pk)
    own = CallQuestion.objects.filter(call=call, asked_by=by)
    if found := own.filter(text=text).first():
        return found
    if own.filter(answered_at=None).count() >= MOST_WAITING:
        raise Conflict(
            _("Some of your questions wait for an answer already. Write to the call’s address, or wait for it.")
        )
    made = CallQuestion.objects.create(call=call, text=text, language=language, asked_at=at, asked_by=by)
    record("ask_about_call", f"call:{call.slug}", by=by, at=at, question=made.pk)
    return made


@transaction.atomic
def answer(question: CallQuestion, text: Any, *, by: Person | None, at: datetime) -> CallQuestion:
    """Answer a question, or correct an answer; who asked gets a letter.

    Raises:
        NotAllowed: `by` isn't of the office.
        Invalid: nothing is written.
    """
    demand_office(by)
    words = written(text)
    if not words:
        raise Invalid(_("Write the answer."), errors=[{"pointer": "/answer", "detail": _("Write the answer.")}])
    question = CallQuestion.objects.select_for_update(of=("self",)).select_related("call").get(pk=question.pk)
    question.answer, question.answered_at = words, at
    question.save(update_fields=["answer", "answered_at"])
    record("answer_about_call", f"call:{question.call.slug}", by=by, at=at, question=question.pk)
    call_letters.tell("answered", question.pk)
    return question


@transaction.atomic
def subscribe(*, by: Person, at: datetime) -> CallSubscription:
    """Have a person told of new calls and of changes; twice is once."""
    row, made = CallSubscription.objects.get_or_create(person=by, defaults={"created_at": at})
    if made:
        record("subscribe_calls", "calls", by=by, at=at)
    return row


@transaction.atomic
def unsubscribe(person: Person, *, at: datetime) -> bool:
    """Stop telling a person; whether they were told."""
    gone, _each = CallSubscription.objects.filter(person=person).delete()
    if gone:
        record("unsubscribe_calls", "calls", by=person, at=at)
    return bool(gone)


def token_of(row: CallSubscription) -> str:
    """What stands in a letter: ends this one subscription and does nothing else."""
    return signing.dumps([row.pk, row.person_id], salt=_SALT)


def subscribed_by(token: str) -> CallSubscription | None:
    """The subscription of a letter; None when it has ended or the token isn't ours."""
    try:
        pk, person = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return CallSubscription.objects.select_related("person").filter(pk=pk, person_id=person).first()
