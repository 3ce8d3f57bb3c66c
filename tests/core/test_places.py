import subprocess
import sys
from functools import cache
from math import cos, inf, nan, radians
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kuutio.cities
from kuutio.core.places import OUTSIDE, Locator

BORDERS = Path(kuutio.cities.__file__).parent / "data/municipalities.parquet"


@cache
def borders() -> list[tuple[str, bytes]]:
    table = pq.read_table(BORDERS, columns=["code", "geometry"])
    return list(zip(table["code"].to_pylist(), table["geometry"].to_pylist(), strict=True))


@cache
def finland() -> Locator:
    return Locator(borders())


@cache
def shapes() -> np.ndarray:
    return shapely.from_wkb([wkb for _, wkb in borders()])


@cache
def corners() -> np.ndarray:
    return shapely.get_coordinates(shapes())


def first_that_holds(areas: np.ndarray, lon: float, lat: float) -> int:
    hits = np.flatnonzero(shapely.intersects_xy(areas, lon, lat))
    return int(hits[0]) if len(hits) else OUTSIDE


def agrees(locator: Locator, areas: np.ndarray, lon: float, lat: float) -> bool:
    expected = first_that_holds(areas, lon, lat)
    one = locator.locate(lon, lat)
    many = locator.locate_many([lon], [lat])[0]
    return many == expected and one == (locator.codes[expected] if expected >= 0 else None)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (24.9384, 60.1699, "091"),  # Helsinki, Central Railway Station
        (24.6559, 60.2055, "049"),  # Espoo centre
        (25.0378, 60.2934, "092"),  # Tikkurila, Vantaa
        (23.7610, 61.4978, "837"),  # Tampere
        (22.2666, 60.4518, "853"),  # Turku
        (25.4651, 65.0121, "564"),  # Oulu
        (24.99, 60.10, "091"),  # the sea before Helsinki
        (24.7281, 60.2125, "235"),  # Kauniainen, an enclave of Espoo
        (18.0686, 59.3293, None),  # Stockholm
        (24.7536, 59.4370, None),  # Tallinn
    ],
)
def test_places_that_everybody_knows(lon, lat, code):
    assert finland().locate(lon, lat) == code


@settings(max_examples=300, deadline=None)
@given(st.floats(18.5, 32), st.floats(59, 70.5))
def test_any_point_as_the_geometry_says(lon, lat):
    assert agrees(finland(), shapes(), lon, lat)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0.0, 1e-12, 1e-9, 1e-7, 1e-5, 1e-3]), st.floats(0, 6.3), st.floats(0, 1))
def test_any_point_on_a_border_or_a_hair_beside_it_as_the_geometry_says(number, off, turn, share):
    corner, after = corners()[number % (len(corners()) - 1)], corners()[number % (len(corners()) - 1) + 1]
    assume(np.abs(after - corner).max() < 0.1)
    lon, lat = corner + (after - corner) * share + off * np.array([cos(turn), cos(turn - 1.6)])
    assert agrees(finland(), shapes(), float(lon), float(lat))


def test_every_corner_is_in_the_first_of_its_areas():
    lons, lats = corners()[::7].T
    found = finland().locate_many(lons, lats)
    points, areas = shapely.STRtree(shapely.points(lons, lats)).query(shapes(), predicate="intersects")[::-1]
    expected = np.full(len(lons), len(borders()))
    np.minimum.at(expected, points, areas)
    assert (found == expected).all()


polygons = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 9), st.integers(1, 9), st.integers(3, 9)),
    min_size=1,
    max_size=9,
).map(
    lambda drawn: [
        shapely.box(x, y, x + w, y + h) if n > 6 else shapely.Point(x, y).buffer(w / 2, quad_segs=n)
        for x, y, w, h, n in drawn
    ]
)


