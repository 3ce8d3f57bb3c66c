"""Which case a mail belongs to: by a signed address, by what it answers, by its number only from somebody whom we know.

Never by the subject alone: anybody can write a number there.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from kuutio.contact import mailboxes, outgoing
from kuutio.contact.mail.authentication import is_authentic
from kuutio.contact.mail.values import Received
from kuutio.contact.models import Case, Channel, Contact, Delivery, Message, Participant
from kuutio.core import case_numbers

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^\s<>@]{1,255})>", re.I)
LONGEST_ID = 250
"""Characters of a Message-ID that are kept."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The case that a mail belongs to.

    Attributes:
        contact: the one whose address or message led there; whoever wrote may be somebody else.
        by: `address`, `delivery`, `message` or `number`.
    """

    case: Case
    contact: Contact | None
    by: str


def thread_of(message: Received, sender: str) -> Thread | None:
    """The case that a mail belongs to, None for a new matter.

    Args:
        sender: who wrote it, an address in lower case.
    """
    if (known := mailboxes.reader_of(message.recipients_by_trust)) is not None:
        return Thread(*known, by="address")
    named = [*message.in_reply_to, *reversed(message.references)]
    if (delivery := delivery_named(named)) is not None:
        return Thread(delivery.message.case, delivery.contact, by="delivery")
    if sender and named:
        answered = (
            Message.objects.filter(
                channel=Channel.EMAIL,
                direction=Message.Direction.IN,
                message_id__in=[one[:LONGEST_ID] for one in named],
                contact__email=sender,
            )
            .select_related("case", "contact")
            .order_by("-at")
            .first()
        )
        if answered is not None:
            return Thread(answered.case, answered.contact, by="message")
    for case in cases_named(message.subject):
        contact = participant(case, sender)
        if contact is not None and is_authentic(message, settings.MAIL_AUTHSERV):
            return Thread(case, contact, by="number")
    return None


def delivery_named(ids: Iterable[str]) -> Delivery | None:
    """The delivery of ours whose Message-ID comes first among some."""
    own = outgoing.message_id_domain().lower()
    found = [uuid.UUID(m[1]) for one in ids for m in _OURS.finditer(one) if m[2].lower() == own]
    known = {
        row.uuid: row
        for row in Delivery.objects.filter(uuid__in=found[:200]).select_related("message__case", "contact")
    }
    return next((known[one] for one in found if one in known), None)


def cases_named(subject: str) -> list[Case]:
    """The cases whose numbers a subject names."""
    numbers = case_numbers.found_in(subject)[:5]
    return list(Case.objects.filter(number__in=numbers)) if numbers else []


def participant(case: Case, email: str) -> Contact | None:
    """The one who takes part in a case with an address; not a mere follower, who isn't shown the thread."""
    if not email:
        return None
    taking_part = Participant.objects.filter(case=case).exclude(kind=Participant.Kind.FOLLOWER)
    return Contact.objects.filter(participations__in=taking_part, email=email.lower()).order_by("pk").first()
