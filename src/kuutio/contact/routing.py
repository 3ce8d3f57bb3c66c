"""Whose a matter is: by its place and its category, never by guessing.

The order is that of the rules: valid numbers, layers of those who aren't cities, the municipality with its uncertainty near
borders, the category's rule in that city (an area's before the whole city's), else the city's joint queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from kuutio.cities.models import City, Municipality, Organisation, Unit
from kuutio.cities.places import locator
from kuutio.contact.models import Case, Category, CategoryRule, ExternalBody, JointDesk
from kuutio.core.when import here

UNSURE_M = 30.0
"""Within so many metres of another municipality a place on a map is asked about: a finger and a phone's position are no better."""


class Found(StrEnum):
    """What routing has to say of a place."""

    CITY = "city"
    ASK = "ask"
    OUTSIDE = "outside"
    EXTERNAL = "external"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a matter goes, or why it goes nowhere yet.

    Attributes:
        city: whose it is; None when it isn't a member's or must be asked.
        rule: the category's rule there, None where the city has none.
        choices: the cities to choose from near a border.
        body: who else takes care of it.
        municipality: the one that the place is in.
    """

    found: Found
    city: City | None = None
    rule: CategoryRule | None = None
    municipality: Municipality | None = None
    choices: tuple[Municipality, ...] = ()
    body: ExternalBody | None = None
    is_near_border: bool = field(default=False)

    @property
    def unit(self) -> Unit | None:
        """The unit whose queue it comes to; None: the city's joint queue."""
        return self.rule.unit if self.rule else None


def route(
    category: Category,
    *,
    lon: float | None,
    lat: float | None,
    at: datetime,
    chosen: str = "",
    beside: bool = False,
) -> Route:
    """Find out whose a matter is.

    Args:
        lon, lat: degrees; both None where there is no place.
        chosen: the code of the municipality (or city) that the resident names: it counts near a border and without a place.
        beside: the resident says that it is no state road or other body's matter, though it lies near one.
    """
    if lon is None or lat is None:
        city = _member(chosen)
        if city is None:
            return Route(Found.UNPLACED)
        return _in_city(category, city, city.municipality, None, None, at)
    if not beside and (body := _body_at(category, lon, lat, at)):
        return Route(Found.EXTERNAL, body=body)
    near = locator().near(lon, lat, UNSURE_M)
    if not near:
        return Route(Found.OUTSIDE)
    known = {row.code: row for row in Municipality.objects.filter(code__in=near).select_related("city")}
    choices = tuple(known[code] for code in near)
    inside = locator().locate(lon, lat) is not None
    named = _member(chosen)
    picked = next((row for row in choices if (named and row.pk == named.municipality_id) or row.code == chosen), None)
    if len(choices) > 1 and picked is None:
        return Route(Found.ASK, choices=choices, municipality=choices[0] if inside else None, is_near_border=True)
    municipality = picked or choices[0]
    city = getattr(municipality, "city", None)
    if city is None:
        body = ExternalBody.objects.filter(kind=ExternalBody.Kind.MUNICIPALITY, municipality=municipality).first()
        return Route(Found.OUTSIDE, municipality=municipality, body=body)
    found = _in_city(category, city, municipality, lon, lat, at)
    return found if len(choices) == 1 else _unsure(found, choices)


def without_asking(category: Category, *, lon: float | None, lat: float | None, at: datetime) -> Route:
    """The same for a channel that can't ask back: near a border the municipality that the place is drawn in, marked as unsure."""
    found = route(category, lon=lon, lat=lat, at=at, beside=True)
    if found.found is Found.ASK:
        members = [row for row in found.choices if getattr(row, "city", None)]
        likely = found.municipality if found.municipality in members else (members[0] if members else None)
        if likely is None:
            return Route(Found.OUTSIDE, municipality=found.choices[0])
        return _unsure(_in_city(category, likely.city, likely, lon, lat, at), found.choices)
    return found


def rightful(case: Case, at: datetime) -> Route | None:
    """Where a case would go by the place that it has now, if that is elsewhere than where it is: another city, or another unit.

    None also where nobody can tell: no place, near a border, outside the cities.
    """
    if case.lon is None or case.lat is None:
        return None
    found = route(case.category, lon=case.lon, lat=case.lat, at=at, beside=True)
    if found.found is not Found.CITY or found.city is None:
        return None
    is_here = found.city.pk == case.responsible.city_id
    return None if is_here and (found.unit is None or found.unit.pk == case.unit_id) else found


def default_desk() -> Organisation | None:
    """Who receives what nobody can place: the default joint desk, None where the group has none."""
    desk = JointDesk.objects.filter(is_default=True).select_related("organisation").first()
    return desk.organisation if desk else None


def organisation_of(city: City) -> Organisation:
    """The city as an organisation."""
    return city.organisations.get(kind=Organisation.Kind.CITY)


def rules_of(city: City, at: datetime) -> list[CategoryRule]:
    """The rules that are in force in a city at a moment."""
    day = here(at).date()
    in_force = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))
    return list(CategoryRule.objects.filter(in_force, city=city).select_related("unit", "category"))


def _unsure(found: Route, choices: tuple[Municipality, ...]) -> Route:
    return Route(found.found, found.city, found.rule, found.municipality, choices, None, is_near_border=True)


def _member(code: str) -> City | None:
    if not code or "\0" in code:
        return None
    return City.objects.filter(Q(code=code) | Q(municipality=code)).select_related("municipality").first()


def _in_city(
    category: Category, city: City, municipality: Municipality, lon: float | None, lat: float | None, at: datetime
) -> Route:
    rules = [rule for rule in rules_of(city, at) if rule.category_id == category.pk]
    if lon is not None and lat is not None:
        for rule in rules:
            if rule.area is not None and _covers(bytes(rule.area), lon, lat):
                return Route(Found.CITY, city, rule, municipality)
    whole = next((rule for rule in rules if rule.area is None), None)
    return Route(Found.CITY, city, whole, municipality)


def _body_at(category: Category, lon: float, lat: float, at: datetime) -> ExternalBody | None:
    day = here(at).date()
    bodies = ExternalBody.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day), layer__isnull=False
    ).filter(Q(categories=[]) | Q(categories__contains=[category.pk]))
    if category.place == Category.Place.NONE:
        return None
    for body in bodies:
        if _answers_for(bytes(body.layer or b""), lon, lat, body.buffer_m):
            return body
    return None


def _covers(area: bytes, lon: float, lat: float) -> bool:
    from kuutio.contact import shapes  # shapely, only where a rule has an area

    return shapes.covers(area, lon, lat)


def _answers_for(layer: bytes, lon: float, lat: float, buffer_m: float) -> bool:
    from kuutio.contact import shapes  # shapely, only where a body has a layer

    return shapes.answers_for(layer, lon, lat, buffer_m)
