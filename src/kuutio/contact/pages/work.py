"""The officers' queue and the one screen of a case."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import Organisation, Person
from kuutio.contact import chats, permissions, queries
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.models import Attachment, Case, Chat, Delivery, Handover, Participant
from kuutio.contact.moves import MOVES
from kuutio.contact.pages.following import given_out
from kuutio.contact.pages.forms import AnswerForm, DirectForm, NoteForm, OfferForm
from kuutio.contact.permissions import View
from kuutio.core.case_numbers import parse
from kuutio.core.problems import NotAllowed

PAGE = 50


def officer(request: HttpRequest) -> Person:
    """Who asks, when they serve anywhere.

    Raises:
        NotAllowed: they serve nowhere.
    """
    person = cast(Person, request.user)
    if not (permissions.is_agent(person) or permissions.is_duty_officer(person)):
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    return person


def views_of_queue() -> list[dict[str, str]]:
    """The saved views that everybody has."""
    return [
        {"key": "open", "title": _("Open")},
        {"key": "mine", "title": _("Mine")},
        {"key": "new", "title": _("New cases")},
        {"key": "late", "title": _("Due soon or late")},
        {"key": "offered", "title": _("Offered to us")},
        {"key": "hand", "title": _("To be told by hand")},
        {"key": "given", "title": _("Handed over by us")},
        {"key": "done", "title": _("Settled")},
        {"key": "chats", "title": _("Chats")},
    ]


SOON = timedelta(hours=24)


def in_view(cases: QuerySet[Case], key: str, person: Person) -> QuerySet[Case]:
    """The cases of one saved view."""
    desks = list(permissions.desks_of(person))
    now = timezone.now()
    unsettled = cases.filter(settled_at__isnull=True)
    ours = unsettled.filter(responsible__in=desks)
    match key:
        case "mine":
            return unsettled.filter(assignee=person)
        case "chats":
            return cases.filter(Exists(Chat.objects.filter(case=OuterRef("pk"), ended_at__isnull=True)))
        case "new":
            return unsettled.filter(state=Case.State.NEW)
        case "late":
            soon = now + SOON
            return unsettled.filter(Q(resolve_due_at__lt=soon) | Q(answer_due_at__lt=soon))
        case "offered":
            offers = Handover.objects.filter(decision="", receiver__in=desks)
            return cases.filter(pk__in=offers.values("case"))
        case "hand":
            waiting = Delivery.objects.filter(state=Delivery.State.BY_HAND, message__case=OuterRef("pk"))
            return cases.filter(Exists(waiting), responsible__in=desks)
        case "given":
            given = Handover.objects.filter(decision="accepted", giver__in=desks)
            return cases.filter(pk__in=given.values("case")).exclude(responsible__in=desks)
        case "done":
            return cases.filter(settled_at__isnull=False)
    return ours if desks else unsettled


def searched(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """The cases that a number, a telephone number, an address of mail, or words of the title or place name."""
    try:
        return cases.filter(number=parse(text))
    except ValueError:
        pass
    people = Q(participants__contact__email=text.lower()) | Q(participants__contact__phone=text.replace(" ", ""))
    return cases.filter(Q(title__icontains=text) | Q(address__icontains=text) | people).distinct()


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; saved views, a search, pages by a key."""
    person = officer(request)
    now = timezone.now()
    seen = queries.cases_seen_by(person, now)
    key = request.GET.get("view", "open")
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    cases = searched(seen, text) if text else in_view(seen, key, person)
    order = (
        (F("settled_at").desc(nulls_last=True), "-pk")
        if key == "done" and not text
        else (F("resolve_due_at").asc(nulls_last=True), "pk")
    )
    told = request.GET.get("from", "")
    start = int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else 0
    rows = list(
        cases.select_related("category", "responsible", "unit", "assignee").order_by(*order)[start : start + PAGE + 1]
    )
    context = {
        "cases": rows[:PAGE],
        "next": start + PAGE if len(rows) > PAGE else None,
        "previous": max(start - PAGE, 0) if start else None,
        "views": [
            {
                "title": view["title"],
                "url": f"{reverse('contact:queue')}?view={view['key']}",
                "current": view["key"] == key and not text,
            }
            for view in views_of_queue()
        ],
        "key": key,
        "query": text,
        "now": now,
        "desks": list(permissions.desks_of(person).values()),
        "crumbs": _crumbs(),
        "disputed": _disputed() if permissions.is_duty_officer(person) else [],
    }
    return render(request, "contact/work/queue.html", context)


