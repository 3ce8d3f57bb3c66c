"""Which case a text message belongs to: told by who sends it first, by what it names second, and never by a number alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from kuutio.contact.models import Case, Channel, Contact, Delivery, Participant
from kuutio.contact.moves import REOPEN_DAYS
from kuutio.core import case_numbers

LATELY = timedelta(days=30)
"""An open case that was last touched within so long is what its sender means when they name none."""
ANSWERS = timedelta(days=7)
"""A text of ours that is answered within so long; later a message begins a matter of its own."""
MOST_NAMED = 5
_TOLD_BY_THEMSELVES = (Channel.PHONE, Channel.DESK, Channel.LETTER, Channel.SMS, Channel.VOICE)
"""Cases whose number came from its owner; that of a form may be anybody's."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a message belongs.

    Attributes:
        case, contact: the case and the person of it who writes; both None for a new matter.
        perhaps: cases that it may be about, for an officer to judge.
    """

    case: Case | None = None
    contact: Contact | None = None
    perhaps: tuple[Case, ...] = ()


def thread_of(channel: str, sender: str, text: str, at: datetime) -> Thread:
    """The case of a message by its sender and its text.

    Args:
        sender: a number in E.164; for a messenger `PROVIDER:ID`, as contacts keep it; "" for somebody unknown.
    """
    numbers = case_numbers.found_in(text[:20_000])[:MOST_NAMED]
    named = list(Case.objects.filter(number__in=numbers).select_related("duplicate_of")) if numbers else []
    own = _participations(channel, sender)
    for case in sorted(named, key=lambda row: numbers.index(row.number)):
        if mine := own.filter(case=case).select_related("contact").first():
            return Thread(case, mine.contact)
    if named:
        return Thread(perhaps=tuple(named))
    own = own.filter(_is_theirs(channel, at))
    lately = list(
        own.filter(case__settled_at__isnull=True, case__updated_at__gt=at - LATELY).select_related("case", "contact")[
            : MOST_NAMED + 1
        ]
    ) or list(
        own.filter(case__settled_at__gt=at - timedelta(days=REOPEN_DAYS))
        .exclude(case__state=Case.State.DUPLICATE)
        .select_related("case", "contact")[: MOST_NAMED + 1]
    )
    if len({row.case_id for row in lately}) == 1:
        return Thread(lately[0].case, lately[0].contact)
    return Thread(perhaps=tuple(row.case for row in lately[:MOST_NAMED]))


def _participations(channel: str, sender: str) -> QuerySet[Participant]:
    if not sender:
        return Participant.objects.none()
    by = Q(contact__messenger=sender) if channel == Channel.MESSENGER else Q(contact__phone=sender)
    # Who merely follows is told of a case and takes no part in it; and anybody may have written a number to follow with.
    own = Participant.objects.filter(by, case__forgotten_at__isnull=True).exclude(kind=Participant.Kind.FOLLOWER)
    return own.order_by("-case__updated_at", "pk")


def _is_theirs(channel: str, at: datetime) -> Q:
    """Whether the number of a case is surely its writer's own.

    Anybody can write another's number into a form; what the other texts to the city later must not come into that case, where
    the stranger reads it by the link. So the number counts when its owner has written from it, when an officer took it down, or
    when this answers a text of ours. One that was changed since counts only when its owner has written from it, naming the case.
    A messenger's account is told by the messenger alone.
    """
    if channel == Channel.MESSENGER:
        return ~Q(contact__messenger="")
    sent = Delivery.objects.filter(
        contact=OuterRef("contact"),
        message__case=OuterRef("case"),
        channel=channel,
        state=Delivery.State.SENT,
        changed_at__gt=at - ANSWERS,
    )
    first = Q(contact__phone_changed_at__isnull=True) & (Q(case__channel__in=_TOLD_BY_THEMSELVES) | Q(Exists(sent)))
    return Q(contact__texted_at__isnull=False) | first
