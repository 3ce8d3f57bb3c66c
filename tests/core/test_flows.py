"""Money drawn from left to right."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.flows import draw

ORDER = (("eu", "own"), ("data", "people"), ("turku", "oulu", "espoo"))
WAYS = st.lists(
    st.tuples(st.tuples(*(st.sampled_from(column) for column in ORDER)), st.integers(0, 10**12)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60)
@given(WAYS, st.randoms())
def test_no_cent_is_lost_and_the_order_of_the_ways_plays_no_part(ways, random):
    made = draw(ways, ORDER, xs=(0, 400, 800))
    total = sum(amount for _keys, amount in ways)
    for column in range(3):
        assert sum(node.amount for node in made.nodes if node.column == column) == total
    for column in range(2):
        assert sum(band.amount for band in made.bands if band.column == column) == total
    assert draw(random.sample(ways, len(ways)), ORDER, xs=(0, 400, 800)) == made


@settings(max_examples=30)
@given(WAYS)
def test_nodes_stand_below_each_other_inside_the_drawing(ways):
    made = draw(ways, ORDER, xs=(0, 400, 800))
    for column in range(3):
        own = [node for node in made.nodes if node.column == column]
        assert all(upper.y + upper.height + 20 <= lower.y for upper, lower in itertools.pairwise(own))
        assert all(node.y + node.height <= made.height + 5 for node in own)
    assert all(re.fullmatch(r"[MCVZ0-9. ]+", band.path) for band in made.bands)


def test_nothing_is_drawn_of_nothing_and_strange_ways_are_refused():
    assert draw([(("eu", "data", "oulu"), 0)], ORDER, xs=(0, 400, 800)).nodes == ()
    with pytest.raises(ValueError, match="one way"):
        draw([(("eu", "data", "oulu"), -1)], ORDER, xs=(0, 400, 800))
    with pytest.raises(ValueError, match="lahti"):
        draw([(("eu", "data", "lahti"), 1)], ORDER, xs=(0, 400, 800))
