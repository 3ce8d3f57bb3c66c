"""Points, lines and areas that people draw or write: read with care, kept as WKB, given out as GeoJSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kuutio.core.positions import FINLAND

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from kuutio.participation.models import Process

# Web processes load shapely (and numpy with it) with the first shape that they read, not when they start.
MOST_CORNERS = 2000
KINDS = {"Point": "point", "LineString": "line", "Polygon": "area"}
PLANS = {*KINDS, "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
_DECIMALS = 6


class NoShape(ValueError):
    """What was given is no shape that a place can have."""


def read(text: str, *, kinds: frozenset[str] | None = None) -> bytes | None:
    """The shape of a GeoJSON geometry or feature, as WKB in CRS84; None for an empty text.

    Args:
        kinds: which of `point`, `line` and `area` are taken; None takes any geometry, as a plan is drawn.

    Raises:
        NoShape: no GeoJSON, another kind, outside of Finland, crossing itself, or too many corners.
    """
    if not text.strip():
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoShape("no JSON") from error
    return kept(told, kinds=kinds)


def kept(told: Any, *, kinds: frozenset[str] | None = None) -> bytes:
    """The same of values that were read already."""
    import shapely

    if isinstance(told, dict) and told.get("type") == "Feature":
        told = told.get("geometry")
    if not isinstance(told, dict) or told.get("type") not in PLANS:
        raise NoShape("no geometry")
    if kinds is not None and KINDS.get(told["type"]) not in kinds:
        raise NoShape("another kind")
    try:
        shape = shapely.from_geojson(json.dumps(told))
    except (shapely.GEOSException, ValueError, RecursionError) as error:
        raise NoShape("broken") from error
    if not isinstance(shape, shapely.Geometry) or shape.is_empty or shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise NoShape("empty, or too many corners")
    west, south, east, north = shape.bounds
    if not (FINLAND[0] <= west <= east <= FINLAND[2] and FINLAND[1] <= south <= north <= FINLAND[3]):
        raise NoShape("outside of Finland")
    if not shape.is_valid:
        raise NoShape("crosses itself")
    return bytes(shapely.to_wkb(shapely.force_2d(shape)))


def point(lon: float, lat: float) -> bytes:
    """A point as it is kept.

    Raises:
        NoShape: it isn't in Finland.
    """
    return kept({"type": "Point", "coordinates": [lon, lat]})


def shape_of(wkb: bytes | memoryview) -> BaseGeometry:
    """The shape of what is kept."""
    import shapely

    shape: BaseGeometry = shapely.from_wkb(bytes(wkb))
    return shape


def geometry_of(wkb: bytes | memoryview | None) -> dict[str, Any] | None:
    """The GeoJSON geometry of what is kept, to a decimetre."""
    if wkb is None:
        return None
    from shapely.geometry import mapping

    found: dict[str, Any] = json.loads(json.dumps(mapping(shape_of(wkb))))
    rounded: dict[str, Any] = _rounded(found)
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return value


def kind_of(wkb: bytes | memoryview | None) -> str:
    """`point`, `line`, `area`, or "" for none or several."""
    return "" if wkb is None else KINDS.get(shape_of(wkb).geom_type, "")


def middle_of(wkb: bytes | memoryview) -> tuple[float, float]:
    """A point of the shape, longitude and latitude: where a list says that it is."""
    inner = shape_of(wkb).representative_point()
    return round(inner.x, 5), round(inner.y, 5)


def bounds_of(shapes: list[bytes], margin: float = 0.004) -> str:
    """`west,south,east,north` around shapes, for a map; "" for none."""
    if not shapes:
        return ""
    import shapely

    west, south, east, north = shapely.total_bounds([shape_of(wkb) for wkb in shapes])
    return f"{west - 2 * margin:.5f},{south - margin:.5f},{east + 2 * margin:.5f},{north + margin:.5f}"


def bounds_near(process: Process, shape: bytes | memoryview | None = None) -> str:
    """What a map of a process begins with: a shape, else its own place, else the city that owns it."""
    if there := shape or process.area:
        return bounds_of([bytes(there)])
    west, south, east, north = process.owner.municipality.bbox
    return f"{west},{south},{east},{north}"
