"""Telling those who only follow a case: what the world may know of it, apart from its thread, with a way to stop."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kuutio.contact import mailboxes
from kuutio.contact.actions import texting_out
from kuutio.contact.channels.sending import Unreachable
from kuutio.contact.links import follow_url
from kuutio.contact.models import Contact, Event, Participant
from kuutio.contact.outgoing import Envelope
from kuutio.core.short_messages import plain


def welcome(participant_id: int) -> None:
    """Tell a follower which case they follow, once; who isn't known to have written the address is asked whether they do."""
    row = Participant.objects.filter(pk=participant_id, told_until=None).first()
    if row is not None:
        _tell(row.pk, "followed", until=row.joined_at)


def tell_of(event_id: int) -> None:
    """Tell the followers of a case, and of those that are joined to it, of an event: each once.

    Raises:
        OSError: some couldn't be told; trying again tells those alone.
    """
    event = Event.objects.select_related("case").get(pk=event_id)
    followers = Participant.objects.filter(
        case__in=[event.case, *event.case.duplicates.all()],
        kind=Participant.Kind.FOLLOWER,
        contact__verified_at__isnull=False,
    )
    failed: OSError | None = None
    for pk in followers.values_list("pk", flat=True):
        try:
            _tell(pk, "moved-on", until=event.at)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed


@transaction.atomic
def _tell(pk: int, kind: str, *, until: datetime) -> None:
    """One message to one follower, who is held meanwhile so that no other worker sends it too."""
    row = Participant.objects.select_for_update().filter(pk=pk).first()
    if row is None or (row.told_until is not None and row.told_until >= until):
        return
    if row.contact.preference == Contact.Preference.SMS:
        _text(row, kind, until)
    elif row.contact.failing_since is None:
        _send(row, kind)
    row.told_until = until
    row.save(update_fields=["told_until"])


def _send(row: Participant, kind: str) -> None:
    """Mail a follower; an address that is refused for good is mailed no more."""
    try:
        _mail(row, kind).send()
    except SMTPRecipientsRefused as refused:
        if any(code < 500 for code, _said in refused.recipients.values()):
            raise
        row.contact.failing_since = timezone.now()
        row.contact.save(update_fields=["failing_since"])


def _text(row: Participant, kind: str, until: datetime) -> None:
    """Text a follower; one who said STOP, or whose number takes none, isn't told any more."""
    contact, case = row.contact, row.case.duplicate_of or row.case
    if contact.texts_failing_since is not None or not texting_out.takes_texts(contact.phone):
        return
    with translation.override(contact.language):
        facts = {"case": case, "kind": kind, "contact": contact, "link": follow_url(contact, contact.language)}
        text = plain(render_to_string("contact/said/follower-text.txt", facts).strip())
    key = f"follower:{contact.uuid}:{kind}:{until.timestamp():.0f}"
    try:
        texting_out.text_number(contact.phone, text, key=key, language=contact.language)
    except Unreachable:
        contact.texts_failing_since = timezone.now()
        contact.save(update_fields=["texts_failing_since"])


def _mail(row: Participant, kind: str) -> Envelope:
    """The mail to a follower. It threads nowhere: who follows has nothing to answer.

    Source: RFC 3834, section 3.1.8 (null sender, Auto-Submitted); RFC 2369, section 3.2 (List-Unsubscribe).
    """
    contact, case = row.contact, row.case.duplicate_of or row.case
    with translation.override(contact.language):
        link = follow_url(contact, contact.language)
        subject = (
            _("The case %(number)s that you follow") if contact.verified_at else _("Do you follow the case %(number)s?")
        )
        mail = Envelope(
            subject=subject % {"number": case.number},
            body=render_to_string(f"contact/said/{kind}.txt", {"case": case, "contact": contact, "link": link}).strip()
            + "\n",
            from_email=mailboxes.service_address(),
            to=[contact.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "X-Loop": mailboxes.service_address(),
                "Content-Language": contact.language,
                "List-Unsubscribe": f"<{link}>",
            },
        )
    mail.envelope_sender = ""
    return mail
