"""The reads of the service directory: which units are near and open, and who may use a service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import cos, hypot, radians

from django.db.models import Prefetch, Q, QuerySet

from kuutio.cities.openings import NO_HOURS, Hours, Now, hours_of
from kuutio.cities.services import Channel, CityService
from kuutio.cities.units import Unit
from kuutio.core.language import LANGUAGES, fold

METRES_PER_DEGREE = 111_320.0
MOST_LOOKED_AT = 400
"""Of the nearest units, so many are asked whether they are open."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit of a list, its state now, and how far it is (metres; None where nothing is near or far)."""

    unit: Unit
    hours: Hours
    now: Now
    metres: float | None = None


class MayUse(StrEnum):
    """The answer to "may I use this, living where I live?"."""

    YES = "yes"
    NO = "no"
    PART = "part"
    """Those of its people who live in the service's own area."""


def units_shown(city: str = "") -> QuerySet[Unit]:
    """The units that people are told of, of one city or of all."""
    shown = Unit.objects.filter(is_active=True).select_related("city")
    return shown.filter(city=city) if city else shown


def near(units: QuerySet[Unit], lon: float, lat: float, *, at: datetime, open_now: bool, most: int) -> list[Found]:
    """The nearest units, the nearest first; of those open to anybody now, where asked."""
    places = units.filter(lon__isnull=False).order_by().values_list("pk", "lon", "lat")
    distances = sorted(
        (metres(lon, lat, x, y), pk) for pk, x, y in places.iterator() if x is not None and y is not None
    )
    found: list[Found] = []
    for begin in range(0, MOST_LOOKED_AT, 50):
        some = distances[begin : begin + 50]
        if not some or len(found) >= most:
            break
        rows = Unit.objects.select_related("city").in_bulk([pk for _far, pk in some])
        hours = hours_of(list(rows.values()))
        for far, pk in some:
            now = hours[pk].now(at)
            if now.admits or not open_now:
                found.append(Found(rows[pk], hours[pk], now, far))
    return found[:most]


def with_hours(units: Sequence[Unit], at: datetime) -> list[Found]:
    """Units with their state now, in the order given."""
    hours = hours_of(units)
    return [Found(unit, hours.get(unit.pk, NO_HOURS), hours[unit.pk].now(at)) for unit in units]


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """How far two places are, on a plane that is true around the first: within 0.3 % at the width of a city."""
    shrink = cos(radians(lat))
    return hypot((other_lon - lon) * shrink, other_lat - lat) * METRES_PER_DEGREE


_STREET = re.compile(r"[^\W\d_][^\d,]*")


def place_named(text: str, city: str = "") -> tuple[float, float] | None:
    """Where an address or a name is, by the units that stand there: the same number, else the same street, else the name.

    There is no register of addresses here: what no unit stands at isn't found.
    """
    wanted = fold(text.replace("\0", "").partition(",")[0]).strip()
    match = _STREET.match(wanted)
    if match is None or len(match.group().strip()) < 3:
        return None
    street = match.group().strip()
    best: tuple[int, float, float] | None = None
    rows = units_shown(city).filter(lon__isnull=False).order_by("pk").values_list("address", "name", "lon", "lat")
    for address, name, lon, lat in rows.iterator():
        if lon is None or lat is None:
            continue
        told = [fold(said) for said in _said(address)]
        rank = (
            0
            if any(said.partition(",")[0].strip() == wanted for said in told)
            else 1
            if any(said.startswith(f"{street} ") or said == street for said in told)
            else 2
            if any(wanted in fold(said) for said in _said(name))
            else 3
        )
        if rank < 3 and (best is None or rank < best[0]):
            best = (rank, lon, lat)
    return (best[1], best[2]) if best else None


def _said(value: object) -> list[str]:
    data = getattr(value, "data", value)
    if isinstance(data, dict):
        return [str(data[language]) for language in LANGUAGES if data.get(language)]
    return [str(data)] if data else []


def offered() -> QuerySet[CityService]:
    """The cities' services that people are told of, with what their pages say of them."""
    return (
        CityService.objects.filter(is_active=True, service__is_active=True)
        .select_related("service", "city__municipality")
        .prefetch_related(
            "areas",
            Prefetch("channels", Channel.objects.filter(Q(unit=None) | Q(unit__is_active=True)).select_related("unit")),
        )
        .defer("city__municipality__border")
    )


def may_use(own: CityService, municipality: str) -> MayUse:
    """Whether somebody who lives in a municipality may use a city's service.

    Args:
        municipality: its code, three digits.
    """
    if own.open_to == CityService.OpenTo.EVERYONE:
        return MayUse.YES
    rows = list(own.areas.all())
    if not rows:
        return MayUse.YES if municipality == own.city.municipality_id else MayUse.NO
    if any(municipality in row.municipalities for row in rows):
        return MayUse.YES
    shaped = any(row.shape is not None for row in rows)
    return MayUse.PART if shaped and municipality == own.city.municipality_id else MayUse.NO
