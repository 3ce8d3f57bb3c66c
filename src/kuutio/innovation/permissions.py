"""Who may do what: officers of cities, by the roles in which they act for their city."""

from __future__ import annotations

from kuutio.cities.models import City, Person

OFFICER_ROLES = ("publisher", "admin")


def cities_of(person: Person | None) -> list[City]:
    """The cities that a person works for, in the cities' order."""
    if person is None or not person.is_authenticated or not person.is_active:
        return []
    if person.is_superuser:
        return list(City.objects.all())
    codes = {
        held.organisation.city_id
        for held in person.held_roles
        if held.role in OFFICER_ROLES and held.organisation.kind == "city"
    }
    return list(City.objects.filter(pk__in=[code for code in codes if code]))


def is_officer(person: Person | None) -> bool:
    """Whether a person works for any city."""
    return bool(cities_of(person))
