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

from kuutio.contact import permissions, queries
from kuutio.contact.links import path_of
from kuutio.contact.models import Case, Contact, Rating, ServiceMonth
from kuutio.contact.pages.work import in_view
from kuutio.core.parts import Door, Face, Figure, Menu, MinePart, Parts, Personal, Request, WorkPart
from kuutio.ui import wording

_SHOWN = 50
_KEPT_S = 60
_FEW = 5


def own_cases(request: Request) -> dict[str, Any] | None:
    """The cases that a person has reported or follows, signed in."""
    cases = Case.objects.filter(participants__contact__person=request.user).distinct().order_by("-opened_at")[:_SHOWN]
    lines = [{"case": case, "path": path_of(case, get_language())} for case in cases]
    return {"lines": lines} if lines else None


def works(person: Any) -> bool:
    """Whoever handles cases."""
    return permissions.is_agent(person) or permissions.is_duty_officer(person)


def waiting(request: Request) -> dict[str, Any] | None:
    """How many cases wait in the views that matter first."""
    seen = queries.cases_seen_by(request.user, timezone.now())
    counts = {key: in_view(seen, key, request.user).count() for key in ("offered", "late", "new", "hand", "mine")}
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
    """A person's cases with what they wrote themselves and what was answered."""
    cases = Case.objects.filter(participants__contact__person=person).distinct().order_by("opened_at")
    return [
        {
            "number": case.number,
            "opened_at": case.opened_at.isoformat(),
            "category": case.category_id,
            "state": case.state,
            "address": case.address,
            "position": [case.lon, case.lat] if case.lon is not None else None,
            "messages": [
                {"at": row.at.isoformat(), "direction": row.direction, "text": row.text}
                for row in queries.thread_of_resident(case)
            ],
        }
        for case in cases
    ]


def _erase(person: Any, at: datetime) -> None:
    """Make a person's contacts nameless; the matters and what the cities did about them stay."""
    Contact.objects.filter(person=person).update(
        person=None, name="", email="", phone="", postal_address="", preference=Contact.Preference.NONE
    )


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
    personal=(Personal(key="cases", export=_exported, erase=_erase),),
)
