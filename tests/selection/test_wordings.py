"""What the log says in words, and what a scale asks reasons for."""

import pytest
from django.utils import translation

from kuutio.core.moves import tables
from kuutio.core.moves.selecting import CANDIDATE, JURIED, MEETING, ROUND
from kuutio.selection import trail
from kuutio.selection.actions import conflicts, rounds
from kuutio.selection.wordings import VERBS, extremes, points
from tests.selection import made as given


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("round", ROUND),
        ("candidate", CANDIDATE),
        ("candidate", JURIED),
        ("meeting", MEETING),
        ("review", tables.REVIEW),
    ],
)
def test_each_move_of_the_tables_has_its_words(kind, table):
    assert {f"{move.act}_{kind}" for move in table.moves} <= set(VERBS)


@pytest.mark.parametrize(
    ("scale", "words"),
    [((0, 5), "0, 1 or 5"), ((1, 5), "1 or 5"), ((0, 10), "0, 1 or 10"), ((2, 5), "of 5"), ((0, 1), "0 or 1")],
)
def test_the_form_names_the_scores_that_need_a_reason(scale, words):
    with translation.override("en"):
        assert words in extremes(*scale)


def test_a_score_is_shown_the_same_from_its_text_and_its_fraction():
    from fractions import Fraction

    with translation.override("fi"):
        assert points("145/3") == points(Fraction(145, 3)) == "48,33" and points(None) == "–"
    with translation.override("en"):
        assert points("145/3") == "48.33"


@pytest.mark.django_db
def test_a_ruling_on_a_hidden_candidate_is_no_line_of_the_log_for_whom_it_hides():
    made = given.make_round()
    rounds.begin_declaring(made.round, by=made.office, at=given.NOON)
    one = made.reviewers[-1]
    conflicts.declare_conflicts(one, {1: ("DECLARED_KIN", "Sisarus.")}, by=one.person, at=given.NOON)
    row = one.conflicts.get()
    conflicts.rule_conflict(row, level="HARD", reason="Hanke 1 on sisaren.", by=made.office, at=given.NOON)
    conflicts.rule_all(
        made.round, ground="PARTNER_ORGANISATION", level="SOFT", reason="Toinen.", by=made.office, at=given.NOON
    )

    def reasons(person):
        return {line.facts.get("reason") for line in trail.lines_of(made.round, person) if line.verb == "rule_conflict"}

    assert reasons(made.office) == {"Hanke 1 on sisaren.", "Toinen."}
    assert reasons(one.person) == {"Toinen."}
