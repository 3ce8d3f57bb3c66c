"""The pages of the service directory: looking for a place or a service, one service in each city, one unit."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kuutio.cities.directory import (
    Found,
    MayUse,
    may_use,
    metres,
    offered,
    place_named,
    units_shown,
    with_hours,
)
from kuutio.cities.exceptions import may_except
from kuutio.cities.models import Channel, City, CityService, Municipality, Person, Service, Unit
from kuutio.cities.openings import hours_of
from kuutio.contact.finding_places import PAGE, Asked, answer, read
from kuutio.contact.models import AppointmentKind, ServiceForm
from kuutio.contact.opening_words import now_in_words, week
from kuutio.contact.routing import municipality_at
from kuutio.core.language import sort_key
from kuutio.core.opening_times import HORIZON_DAYS
from kuutio.core.positions import NoPosition, read_position
from kuutio.ui import wording

SERVICES_SHOWN = 100


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Looking for a place by words, city, nearness and whether it is open now; the list first, the map second."""
    asked = read(request.GET)
    now = timezone.now()
    told = None if asked.is_empty else answer(asked, at=now)
    rows = told.units if told else []
    context: dict[str, Any] = {
        "asked": asked,
        "cities": City.objects.all(),
        "told": told,
        "results": [line(found, now) for found in rows],
        "count": _count(told.total) if told and told.total is not None else "",
        "services": _services() if told is None else told.services,
        "has_map": any(found.unit.lon is not None for found in rows),
        "map_src": _geojson(asked),
        "order": "|".join(City.objects.values_list("code", flat=True)),
        "pages": {
            "previous": _at(request, asked.start - PAGE) if asked.start else "",
            "next": _at(request, asked.start + PAGE) if told and told.has_more else "",
        },
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Services and places")}],
    }
    return render(request, "contact/directory/front.html", context)


def line(found: Found, now: Any) -> dict[str, Any]:
    """A unit of a list, in words."""
    return {
        "unit": found.unit,
        "now": now_in_words(found.now, now),
        "admits": found.now.admits,
        "distance": distance(found.metres) if found.metres is not None else "",
    }


def distance(far_m: float) -> str:
    """How far a place is, as one says it: to 10 metres below a kilometre, to 100 metres beyond."""
    if far_m < 1000:
        return f"{wording.number(round(far_m, -1), 0)}\u00a0m"
    return f"{wording.number(far_m / 1000, 1)}\u00a0km"


def _count(total: int) -> str:
    return ngettext("%(count)s place", "%(count)s places", total) % {"count": wording.number(total)}


def _services() -> list[Service]:
    shown = offered().order_by().values("service")
    return sorted(
        Service.objects.filter(pk__in=shown)[:SERVICES_SHOWN], key=lambda row: wording.localized(row.name)[0].casefold()
    )


def _at(request: HttpRequest, start: int) -> str:
    query = request.GET.copy()
    query["start"] = str(max(start, 0))
    return f"?{query.urlencode()}"


