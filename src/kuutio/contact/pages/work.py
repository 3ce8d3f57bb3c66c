"""The one screen of a case, for officers: what was said, what can be done, and what helps to decide."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import Organisation, Person
from kuutio.contact import chats, given, permissions, queries, routing
from kuutio.contact.actions.presence import note_presence
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.actions.working import WITH_WORDS
from kuutio.contact.attending import live_parts
from kuutio.contact.finding import cases_of_people
from kuutio.contact.models import AnswerDraft, Attachment, Case, Message, Participant
from kuutio.contact.moves import MOVES
from kuutio.contact.pages.following import given_out
from kuutio.contact.pages.forms import (
    AnswerForm,
    AssignForm,
    DirectForm,
    LanguageForm,
    NoteForm,
    OfferForm,
    PlaceForm,
    UnitOfferForm,
    queue_choices,
)
from kuutio.contact.permissions import View
from kuutio.core.case_numbers import parse
from kuutio.core.problems import NotAllowed


def officer(request: HttpRequest) -> Person:
    """Who asks, when they serve anywhere.

    Raises:
        NotAllowed: they serve nowhere.
    """
    person = cast(Person, request.user)
    if not (permissions.is_agent(person) or permissions.is_duty_officer(person)):
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    return person


def agent(request: HttpRequest) -> Person:
    """Who asks, when they serve at a desk.

    Raises:
        NotAllowed: they don't.
    """
    person = officer(request)
    if not permissions.is_agent(person):
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    return person


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
    if view.may_write:
        note_presence(case, by=person, at=timezone.now())
    return page_of_case(request, person, case, view)


def page_of_case(
    request: HttpRequest, person: Person, case: Case, view: View, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The screen, with a form that needs another look where there is one. Whoever it is shown to has read the case."""
    now = timezone.now()
    note_reading(case, view, by=person, at=now)
    # Whoever gave the case away isn't told what is decided of it now.
    open_offers = case.handovers.filter(decision="") if view.given is None else case.handovers.none()
    offer = open_offers.select_related("giver", "receiver", "giver_unit", "unit", "offered_by").first()
    people = given.people_seen(case, view)
    thread = given.with_names_seen(list(queries.thread_of(case, view)), view)
    # Who only follows isn't a part of the matter: the officer needs their number, not their addresses.
    followers = case.participants.filter(kind=Participant.Kind.FOLLOWER, contact__verified_at__isnull=False)
    cities = Organisation.objects.filter(kind=Organisation.Kind.CITY).select_related("city").order_by("city__position")
    context = {
        "case": given.as_seen(case, view),
        "view": view,
        "now": now,
        "thread": thread,
        "events": list(queries.history_of(case, view)),
        "people": people,
        "followers": followers.count() if view.given is None else 0,
        "offer": offer,
        "may_decide": offer is not None and permissions.may_decide(person, offer),
        "may_withdraw": offer is not None and permissions.may_withdraw(person, offer),
        "may_settle": view.sight is permissions.Sight.DUTY,
        "cities": cities,
        "queues": queue_choices(cities) if view.sight is permissions.Sight.DUTY else [],
        "near": _near(case, now) if view.may_write else [],
        "history": _earlier(case, people, view),
        "diary_number": queries.diary_number_seen(case, view),
        "crumbs": crumbs(case.number),
        "uses_keys": uses_keys(person),
        "note_form": NoteForm(),
    }
    if view.may_write:
        context |= _tools(person, case, thread) | live_parts(case, person, now)
    return render(request, "contact/work/case.html", context | forms, status=status)


def _near(case: Case, at: datetime) -> list[dict[str, Any]]:
    """The cases near by with what tells whether they are the same matter: of one's own city all, of another's what is public."""
    found = queries.cases_near(case.category, case.lon, case.lat, at=at, without=case)
    own = [near.case.pk for near in found if near.case.responsible_id == case.responsible_id]
    written = Message.objects.filter(case__in=own, direction=Message.Direction.IN).order_by("at", "pk")
    texts: dict[int, str] = {}
    for message in written.only("case", "text"):
        texts.setdefault(message.case_id, message.text)
    photos: dict[int, Attachment] = {}
    for row in Attachment.objects.filter(message__in=written).select_related("message").order_by("pk"):
        if row.is_picture:
            photos.setdefault(row.message.case_id, row)
    return [
        {
            "near": near,
            "is_own": near.case.pk in own,
            "text": texts.get(near.case.pk, "") or near.case.summary,
            "photo": photos.get(near.case.pk),
        }
        for near in found
    ]


