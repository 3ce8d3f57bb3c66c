"""Whose a matter is: by its place and its category, never by guessing.

The order is that of the rules: valid numbers, layers of those who aren't cities, the municipality with its uncertainty near
borders, the category's rule in that city (an area's before the whole city's), else the city's joint queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kuutio.cities.drawn import locator, unsure_m
from kuutio.cities.models import City, Municipality, Organisation, Unit
from kuutio.contact.known import Known, in_force, known
from kuutio.contact.models import BodyLayer, Case, Category, CategoryRule, ExternalBody
from kuutio.core.when import here


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
        organisation: the city as an organisation.
        rule: the category's rule there, None where the city has none.
        choices: the cities to choose from near a border.
        body: who else takes care of it.
        municipality: the one that the place is in.
    """

    found: Found
    city: City | None = None
    organisation: Organisation | None = None
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
    house = known()
    if lon is None or lat is None:
        city = house.city(chosen)
        if city is None:
            return Route(Found.UNPLACED)
        return _in_city(house, category, city, city.municipality, None, None, at)
    if not beside and (body := _body_at(house, category, lon, lat, at)):
        return Route(Found.EXTERNAL, body=body)
    near = locator().near(lon, lat, unsure_m())
    if not near:
        return Route(Found.OUTSIDE)
    choices = tuple(house.municipalities[code] for code in near)
    inside = locator().locate(lon, lat) is not None
    named = house.city(chosen)
    picked = next((row for row in choices if (named and row.pk == named.municipality_id) or row.code == chosen), None)
    if len(choices) > 1 and picked is None:
        return Route(Found.ASK, choices=choices, municipality=choices[0] if inside else None, is_near_border=True)
    municipality = picked or choices[0]
    city = getattr(municipality, "city", None)
    if city is None:
        return outside(municipality, at)
    found = _in_city(house, category, city, municipality, lon, lat, at)
    return found if len(choices) == 1 else _unsure(found, choices)


def without_asking(category: Category, *, lon: float | None, lat: float | None, at: datetime) -> Route:
    """The same for a channel that can't ask back: near a border the municipality that the place is drawn in, marked as unsure."""
    found = route(category, lon=lon, lat=lat, at=at, beside=True)
    if found.found is Found.ASK:
        members = [row for row in found.choices if getattr(row, "city", None)]
        likely = found.municipality if found.municipality in members else (members[0] if members else None)
        if likely is None:
            return Route(Found.OUTSIDE, municipality=found.choices[0])
        return _unsure(_in_city(known(), category, likely.city, likely, lon, lat, at), found.choices)
    return found


def outside(municipality: Municipality, at: datetime) -> Route:
    """Whose it is in a municipality that isn't a member: its own, with how it is reached where we know."""
    day = here(at).date()
    of_kind = (row for row in known().bodies if row.kind == ExternalBody.Kind.MUNICIPALITY and in_force(row, day))
    body = next((row for row in of_kind if row.municipality_id == municipality.pk), None)
    return Route(Found.OUTSIDE, municipality=municipality, body=body)


def body_beside(case: Case, at: datetime) -> ExternalBody | None:
    """Who else a case may belong to by its place; None where nobody does, and where it has no place.

    Channels that can't ask let the case in all the same, and so does who says that it isn't about the state's road.
    """
    if case.lon is None or case.lat is None:
        return None
    return _body_at(known(), case.category, case.lon, case.lat, at)


def municipality_at(lon: float, lat: float) -> str | None:
    """The code of the municipality that a place is in, None outside of Finland."""
    return locator().locate(lon, lat)


def municipalities_within(lon: float, lat: float, metres: float) -> list[str]:
    """The codes of the municipalities within a distance of a place, the one that it is in first."""
    return locator().near(lon, lat, metres)


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
    return known().desk


def first_city() -> Organisation | None:
    """The first city of the group as an organisation; None where there is none yet."""
    house = known()
    return next((house.organisations[code] for code in house.cities if code in house.organisations), None)


def rules_of(city: City, at: datetime) -> list[CategoryRule]:
    """The rules that are in force in a city at a moment."""
    day = here(at).date()
    return [rule for rule in known().rules.get(city.pk, ()) if in_force(rule, day)]


def queues_of(city: City, at: datetime) -> list[Unit]:
    """The units that take care of something in a city by its rules, each once, in the rules' order."""
    found = {rule.unit.pk: rule.unit for rule in rules_of(city, at) if rule.unit is not None and rule.unit.is_active}
    return list(found.values())


def rule_for(
    city: City | None, category: str, *, lon: float | None, lat: float | None, at: datetime
) -> CategoryRule | None:
    """The rule that is in force in a city for a category (its code): that of the area of a place, else the whole city's.

    None where the city has no such rule, and where an organisation that is no city has the case.
    """
    return _rule(known(), city, category, lon, lat, at) if city is not None else None


def _rule(
    house: Known, city: City, category: str, lon: float | None, lat: float | None, at: datetime
) -> CategoryRule | None:
    day = here(at).date()
    rules = [rule for rule in house.rules.get(city.pk, ()) if rule.category_id == category and in_force(rule, day)]
    if lon is not None and lat is not None:
        for rule in rules:
            if rule.area is not None and _covers(bytes(rule.area), lon, lat):
                return rule
    return next((rule for rule in rules if rule.area is None), None)


def rule_of(case: Case, at: datetime) -> CategoryRule | None:
    """The rule for a case as it is now, in the city that has it."""
    return rule_for(case.responsible.city, case.category_id, lon=case.lon, lat=case.lat, at=at)


def _unsure(found: Route, choices: tuple[Municipality, ...]) -> Route:
    return replace(found, choices=choices, is_near_border=True)


def _in_city(
    house: Known,
    category: Category,
    city: City,
    municipality: Municipality,
    lon: float | None,
    lat: float | None,
    at: datetime,
) -> Route:
    rule = _rule(house, city, category.pk, lon, lat, at)
    return Route(Found.CITY, city, house.organisations[city.pk], rule, municipality)


def _body_at(house: Known, category: Category, lon: float, lat: float, at: datetime) -> ExternalBody | None:
    day = here(at).date()
    if category.place == Category.Place.NONE:
        return None
    for layer in house.layers:
        body = layer.body
        concerned = not body.categories or category.pk in body.categories
        if concerned and in_force(body, day) and _is_newest(house, layer, day) and _answers_for(layer, lon, lat):
            return body
    return None


def _is_newest(house: Known, layer: BodyLayer, day: date) -> bool:
    """Whether a layer is its body's latest of those that hold on a day."""
    return layer.pk == next(
        (row.pk for row in house.layers if row.body_id == layer.body_id and row.valid_from <= day), None
    )


def _covers(area: bytes, lon: float, lat: float) -> bool:
    from kuutio.contact import shapes  # shapely, only where a rule has an area

    return shapes.covers(area, lon, lat)


def _answers_for(layer: BodyLayer, lon: float, lat: float) -> bool:
    from kuutio.contact import shapes  # shapely, only where a body has a layer

    return shapes.answers_for(layer, lon, lat)
