"""Forgetting people when their matters are old: the row stays for the figures, the person and their words go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kuutio.cities.models import Person
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.mailing import forget_mail_of, forget_mail_of_messages
from kuutio.contact.actions.visiting import forget_visits
from kuutio.contact.files import forget_files
from kuutio.contact.given import forget_in_given
from kuutio.contact.models import Attachment, Case, Contact, Delivery, Event, Message, Participant
from kuutio.core.published import RoundedPoint

AT_ONCE = 200
UNTOLD_DAYS = 14
"""How long an answer that hasn't reached its resident keeps their words from being removed on their own wish."""
COARSE = RoundedPoint("place", metres=100)
"""What stays of a place: a cell of a hundred metres."""


def forget_due(at: datetime) -> int:
    """Take the person out of the cases whose time has come; tells how many."""
    untold = Delivery.objects.filter(
        message__case=OuterRef("pk"),
        state__in=[Delivery.State.WAITING, Delivery.State.BY_HAND],
        changed_at__gt=at - timedelta(days=UNTOLD_DAYS),
    )
    due = Case.objects.filter(forget_at__lt=at, forgotten_at__isnull=True)
    # Who asked to be taken out still hears the answer that settled the case.
    due = due.exclude(Q(erasure_asked_at__isnull=False) & Exists(untold))
    return sum(forget_case(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def ask_erasure(case: Case, *, at: datetime, by: Person | None = None) -> bool:
    """The resident wants to be taken out: at once where the case is settled and no law keeps it, else as soon as may be.

    Returns:
        Whether it is done; `kept_until` says when it will be.

    Source: GDPR, Article 17(1) and (3)(b).
    """
    case = hold(case.pk)
    if case.forgotten_at is not None:
        return True
    if case.erasure_asked_at is None:
        case.erasure_asked_at = at
        touch(case, at, "erasure_asked_at")
        audit("ask_erasure", case, by=by, at=at)
    return is_erasable(case) and forget_case(case.pk, at=at)


def is_erasable(case: Case) -> bool:
    """Whether what was written in a case can be removed as soon as its resident wishes."""
    return case.is_settled and case.category.may_erase


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Take a person who leaves out of all cases: their own as `ask_erasure` does, of others' what they wrote there.

    What the law has the city keep whole stays until the case is forgotten, whoever wrote it.
    """
    taking_part = Participant.objects.filter(contact__person=person).select_related("case__category", "contact")
    for row in taking_part.order_by("case_id"):
        if row.kind == Participant.Kind.REPORTER:
            ask_erasure(row.case, at=at)
        elif row.kind == Participant.Kind.FOLLOWER or row.case.category.may_erase:
            _forget_words(row, at=at)


def _forget_words(row: Participant, *, at: datetime) -> None:
    """Remove what one person wrote in another's case, and who they were."""
    hold(row.case_id)
    written = Message.objects.filter(case=row.case_id, contact=row.contact_id)
    paths = list(Attachment.objects.filter(message__in=written).values_list("path", flat=True))
    Attachment.objects.filter(message__in=written).delete()
    forget_mail_of_messages(written)
    written.update(text="", message_id="")
    forget_in_given(row.case_id, row.contact_id)
    row.contact.delete()
    audit("forget_writer", row.case, by=None, at=at)
    transaction.on_commit(lambda: forget_files(paths))


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
    forget_visits([case.pk])
    case.answer_drafts.all().delete()
    Message.objects.filter(case=case).update(text="", author=None, message_id="")
    case.handovers.update(reason="–", kept={})
    case.handovers.exclude(decision_reason="").update(decision_reason="–")
    if hasattr(case, "rating"):
        case.rating.text = ""
        case.rating.save(update_fields=["text"])
    case.title, case.address, case.answers, case.public_text = "", "", {}, ""
    if case.lon is not None and case.lat is not None:
        case.lon, case.lat = COARSE.safe({"place": (case.lon, case.lat)})["place"]
    case.assignee, case.forgotten_at = None, at
    case.save(update_fields=["title", "address", "answers", "public_text", "lon", "lat", "assignee", "forgotten_at"])
    tell(case, Event.Kind.FORGOTTEN, by=None, at=at, facts={"asked": case.erasure_asked_at is not None})
    audit("forget_case", case, by=None, at=at)
    transaction.on_commit(lambda: forget_files(paths))
    return True
