"""The cities' officers of innovation: those who publish in a city's name."""

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
    if person is None or not person.is_authenticated or not person.is_active:
        return False
    return person.is_superuser or any(
        held.role in OFFICER_ROLES and held.organisation.kind == "city" for held in person.held_roles
    )


def works_for(person: Person | None, city: City) -> bool:
    """An officer of this very city; `None` as the person is the installation's own operator."""
    return person is None or city in cities_of(person)
