"""Mail to residents: plain words in their language, threaded, and marked so that machines don't answer it.

Nothing personal stands in a subject, since subjects are seen on locked screens and in logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.contact import mailboxes
from kuutio.contact.links import url_of
from kuutio.contact.mail.quoting import MARKERS
from kuutio.contact.models import Case, Channel, Contact, Delivery, Message, Participant
from kuutio.contact.told import opens_again_until, words_to
from kuutio.ui.wording import localized

_MARKER = dict(zip(("fi", "sv", "en"), MARKERS, strict=True))
MOST_REFERENCES = 10


class Envelope(EmailMultiAlternatives):
    """A mail whose bounces go elsewhere than to its From.

    Attributes:
        envelope_sender: MAIL FROM; "" for automatic mail: nobody is told of its failing, so that nothing goes round.
    """

    envelope_sender: str = ""


def words(kind: str, case: Case, contact: Contact, **facts: Any) -> str:
    """An automatic message in words, in the active language.

    Args:
        kind: the name of a template in `contact/said/`.
    """
    facts |= {"case": case, "contact": contact, "link": url_of(case, contact.language)}
    return render_to_string(f"contact/said/{kind}.txt", facts).strip()


def mail_of(delivery: Delivery, message: Message, contact: Contact) -> Envelope:
    """The mail that brings one message to one person, with what the case's thread tells of it."""
    case = message.case
    return written(
        delivery,
        message,
        contact,
        text=words_to(message, contact),
        link=link_for(case, contact),
        files=message.attachments.count(),
        before=_before(delivery, case, contact),
    )


def written(
    delivery: Delivery, message: Message, contact: Contact, *, text: str, link: str, files: int, before: Sequence[str]
) -> Envelope:
    """The mail that brings one message to one person; nothing is asked of the database.

    Who sends is the city that has the case now, at the group's address; the reply address stays the same through every
    hand-over. Files aren't sent along: the page behind the link gives them out by the rights of the case.

    Args:
        text: what it says to this reader.
        link: the address of the reader's own page; "" for none.
        files: how many came with the message.
        before: the Message-IDs of what was written before, the oldest first.

    Source: RFC 3834, sections 3.1.1 and 3.1.8 (null sender, Auto-Submitted); RFC 5322, section 3.6.4 (threads).
    """
    case = message.case
    with translation.override(contact.language):
        facts = {"text": text, "case": case, "marker": _MARKER[contact.language], "link": link, "files": files}
        # What an officer wrote stays in the language in which it was written.
        language = contact.language if message.is_automatic else message.language
        facts |= {"language": language, "until": opens_again_until(message)}
        mail = Envelope(
            subject=_("Your case %(number)s") % {"number": case.number},
            body=render_to_string("contact/said/mail.txt", facts),
            from_email=formataddr((localized(case.responsible.name)[0], mailboxes.service_address())),
            to=[contact.email],
            reply_to=[mailboxes.reply_address(case, contact)],
            headers={
                "Message-ID": message_id_of(delivery),
                "Auto-Submitted": "auto-replied" if message.is_automatic else "no",
                "X-Auto-Response-Suppress": "All",
                "X-Loop": mailboxes.service_address(),
                "Content-Language": contact.language,
            },
        )
        mail.attach_alternative(render_to_string("contact/said/mail.html", facts), "text/html")
    mail.envelope_sender = "" if message.is_automatic else mailboxes.bounce_address(case, contact)
    if before:
        mail.extra_headers |= {"In-Reply-To": before[-1], "References": " ".join(before)}
    return mail


def link_for(case: Case, contact: Contact) -> str:
    """The link of the reader's own case; "" for one who only follows, or who wrote in from another address.

    The link opens all that was ever written, and such a reader was never shown it.
    """
    own = (
        Participant.objects.filter(contact=contact, case__in=[case, *case.duplicates.all()])
        .exclude(kind__in=[Participant.Kind.FOLLOWER, Participant.Kind.WRITER])
        .select_related("case")
        .first()
    )
    return url_of(own.case, contact.language) if own else ""


def _before(delivery: Delivery, case: Case, contact: Contact) -> list[str]:
    """The Message-IDs of what this person and we have written to each other, the oldest first; the first and the latest ones."""
    sent = Delivery.objects.filter(
        message__case=case, contact=contact, channel=Channel.EMAIL, state=Delivery.State.SENT
    ).exclude(pk=delivery.pk)
    came = mails_in().filter(case=case, contact=contact)
    ids = [(row.changed_at, message_id_of(row)) for row in sent]
    # A Message-ID is the sender's own words: one that could break a header is left out.
    ids += [(row.at, row.message_id) for row in came if is_plain(row.message_id)]
    ordered = [one for _at, one in sorted(ids)]
    return ordered if len(ordered) <= MOST_REFERENCES else [ordered[0], *ordered[1 - MOST_REFERENCES :]]


def mails_in() -> QuerySet[Message]:
    """The mails that people, not machines, wrote to us."""
    people = Message.objects.filter(channel=Channel.EMAIL, direction=Message.Direction.IN, is_automatic=False)
    return people.exclude(message_id="")


def is_plain(message_id: str) -> bool:
    """Whether a Message-ID breaks no header."""
    inner = message_id[1:-1]
    return (
        message_id.isascii()
        and message_id.isprintable()
        and " " not in message_id
        and "<" not in inner
        and message_id.endswith(">")
    )


def message_id_of(delivery: Delivery) -> str:
    """The Message-ID of a delivery: answers name it, so that they find their case."""
    return f"<{delivery.uuid}@{message_id_domain()}>"


def message_id_domain() -> str:
    """What stands behind the `@` of our Message-IDs."""
    return settings.SITE_URL.rpartition("/")[2].partition(":")[0]
