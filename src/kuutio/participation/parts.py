"""What participation gives to the joint pages."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kuutio.core.parts import Card, Door, Face, Figure, Menu, MinePart, Parts, Personal, Request, SearchSource, WorkPart
from kuutio.participation import permissions, personal, proposal_queries, queries
from kuutio.participation.evidence import EVIDENCE, GAPS
from kuutio.participation.findable import KIND, MEETING, PROPOSAL, STAGE
from kuutio.participation.models import Contribution, Follow, Process
from kuutio.participation.timeline import current_stage
from kuutio.ui import wording

_SHOWN = 3
_MINE = 50
_KEPT_S = 60


def now_open(request: Request) -> dict[str, Any] | None:
    """What people can take part in now, what closes first on top."""
    at = timezone.now()
    rows, total = queries.listed(queries.Asked(when="open"), language=wording.language(), at=at)
    lines = [(current_stage(row, at), row) for row in rows]
    lines.sort(key=lambda line: line[0].closes_at if line[0] else at)
    return {"lines": lines[:_SHOWN], "total": total} if lines else None


def mine(request: Request) -> dict[str, Any] | None:
    """What a person has said, and the processes that they follow."""
    said = Contribution.objects.filter(author=request.user).exclude(state=Contribution.State.WITHDRAWN)
    follows = Follow.objects.filter(person=request.user, process__in=queries.public_processes())
    context = {
        "said": list(said.select_related("process", "stage").order_by("-made_at")[:_MINE]),
        "follows": list(follows.select_related("process")[:_MINE]),
    }
    return context if any(context.values()) else None


def to_do(request: Request) -> dict[str, Any] | None:
    """What waits in the processes of an officer's cities: those that nobody closed first of all."""
    at, person = timezone.now(), request.user
    drafts = queries.worked_on_by(person).filter(state=Process.State.DRAFT).count()
    return {
        "waiting": len(proposal_queries.queue(person)) + proposal_queries.appeals(person).count(),
        "received": proposal_queries.handled_by(person).filter(status="received").count(),
        "to_close": list(queries.to_close(person, at)[:_MINE]),
        "drafts": ngettext("%(count)s draft", "%(count)s drafts", drafts) % {"count": drafts} if drafts else "",
        "url": reverse("participation:work"),
    }


def _count() -> str | None:
    def compute() -> int:
        return queries.published().filter(organisation=None).count()

    count = caches["process"].get_or_set("participation-figure-count", compute, _KEPT_S)
    return wording.number(count) if count else None


PARTS = Parts(
    evidence=EVIDENCE,
    gaps=GAPS,
    cards=(Card(key="participation-open", template="participation/parts/open.html", context=now_open, order=100),),
    doors=(
        Door(
            key="participation",
            title=_("Take part"),
            text=_("Hearings, proposals and votes of all the cities: have a say, and see what came of it."),
            go=_("See what is open now"),
            url="participation:processes",
            face=Face.PARTICIPATION,
            order=200,
        ),
    ),
    searches=(
        SearchSource(
            kind=KIND, label=_("Participation"), plural=_("Matters to take part in"), face=Face.PARTICIPATION, order=200
        ),
        SearchSource(
            kind=STAGE,
            label=_("Hearing, survey or vote"),
            plural=_("Hearings, surveys and votes"),
            face=Face.PARTICIPATION,
            order=201,
        ),
        SearchSource(
            kind=PROPOSAL, label=_("Proposal"), plural=_("Residents’ proposals"), face=Face.PARTICIPATION, order=202
        ),
        SearchSource(kind=MEETING, label=_("Meeting"), plural=_("Meetings"), face=Face.PARTICIPATION, order=203),
    ),
    mine=(
        MinePart(
            key="participation",
            title=_("Your participation"),
            template="participation/parts/mine.html",
            context=mine,
            order=200,
        ),
    ),
    work=(
        WorkPart(
            key="participation",
            title=_("Participation"),
            template="participation/parts/to_do.html",
            context=to_do,
            allowed=permissions.is_officer,
            order=40,
        ),
    ),
    figures=(
        Figure(
            key="participation-contributions",
            label=_("comments and proposals by residents"),
            compute=_count,
            url="participation:processes",
        ),
    ),
    menu=(Menu(key="participation", title=_("Take part"), url="participation:processes", order=200),),
    personal=(Personal(key="participation", export=personal.exported, erase=personal.erase, kept=personal.kept),),
)
