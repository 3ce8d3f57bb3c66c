"""Advice on reviewers' bias (V8)."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.choosing.bias import advice
from kuutio.core.choosing.scores import Criterion, Level, Method, Review

METHOD = Method((Criterion("all", 100),), (0, 5))


def review(application: str, reviewer: str, score: int, **rest: object) -> Review:
    return Review(application, reviewer, "", {"all": score}, **rest)


@st.composite
def designs(draw: st.DrawFn) -> list[Review]:
    """Reviews that hang together: each of at most five reviewers shares the first application."""
    pairs = draw(st.sets(st.tuples(st.sampled_from("bcde"), st.integers(0, 4)), max_size=15))
    reviewers = sorted({reviewer for _, reviewer in pairs} | {0})
    drawn = [("a", reviewer) for reviewer in reviewers] + sorted(pairs)
    return [review(application, str(reviewer), draw(st.integers(0, 5))) for application, reviewer in drawn]


@settings(max_examples=40)
@given(designs())
def test_it_is_the_least_squares_answer(reviews):
    told = advice(METHOD, reviews)
    assert told is not None
    applications, reviewers = sorted({one.application for one in reviews}), sorted({one.reviewer for one in reviews})
    design = np.zeros((len(reviews) + 1, len(applications) + len(reviewers)))
    for row, one in enumerate(reviews):
        design[row, applications.index(one.application)] = 1
        design[row, len(applications) + reviewers.index(one.reviewer)] = 1
    design[-1, len(applications) :] = 1
    wanted = np.array([20.0 * one.scores["all"] for one in reviews] + [0.0])
    answer = np.linalg.lstsq(design, wanted, rcond=None)[0]
    exact = [*(told.scores[name] for name in applications), *(told.leniency[name] for name in reviewers)]
    assert np.allclose(np.array([float(value) for value in exact]), answer, atol=1e-6)
    assert sum(told.leniency.values()) == 0


@settings(max_examples=30)
@given(designs(), st.randoms(use_true_random=False))
def test_it_is_exact_so_the_order_is_irrelevant(reviews, random):
    shuffled = reviews[:]
    random.shuffle(shuffled)
    assert advice(METHOD, shuffled) == advice(METHOD, reviews)


@settings(max_examples=30)
@given(designs(), st.integers(1, 5))
def test_a_stricter_reviewer_changes_no_distance_between_applications(reviews, stricter):
    before = advice(METHOD, reviews)
    after = advice(
        METHOD, [replace(one, scores={"all": one.scores["all"] - stricter * (one.reviewer == "0")}) for one in reviews]
    )
    assert before and after
    for one, other in combinations(before.scores, 2):
        assert before.scores[one] - before.scores[other] == after.scores[one] - after.scores[other]


def test_a_strict_and_a_mild_reviewer_are_told_apart():
    both = [review("a", "mild", 5), review("a", "strict", 3)]
    told = advice(METHOD, [*both, review("b", "mild", 4), review("c", "strict", 2)])
    assert told is not None
    assert dict(told.leniency) == {"mild": Fraction(20), "strict": Fraction(-20)}
    assert dict(told.scores) == {"a": 80, "b": 60, "c": 60}
    assert told.weak


def test_without_a_shared_reviewer_nothing_is_told():
    apart = [review("a", "r", 3), review("b", "s", 4)]
    assert advice(METHOD, apart) is None
    assert advice(METHOD, []) is None
    assert advice(METHOD, [*apart, review("b", "r", 4, conflict=Level.HARD)]) is None
    assert advice(METHOD, [*apart, review("b", "r", 4, submitted=False)]) is None
    assert advice(METHOD, [*apart, review("b", "r", 4)]) is not None


def test_it_is_weak_until_everyone_has_three_reviews():
    whole = [review(application, reviewer, 3) for application in "abc" for reviewer in "rs"]
    strong, weak = advice(METHOD, whole), advice(METHOD, whole[:-1])
    assert strong and not strong.weak
    assert weak and weak.weak
