"""Where a case is, as far as the world may know: the centre of a small square, in answers and in searches alike.

The squares are 50 metres wide. A matter of a street or a park can be found on a map by that, and duplicates near by are seen; but
where houses stand close enough to be told apart by it, a square holds several plots, so that nobody's home is told.
A search looks at the centres too: were it to look at the places themselves, small boxes would find out what the answers hide.
"""

from __future__ import annotations

from math import ceil, cos, floor, radians

from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Cos, Floor, Greatest, Power, Radians

from kuutio.contact.models import Case
from kuutio.contact.reckoned import holding
from kuutio.core.positions import METRES_PER_DEGREE
from kuutio.core.published import RoundedPoint

METRES = 50.0
_ROUNDED = RoundedPoint("point", metres=METRES)
_HIGH = METRES / METRES_PER_DEGREE
_TINY = 1e-6
"""Answers have six decimals: a search by what was answered finds it again."""


def shown(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """Longitude and latitude as they may be shown."""
    if lon is None or lat is None:
        return None, None
    lon, lat = _ROUNDED.safe({"point": (lon, lat)})["point"]
    return lon, lat


def within(cases: QuerySet[Case], west: float, south: float, east: float, north: float) -> QuerySet[Case]:
    """The cases whose square has its centre in a box, in degrees."""
    return holding(_near(cases, west, south, east, north), _inside(west, south, east, north))


def around(cases: QuerySet[Case], lon: float, lat: float, radius_m: float) -> QuerySet[Case]:
    """The cases whose square has its centre within a distance, in metres, of a place."""
    high = radius_m / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 1e-6)
    box = (lon - wide, lat - high, lon + wide, lat + high)
    north = (F("centre_lat") - _number(lat)) * _number(METRES_PER_DEGREE)
    east = (F("centre_lon") - _number(lon)) * _number(cos(radians(lat)) * METRES_PER_DEGREE)
    near = _near(cases, *box).alias(square_m=Power(north, 2.0) + Power(east, 2.0))
    return holding(near, _inside(*box) & Q(square_m__lte=radius_m**2))


def _near(cases: QuerySet[Case], west: float, south: float, east: float, north: float) -> QuerySet[Case]:
    """What the index knows of a box, and the centres of squares for reckoning: as `RoundedPoint` does it, where the rows are."""
    lowest = _HIGH * ceil((south - _TINY) / _HIGH - 0.5)
    highest = _HIGH * (floor((north + _TINY) / _HIGH - 0.5) + 1)
    widest = METRES / (METRES_PER_DEGREE * max(cos(radians(min(max(abs(south), abs(north)), 90))), 1e-6))
    near = cases.filter(lat__gte=lowest - _TINY, lat__lt=highest + _TINY, lon__range=(west - widest, east + widest))
    wide = _number(_HIGH) / Greatest(Cos(Radians(F("centre_lat"))), _number(1e-6))
    return (
        near.alias(centre_lat=(Floor(F("lat") / _number(_HIGH)) + _number(0.5)) * _number(_HIGH))
        .alias(wide=wide)
        .alias(centre_lon=(Floor(F("lon") / F("wide")) + _number(0.5)) * F("wide"))
    )


def _inside(west: float, south: float, east: float, north: float) -> Q:
    """Whether the centre of a square lies in a box."""
    return Q(
        centre_lat__range=(south - _TINY, north + _TINY),
        centre_lon__range=(west - _TINY, east + _TINY),
    )


def _number(value: float) -> Value:
    return Value(value, FloatField())
