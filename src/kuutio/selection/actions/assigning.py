"""Handing out reviews: by flows over the affinities, corrected by hand with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing.assignment import Assignment, Impossible, Reviewing, assign
from kuutio.core.grants.findings import Finding
from kuutio.core.moves import Need, Role
from kuutio.core.moves.selecting import ROUND
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import Invalid, NotFound
from kuutio.selection import permissions
from kuutio.selection.actions import logging
from kuutio.selection.actions.conflicts import unsettled
from kuutio.selection.actions.finding import find_conflicts
from kuutio.selection.actions.holding import after, held_candidate, move_candidate, office_of, round_thing
from kuutio.selection.actions.rounds import set_state
from kuutio.selection.models import Candidate, Conflict, Interest, Review, Reviewer, Round, Version
from kuutio.selection.problems import NoAssignment
from kuutio.selection.reading import OPEN_REVIEWS, judged
from kuutio.selection.texts import plain_text, wrong
from kuutio.ui import findings

TOPICS, INTEREST, FLAGGED = 60, 40, 20
"""Points of an affinity: for the share of a candidate's topics that the reviewer knows, for their own word, taken off for a flag."""
UNSAID = 1
"""A reviewer who said nothing of a candidate could judge it "somewhat"; a candidate without topics is half known to everybody."""


def affinity(candidate: Candidate, reviewer: Reviewer, interest: int | None, level: str) -> Fraction:
    """How well a reviewer fits a candidate, 0 to 100, exact; a flagged conflict can take it below 0."""
    own = set(candidate.topics)
    known = Fraction(len(own & set(reviewer.topics)), len(own)) if own else Fraction(1, 2)
    said = Fraction(UNSAID if interest is None else interest, 2)
    return TOPICS * known + INTEREST * said - (FLAGGED if level == Conflict.Level.SOFT else 0)


def pool_of(round_: Round) -> list[Reviewer]:
    """Those who still take reviews."""
    return list(round_.reviewers.filter(left_at__isnull=True, person__isnull=False).order_by("alias"))


@transaction.atomic
def assign_reviews(round_: Round, *, by: Person | None, at: datetime) -> Assignment:
    """Hand out all the reviews of a round before its reviewers write: the worst pair as good as can be, then the sum. Again: anew,
    also what was given by hand.

    Raises:
        NotAllowed: the person is not of its office.
        Conflict: reviewers declare no more, or write already.
        NoAssignment: it can't be done; `errors` say in figures why.
    """
    round_ = office_of(round_, by)
    if round_.state != Round.State.DECLARING:
        raise Clash(_("Reviews are handed out after the conflicts are declared and before anybody writes."))
    running, pool = judged(round_), pool_of(round_)
    asked = _asked(round_, running, pool)
    found = assign(asked)
    if isinstance(found, Impossible):
        errors = [wrong("/reviewers", findings.words(one, _named(one, running, pool))) for one in found.findings]
        raise NoAssignment(
            _("The reviews can’t be handed out so. Change the limits, or ask more reviewers."), errors=errors
        )
    Review.objects.filter(candidate__round=round_).delete()
    Review.objects.bulk_create(
        [
            Review(reviewer=pool[one], candidate=candidate, version=candidate.version, state_since=at)
            for candidate, own in zip(running, found.reviewers, strict=True)
            for one in own
        ],
        batch_size=2000,
    )
    record(
        "assign_reviews", round_thing(round_), by=by, at=at, candidates=len(running), reviewers=len(pool),
        worst=str(found.worst), total=str(found.total), loads=sorted(found.loads),
    )  # fmt: skip
    return found


def _named(finding: Finding, running: list[Candidate], pool: list[Reviewer]) -> Callable[[str], str]:
    """What a finding is about: a candidate by its number, a reviewer by their name."""
    if finding.key == "v6-minimum-not-met":
        return lambda place: str(pool[int(place)].person)
    return lambda place: str(running[int(place)].number) if place else ""


