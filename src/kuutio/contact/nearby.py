"""What is near a place, or named like it: service points to choose from, and the public cases that may be the same matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians, sqrt

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Power

from kuutio.cities.models import City, Municipality, Unit
from kuutio.contact.models import Case, Category, Participant
from kuutio.contact.open311 import places
from kuutio.contact.queries import lately
from kuutio.core.positions import METRES_PER_DEGREE

MOST_UNITS = 8
FARTHEST_M = 5_000.0
MOST_CASES = 5
MOST_COMPARED = 50
MOST_LOOKED_THROUGH = 3_000
"""The units of a city whose names are compared with words; no city has as many service points."""


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance of two places that are at most some kilometres apart."""
    north = (other_lat - lat) * METRES_PER_DEGREE
    east = (other_lon - lon) * METRES_PER_DEGREE * cos(radians(lat))
    return hypot(north, east)


@dataclass(frozen=True, slots=True)
class NearUnit:
    """A unit and how far it is in metres; None where there is no place to measure from."""

    unit: Unit
    metres: float | None = None


def units_near(lon: float, lat: float) -> list[NearUnit]:
    """The service points within five kilometres, the nearest first."""
    high = FARTHEST_M / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    rows = _placed().filter(lat__range=(lat - high, lat + high), lon__range=(lon - wide, lon + wide))
    north = F("lat") - _number(lat)
    east = (F("lon") - _number(lon)) * _number(cos(radians(lat)))
    rows = rows.annotate(apart=Power(north, 2.0) + Power(east, 2.0)).order_by("apart", "pk")[:MOST_UNITS]
    found = [NearUnit(row, metres_between(lon, lat, row.lon or 0.0, row.lat or 0.0)) for row in rows]
    return [near for near in found if near.metres is not None and near.metres <= FARTHEST_M]


def units_named(city: City, words: str) -> list[NearUnit]:
    """The service points of a city whose name or address has all the words, in any language; without words, the first ones."""
    wanted = words.casefold().split()[:10]
    found = []
    for unit in _placed().filter(city=city).order_by("slug")[:MOST_LOOKED_THROUGH]:
        said = " ".join([*_texts(unit.name), *_texts(unit.address)]).casefold()
        if all(word in said for word in wanted):
            found.append(NearUnit(unit))
            if len(found) == MOST_UNITS:
                break
    return found


def _placed() -> QuerySet[Unit]:
    return Unit.objects.filter(is_active=True, lat__isnull=False).select_related("city")


def _texts(value: object) -> list[str]:
    data = getattr(value, "data", value)
    return [str(text) for text in data.values()] if isinstance(data, dict) else [str(data or "")]


def _number(value: float) -> Value:
    return Value(value, FloatField())


def municipality_named(address: str) -> Municipality | None:
    """The municipality that stands at the end of an address, as in "Aurakatu 1, 20100 Turku"; None where none does.

    Only after a comma or a postal code: Turuntie is a street of many cities, and Turku by itself may be a street's name.
    """
    before, comma, last = address.rpartition(",")
    words = (last if comma and before.strip() else address).split()
    digits = next((at for at, word in enumerate(words) if len(word) == 5 and word.isascii() and word.isdigit()), None)
    if digits is not None:
        words = words[digits + 1 :]
    elif not comma:
        return None
    name = " ".join(words).strip(" .").replace("\0", "")
    if not name:
        return None
    return Municipality.objects.filter(Q(name_fi__iexact=name) | Q(name_sv__iexact=name)).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class PublicNear:
    """What the world may know of a case near by.

    Attributes:
        metres: the distance from the centre of the case's square, to ten metres: it tells no home.
        followers: how many follow it.
    """

    case: Case
    metres: int
    followers: int


def public_cases_near(category: Category, lon: float | None, lat: float | None, *, at: datetime) -> list[PublicNear]:
    """The public cases of a category that may be the same matter, the nearest first; as `cases_near` for officers, by what
    the world may know: the squares in which the cases are, not the places.
    """
    if lon is None or lat is None or not category.is_public:
        return []
    reach = category.near_m + places.METRES / sqrt(2)
    rows = Case.objects.filter(lately(at), category=category, forgotten_at__isnull=True)
    rows = places.around(rows.exclude(state=Case.State.DUPLICATE), lon, lat, reach)
    rows = rows.select_related("responsible", "category").order_by("-opened_at")
    found = []
    for row, followers in _with_followers(rows[:MOST_COMPARED]):
        shown_lon, shown_lat = places.shown(row.lon, row.lat)
        if shown_lon is not None and shown_lat is not None:
            metres = metres_between(lon, lat, shown_lon, shown_lat)
            found.append(PublicNear(row, max(10, int(round(metres, -1))), followers))
    return sorted(found, key=lambda near: near.metres)[:MOST_CASES]


def _with_followers(cases: Iterable[Case]) -> list[tuple[Case, int]]:
    """Cases, each with the number of those who follow it."""
    rows = list(cases)
    following = _following().filter(case__in=rows).order_by()
    counts = dict(following.values_list("case").annotate(count=Count("pk")))
    return [(row, counts.get(row.pk, 0)) for row in rows]


def follower_count(case: Case) -> int:
    """How many follow a case."""
    return _following().filter(case=case).count()


def _following() -> QuerySet[Participant]:
    """Those who have said that they follow: an address that somebody merely wrote is nobody yet."""
    return Participant.objects.filter(kind=Participant.Kind.FOLLOWER, contact__verified_at__isnull=False)
