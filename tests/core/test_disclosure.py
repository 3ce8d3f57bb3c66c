"""No small count is shown, and none can be brought back from what is."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kuutio.core.disclosure import FEWEST, hidden

few = st.integers(0, 9)


def table(columns: int, rows: list[list[int]]):
    """Cities by channels with every margin: the counts and all the ways in which they add up."""
    counts = {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    counts |= {(r, "all"): sum(row) for r, row in enumerate(rows)}
    counts |= {("all", c): sum(row[c] for row in rows) for c in range(columns)}
    counts[("all", "all")] = sum(map(sum, rows))
    lines = [*range(len(rows)), "all"]
    sums = [((r, "all"), tuple((r, c) for c in range(columns))) for r in lines]
    sums += [(("all", c), tuple((r, c) for r in range(len(rows)))) for c in (*range(columns), "all")]
    return counts, sums


@given(st.lists(few, min_size=2, max_size=7))
def test_a_total_brings_no_part_back(parts):
    counts = dict(enumerate(parts)) | {"all": sum(parts)}
    back = hidden(counts, [("all", tuple(range(len(parts))))])
    assert not [n for cell, n in counts.items() if 0 < n < FEWEST and cell not in back]
    assert not [cell for cell in back if not counts[cell]]
    unseen = [cell for cell in range(len(parts)) if cell in back]
    if unseen and "all" not in back:
        assert len(unseen) > 1
        assert sum(counts[cell] for cell in unseen) > len(unseen)  # else each would be one


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_each_small_count_may_be_another_one(rows):
    """By trying all tables: for every small count there is one that shows the same and has another number there."""
    columns = len(rows[0])
    counts, sums = table(columns, rows)
    back = hidden(counts, sums)
    assert all(cell in back for cell, n in counts.items() if 0 < n < FEWEST)
    inner = [(r, c) for r in range(2) for c in range(columns)]
    fixed = False
    seen: dict[object, set[int]] = {cell: set() for cell in back}
    choices = [range(1, counts[cell] + 4) if cell in back else (counts[cell],) for cell in inner]
    space = 1
    for choice in choices:
        space *= len(choice)
    assume(space < 5_000)
    for values in product(*choices):
        other, _sums = table(columns, [list(values[r * columns : (r + 1) * columns]) for r in range(2)])
        if all(other[cell] == n for cell, n in counts.items() if cell not in back):
            fixed = True
            for cell in back:
                seen[cell].add(other[cell])
    assert fixed
    assert all(len(values) > 1 for cell, values in seen.items() if counts[cell] < FEWEST)


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=6, max_size=6))
def test_six_cities_by_four_channels_hide_little_and_nothing_twice(rows):
    counts, sums = table(4, rows)
    back = hidden(counts, sums)
    assert back == hidden(counts, sums)
    assert not [cell for cell in back if not counts[cell]]
    for total, parts in sums:
        assert len(back & {total, *parts}) != 1
    if not [n for n in counts.values() if 0 < n < FEWEST]:
        assert not back


def test_two_ones_are_not_told_by_their_sum():
    counts = {"a": 1, "b": 1, "c": 40, "d": 30, "all": 72}
    assert hidden(counts, [("all", ("a", "b", "c", "d"))]) == {"a", "b", "d"}


def test_what_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="add up"):
        hidden({"a": 5, "b": 5, "all": 11}, [("all", ("a", "b"))])
    with pytest.raises(ValueError, match="negative"):
        hidden({"a": -1})
