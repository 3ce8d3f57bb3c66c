from functools import cache
from math import cos, inf, sin
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import kuutio.cities
from kuutio.core.borderlines import ON_LINE_M, Borderlines, certainty
from kuutio.core.places import OUTSIDE, Locator, degree_m

BORDERS = Path(kuutio.cities.__file__).parent / "data/municipalities.parquet"


@cache
def finland() -> tuple[Locator, Borderlines, np.ndarray]:
    table = pq.read_table(BORDERS, columns=["code", "geometry"])
    borders = list(zip(table["code"].to_pylist(), table["geometry"].to_pylist(), strict=True))
    return Locator(borders), Borderlines(borders, within_m=50), shapely.from_wkb([wkb for _, wkb in borders])


def measured(shapes: np.ndarray, lon: float, lat: float, area: int, within_m: float) -> float:
    """The distance in the plain way: the geometry in metres around the point, and all its lines but the area's own."""
    scale = np.array(degree_m(lat))
    near = shapely.box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    others = [
        shapely.transform(shapely.boundary(shape), lambda points: (points - (lon, lat)) * scale)
        for number, shape in enumerate(shapes)
        if number != area and (len(shapes) < 20 or shapely.intersects(shape, near))
    ]
    found = min((float(shapely.distance(other, shapely.Point(0, 0))) for other in others), default=inf)
    return found if found <= within_m else inf


def agrees(lines: Borderlines, shapes: np.ndarray, lon: float, lat: float, area: int) -> bool:
    expected = measured(shapes, lon, lat, area, lines.within_m)
    many = lines.distances([lon], [lat], np.array([area], dtype=np.int32))[0]
    one = lines.distance(lon, lat, area)
    edge = lines.within_m * (1 - 1e-9)  # there either answer is right
    return all(found == pytest.approx(expected, abs=1e-6) or min(found, expected) >= edge for found in (one, many))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.floats(0, 150), st.floats(0, 6.3), st.floats(0, 1))
def test_any_point_beside_a_border_of_finland_is_as_far_as_measured(number, metres, turn, share):
    locator, lines, shapes = finland()
    corners = shapely.get_coordinates(shapes[number % len(shapes)])
    corner, after = corners[number % (len(corners) - 1)], corners[number % (len(corners) - 1) + 1]
    along = corner + (after - corner) * share if np.abs(after - corner).max() < 0.1 else corner
    per_lon, per_lat = degree_m(float(corner[1]))
    lon, lat = float(along[0] + metres * cos(turn) / per_lon), float(along[1] + metres * sin(turn) / per_lat)
    area = int(locator.locate_many([lon], [lat])[0])
    if area >= 0:
        assert agrees(lines, shapes, lon, lat, area)


drawn = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=6
)


@settings(max_examples=200, deadline=None)
@given(
    drawn,
    st.sampled_from([0.0, 30.0, 111.0, 900.0, 20_000.0]),
    st.integers(1, 5000),
    st.lists(st.tuples(st.floats(-0.001, 0.016), st.floats(-0.001, 0.016)), min_size=1, max_size=20),
)
def test_any_areas_any_distance_and_any_grid(boxes, within_m, cells, offsets):
    """Overlaps and gaps, too: only the lines of other areas are measured to."""
    areas = [shapely.box(*(np.array([x, y, x + w, y + h]) / 1000 + [24, 60, 24, 60])) for x, y, w, h in boxes]
    shapes = np.array(areas, dtype=object)
    lines = Borderlines([(str(number), area) for number, area in enumerate(areas)], within_m=within_m, cells=cells)
    points = [(24 + lon, 60 + lat) for lon, lat in offsets] + [(24 + x / 1000, 60 + y / 1000) for x, y, _, _ in boxes]
    for lon, lat in points:
        for area in range(len(areas)):
            if shapely.intersects_xy(areas[area], lon, lat):
                assert agrees(lines, shapes, lon, lat, area)


def test_bulk_is_the_same_as_one_by_one():
    locator, lines, _ = finland()
    rng = np.random.default_rng(6)
    lons, lats = rng.uniform(24.5, 25.3, 20_000), rng.uniform(60.1, 60.4, 20_000)  # around Helsinki
    areas = locator.locate_many(lons, lats)
    many = lines.distances(lons, lats, areas)
    one = [
        lines.distance(lon, lat, area)
        for lon, lat, area in zip(lons.tolist(), lats.tolist(), areas.tolist(), strict=True)
    ]
    known = areas >= 0
    assert many[known] == pytest.approx(np.array(one)[known], abs=1e-6)
    assert 200 < np.isfinite(many).sum() < 2000 and np.isinf(many[~known]).all()


def test_the_border_of_helsinki_and_vantaa_in_true_metres():
    locator, lines, shapes = finland()
    helsinki, vantaa = locator.codes.index("091"), locator.codes.index("092")
    shared = shapely.get_coordinates(shapely.intersection(shapes[helsinki], shapes[vantaa]))
    geod = pyproj.Geod(ellps="WGS84")
    seen = set()
    for lon, lat in shared[5:-5:7].tolist():
        assert (
            certainty(lines.distance(lon, lat, helsinki)) == certainty(lines.distance(lon, lat, vantaa)) == "on_border"
        )
        for metres in (1.0, 20.0, 49.0):
            beside_lon, beside_lat, _ = geod.fwd(lon, lat, 70, metres)
            area = int(locator.locate_many([beside_lon], [beside_lat])[0])
            found = lines.distance(beside_lon, beside_lat, area)
            assert found <= metres * 1.001
            seen.add(certainty(found))
    assert "near_border" in seen


def test_nobody_else_is_near_at_the_outer_border():
    pair = [("west", shapely.box(24, 60, 25, 61)), ("east", shapely.box(25, 60, 26, 61))]
    lines = Borderlines(pair, within_m=50)
    degree = degree_m(60.5)[0]
    assert lines.distance(24, 60.5, 0) == inf
    assert lines.distance(24 + 10 / degree, 60.5, 0) == inf
    assert lines.distance(25 - 49.9 / degree, 60.5, 0) == pytest.approx(49.9)
    assert lines.distance(25 - 50.1 / degree, 60.5, 0) == inf
    assert lines.distance(25, 60.5, 0) == 0
    assert certainty(ON_LINE_M) == "on_border"


def test_an_enclave_has_a_border_all_around():
    outer, inner = shapely.box(24, 60, 25, 61), shapely.box(24.4, 60.4, 24.6, 60.6)
    lines = Borderlines([("outer", outer.difference(inner)), ("inner", inner)], within_m=100)
    for lon, lat in [(24.4, 60.5), (24.6, 60.5), (24.5, 60.4), (24.5, 60.6)]:
        assert lines.distance(lon, lat, 0) == lines.distance(lon, lat, 1) == 0


def test_no_borders_and_no_distance():
    empty = Borderlines([], within_m=50)
    assert empty.distance(25.0, 60.0, 0) == inf
    assert empty.distances([25.0, 0.0], [60.0, 0.0], np.array([0, OUTSIDE])).tolist() == [inf, inf]
    assert empty.distances([], [], np.array([], dtype=np.int32)).tolist() == []
    for wrong in (-1.0, inf, float("nan")):
        with pytest.raises(ValueError, match="metres"):
            Borderlines([], within_m=wrong)
