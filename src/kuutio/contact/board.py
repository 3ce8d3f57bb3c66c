"""A city's or a joint desk's service at this moment, in figures: what waits, for how long, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Q, QuerySet

from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.models import Case, Handover
from kuutio.contact.queries import worked_by
from kuutio.contact.queue import SOON, UNSETTLED, due_before
from kuutio.core.when import here

AGES_DAYS = (1, 3, 7, 14)
"""Where the classes of age end, days since the opening; the last one has no end."""
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Load:
    """How much a unit or an officer has: open cases, and how many of them are late or soon will be."""

    name: object
    pk: int | None
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one organisation.

    Attributes:
        late, soon, later, paused: the open ones by their promise: broken, within a day, later, standing.
        ages: the open ones by age, in the classes of AGES_DAYS.
        states: the open ones by state.
        came, settled: since midnight in Finland.
        officers: None for who may not see them.
    """

    open: int
    late: int
    soon: int
    later: int
    paused: int
    nobody: int
    ages: tuple[int, ...]
    states: dict[str, int]
    offered_in: int
    offered_out: int
    came: int
    settled: int
    units: tuple[Load, ...]
    officers: tuple[Load, ...] | None


def board_of(organisation: Organisation, person: Person, at: datetime) -> Board:
    """The figures of an organisation at a moment, of the cases that the person's rights reach; seven questions at most."""
    cases = Case.objects.filter(responsible=organisation)
    follows = permissions.follows_people(person, organisation)
    if not follows and not permissions.is_duty_officer(person):
        cases = cases.filter(worked_by(person, at))
    waiting = cases.filter(UNSETTLED)
    late, soon = due_before(at), due_before(at + SOON)
    edges = [at - timedelta(days=days) for days in AGES_DAYS]
    ages = [
        Q(opened_at__gt=edges[0]),
        *(Q(opened_at__lte=young, opened_at__gt=old) for young, old in pairwise(edges)),
        Q(opened_at__lte=edges[-1]),
    ]
    runs = Q(resolve_due_at__isnull=False) | Q(answer_due_at__isnull=False)
    states = [str(state) for state in Case.State.values]
    told = waiting.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=late),
        soon=Count("pk", filter=soon & ~late),
        later=Count("pk", filter=runs & ~soon),
        paused=Count("pk", filter=~runs),
        nobody=Count("pk", filter=Q(assignee__isnull=True)),
        **{f"age{place}": Count("pk", filter=age) for place, age in enumerate(ages)},
        **{f"state{place}": Count("pk", filter=Q(state=state)) for place, state in enumerate(states)},
    )
    midnight = here(at).replace(hour=0, minute=0, second=0, microsecond=0)
    offers = Handover.objects.filter(decision="")
    return Board(
        open=told["all"],
        late=told["late"],
        soon=told["soon"],
        later=told["later"],
        paused=told["paused"],
        nobody=told["nobody"],
        ages=tuple(told[f"age{place}"] for place in range(len(ages))),
        states={state: told[f"state{place}"] for place, state in enumerate(states) if told[f"state{place}"]},
        offered_in=offers.filter(receiver=organisation).count(),
        offered_out=offers.filter(giver=organisation).count(),
        came=cases.filter(opened_at__gte=midnight).count(),
        settled=cases.filter(settled_at__gte=midnight).count(),
        units=tuple(
            Load(row["unit__name"], row["unit"], row["open"], row["late"])
            for row in waiting.values("unit", "unit__name")
            .annotate(open=Count("pk"), late=Count("pk", filter=soon))
            .order_by("-open", "unit")[:MOST_LINES]
        ),
        officers=_officers(waiting, soon) if follows else None,
    )


def _officers(waiting: QuerySet[Case], soon: Q) -> tuple[Load, ...]:
    rows = (
        waiting.filter(assignee__isnull=False)
        .values("assignee", "assignee__name", "assignee__email")
        .annotate(open=Count("pk"), late=Count("pk", filter=soon))
        .order_by("-open", "assignee")[:MOST_LINES]
    )
    return tuple(
        Load(row["assignee__name"] or row["assignee__email"], row["assignee"], row["open"], row["late"]) for row in rows
    )
