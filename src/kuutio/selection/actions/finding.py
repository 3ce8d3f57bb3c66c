"""Conflicts of interest that stand in the data (V6), the level that holds, and what a hard one does to reviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing.conflicts import Employer, conflict
from kuutio.core.choosing.scores import Level
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import REVIEW
from kuutio.selection.actions import logging
from kuutio.selection.actions.holding import after, round_thing
from kuutio.selection.models import Candidate, Conflict, Review, Reviewer, Round
from kuutio.selection.reading import OPEN_REVIEWS, cases, judged, judges

_VOIDABLE = (*OPEN_REVIEWS, Review.State.SUBMITTED)


@transaction.atomic
def find_conflicts(
    round_: Round,
    *,
    at: datetime,
    reviewers: Sequence[Reviewer] | None = None,
    candidates: Sequence[Candidate] | None = None,
) -> int:
    """Look for conflicts in the data of a round that is held: who is named, whose organisation it is, whose city. A review under a
    hard one that is found becomes void.

    Returns:
        how many rows are new or other than before.
    """
    who = list(reviewers if reviewers is not None else round_.reviewers.all())
    what = list(candidates if candidates is not None else judged(round_))
    reading = Employer(round_.employer)
    by_reviewer, by_candidate = judges(who), cases(what)
    there = {
        (row.reviewer_id, row.candidate_id): row
        for row in Conflict.objects.select_for_update().filter(reviewer__in=who, candidate__in=what)
    }
    fresh, changed, gone = list[Conflict](), list[Conflict](), list[Conflict]()
    hard = list[tuple[int, int]]()
    for reviewer in who:
        for candidate in what:
            seen = conflict(by_reviewer[reviewer.pk], by_candidate[candidate.pk], reading)
            grounds, level = sorted(seen.grounds), "" if seen.level == Level.NONE else str(seen.level)
            row = there.get((reviewer.pk, candidate.pk))
            if row is None:
                if level:
                    row = Conflict(
                        reviewer=reviewer, candidate=candidate, found=grounds, found_level=level, level=level
                    )
                    fresh.append(row)
            elif (row.found, row.found_level) != (grounds, level):
                row.found, row.found_level = grounds, level
                settle(row)
                (changed if grounds or row.declared or row.ruled else gone).append(row)
            if row is not None and row.level == Conflict.Level.HARD:
                hard.append((reviewer.pk, candidate.pk))
    Conflict.objects.bulk_create(fresh, batch_size=2000)
    Conflict.objects.bulk_update(changed, ["found", "found_level", "level"], batch_size=500)
    Conflict.objects.filter(pk__in=[row.pk for row in gone]).delete()
    moved = len(fresh) + len(changed) + len(gone)
    if moved:
        record(
            "find_conflicts", round_thing(round_), by=None, at=at,
            new=len(fresh), changed=len(changed), gone=len(gone), hard=sum(row.level == "HARD" for row in fresh + changed),
        )  # fmt: skip
    if hard:
        void_between(round_, set(hard), by=None, at=at)
    return moved


def settle(row: Conflict) -> None:
    """The level that holds: what is found hard stays hard; what is declared is hard until the office rules otherwise."""
    if row.found_level == Conflict.Level.HARD:
        row.level = Conflict.Level.HARD
    elif row.ruled:
        row.level = row.ruled
    else:
        row.level = Conflict.Level.HARD if row.declared else Conflict.Level.SOFT


def void_between(round_: Round, pairs: Iterable[tuple[int, int]], *, by: Person | None, at: datetime) -> None:
    """Make the reviews of pairs void that a hard conflict bars; what was sent is taken out of the log's figures."""
    wanted = set(pairs)
    rows = Review.objects.select_for_update(of=("self",)).select_related("reviewer", "candidate")
    rows = rows.filter(
        candidate__round=round_,
        state__in=_VOIDABLE,
        reviewer__in={one for one, _candidate in wanted},
        candidate__conflicts__reviewer=F("reviewer"),
        candidate__conflicts__level=Conflict.Level.HARD,
    )
    for review in rows:
        if (review.reviewer_id, review.candidate_id) not in wanted:
            continue
        # One that was opened again is out of the log already.
        before, was_sent = review.state, review.state == Review.State.SUBMITTED
        review.state = after(REVIEW, before, "void", Role.OFFICE, {Need.REASON})
        review.state_since, review.note = at, "conflict"
        review.save(update_fields=["state", "state_since", "note"])
        record("void_review", f"review:{review.uuid}", by=by, at=at, before=before, after=review.state)
        if was_sent:
            logging.append(round_, [logging.void_entry(review)], at=at)
