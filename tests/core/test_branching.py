"""Branching surveys: every walk ends, and each question can be reached or is told."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.branching import END, Jump, faults, walk


def test_what_is_wrong_with_rules_is_told():
    questions = [1, 2, 3]
    cases = {
        "unknown": [Jump(1, 9)],
        "backwards": [Jump(2, 1)],
        "twice": [Jump(1, 2), Jump(1, 3)],
        "unreachable": [Jump(1, 3)],
    }
    for why, jumps in cases.items():
        assert [fault.why for fault in faults(questions, jumps, {})] == [why]
    assert faults(questions, [Jump(2, 2)], {})[0].why == "backwards"


def test_a_question_that_every_choice_jumps_over_is_never_asked_where_one_must_choose():
    jumps = [Jump(1, 3, 10), Jump(1, END, 11)]
    assert [fault.question for fault in faults([1, 2, 3], jumps, {1: frozenset({10, 11})})] == [2]
    assert faults([1, 2, 3], jumps, {}) == []  # who passes the question by is asked the next one


@st.composite
def surveys(draw):
    """Questions, rules that may be wrong, and answers."""
    count = draw(st.integers(1, 7))
    questions = list(range(1, count + 1))
    jump = st.builds(
        Jump,
        st.sampled_from(questions),
        st.sampled_from([END, *questions]),
        st.none() | st.integers(10, 12),
    )
    jumps = draw(st.lists(jump, max_size=8))
    chosen = draw(st.dictionaries(st.sampled_from(questions), st.frozensets(st.integers(10, 12), max_size=2)))
    return questions, jumps, chosen


@settings(max_examples=300)
@given(surveys())
def test_sound_rules_lead_every_walk_forward_to_its_end(made):
    questions, jumps, chosen = made
    if any(fault.why != "unreachable" for fault in faults(questions, jumps, {})):
        return
    path = walk(questions, jumps, chosen)
    assert path == sorted(set(path))
    assert path[0] == questions[0]


@settings(max_examples=200)
@given(surveys())
def test_what_is_told_unreachable_is_on_no_walk(made):
    questions, jumps, chosen = made
    found = faults(questions, jumps, {})
    if any(fault.why != "unreachable" for fault in found):
        return
    assert not {fault.question for fault in found} & set(walk(questions, jumps, chosen))
