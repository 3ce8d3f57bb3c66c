"""Where the money ends, and lots: V4, V5, V13."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.choosing.line import Line, draw_line, drawn, fundable, lot, with_choice, with_lots
from kuutio.core.choosing.scores import Criterion, Method, Standing, ranks

METHOD = Method((Criterion("all", 100),))
names = [f"a{at}" for at in range(9)]


def made(scores: dict[str, Fraction | None]) -> list[Standing]:
    rank = ranks(scores)
    every = [Standing(name, score, rank.get(name), {}, None, None, 1) for name, score in scores.items()]
    return sorted(every, key=lambda one: (one.rank is None, one.rank or 0, one.application))


scores = st.dictionaries(st.sampled_from(names), st.none() | st.integers(40, 60).map(lambda part: Fraction(part, 1)))
asked = st.fixed_dictionaries({name: st.integers(0, 1000) for name in names})
budgets = st.integers(0, 5000)


@settings(max_examples=50)
@given(scores, asked, budgets)
def test_the_money_is_counted_to_the_cent_and_everyone_is_somewhere(scored, requested, budget):
    line = draw_line(made(scored), requested, budget, METHOD)
    assert line.left == budget - sum(requested[name] for name in line.funded) >= 0
    places = [*line.funded, *line.at_the_line, *line.below, *line.not_fundable]
    assert sorted(places) == sorted(scored)
    assert all((scored[name] or 0) < 50 for name in line.not_fundable)
    assert len({scored[name] for name in line.at_the_line}) <= 1
    if line.at_the_line:
        assert sum(requested[name] for name in line.at_the_line) > line.left
        assert all(scored[name] > scored[line.at_the_line[0]] for name in line.funded)
        assert all(scored[name] < scored[line.at_the_line[0]] for name in line.below)
    else:
        assert line.below == ()


@settings(max_examples=50)
@given(scores, asked, budgets, st.integers(0, 3000))
def test_more_money_takes_nothing_from_anybody(scored, requested, budget, more):
    ranking = made(scored)
    line, richer = (draw_line(ranking, requested, money, METHOD) for money in (budget, budget + more))
    assert set(line.funded) <= set(richer.funded)


@settings(max_examples=50)
@given(scores, asked, budgets, st.sampled_from(names), st.integers(1, 20))
def test_a_better_score_keeps_what_it_had(scored, requested, budget, name, better):
    if scored.get(name) is not None:
        line = draw_line(made(scored), requested, budget, METHOD)
        again = draw_line(made({**scored, name: scored[name] + better}), requested, budget, METHOD)
        assert name not in line.funded or name in again.funded


@settings(max_examples=50)
@given(scores, asked, budgets, st.integers(40, 60), st.integers(0, 10))
def test_a_lower_threshold_takes_nothing_from_anybody(scored, requested, budget, threshold, lower):
    ranking = made(scored)
    strict, mild = (
        draw_line(ranking, requested, budget, METHOD, Fraction(value)) for value in (threshold, threshold - lower)
    )
    assert set(strict.funded) <= set(mild.funded)


@settings(max_examples=50)
@given(scores, asked, budgets, st.text(max_size=8), st.randoms(use_true_random=False))
def test_lots_are_drawn_again_by_anybody(scored, requested, budget, seed, random):
    line = draw_line(made(scored), requested, budget, METHOD)
    shuffled = list(line.at_the_line)
    random.shuffle(shuffled)
    after = with_lots(line, requested, seed)
    assert with_lots(replace(line, at_the_line=tuple(shuffled)), requested, seed) == after
    assert after.funded[: len(line.funded)] == line.funded
    order = [*after.funded[len(line.funded) :], *after.at_the_line]
    assert order == drawn(seed, shuffled)
    assert after.left == budget - sum(requested[name] for name in after.funded) >= 0
    assert not after.at_the_line or requested[after.at_the_line[0]] > after.left


def test_a_lot_is_the_digest_that_a_shell_gives():
    assert lot("6aika-2026", "A1") == sha256(b"kuutio-lots-1\n6aika-2026\nA1").hexdigest()
    assert lot("6aika-2026", "A1") != lot("6aika-2026", "A2")


def test_lots_favour_nobody():
    first = Counter(drawn(f"seed {number}", ["a", "b", "c"])[0] for number in range(3000))
    assert all(900 < count < 1100 for count in first.values())


def test_equals_that_do_not_fit_wait_at_the_line_and_nothing_below_is_funded():
    ranking = made({"a": Fraction(90), "b": Fraction(70), "c": Fraction(70), "d": Fraction(60), "e": Fraction(49)})
    requested = {"a": 50, "b": 40, "c": 40, "d": 1, "e": 1}
    line = draw_line(ranking, requested, 100, METHOD)
    assert line == Line(("a",), ("b", "c"), ("d",), ("e",), 50)
    assert with_choice(line, requested, ["c"]) == Line(("a", "c"), ("b",), ("d",), ("e",), 10)
    assert with_choice(line, requested, []) == line
    for wrong in (["b", "c"], ["d"], ["b", "b"]):
        with pytest.raises(ValueError, match="chosen"):
            with_choice(line, requested, wrong)


def test_a_group_that_takes_the_last_cent_fits():
    ranking = made({"a": Fraction(90), "b": Fraction(70), "c": Fraction(70)})
    requested = {"a": 50, "b": 25, "c": 25}
    assert draw_line(ranking, requested, 100, METHOD) == Line(("a", "b", "c"), (), (), (), 0)
    assert draw_line(ranking, requested, 99, METHOD) == Line(("a",), ("b", "c"), (), (), 49)


def test_a_criterion_may_have_a_threshold_of_its_own():
    method = Method((Criterion("openness", 50, Fraction(3)), Criterion("benefit", 50)))
    standing = Standing("a", Fraction(80), 1, {"openness": Fraction(3), "benefit": Fraction(5)}, None, None, 2)
    assert fundable(standing, method)
    assert not fundable(replace(standing, criteria={"openness": Fraction(299, 100), "benefit": Fraction(5)}), method)
    assert fundable(replace(standing, score=Fraction(50)), method)
    assert not fundable(replace(standing, score=Fraction(4999, 100)), method)
    assert not fundable(replace(standing, score=None), method)
