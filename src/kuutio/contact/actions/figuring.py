"""Working out the statistics of past months, anew from the events each time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation
from kuutio.contact.courses import courses_of
from kuutio.contact.models import Case, ServiceMonth
from kuutio.contact.routing import default_desk
from kuutio.core.service_figures import ALL, month_of, shown, tallied
from kuutio.core.when import HELSINKI

MONTHS = 24
"""How far back the figures go."""


@transaction.atomic
def work_out_statistics(at: datetime) -> int:
    """Make the figures of the last full months of every office and of all together; tells how many rows there are.

    Only whole months are told: of one that goes on, each day's figures less those of the day before would tell of single
    matters. Only categories that are public are counted, so that what is confidential leaves no trace, not even as a difference
    between these figures and the published cases.
    """
    months = past_months(at)
    since = datetime(months[0].year, months[0].month, 1, tzinfo=HELSINKI)
    # What happened since touched the case since; what was opened before and untouched is in no month told here.
    cases = Case.objects.filter(category__is_public=True, updated_at__gte=since)
    tally = tallied(course for _case, course in courses_of(cases.only(*_FIELDS)))
    offices = offices_shown()
    by_slug = {office.slug: office for office in offices}
    # An office that is none of these any more had what all together would miss.
    others = sorted({office for _month, office in tally} - {*by_slug, ALL})
    by_slug |= {office.slug: office for office in Organisation.objects.filter(slug__in=others)}
    rows = [
        ServiceMonth(organisation=by_slug.get(office), month=month, figures=figures, worked_out_at=at)
        for month in months
        for office, figures in shown(tally, month, [*by_slug, *(one for one in others if one not in by_slug)]).items()
        if office == ALL or office in by_slug
    ]
    ServiceMonth.objects.all().delete()
    ServiceMonth.objects.bulk_create(rows)
    record("work_out_statistics", "contact:statistics", by=None, at=at, months=len(months))
    return len(rows)


_FIELDS = (
    *("origin", "responsible", "category", "channel", "opened_at"),
    *("answer_minutes", "resolve_minutes", "promised_by"),
)


def past_months(at: datetime) -> list[date]:
    """The first days of the months that are over, the oldest first."""
    months = [_month_before(month_of(at))]
    while len(months) < MONTHS:
        months.append(_month_before(months[-1]))
    return months[::-1]


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def offices_shown() -> list[Organisation]:
    """The cities in their order, and the desk that has what nobody could place."""
    cities = list(
        Organisation.objects.filter(kind=Organisation.Kind.CITY, city__isnull=False).order_by("city__position")
    )
    desk = default_desk()
    return [*cities, *([desk] if desk else [])]
