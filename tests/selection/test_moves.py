"""Each pair of state and act that the tables don't have: 409, no change, no audit line."""

import pytest
from django.db import transaction

from kuutio.audit.models import Entry
from kuutio.core.moves import Role, legal
from kuutio.core.moves.selecting import CANDIDATE, JURIED, MEETING, ROUND
from kuutio.core.moves.tables import REVIEW
from kuutio.core.problems import IllegalMove, Problem
from kuutio.selection.actions import assigning, deciding, meetings, publishing, ranking, reviewing, rounds
from kuutio.selection.actions.candidates import withdraw_candidate
from kuutio.selection.models import Candidate, Decision, Item, Meeting, Ranking, Review, Round
from tests.selection import made as given

pytestmark = pytest.mark.django_db
T = given.three("Syy")


def refused(act, row, before):
    """The act is refused and leaves nothing behind."""
    lines = Entry.objects.count()
    kept = type(row).objects.filter(pk=row.pk).values().get()
    with pytest.raises(Problem) as caught, transaction.atomic():
        act()
    assert caught.value.status == 409, (before, caught.value.kind, str(caught.value.detail))
    assert type(row).objects.filter(pk=row.pk).values().get() == kept
    assert Entry.objects.count() == lines


def forced(row, state, **more):
    """A row put into a state by the database alone."""
    type(row).objects.filter(pk=row.pk).update(state=state, **more)
    return type(row).objects.get(pk=row.pk)


def test_a_round_makes_no_move_that_its_table_lacks():
    made = given.ranked(given.make_round(count=1))
    by, at = made.office, given.NOON
    acts = {
        "declare": lambda row: rounds.begin_declaring(row, by=by, at=at),
        "review": lambda row: assigning.begin_reviewing(row, by=by, at=at),
        "rank": lambda row: ranking.make_ranking(row, by=by, at=at),
        "decide": lambda row: deciding.end_deciding(row, by=by, at=at),
        "publish": lambda row: publishing.publish_round(row, by=by, at=at),
        "cancel": lambda row: rounds.cancel_round(row, reason="Syy", by=by, at=at),
    }
    assert set(acts) == set(ROUND.acts)
    again = {
        ("ranked", "rank"),
        ("decided", "rank"),
        ("published", "rank"),
        ("published", "publish"),
    }  # no change, no error
    tried = 0
    for state in ROUND.states:
        late = state in ("ranked", "decided", "published")
        row = forced(
            made.round, state, ranked_at=at if late else None, published_at=at if state == "published" else None
        )
        for act, do in acts.items():
            if (state, act) not in again and act not in {one.act for one in legal(ROUND, state)}:
                refused(lambda do=do, row=row: do(row), row, (state, act))
                tried += 1
    assert tried == len(ROUND.states) * len(acts) - len(ROUND.moves) - len(again)


@pytest.mark.parametrize("decisions", ["two", "one"])
def test_a_candidate_makes_no_move_that_its_table_lacks(decisions):
    made = given.ranked(given.make_round(decisions=decisions, count=1))
    table = CANDIDATE if decisions == "two" else JURIED
    meeting = given.going(made)
    item, at = meeting.items.get(), given.NOON
    row = Candidate.objects.get()
    Decision.objects.create(
        candidate=row, kind="expediency", outcome="proposed_yes", reason=T, made_by=made.office, made_at=at
    )

    def in_meeting(act):
        return lambda: deciding.decide_item(
            Item.objects.get(pk=item.pk), act, reason=T, conditions=T, by=made.office, at=at
        )

    def by_authority(act):
        row = Candidate.objects.select_related("round").get()
        return lambda: deciding.decide_legality(row, act, reason=T, conditions=T, by=made.authority, at=at)

    acts = {"withdraw": lambda act: lambda: withdraw_candidate(row.reference, by=None, at=at)}
    acts |= dict.fromkeys(deciding.acts_of(made.round), in_meeting)
    if decisions == "two":
        acts |= dict.fromkeys(deciding.ACTS_OF_AUTHORITY, by_authority)
    assert set(acts) == set(table.acts) - {"review", "end_review"}
    tried = 0
    for state in table.states:
        forced(row, state)
        for act, do in acts.items():
            if (state, act) != ("withdrawn", "withdraw") and act not in {one.act for one in legal(table, state)}:
                refused(do(act), row, (state, act))
                tried += 1
    assert tried == len(table.states) * len(acts) - 1 - sum(one.act in acts for one in table.moves)


def test_a_review_makes_no_move_that_its_table_lacks():
    made = given.assigned(given.make_round(count=1))
    review = Review.objects.select_related("reviewer__person").first()
    who, by, at = review.reviewer.person, made.office, given.NOON
    whole = {"impact": 3, "quality": 3, "openness": 3}
    acts = {
        "accept": lambda row: reviewing.accept_review(row, by=who, at=at),
        "decline": lambda row: reviewing.decline_review(row, reason="Syy", by=who, at=at),
        "submit": lambda row: reviewing.submit_review(row, by=who, at=at),
        "reopen": lambda row: reviewing.reopen_review(row, reason="Syy", by=by, at=at),
        "excuse": lambda row: reviewing.excuse_review(row, reason="Syy", by=by, at=at),
    }
    again = {("submitted", "submit")}
    for state in REVIEW.states:
        note = "Syy" if state in ("declined", "reopened", "excused", "void") else ""
        row = forced(review, state, scores=whole, note=note, submitted_at=at if state == "submitted" else None)
        for act, do in acts.items():
            if (state, act) not in again and act not in {one.act for one in legal(REVIEW, state)}:
                refused(lambda do=do, row=row: do(row), row, (state, act))
        if state not in ("assigned", "accepted", "draft", "reopened"):  # what is written needs a review that is open
            refused(
                lambda row=row: reviewing.save_review(row, scores_given=whole, why={}, by=who, at=at),
                row,
                (state, "write"),
            )


def test_a_meeting_makes_no_move_that_its_table_lacks():
    made = given.ranked(given.make_round(count=1))
    meeting, at, by = given.going(made), given.NOON, made.office
    acts = {
        "begin": lambda row: meetings.begin_meeting(row, present=made.members, by=by, at=at),
        "end": lambda row: meetings.end_meeting(row, by=by, at=at),
        "confirm": lambda row: meetings.confirm_minutes(row, by=made.members[0].person, at=at),
        "cancel": lambda row: meetings.cancel_meeting(row, reason="Syy", by=by, at=at),
    }
    for state in MEETING.states:
        confirmed = made.members[0] if state == "confirmed" else None
        row = forced(meeting, state, confirmed_by=confirmed)
        for act, do in acts.items():
            if act not in {one.act for one in legal(MEETING, state)}:
                refused(lambda do=do, row=row: do(row), row, (state, act))


def test_a_move_that_lacks_something_says_what():
    made = given.make_round(count=0)
    with pytest.raises(IllegalMove) as caught:
        rounds.begin_declaring(made.round, by=made.office, at=given.NOON)
    assert caught.value.facts["missing"] == ["candidates_in"]
    assert Round.objects.get().state == "draft" and not Ranking.objects.exists() and not Meeting.objects.exists()
    assert {one.act for one in legal(ROUND, "draft", Role.OFFICE)} == {"declare", "cancel"}
