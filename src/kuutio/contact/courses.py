"""The courses of cases, read from their events: what the statistics and the published tables are made of.

A course is judged by what was promised when its case came: a rule of today never rewrites a month that is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import QuerySet

from kuutio.cities.models import Organisation
from kuutio.contact.known import known
from kuutio.contact.models import Case, Event
from kuutio.contact.moves import PAUSED, SETTLED
from kuutio.contact.promises import Pause
from kuutio.core.service_figures import Act, Course, Passed

AT_ONCE = 2000
"""Cases whose events are read together."""

_TOLD = (
    *(Event.Kind.ROUTED, Event.Kind.ANSWERED, Event.Kind.STATE, Event.Kind.ACCEPTED),
    *(Event.Kind.RETURNED, Event.Kind.RATED),
)


class _Told(NamedTuple):
    case: int
    at: Any
    kind: str
    facts: dict[str, Any]


def courses_of(cases: QuerySet[Case]) -> Iterator[tuple[Case, Course]]:
    """Each case with its course, in the order of their keys; two queries for some thousands of them."""
    slugs = dict(Organisation.objects.values_list("pk", "slug"))
    rows = cases.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = batch[-1].pk
        told: dict[int, list[_Told]] = defaultdict(list)
        events = Event.objects.filter(case__in=[case.pk for case in batch], kind__in=_TOLD).order_by("case", "at", "pk")
        for line in events.values_list("case_id", "at", "kind", "facts"):
            event = _Told(*line)
            told[event.case].append(event)
        calendars = known().calendars(case.promised_by_id for case in batch)
        for case in batch:
            yield case, replace(_course(case, told[case.pk], slugs), calendar=calendars[case.promised_by_id])


def _course(case: Case, told: list[_Told], slugs: dict[int, str]) -> Course:
    first = slugs[case.origin_id]
    office, pauses, since = first, list[Pause](), None
    answered: Act | None = None
    settled, reopened, passed = list[Act](), list[Act](), list[Passed]()
    stars: tuple[int, Act] | None = None
    for event in told:
        match event.kind:
            case Event.Kind.ACCEPTED:
                passed.append(Passed(event.at, event.facts["from"], event.facts["to"], is_taken=True))
                office = event.facts["to"]
            case Event.Kind.RETURNED:
                passed.append(Passed(event.at, event.facts["to"], event.facts["from"], is_taken=False))
            case Event.Kind.ANSWERED:
                answered = answered or Act(event.at, office)
            case Event.Kind.RATED:
                stars = (event.facts["stars"], Act(event.at, office))
            case Event.Kind.STATE:
                old, new = event.facts["from"], event.facts["to"]
                if new in PAUSED:
                    since = since or event.at
                elif since is not None:
                    pauses.append((since, event.at))
                    since = None
                # What is joined to another case is that one's: it was neither done nor taken up again.
                if new in SETTLED and old not in SETTLED and new != Case.State.DUPLICATE:
                    settled.append(Act(event.at, office))
                elif old in SETTLED and new not in SETTLED and old != Case.State.DUPLICATE:
                    reopened.append(Act(event.at, office))
    if since is not None:
        pauses.append((since, None))
    return Course(
        opened=Act(case.opened_at, first),
        channel=case.channel,
        pauses=pauses,
        answered=answered,
        settled=tuple(settled),
        reopened=tuple(reopened),
        passed=tuple(passed),
        answer_minutes=case.answer_minutes,
        settle_minutes=case.resolve_minutes,
        stars=stars,
    )
