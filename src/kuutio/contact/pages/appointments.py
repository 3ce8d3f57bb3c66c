"""The pages of appointments: choosing a time, the booker's own page by its link, the officers' list."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.contact import calendars, permissions
from kuutio.contact.actions.booking import Booker, book, cancel_appointment, to_be_called, told_of_cancelling
from kuutio.contact.actions.texting_out import takes_texts
from kuutio.contact.appointments import free_slots, opens, path_of, url_of
from kuutio.contact.models import Appointment, AppointmentKind
from kuutio.contact.pages.service_form_fields import BookingForm
from kuutio.contact.pages.work import officer
from kuutio.core.problems import Invalid, NotAllowed, Problem
from kuutio.core.slots import Slot
from kuutio.core.when import clock, here
from kuutio.ui import wording

DAYS_SHOWN = 5
PAGE = 50


def _kind(slug: str) -> AppointmentKind:
    rows = AppointmentKind.objects.select_related("unit__city", "city_service__service")
    return get_object_or_404(rows, slug=slug, is_active=True, unit__is_active=True)


@require_safe
@never_cache
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times, some days at once."""
    kind = _kind(slug)
    days = _by_day(free_slots(kind, at=timezone.now()))
    told = request.GET.get("start", "")
    start = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
    context = {
        "kind": kind,
        "days": days[start : start + DAYS_SHOWN],
        "previous": f"?start={max(start - DAYS_SHOWN, 0)}" if start else "",
        "next": f"?start={start + DAYS_SHOWN}" if len(days) > start + DAYS_SHOWN else "",
        "crumbs": _crumbs(kind),
    }
    return render(request, "contact/appointments/choose.html", context)


def _by_day(slots: Iterable[Slot]) -> list[dict[str, Any]]:
    language = wording.language()
    return [
        {
            "title": f"{date_format(day, 'l').capitalize()} {wording.day(day)}",
            "slots": [{"at": _name(slot.starts_at), "words": clock(slot.starts_at, language)} for slot in some],
        }
        for day, some in groupby(slots, key=lambda slot: here(slot.starts_at).date())
    ]


def _name(moment: datetime) -> str:
    """A slot in an address: its beginning in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H%MZ")


def _moment(name: str) -> datetime:
    try:
        return datetime.strptime(name, "%Y-%m-%dT%H%MZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Http404 from error


def _crumbs(kind: AppointmentKind) -> list[dict[str, str]]:
    return [
        {"title": _("Services and places"), "url": reverse("contact:services")},
        {"title": str(kind.unit.name), "url": reverse("contact:unit", kwargs={"slug": kind.unit.slug})},
        {"title": str(kind.name)},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, slug: str, slot: str) -> HttpResponse:
    """Who books the chosen time. Sent again, it shows the same booking; taken meanwhile, it says so and offers the others."""
    kind, starts_at = _kind(slug), _moment(slot)
    person = request.user if request.user.is_authenticated else None
    taken = False
    status = 200
    if request.method == "POST":
        form = BookingForm(request.POST)
        if form.is_valid() and not form.cleaned_data["website"]:
            told = form.cleaned_data
            booker = Booker(
                told["name"], told["email"], told["phone"], told["note"], get_language() or "fi", cast("Person", person)
            )
            try:
                made = book(kind, starts_at=starts_at, key=told["key"], booker=booker, at=timezone.now())
                return redirect(f"{path_of(made, get_language())}?booked=1")
            except Invalid as problem:
                form.add_error(None, str(problem.detail))
            except Problem as problem:
                form.add_error(None, str(problem.detail))
                taken = True
        status = 409 if taken else 422
    else:
        taken = all(one.starts_at != starts_at for one in free_slots(kind, at=timezone.now()))
        known = {"name": getattr(person, "name", ""), "email": getattr(person, "email", "")} if person else {}
        form = BookingForm(initial=known | {"slot": slot, "key": uuid.uuid4()})
    context = {
        "kind": kind,
        "form": form,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=kind.minutes),
        "taken": taken,
        "crumbs": _crumbs(kind),
    }
    return render(request, "contact/appointments/confirm.html", context, status=status)


def _own(appointment: Any, secret: str) -> Appointment:
    row = get_object_or_404(
        Appointment.objects.select_related("kind__unit__city", "kind__city_service__service"), uuid=appointment
    )
    if not opens(row, secret):
        raise Http404
    return row


@require_safe
@never_cache
def booked(request: HttpRequest, appointment: Any, secret: str) -> HttpResponse:
    """The booker's own page."""
    row = _own(appointment, secret)
    context = {
        "appointment": row,
        "unit": row.kind.unit,
        "secret": secret,
        "is_new": "booked" in request.GET,
        "may_cancel": row.cancelled_at is None and row.starts_at > timezone.now(),
        "is_past": row.ends_at <= timezone.now(),
    }
    return render(request, "contact/appointments/booked.html", context)


