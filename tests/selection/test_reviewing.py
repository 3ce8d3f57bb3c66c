"""Reviews: fixed to a version, saved as they are written, sent once, seen by others only after one's own."""

import pytest
from django.test import Client
from django.urls import reverse

from kuutio.core.problems import IllegalMove, NotFound
from kuutio.selection.actions import ranking, reviewing
from kuutio.selection.actions.candidates import withdraw_candidate
from kuutio.selection.models import Consensus, Review, RoundEntry
from kuutio.selection.problems import ReviewIncomplete, SavedElsewhere
from kuutio.selection.reading import made_table
from tests.races import at_once
from tests.selection import made as given

pytestmark = pytest.mark.django_db
WHOLE = {"impact": 4, "quality": 3, "openness": 2}


def pair(made, number=1):
    """Two reviews of one candidate."""
    rows = Review.objects.filter(candidate__round=made.round, candidate__number=number)
    return list(rows.select_related("reviewer__person", "candidate").order_by("pk"))


def logged() -> int:
    """How many reviews stand in the log."""
    return sum(b'"type":"review"' in bytes(one) for one in RoundEntry.objects.values_list("content", flat=True))


def send(review, scores=WHOLE):
    who = review.reviewer.person
    reviewing.save_review(review, scores_given=scores, why={}, by=who, at=given.NOON)
    return reviewing.submit_review(review, by=who, at=given.NOON)


def test_extreme_scores_need_words_and_nothing_is_lost_between_two_windows():
    first, _second = pair(given.assigned(given.make_round()))
    who, at = first.reviewer.person, given.NOON
    kept = reviewing.save_review(first, scores_given={"impact": 5}, why={}, by=who, at=at, revision=0)
    with pytest.raises(SavedElsewhere):
        reviewing.save_review(first, scores_given={"impact": 1}, why={}, by=who, at=at, revision=0)
    with pytest.raises(ReviewIncomplete) as caught:
        reviewing.submit_review(kept, by=who, at=at)
    assert [one["pointer"] for one in caught.value.errors] == ["/impact", "/quality", "/openness"]
    scores = {"impact": 5, "quality": 3, "openness": 1}
    why = {"impact": "Koskee kaikkia.", "openness": "Mitään ei julkaista."}
    reviewing.save_review(kept, scores_given=scores, why=why, by=who, at=at, revision=1)
    assert reviewing.submit_review(kept, by=who, at=at).state == "submitted"
    assert logged() == 1
    reviewing.submit_review(kept, by=who, at=at)
    assert logged() == 1


def test_another_reviewers_scores_are_seen_after_ones_own_and_then_both_write_what_they_found():
    made = given.assigned(given.make_round())
    first, second = pair(made)
    reviewing.save_review(
        first, scores_given=WHOLE, why={"impact": "Ensimmäisen perustelu."}, by=first.reviewer.person, at=given.NOON
    )
    reviewing.submit_review(first, by=first.reviewer.person, at=given.NOON)
    client = Client()
    client.force_login(second.reviewer.person, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("selection:review", args=[second.uuid])
    assert "Ensimmäisen perustelu." not in client.get(address).content.decode()
    with pytest.raises(NotFound):
        reviewing.write_consensus(second.candidate, text="Hyvä.", by=second.reviewer.person, at=given.NOON)
    send(second)
    assert "Ensimmäisen perustelu." in client.get(address).content.decode()
    reviewing.write_consensus(second.candidate, text="Hyvä.", by=second.reviewer.person, at=given.NOON)
    reviewing.agree_consensus(second.candidate, by=first.reviewer.person, at=given.NOON)
    assert Consensus.objects.get().agreed.count() == 2


def test_a_review_of_an_older_version_is_marked_and_keeps_what_was_read():
    made = given.assigned(given.make_round())
    first, second = pair(made)
    send(first)
    given.hand(made, 1, version=2)
    client = Client()
    client.force_login(first.reviewer.person, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse("selection:review", args=[first.uuid])).content.decode()
    assert "painos 1" in text and "painos 2" not in text and "Uudempi " in text
    reviewing.accept_review(second, by=second.reviewer.person, at=given.NOON)
    assert Review.objects.get(pk=second.pk).version == 2


def test_a_review_that_is_opened_again_counts_when_it_is_sent_again_and_never_after_the_ranking():
    made = given.reviewed(given.make_round(count=2))
    first, _second = pair(made)
    reviewing.reopen_review(first, reason="Väärä peruste.", by=made.office, at=given.NOON)
    assert {row["candidate"]: row["reviews"] for row in made_table(made.round)["rows"]} == {"1": 1, "2": 2}
    with pytest.raises(IllegalMove):
        ranking.make_ranking(made.round, by=made.office, at=given.NOON)
    send(Review.objects.select_related("reviewer__person", "candidate").get(pk=first.pk), WHOLE | {"impact": 2})
    ranking.make_ranking(made.round, by=made.office, at=given.NOON)
    with pytest.raises(IllegalMove):
        reviewing.reopen_review(first, reason="Vielä.", by=made.office, at=given.NOON)


def test_what_is_withdrawn_is_neither_ranked_nor_reviewed():
    made = given.reviewed(given.make_round(count=2))
    withdraw_candidate("judged:pilots-2017-1-2", by=None, at=given.NOON)
    withdraw_candidate("judged:pilots-2017-1-2", by=None, at=given.NOON)
    table = ranking.make_ranking(made.round, by=made.office, at=given.NOON).table
    assert [row["candidate"] for row in table["rows"]] == ["1"]


@pytest.mark.django_db(transaction=True)
def test_eight_sendings_of_one_review_at_once_stand_in_the_log_once():
    made = given.assigned(given.make_round(count=1))
    first, _second = pair(made)
    who = first.reviewer.person
    reviewing.save_review(first, scores_given=WHOLE, why={}, by=who, at=given.NOON)
    at_once(lambda: reviewing.submit_review(first, by=who, at=given.NOON), times=8)
    assert logged() == 1
