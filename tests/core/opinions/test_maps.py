import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.opinions import (
    UNSEEN,
    Conversation,
    Statement,
    adjusted_rand,
    draw_of,
    next_statement,
    opinion_map,
    priorities,
    read_official,
    same_votes,
    to_json,
)
from kuutio.core.opinions.groups import grouped, k_means, nearest
from kuutio.core.opinions.maps import as_values
from kuutio.core.opinions.positions import filled, places, plane
from kuutio.core.opinions.statements import consensus, counts, representative
from tests.core.opinions.real import CANADA, WATER, conversation, found, text

votes = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("12345678"), st.sampled_from([1, 0, -1])))


def camps(sizes=(40, 30), statements=12, noise=0.1) -> Conversation:
    """People who mostly follow their camp; camps disagree on all but the last two statements."""
    draw = np.random.default_rng(7)
    rows = []
    for camp, size in enumerate(sizes):
        line = np.where((np.arange(statements) + camp) % 2, 1, -1)
        line[-2:] = 1, -1
        flipped = draw.random((size, statements)) < noise
        rows.append(np.where(flipped, -line, line))
    matrix = np.concatenate(rows).astype(np.int8)
    matrix[draw.random(matrix.shape) < 0.2] = UNSEEN
    return Conversation(
        tuple(Statement(str(number)) for number in range(statements)),
        tuple(f"p{number}" for number in range(len(matrix))),
        matrix,
    )


def test_the_canadian_groups_are_the_published_ones():
    told = found(CANADA)
    official = read_official(text(CANADA, "participants-votes")).groups
    people = [told.conversation.people[row] for row in told.clustered]
    assert {person for person, group in official.items() if group is not None} == set(people)
    assert adjusted_rand(told.groups.labels, np.array([official[person] for person in people])) == 1.0
    assert told.shown and told.stability > 0.8
    assert [group["size"] for group in as_values(told)["groups"]] == [265, 16]


def test_groups_that_are_not_to_be_believed_are_not_shown():
    """What Polis published of the water conversation, nine against all others, is not what its votes bear out."""
    told = found(WATER)
    official = read_official(text(WATER, "participants-votes")).groups
    both = [
        (label, official[told.conversation.people[row]])
        for row, label in zip(told.clustered.tolist(), told.groups.labels.tolist(), strict=True)
        if official[told.conversation.people[row]] is not None
    ]
    assert 0 < adjusted_rand(*(np.array(side) for side in zip(*both, strict=True))) < 0.7
    assert told.stability < 0.7 and not told.shown
    shown = as_values(told)
    assert shown["groups"] == [] and shown["silhouette"] is None
    assert {one["group"] for one in shown["participants"]} == {None}
    assert len(as_values(told, unstable=True)["groups"]) == len(told.groups.centres)
    few = opinion_map(camps((20, 20)))
    assert few.stability > 0.9 and not few.shown
    assert not replace(found(CANADA), stability=None).shown


def test_the_same_votes_give_the_same_bytes():
    once = to_json(found(CANADA))
    assert to_json(opinion_map(conversation(CANADA))) == once
    assert json.loads(once)["stability"] == round(found(CANADA).stability, 6)
    other = json.loads(to_json(opinion_map(conversation(CANADA), seed=1)))
    assert other["stability"] != json.loads(once)["stability"] and other["groups"] == json.loads(once)["groups"]


@settings(max_examples=30, deadline=None)
@given(votes, st.randoms(use_true_random=False))
def test_any_votes_have_a_map_whoever_came_first(cast, random):
    statements = [Statement(name) for name in "12345678"]
    last = list({(person, statement): (person, statement, vote) for person, statement, vote in cast}.values())
    one = to_json(opinion_map(Conversation.of(statements, cast), repeats=3))
    random.shuffle(last)
    random.shuffle(statements)
    assert to_json(opinion_map(Conversation.of(statements, last), repeats=3)) == one
    told = json.loads(one)
    assert len(told["participants"]) == len({person for person, _, _ in cast})
    assert all(0 < one["value"] < 1 for one in told["consensus"]["agree"])


