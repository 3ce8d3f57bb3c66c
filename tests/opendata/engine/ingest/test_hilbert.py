"""The curve visits each cell once, and the next cell is always a neighbour."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kuutio.opendata.engine.hilbert import NOWHERE, ORDER, place


def grid(bits: int):
    """Centres of the cells of a coarse grid, and the cells."""
    side = 1 << bits
    cells = np.array([(x, y) for x in range(side) for y in range(side)])
    centres = (cells + 0.5) / side
    return cells, place(centres[:, 0] * 360 - 180, centres[:, 1] * 180 - 90)


def test_each_step_goes_to_a_neighbour():
    cells, places = grid(7)
    order = np.argsort(places)
    assert (np.abs(np.diff(cells[order], axis=0)).sum(axis=1) == 1).all()


def test_each_cell_is_visited_once():
    _, places = grid(7)
    coarse = places >> np.uint64(2 * (ORDER - 7))
    assert sorted(coarse.tolist()) == list(range(4**7))


def test_nowhere_comes_last():
    found = place(np.array([25.0, np.nan, 180.0, 999.0]), np.array([60.0, 60.0, 90.0, -999.0]))
    assert found[1] == NOWHERE
    assert found.argmax() == 1


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20))
def test_a_place_depends_on_its_point_alone(points):
    lon, lat = np.array(points).T
    together = place(lon, lat)
    alone = [place(lon[n : n + 1], lat[n : n + 1])[0] for n in range(len(lon))]
    assert together.tolist() == alone