def _disputed() -> list[Case]:
    returned = Case.objects.filter(handovers__decision="returned", settled_at__isnull=True).distinct()
    return [case for case in returned if permissions.is_disputed(case)]


def seen_case(request: HttpRequest, number: str) -> tuple[Person, Case, View]:
    """The case of an address as the one who asks sees it; a case that they may not see is not found."""
    person = officer(request)
    try:
        known = parse(number)
    except ValueError as error:
        raise Http404 from error
    rows = Case.objects.select_related("responsible__city", "category", "unit", "assignee", "duplicate_of", "origin")
    case = get_object_or_404(rows, number=known)
    view = permissions.view_of(person, case, timezone.now())
    if view.sight is permissions.Sight.NONE:
        raise Http404
    return person, case, view


@require_safe
@never_cache
@login_required
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case on one screen: the thread, what can be done, and what helps to decide."""
    person, case, view = seen_case(request, number)
    note_reading(case, view, by=person, at=timezone.now())
    return page_of_case(request, person, case, view)


def page_of_case(
    request: HttpRequest, person: Person, case: Case, view: View, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The screen, with a form that needs another look where there is one."""
    now = timezone.now()
    offer = case.handovers.filter(decision="").select_related("giver", "receiver", "unit", "offered_by").first()
    everybody = list(case.participants.select_related("contact"))
    # Who only follows isn't a part of the matter: the officer needs their number, not their addresses.
    people = [row for row in everybody if row.kind != Participant.Kind.FOLLOWER] if view.reads_thread else []
    context = {
        "case": case,
        "view": view,
        "now": now,
        "thread": list(queries.thread_of(case, view)),
        "events": list(queries.history_of(case, view)),
        "people": people,
        "followers": len(everybody) - sum(row.kind != Participant.Kind.FOLLOWER for row in everybody),
        "offer": offer,
        "may_decide": offer is not None and permissions.may_decide(person, offer),
        "may_withdraw": offer is not None and permissions.may_withdraw(person, offer),
        "may_settle": view.sight is permissions.Sight.DUTY,
        "cities": Organisation.objects.filter(kind=Organisation.Kind.CITY).order_by("city__position"),
        "moves": [(state, Case.State(state).label) for state in _moves(case)],
        "near": queries.cases_near(case.category, case.lon, case.lat, at=now, without=case) if view.may_write else [],
        "history": _earlier(case, people, view),
        "chat": chats.open_chat_of(case) if view.may_write else None,
        "linked": list(queries.linked_cases(case)) if view.may_write else [],
        "answer_form": AnswerForm(initial={"key": secrets.token_urlsafe(12)}),
        "note_form": NoteForm(),
        "offer_form": OfferForm(giver=case.responsible),
        "direct_form": DirectForm(
            initial={"category": case.category_id, "unit": case.unit_id}, city=case.responsible.city
        ),
        "crumbs": [*_crumbs(), {"title": case.number}],
    }
    return render(request, "contact/work/case.html", context | forms, status=status)


def _moves(case: Case) -> list[str]:
    """The states that a button leads to; joining and answering have forms of their own."""
    order = [str(state) for state in Case.State.values]
    return [state for state in order if state in MOVES[case.state] and state != Case.State.DUPLICATE]


def _earlier(case: Case, people: list[Any], view: View) -> list[Case]:
    """The same person's other cases in the reader's own organisation."""
    emails = {row.contact.email for row in people if row.contact.email}
    phones = {row.contact.phone for row in people if row.contact.phone}
    if view.organisation is None or not (emails or phones):
        return []
    same = Q(participants__contact__email__in=emails) | Q(participants__contact__phone__in=phones)
    rows = Case.objects.filter(same, responsible=view.organisation).exclude(pk=case.pk).distinct()
    return list(rows.order_by("-opened_at")[:10])


@require_safe
@never_cache
@login_required
def file(request: HttpRequest, number: str, file: Any) -> HttpResponse:
    """A file of the thread, by the same rights as the thread."""
    person, case, view = seen_case(request, number)
    row = get_object_or_404(Attachment, uuid=file, message__in=queries.thread_of(case, view))
    note_reading(case, view, by=person, at=timezone.now())
    return given_out(row)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Cases"), "url": reverse("contact:queue")},
    ]
