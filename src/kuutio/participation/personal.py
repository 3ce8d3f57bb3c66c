"""What participation keeps about a person: their copy of it, and what becomes of it when they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kuutio.participation import shapes
from kuutio.participation.models import (
    Appeal,
    CoAuthor,
    Contribution,
    Follow,
    InitiativeSupport,
    MailFollow,
    OpinionVoter,
    PollAnswer,
    ProposalFollow,
    Reaction,
    Registration,
    Report,
    Turn,
)


def exported(person: Any) -> dict[str, Any]:
    """What a person wrote, what they thought of others' words, and what they follow."""
    rows = Contribution.objects.filter(author=person).select_related("process", "stage").order_by("made_at")
    reactions = Reaction.objects.filter(person=person).select_related("contribution").order_by("at")
    follows = Follow.objects.filter(person=person).select_related("process").order_by("created_at")
    return {
        "contributions": [
            {
                "id": str(row.uuid),
                "process": row.process.slug,
                "stage": row.stage.slug,
                "kind": row.kind,
                "state": row.state,
                "title": row.title,
                "text": row.text,
                "place": row.place,
                "geometry": shapes.geometry_of(row.geometry),
                "signature": row.signature,
                "made_at": row.made_at.isoformat(),
            }
            for row in rows
        ],
        "reactions": [
            {"contribution": str(row.contribution.uuid), "value": row.value, "at": row.at.isoformat()}
            for row in reactions
        ],
        "poll_answers": [
            {
                "poll": str(row.poll),
                "chosen": [str(option) for option in row.options.all()],
                "at": row.at.isoformat(),
            }
            for row in PollAnswer.objects.filter(person=person)
            .select_related("poll")
            .prefetch_related("options")
            .order_by("at")
        ],
        "opinion_maps": [
            {"process": row.stage.process.slug, "stage": row.stage.slug, "number": row.number, "city": row.city_id}
            for row in OpinionVoter.objects.filter(person=person).select_related("stage__process")
        ],
        "follows": [{"process": row.process.slug, "since": row.created_at.isoformat()} for row in follows],
        "follows_by_mail": [
            {
                "process": row.process.slug if row.process else "",
                "proposal": str(row.contribution.uuid) if row.contribution else "",
            }
            for row in MailFollow.objects.filter(email=person.email).select_related("process", "contribution")
        ],
        "proposal_follows": [
            str(uuid)
            for uuid in ProposalFollow.objects.filter(person=person).values_list("contribution__uuid", flat=True)
        ],
        "initiatives": [
            {
                "initiative": str(row.initiative.proposal.contribution.uuid),
                "municipality": row.municipality_id,
                "is_15": row.is_15,
                "at": row.at.isoformat(),
            }
            for row in InitiativeSupport.objects.filter(person=person).select_related(
                "initiative__proposal__contribution"
            )
        ],
        "reports": [
            {
                "contribution": str(row.contribution.uuid),
                "ground": row.ground,
                "text": row.text,
                "at": row.at.isoformat(),
            }
            for row in Report.objects.filter(by=person).select_related("contribution")
        ],
        "appeals": [
            {"text": row.text, "outcome": row.outcome, "answer": row.answer, "at": row.at.isoformat()}
            for row in Appeal.objects.filter(moderation__contribution__author=person)
        ],
        "surveys": [
            {"stage": row.stage.slug, "draft": row.draft, "sent_at": row.sent_at.isoformat() if row.sent_at else None}
            for row in Turn.objects.filter(person=person).select_related("stage")
        ],
        "meetings": [
            {"meeting": str(row.meeting.uuid), "state": row.state, "at": row.at.isoformat()}
            for row in Registration.objects.filter(person=person).select_related("meeting")
        ],
    }


def erase(person: Any, at: datetime) -> None:
    """Make a person's contributions nameless; reactions and follows go with the account.

    What was said in a process stays as a part of what was decided on; who said it doesn't. To take the words back, too, they
    are withdrawn before the account is removed.

    Source: GDPR, Article 17(3)(b) and (d).
    """
    Contribution.objects.filter(author=person).update(author=None, signature="", changed_at=at)
    PollAnswer.objects.filter(person=person).update(person=None)
    CoAuthor.objects.filter(email=person.email).delete()
    MailFollow.objects.filter(email=person.email).delete()


def kept(person: Any) -> list[str]:
    """What stays when a person leaves, in plain words."""
    from django.utils.translation import ngettext

    count = Contribution.objects.filter(author=person).exclude(state=Contribution.State.WITHDRAWN).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s text that you wrote in hearings and proposals stays, without your name. Withdraw it first if it should go.",
            "%(count)s texts that you wrote in hearings and proposals stay, without your name. Withdraw them first if they should go.",
            count,
        )
        % {"count": count}
    ]