def _geojson(asked: Asked) -> str:
    """The same question to the interface, for the map."""
    query = QueryDict(mutable=True)
    told = {"q": asked.text, "city": asked.city, "service": asked.service, "near": asked.place}
    for name, value in (told | {"open": "true" if asked.open_now else ""}).items():
        if value:
            query[name] = value
    if asked.position:
        query["lon"], query["lat"] = (str(value) for value in asked.position)
    query["lang"] = wording.language()
    query["offset"], query["limit"] = str(asked.start), str(PAGE)
    return f"/api/v1/units.geojson?{query.urlencode()}"


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service in each city, and the answer to "may I use this, living where I live?"."""
    row = get_object_or_404(Service, code=code, is_active=True)
    own = list(offered().filter(service=row).order_by("city__position"))
    spot, spot_unknown = _spot(request)
    home = _home_at(*spot) if spot else _home(request)
    now = timezone.now()
    units = [channel.unit for one in own for channel in one.channels.all() if channel.unit]
    hours = {found.unit.pk: found for found in with_hours(units, now)}
    forms = {form.city_service_id: form for form in ServiceForm.objects.filter(city_service__in=own, is_active=True)}
    kinds = list(
        AppointmentKind.objects.filter(city_service__in=own, is_active=True, unit__is_active=True).select_related(
            "unit"
        )
    )
    context = {
        "service": row,
        "home": home,
        "municipalities": municipalities(),
        "in_cities": [
            {
                "own": one,
                "may": str(_may(one, home, spot)) if home else "",
                "areas": _areas(one),
                "units": [
                    line(hours[channel.unit_id], now) for channel in one.channels.all() if channel.unit_id in hours
                ],
                "channels": [channel for channel in one.channels.all() if not channel.unit_id],
                "form": forms.get(one.pk),
                "kinds": [kind for kind in kinds if kind.city_service_id == one.pk],
            }
            for one in own
        ],
        "yours": next((one for one in own if home and _may(one, home, spot) is MayUse.YES), None),
        "has_shapes": any(area.shape is not None for one in own for area in one.areas.all()),
        "address": request.GET.get("address", "")[:200],
        "position": request.GET.get("lon", "") if spot else "",
        "spot": spot,
        "spot_unknown": spot_unknown,
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": _("Services and places"), "url": reverse("contact:services")},
            {"title": wording.localized(row.name)[0]},
        ],
    }
    return render(request, "contact/directory/service.html", context)


def _areas(own: CityService) -> str:
    """Where people have to live, in words; "" for everyone."""
    if own.open_to == CityService.OpenTo.EVERYONE:
        return ""
    codes = {code for area in own.areas.all() for code in area.municipalities}
    names = Municipality.objects.filter(pk__in=codes or {own.city.municipality_id}).defer("border")
    drawn = [wording.localized(area.name)[0] for area in own.areas.all() if area.shape is not None]
    return ", ".join([*(row.name_here for row in names)] if codes or not drawn else drawn)


def _spot(request: HttpRequest) -> tuple[tuple[float, float] | None, bool]:
    """Where the reader says that they live: longitude and latitude; and whether an address was told that nobody knows."""
    told = request.GET.get("address", "").replace("\0", "").strip()[:200]
    if told:
        found = place_named(told)
        return found, found is None
    try:
        position = read_position(request.GET.get("lon"), request.GET.get("lat"))
    except NoPosition:
        return None, False
    return (position.lon, position.lat), False


def _home_at(lon: float, lat: float) -> Municipality | None:
    return Municipality.objects.filter(pk=municipality_at(lon, lat) or "").defer("border").first()


def _may(own: CityService, home: Municipality, spot: tuple[float, float] | None) -> MayUse:
    """Whether somebody may use a city's service, by the address where they live if they tell it."""
    told = may_use(own, home.pk)
    shapes_of = [bytes(area.shape) for area in own.areas.all() if area.shape is not None]
    if told is MayUse.YES or spot is None or not shapes_of:
        return told
    from kuutio.contact.shapes import covers  # shapely, only where a service has an area of its own

    return MayUse.YES if any(covers(shape, *spot) for shape in shapes_of) else MayUse.NO


def _home(request: HttpRequest) -> Municipality | None:
    told = request.GET.get("home", "").replace("\0", "")[:3]
    return Municipality.objects.filter(pk=told).defer("border").first() if told else None


def municipalities() -> list[Municipality]:
    """All of them in the order of their names in the reader's language, to choose one's home from."""
    return sorted(Municipality.objects.defer("border"), key=lambda row: sort_key(row.name_here))


@require_safe
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """One unit: where it is, when it is open, how it is reached, what one can do there."""
    row = get_object_or_404(units_shown(), slug=slug)
    now = timezone.now()
    hours = hours_of([row])[row.pk]
    state = hours.now(now, days=HORIZON_DAYS)
    own = offered().filter(channels__unit=row).order_by("service__code")
    context = {
        "unit": row,
        "now": now_in_words(state, now),
        "admits": state.admits,
        "is_known": hours.is_known,
        "week": week(hours, now) if hours.is_known else [],
        "services": list(own),
        "kinds": list(row.appointment_kinds.filter(is_active=True)),
        "bounds": _around(row),
        "may_except": may_except(cast(Person, request.user), row),
        "others": _others(row, list(own), now),
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": _("Services and places"), "url": reverse("contact:services")},
            {"title": wording.localized(row.name)[0]},
        ],
    }
    return render(request, "contact/directory/unit.html", context)


AROUND = 0.006
"""Degrees of latitude around a unit on its map: some 700 metres."""


def _around(row: Unit) -> str:
    if row.lon is None or row.lat is None:
        return ""
    return f"{row.lon - 2 * AROUND},{row.lat - AROUND},{row.lon + 2 * AROUND},{row.lat + AROUND}"


def _others(row: Unit, own: list[CityService], now: Any) -> list[dict[str, Any]]:
    """The nearest place that gives the same service, one in each other city."""
    if row.lon is None or row.lat is None or not own:
        return []
    places = Channel.objects.filter(
        city_service__service=own[0].service_id,
        city_service__is_active=True,
        unit__is_active=True,
        unit__lon__isnull=False,
    ).exclude(unit__city=row.city_id)
    best: dict[str, tuple[float, int]] = {}
    for pk, city, lon, lat in places.values_list("unit", "unit__city", "unit__lon", "unit__lat"):
        if lon is None or lat is None:
            continue
        far = metres(row.lon, row.lat, lon, lat)
        if city not in best or far < best[city][0]:
            best[city] = (far, pk)
    units = Unit.objects.select_related("city").in_bulk([pk for _far, pk in best.values()])
    found = {one.unit.pk: one for one in with_hours(list(units.values()), now)}
    return [line(Found(found[pk].unit, found[pk].hours, found[pk].now, far), now) for far, pk in sorted(best.values())]
