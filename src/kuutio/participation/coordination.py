"""Looks for supports that bear a sign of coordination, and marks them: they count, and readers see the number without them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.core.coordination import alike, burst
from kuutio.participation.models import Reaction, Stage, SupportFlag

NEW_FOR = timedelta(days=3)
WITHIN_S = 3600.0
BURST = 10
PEOPLE, MARKS = 3, 5


@transaction.atomic
def mark(stage: Stage, *, at: datetime) -> int:
    """Mark the supports of a stage's contributions anew; returns how many bear a sign.

    Signs: ten accounts younger than three days within an hour for one contribution; three accounts or more whose reactions in
    the stage, five or more, are all the same.
    """
    rows = list(
        Reaction.objects.filter(contribution__stage=stage)
        .order_by("at", "pk")
        .values_list("pk", "contribution", "person", "value", "at", "person__joined_at")
    )
    found: set[tuple[int, str]] = set()
    fresh: dict[int, list[tuple[int, float]]] = defaultdict(list)
    marks: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for pk, contribution, person, value, when, joined in rows:
        if value == Reaction.Value.FOR and when - joined < NEW_FOR:
            fresh[contribution].append((pk, when.timestamp()))
        marks[person].add((contribution, value))
    for lines in fresh.values():
        places = burst([second for _pk, second in lines], within_s=WITHIN_S, least=BURST)
        found.update((lines[place][0], SupportFlag.Why.BURST) for place in places)
    same = alike({person: frozenset(theirs) for person, theirs in marks.items()}, people=PEOPLE, least=MARKS)
    people = frozenset().union(*same)
    found.update((pk, SupportFlag.Why.ALIKE) for pk, _c, person, _v, _w, _j in rows if person in people)
    known = set(SupportFlag.objects.filter(reaction__contribution__stage=stage).values_list("reaction", "why"))
    if gone := known - found:
        for reaction, why in gone:
            SupportFlag.objects.filter(reaction=reaction, why=why).delete()
    SupportFlag.objects.bulk_create(
        [SupportFlag(reaction_id=reaction, why=why, at=at) for reaction, why in sorted(found - known)],
        ignore_conflicts=True,
    )
    if found != known:
        record("mark_supports", f"stage:{stage.process.slug}/{stage.slug}", by=None, at=at, marked=len(found))
    return len({reaction for reaction, _why in found})


def mark_open(*, at: datetime) -> int:
    """Mark the supports of every stage that is open, or was within the last day."""
    open_now = Stage.objects.filter(opens_at__lte=at, closes_at__gt=at - timedelta(days=1)).select_related("process")
    return sum(mark(stage, at=at) for stage in open_now)
