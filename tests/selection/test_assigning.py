"""Handing out reviews: at the known optimum, in time, with clear words when it can't be done."""

import time

import pytest
from django.urls import reverse

from kuutio.core.choosing.assignment import assign
from kuutio.core.problems import Conflict as Clash
from kuutio.selection.actions import assigning
from kuutio.selection.models import Candidate, Conflict, Review, Reviewer, Version
from kuutio.selection.problems import NoAssignment
from kuutio.selection.reading import judged
from tests.selection import made as given
from tests.selection.large import large_round

pytestmark = pytest.mark.django_db


def test_nobody_gets_what_a_conflict_bars_and_the_result_is_the_optimum():
    made = given.declared(given.make_round(employer="ORGANISATION"))
    found = assigning.assign_reviews(made.round, by=made.office, at=given.NOON)
    pairs = set(Review.objects.values_list("reviewer", "candidate"))
    assert len(pairs) == 8
    assert not pairs & set(Conflict.objects.filter(level="HARD").values_list("reviewer", "candidate"))
    asked = assigning._asked(made.round, judged(made.round), assigning.pool_of(made.round))
    best = assign(asked)
    assert (best.worst, best.total) == (found.worst, found.total)
    assert best.total <= assign(asked, floor_first=False).total
    again = assigning.assign_reviews(made.round, by=made.office, at=given.NOON)
    assert again == found and set(Review.objects.values_list("reviewer", "candidate")) == pairs


def test_an_impossible_assignment_says_in_figures_why(client):
    made = given.declared(given.make_round(reviews_wanted=4, most_per_reviewer=1))
    client.force_login(made.office, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("selection:assignment", args=[made.round.key]))
    assert answer.status_code == 422 and not Review.objects.exists()
    text = answer.content.decode()
    assert "16" in text and "7" in text
    with pytest.raises(NoAssignment):
        assigning.assign_reviews(made.round, by=made.office, at=given.NOON)


def test_a_correction_by_hand_has_a_reason_and_keeps_the_limits():
    made = given.declared(given.make_round(employer="ORGANISATION"))
    assigning.assign_reviews(made.round, by=made.office, at=given.NOON)
    candidate = Candidate.objects.select_related("round").get(number=1)
    could = assigning.could_review(candidate)
    points = [row[1] for row in could]
    assert points == sorted(points, reverse=True) and could
    reviewer = could[0][0]
    made_one = assigning.give_review(candidate, reviewer, reason="Tuntee alan.", by=made.office, at=given.NOON)
    same = assigning.give_review(candidate, reviewer, reason="Tuntee alan.", by=made.office, at=given.NOON)
    assert same == made_one and made_one.by_hand == "Tuntee alan."
    barred = Conflict.objects.filter(candidate=candidate, level="HARD").first()
    with pytest.raises(Clash):
        assigning.give_review(candidate, barred.reviewer, reason="Kiire.", by=made.office, at=given.NOON)
    assigning.take_review(made_one, reason="Liikaa.", by=made.office, at=given.NOON)
    assert not Review.objects.filter(pk=made_one.pk).exists()


def test_300_candidates_and_60_reviewers_are_handed_out_in_three_seconds_with_the_database():
    made = large_round()
    began = time.process_time()
    found = assigning.assign_reviews(made.round, by=None, at=given.NOON)
    spent = time.process_time() - began
    assert Review.objects.count() == 900 and max(found.loads) <= 17
    assert Reviewer.objects.count() == 60 and Version.objects.count() == 300
    assert spent < 3, spent
