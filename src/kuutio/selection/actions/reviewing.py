"""Reviews: accepted or declined, saved as they are written, sent once; opened again, excused; what reviewers found together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing import scores
from kuutio.core.grants.findings import Finding
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import REVIEW
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import Invalid, NotAllowed, NotFound
from kuutio.selection import permissions
from kuutio.selection.actions import logging
from kuutio.selection.actions.holding import after, held_candidate, held_round
from kuutio.selection.models import Candidate, Conflict, Consensus, Review, Reviewer, Round
from kuutio.selection.problems import ReviewIncomplete, SavedElsewhere
from kuutio.selection.reading import OPEN_REVIEWS, method_of
from kuutio.selection.texts import LONGEST_TEXT, plain_text, wrong
from kuutio.ui import findings


@transaction.atomic
def accept_review(review: Review, *, by: Person, at: datetime) -> Review:
    """Say that one will review; the newest version is the one to be read.

    Raises:
        NotFound: it is another's, or a hard conflict stands between.
        IllegalMove: it is accepted already, sent, declined.
        Conflict: the reviews have not begun, or the candidate is withdrawn.
    """
    round_, review = _own(review, by)
    _writing(round_, review)
    review.version = review.candidate.version
    return _move(review, "accept", Role.REVIEWER, by=by, at=at, fields=["version"])


@transaction.atomic
def decline_review(review: Review, *, reason: str, by: Person, at: datetime) -> Review:
    """Say that one won't review, and why.

    Raises:
        NotFound, IllegalMove, Conflict: as for `accept_review`; without a reason, too.
    """
    round_, review = _own(review, by)
    _writing(round_, review)
    reason = plain_text(reason)[:600]
    review.note = reason
    return _move(review, "decline", Role.REVIEWER, by=by, at=at, holds={Need.REASON} if reason else (), fields=["note"])


@transaction.atomic
def save_review(
    review: Review,
    *,
    scores_given: Mapping[str, int],
    why: Mapping[str, str],
    by: Person,
    at: datetime,
    to_applicant: str = "",
    to_office: str = "",
    revision: int | None = None,
) -> Review:
    """Save what is written so far; nothing need be whole. The first saving accepts the review and begins it.

    Args:
        scores_given, why: by the criterion's key.
        revision: of what the window began from; None: whatever is there.

    Raises:
        NotFound, IllegalMove, Conflict: as for `accept_review`.
        Invalid: an unknown criterion, or a text that is too long.
        SavedElsewhere: another window was faster; nothing is lost there, and nothing here is saved.
    """
    round_, review = _own(review, by)
    _writing(round_, review)
    if revision is not None and revision != review.revision:
        raise SavedElsewhere(
            _("It was saved in another window meanwhile. Load the page again."), revision=review.revision
        )
    _write(round_, review, scores_given, why, to_applicant, to_office)
    if review.state == Review.State.ASSIGNED:
        review.version = review.candidate.version
        review = _move(review, "accept", Role.REVIEWER, by=by, at=at, fields=["version"])
    if review.state == Review.State.ACCEPTED:
        review = _move(review, "write", Role.REVIEWER, by=by, at=at)
    elif review.state not in (Review.State.DRAFT, Review.State.REOPENED):
        after(REVIEW, review.state, "write", Role.REVIEWER)  # says why not
    review.revision += 1
    review.save(update_fields=["scores", "why", "to_applicant", "to_office", "revision", "version"])
    return review


def _write(
    round_: Round, review: Review, given: Mapping[str, int], why: Mapping[str, str], to_applicant: str, to_office: str
) -> None:
    known = set(round_.criteria.values_list("key", flat=True))
    texts = {key: plain_text(text) for key, text in why.items()}
    long = max(map(len, [*texts.values(), to_applicant, to_office]), default=0)
    if {*given, *why} - known or any(type(one) is not int for one in given.values()) or long > LONGEST_TEXT:
        raise Invalid(_("There is no such criterion, or a text is too long."))
    review.scores = dict(given)
    review.why = {key: text for key, text in texts.items() if text}
    review.to_applicant, review.to_office = plain_text(to_applicant), plain_text(to_office)


@transaction.atomic
def submit_review(review: Review, *, by: Person, at: datetime) -> Review:
    """Send a review: its scores stand in the log from here on. Sent twice, it is sent once.

    Raises:
        NotFound, IllegalMove, Conflict: as for `accept_review`.
        ReviewIncomplete: a score is missing or outside the scale, or an extreme one has no reason.
    """
    round_, review = _own(review, by)
    if review.state == Review.State.SUBMITTED:
        return review
    _writing(round_, review)
    if found := findings_of(round_, review):
        raise ReviewIncomplete(
            _("The review isn’t whole yet."), errors=[wrong(f"/{one.where}", findings.words(one)) for one in found]
        )
    level = Conflict.objects.filter(reviewer=review.reviewer, candidate=review.candidate).values_list(
        "level", flat=True
    )
    review.submitted_at = at
    holds = {Need.SCORES_COMPLETE} | (set() if round_.is_frozen else {Need.RANKING_UNPUBLISHED})
    review = _move(
        review, "submit", Role.REVIEWER, by=by, at=at, holds=holds, fields=["submitted_at"], version=review.version
    )
    logging.append(round_, [logging.review_entry(review, level.first() or "NONE")], at=at)
    return review


def findings_of(round_: Round, review: Review) -> list[Finding]:
    """What keeps a review from being sent; the same for the form and the verb."""
    given = scores.Review("", "", "", review.scores, why=review.why)
    return scores.review_findings(method_of(round_), given, ranking_published=round_.is_frozen)


@transaction.atomic
def reopen_review(review: Review, *, reason: str, by: Person | None, at: datetime) -> Review:
    """Open a sent review again; until it is sent once more, it isn't counted.

    Raises:
        NotAllowed: the person is not of the office, or it is their own.
        NotFound: the person may not know of the candidate.
        IllegalMove: it wasn't sent, there is no reason, or the ranking is made.
    """
    round_, review = _worked(review, by)
    reason = plain_text(reason)[:600]
    review.note = reason
    holds = ({Need.REASON} if reason else set()) | (set() if round_.is_frozen else {Need.RANKING_UNPUBLISHED})
    review = _move(review, "reopen", Role.OFFICE, by=by, at=at, holds=holds, fields=["note"], reason=reason)
    logging.append(round_, [logging.void_entry(review)], at=at)
    return review


@transaction.atomic
def excuse_review(review: Review, *, reason: str, by: Person | None, at: datetime) -> Review:
    """Ask for a review no more; the candidate has one fewer.

    Raises:
        NotAllowed, NotFound, IllegalMove: as for `reopen_review`.
    """
    _round, review = _worked(review, by)
    reason = plain_text(reason)[:600]
    review.note = reason
    return _move(
        review,
        "excuse",
        Role.OFFICE,
        by=by,
        at=at,
        holds={Need.REASON} if reason else (),
        fields=["note"],
        reason=reason,
    )


@transaction.atomic
def write_consensus(
    candidate: Candidate, *, text: str, by: Person, at: datetime, revision: int | None = None
) -> Consensus:
    """Write what the reviewers of a candidate found together; each of them may, once they have sent their own (V10).

    Raises:
        NotFound: the person reviews no such candidate, or hasn't sent their own.
        Conflict: the ranking is made, or somebody wrote meanwhile.
        Invalid: no text, or too long a one.
    """
    round_ = held_round(candidate.round)
    candidate = held_candidate(candidate, round_)
    reviewer = reviewer_who_sent(candidate, by)
    if reviewer is None:
        raise NotFound(_("There is no such candidate."))
    if round_.is_frozen:
        raise Clash(_("The ranking is made: reviews stay as they are."))
    text = plain_text(text)
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(_("Write what you found together, in at most 20,000 letters."))
    row = Consensus.objects.select_for_update().filter(candidate=candidate).first()
    if row is not None and revision is not None and row.revision != revision:
        raise SavedElsewhere(_("It was saved in another window meanwhile. Load the page again."), revision=row.revision)
    if row is None:
        row = Consensus(candidate=candidate, revision=0)
    row.text, row.written_by, row.written_at, row.revision = text, reviewer, at, row.revision + 1
    row.save()
    row.agreed.set([reviewer])
    record("write_consensus", f"candidate:{candidate.uuid}", by=by, at=at, revision=row.revision)
    return row


@transaction.atomic
def agree_consensus(candidate: Candidate, *, by: Person, at: datetime) -> Consensus:
    """Agree with what another wrote; twice is once.

    Raises:
        NotFound: as for `write_consensus`, or there is none yet.
        Conflict: the ranking is made.
    """
    round_ = held_round(candidate.round)
    reviewer = reviewer_who_sent(candidate, by)
    row = Consensus.objects.select_for_update(of=("self",)).filter(candidate=candidate).first()
    if reviewer is None or row is None:
        raise NotFound(_("There is no such candidate."))
    if round_.is_frozen:
        raise Clash(_("The ranking is made: reviews stay as they are."))
    if not row.agreed.filter(pk=reviewer.pk).exists():
        row.agreed.add(reviewer)
        record("agree_consensus", f"candidate:{candidate.uuid}", by=by, at=at, revision=row.revision)
    return row


def reviewer_who_sent(candidate: Candidate, person: Person | None) -> Reviewer | None:
    """The person as a reviewer of a candidate who has sent their own review."""
    if person is None or permissions.is_barred(person, candidate):
        return None
    rows = Review.objects.filter(candidate=candidate, reviewer__person=person, state=Review.State.SUBMITTED)
    review = rows.select_related("reviewer").first()
    return review.reviewer if review else None


def _own(review: Review, by: Person) -> tuple[Round, Review]:
    """A reviewer's own review, held.

    Raises:
        NotFound: it is another's, or a hard conflict stands between.
    """
    round_ = held_round(review.candidate.round)
    held = _held(review, round_)
    if not permissions.may_review(by, held) or permissions.is_barred(by, held.candidate):
        raise NotFound(_("There is no such review."))
    return round_, held


def _worked(review: Review, by: Person | None) -> tuple[Round, Review]:
    round_ = held_round(review.candidate.round)
    held = _held(review, round_)
    if permissions.is_barred(by, held.candidate):
        raise NotFound(_("There is no such review."))
    if not permissions.is_office(by, round_) or (by is not None and held.reviewer.person_id == by.pk):
        raise NotAllowed(_("Only the office that runs the round can do this, and nobody with their own review."))
    return round_, held


def _held(review: Review, round_: Round) -> Review:
    held = Review.objects.select_for_update(of=("self",)).select_related("reviewer", "candidate").get(pk=review.pk)
    held.candidate.round = round_
    return held


def _writing(round_: Round, review: Review) -> None:
    if round_.state != Round.State.REVIEWING and not round_.is_frozen:
        raise Clash(_("The reviews have not begun yet."))
    if round_.is_frozen and review.state in OPEN_REVIEWS:
        raise Clash(_("The ranking is made: reviews stay as they are."))
    if review.candidate.state == Candidate.State.WITHDRAWN:
        raise Clash(_("The candidate is withdrawn: it needs no review."))


def _move(
    review: Review,
    act: str,
    role: Role,
    *,
    by: Person | None,
    at: datetime,
    holds: Any = (),
    fields: list[str] | None = None,
    **facts: Any,
) -> Review:
    before = review.state
    review.state = after(REVIEW, before, act, role, holds)
    review.state_since = at
    review.save(update_fields=["state", "state_since", *(fields or [])])
    record(f"{act}_review", f"review:{review.uuid}", by=by, at=at, before=before, after=review.state, **facts)
    return review
