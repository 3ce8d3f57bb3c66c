"""Rules as values: what is written is read, the same rule is the same text, and it can be said in three languages."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.budgeting import (
    NAMES,
    BadRule,
    Completion,
    EqualShares,
    Greedy,
    Overflow,
    Phragmen,
    Rule,
    Start,
    Stop,
    Ties,
    Utility,
    name_of,
    rule_from_json,
    rule_from_name,
    rule_text,
    rule_to_json,
    sentence,
)
from kuutio.core.budgeting.sentences import Tongue

ADDITIONS = ("", "+add1", "+add1-exhaustive", "+u", "+add1+u", "+add0.5", "+add1+u+floor", "+floor")
EVERY = tuple(name + more for name in NAMES for more in (ADDITIONS if name.startswith("mes") else ("",)))

ties = st.builds(
    Ties,
    st.permutations(["votes", "cost"]).flatmap(lambda keys: st.sampled_from([(), tuple(keys[:1]), tuple(keys)])),
    st.lists(st.text(max_size=4), unique=True, max_size=4).map(tuple),
)
rules: Any = st.one_of(
    st.builds(Greedy, st.booleans(), st.sampled_from(Overflow), st.integers(0, 500), ties),
    st.builds(
        EqualShares,
        st.sampled_from(Utility),
        st.sampled_from(Start),
        st.one_of(st.none(), st.integers(1, 10**9).map(lambda cents: Fraction(cents, 100))),
        st.sampled_from(Stop),
        st.sampled_from(Completion),
        ties,
    ),
    st.builds(Phragmen, ties),
)


@settings(max_examples=30)
@given(rules)
def test_what_is_written_is_read(rule: Rule) -> None:
    assert rule_from_json(rule_text(rule)) == rule_from_json(rule_to_json(rule)) == rule
    assert rule_text(rule_from_json(rule_text(rule))) == rule_text(rule)


@pytest.mark.parametrize("name", EVERY)
def test_names_are_read_back(name: str) -> None:
    assert name_of(rule_from_name(name)) == name


def test_different_names_are_different_rules_and_sentences() -> None:
    assert len({rule_text(rule_from_name(name)) for name in EVERY}) == len(EVERY)
    for tongue in get_args(Tongue):
        said = {sentence(rule_from_name(name), tongue) for name in EVERY}
        assert len(said) == len(EVERY)
        assert all(one[0].isupper() and one.endswith(".") and "{" not in one for one in said)


def test_a_sentence_says_the_threshold_the_increment_and_the_ties() -> None:
    rule = replace(rule_from_name("mes-cost+add0.5+u"), ties=Ties(("votes", "cost"), ("b", "a")))
    assert "raised by 0.5 at a time" in sentence(rule, "en")
    assert sentence(rule, "en").endswith(
        "Ties are decided by more votes, then lower cost, then a lot drawn before voting, then the project's id."
    )
    assert "korotetaan 0,5 kerrallaan" in sentence(rule, "fi")
    assert "färre än 30 röster" in sentence(Greedy(threshold=30), "sv")


def test_the_stop_of_a_rule_that_never_grows_is_no_difference() -> None:
    assert EqualShares(stop=Stop.EXHAUSTIVE) == EqualShares()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mes",
        "mes-cost+",
        "mes-cost+add0",
        "mes-cost+add1+add2",
        "mes-cost+u+u",
        "greedy+u",
        "mes-cost+add1e9",
        "MES-COST",
    ],
)
def test_other_names_are_no_rules(name: str) -> None:
    with pytest.raises(BadRule):
        rule_from_name(name)


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "{",
        "[" * 100_000,
        {"kind": "dice"},
        {"kind": ["greedy"]},
        {"kind": "greedy", "utility": "cost"},
        {"kind": "greedy", "threshold": -1},
        {"kind": "greedy", "threshold": True},
        {"kind": "greedy", "per_cost": 1},
        {"kind": "equal-shares", "utility": "fun"},
        {"kind": "equal-shares", "increment": 0},
        {"kind": "equal-shares", "increment": "-1"},
        {"kind": "equal-shares", "increment": "1e5"},
        {"kind": "equal-shares", "increment": "9" * 100},
        {"kind": "phragmen", "ties": "votes"},
        {"kind": "phragmen", "ties": {"keys": ["votes", "votes"]}},
        {"kind": "phragmen", "ties": {"keys": ["luck"]}},
        {"kind": "phragmen", "ties": {"lot": [1]}},
        {"kind": "phragmen", "ties": {"lot": ["a", "a"]}},
        {"kind": "phragmen", "ties": {"lots": []}},
    ],
)
def test_other_json_is_no_rule(said: Any) -> None:
    with pytest.raises(BadRule):
        rule_from_json(said)


def test_the_json_says_all_of_it() -> None:
    assert json.loads(rule_text(rule_from_name("mes-cost+add1+u"))) == {
        "kind": "equal-shares",
        "utility": "cost",
        "start": "exact",
        "increment": "1",
        "stop": "overshoot",
        "completion": "utilitarian",
        "ties": {"keys": [], "lot": []},
    }