def _asked(round_: Round, running: list[Candidate], pool: list[Reviewer]) -> Reviewing:
    row_of = {one.pk: place for place, one in enumerate(running)}
    column_of = {one.pk: place for place, one in enumerate(pool)}
    levels: dict[tuple[int, int], str] = {}
    for reviewer, candidate, level in Conflict.objects.filter(reviewer__in=pool).values_list(
        "reviewer_id", "candidate_id", "level"
    ):
        levels[candidate, reviewer] = level
    said = {
        (candidate, reviewer): value
        for reviewer, candidate, value in Interest.objects.filter(reviewer__in=pool).values_list(
            "reviewer_id", "candidate_id", "value"
        )
    }
    barred = frozenset(
        (row_of[candidate], column_of[reviewer])
        for (candidate, reviewer), level in levels.items()
        if level == Conflict.Level.HARD and candidate in row_of
    )
    cities, leads = [one.city or f"-{one.pk}" for one in pool], [""] * len(running)
    if round_.one_outside:
        lead_of = dict(
            Candidate.objects.filter(pk__in=row_of, parties__is_lead=True).values_list("pk", "parties__city")
        )
        leads = [lead_of.get(one.pk, "") for one in running]
    return Reviewing(
        affinity=[
            [affinity(one, who, said.get((one.pk, who.pk)), levels.get((one.pk, who.pk), "")) for who in pool]
            for one in running
        ],
        reviews=round_.reviews_wanted,
        most=[one.most for one in pool],
        least=[one.least for one in pool],
        barred=barred,
        cities=cities,
        lead_cities=leads,
        one_per_city=round_.one_per_city,
        one_outside=round_.one_outside,
    )


@transaction.atomic
def begin_reviewing(round_: Round, *, by: Person | None, at: datetime) -> Round:
    """Let the reviewers write. From here on each candidate, each reviewer's alias and each review stands in the log.

    Raises:
        NotAllowed, IllegalMove: it isn't its office; a reviewer hasn't declared, a flag isn't ruled on, or a review isn't handed out.
    """
    round_ = office_of(round_, by)
    find_conflicts(round_, at=at)
    running, pool = judged(round_), pool_of(round_)
    holds = set()
    if all(one.declared_at for one in pool) and not unsettled(round_):
        holds.add(Need.CONFLICTS_SETTLED)
    counts = dict.fromkeys((one.pk for one in running), 0)
    for candidate in Review.objects.filter(candidate__in=running, state__in=OPEN_REVIEWS).values_list(
        "candidate", flat=True
    ):
        counts[candidate] += 1
    if counts and min(counts.values()) >= 1 and sum(counts.values()) >= round_.reviews_wanted * len(counts):
        holds.add(Need.ALL_ASSIGNED)
    state = after(ROUND, round_.state, "review", Role.OFFICE, holds)
    set_state(round_, state, "review", by=by, at=at)
    digests = {(row.candidate_id, row.number): row.digest for row in Version.objects.filter(candidate__in=running)}
    entries = [logging.candidate_entry(one, digests[one.pk, one.version]) for one in running]
    entries += [logging.reviewer_entry(one) for one in round_.reviewers.order_by("alias")]
    logging.append(round_, entries, at=at)
    Review.objects.filter(candidate__in=running, state=Review.State.ASSIGNED).update(state_since=at)
    for one in running:
        one.round = round_
        move_candidate(one, "review", Role.OFFICE, by=by, at=at)
    return round_


