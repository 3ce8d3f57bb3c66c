"""Which rows a place asks for, exactly: blocks by the R*Tree, rows by their envelopes, the rest by the geometry itself.

Envelopes decide for points, and for any geometry that lies wholly inside a box. What remains (some rows along the
border of the question) is tested with GEOS on the doubles that are published.
"""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import orjson

from kuutio.opendata.engine import crs_out
from kuutio.opendata.engine.filters import CRS84, BBox, Spatial
from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.serving import BLOCK
from kuutio.opendata.engine.sql import spans
from kuutio.opendata.engine.store import Box, Store

_WORLD = (-1e9, -1e9, 1e9, 1e9)
_TESTED_AT_ONCE = 64
"""Blocks whose candidates are in memory together."""


def locate(store: Store, node: BBox | Spatial) -> Rows:
    """The rows with a geometry for which the spatial node is true; rows without one aren't among them."""
    if not isinstance(node, BBox) or node.crs != CRS84:
        return _in_plane(store, node)
    found = [_in_degrees(store, (west, node.south, east, node.north)) for west, east in spans(node)]
    return reduce(or_, found)


def _in_degrees(store: Store, box: Box) -> Rows:
    """A box of degrees: each block is out, wholly in, or looked at row by row."""

    def decide(runs: list[tuple[int, int]]) -> list[int]:
        if store.points:
            return store.touching(runs, box)
        candidates = store.touching_inside(runs, box)
        unsure = _tested(store, [n for n, inside in candidates if not inside], _box(*box), "intersects", CRS84)
        return sorted([n for n, inside in candidates if inside] + unsure)

    return _gathered(store, store.blocks(*box), decide)


def _in_plane(store: Store, node: BBox | Spatial) -> Rows:
    """A box of metres, or any geometry: the shape decides, in the plane that it is straight in."""
    shape = shape_of(node)
    op = "intersects" if isinstance(node, BBox) else node.op
    around = _around(shape.bounds, node.crs)
    blocks = [number for number, _ in store.blocks(*around)]
    whole = _surely_inside(store, blocks, shape, op, node.crs)

    def decide(runs: list[tuple[int, int]]) -> list[int]:
        if store.points:
            return _tested_points(store.touching_at(runs, around), shape, op, node)
        return _tested(store, store.touching(runs, around), shape, op, node.crs)

    return _gathered(store, [(block, block in whole) for block in blocks], decide)


def _gathered(
    store: Store, blocks: Sequence[tuple[int, bool]], decide: Callable[[list[tuple[int, int]]], list[int]]
) -> Rows:
    """Whole blocks, and of the others the rows that are decided for."""
    whole = Rows.of((n * BLOCK, min((n + 1) * BLOCK, store.rows)) for n, inside in blocks if inside)
    open_ones = [number for number, inside in blocks if not inside]
    single: list[int] = []
    for at in range(0, len(open_ones), _TESTED_AT_ONCE):
        some = Rows.of((n * BLOCK, (n + 1) * BLOCK) for n in open_ones[at : at + _TESTED_AT_ONCE])
        single += decide(list(some.runs()))
    return whole | Rows.listed(single)


def _box(west: float, south: float, east: float, north: float) -> Any:
    """The box as a geometry, also where it has no width or no height."""
    import shapely

    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def shape_of(node: BBox | Spatial) -> Any:
    """The geometry that is asked about, x before y, in its own plane."""
    import shapely

    if isinstance(node, BBox):
        return _box(node.west, node.south, node.east, node.north)
    return shapely.from_wkt(node.wkt)


def _tested(store: Store, numbers: list[int], shape: Any, op: str, crs: int) -> list[int]:
    """Of the rows those whose geometry has the relation to the shape."""
    import shapely

    if not numbers:
        return []
    rows = store.numbered(numbers)
    geometries = shapely.from_geojson([row[3] for row in rows])
    if crs_out.plane(crs) != CRS84:
        geometries = shapely.transform(geometries, mover(crs))
    found = _relation(shapely, geometries, shape, op)
    return [n for n, yes in zip(numbers, found, strict=True) if yes]