def test_camps_are_found_and_so_is_what_unites_them():
    told = opinion_map(camps())
    assert told.shown and len(told.groups.centres) == 2 and told.stability > 0.95
    own = np.array([int(person.removeprefix("p")) >= 40 for person in told.conversation.people])
    assert adjusted_rand(told.groups.labels, own[told.clustered]) == 1.0
    values = as_values(told)
    assert values["consensus"]["agree"][0]["statement"] == "10"
    assert values["consensus"]["disagree"][0]["statement"] == "11"
    for group in values["groups"]:
        assert {one["statement"] for one in group["representative"]} <= set("0123456789")
        assert all(one["significant"] and one["against"] > 1 for one in group["representative"])


def test_a_moderated_statement_moves_nobody():
    talk = camps()
    out = replace(talk, statements=(replace(talk.statements[0], out=True), *talk.statements[1:]))
    told = opinion_map(out, repeats=0)
    bent = out.votes.copy()
    bent[:, 0] = -out.votes[:, 0] * (out.votes[:, 0] != UNSEEN) + UNSEEN * (out.votes[:, 0] == UNSEEN)
    assert not np.array_equal(bent, out.votes)
    assert to_json(opinion_map(replace(out, votes=bent), repeats=0)) == to_json(told)
    assert told.plane.axes[:, 0].tolist() == [0, 0] and told.priority[0] == 0
    assert "0" not in as_values(told)["priorities"]


def test_the_plane_is_that_of_the_textbook():
    """All eigenvalues by LAPACK, and the mean put in for every vote that wasn't cast."""
    talk = conversation(WATER)
    on = plane(*filled(talk))
    votes = np.where(talk.seen, talk.votes, np.nan)[:, talk.shown]
    whole = np.where(np.isnan(votes), np.nanmean(votes, 0), votes)
    values, vectors = np.linalg.eigh(np.cov(whole.T))
    for place in range(2):
        assert abs(vectors[:, -1 - place] @ on.axes[place][talk.shown]) == pytest.approx(1, abs=1e-7)
        assert on.explained[place] == pytest.approx(values[-1 - place] / values.sum())
        assert on.axes[place][np.argmax(np.abs(on.axes[place]))] > 0
    assert abs(on.axes[0] @ on.axes[1]) < 1e-9
    # Counting a person twice is the same as the person's twin.
    rows, times = np.arange(len(talk.people)), np.ones(len(talk.people))
    times[:5] = 2
    twins = plane(*(part[np.concatenate([rows, rows[:5]])] for part in filled(talk)))
    assert np.allclose(plane(*filled(talk), times).axes, twins.axes, atol=1e-6)
    assert np.allclose(places(*filled(talk), on)[0], places(*(part[:1] for part in filled(talk)), on)[0])


def test_the_silhouette_is_that_of_its_author():
    points = np.array([[0.0, 0], [0, 1], [1, 0], [5, 5], [5, 6], [9, 0]])
    told = grouped(points)
    worth = []
    for row, label in enumerate(told.labels):
        apart = np.linalg.norm(points - points[row], axis=1)
        own = (told.labels == label) & (np.arange(6) != row)
        if not own.any():
            worth.append(0.0)
            continue
        inside = apart[own].mean()
        outside = min(apart[told.labels == other].mean() for other in set(told.labels.tolist()) - {label})
        worth.append((outside - inside) / max(inside, outside))
    assert told.silhouette == pytest.approx(np.mean(worth))
    assert told.labels.tolist() == [0, 0, 0, 1, 1, 2]
    centres, labels = k_means(points, np.ones(6), points[[0, 3]])
    assert np.array_equal(nearest(points, centres), labels)
    assert all(np.allclose(centres[group], points[labels == group].mean(0)) for group in (0, 1))
    assert grouped(points[:2]) is None


def test_likeness_of_groupings_has_its_published_value():
    """Worked by hand from Hubert and Arabie's table."""
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3])) == 1
    assert adjusted_rand(np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])) == pytest.approx(0.5714285714)
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(-0.5)
    assert adjusted_rand(np.zeros(3, np.intp), np.zeros(3, np.intp)) == 1


