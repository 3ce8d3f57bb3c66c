"""What testbeds, challenges and trials give to the joint pages."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Card, Face, Figure, MinePart, Parts, Personal, Request, SearchSource, WorkPart
from kuutio.innovation import permissions, personal, queries
from kuutio.innovation.findable import CHALLENGE, TESTBED, TRIAL
from kuutio.innovation.models import Answer, Booking, Trial, TrialProposal
from kuutio.ui import wording

_SHOWN = 3
_MINE = 50


_KEPT_S = 60


def open_now(request: Request) -> dict[str, Any] | None:
    """The challenges that take answers now, what closes first on top."""
    at = timezone.now()
    rows, total = queries.challenges(queries.Asked(when="open"), language=wording.language(), at=at)
    return {"rows": rows[:_SHOWN], "total": total} if rows else None


def mine(request: Request) -> dict[str, Any] | None:
    """A person's answers, proposals, bookings and trials."""
    person = request.user
    answers = Answer.objects.filter(person=person).exclude(state=Answer.State.WITHDRAWN).select_related("challenge")
    context = {
        "answers": list(answers.order_by("-changed_at")[:_MINE]),
        "proposals": list(TrialProposal.objects.filter(person=person, withdrawn_at=None)[:_MINE]),
        "bookings": list(
            Booking.objects.filter(person=person, ends_at__gt=timezone.now())
            .exclude(state=Booking.State.CANCELLED)
            .select_related("testbed")[:_MINE]
        ),
        "led": list(Trial.objects.filter(lead=person).exclude(state=Trial.State.GIVEN_UP)[:_MINE]),
    }
    return context if any(context.values()) else None


def to_do(request: Request) -> dict[str, Any] | None:
    """What waits in the trials of an officer's cities: what is overdue first of all."""
    person, at = request.user, timezone.now()
    proposals = queries.proposals_to_answer(person)
    return {
        "overdue": queries.overdue_trials(person, at)[:_MINE],
        "late": sum(one.due_at < at for one in proposals),
        "proposals": len(proposals),
        "bookings": queries.bookings_to_answer(person).count(),
        "questions": queries.questions_to_answer(person).count(),
        "url": reverse("innovation:work"),
    }


def _running() -> str | None:
    def compute() -> int:
        return queries.public_trials().filter(state=Trial.State.RUNNING).count()

    count = caches["process"].get_or_set("innovation-figure-running", compute, _KEPT_S)
    return wording.number(count) if count else None


PARTS = Parts(
    cards=(Card(key="innovation-open", template="innovation/parts/open.html", context=open_now, order=300),),
    searches=(
        SearchSource(kind=CHALLENGE, label=_("Challenge"), plural=_("Challenges"), face=Face.INNOVATION, order=400),
        SearchSource(kind=TESTBED, label=_("Testbed"), plural=_("Testbeds"), face=Face.INNOVATION, order=410),
        SearchSource(kind=TRIAL, label=_("Trial"), plural=_("Trials"), face=Face.INNOVATION, order=420),
    ),
    mine=(
        MinePart(
            key="innovation-trials",
            title=_("Your trials"),
            template="innovation/parts/mine.html",
            context=mine,
            order=300,
        ),
    ),
    work=(
        WorkPart(
            key="innovation-trials",
            title=_("Trials"),
            template="innovation/parts/trials_to_do.html",
            context=to_do,
            allowed=permissions.keeps_testbeds,
            order=50,
        ),
    ),
    figures=(
        Figure(key="innovation-trials", label=_("trials running now"), compute=_running, url="innovation:trials"),
    ),
    personal=(Personal(key="innovation-trials", export=personal.exported, erase=personal.erase, kept=personal.kept),),
)
