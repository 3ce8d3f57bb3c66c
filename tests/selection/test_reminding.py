"""Reviewers who are late: reminded in their language, seen by the office, and nothing told of what a hard conflict hides."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from kuutio.audit.models import Entry
from kuutio.cities.models import Role
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import NotAllowed
from kuutio.selection import progress
from kuutio.selection.actions import conflicts, reminding, reviewing
from kuutio.selection.actions.reviewers import let_reviewer_go
from kuutio.selection.models import Review, Reviewer
from tests.selection import made as given
from tests.selection.test_conflicts import as_
from tests.selection.test_reviewing import send

pytestmark = pytest.mark.django_db
DUE = given.NOON + 20 * given.DAY


@pytest.fixture
def made():
    """A round under review, asked for in twenty days."""
    return given.assigned(given.make_round(review_by=DUE))


def in_hand(made) -> list[Reviewer]:
    """Those who have something to review."""
    return [one for one in made.reviewers if one.reviews.exists()]


def mails(made, at) -> list:
    """What goes out on a day."""
    mail.outbox.clear()
    for pk in Reviewer.objects.filter(reminded_at=at).values_list("pk", flat=True):
        reminding.send_reminder(Reviewer.objects.select_related("round", "person").get(pk=pk), at=at)
    return mail.outbox


@pytest.mark.parametrize(
    ("days", "mark"),
    [(-8, None), (-7, -7), (-3, -7), (-1, -1), (0, -1), (1, 1), (3, 1), (4, 4), (30, 28)],
)
def test_reminders_fall_a_week_and_a_day_before_the_day_after_and_each_third_day_from_then_on(days, mark):
    due = datetime(2017, 4, 10, 21, 30, tzinfo=UTC)  # the 11th in Helsinki
    expected = None if mark is None else date(2017, 4, 11) + timedelta(days=mark)
    assert reminding.mark_of(due, due + timedelta(days=days)) == expected


def test_who_has_sent_nothing_is_reminded_before_and_after_the_day_and_once_a_day_at_most(made):
    who = in_hand(made)
    assert reminding.remind_all(at=DUE - 9 * given.DAY) == 0
    assert reminding.remind_all(at=DUE - 7 * given.DAY) == len(who)
    assert reminding.remind_all(at=DUE - 7 * given.DAY + timedelta(hours=3)) == 0
    assert reminding.remind_all(at=DUE - 6 * given.DAY) == 0
    done = who[0]
    for review in Review.objects.filter(reviewer=done).select_related("reviewer__person", "candidate"):
        send(review)
    after = DUE + given.DAY
    assert reminding.remind_all(at=after) == len(who) - 1
    with pytest.raises(Clash):
        reminding.remind_reviewer(who[1], by=made.office, at=after + timedelta(minutes=5))
    assert Entry.objects.filter(verb="remind_reviewer").count() == 2 * len(who) - 1


def test_a_reminder_is_in_the_readers_language_and_names_no_candidate(made):
    one = in_hand(made)[0]
    one.person.language = "sv"
    one.person.save()
    reminding.remind_all(at=DUE + given.DAY)
    sent = mails(made, DUE + given.DAY)
    letter = next(row for row in sent if row.to == [one.person.email])
    assert "väntar på dig" in letter.body and "Tidsfristen var" in letter.body and "/reviews/" in letter.body
    assert all("Hanke" not in row.body for row in sent) and len(sent) == len(in_hand(made))


def test_a_review_under_a_hard_conflict_is_no_reason_to_remind(made):
    one = in_hand(made)[0]
    told = {row.candidate.number: ("DECLARED_KIN", "Sisarus.") for row in one.reviews.select_related("candidate")}
    conflicts.declare_conflicts(one, told, by=one.person, at=given.NOON)
    # Even a row that says it waits is none while a hard conflict stands beside it.
    one.reviews.update(state="assigned", note="")
    reminding.remind_all(at=DUE + given.DAY)
    assert Reviewer.objects.get(pk=one.pk).reminded_at is None
    with pytest.raises(Clash):
        reminding.remind_reviewer(one, by=made.office, at=DUE + given.DAY)


def test_the_office_sees_who_is_late_and_reminds_by_a_button_and_nobody_else_does(made):
    reviewing.accept_review(in_hand(made)[0].reviews.first(), by=in_hand(made)[0].person, at=given.NOON)
    assert {one.late_days for one in progress.loads(made.round, made.office, DUE)} == {None}
    late = [one for one in progress.loads(made.round, made.office, DUE + 2 * given.DAY) if one.late_days is not None]
    assert [one.reviewer for one in late] == sorted(in_hand(made), key=lambda row: row.alias) and late[0].late_days == 2
    client, key = as_(made.office), made.round.key  # the round was due in 2017
    assert "myöhässä" in client.get(reverse("selection:board", args=[key])).content.decode()
    text = client.get(reverse("selection:reviewers", args=[key])).content.decode()
    assert "Myöhässä" in text and "Muistuta" in text
    address = reverse("selection:reviewer-remind", args=[key, in_hand(made)[0].alias])
    assert client.post(address).status_code == 302
    assert Reviewer.objects.filter(reminded_at__isnull=False).count() == 1
    assert as_(made.members[0].person).post(address).status_code == 403
    with pytest.raises(NotAllowed):
        reminding.remind_reviewer(in_hand(made)[1], by=made.members[0].person, at=DUE)


def test_of_what_a_hard_conflict_hides_from_an_officer_no_lateness_is_told(made):
    review = Review.objects.select_related("reviewer", "candidate").order_by("pk").first()
    other = barred_officer(made, review)
    Review.objects.filter(reviewer=review.reviewer).exclude(pk=review.pk).delete()
    loads = {one.reviewer.pk: one for one in progress.loads(made.round, other, DUE + given.DAY)}
    assert (loads[review.reviewer.pk].open, loads[review.reviewer.pk].late_days) == (0, None)
    with pytest.raises(Clash):
        reminding.remind_reviewer(review.reviewer, by=other, at=DUE)
    reminding.remind_reviewer(review.reviewer, by=made.office, at=DUE)


def barred_officer(made, review):
    """Somebody of the office who reviews too, and whom a hard conflict bars from the candidate of a review."""
    someone = next(
        one
        for one in made.reviewers
        if one.pk != review.reviewer_id and not one.reviews.filter(candidate=review.candidate)
    )
    Role.objects.create(person=someone.person, organisation=made.round.owner, role="office")
    told = {review.candidate.number: ("DECLARED_KIN", "Sisarus on hankkeessa.")}
    conflicts.declare_conflicts(someone, told, by=someone.person, at=given.NOON)
    return someone.person


def test_a_barred_officer_lets_a_reviewer_go_from_the_rest_and_a_colleague_excuses_what_is_left(made):
    review = Review.objects.select_related("reviewer", "candidate").order_by("pk").first()
    other = barred_officer(made, review)
    assert review.reviewer.reviews.count() > 1
    address = reverse("selection:reviewer-leave", args=[made.round.key, review.reviewer.alias])
    assert as_(other).post(address, {"reason": "Vaihtoi työpaikkaa."}).status_code == 302
    states = dict(review.reviewer.reviews.values_list("pk", "state"))
    assert states.pop(review.pk) == "assigned" and set(states.values()) == {"excused"}
    assert Reviewer.objects.get(pk=review.reviewer_id).left_at is not None
    page = reverse("selection:reviewers", args=[made.round.key])
    assert "vapauta odottavista" not in as_(other).get(page).content.decode()
    assert "vapauta odottavista" in as_(made.office).get(page).content.decode()
    let_reviewer_go(review.reviewer, reason="Vaihtoi työpaikkaa.", by=made.office, at=given.NOON)
    assert Review.objects.get(pk=review.pk).state == "excused"
    let_reviewer_go(review.reviewer, reason="Vaihtoi työpaikkaa.", by=made.office, at=given.NOON)
    assert Entry.objects.filter(verb="let_reviewer_go").count() == 2
