"""The organisation that acts for all the cities together."""

from __future__ import annotations

from kuutio.cities.models import Organisation


def desk_of_all() -> Organisation | None:
    """The organisation that publishes for all the cities; None where there is none.

    The first that was there: an authority whose officers come later doesn't take its place.
    """
    return Organisation.objects.filter(kind=Organisation.Kind.PUBLIC, roles__role="office").order_by("pk").first()
