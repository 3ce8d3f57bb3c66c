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
from kuutio.core.opening_times import HORIZON_DAYS, OpenHours, in_force, intervals, next_change, state_at
from kuutio.core.osm_hours import OsmHours, osm_intervals
from kuutio.core.when import here
from kuutio.core.working_time import OFFICE, Calendar

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
        if self.periods:
            return intervals(self.periods, first, last)
        if self.osm:
            with suppress(ValueError):
                return osm_intervals(self.osm, first, last)
        return []

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
        if self.periods:
            return OpenHours(periods=self.periods)
        if self.osm:
            with suppress(ValueError):
                return OsmHours(expression=self.osm)
        return OFFICE

    def name_of(self, day: date) -> str:
        """What the exception is called by which a day goes, "" where it is an ordinary one."""
        return next((period.name for period in in_force(self.periods, day) if period.override and period.name), "")


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
