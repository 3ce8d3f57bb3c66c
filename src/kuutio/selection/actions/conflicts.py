"""Conflicts of interest: found in the data, declared by the reviewer, ruled on by the office (V6). Nothing of it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing.conflicts import Ground
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import Invalid, NotAllowed, NotFound
from kuutio.selection import permissions
from kuutio.selection.actions.finding import settle, void_between
from kuutio.selection.actions.holding import held_round, office_of, round_thing
from kuutio.selection.models import Candidate, Conflict, Interest, Reviewer, Round
from kuutio.selection.reading import judged
from kuutio.selection.texts import plain_text

DECLARABLE = tuple(one for one in Ground if one.value.startswith("DECLARED_"))
LONGEST_WHY = 2000


@transaction.atomic
def declare_conflicts(
    reviewer: Reviewer,
    declared: Mapping[int, tuple[str, str]],
    *,
    by: Person,
    at: datetime,
    interests: Mapping[int, int] | None = None,
) -> Reviewer:
    """Say which candidates one can't judge, and how well one could judge the others. Said again, it adds; a declaration is taken
    back by the office alone.

    Args:
        declared: by the candidate's number: the ground (of `DECLARABLE`) and a reason in own words.
        interests: by the candidate's number: 0, 1 or 2.

    Raises:
        NotAllowed: it is another's to say.
        Conflict: the round doesn't ask now.
        Invalid: an unknown ground or candidate, or no reason.
    """
    round_ = held_round(reviewer.round)
    reviewer = Reviewer.objects.select_for_update(of=("self",)).get(pk=reviewer.pk)
    if reviewer.person_id != by.pk or not by.is_active:
        raise NotAllowed(_("A reviewer’s conflicts are declared by the reviewer."))
    if round_.state not in (Round.State.DECLARING, Round.State.REVIEWING) or reviewer.left_at is not None:
        raise Clash(_("Conflicts are declared before the reviews and while they are written."))
    rows = (
        {one.number: one for one in judged(round_) if not permissions.is_barred(by, one)}
        if declared or interests
        else {}
    )
    for number, (ground, why) in declared.items():
        _declare(reviewer, rows.get(number), ground, why, at=at)
    said = {number: value for number, value in (interests or {}).items() if number in rows}
    if set(said.values()) - {0, 1, 2}:
        raise Invalid(_("Choose little, somewhat or well."))
    Interest.objects.bulk_create(
        [Interest(reviewer=reviewer, candidate=rows[number], value=value) for number, value in said.items()],
        update_conflicts=True,
        unique_fields=["reviewer", "candidate"],
        update_fields=["value"],
    )
    reviewer.declared_at = at
    reviewer.save(update_fields=["declared_at"])
    record("declare_conflicts", round_thing(round_), by=by, at=at, reviewer=reviewer.alias, declared=sorted(declared))
    pairs = {(reviewer.pk, rows[number].pk) for number in declared}
    if pairs:
        void_between(round_, pairs, by=by, at=at)
    return reviewer


def _declare(reviewer: Reviewer, candidate: Candidate | None, ground: str, why: str, *, at: datetime) -> None:
    why = plain_text(why)[:LONGEST_WHY]
    if candidate is None or ground not in DECLARABLE:
        raise Invalid(_("There is no such candidate or ground."))
    if not why:
        raise Invalid(_("Tell in a few words what stands between you and the candidate."))
    row = Conflict.objects.select_for_update().filter(reviewer=reviewer, candidate=candidate).first()
    row = row or Conflict(reviewer=reviewer, candidate=candidate)
    row.declared, row.declared_why, row.declared_at = ground, why, at
    row.ruled, row.ruled_why, row.ruled_at, row.ruled_by = "", "", None, None  # what was ruled knew nothing of this
    settle(row)
    row.save()


@transaction.atomic
def rule_conflict(row: Conflict, *, level: str, reason: str, by: Person | None, at: datetime) -> Conflict:
    """The office's word on a conflict: may judge and is flagged, or may not judge.

    Raises:
        NotAllowed: the person is not of the office.
        NotFound: the person themselves may not know of the candidate.
        Conflict: it was found hard in the data, or the ranking is made.
        Invalid: no reason, or no such level.
    """
    round_ = office_of(row.reviewer.round, by)
    row = Conflict.objects.select_for_update(of=("self",)).select_related("reviewer", "candidate").get(pk=row.pk)
    if permissions.is_barred(by, row.candidate):
        raise NotFound(_("There is no such candidate."))
    _rule(round_, [row], level, reason, by=by, at=at)
    return row


@transaction.atomic
def rule_all(round_: Round, *, ground: str, level: str, reason: str, by: Person | None, at: datetime) -> int:
    """The office's word on all conflicts that have one ground alone and no ruling yet, such as the same city.

    Returns:
        how many.

    Raises:
        NotAllowed, Conflict, Invalid: as for `rule_conflict`.
    """
    round_ = office_of(round_, by)
    if ground not in list(Ground):
        raise Invalid(_("There is no such candidate or ground."))
    rows = Conflict.objects.select_for_update(of=("self",)).select_related("reviewer", "candidate")
    chosen = list(rows.filter(reviewer__round=round_, found=[ground], found_level="SOFT", declared="", ruled=""))
    chosen = [row for row in chosen if by is None or row.reviewer.person_id != by.pk]
    _rule(round_, chosen, level, reason, by=by, at=at)
    return len(chosen)


def _rule(round_: Round, rows: Sequence[Conflict], level: str, reason: str, *, by: Person | None, at: datetime) -> None:
    reason = plain_text(reason)[:LONGEST_WHY]
    if round_.is_frozen:
        raise Clash(_("The ranking is made: what stood between people stays as it was."))
    if level not in Conflict.Level.values or not reason:
        raise Invalid(_("Choose what the conflict means, and tell why."))
    for row in rows:
        if by is not None and row.reviewer.person_id == by.pk:
            raise NotAllowed(_("Nobody rules on their own conflicts."))
        if row.found_level == Conflict.Level.HARD and level != Conflict.Level.HARD:
            raise Clash(_("The law bars this pair: it can’t be ruled away. If the data is wrong, have it mended."))
        row.ruled, row.ruled_why, row.ruled_by, row.ruled_at = level, reason, by, at
        settle(row)
    Conflict.objects.bulk_update(rows, ["ruled", "ruled_why", "ruled_by", "ruled_at", "level"], batch_size=500)
    if rows:
        facts = {"level": level, "reason": reason, "pairs": len(rows)}
        if len(rows) == 1:
            facts |= {"reviewer": rows[0].reviewer.alias, "candidate": rows[0].candidate.number}
        record("rule_conflict", round_thing(round_), by=by, at=at, **facts)
    if level == Conflict.Level.HARD:
        void_between(round_, {(row.reviewer_id, row.candidate_id) for row in rows}, by=by, at=at)


def unsettled(round_: Round) -> int:
    """Flagged conflicts that the office has not ruled on."""
    rows = Conflict.objects.filter(reviewer__round=round_, reviewer__left_at__isnull=True)
    return rows.filter(ruled="").filter(Q(level="SOFT") | ~Q(declared="") & ~Q(found_level="HARD")).count()
