"""Which area a point is in: exact, a million points a second.

A grid is laid over the borders. A cell that no border crosses lies wholly in an area, or in none, so that a point in it is
answered by two subtractions and a look-up; in the others (a tenth of Finland) the point is tested against the few areas that
the cell touches. The grid only leaves work out: the answers are those of the geometry.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, floor, isfinite, pi, radians, sin
from threading import Lock
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

Ints = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]

OUTSIDE = -1
UNKNOWN = -2  # while the grid is made
CELLS = 1_000_000

PAD = 1e-6
"""In cells: far above the rounding of a coordinate, so that a border beside the edge of a cell marks the cells on both sides."""


class Locator:
    """Finds the area of a point among areas that are drawn once.

    A point on a border, or in an overlap, belongs to the area that comes first in `borders`; a point in none, or one that is
    not finite, to no area.

    Args:
        borders: `(code, polygon)`: polygons or multipolygons in degrees (CRS84), shapely geometries or WKB.
        cells: how many cells the grid may have, at 4 bytes; it costs memory and time to build, never exactness.

    Raises:
        ValueError: a border is no polygon.
    """

    def __init__(self, borders: Sequence[tuple[str, BaseGeometry | bytes]], *, cells: int = CELLS) -> None:
        self.codes: tuple[str, ...] = tuple(code for code, _ in borders)
        shapes = [shapely.from_wkb(shape) if isinstance(shape, bytes) else shape for _, shape in borders]
        for code, shape in zip(self.codes, shapes, strict=True):
            if shape.geom_type not in ("Polygon", "MultiPolygon"):
                raise ValueError(f"The border of {code} is a {shape.geom_type}, not a polygon.")
        self._shapes = np.array(shapes, dtype=object)
        shapely.prepare(self._shapes)
        # GEOS writes into a prepared shape while it answers, and shapely lets other threads run meanwhile: two at once
        # end the process (libgeos/geos issue 825).
        self._one_at_a_time = Lock()
        self._tree = shapely.STRtree(shapes)
        self._lay_grid(cells)

    # Asking.

    def locate(self, lon: float, lat: float) -> str | None:
        """The code of the area that a point is in, None outside of all."""
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):  # so for NaN, too
            return None
        cell = floor((lat - self._south) * self._per_lat) * self._wide + floor((lon - self._west) * self._per_lon)
        value = self._grid.item(cell)
        if value >= OUTSIDE:
            return self.codes[value] if value >= 0 else None
        with self._one_at_a_time:
            for area in self._choices[-value - 2]:
                if shapely.intersects_xy(self._shapes[area], lon, lat):
                    return self.codes[area]
        return None

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> Ints:
        """For each point the number of its area, an index of `codes`; -1 outside of all.

        Args:
            lons, lats: degrees, one-dimensional, equally long.
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        inside = (x >= self._west) & (x <= self._east) & (y >= self._south) & (y <= self._north)
        if inside.all():
            return self._locate_inside(x, y)
        found = np.full(len(x), OUTSIDE, dtype=np.int32)
        found[inside] = self._locate_inside(x[inside], y[inside])
        return found

    def _locate_inside(self, x: Floats, y: Floats) -> Ints:
        cells = ((y - self._south) * self._per_lat).astype(np.int32)
        cells *= self._wide
        cells += ((x - self._west) * self._per_lon).astype(np.int32)
        found: Ints = self._grid[cells]
        (unsure,) = np.nonzero(found < OUTSIDE)
        choices = -found[unsure] - 2
        found[unsure] = OUTSIDE
        nth = 0
        while len(unsure):
            areas = self._choice_table[choices, nth]
            unsure, choices, areas = unsure[areas >= 0], choices[areas >= 0], areas[areas >= 0]
            hit = self._holds(areas, x[unsure], y[unsure])
            found[unsure[hit]] = areas[hit]
            unsure, choices, nth = unsure[~hit], choices[~hit], nth + 1
        return found

    def _holds(self, areas: Ints, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Whether each area holds its point; area by area, since a prepared one is fast for many points."""
        order = np.argsort(areas, kind="stable")
        present, starts = np.unique(areas[order], return_index=True)
        result = np.zeros(len(areas), dtype=np.bool_)
        with self._one_at_a_time:
            for area, mine in zip(present, np.split(order, starts[1:]), strict=False):
                result[mine] = shapely.intersects_xy(self._shapes[area], x[mine], y[mine])
        return result

    def near(self, lon: float, lat: float, metres: float) -> list[str]:
        """The codes of the areas within a distance (true to half a per cent): first the one that the point is in."""
        if not (isfinite(lon) and isfinite(lat)):
            return []
        circle = _circle(lon, lat, max(metres, 0.01))
        touched = sorted(self._tree.query(circle).tolist())
        with self._one_at_a_time:
            areas = [at for at in touched if shapely.intersects(self._shapes[at], circle)]
        own = self.locate(lon, lat)
        return ([own] if own is not None else []) + [self.codes[at] for at in areas if self.codes[at] != own]

    # Building.

    def _lay_grid(self, cells: int) -> None:
        edges, owners = edges_of(self._shapes)
        box: list[float] = shapely.total_bounds(self._shapes).tolist() if len(edges) else [0.0] * 4
        self._west, self._south, self._east, self._north = box
        width, height = max(self._east - self._west, 1e-9), max(self._north - self._south, 1e-9)
        on_ground = max(cos(radians((self._south + self._north) / 2)), 0.01)  # cells are about square there
        wide = max(int((cells * width * on_ground / height) ** 0.5), 1)
        high = max(cells // wide, 1)
        self._per_lon, self._per_lat = wide / width, high / height
        self._wide = wide + 1  # one column and one row more, for points on the far edges of the box
        corner, scale = [self._west, self._south] * 2, [self._per_lon, self._per_lat] * 2
        crossed, areas = cells_of_edges((edges - corner) * scale, owners, self._wide, high + 1)
        self._choices, chosen = self._choices_of(crossed, areas)
        longest = max(map(len, self._choices), default=0)
        # A last column of -1 ends every search.
        table = [[*choice, *[-1] * (longest + 1 - len(choice))] for choice in self._choices]
        self._choice_table = np.array(table, dtype=np.int32).reshape(len(table), longest + 1)
        self._grid = self._fill(np.unique(crossed), chosen, high + 1)

    def _choices_of(self, crossed: NDArray[np.int64], areas: Ints) -> tuple[list[tuple[int, ...]], Ints]:
        """The sets of areas that crossed cells touch, and for each crossed cell in its order the number of its set.

        A cell touches the areas whose borders cross it, and those that it lies in as a whole, so that its middle does.
        """
        cells = np.unique(crossed)
        x, y = self._middle(cells)
        at, over = self._tree.query(shapely.points(x, y))
        held = self._holds(over.astype(np.int32), x[at], y[at])
        pairs = np.stack([np.concatenate([crossed, cells[at[held]]]), np.concatenate([areas, over[held]])])
        pairs = np.unique(pairs, axis=1)
        starts = np.searchsorted(pairs[0], cells)
        ends = np.append(starts[1:], pairs.shape[1]).tolist()
        numbers: dict[tuple[int, ...], int] = {}
        touched = pairs[1].tolist()
        chosen = [
            numbers.setdefault(tuple(touched[start:end]), len(numbers))
            for start, end in zip(starts.tolist(), ends, strict=False)
        ]
        return list(numbers), np.array(chosen, dtype=np.int32)

    def _fill(self, crossed: NDArray[np.int64], chosen: Ints, high: int) -> Ints:
        """The grid, row by row: an area, OUTSIDE, or below these the number of a set of choices.

        Neighbours that no border crosses are of one area. So in a run of them one cell is tested, and none if a cell beside
        the run, in the row before, is known.
        """
        flat: Ints = np.full(self._wide * high, UNKNOWN, dtype=np.int32)
        is_crossed = np.zeros(len(flat), dtype=np.bool_)
        is_crossed[crossed] = True
        for row in range(high):
            here = slice(row * self._wide, (row + 1) * self._wide)
            free = ~is_crossed[here]
            starts = np.flatnonzero(free & np.concatenate(([True], ~free[:-1])))
            if not len(starts):
                continue
            run = np.zeros(self._wide, dtype=np.intp)
            run[starts] = 1
            run = np.cumsum(run) - 1
            value = np.full(len(starts), UNKNOWN, dtype=np.int32)
            if row:
                before = flat[here.start - self._wide : here.start]
                told = free & (before != UNKNOWN)
                value[run[told]] = before[told]
            seeds = np.flatnonzero(value == UNKNOWN)
            if len(seeds):
                value[seeds] = self._area_of_cells(here.start + starts[seeds])
            flat[here][free] = value[run[free]]
        flat[crossed] = -2 - chosen
        return flat

    def _area_of_cells(self, cells: NDArray[np.int64]) -> Ints:
        """The first area that holds the middle of each cell."""
        x, y = self._middle(cells)
        at, over = self._tree.query(shapely.points(x, y))
        held = self._holds(over.astype(np.int32), x[at], y[at])
        found = np.full(len(cells), len(self.codes), dtype=np.int32)
        np.minimum.at(found, at[held], over[held].astype(np.int32))
        found[found == len(self.codes)] = OUTSIDE
        return found

    def _middle(self, cells: NDArray[np.int64]) -> tuple[Floats, Floats]:
        x = self._west + (cells % self._wide + 0.5) / self._per_lon
        return x, self._south + (cells // self._wide + 0.5) / self._per_lat


def edges_of(shapes: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """All edges of all rings as x, y, x, y, and the number of the shape that each belongs to."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    corners, ring_of_corner = shapely.get_coordinates(rings, return_index=True)
    same = ring_of_corner[:-1] == ring_of_corner[1:]
    owners = shape_of_part[part_of_ring[ring_of_corner[:-1][same]]] if len(corners) else np.empty(0)
    return np.hstack([corners[:-1][same], corners[1:][same]]), owners.astype(np.int32)


def cells_of_edges(
    edges: Floats, owners: Ints, wide: int, high: int, pad: float = PAD
) -> tuple[NDArray[np.int64], Ints]:
    """The cells that each edge comes into, or by `pad` near to, as pairs of cell and owner, each once.

    Args:
        edges: (n, 4), in cells from the corner of the grid.
        pad: in cells.
    """
    turned = edges[:, 1] > edges[:, 3]
    edges = np.where(turned[:, None], edges[:, [2, 3, 0, 1]], edges)
    first = np.clip(np.floor(edges[:, 1] - pad), 0, high - 1).astype(np.int64)
    last = np.clip(np.floor(edges[:, 3] + pad), 0, high - 1).astype(np.int64)
    edge, row = _counted(first, last)
    x1, y1, x2, y2 = edges[edge].T
    steep = y2 - y1 > 0.1  # else where it leaves the row is told too badly: take all of it
    rise = np.where(steep, y2 - y1, 1.0)
    enters = np.where(steep, x1 + (x2 - x1) * np.clip((row - pad - y1) / rise, 0, 1), x1)
    leaves = np.where(steep, x1 + (x2 - x1) * np.clip((row + 1 + pad - y1) / rise, 0, 1), x2)
    from_column = np.clip(np.floor(np.minimum(enters, leaves) - pad), 0, wide - 1).astype(np.int64)
    to_column = np.clip(np.floor(np.maximum(enters, leaves) + pad), 0, wide - 1).astype(np.int64)
    span, column = _counted(from_column, to_column)
    pairs = np.unique(np.stack([row[span] * wide + column, owners[edge[span]]]), axis=1)
    return pairs[0], pairs[1].astype(np.int32)


def _counted(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each range `first..last` written out: the number of the range, and the number in it."""
    lengths = last - first + 1
    which = np.repeat(np.arange(len(first)), lengths)
    within = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return which, first[which] + within


def degree_m(lat: float) -> tuple[float, float]:
    """How many metres a degree of longitude and one of latitude have at a latitude; at a pole, one metre and not none.

    Source: the lengths of a degree on WGS 84: NGA.STND.0036, series in latitude, true to a metre in a degree.
    """
    phi = radians(lat)
    per_lat = 111_132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi)
    return max(111_412.84 * cos(phi) - 93.5 * cos(3 * phi), 1.0), per_lat


def _circle(lon: float, lat: float, metres: float, corners: int = 64) -> BaseGeometry:
    """A circle on the ground as a polygon around it, in degrees."""
    per_lon, per_lat = degree_m(lat)
    radius = metres / cos(pi / corners)
    turns = [2 * pi * (at + 0.5) / corners for at in range(corners)]
    return shapely.Polygon([(lon + radius * cos(t) / per_lon, lat + radius * sin(t) / per_lat) for t in turns])
