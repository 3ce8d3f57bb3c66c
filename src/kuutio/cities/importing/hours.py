"""A unit's hours in a register: compared with what is kept, and put in its place."""

from __future__ import annotations

from typing import Any

from i18nfield.strings import LazyI18nString

from kuutio.cities.hours import DatePeriod, HoursRule, TimeSpan, TimeSpanGroup
from kuutio.cities.importing.values import BadRow, HoursGroupIn, PeriodIn, RuleIn, SpanIn
from kuutio.cities.units import Unit
from kuutio.core.opening import group_of


def keep_hours(unit: Unit, periods: tuple[PeriodIn, ...], source: str) -> bool:
    """Put a register's hours in the place of what any register told before; hours that were written here stay."""
    for period in periods:
        _computable(period)
    before = list(
        DatePeriod.objects.filter(unit=unit).exclude(source="").prefetch_related("groups__spans", "groups__rules")
    )
    if [_as_read(row) for row in before] == sorted(periods, key=_order) and all(row.source == source for row in before):
        return False
    DatePeriod.objects.filter(pk__in=[row.pk for row in before]).delete()
    for period in sorted(periods, key=_order):
        _write(unit, period, source)
    return True


def _order(period: PeriodIn) -> tuple[Any, ...]:
    return (period.override, period.starts_on is not None, str(period.starts_on), str(period.ends_on))


def _write(unit: Unit, period: PeriodIn, source: str) -> None:
    made = DatePeriod.objects.create(
        unit=unit,
        name=LazyI18nString(period.name) if period.name else "",
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        override=period.override,
        state=period.state,
        source=source,
    )
    for group in period.groups:
        kept = TimeSpanGroup.objects.create(period=made)
        TimeSpan.objects.bulk_create(
            TimeSpan(
                group=kept,
                start=span.start,
                end=span.end,
                end_on_next_day=span.end_on_next_day,
                full_day=span.full_day,
                weekdays=list(span.weekdays),
                state=span.state,
            )
            for span in group.spans
        )
        HoursRule.objects.bulk_create(
            HoursRule(
                group=kept,
                context=rule.context,
                subject=rule.subject,
                parity=rule.parity,
                start=rule.start,
                every=rule.every,
            )
            for rule in group.rules
        )


def _computable(period: PeriodIn) -> None:
    """Refuse hours that can't be computed with, in words, before the database does."""
    try:
        if period.starts_on and period.ends_on and period.ends_on < period.starts_on:
            raise ValueError(f"a period ends before it begins: {period.starts_on}")
        for group in period.groups:
            group_of(group.spans, group.rules)
    except ValueError as error:
        raise BadRow(str(error)) from error


def _as_read(row: DatePeriod) -> PeriodIn:
    """A period as the register's file would tell it, to see whether anything changed."""
    return PeriodIn(
        row.starts_on,
        row.ends_on,
        row.override,
        row.state,
        {language: said for language, said in row.name.data.items() if said} if row.name and row.name.data else {},
        tuple(
            HoursGroupIn(
                tuple(
                    SpanIn(span.start, span.end, span.end_on_next_day, span.full_day, tuple(span.weekdays), span.state)
                    for span in group.spans.all()
                ),
                tuple(
                    RuleIn(rule.context, rule.subject, rule.parity, rule.start, rule.every)
                    for rule in group.rules.all()
                ),
            )
            for group in row.groups.all()
        ),
    )
