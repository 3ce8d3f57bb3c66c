"""The projects on a map: a point for each city, since a project's actors are told by city and not by address."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg
from django.urls import reverse
from django.utils.translation import ngettext

from kuutio.cities.models import City, Unit
from kuutio.programme import queries, spending
from kuutio.ui.wording import localized


def features() -> list[dict[str, Any]]:
    """GeoJSON features of the cities in which an actor of some project is; names in the reader's language."""
    programme = queries.current_programme()
    rows = spending.projects_of(programme) if programme else []
    counts: dict[str, int] = {}
    for row in rows:
        for city in row.cities:
            counts[city.pk] = counts.get(city.pk, 0) + 1
    places = _places()
    return [
        {
            "type": "Feature",
            "id": city.pk,
            "geometry": {"type": "Point", "coordinates": places[city.pk]},
            "properties": {
                "name": _named(city, counts[city.pk]),
                "city": localized(city.name)[0],
                "projects": counts[city.pk],
                "href": f"{reverse('programme:projects')}?city={city.pk}#list",
            },
        }
        for city in (queries.cities_of(programme) if programme else [])
        if city.pk in counts and city.pk in places
    ]


def _named(city: City, count: int) -> str:
    words = ngettext("%(city)s: %(count)s project", "%(city)s: %(count)s projects", count)
    return words % {"city": localized(city.name)[0], "count": count}


def _places() -> dict[str, list[float]]:
    """Where each city's point stands: in the middle of its units, else in the middle of its municipality's box. Degrees."""
    told = Unit.objects.filter(is_active=True, lon__isnull=False).order_by().values_list("city")
    found = {code: [round(lon, 4), round(lat, 4)] for code, lon, lat in told.annotate(x=Avg("lon"), y=Avg("lat"))}
    for city in City.objects.select_related("municipality"):
        west, south, east, north = city.municipality.bbox
        found.setdefault(city.pk, [round((west + east) / 2, 4), round((south + north) / 2, 4)])
    return found
