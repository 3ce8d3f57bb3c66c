"""Shapes of a map's own plane as shapes in degrees, so that what was one line for two neighbours stays one."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Corners = NDArray[np.float64]
Transform = Callable[[Corners, Corners], tuple[Corners, Corners]]
"""x and y of the plane -> longitudes and latitudes."""

PIECE_M = 1000.0
"""An edge of 68 km that is straight on the map bows by up to 261 m in degrees; cut into kilometres, 5 cm remain."""
DECIMALS = 7  # of a degree: a centimetre
_LOST_DEGREES = 1e-9  # square degrees: some ten square metres in Finland


def polygon_in_degrees(shape: BaseGeometry, to_degrees: Transform, piece: float = PIECE_M) -> BaseGeometry:
    """A polygon or multipolygon in CRS84, its rings that touch themselves told apart.

    Args:
        piece: the longest edge that stays whole, in units of the plane; inf where it is drawn in degrees already.

    Raises:
        ValueError: it is no polygon, or mending would move its border.
    """
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"A border can't be a {shape.geom_type}.")
    polygons = []
    for polygon in shapely.get_parts(shape):
        shell, *holes = (_ring(ring, to_degrees, piece) for ring in shapely.get_rings(polygon))
        polygons.append(shapely.Polygon(shell, holes))
    raw = shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]
    sound = shapely.make_valid(raw)
    if sound.geom_type not in ("Polygon", "MultiPolygon") or abs(sound.area - raw.area) > _LOST_DEGREES:
        raise ValueError(f"A border can't be mended: {shapely.is_valid_reason(raw)}")
    return shapely.normalize(sound)


def lines_in_degrees(shape: BaseGeometry, to_degrees: Transform, piece: float = PIECE_M) -> list[BaseGeometry]:
    """The lines of a line or multiline in CRS84, none for anything else.

    Args:
        piece: as for `polygon_in_degrees`.
    """
    lines = [part for part in shapely.get_parts(shape) if part.geom_type in ("LineString", "LinearRing")]
    made = (_degrees(_cut(shapely.get_coordinates(line), piece), to_degrees) for line in lines)
    return [shapely.LineString(corners) for corners in made if len(corners) > 1]


def _ring(ring: BaseGeometry, to_degrees: Transform, piece: float) -> Corners:
    """The corners (n, 2) of a closed ring in degrees, with points added on its long edges."""
    degrees = _degrees(_cut(shapely.get_coordinates(ring), piece)[:-1], to_degrees)
    return np.vstack([degrees, degrees[:1]])


def _degrees(corners: Corners, to_degrees: Transform) -> Corners:
    degrees: Corners = np.column_stack(to_degrees(corners[:, 0], corners[:, 1])).astype(np.float64)
    return degrees.round(DECIMALS)


def _cut(corners: Corners, piece: float) -> Corners:
    """The same line with points added, so that no edge is longer than a piece."""
    start, end = corners[:-1], corners[1:]
    if piece == inf or not len(start):
        return corners
    pieces = np.maximum(np.ceil(np.hypot(*(end - start).T) / piece), 1).astype(int)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    # Counted from the lesser end: the neighbour walks the edge the other way and must meet the same points.
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low, high = np.where(turned[:, None], end, start), np.where(turned[:, None], start, end)
    share = np.where(turned[edge], pieces[edge] - step, step) / pieces[edge]
    points = (low[edge] * (1 - share[:, None]) + high[edge] * share[:, None]).astype(np.float64)
    whole: Corners = np.vstack([points, corners[-1:]])
    return whole
