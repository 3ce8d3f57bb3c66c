"""Whether a place is in an area or near a line: asked where a rule or a body has one; shapely isn't for every web process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import cos, radians

import shapely

from kuutio.contact.models import BodyLayer
from kuutio.core.positions import METRES_PER_DEGREE

_CORNERS = 64
"""Of a piece of a long line: near a place are few pieces, and only these are measured."""


def covers(area: bytes, lon: float, lat: float) -> bool:
    """Whether an area (WKB, CRS84) holds a place, its border included."""
    return bool(shapely.from_wkb(area).covers(shapely.Point(lon, lat)))


def answers_for(layer: BodyLayer, lon: float, lat: float) -> bool:
    """Whether a place is in one of a layer's areas, or as near to one of its lines as the layer says."""
    tree = _tree(layer.pk)
    high = layer.buffer_m / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    around = shapely.box(lon - wide, lat - high, lon + wide, lat + high)
    for piece in tree.geometries[tree.query(around)]:
        is_area = piece.geom_type.endswith("Polygon")
        if _metres(piece, lon, lat) <= (0 if is_area else layer.buffer_m):
            return True
    return False


@lru_cache(maxsize=16)
def _tree(layer: int) -> shapely.STRtree:
    """The pieces of a layer, found by their boxes; a layer never changes, so it is read once a process."""
    shape = shapely.from_wkb(bytes(BodyLayer.objects.values_list("shape", flat=True).get(pk=layer)))
    return shapely.STRtree(list(_pieces(shape)))


def _pieces(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    for part in shapely.get_parts(shape):
        if shapely.get_num_geometries(part) > 1:
            yield from _pieces(part)
        elif part.geom_type == "LineString":
            corners = shapely.get_coordinates(part)
            for at in range(0, max(len(corners) - 1, 1), _CORNERS):
                yield shapely.LineString(corners[at : at + _CORNERS + 1])
        else:
            yield part


def _metres(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """How far a geometry is from a place, on a plane that is true around the place."""
    shrink = cos(radians(lat))
    flat = shapely.transform(shape, lambda xy: xy * [shrink * METRES_PER_DEGREE, METRES_PER_DEGREE])
    return float(shapely.distance(shapely.Point(lon * shrink * METRES_PER_DEGREE, lat * METRES_PER_DEGREE), flat))
