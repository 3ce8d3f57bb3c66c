"""What innovation keeps about a person: their copy of it, and what becomes of it when they leave."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from kuutio.innovation.actions.answering import WORDS, forget_unless_used
from kuutio.innovation.models import Answer, Attachment, Booking, Confidential, DiaryEntry, Question, TrialProposal


def exported(person: Any) -> dict[str, Any]:
    """What a person wrote for their firm or group, with its confidential parts: the copy is theirs."""
    answers = Answer.objects.filter(person=person).select_related("challenge").order_by("created_at")
    proposals = TrialProposal.objects.filter(person=person).order_by("made_at")
    secrets = {row.answer_id: row.text for row in Confidential.objects.filter(answer__person=person)}
    own = {row.proposal_id: row.text for row in Confidential.objects.filter(proposal__person=person)}
    bookings = Booking.objects.filter(person=person).select_related("testbed").order_by("starts_at")
    questions = Question.objects.filter(person=person).select_related("challenge").order_by("asked_at")
    diary = DiaryEntry.objects.filter(by=person).select_related("trial").defer("photo").order_by("at")
    return {
        "answers": [
            {
                "id": str(row.uuid),
                "challenge": row.challenge.slug,
                "state": row.state,
                "organisation": row.told_organisation,
                **{name: getattr(row, name) for name in WORDS},
                "price_cents": row.price_cents,
                "confidential": secrets.get(row.pk, ""),
                "receipt": row.receipt,
                "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            }
            for row in answers
        ],
        "proposals": [
            {
                "id": str(row.uuid),
                "title": row.title,
                "summary": row.summary,
                "needs": row.needs,
                "confidential": own.get(row.pk, ""),
                "made_at": row.made_at.isoformat(),
            }
            for row in proposals
        ],
        "bookings": [
            {
                "testbed": row.testbed.slug,
                "starts_at": row.starts_at.isoformat(),
                "ends_at": row.ends_at.isoformat(),
                "organisation": row.organisation_name,
                "purpose": row.purpose,
                "state": row.state,
            }
            for row in bookings
        ],
        "questions": [
            {"challenge": row.challenge.slug, "text": row.text, "answer": str(row.answer)} for row in questions
        ],
        "diary": [{"trial": row.trial.slug, "on": row.on.isoformat(), "text": row.text} for row in diary],
    }


def erase(person: Any, at: datetime) -> None:
    """Drafts go with their files and secrets; what was sent is the organisation's and stays without the person."""
    drafts = Answer.objects.filter(person=person, state=Answer.State.DRAFT)
    digests = list(Attachment.objects.filter(answer__in=drafts).values_list("sha256", flat=True))
    drafts.delete()
    for digest in digests:  # a file doesn't come back when the transaction is taken back
        transaction.on_commit(partial(forget_unless_used, digest))
    Answer.objects.filter(person=person).update(person=None)
    TrialProposal.objects.filter(person=person).update(person=None)
    Question.objects.filter(person=person).update(person=None)
    Booking.objects.filter(person=person).update(person=None)


def kept(person: Any) -> list[str]:
    """What stays for the organisation that they wrote for."""
    count = Answer.objects.filter(person=person).exclude(state=Answer.State.DRAFT).count()
    count += TrialProposal.objects.filter(person=person).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s answer or proposal that you sent for your organisation stays with the city, without your name.",
            "%(count)s answers and proposals that you sent for your organisation stay with the cities, without your name.",
            count,
        )
        % {"count": count}
    ]
