"""What calls and applications give to the joint pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Card, Face, Menu, MinePart, Parts, Person, Personal, Request, SearchSource, WorkPart
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme.call_findable import KIND
from kuutio.programme.models import Application, CallQuestion, CallSubscription, Idea

_SHOWN = 3


def open_calls(request: Request) -> dict[str, Any] | None:
    """Calls that take applications now, what closes first on top."""
    found = queries.listed(timezone.now()).open
    return {"calls": found[:_SHOWN]} if found else None


def mine(request: Request) -> dict[str, Any] | None:
    """What a person writes in, and what they are invited to."""
    at = timezone.now()
    rows = [(row, queries.held(row, at)) for row in queries.own_of(request.user)]
    invitations = queries.invitations_of(request.user)
    return {"rows": rows[:10], "invitations": len(invitations)} if rows or invitations else None


def to_do(request: Request) -> dict[str, Any] | None:
    """What waits for the office."""
    found = queries.board(request.user, timezone.now())
    waiting = sum(len(column.rows) for column in found.columns if column.state in ("submitted", "eligible"))
    return {
        "waiting": waiting,
        "questions": len(found.questions),
        "ideas": len(found.ideas),
        "changes": len(found.changes),
        "url": reverse("programme:work-calls"),
    }


def exported(person: Person) -> dict[str, Any]:
    """What is kept of a person beside what their organisation wrote."""
    return {
        "letters_about_calls_since": next(
            (row.created_at.isoformat() for row in CallSubscription.objects.filter(person=person)), None
        ),
        "questions": [
            {"call": row.call.slug, "text": row.text, "asked_at": row.asked_at.isoformat()}
            for row in CallQuestion.objects.filter(asked_by=person).select_related("call")
        ],
        "ideas": [
            {"call": row.call.slug, "title": row.title, "text": row.text, "state": row.state}
            for row in Idea.objects.filter(actor=person).select_related("call")
        ],
        "applications": [
            {"number": row.number, "id": str(row.uuid), "state": row.state}
            for row in Application.objects.filter(partners__members=person).distinct()
        ],
    }


def kept(person: Person) -> list[str]:
    """What stays when a person leaves."""
    if not Application.objects.filter(partners__members=person).exists():
        return []
    return [
        now_(
            "Applications belong to the organisations that sent them and stay with them; your name is in none of them."
        )
    ]


def erase(person: Person, at: datetime) -> None:
    """Ideas and questions stay without their writer: the database lets go of the person itself."""
    Idea.objects.filter(actor=person, state__in=["draft", "submitted"]).delete()


PARTS = Parts(
    cards=(Card(key="programme-calls", template="programme/parts/open_calls.html", context=open_calls, order=150),),
    searches=(SearchSource(kind=KIND, label=_("Call"), plural=_("Calls"), face=Face.PROGRAMME, order=390),),
    mine=(
        MinePart(
            key="applications",
            title=_("Your applications"),
            template="programme/parts/mine.html",
            context=mine,
            order=300,
        ),
    ),
    work=(
        WorkPart(
            key="calls",
            title=_("Calls and applications"),
            template="programme/parts/to_do.html",
            context=to_do,
            allowed=permissions.is_office,
            order=60,
        ),
    ),
    menu=(Menu(key="calls", title=_("Calls"), url="programme:calls", order=490),),
    personal=(Personal(key="applications", export=exported, erase=erase, kept=kept),),
)