def _tools(person: Person, case: Case, thread: list[Message]) -> dict[str, Any]:
    """The forms of who may write, with what they had begun, and where the case would go by its place."""
    draft = AnswerDraft.objects.filter(case=case, person=person).first()
    begun = {"text": draft.text, "then": draft.then} if draft is not None and draft.send_at is None else {}
    found = None if case.is_settled else routing.rightful(case, timezone.now())
    elsewhere = found.organisation if found else None
    split = getattr(case, "split", None)
    written = [message for message in thread if message.direction == Message.Direction.IN]
    return {
        "draft": draft,
        "chat": chats.open_chat_of(case),
        "linked": list(queries.linked_cases(case)),
        "moves": [(state, Case.State(state).label) for state in _moves(case)],
        "answer_form": AnswerForm(
            initial={"key": secrets.token_urlsafe(12), **begun},
            keep_at=reverse("contact:draft", args=[case.number]),
        ),
        "assign_form": AssignForm(initial={"officer": case.assignee_id}, officers=officers_of([case.responsible])),
        "offer_form": OfferForm(giver=case.responsible, initial=_whose(found)),
        "within_form": UnitOfferForm(case=case),
        "direct_form": DirectForm(
            initial={"category": case.category_id, "unit": case.unit_id}, city=case.responsible.city
        ),
        "language_form": LanguageForm(initial={"language": case.language}),
        "place_form": PlaceForm(initial={"address": case.address, "lon": case.lon, "lat": case.lat}),
        "rightful": found,
        "beside": None if case.is_settled else routing.body_beside(case, timezone.now()),
        "rightful_city": elsewhere if elsewhere and elsewhere.pk != case.responsible_id else None,
        "split": split if split and split.undone_at is None else None,
        "splittable": written if len(written) > 1 else [],
        "categories": DirectForm(city=None).fields["category"].queryset,  # type: ignore[attr-defined]
    }


def _whose(found: routing.Route | None) -> dict[str, str]:
    """The city and the unit that an offer begins with: those whose the case is by its place."""
    if found is None or found.organisation is None:
        return {}
    return {"to": found.organisation.slug, "unit": found.unit.slug if found.unit else ""}


def officers_of(organisations: list[Organisation]) -> QuerySet[Person]:
    """Those to whom a case of some organisations can be given."""
    serving = Person.objects.filter(is_active=True, roles__role="agent", roles__organisation__in=organisations)
    return serving.distinct().order_by("name", "email")


def uses_keys(person: Person) -> bool:
    """Whether single letters do things on this person's pages; they do until they are switched off."""
    habit = getattr(person, "work_habit", None)
    return habit is None or bool(habit.uses_keys)


def _moves(case: Case) -> list[str]:
    """The states that a button leads to; joining has a form of its own, and what needs words goes with an answer."""
    order = [str(state) for state in Case.State.values]
    if case.state == Case.State.DUPLICATE:
        return []
    return [state for state in order if state in MOVES[case.state] - WITH_WORDS - {Case.State.DUPLICATE}]


def _earlier(case: Case, people: list[Participant], view: View) -> list[Case]:
    """The same person's other cases in the reader's own organisation."""
    emails = {row.contact.email for row in people if row.contact.email}
    phones = {row.contact.phone for row in people if row.contact.phone}
    if view.organisation is None or not (emails or phones):
        return []
    own = Case.objects.filter(responsible=view.organisation)
    rows = own.filter(pk__in=cases_of_people(emails, phones, own)).exclude(pk=case.pk)
    return list(rows.order_by("-opened_at", "-pk")[:10])


@require_safe
@never_cache
@login_required
def file(request: HttpRequest, number: str, file: Any) -> HttpResponse:
    """A file of the thread, by the same rights as the thread."""
    person, case, view = seen_case(request, number)
    row = get_object_or_404(Attachment, uuid=file, message__in=queries.thread_of(case, view))
    note_reading(case, view, by=person, at=timezone.now())
    return given_out(row)


@require_safe
@never_cache
@login_required
def places(request: HttpRequest, number: str) -> HttpResponse:
    """Where the case is, and the cases near it, as GeoJSON for the map of the screen."""
    person, case, view = seen_case(request, number)
    if not view.reads_thread:
        raise Http404
    note_reading(case, view, by=person, at=timezone.now())
    case = given.as_seen(case, view)
    near = queries.cases_near(case.category, case.lon, case.lat, at=timezone.now(), without=case)
    shown = [
        case,
        *(other.case for other in near if view.may_write and other.case.responsible_id == case.responsible_id),
    ]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            "properties": {
                "name": f"{one.number} {one.title}",
                "href": reverse("contact:case", args=[one.number]),
                "which": "this" if one.pk == case.pk else "near",
            },
        }
        for one in shown
        if one.lon is not None
    ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json; charset=utf-8"
    )


def crumbs(*further: str) -> list[dict[str, str]]:
    """The way to a page of the queue."""
    way = [{"title": _("Workspace"), "url": reverse("web:workspace")}]
    if not further:
        return [*way, {"title": _("Cases")}]
    return [*way, {"title": _("Cases"), "url": reverse("contact:queue")}, *({"title": title} for title in further)]
