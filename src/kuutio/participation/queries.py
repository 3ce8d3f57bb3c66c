"""What the pages of participation read, in few questions to the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from kuutio.cities.models import City, Person
from kuutio.participation import permissions
from kuutio.participation.findable import KIND
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Contribution, Process, ProcessCity, Reaction, Stage
from kuutio.search.queries import find

PAGE = 20
_MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of the list of processes; "" asks for all.

    Attributes:
        when: `open` (people can do something now), `coming`, `going` (the city works on it), `closed`.
    """

    text: str = ""
    city: str = ""
    theme: str = ""
    when: str = ""
    start: int = 0


def with_parts(processes: QuerySet[Process]) -> QuerySet[Process]:
    """Processes with what a list shows of them: their cities, their stages."""
    return processes.select_related("owner").prefetch_related(
        Prefetch("parts", ProcessCity.objects.select_related("city").order_by("city__position")), "stages"
    )


def public_processes() -> QuerySet[Process]:
    """All that everybody may read."""
    return Process.objects.exclude(state=Process.State.DRAFT)


def seen_by(person: Person | None) -> QuerySet[Process]:
    """All that a person may read: drafts of their own cities, too."""
    own = permissions.cities_of(person)
    if not own:
        return public_processes()
    return Process.objects.filter(~Q(state=Process.State.DRAFT) | Exists(_parts_of(own)))


def worked_on_by(person: Person | None) -> QuerySet[Process]:
    """The processes of the cities that a person works for."""
    return Process.objects.filter(Exists(_parts_of(permissions.cities_of(person))))


def _parts_of(cities: Sequence[City]) -> QuerySet[ProcessCity]:
    return ProcessCity.objects.filter(process=OuterRef("pk"), city__in=cities)


def listed(asked: Asked, *, language: Any, at: datetime) -> tuple[list[Process], int]:
    """A page of the public processes that fit, those that people can take part in first, and how many fit in all."""
    rows = public_processes()
    order: dict[str, int] = {}
    if asked.text:
        found = find(asked.text, language=language, kind=KIND, limit=_MOST_FOUND)
        order = {row.key: place for place, row in enumerate(found.rows)}
        rows = rows.filter(slug__in=order)
    if asked.city:
        rows = rows.filter(Exists(ProcessCity.objects.filter(process=OuterRef("pk"), city=asked.city)))
    if asked.theme:
        rows = rows.filter(theme=asked.theme)
    rows = rows.annotate(
        is_open=Exists(_acting(Q(opens_at__lte=at, closes_at__gt=at))), is_coming=Exists(_acting(Q(opens_at__gt=at)))
    )
    going = Q(state=Process.State.PUBLISHED)
    rows = rows.filter(
        {
            "open": going & Q(is_open=True),
            "coming": going & Q(is_open=False, is_coming=True),
            "going": going & Q(is_open=False, is_coming=False),
            "closed": Q(state=Process.State.CLOSED),
        }.get(asked.when, Q())
    )
    total = rows.count()
    shown = with_parts(rows.order_by("-is_open", "state", "-is_coming", "-published_at", "-pk"))
    if order:
        whole = sorted(shown, key=lambda row: order[row.slug])
        return whole[asked.start : asked.start + PAGE], total
    return list(shown[asked.start : asked.start + PAGE]), total


def _acting(when: Q) -> QuerySet[Stage]:
    """Stages in which people do something."""
    names = [kind.name for kind in STAGES.values() if kind.allows]
    return Stage.objects.filter(when, process=OuterRef("pk"), kind__in=names)


def contributions_of(stage: Stage) -> QuerySet[Contribution]:
    """What is shown of a stage's contributions, with what a page needs of each."""
    return (
        Contribution.objects.filter(stage=stage)
        .filter(shown_in_thread())
        .select_related("organisation", "section")
        .annotate(supports=Count("reactions", filter=Q(reactions__value=Reaction.Value.FOR)))
        .order_by("-made_at", "-pk")  # a grouped question forgets the model's own order
    )


def page_of_threads(stage: Stage, start: str, most: int) -> tuple[list[Contribution], Contribution | None]:
    """So many threads of a stage, the newest first, with all their answers; and what the next page begins with.

    Args:
        start: the id of the contribution with which the page begins; "" or an unknown one: the newest.
    """
    shown = contributions_of(stage)
    roots = shown.filter(parent=None)
    with suppress(ValueError):
        first = roots.filter(uuid=uuid.UUID(start)).first() if start else None
        if first is not None:
            roots = roots.filter(Q(made_at__lt=first.made_at) | Q(made_at=first.made_at, pk__lte=first.pk))
    rows = list(roots[: most + 1])
    found, level = rows[:most], rows[:most]
    while level:
        level = list(shown.filter(parent__in=level))
        found += level
    found.sort(key=lambda row: (row.made_at, row.pk), reverse=True)
    return found, rows[most] if len(rows) > most else None


def comments_by_place(stage: Stage) -> dict[tuple[int, int], int]:
    """How often each paragraph was commented on: by section and paragraph."""
    rows = stage.contributions.filter(
        state=Contribution.State.PUBLISHED, parent=None, section__isnull=False, paragraph__isnull=False
    )
    counted = rows.order_by().values_list("section", "paragraph").annotate(number=Count("pk"))
    return {(section, paragraph): number for section, paragraph, number in counted}


def threads_before(row: Contribution) -> int:
    """How many threads of its stage are newer than the one that begins with this contribution."""
    newer = Q(made_at__gt=row.made_at) | Q(made_at=row.made_at, pk__gt=row.pk)
    return Contribution.objects.filter(newer, shown_in_thread(), stage=row.stage_id, parent=None).count()


def shown_in_thread() -> Q:
    """What is published; what was withdrawn stays as a place in its thread, without its words."""
    answered = Exists(Contribution.objects.filter(parent=OuterRef("pk"), state=Contribution.State.PUBLISHED))
    return Q(state=Contribution.State.PUBLISHED) | Q(answered, state=Contribution.State.WITHDRAWN)


def published() -> QuerySet[Contribution]:
    """The contributions that everybody may read."""
    return Contribution.objects.filter(state=Contribution.State.PUBLISHED, process__in=public_processes().values("pk"))


def to_close(person: Person | None, at: datetime) -> QuerySet[Process]:
    """The processes of a person's cities that are past their last stage, without an outcome: somebody forgot to close them."""
    return (
        worked_on_by(person)
        .filter(state=Process.State.PUBLISHED)
        .annotate(ended_at=Max("stages__closes_at"))
        .filter(ended_at__lte=at)
        .order_by("ended_at")
    )


def counts_of(process: Process) -> dict[str, int]:
    """How much was said in a process, by kind; official replies are none of it."""
    rows = Contribution.objects.filter(process=process, state=Contribution.State.PUBLISHED, organisation=None)
    return dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))


def supported_by(person: Person, contributions: Sequence[int]) -> frozenset[int]:
    """Those of some contributions that a person supports."""
    rows = Reaction.objects.filter(person=person, contribution__in=contributions, value=Reaction.Value.FOR)
    return frozenset(rows.values_list("contribution_id", flat=True))
