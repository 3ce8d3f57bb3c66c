"""Looks for supports that bear a sign of coordination, and marks them: they count, and readers see the number without them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.core.coordination import alike, burst
from kuutio.participation.models import Process, Reaction, SupportFlag

NEW_FOR = timedelta(days=3)
WITHIN_S = 3600.0
BURST = 10
PEOPLE, MARKS = 3, 5


@transaction.atomic
def mark(process: Process, *, at: datetime) -> int:
    """Mark the supports of a process's contributions anew; returns how many bear a sign.

    Of the whole process: what was proposed in one stage is supported in another one, long after its own is over.

    Signs: ten accounts younger than three days within an hour for one contribution; three accounts or more whose reactions to
    what was said in one stage, five or more, are all the same.
    """
    rows = list(
        Reaction.objects.filter(contribution__process=process)
        .order_by("at", "pk")
        .values_list("pk", "contribution", "contribution__stage", "person", "value", "at", "person__joined_at")
    )
    found: set[tuple[int, str]] = set()
    fresh: dict[int, list[tuple[int, float]]] = defaultdict(list)
    marks: dict[int, dict[int, set[tuple[int, int]]]] = defaultdict(lambda: defaultdict(set))
    for pk, contribution, stage, person, value, when, joined in rows:
        if value == Reaction.Value.FOR and when - joined < NEW_FOR:
            fresh[contribution].append((pk, when.timestamp()))
        marks[stage][person].add((contribution, value))
    for lines in fresh.values():
        places = burst([second for _pk, second in lines], within_s=WITHIN_S, least=BURST)
        found.update((lines[place][0], SupportFlag.Why.BURST) for place in places)
    for number, theirs in marks.items():
        same = alike({person: frozenset(said) for person, said in theirs.items()}, people=PEOPLE, least=MARKS)
        people = frozenset().union(*same)
        found.update(
            (pk, SupportFlag.Why.ALIKE)
            for pk, _c, stage, person, *_rest in rows
            if stage == number and person in people
        )
    known = set(SupportFlag.objects.filter(reaction__contribution__process=process).values_list("reaction", "why"))
    if gone := known - found:
        for reaction, why in gone:
            SupportFlag.objects.filter(reaction=reaction, why=why).delete()
    SupportFlag.objects.bulk_create(
        [SupportFlag(reaction_id=reaction, why=why, at=at) for reaction, why in sorted(found - known)],
        ignore_conflicts=True,
    )
    if found != known:
        record("mark_supports", f"process:{process.slug}", by=None, at=at, marked=len(found))
    return len({reaction for reaction, _why in found})


def mark_open(*, at: datetime) -> int:
    """Mark the supports of every process that has a stage that is open, or was within the last day."""
    going = Process.objects.filter(stages__opens_at__lte=at, stages__closes_at__gt=at - timedelta(days=1)).distinct()
    return sum(mark(process, at=at) for process in going)