def test_what_is_typical_follows_the_formulas():
    """Eight of ten against two of twenty, by hand: z of the two shares with one added, (9/11 - 3/21) / sqrt(...)."""
    agreed, disagreed = np.array([[8.0], [2.0]]), np.array([[1.0], [15.0]])
    seen = np.array([[10.0], [20.0]])
    first, second = representative(agreed, disagreed, seen)
    assert (first[0].agrees, first[0].votes, first[0].of, first[0].significant) == (True, 8, 10, True)
    assert first[0].share == pytest.approx(9 / 12) and first[0].against == pytest.approx((9 / 12) / (3 / 22))
    mean = 12 / 32
    assert first[0].z == pytest.approx((9 / 11 - 3 / 21) / (mean * (1 - mean) * (1 / 11 + 1 / 21)) ** 0.5)
    assert (second[0].agrees, second[0].votes) == (False, 15)
    agree, disagree = consensus(agreed, disagreed, seen)
    assert agree[0] == pytest.approx(9 / 12 * 3 / 22) and disagree[0] == pytest.approx(2 / 12 * 16 / 22)
    # Without any that is significant, the best one is told all the same, and said to be that.
    (only,), _ = representative(np.array([[1.0], [1.0]]), np.array([[1.0], [1.0]]), np.array([[2.0], [2.0]]))
    assert not only.significant
    none, _ = representative(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 1)))
    assert none == []


def test_counts_leave_out_what_is_moderated():
    talk = conversation(CANADA)
    rows = np.arange(len(talk.people))
    agreed, disagreed, seen = counts(talk, rows, rows % 2, 2)
    assert (agreed.sum(), disagreed.sum(), seen.sum()) == tuple(
        (part & talk.shown).sum() for part in (talk.votes == 1, talk.votes == -1, talk.seen)
    )


def test_the_next_statement_is_new_and_can_be_repeated():
    talk = conversation(WATER)
    weights = found(WATER).priority
    assert (weights[~talk.shown] == 0).all() and (weights[talk.shown] > 0).all()
    seen: list[str] = []
    while (shown := next_statement(talk, weights, seen, draw_of("seed", "p", len(seen)))) is not None:
        assert shown not in seen
        assert shown == next_statement(talk, weights, seen, draw_of("seed", "p", len(seen)))
        seen.append(shown)
    assert set(seen) == {one.id for one in talk.statements if not one.out}
    again = [next_statement(talk, weights, seen[:5], draw_of(other, "p", 5)) for other in map(str, range(400))]
    often = max(set(again), key=again.count)
    heavy = sorted(
        ((weight, one.id) for one, weight in zip(talk.statements, weights, strict=True) if one.id not in seen[:5])
    )
    assert often in {name for _, name in heavy[-6:]}
    assert next_statement(talk, weights, [], 0.0) and next_statement(talk, weights, [], 1 - 2**-48)


def test_new_and_meta_statements_come_first():
    """By hand: nothing seen, p = a = 1/2, so (1/4 · 9)²; and five votes, all agreements, no map: (6/7 · 6/7 · 5)²."""
    statements = [Statement("new"), Statement("old"), Statement("meta", meta=True), Statement("gone", out=True)]
    talk = Conversation.of(statements, [(person, "old", 1) for person in "abcde"])
    weights = dict(zip((one.id for one in talk.statements), priorities(talk, np.zeros(4)), strict=True))
    assert weights == pytest.approx({"new": (9 / 4) ** 2, "old": (36 / 49 * 5) ** 2, "meta": 49, "gone": 0})


def test_copies_are_told_and_can_be_left_out():
    talk = camps()
    matrix = np.concatenate([talk.votes, talk.votes[:1], talk.votes[:1]])
    copied = Conversation(talk.statements, (*talk.people, "x", "y"), matrix)
    number = int(talk.seen[0].sum())
    assert ("p0", "x", "y") in same_votes(copied, least=number)
    assert all("x" not in people for people in same_votes(copied, least=number + 1))
    left = copied.without({"x", "y"})
    assert left.people == talk.people and np.array_equal(left.votes, talk.votes)
