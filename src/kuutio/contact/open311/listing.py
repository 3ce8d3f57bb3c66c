"""Which cases a list of service requests holds: the newest first, within a span of time, on the indexes that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.contact.known import known
from kuutio.contact.models import Case
from kuutio.contact.open311 import places, reading
from kuutio.contact.open311.errors import Refused
from kuutio.contact.open311.reading import Words
from kuutio.contact.reckoned import holding
from kuutio.core.case_numbers import NotANumber, parse

MOST_DAYS = 90
MOST_ROWS = 1000
"""GeoReport: a list spans 90 days or holds 1,000 requests, whichever is less."""

MOST_PAGES = 100_000
RADIUS_M = 500.0
MOST_RADIUS_M = 100_000.0

FIELDS = (
    *("number", "category", "responsible", "origin", "unit", "municipality", "state", "public_text", "lon", "lat"),
    *("opened_at", "updated_at", "settled_at", "resolve_due_at", "forgotten_at"),
)
"""What an answer needs of a case; what a resident wrote isn't even read."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases of a list, and the span that was looked at where it was shorter than what was asked."""

    cases: list[Case]
    cut: tuple[datetime, datetime] | None = None


def by_number(number: str) -> Case | None:
    """The case of a number, whether its category is public or not."""
    try:
        known = parse(number)
    except NotANumber:
        return None
    return Case.objects.filter(number=known).only(*FIELDS).first()


def concerns(case: Case, city: City) -> bool:
    """Whether a case is found under a city by its number: the city has it, had it first, or it lies there.

    A list tells who has it now; a program that brought a case to one city must find it when another has taken it over.
    """
    held = {case.responsible.city_id, case.origin.city_id}
    return city.pk in held or case.municipality_id == city.municipality_id


def listed(words: Words, *, now: datetime) -> Listed:
    """The public cases that a request asks for.

    Raises:
        Refused: a parameter can't be understood.
    """
    city = reading.jurisdiction(words)
    hidden = [row.pk for row in known().categories.values() if not row.is_public]
    cases = Case.objects.exclude(category__in=hidden).only(*FIELDS).order_by("-opened_at", "-pk")
    if numbers := words.listed("service_request_id"):
        return Listed(list(cases.filter(number__in=_numbers(numbers))[:MOST_ROWS]))
    if city is not None:
        cases = cases.filter(responsible__city=city)
    if codes := words.listed("service_code"):
        cases = cases.filter(category__in=codes)
    cases = _by_object(_by_status(cases, words), words)
    cases, cut = _by_time(cases, words, now)
    cases = _by_place(cases, words)
    size = reading.whole(words, "page_size", default=MOST_ROWS, most=MOST_ROWS)
    page = reading.whole(words, "page", default=1, most=MOST_PAGES)
    return Listed(_page(cases, (page - 1) * size, page * size), cut)


def _page(cases: QuerySet[Case], first: int, last: int) -> list[Case]:
    """Some rows of a list. Those before a late page are passed over in the index, which knows their order and category."""
    ids = list(cases.values_list("pk", flat=True)[first:last])
    rows = Case.objects.only(*FIELDS).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _numbers(told: list[str]) -> list[str]:
    found = []
    for one in told[:MOST_ROWS]:
        try:
            found.append(parse(one))
        except NotANumber:
            continue
    return found


def _by_status(cases: QuerySet[Case], words: Words) -> QuerySet[Case]:
    asked = {one.lower() for one in words.listed("status")}
    if strange := asked - {"open", "closed"}:
        raise Refused(400, _("status is open or closed, not %(told)s.") % {"told": sorted(strange)[0][:40]})
    return cases.filter(settled_at__isnull="open" in asked) if len(asked) == 1 else cases


def _by_object(cases: QuerySet[Case], words: Words) -> QuerySet[Case]:
    """No case is tied to an object of another register, so that a search for one finds nothing."""
    if words.get("service_object_id") and not words.get("service_object_type"):
        raise Refused(400, _("service_object_id needs service_object_type."))
    return cases.none() if words.get("service_object_type") else cases


def _by_time(
    cases: QuerySet[Case], words: Words, now: datetime
) -> tuple[QuerySet[Case], tuple[datetime, datetime] | None]:
    first, last = reading.moment(words, "start_date"), reading.moment(words, "end_date", ends=True)
    after, before = reading.moment(words, "updated_after"), reading.moment(words, "updated_before", ends=True)
    cut = None
    if after or before:
        start, end, was_cut = reading.span(after, before, now=now, days=MOST_DAYS)
        # What changed is told by the moment that is shown: of a closed case that of its closing. The index narrows it first.
        cases = cases.filter(updated_at__gte=start).alias(told_at=Coalesce("settled_at", "updated_at"))
        cases = holding(cases, Q(told_at__gte=start, told_at__lte=_whole(end)))
        cut = (start, end) if was_cut else None
    if first or last or not (after or before):
        start, end, was_cut = reading.span(first, last, now=now, days=MOST_DAYS)
        cases = cases.filter(opened_at__gte=start, opened_at__lte=_whole(end))
        cut = (start, end) if was_cut else cut
    return cases, cut


def _whole(end: datetime) -> datetime:
    """An end in whole seconds takes in its second: answers tell times in whole seconds, and are asked for by them."""
    return end if end.microsecond else end + timedelta(microseconds=999_999)


def _by_place(cases: QuerySet[Case], words: Words) -> QuerySet[Case]:
    if (box := reading.box(words)) is not None:
        cases = places.within(cases, *box)
    middle = reading.position(words)
    radius = reading.number(words, "radius", default=RADIUS_M, most=MOST_RADIUS_M)
    return places.around(cases, middle.lon, middle.lat, radius) if middle is not None else cases
