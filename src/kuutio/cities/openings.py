"""When units are open, out of their rows: a bounded number of queries, however many units are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import prefetch_related_objects

from kuutio.cities.hours import DatePeriod
from kuutio.cities.units import Unit
from kuutio.core.opening import ADMITS, Interval, Period, State, group_of
from kuutio.core.opening_times import HORIZON_DAYS, OpenHours, in_force, intervals, merged, next_change, state_at
from kuutio.core.osm_hours import OsmHours, osm_intervals
from kuutio.core.when import here
from kuutio.core.working_time import OFFICE, Calendar
from kuutio.core.working_time import Hours as DayHours

SOON_DAYS = 14
"""A list looks so far ahead for the next change; a unit's own page further."""


@dataclass(frozen=True, slots=True)
class Now:
    """How a unit is open at a moment, and until when; None: nothing is known to change."""

    state: State
    until: datetime | None

    @property
    def admits(self) -> bool:
        """Whether anybody can come in."""
        return self.state in ADMITS


@dataclass(frozen=True)
class Hours:
    """The hours of one unit: its periods, else an expression of OpenStreetMap, else nothing."""

    periods: tuple[Period, ...] = ()
    osm: str = ""

    @cached_property
    def is_known(self) -> bool:
        """Whether anything can be computed."""
        return bool(self.periods or self.osm)

    def between(self, first: date, last: date) -> list[Interval]:
        """What begins on the days from the first to the last; an expression that isn't one has no hours."""
        if not self.goes_by_osm:
            return intervals(self.periods, first, last)
        with suppress(ValueError):
            usual = osm_intervals(self.osm, first, last)
            own = [one for one in usual if not in_force(self.periods, here(one.starts_at).date())]
            return merged([*own, *intervals(self.periods, first, last)])
        return intervals(self.periods, first, last)

    @property
    def goes_by_osm(self) -> bool:
        """Whether its usual days go by an expression; its periods are then exceptions to it."""
        return bool(self.osm) and all(period.override for period in self.periods)

    def now(self, at: datetime, days: int = SOON_DAYS) -> Now:
        """The state at a moment and the next change within so many days."""
        if not self.is_known:
            return Now(State.UNKNOWN, None)
        day = here(at).date()
        found = self.between(day - timedelta(days=1), day + timedelta(days=min(days, HORIZON_DAYS)))
        return Now(state_at(found, at), next_change(found, at))

    @property
    def calendar(self) -> Calendar:
        """The business hours by which a promise of the unit counts; the office's, where the unit tells none."""
        if self.goes_by_osm:
            with suppress(ValueError):
                return _Excepted(expression=self.osm, periods=self.periods)
        return OpenHours(periods=self.periods) if self.periods else OFFICE

    def name_of(self, day: date) -> str:
        """What the exception is called by which a day goes, "" where it is an ordinary one."""
        return next((period.name for period in in_force(self.periods, day) if period.override and period.name), "")


@dataclass(frozen=True)
class _Excepted(OsmHours):
    """An expression's hours, but for the days that periods of their own tell of."""

    periods: tuple[Period, ...] = ()

    def hours(self, on: date) -> DayHours:
        """The intervals that begin on a day."""
        return OpenHours(periods=self.periods).hours(on) if in_force(self.periods, on) else super().hours(on)


NO_HOURS = Hours()


def hours_of(units: Iterable[Unit]) -> dict[int, Hours]:
    """The hours of units by their ids: four queries for all of them."""
    units = list(units)
    prefetch_related_objects(units, "periods__groups__spans", "periods__groups__rules")
    return {unit.pk: Hours(tuple(_period(row) for row in unit.periods.all()), unit.osm_hours) for unit in units}


def _period(row: DatePeriod) -> Period:
    groups = tuple(group_of(group.spans.all(), group.rules.all()) for group in row.groups.all())
    return Period(
        row.starts_on, row.ends_on, row.override, State(row.state), groups, row.skips_holidays, name=str(row.name or "")
    )
