"""Letters of innovation: each in its reader's language, sent after the commit. No confidential word is in any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.innovation.models import Answer, Booking, ProposalCity, Question
from kuutio.ui.wording import localized, moment

Letter = tuple[str, str, str]
"""Subject, text, path of the page to read on."""


def send_later(kind: str, pk: int) -> None:
    """Queue a letter about a row; its reader is found when it is written."""
    from kuutio.innovation import tasks  # tasks import the letters

    tasks.write_letter.defer(kind=kind, pk=pk)


def write(kind: str, pk: int) -> bool:
    """Send one letter; False when its reader or what it is about is gone."""
    model, made, reader = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    person = reader(row) if row is not None else None
    if row is None or person is None or not person.is_active:
        return False
    with translation.override(person.language):
        subject, text, path = made(row)
        text += "\n\n" + _("Read more: %(page)s") % {"page": f"{settings.SITE_URL}{path}"}
    EmailMessage(" ".join(subject.split())[:200], text, to=[person.email]).send()
    return True


def _receipt(row: Answer) -> Letter:
    facts = {
        "number": row.receipt,
        "title": localized(row.challenge.title)[0],
        "time": moment(row.sent_at),
        "digest": row.sha256,
    }
    subject = _("Receipt %(number)s: your answer is in") % facts
    text = _(
        "Your answer to the challenge “%(title)s” came in on %(time)s, in time.\n\nReceipt: %(number)s\nSHA-256 of what you "
        "sent: %(digest)s"
    )
    return subject, text % facts, reverse("innovation:answer", args=[row.uuid])


def _deadline(row: Answer) -> Letter:
    facts = {"title": localized(row.challenge.title)[0], "time": moment(row.challenge.closes_at)}
    subject = _("Your answer isn’t sent yet: %(title)s") % facts
    text = _(
        "You have begun an answer to the challenge “%(title)s” and haven’t sent it. Answers are taken until %(time)s.\n\n"
        "If you don’t want to answer, you need do nothing: you are reminded once."
    )
    return subject, text % facts, reverse("innovation:answer", args=[row.uuid])


def _question(row: Question) -> Letter:
    facts = {"title": localized(row.challenge.title)[0]}
    subject = _("Your question has an answer: %(title)s") % facts
    return subject, localized(row.answer)[0], reverse("innovation:challenge", args=[row.challenge.slug])


def _booking(row: Booking) -> Letter:
    facts = {"name": localized(row.testbed.name)[0], "time": moment(row.starts_at)}
    subject = {
        Booking.State.CONFIRMED: _("Confirmed: %(name)s, %(time)s"),
        Booking.State.DECLINED: _("Refused: %(name)s, %(time)s"),
    }.get(Booking.State(row.state), _("Cancelled: %(name)s, %(time)s"))
    return subject % facts, row.answer or subject % facts, reverse("innovation:booking", args=[row.uuid])


def _proposal(row: ProposalCity) -> Letter:
    facts = {"city": localized(row.city.name)[0], "title": row.proposal.title}
    subject = _("%(city)s has answered: %(title)s") % facts
    return (
        subject,
        f"{row.get_state_display()}.\n\n{row.answer}",
        reverse("innovation:proposal", args=[row.proposal.uuid]),
    )


LETTERS: dict[str, tuple[Any, Callable[[Any], Letter], Callable[[Any], Any]]] = {
    "receipt": (Answer, _receipt, lambda row: row.person),
    "deadline": (Answer, _deadline, lambda row: row.person if row.state == Answer.State.DRAFT else None),
    "question": (Question, _question, lambda row: row.person),
    "booking": (Booking, _booking, lambda row: row.person),
    "proposal": (ProposalCity, _proposal, lambda row: row.proposal.person),
}
