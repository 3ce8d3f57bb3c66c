"""What customer service gives to the joint pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db.models import Avg, Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kuutio.contact import appointments, permissions
from kuutio.contact.actions.claiming import claimable
from kuutio.contact.actions.forgetting import erase_person, is_erasable
from kuutio.contact.evidence import EVIDENCE
from kuutio.contact.exporting import exported, kept_in_words
from kuutio.contact.filters import Filters
from kuutio.contact.findable import KIND
from kuutio.contact.links import follow_path, path_of
from kuutio.contact.models import Appointment, Case, Participant, Rating, RawMail, ServiceMonth
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
    to_claim = claimable(request.user).count()
    return {"lines": lines, "to_claim": to_claim} if lines or to_claim else None


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
    own = Participant.objects.filter(contact__person=person, case__forgotten_at=None)
    # What they wrote in another's case goes at once, but where the law has the city keep that case whole.
    others = Q(kind__in=[Participant.Kind.PROXY, Participant.Kind.WRITER], case__category__may_erase=False)
    rows = Case.objects.filter(pk__in=own.filter(Q(kind=Participant.Kind.REPORTER) | others).values("case"))
    return [kept_in_words(case) for case in rows.select_related("category") if not is_erasable(case)]


def own_appointments(request: Request) -> dict[str, Any] | None:
    """The coming appointments that a person booked signed in."""
    rows = Appointment.objects.filter(person=request.user, cancelled_at=None, ends_at__gt=timezone.now())
    shown = rows.select_related("kind__unit").order_by("starts_at")[:_SHOWN]
    lines = [{"row": row, "path": appointments.path_of(row, get_language())} for row in shown]
    return {"lines": lines} if lines else None


def coming_appointments(request: Request) -> dict[str, Any] | None:
    """How many appointments are to come at the service points of the officer's cities."""
    cities = [desk.city_id for desk in permissions.desks_of(request.user).values() if desk.city_id]
    coming = Appointment.objects.filter(
        cancelled_at=None, ends_at__gt=timezone.now(), kind__unit__city__in=cities
    ).count()
    if not coming:
        return None
    words = ngettext("%(count)s coming appointment", "%(count)s coming appointments", coming)
    return {"words": words % {"count": wording.number(coming)}}


def _exported_appointments(person: Any) -> list[dict[str, Any]]:
    """What a person booked signed in, with what they wrote."""
    return [
        {
            "kind": row.kind.slug,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
            "booked_at": row.booked_at.isoformat(),
            "cancelled_at": row.cancelled_at.isoformat() if row.cancelled_at else None,
            "name": row.name,
            "email": row.email,
            "phone": row.phone,
            "note": row.note,
        }
        for row in Appointment.objects.filter(person=person).select_related("kind").order_by("starts_at")
    ]


def mail_without_a_case(request: Request) -> dict[str, Any] | None:
    """How many mails couldn't be read, and how many were put aside; nothing where there are none."""
    rows = RawMail.objects.filter(state__in=[RawMail.State.FAILED, RawMail.State.QUARANTINED])
    counts = {row["state"]: row["count"] for row in rows.order_by().values("state").annotate(count=Count("pk"))}
    if not counts:
        return None
    words = gettext("Could not be read: %(failed)s, put aside: %(aside)s")
    told = {"failed": counts.get(RawMail.State.FAILED, 0), "aside": counts.get(RawMail.State.QUARANTINED, 0)}
    return {"words": words % told}


def _erase_appointments(person: Any, at: datetime) -> None:
    """Give back what is still to come, and take the person out of all of it."""
    own = Appointment.objects.filter(person=person)
    own.filter(starts_at__gt=at, cancelled_at=None).update(cancelled_at=at)
    own.update(person=None, name="", email="", phone="", note="", forgotten_at=at)


PARTS = Parts(
    evidence=EVIDENCE,
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
        Door(
            key="directory",
            title=_("Services and places"),
            text=_("What the six cities do for you, where it is, and whether it is open now."),
            go=_("Find a service"),
            url="contact:services",
            face=Face.SERVICE,
            order=110,
        ),
    ),
    searches=(
        SearchSource(kind="service", label=_("Service"), plural=_("Services"), face=Face.SERVICE, order=50),
        SearchSource(
            kind="unit",
            label=pgettext_lazy("directory", "Place"),
            plural=pgettext_lazy("directory", "Places"),
            face=Face.SERVICE,
            order=60,
        ),
        SearchSource(kind=KIND, label=_("Guidance"), plural=_("Guidance articles"), face=Face.SERVICE, order=150),
    ),
    mine=(
        MinePart(
            key="contact-cases", title=_("Your cases"), template="contact/parts/mine.html", context=own_cases, order=100
        ),
        MinePart(
            key="contact-appointments",
            title=_("Your appointments"),
            template="contact/parts/my_appointments.html",
            context=own_appointments,
            order=110,
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
        WorkPart(
            key="contact-appointments",
            title=_("Appointments"),
            template="contact/parts/coming_appointments.html",
            context=coming_appointments,
            allowed=permissions.is_agent,
            order=20,
        ),
        WorkPart(
            key="contact-mail",
            title=_("Mail without a case"),
            template="contact/parts/kept_mail.html",
            context=mail_without_a_case,
            allowed=permissions.may_see_to_mail,
            order=25,
        ),
        WorkPart(
            key="contact-ruling",
            title=_("Rules of customer service"),
            template="contact/parts/ruling.html",
            context=lambda _request: {},
            allowed=lambda person: bool(permissions.cities_ruled_by(person)),
            order=30,
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
    menu=(
        Menu(key="contact", title=_("Report or ask"), url="contact:report", order=100),
        Menu(key="directory", title=_("Services and places"), url="contact:services", order=110),
    ),
    personal=(
        Personal(key="cases", export=_exported, erase=_erase, kept=_kept),
        Personal(key="appointments", export=_exported_appointments, erase=_erase_appointments),
    ),
)
