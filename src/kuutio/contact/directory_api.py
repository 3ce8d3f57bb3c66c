"""The directory for programs: units with their hours, services with who may use them. Below `/api/v1/`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any, cast

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page
from ninja import Query, Router

from kuutio.cities.directory import Found, offered, units_shown
from kuutio.cities.hours import HoursState
from kuutio.cities.models import City, CityService, Municipality, Service, Unit
from kuutio.cities.openings import hours_of
from kuutio.contact import calendars
from kuutio.contact.directory_shapes import (
    HoursIn,
    HoursOut,
    MunicipalityIn,
    ServicesIn,
    ServicesOut,
    ServiceWholeOut,
    UnitsIn,
    UnitsOut,
    UnitWholeOut,
)
from kuutio.contact.directory_told import in_city_told, service_told, texts, unit_told
from kuutio.contact.finding_places import Asked, answer
from kuutio.core.opening import State
from kuutio.core.problems import BadQuery
from kuutio.core.when import HELSINKI, here
from kuutio.ui.wording import localized

router = Router(tags=["service directory"])
MOST_DAYS = 92

View = Callable[..., HttpResponse]


def _for_every_page(view: View) -> View:
    """Let the scripts of any site read the answer, and keep it until it changes."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, X-Request-Id"
        return response

    return cast(View, conditional_page(answered))


router.add_decorator(_for_every_page, mode="view")
CALENDAR_DAYS = 60


