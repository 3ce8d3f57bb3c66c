"""What somebody looks for in the directory, understood: words, a city, a place, open now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from kuutio.cities.directory import Found, near, offered, place_named, units_shown, with_hours
from kuutio.cities.models import City, Service, Unit
from kuutio.contact.findable_places import SERVICE, UNIT
from kuutio.core.positions import NoPosition, read_position
from kuutio.search.queries import find
from kuutio.ui import wording

PAGE = 20
MOST_FOUND = 200
MOST_NEAR = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the directory.

    Attributes:
        place: an address or the name of a place, in words.
        position: longitude and latitude (degrees); where it is None, `place` may still tell it.
    """

    text: str = ""
    city: str = ""
    service: str = ""
    place: str = ""
    position: tuple[float, float] | None = None
    open_now: bool = False
    start: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (self.text or self.city or self.service or self.place or self.position or self.open_now)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: a page of units, and whether there are more.

    Attributes:
        is_placed: the units are in order of distance.
        place_unknown: a place was named that isn't known.
        total: all that match; None where that would need the hours of every unit.
    """

    units: list[Found]
    services: list[Service]
    total: int | None
    has_more: bool
    is_placed: bool = False
    place_unknown: bool = False


def read(query: Mapping[str, str]) -> Asked:
    """A question as a page's address or an interface's parameters put it; what makes no sense is left out."""

    def said(name: str, longest: int = 200) -> str:
        return query.get(name, "").replace("\0", "").strip()[:longest]

    position = None
    try:
        found = read_position(said("lon", 30), said("lat", 30))
        position = (found.lon, found.lat)
    except NoPosition:
        pass
    start = said("start", 8)
    city = said("city", 30)
    return Asked(
        text=said("q"),
        city=city if City.objects.filter(pk=city).exists() else "",
        service=said("service", 60),
        place=said("near"),
        position=position,
        open_now=said("open", 5) in {"1", "true", "on"},
        start=int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0,
    )


def answer(asked: Asked, *, at: datetime, page: int = PAGE) -> Answer:
    """The units that fit a question, a page of them, and the services that its words name.

    Args:
        page: how many units at most, up to 100.
    """
    units = _fitting(asked)
    services = _services(asked)
    position = asked.position or (place_named(asked.place, asked.city) if asked.place else None)
    unknown = bool(asked.place) and position is None
    start = asked.start
    if position is not None:
        found = near(units, *position, at=at, open_now=asked.open_now, most=min(start + page, MOST_NEAR) + 1)
        more = len(found) > start + page and start + page < MOST_NEAR
        return Answer(found[start : start + page], services, None, more, is_placed=True)
    units = units.order_by("city__position", "slug")
    if asked.open_now:
        found = [one for one in with_hours(list(units[:MOST_FOUND]), at) if one.now.admits]
        return Answer(found[start : start + page], services, None, len(found) > start + page, place_unknown=unknown)
    total = units.count()
    rows = with_hours(list(units[start : start + page]), at)
    return Answer(rows, services, total, total > start + page, place_unknown=unknown)


def _fitting(asked: Asked) -> QuerySet[Unit]:
    units = units_shown(asked.city)
    if asked.service:
        own = offered().filter(service__code=asked.service)
        units = units.filter(channels__city_service__in=own.order_by().values("pk")).distinct()
    if asked.text:
        results = find(asked.text, language=wording.language(), kind=UNIT, city=asked.city, limit=MOST_FOUND)
        units = units.filter(slug__in=[row.key for row in results.rows])
    return units


def _services(asked: Asked) -> list[Service]:
    """The services that the words name, the best first."""
    if not asked.text:
        return []
    results = find(asked.text, language=wording.language(), kind=SERVICE, limit=6)
    rows = {row.code: row for row in Service.objects.filter(code__in=[found.key for found in results.rows])}
    return [rows[found.key] for found in results.rows if found.key in rows]
