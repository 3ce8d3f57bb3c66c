"""What customer service gives to the joint pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db.models import Avg, Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kuutio.contact import permissions
from kuutio.contact.actions.forgetting import erase_person, is_erasable
from kuutio.contact.exporting import exported, kept_in_words
from kuutio.contact.filters import Filters
from kuutio.contact.findable import KIND
from kuutio.contact.links import follow_path, path_of
from kuutio.contact.models import Case, Participant, Rating, ServiceMonth
from kuutio.contact.queue import Look, counts_of
from kuutio.core.parts import Door, Face, Figure, Menu, MinePart, Parts, Personal, Request, SearchSource, WorkPart
from kuutio.ui import wording

_SHOWN = 50
_KEPT_S = 60
_FEW = 5


def own_cases(request: Request) -> dict[str, Any] | None:
    """The cases that a person has reported or follows, signed in; a follower's link shows what is public."""
    rows = Participant.objects.filter(contact__person=request.user).select_related("contact", "case__category")
    lines = [
        {"case": row.case, "path": follow_path(row.contact, get_language()), "follows": True}
        if row.kind == Participant.Kind.FOLLOWER
        else {"case": row.case, "path": path_of(row.case, get_language()), "follows": False}
        for row in rows.exclude(kind=Participant.Kind.WRITER).order_by("-case__opened_at", "-pk")[:_SHOWN]
    ]
    return {"lines": lines} if lines else None


def works(person: Any) -> bool:
    """Whoever handles cases."""
    return permissions.is_agent(person) or permissions.is_duty_officer(person)


def waiting(request: Request) -> dict[str, Any] | None:
    """How many cases wait in the views that matter first."""
    keys = ("offered", "late", "new", "hand", "mine", "chats")
    found = counts_of([Filters(view=key) for key in keys], Look.of(request.user, timezone.now()))
    counts = {key: count or 0 for key, count in zip(keys, found, strict=True)}
    words = {
        "offered": ngettext(
            "%(count)s case is offered to you", "%(count)s cases are offered to you", counts["offered"]
        ),
        "late": ngettext("%(count)s case is due soon or late", "%(count)s cases are due soon or late", counts["late"]),
        "new": ngettext("%(count)s new case", "%(count)s new cases", counts["new"]),
        "hand": ngettext(
            "%(count)s resident waits to be told by hand", "%(count)s residents wait to be told by hand", counts["hand"]
        ),
        "mine": ngettext("%(count)s case is yours", "%(count)s cases are yours", counts["mine"]),
        "chats": ngettext("%(count)s chat is open", "%(count)s chats are open", counts["chats"]),
    }
    return {
        "lines": [
            {"url": f"{reverse('contact:queue')}?view={key}", "words": said % {"count": wording.number(counts[key])}}
            for key, said in words.items()
            if counts[key]
        ]
    }


def _satisfaction() -> str | None:
    """The mean of the ratings, once there are so many that nobody's own shows."""

    def compute() -> float:
        told = Rating.objects.aggregate(count=Count("pk"), mean=Avg("stars"))
        return told["mean"] or 0.0 if told["count"] >= _FEW else 0.0

    mean = caches["process"].get_or_set("contact-figure-satisfaction", compute, _KEPT_S)
    return f"{wording.number(mean, 1)}/5" if mean else None


def _first_answer() -> str | None:
    """The median of the last whole month, of all the cities together."""

    def compute() -> float:
        last = ServiceMonth.objects.filter(organisation=None).order_by("-month").first()
        return (last.figures["answer_business_hours_median"] or 0.0) if last else 0.0

    hours = caches["process"].get_or_set("contact-figure-answer", compute, _KEPT_S)
    return f"{wording.number(hours, 1)} {gettext('h')}" if hours else None


def _exported(person: Any) -> list[dict[str, Any]]:
    """A person's cases with what they wrote themselves and what was answered; of what they only follow, that they do."""
    rows = (
        Participant.objects.filter(contact__person=person).select_related("case", "contact").order_by("case__opened_at")
    )
    return [exported(row) for row in rows]


def _erase(person: Any, at: datetime) -> None:
    """Take the person out of what is settled; what is open follows when it is settled."""
    erase_person(person, at=at)


def _kept(person: Any) -> list[str]:
    """What stays for a while when a person leaves, in plain words."""
    rows = Case.objects.filter(
        participants__contact__person=person, participants__kind=Participant.Kind.REPORTER, forgotten_at=None
    )
    return [kept_in_words(case) for case in rows.select_related("category").distinct() if not is_erasable(case)]


PARTS = Parts(
    doors=(
        Door(
            key="contact",
            title=_("Report or ask"),
            text=_("Something broken, a question, thanks: one form for all six cities, one case number, one thread."),
            go=_("Report a matter"),
            url="contact:report",
            face=Face.SERVICE,
            order=100,
        ),
    ),
    mine=(
        MinePart(
            key="contact-cases", title=_("Your cases"), template="contact/parts/mine.html", context=own_cases, order=100
        ),
    ),
    work=(
        WorkPart(
            key="contact-queue",
            title=_("Cases"),
            template="contact/parts/waiting.html",
            context=waiting,
            allowed=works,
            order=10,
        ),
    ),
    figures=(
        Figure(
            key="contact-satisfaction",
            label=_("Residents’ mean rating of closed cases"),
            compute=_satisfaction,
            url="contact:statistics",
        ),
        Figure(
            key="contact-answer",
            label=_("to the first answer, median in business hours"),
            compute=_first_answer,
            url="contact:statistics",
        ),
    ),
    menu=(Menu(key="contact", title=_("Report or ask"), url="contact:report", order=100),),
    searches=(
        SearchSource(kind=KIND, label=_("Guidance"), plural=_("Guidance articles"), face=Face.SERVICE, order=150),
    ),
    personal=(Personal(key="cases", export=_exported, erase=_erase, kept=_kept),),
)
