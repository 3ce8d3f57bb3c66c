"""How near a point is to another area: whether the lines of a map are sure enough to say which side it is on.

A line on a map is generalised, so that a point beside it may lie on the other side in truth: there one asks instead of guessing.
What counts is another *area*: at the outer border nobody else could answer, and a point in there is certain.

A grid holds, for each cell, the edges that come within the distance asked for; most cells have none, and a point in them is
certain by one look-up. The others measure to their few edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, inf, radians
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from kuutio.core.places import CELLS, PAD, Floats, Ints, cells_of_edges, degree_m, edges_of

Certainty = Literal["certain", "near_border", "on_border"]

ON_LINE_M = 0.1
"""Nearer than this a point is on the line: coordinates are rounded to a centimetre, and edges cut and bent by up to five."""

POSITION_M = 10.0
"""How far a place that somebody gives is from where it is: a phone's own position between houses, a finger on a street map.

Under an open sky a phone is within 5 m (GPS.gov, "GPS Accuracy"); beside buildings it is worse, and 10 m is a fair middle.
"""


def unsure_m(accuracy_m: float, position_m: float = POSITION_M) -> float:
    """Within how many metres of another area one asks instead of guessing: the one value for all doors.

    Two errors make it, and neither knows of the other: the line may lie `accuracy_m` from the border, and the place `position_m`
    from where it was meant. Independent errors add by their squares, so that a coarse map decides alone (50 and 10 metres are 51)
    and on a fine one the position does (5 and 10 are 11).
    """
    return hypot(accuracy_m, position_m)


def certainty(distance_m: float) -> Certainty:
    """What a distance from `Borderlines` means."""
    if distance_m <= ON_LINE_M:
        return "on_border"
    return "certain" if distance_m == inf else "near_border"


class Borderlines:
    """Distances from points to the nearest line of another area than their own, as far as a given distance.

    Args:
        borders: `(code, polygon)` as for `places.Locator`, in the same order: areas are told by their number in it.
        within_m: metres; whatever is further is infinitely far.
        cells: how many cells the grid may have; fewer when they would be narrower than the distance.

    Raises:
        ValueError: the distance is negative or not finite.
    """

    def __init__(
        self, borders: Sequence[tuple[str, BaseGeometry | bytes]], *, within_m: float, cells: int = CELLS
    ) -> None:
        if not 0 <= within_m < inf:
            raise ValueError("A distance is a number of metres.")
        self.within_m = max(within_m, ON_LINE_M)
        shapes = [shapely.from_wkb(shape) if isinstance(shape, bytes) else shape for _, shape in borders]
        self._edges, self._owners = _lines(*edges_of(np.array(shapes, dtype=object)))
        self._lay_grid(cells)

    def distance(self, lon: float, lat: float, area: int) -> float:
        """Metres from a point in an area to the nearest line of another one; inf if that is further than `within_m`.

        Args:
            area: the point's own.
        """
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):
            return inf
        column, row = int((lon - self._west) * self._per_lon), int((lat - self._south) * self._per_lat)
        cell = row * self._wide + column
        start, end = self._starts.item(cell), self._starts.item(cell + 1)
        if start == end:
            return inf
        per_lon, per_lat = degree_m(lat)
        nearest = inf
        for number in self._listed[start:end].tolist():
            one, other = self._owner_pairs[number]
            if one == area and (other in (area, -1)):
                continue
            x1, y1, x2, y2 = self._edge_list[number]
            x1, y1, x2, y2 = (x1 - lon) * per_lon, (y1 - lat) * per_lat, (x2 - lon) * per_lon, (y2 - lat) * per_lat
            dx, dy = x2 - x1, y2 - y1
            square = dx * dx + dy * dy
            along = min(max(-(x1 * dx + y1 * dy) / square, 0.0), 1.0) if square else 0.0
            nearest = min(nearest, hypot(x1 + along * dx, y1 + along * dy))
        return nearest if nearest <= self.within_m else inf

    def distances(self, lons: ArrayLike, lats: ArrayLike, areas: Ints) -> Floats:
        """The same for many points; those with an area below 0, which are in none, are infinitely far.

        Args:
            lons, lats: degrees, one-dimensional, equally long.
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        found = np.full(len(x), inf)
        inside = (x >= self._west) & (x <= self._east) & (y >= self._south) & (y <= self._north) & (areas >= 0)
        (points,) = np.nonzero(inside)
        cells = ((y[points] - self._south) * self._per_lat).astype(np.int64) * self._wide
        cells += ((x[points] - self._west) * self._per_lon).astype(np.int64)
        points, cells = points[self._any[cells]], cells[self._any[cells]]
        starts = self._starts[cells]
        counts = self._starts[cells + 1] - starts
        point = np.repeat(points, counts)
        within = np.arange(len(point)) - np.repeat(np.cumsum(counts) - counts, counts)
        edge = self._listed[np.repeat(starts, counts) + within]
        foreign = (self._owners[edge] != areas[point][:, None]) & (self._owners[edge] >= 0)
        foreign = foreign.any(axis=1)
        point, edge = point[foreign], edge[foreign]
        measured = _to_edges(x[point], y[point], self._edges[edge])
        measured[measured > self.within_m] = inf
        np.minimum.at(found, point, measured)
        return found

    def _lay_grid(self, cells: int) -> None:
        box: list[float] = [0.0] * 4
        if len(self._edges):
            ends = self._edges.reshape(-1, 2)
            box = [*ends.min(axis=0).tolist(), *ends.max(axis=0).tolist()]
        self._west, self._south, self._east, self._north = box
        width, height = max(self._east - self._west, 1e-9), max(self._north - self._south, 1e-9)
        on_ground = max(cos(radians((self._south + self._north) / 2)), 0.01)
        # A degree is shortest where it is furthest from the equator.
        per_lon = min(degree_m(self._south)[0], degree_m(self._north)[0])
        per_lat = min(degree_m(lat)[1] for lat in (0.0, self._south, self._north))
        wide = min(
            max(int((cells * width * on_ground / height) ** 0.5), 1), max(int(width * per_lon / self.within_m), 1)
        )
        high = min(max(cells // wide, 1), max(int(height * per_lat / self.within_m), 1))
        self._per_lon, self._per_lat = wide / width, high / height
        self._wide = wide + 1
        pad = max(self.within_m / per_lon * self._per_lon, self.within_m / per_lat * self._per_lat) * 1.01 + PAD
        corner, scale = [self._west, self._south] * 2, [self._per_lon, self._per_lat] * 2
        numbers = np.arange(len(self._edges), dtype=np.int32)
        touched, self._listed = cells_of_edges((self._edges - corner) * scale, numbers, self._wide, high + 1, pad)
        self._starts = np.searchsorted(touched, np.arange(self._wide * (high + 1) + 1)).astype(np.int32)
        self._any = self._starts[1:] > self._starts[:-1]
        self._edge_list = self._edges.tolist()
        self._owner_pairs = self._owners.tolist()


def _lines(edges: Floats, owners: Ints) -> tuple[Floats, Ints]:
    """Each edge once, with the two areas that have it, -1 for none."""
    turned = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
    edges = np.where(turned[:, None], edges[:, [2, 3, 0, 1]], edges)
    order = np.lexsort((owners, *edges.T[::-1]))
    edges, owners = edges[order], owners[order]
    fresh = np.ones(len(edges), dtype=np.bool_)
    fresh[1:] = (edges[1:] != edges[:-1]).any(axis=1)
    firsts = np.flatnonzero(fresh)
    shared = np.diff(np.append(firsts, len(edges))) > 1
    others = np.full(len(firsts), -1, dtype=np.int32)
    # Overlaps may give an edge to three areas or more: the least and the greatest are enough to find another than one's own.
    others[shared] = owners[(np.append(firsts[1:], len(edges)) - 1)[shared]]
    return edges[firsts], np.column_stack([owners[firsts], others])


def _to_edges(x: Floats, y: Floats, edges: Floats) -> NDArray[np.float64]:
    """Metres from each point to its edge, on a plane that touches the ground at the point."""
    phi = np.radians(y)
    per_lat = 111_132.92 - 559.82 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
    per_lon = np.maximum(111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi), 1.0)
    x1, x2 = (edges[:, 0] - x) * per_lon, (edges[:, 2] - x) * per_lon
    y1, y2 = (edges[:, 1] - y) * per_lat, (edges[:, 3] - y) * per_lat
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    along = np.clip(-(x1 * dx + y1 * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    return np.asarray(np.hypot(x1 + along * dx, y1 + along * dy))
