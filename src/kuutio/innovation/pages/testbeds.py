"""The public pages of testbeds: their list with a map, one testbed with its calendar, booking a time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.core.slots import Slot
from kuutio.core.when import clock, here
from kuutio.innovation import calendars, permissions, queries
from kuutio.innovation.actions import booking as verbs
from kuutio.innovation.availability import HOLDS, free_slots
from kuutio.innovation.models import Booking, Testbed, TrialKind
from kuutio.innovation.pages.forms import BookingForm
from kuutio.innovation.pages.shared import FORM, asked_of, crumbs, form_page, listing, person_of, show, told
from kuutio.ui.wording import day, language, localized

_SHOWN_SLOTS = 60
_MOST_PLACES = 2000


def _list_crumb() -> tuple[str, str]:
    return _("Testbeds"), reverse("innovation:testbeds")


@require_safe
def testbeds(request: HttpRequest) -> HttpResponse:
    """The testbeds of all the cities: filters, a map, a list."""
    cities = list(City.objects.all())
    asked = asked_of(request, cities, kinds=TrialKind.choices)
    rows, total = queries.testbeds(asked, language=language())
    points = [(row.lon, row.lat) for row in rows if row.lon is not None and row.lat is not None]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    bounds = f"{min(lons) - 0.1},{min(lats) - 0.05},{max(lons) + 0.1},{max(lats) + 0.05}" if points else ""
    query = request.GET.urlencode()
    places = reverse("innovation:testbed-places") + (f"?{query}" if query else "")
    return listing(
        request,
        "innovation/testbeds.html",
        rows,
        total,
        asked,
        cities,
        kinds=TrialKind.choices,
        bounds=bounds,
        places=places,
        crumbs=crumbs((_("Testbeds"), "")),
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The places of the testbeds that fit what is asked, as GeoJSON."""
    asked = asked_of(request, list(City.objects.all()), kinds=TrialKind.choices)
    rows, _order = queries.fitting_testbeds(asked, language=language())
    features = [
        {
            "type": "Feature",
            "properties": {"name": localized(row.name)[0], "href": reverse("innovation:testbed", args=[row.slug])},
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        }
        for row in rows.exclude(lon=None).order_by("slug")[:_MOST_PLACES]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _seen(request: HttpRequest, slug: str) -> Testbed:
    rows = queries.testbeds_seen_by(person_of(request)).select_related("city", "owner")
    return get_object_or_404(rows, slug=slug)


def _by_day(found: list[Slot]) -> list[tuple[str, list[str]]]:
    """Free slots as a reader sees them: a day, and the times in it."""
    days: dict[str, list[str]] = {}
    for slot in found:
        times = f"{clock(slot.starts_at, language())}–{clock(slot.ends_at, language())}"
        days.setdefault(day(here(slot.starts_at).date()), []).append(times)
    return list(days.items())


@require_safe
def testbed(request: HttpRequest, slug: str) -> HttpResponse:
    """One testbed: what it offers, its rules, when it is free."""
    row, at, person = _seen(request, slug), timezone.now(), person_of(request)
    free = free_slots(row, at=at)
    resources = [
        one
        for one in row.resources.select_related("dataset")
        if one.dataset is None or (one.dataset.state == "published" and one.dataset.access == "PUBLIC")
    ]
    facts = {
        "testbed": row,
        "description": told(row.description),
        "parts": [
            {"title": title, **said}
            for title, value in (
                (_("Equipment"), row.equipment),
                (_("Who can try things"), row.users),
                (_("Rules"), row.rules),
                (_("Permits"), row.permits),
            )
            if (said := told(value))
        ],
        "resources": resources,
        "free_days": _by_day(free[:12]),
        "free_count": len(free),
        "challenges": queries.public_challenges().filter(places__testbed=row).order_by("-closes_at")[:10],
        "trials": queries.public_trials().filter(testbed=row).order_by("-changed_at")[:10],
        "may_keep": person is not None and permissions.may_keep(person, row),
        "crumbs": crumbs(_list_crumb(), (localized(row.name)[0], "")),
    }
    return render(request, "innovation/testbed.html", facts)


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Where one testbed is, as GeoJSON."""
    row = _seen(request, slug)
    if row.lon is None:
        raise Http404
    feature = {
        "type": "Feature",
        "properties": {"name": localized(row.name)[0]},
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
    }
    return JsonResponse({"type": "FeatureCollection", "features": [feature]}, content_type="application/geo+json")


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The testbed's calendar to subscribe to: when it is taken and when it is free, without who has it."""
    row, at = _seen(request, slug), timezone.now()
    taken = row.bookings.filter(state__in=HOLDS, ends_at__gt=at).order_by("starts_at")
    content = calendars.of_testbed(row, taken, free_slots(row, at=at), at=at)
    answer = HttpResponse(content, content_type=calendars.TYPE)
    answer["Content-Disposition"] = f'inline; filename="{row.slug}.ics"'
    return answer


@FORM
@never_cache
@login_required
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a time."""
    row, at, person = _seen(request, slug), timezone.now(), cast(Person, request.user)
    times = [
        (
            slot.starts_at.isoformat(),
            f"{day(here(slot.starts_at).date())} {clock(slot.starts_at, language())}–{clock(slot.ends_at, language())}",
        )
        for slot in free_slots(row, at=at)[:_SHOWN_SLOTS]
    ]
    posted = request.POST if request.method == "POST" else None
    if posted is not None and (asked := posted.get("starts_at", "")) and asked not in dict(times):
        times.append((asked[:40], _("taken in the meantime")))
    form = BookingForm(posted, times=times, initial={"key": uuid.uuid4()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            wish = verbs.Wish(
                key=said["key"],
                starts_at=_moment(said["starts_at"]),
                organisation=said["organisation"],
                purpose=said["purpose"],
                slots=said["slots"],
            )
            made = verbs.book(row, wish, by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            code = problem.status
            return form_page(request, form, _("Ask for a time"), _book_crumbs(row), status=code)
        messages.success(request, _("The time is held for you. You get a letter when the testbed has answered."))
        return redirect("innovation:booking", number=made.uuid)
    lead = _("The time is held for you from now on. The testbed’s keepers confirm it or tell why not.")
    return form_page(request, form, _("Ask for a time"), _book_crumbs(row), lead=lead, button=_("Ask for the time"))


def _book_crumbs(row: Testbed) -> list[dict[str, str]]:
    page = (localized(row.name)[0], reverse("innovation:testbed", args=[row.slug]))
    return crumbs(_list_crumb(), page, (_("Ask for a time"), ""))


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min.replace(tzinfo=timezone.get_current_timezone())
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_current_timezone())


def _own_booking(request: HttpRequest, number: uuid.UUID) -> tuple[Person, Booking]:
    person = cast(Person, request.user)
    row = get_object_or_404(Booking.objects.select_related("testbed__owner", "testbed__city"), uuid=number)
    if not permissions.is_own(person, row) and not permissions.may_keep(person, row.testbed):
        raise Http404
    return person, row


@require_safe
@never_cache
@login_required
def booking(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One's own booking, or one of a testbed that one keeps."""
    person, row = _own_booking(request, number)
    may_keep = permissions.may_keep(person, row.testbed)
    is_live = row.state in HOLDS and row.starts_at > timezone.now()
    facts = {
        "booking": row,
        "may_cancel": is_live,
        "may_answer": may_keep and row.state == Booking.State.REQUESTED,
        "crumbs": crumbs(_list_crumb(), (_("Booking"), "")),
    }
    return render(request, "innovation/booking.html", facts)


@require_safe
@never_cache
@login_required
def booking_file(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One's own booking for one's calendar."""
    _person, row = _own_booking(request, number)
    answer = HttpResponse(calendars.of_booking(row), content_type=calendars.TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{row.uuid}.ics"'
    return answer


@require_POST
@never_cache
@login_required
def booking_act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Give a time back, confirm or refuse it."""
    person, row = _own_booking(request, number)
    at, words = timezone.now(), request.POST.get("answer", "")
    try:
        match act:
            case "cancel":
                verbs.cancel_booking(row, by=person, at=at)
                messages.success(request, _("The time is free again."))
            case "confirm" | "decline":
                verbs.answer_booking(row, confirmed=act == "confirm", answer=words, by=person, at=at)
                messages.success(request, _("Answered. Who asked gets a letter."))
            case _:
                raise Http404
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, str(problem.detail))
    return redirect("innovation:booking", number=number)