def _next(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    return f"{settings.SITE_URL}{request.path}?{query.urlencode()}"


def _found(request: HttpRequest, asked: UnitsIn) -> Any:
    if (asked.lon is None) != (asked.lat is None):
        raise BadQuery("Give lon and lat together.", errors=[{"pointer": "/lon", "detail": "needs lat"}])
    if asked.city and not City.objects.filter(pk=asked.city.replace("\0", "")).exists():
        raise BadQuery("There is no such city.", errors=[{"pointer": "/city", "detail": asked.city[:30]}])
    position = (asked.lon, asked.lat) if asked.lon is not None and asked.lat is not None else None
    return answer(
        Asked(
            text=asked.q.replace("\0", ""),
            city=asked.city,
            service=asked.service.replace("\0", ""),
            place=asked.near.replace("\0", ""),
            position=position,
            open_now=asked.open,
            start=asked.offset,
        ),
        at=timezone.now(),
        page=asked.limit,
    )


@router.get("/units", response=UnitsOut, summary="Units: by words, near a place, open now")
def list_units(request: HttpRequest, asked: Query[UnitsIn]) -> dict[str, Any]:
    """Service points of the cities. With a place the nearest come first, at most 100 of them."""
    told = _found(request, asked)
    prefetch([found.unit for found in told.units])
    return {
        "matched": told.total,
        "next": _next(request, asked.offset + asked.limit) if told.has_more else None,
        "units": [unit_told(found) for found in told.units],
    }


@router.get("/units.geojson", summary="The same units as GeoJSON")
def units_geojson(request: HttpRequest, asked: Query[UnitsIn]) -> HttpResponse:
    """For maps: the units that have a place, with their names in the reader's language."""
    told = _found(request, asked)
    return _collection([found.unit for found in told.units])


@router.get("/units/{slug}/place.geojson", summary="Where a unit is, as GeoJSON")
def unit_geojson(request: HttpRequest, slug: str) -> HttpResponse:
    """One point; none where its place isn't known."""
    return _collection([_one(slug)])


def _collection(units: list[Unit]) -> HttpResponse:
    features = [
        {
            "type": "Feature",
            "id": unit.slug,
            "geometry": {"type": "Point", "coordinates": [unit.lon, unit.lat]},
            "properties": {
                "name": localized(unit.name)[0],
                "city": unit.city_id,
                "url": reverse("contact:unit", kwargs={"slug": unit.slug}),
            },
        }
        for unit in units
        if unit.lon is not None
    ]
    body = orjson.dumps({"type": "FeatureCollection", "features": features})
    return HttpResponse(body, content_type="application/geo+json")


def prefetch(units: list[Unit]) -> None:
    """Read the registers' numbers of all the units at once."""
    from django.db.models import prefetch_related_objects

    prefetch_related_objects(units, "external_ids")


def _one(slug: str) -> Unit:
    return get_object_or_404(units_shown(), slug=slug.replace("\0", ""))


@router.get("/units/{slug}", response=UnitWholeOut, summary="One unit")
def one_unit(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What is said of it, how it is open now, and which services it gives."""
    unit = _one(slug)
    prefetch([unit])
    hours = hours_of([unit])[unit.pk]
    services = offered().filter(channels__unit=unit).order_by("service__code").values_list("service__code", flat=True)
    return unit_told(Found(unit, hours, hours.now(timezone.now()))) | {
        "text": texts(unit.text),
        "accessibility": [texts(fact) for fact in unit.accessibility],
        "languages": unit.languages,
        "hours_text": texts(unit.hours_text),
        "services": list(services),
    }


@router.get("/units/{slug}/hours", response=HoursOut, summary="When a unit is open")
def hours(request: HttpRequest, slug: str, asked: Query[HoursIn]) -> dict[str, Any]:
    """The open times that begin on some days, exceptions and holidays included; times in Finland's own offset."""
    unit = _one(slug)
    first = asked.first or here(timezone.now()).date()
    if not date(1970, 1, 1) <= first <= date(2200, 1, 1):
        raise BadQuery(
            "The first day must be between 1970 and 2200.", errors=[{"pointer": "/from", "detail": str(first)}]
        )
    last = asked.last or first + timedelta(days=6)
    if last < first or (last - first).days > MOST_DAYS:
        raise BadQuery(
            f"Ask for at most {MOST_DAYS} days, the last not before the first.",
            errors=[{"pointer": "/to", "detail": str(last)}],
        )
    known = hours_of([unit])[unit.pk]
    times = [
        {"start": one.starts_at.astimezone(HELSINKI), "end": one.ends_at.astimezone(HELSINKI), "state": str(one.state)}
        for one in known.between(first, last)
    ]
    return {"unit": unit.slug, "is_known": known.is_known, "times": times}


@router.get("/units/{slug}/hours.ics", summary="A unit's hours as a calendar")
def hours_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The next two months, to be subscribed to (iCalendar, RFC 5545)."""
    unit = _one(slug)
    today = here(timezone.now()).date()
    found = hours_of([unit])[unit.pk].between(today, today + timedelta(days=CALENDAR_DAYS))
    words = {State(value): str(label) for value, label in HoursState.choices}
    at = datetime.combine(today, datetime.min.time(), HELSINKI).astimezone(UTC)  # the same file all day long
    return HttpResponse(calendars.of_hours(unit, found, words=words, at=at), content_type=calendars.TYPE)


@router.get("/services", response=ServicesOut, summary="Services of the cities")
def list_services(request: HttpRequest, asked: Query[ServicesIn]) -> dict[str, Any]:
    """By code; each with the cities that offer it."""
    own = offered().filter(city=asked.city.replace("\0", "")) if asked.city else offered()
    rows = Service.objects.filter(is_active=True, pk__in=own.order_by().values("service"))
    matched = rows.count()
    shown = list(rows.order_by("code")[asked.offset : asked.offset + asked.limit])
    cities: dict[int, list[str]] = {}
    by_city = CityService.objects.filter(service__in=shown, is_active=True).order_by("city__position")
    for service, city in by_city.values_list("service", "city"):
        cities.setdefault(service, []).append(city)
    more = asked.offset + asked.limit < matched
    return {
        "matched": matched,
        "next": _next(request, asked.offset + asked.limit) if more else None,
        "services": [service_told(row, cities.get(row.pk, [])) for row in shown],
    }


@router.get("/services/{code}", response=ServiceWholeOut, summary="One service in each city")
def one_service(request: HttpRequest, code: str, asked: Query[MunicipalityIn]) -> dict[str, Any]:
    """Each city's own way of it, its channels, and whether the residents of a municipality may use it."""
    service = get_object_or_404(Service, code=code.replace("\0", ""), is_active=True)
    home = asked.municipality.replace("\0", "")
    if home and not Municipality.objects.filter(pk=home).exists():
        raise BadQuery("There is no such municipality.", errors=[{"pointer": "/municipality", "detail": home}])
    rows = list(offered().filter(service=service).order_by("city__position"))
    return service_told(service, [row.city_id for row in rows]) | {
        "in_cities": [in_city_told(row, home) for row in rows]
    }
