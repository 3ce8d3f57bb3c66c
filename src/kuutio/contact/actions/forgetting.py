"""Forgetting people when their matters are old: the row stays for the figures, the person and their words go."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kuutio.contact.actions.events import audit, hold, tell
from kuutio.contact.actions.mailing import forget_mail_of
from kuutio.contact.files import forget_files
from kuutio.contact.models import Attachment, Case, Contact, Event, Message
from kuutio.core.published import RoundedPoint

AT_ONCE = 200
COARSE = RoundedPoint("place", metres=100)
"""What stays of a place: a cell of a hundred metres."""


def forget_due(at: datetime) -> int:
    """Take the person out of the cases whose time has come; tells how many."""
    due = Case.objects.filter(forget_at__lt=at, forgotten_at__isnull=True).values_list("pk", flat=True)[:AT_ONCE]
    return sum(forget_case(pk, at=at) for pk in list(due))


@transaction.atomic
def forget_case(case_id: int, *, at: datetime) -> bool:
    """Remove from a case whose it was and what was written, with its files; False where that was done before.

    What stays: number, category, cities, times, states, events, rating, and the place to a hundred metres.

    Source: GDPR, Articles 5(1)(e) and 17; the category's retention time.
    """
    case = hold(case_id)
    if case.forgotten_at is not None:
        return False
    paths = list(Attachment.objects.filter(message__case=case).values_list("path", flat=True))
    Attachment.objects.filter(message__case=case).delete()
    # A person's contact belongs to the one case; a shared one stays with the other.
    contacts = list(Contact.objects.filter(participations__case=case).values_list("pk", flat=True))
    case.participants.all().delete()
    Contact.objects.filter(pk__in=contacts, participations__isnull=True).delete()
    forget_mail_of(case)
    case.answer_drafts.all().delete()
    Message.objects.filter(case=case).update(text="", author=None, message_id="")
    case.handovers.update(reason="–")
    case.handovers.exclude(decision_reason="").update(decision_reason="–")
    if hasattr(case, "rating"):
        case.rating.text = ""
        case.rating.save(update_fields=["text"])
    case.title, case.address, case.answers, case.public_text = "", "", {}, ""
    if case.lon is not None and case.lat is not None:
        case.lon, case.lat = COARSE.safe({"place": (case.lon, case.lat)})["place"]
    case.assignee, case.forgotten_at = None, at
    case.save(update_fields=["title", "address", "answers", "public_text", "lon", "lat", "assignee", "forgotten_at"])
    tell(case, Event.Kind.FORGOTTEN, by=None, at=at)
    audit("forget_case", case, by=None, at=at)
    transaction.on_commit(lambda: forget_files(paths))
    return True
