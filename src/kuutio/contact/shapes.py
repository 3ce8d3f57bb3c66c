"""Whether a place is in an area or near a line: asked where a rule or a body has one; shapely isn't for every web process."""

from __future__ import annotations

from math import cos, radians

import shapely

METRES_PER_DEGREE = 111_320.0


def covers(area: bytes, lon: float, lat: float) -> bool:
    """Whether an area (WKB, CRS84) holds a place, its border included."""
    return bool(shapely.from_wkb(area).covers(shapely.Point(lon, lat)))


def answers_for(layer: bytes, lon: float, lat: float, buffer_m: float) -> bool:
    """Whether a place is in one of a layer's areas, or within some metres of one of its lines (WKB, CRS84)."""
    shape = shapely.from_wkb(layer)
    is_area = shape.geom_type.endswith("Polygon")
    return _metres(shape, lon, lat) <= (0 if is_area else buffer_m)


def _metres(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """How far a geometry is from a place, on a plane that is true around the place."""
    shrink = cos(radians(lat))
    flat = shapely.transform(shape, lambda xy: xy * [shrink * METRES_PER_DEGREE, METRES_PER_DEGREE])
    return float(shapely.distance(shapely.Point(lon * shrink * METRES_PER_DEGREE, lat * METRES_PER_DEGREE), flat))
