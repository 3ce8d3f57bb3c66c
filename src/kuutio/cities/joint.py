"""The organisation that acts for all the cities together, and the people who work for it."""

from __future__ import annotations

from kuutio.cities.models import Organisation, Person, Role


def desk_of_all() -> Organisation | None:
    """The organisation that publishes for all the cities; None where there is none.

    The first that was there: an authority whose officers come later doesn't take its place.
    """
    return Organisation.objects.filter(kind=Organisation.Kind.PUBLIC, roles__role="office").order_by("pk").first()


def joint_offices_of(person: Person) -> list[Organisation]:
    """The public bodies for which a person works as their office: the programme's, or a fund's authority.

    One city's own office isn't among them: what it does for its city gives no say over what is all the cities' in common.
    """
    return [
        held.organisation
        for held in person.held_roles
        if held.role == Role.Name.OFFICE and held.organisation.kind == Organisation.Kind.PUBLIC
    ]


def works_for_all(person: Person | None) -> bool:
    """Somebody who works for all the cities in common."""
    return bool(person and person.is_authenticated and person.is_active and joint_offices_of(person))