def _tested_points(candidates: list[tuple[int, float, float]], shape: Any, op: str, node: BBox | Spatial) -> list[int]:
    xs, ys = crs_out.forward(node.crs)([x for _, x, _ in candidates], [y for _, _, y in candidates])
    if isinstance(node, BBox):
        places = zip(candidates, xs, ys, strict=True)
        return [c[0] for c, x, y in places if node.west <= x <= node.east and node.south <= y <= node.north]
    import shapely

    found = _relation(shapely, shapely.points(xs, ys), shape, op)
    return [c[0] for c, yes in zip(candidates, found, strict=True) if yes]


def _relation(shapely: Any, geometries: Any, shape: Any, op: str) -> Any:
    shapely.prepare(shape)
    # The prepared shape has to be the first: "row within shape" is "shape contains row".
    turned = {"within": "contains", "contains": "within"}.get(op, op)
    return getattr(shapely, turned)(shape, geometries)


def mover(crs: int) -> Callable[[Any], Any]:
    """A function for `shapely.transform` from longitude and latitude to easting and northing."""
    import numpy

    forward = crs_out.forward(crs)
    return lambda places: numpy.column_stack(forward(places[:, 0].tolist(), places[:, 1].tolist()))


def _around(bounds: Sequence[float], crs: int) -> Box:
    """Degrees that surely hold the bounds: the edges of a box of metres are curves there, so a hundredth is added."""
    if crs_out.plane(crs) == CRS84:
        return bounds[0], bounds[1], bounds[2], bounds[3]
    west, south, east, north = crs_out.transformer(crs).transform_bounds(*bounds, densify_pts=101, direction="INVERSE")
    if not all(map(math.isfinite, (west, south, east, north))) or west > east:
        return _WORLD
    more = max(east - west, north - south) * 0.01 + 1e-5
    return west - more, south - more, east + more, north + more


def _surely_inside(store: Store, blocks: list[int], shape: Any, op: str, crs: int) -> set[int]:
    """The blocks of which every row is surely in the answer."""
    if op not in ("intersects", "within") or shape.area == 0 or not blocks:
        return set()
    import shapely

    envelopes = store.envelopes(blocks)
    if crs_out.plane(crs) != CRS84:
        envelopes = _seen_from(crs, envelopes)
    if not envelopes:
        return set()
    shapely.prepare(shape)
    x0, y0, x1, y1 = zip(*envelopes.values(), strict=True)
    found: Any = shapely.contains_properly(shape, shapely.box(x0, y0, x1, y1))
    return {n for n, yes in zip(envelopes, found, strict=True) if yes}


def _seen_from(crs: int, envelopes: dict[int, Box]) -> dict[int, Box]:
    """Boxes of degrees as boxes of metres around them: nine points of each and a hundredth more; none of huge ones."""
    small = {n: box for n, box in envelopes.items() if box[2] - box[0] < 5 and box[3] - box[1] < 5}
    xs: list[float] = []
    ys: list[float] = []
    for x0, y0, x1, y1 in small.values():
        for x in (x0, (x0 + x1) / 2, x1):
            for y in (y0, (y0 + y1) / 2, y1):
                xs.append(x)
                ys.append(y)
    east, north = crs_out.forward(crs)(xs, ys)
    seen = {}
    for i, n in enumerate(small):
        es, ns = east[9 * i : 9 * i + 9], north[9 * i : 9 * i + 9]
        more = max(max(es) - min(es), max(ns) - min(ns)) * 0.01 + 1
        if math.isfinite(more):
            seen[n] = (min(es) - more, min(ns) - more, max(es) + more, max(ns) + more)
    return seen


def as_wkt(geometry: dict[str, Any], *, turned: bool = False) -> str:
    """A GeoJSON geometry as WKT with all its digits.

    Args:
        turned: its positions are y before x.

    Raises:
        ValueError: it is none, is empty, or crosses itself.
    """
    import shapely

    try:
        shape = shapely.from_geojson(orjson.dumps(geometry))
    except (shapely.errors.GEOSException, TypeError):
        raise ValueError("it is no GeoJSON geometry") from None
    if shape is None or shape.is_empty:
        raise ValueError("it is empty")
    if turned:
        shape = shapely.transform(shape, lambda places: places[:, ::-1])
    if not shape.is_valid:
        raise ValueError(shapely.is_valid_reason(shape))
    return str(shapely.to_wkt(shape, rounding_precision=-1))
