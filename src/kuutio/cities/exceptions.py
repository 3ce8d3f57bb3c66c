"""The days on which a unit keeps other hours than usual: put in by the city itself, whatever register its hours come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from i18nfield.strings import LazyI18nString

from kuutio.audit.actions import record
from kuutio.cities.models import DatePeriod, Person, TimeSpan, TimeSpanGroup, Unit
from kuutio.core.problems import Invalid, NotAllowed

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days with hours of their own.

    Attributes:
        first, last: the days, the last one among them.
        opens, closes: the hours on each of them; both None: closed all day.
        name: why, in the languages in which it is told.
    """

    first: date
    last: date
    name: dict[str, str]
    opens: time | None = None
    closes: time | None = None


def may_except(person: Person | None, unit: Unit) -> bool:
    """The administrators and the customer service agents of the unit's city."""
    if person is None or not person.is_authenticated or not person.is_active:
        return False
    return person.is_superuser or any(person.has_role(role, city=unit.city_id) for role in ("admin", "agent"))


@transaction.atomic
def set_exception(unit: Unit, told: Exceptional, *, by: Person, at: datetime) -> DatePeriod:
    """Let a unit keep other hours on some days, or be closed; the same days again replace what was said of them.

    Raises:
        NotAllowed: the person serves another city.
        Invalid: the days or the hours are in the wrong order, more than a year, or over already.
    """
    if not may_except(by, unit):
        raise NotAllowed(_("Only the city’s own people change the hours of its service points."))
    errors = []
    if told.last < told.first or (told.last - told.first).days > MOST_DAYS:
        errors.append({"pointer": "/last", "detail": str(_("The last day can’t be before the first one."))})
    if (told.opens is None) != (told.closes is None):
        errors.append({"pointer": "/closes", "detail": str(_("Give both times, or none where it is closed."))})
    elif told.opens is not None and told.closes is not None and told.closes <= told.opens:
        errors.append({"pointer": "/closes", "detail": str(_("It can’t close before it opens."))})
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    Unit.objects.select_for_update().get(pk=unit.pk)
    own = DatePeriod.objects.filter(unit=unit, override=True, source="")
    own.filter(starts_on=told.first, ends_on=told.last).delete()
    row = DatePeriod.objects.create(
        unit=unit,
        name=LazyI18nString(told.name),
        starts_on=told.first,
        ends_on=told.last,
        override=True,
        state="closed" if told.opens is None else "unknown",
    )
    if told.opens is not None:
        group = TimeSpanGroup.objects.create(period=row)
        TimeSpan.objects.create(group=group, start=told.opens, end=told.closes, state="open")
    record("set_hours_exception", f"unit:{unit.slug}", by=by, at=at, first=str(told.first), last=str(told.last))
    return row


@transaction.atomic
def remove_exception(unit: Unit, period: int, *, by: Person, at: datetime) -> None:
    """Take an exception back. Once more changes nothing.

    Raises:
        NotAllowed: the person serves another city.
    """
    if not may_except(by, unit):
        raise NotAllowed(_("Only the city’s own people change the hours of its service points."))
    row = DatePeriod.objects.filter(pk=period, unit=unit, override=True, source="").first()
    if row is not None:
        row.delete()
        record("remove_hours_exception", f"unit:{unit.slug}", by=by, at=at, first=str(row.starts_on))