@settings(max_examples=200, deadline=None)
@given(polygons, st.integers(1, 900), st.lists(st.tuples(st.floats(-6, 22), st.floats(-6, 22)), max_size=30))
def test_overlaps_holes_and_any_grid_change_nothing(areas, cells, points):
    areas = [areas[0].difference(areas[-1]) if len(areas) > 1 else areas[0], *areas]
    areas = [area for area in areas if not area.is_empty]
    locator = Locator([(f"a{number}", area) for number, area in enumerate(areas)], cells=cells)
    drawn = np.array(areas, dtype=object)
    points += [tuple(corner) for corner in shapely.get_coordinates(drawn)[:40]]
    points += [(x / 2, y / 2) for x in range(0, 30, 5) for y in range(0, 30, 3)]
    assert all(agrees(locator, drawn, float(lon), float(lat)) for lon, lat in points)


def test_bulk_is_the_same_as_one_by_one():
    rng = np.random.default_rng(6)
    lons, lats = rng.uniform(19, 32, 3000), rng.uniform(59, 70.5, 3000)
    found = finland().locate_many(lons, lats)
    assert [finland().codes[at] if at >= 0 else None for at in found] == [
        finland().locate(lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)
    ]
    assert len(set(found.tolist())) > 100


def test_what_is_no_place_is_nowhere():
    for lon, lat in [(nan, 60.0), (25.0, nan), (inf, 60.0), (25.0, -inf), (1e300, 1e300)]:
        assert finland().locate(lon, lat) is None
        assert finland().locate_many([lon, 24.9384], [lat, 60.1699]).tolist() == [OUTSIDE, finland().codes.index("091")]
        assert finland().near(lon, lat, 100) == []
    assert finland().locate_many([], []).tolist() == []


def test_no_borders_is_a_locator_that_finds_nothing():
    assert Locator([]).locate(25.0, 60.0) is None
    assert Locator([]).locate_many([25.0, 0.0], [60.0, 0.0]).tolist() == [OUTSIDE, OUTSIDE]


def test_border_must_be_a_polygon():
    with pytest.raises(ValueError, match="LineString"):
        Locator([("a", shapely.LineString([(0, 0), (1, 1)]))])


def test_near_names_own_area_first_and_the_neighbour_from_the_right_distance():
    degree = 111_412.84 * cos(radians(60.5)) - 93.5 * cos(3 * radians(60.5))
    pair = Locator([("west", shapely.box(24, 60, 25, 61)), ("east", shapely.box(25, 60, 26, 61))])
    lon = 25 + 500 / degree
    assert pair.near(lon, 60.5, 495) == ["east"]
    assert pair.near(lon, 60.5, 505) == ["east", "west"]
    assert pair.near(lon, 60.5, 0) == ["east"]
    assert pair.near(26 + 500 / degree, 60.5, 505) == ["east"]
    assert pair.near(27, 60.5, 505) == []


ASKED_AT_ONCE = """
import random, threading
import numpy, shapely
from kuutio.core.places import Locator

def star(number):
    chance = numpy.random.default_rng(number)
    turns = numpy.sort(chance.uniform(0, 2 * numpy.pi, 30_000))
    far = 0.4 * chance.uniform(0.6, 1, 30_000)
    corners = [25 + 0.5 * number + far * numpy.cos(turns), 60 + far * numpy.sin(turns)]
    return shapely.Polygon(numpy.stack(corners, axis=1))

drawn = [(str(number), star(number)) for number in range(4)]
for _round in range(2):
    locator, ready = Locator(drawn, cells=100), threading.Barrier(8)

    def ask(number):
        chance = random.Random(number)
        ready.wait()
        for _ in range(40):
            lon, lat = 25 + chance.uniform(-0.5, 2), 60 + chance.uniform(-0.4, 0.4)
            locator.near(lon, lat, 3000)
            locator.locate(lon, lat)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_many_threads_ask_one_locator():
    # In a process of its own: GEOS' prepared shapes, asked by two threads at once, end theirs.
    done = subprocess.run([sys.executable, "-c", ASKED_AT_ONCE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