@require_POST
@never_cache
def cancel(request: HttpRequest, appointment: Any, secret: str) -> HttpResponse:
    """Give the time back, by the link."""
    row = _own(appointment, secret)
    try:
        cancel_appointment(row, at=timezone.now())
    except Invalid as problem:
        messages.error(request, str(problem.detail))
    return redirect(path_of(row, get_language()))


@require_safe
@never_cache
def calendar(request: HttpRequest, appointment: Any, secret: str) -> HttpResponse:
    """The time as a calendar file."""
    row = _own(appointment, secret)
    answer = HttpResponse(calendars.of_appointment(row, link=url_of(row)), content_type=calendars.TYPE)
    answer["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


def _cities(person: Person) -> list[str]:
    desks = permissions.desks_of(person).values()
    return [str(desk.city_id) for desk in desks if permissions.may_see_appointments(person, str(desk.city_id))]


@require_safe
@never_cache
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The coming appointments of the officer's city, the next one first.

    Raises:
        NotAllowed: they serve no city.
    """
    person = officer(request)
    cities = _cities(person)
    if not cities:
        raise NotAllowed(_("Appointments are handled by the agents of the city that gives them."))
    now = timezone.now()
    told = request.GET.get("start", "")
    start = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0
    coming = Appointment.objects.filter(cancelled_at=None, ends_at__gt=now, kind__unit__city__in=cities)
    rows = list(coming.select_related("kind__unit").order_by("starts_at", "pk")[start : start + PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "previous": f"?start={max(start - PAGE, 0)}" if start else "",
        "next": f"?start={start + PAGE}" if len(rows) > PAGE else "",
        "now": now,
        "to_call": [] if start else to_be_called(cities, now),
    }
    return render(request, "contact/appointments/listed.html", context)


@require_POST
@never_cache
@login_required
def cancel_for(request: HttpRequest, appointment: Any) -> HttpResponse:
    """Cancel a time for the city; its booker is told."""
    person = officer(request)
    row = get_object_or_404(
        Appointment.objects.select_related("kind__unit"), uuid=appointment, kind__unit__city__in=_cities(person)
    )
    try:
        cancel_appointment(row, at=timezone.now(), by=person)
    except Invalid as problem:
        messages.error(request, str(problem.detail))
    else:
        said = (
            _("The time is cancelled, and its booker is told by e-mail.")
            if row.email
            else _("The time is cancelled, and its booker is told by text message.")
            if takes_texts(row.phone)
            else _("The time is cancelled. Call the booker: they gave no e-mail address.")
        )
        messages.success(request, said)
    return redirect("contact:appointments")


@require_POST
@never_cache
@login_required
def told_for(request: HttpRequest, appointment: Any) -> HttpResponse:
    """Note that the booker of a cancelled time has been called."""
    person = officer(request)
    row = get_object_or_404(
        Appointment.objects.select_related("kind__unit"), uuid=appointment, kind__unit__city__in=_cities(person)
    )
    told_of_cancelling(row, by=person, at=timezone.now())
    messages.success(request, _("Noted: the booker has been told."))
    return redirect("contact:appointments")
