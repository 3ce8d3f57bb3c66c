"""Who can't judge what, and what a reviewer sees: V6, V9, V10."""

from dataclasses import replace

import pytest

from kuutio.core.choosing.conflicts import (
    Case,
    Conflict,
    Employer,
    Ground,
    Judge,
    Party,
    conflict,
    sight,
    without_reviewer,
)
from kuutio.core.choosing.scores import Level

CASE = Case(
    "a1",
    (Party("0204819-8", "Turku", "Elinkeino", lead=True), Party("0187690-1", "Oulu", "BusinessOulu")),
    frozenset({"named"}),
)


@pytest.mark.parametrize(
    ("judge", "strict", "by_unit"),
    [
        (Judge("x", "0211675-2", "Tampere"), Level.NONE, Level.NONE),
        (Judge("named", "0211675-2", "Tampere"), Level.HARD, Level.HARD),
        (Judge("x", "0204819-8", "Turku", "Elinkeino"), Level.HARD, Level.HARD),
        (Judge("x", "0204819-8", "Turku", "Museo"), Level.HARD, Level.SOFT),
        (Judge("x", "0187690-1", "Oulu", "BusinessOulu"), Level.HARD, Level.HARD),
        (Judge("x", "0187690-1", "Oulu", "Kirjasto"), Level.HARD, Level.SOFT),
        (Judge("x", "0187690-1", "Oulu"), Level.HARD, Level.HARD),
        (Judge("x", "0245895-5", "Oulu"), Level.SOFT, Level.SOFT),
        (Judge("x", "0211675-2", "Tampere", declared={"a1": Ground.DECLARED_KIN}), Level.HARD, Level.HARD),
        (Judge("x", "0211675-2", "Tampere", declared={"a2": Ground.DECLARED_KIN}), Level.NONE, Level.NONE),
        (Judge("x", "0211675-2"), Level.NONE, Level.NONE),
    ],
)
def test_who_stands_how_to_an_application(judge, strict, by_unit):
    assert conflict(judge, CASE).level == strict
    assert conflict(judge, CASE, Employer.UNIT).level == by_unit


def test_every_ground_is_told():
    judge = Judge("named", "0204819-8", "Oulu", "Elinkeino", {"a1": Ground.DECLARED_BOARD})
    assert conflict(judge, CASE) == Conflict(
        Level.HARD, (Ground.DECLARED_BOARD, Ground.LEAD_UNIT, Ground.NAMED, Ground.SAME_CITY)
    )
    assert conflict(Judge("x", "0245895-5", "Oulu"), CASE) == Conflict(Level.SOFT, (Ground.SAME_CITY,))


def test_a_reviewer_sees_nothing_of_a_conflict_and_nobody_elses_scores_before_the_own():
    hard = sight(Level.HARD, submitted=True, blind=False)
    assert not (hard.application or hard.partners or hard.others_reviews)
    blind = sight(Level.SOFT, submitted=False, blind=True)
    assert (blind.application, blind.partners, blind.others_reviews) == (True, False, False)
    after = sight(Level.NONE, submitted=True, blind=True)
    assert (after.partners, after.others_reviews) == (True, True)
    assert sight(Level.NONE, submitted=False, blind=False).partners


def test_an_application_that_is_left_without_reviewers_is_told():
    cities = [
        Judge("t", "0204819-8", "Turku", "Museo"),
        Judge("o", "0187690-1", "Oulu", "Museo"),
        Judge("x", "", "Espoo"),
    ]
    other = replace(CASE, id="a2", parties=CASE.parties[:1])
    assert without_reviewer(cities, [CASE, other], Employer.ORGANISATION, needed=2) == ["a1"]
    assert without_reviewer(cities, [CASE, other], Employer.UNIT, needed=2) == []
