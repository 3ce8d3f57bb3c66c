"""What every new case asks for and hardly ever changes (the catalogue, whose rules hold, the cities), kept in the process.

The database gives the whole another version with each change, in the change's own transaction (`CatalogueVersion`). One small
question tells whether what is kept still holds, so that a change counts from its commit on, in every process.

The rows are shared by all threads: they are for reading. Who changes one reads it from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from kuutio.cities.models import City, Municipality, Organisation, Unit
from kuutio.cities.openings import hours_of
from kuutio.contact.models import BodyLayer, Category, CategoryRule, ExternalBody, JointDesk
from kuutio.core.working_time import OFFICE, Calendar


@dataclass(frozen=True, slots=True)
class Known:
    """The catalogue and the map of responsibilities, as they were at one version.

    Attributes:
        categories: all of them by code, with group and questions, in the catalogue's order.
        cities: by code, with their municipality.
        municipalities: by code, with their city and without their border.
        organisations: the cities as organisations, by the city's code.
        rules: of a city by its code, with their units.
        bodies: who else there is.
        layers: where they answer, without the shapes: of each body in the order of its name, the latest first.
        desk: who receives what nobody can place.
        hours: the business hours of units by their ids, filled as they are asked for (`calendars`).
    """

    version: UUID
    categories: Mapping[str, Category]
    cities: Mapping[str, City]
    municipalities: Mapping[str, Municipality]
    organisations: Mapping[str, Organisation]
    rules: Mapping[str, tuple[CategoryRule, ...]]
    bodies: tuple[ExternalBody, ...]
    layers: tuple[BodyLayer, ...]
    desk: Organisation | None
    hours: dict[int, Calendar] = field(default_factory=dict)

    def category(self, code: str) -> Category | None:
        """The category of a code that can be reported about."""
        found = self.categories.get(code)
        return found if found is not None and found.is_active else None

    def calendars(self, units: Iterable[int | None]) -> Mapping[int | None, Calendar]:
        """The business hours of units by their ids: their own where they tell any, else the office's, as where there is no unit."""
        wanted = set(units)
        missing = [unit for unit in wanted if unit is not None and unit not in self.hours]
        if missing:
            found = hours_of(Unit.objects.filter(pk__in=missing))
            self.hours.update({unit: hours.calendar for unit, hours in found.items()})
        return {unit: OFFICE if unit is None else self.hours.get(unit, OFFICE) for unit in wanted}

    def city(self, word: str) -> City | None:
        """The city of a code (`espoo`) or of its municipality's number (`049`)."""
        if (found := self.cities.get(word)) is not None:
            return found
        return next((city for city in self.cities.values() if city.municipality_id == word), None)


_kept: dict[str, Known] = {}
_settled: ContextVar[Known | None] = ContextVar("kuutio.contact.known", default=None)


@contextmanager
def settled() -> Iterator[Known]:
    """One look at the catalogue for all that is done within: a request that opens a case goes by what held when it came."""
    token = _settled.set(known())
    try:
        yield known()
    finally:
        _settled.reset(token)


def known() -> Known:
    """The catalogue as it is now, for this transaction."""
    if (found := _settled.get()) is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM contact_catalogueversion")
        (version,) = cursor.fetchone()
    kept = _kept.get(connection.alias)
    if kept is None or kept.version != version:
        # A change while this reads is seen in part; it has another version, by which the next question reads anew.
        kept = _kept[connection.alias] = _read(version)
    return kept


def in_force(row: CategoryRule | ExternalBody, on: date) -> bool:
    """Whether a rule or a body's responsibility holds on a day."""
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)


def _read(version: UUID) -> Known:
    rules: dict[str, list[CategoryRule]] = {}
    for rule in CategoryRule.objects.select_related("unit", "category"):
        rules.setdefault(rule.city_id, []).append(rule)
    cities = City.objects.select_related("municipality").defer("municipality__border")
    desk = JointDesk.objects.filter(is_default=True).select_related("organisation").first()
    return Known(
        version=version,
        categories={row.pk: row for row in Category.objects.select_related("group").prefetch_related("questions")},
        cities={row.pk: row for row in cities},
        municipalities={row.pk: row for row in Municipality.objects.select_related("city").defer("border")},
        organisations={
            row.city_id or "": row
            for row in Organisation.objects.filter(kind=Organisation.Kind.CITY).select_related("city")
        },
        rules={city: tuple(found) for city, found in rules.items()},
        bodies=tuple(ExternalBody.objects.select_related("municipality").defer("municipality__border")),
        layers=tuple(
            BodyLayer.objects.select_related("body").defer("shape").order_by("body__slug", "-valid_from", "-pk")
        ),
        desk=desk.organisation if desk else None,
    )