@transaction.atomic
def give_review(candidate: Candidate, reviewer: Reviewer, *, reason: str, by: Person | None, at: datetime) -> Review:
    """Hand one review out by hand, with a reason: a correction, or for somebody who declined. Asked again, nothing changes.

    Raises:
        NotAllowed: the person is not of its office.
        NotFound: the person themselves may not know of the candidate.
        Conflict: not now, a hard conflict, a full or left reviewer, or one who had it before.
        Invalid: no reason.
    """
    round_ = office_of(candidate.round, by)
    candidate = held_candidate(candidate, round_)
    if permissions.is_barred(by, candidate):
        raise NotFound(_("There is no such candidate."))
    reason = plain_text(reason)[:600]
    if not reason:
        raise Invalid(_("Tell why."))
    if round_.state not in (Round.State.DECLARING, Round.State.REVIEWING) or candidate.state not in (
        "handed",
        "in_review",
    ):
        raise Clash(_("Reviews are handed out after the conflicts are declared and before the ranking is made."))
    reviewer = Reviewer.objects.select_for_update(of=("self",)).get(pk=reviewer.pk, round=round_)
    there = Review.objects.filter(reviewer=reviewer, candidate=candidate).first()
    if there is not None:
        if there.state in OPEN_REVIEWS or there.state == Review.State.SUBMITTED:
            return there
        raise Clash(_("The reviewer had this one before, and it ended. Ask somebody else."))
    if reviewer.left_at is not None or reviewer.person_id is None:
        raise Clash(_("The reviewer takes no more reviews."))
    if Conflict.objects.filter(reviewer=reviewer, candidate=candidate, level=Conflict.Level.HARD).exists():
        raise Clash(_("A conflict of interest stands between them."))
    held = reviewer.reviews.filter(state__in=[*OPEN_REVIEWS, Review.State.SUBMITTED]).count()
    if held >= reviewer.most:
        raise Clash(_("The reviewer has as many as they take. Raise their limit first."))
    review = Review.objects.create(
        reviewer=reviewer, candidate=candidate, version=candidate.version, by_hand=reason, state_since=at
    )
    record(
        "give_review",
        f"review:{review.uuid}",
        by=by,
        at=at,
        candidate=candidate.number,
        reviewer=reviewer.alias,
        reason=reason,
    )
    return review


@transaction.atomic
def take_review(review: Review, *, reason: str, by: Person | None, at: datetime) -> None:
    """Take a review back before its reviewer writes; later ones are excused.

    Raises:
        NotAllowed: the person is not of its office.
        Conflict: the reviewers write already.
        Invalid: no reason.
    """
    round_ = office_of(review.candidate.round, by)
    there = Review.objects.select_related("candidate", "reviewer").filter(pk=review.pk).first()
    if there is None or permissions.is_barred(by, there.candidate):
        raise NotFound(_("There is no such candidate."))
    review, reason = there, plain_text(reason)[:600]
    if not reason:
        raise Invalid(_("Tell why."))
    if round_.state != Round.State.DECLARING:
        raise Clash(_("The reviewers write already: excuse the reviewer instead."))
    record(
        "take_review", f"review:{review.uuid}", by=by, at=at,
        candidate=review.candidate.number, reviewer=review.reviewer.alias, reason=reason,
    )  # fmt: skip
    review.delete()


def could_review(candidate: Candidate) -> list[tuple[Reviewer, int, bool]]:
    """Who could still be given a candidate, best first: the reviewer, the affinity in whole points, whether they are flagged."""
    round_ = candidate.round
    pool = pool_of(round_)
    levels = dict(Conflict.objects.filter(candidate=candidate).values_list("reviewer", "level"))
    said = dict(Interest.objects.filter(candidate=candidate).values_list("reviewer", "value"))
    had = set(candidate.reviews.values_list("reviewer", flat=True))
    load: dict[int, int] = {}
    for one in Review.objects.filter(reviewer__in=pool, state__in=[*OPEN_REVIEWS, "submitted"]).values_list(
        "reviewer", flat=True
    ):
        load[one] = load.get(one, 0) + 1
    free = [
        (one, affinity(candidate, one, said.get(one.pk), levels.get(one.pk, "")), levels.get(one.pk) == "SOFT")
        for one in pool
        if levels.get(one.pk) != "HARD" and one.pk not in had and load.get(one.pk, 0) < one.most
    ]
    return [
        (one, int(points), flagged) for one, points, flagged in sorted(free, key=lambda row: (-row[1], row[0].alias))
    ]
