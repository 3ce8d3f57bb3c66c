"""Scores and ranks: V1 to V3, V7, V11, V12, V14."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.choosing.scores import (
    Criterion,
    Level,
    Method,
    Review,
    is_stale,
    method_findings,
    ranks,
    review_findings,
    shown,
    standings,
)

METHOD = Method((Criterion("relevance", 60), Criterion("openness", 40)))
CITIES = ["Helsinki", "Espoo", "Oulu"]
WHY = {"relevance": "Because.", "openness": "Because."}


def review(application: str, reviewer: str, *scores: int, city: str = "Oulu", **rest: object) -> Review:
    given_ = dict(zip(("relevance", "openness"), scores, strict=False))
    return Review(application, reviewer, city, given_, **rest)


reviews = st.lists(
    st.builds(
        lambda application, reviewer, one, other, level, submitted: review(
            application, reviewer, one, other, city=CITIES[int(reviewer) % 3], conflict=level, submitted=submitted
        ),
        st.sampled_from("abcd"),
        st.sampled_from("012345"),
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from(Level),
        st.booleans(),
    ),
    max_size=25,
    unique_by=lambda one: (one.application, one.reviewer),
)
consortia = st.fixed_dictionaries({name: st.frozensets(st.sampled_from(CITIES)) for name in "abcd"})


@settings(max_examples=50)
@given(reviews, consortia, st.randoms(use_true_random=False))
def test_the_order_of_reviews_is_irrelevant(given_, cities, random):
    shuffled = given_[:]
    random.shuffle(shuffled)
    assert standings(METHOD, cities, shuffled) == standings(METHOD, cities, given_)


@settings(max_examples=50)
@given(reviews, consortia)
def test_hard_conflicts_and_unsent_reviews_leave_no_trace(given_, cities):
    counted = [one for one in given_ if one.submitted and one.conflict != Level.HARD]
    assert standings(METHOD, cities, given_) == standings(METHOD, cities, counted)


@settings(max_examples=50)
@given(reviews, consortia)
def test_a_score_is_the_exact_mean_and_the_outside_one_leaves_own_cities_out(given_, cities):
    counted = [one for one in given_ if one.counts]
    for standing in standings(METHOD, cities, given_):
        own = [one for one in counted if one.application == standing.application]
        outside = [one for one in own if one.city not in cities[standing.application]]
        for score, some in ((standing.score, own), (standing.outside_score, outside)):
            totals = [Fraction(60 * one.scores["relevance"] + 40 * one.scores["openness"], 5) for one in some]
            assert score == (sum(totals) / len(totals) if totals else None)
        assert standing.reviews == len(own)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=2), st.none() | st.integers(0, 6).map(lambda part: Fraction(part, 3))))
def test_equals_share_a_rank_and_the_next_one_counts_them(scores):
    ranked = ranks(scores)
    for name, score in scores.items():
        better = sum(other is not None and score is not None and other > score for other in scores.values())
        assert ranked.get(name) == (None if score is None else 1 + better)


def test_a_third_of_a_point_decides_what_two_decimals_would_not():
    assert ranks({"a": Fraction(145, 3), "b": Fraction("48.33"), "c": Fraction(145, 3)}) == {"a": 1, "b": 3, "c": 1}
    assert shown(Fraction(145, 3)) == shown(Fraction("48.33")) == "48.33"
    assert [shown(Fraction(value)) for value in ("1/200", "1/201", "0", "99.995", "-1/200", "-1/201")] == [
        "0.01",
        "0.00",
        "0.00",
        "100.00",
        "-0.01",
        "0.00",
    ]
    assert shown(Fraction(2, 3), 6) == "0.666667"


def test_a_rank_that_moves_by_three_is_flagged():
    cities = {name: frozenset({"Oulu"}) if name == "a" else frozenset[str]() for name in "abcd"}
    given_ = [review("a", "own", 5, 5), review("a", "other", 0, 1, city="Espoo")]
    given_ += [review(name, "other", 2, int(name == "b"), city="Espoo") for name in "bcd"]
    told = {one.application: one for one in standings(METHOD, cities, given_)}
    assert (told["a"].rank, told["a"].outside_rank, told["a"].moved) == (1, 4, True)
    assert not any(told[name].moved for name in "bcd")


def test_without_reviewers_from_elsewhere_there_is_no_outside_score():
    (told,) = standings(METHOD, {"a": frozenset({"Oulu"})}, [review("a", "r", 3, 3), review("gone", "r", 3, 3)])
    assert (told.score, told.outside_score, told.outside_rank, told.moved) == (60, None, None, False)


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ((60, 40), []),
        ((60, 41), ["v1-weights"]),
        ((101, -1), ["v1-weight"]),
        ((0, 0), ["v1-weight"] * 2 + ["v1-weights"]),
    ],
)
def test_weights_are_a_hundred_together(weights, found):
    method = Method(tuple(Criterion(str(at), weight) for at, weight in enumerate(weights)))
    assert [one.key for one in method_findings(method)] == found


@pytest.mark.parametrize(
    ("scores", "why", "found"),
    [
        ((3, 4), {}, []),
        ((1, 5), WHY, []),
        ((1, 5), {"relevance": "Because.", "openness": " "}, ["v12-no-reason"]),
        ((0, 2), {}, ["v12-no-reason"]),
        ((3,), {}, ["v1-missing"]),
        ((-1, 6), WHY, ["v1-scale", "v1-scale"]),
    ],
)
def test_a_review_is_whole_and_extremes_have_reasons(scores, why, found):
    assert [one.key for one in review_findings(METHOD, review("a", "r", *scores, why=why))] == found


def test_a_scale_from_one_counts_by_its_top():
    method = replace(METHOD, scale=(1, 4))
    assert method.total(review("a", "r", 4, 4)) == 100
    assert [one.key for one in review_findings(method, review("a", "r", 0, 4, why=WHY))] == ["v1-scale"]


def test_a_review_stands_still_once_the_ranking_is_out():
    extra = review("a", "r", 3, 3)
    assert [one.rule for one in review_findings(METHOD, extra, ranking_published=True)] == ["V14"]
    unknown = replace(extra, scores={**extra.scores, "beauty": 3})
    assert [(one.code, one.where) for one in review_findings(METHOD, unknown)] == [("CRITERION_UNKNOWN", "beauty")]


def test_a_review_of_an_older_version_is_stale():
    assert is_stale(review("a", "r", 3, 3, version=1), submitted_version=2)
    assert not is_stale(review("a", "r", 3, 3, version=2), submitted_version=2)
