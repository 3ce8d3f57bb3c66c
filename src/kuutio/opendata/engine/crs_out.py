"""Coordinates in the systems that Finnish cities use, computed for what is shown.

Inside, x is always the easting or longitude. Outside, axes stand in the authority's order: latitude first in EPSG:4326,
northing first in the GK systems 3873 .. 3885, easting first in 3067 and 3857.

Source: EPSG registry (axis orders); OGC API - Features Part 2 (18-058r1), 6.2.2.
"""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from kuutio.opendata.engine.filters import CRS84
from kuutio.opendata.engine.typed import refuse

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GK = tuple(range(3873, 3886))
SUPPORTED = (CRS84, 4326, 3067, 3857, *GK)

_NORTH_FIRST = {4326, *GK}
_METRE_DECIMALS = 4
"""A tenth of a millimetre: a coordinate that came in metres comes out as it was, without the noise of computing."""

_URI = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/(?:0|\d[\d.]*)/(\d{4,5})")
_SHORT = re.compile(r"(?:urn:ogc:def:crs:EPSG:[\d.]*:|\[?EPSG:)(\d{4,5})\]?", re.IGNORECASE)
_CRS84 = {CRS84_URI, CRS84_URI.replace("http:", "https:"), "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "[OGC:CRS84]"}


def uri(code: int) -> str:
    """The address that stands for a system in OGC answers."""
    return CRS84_URI if code == CRS84 else f"http://www.opengis.net/def/crs/EPSG/0/{code}"


def code_of(text: str, pointer: str = "/crs") -> int:
    """The code of a system given as URI, URN, CURIE or "EPSG:3067".

    Raises:
        BadQuery: it is none that is served.
    """
    found = _URI.fullmatch(text) or _SHORT.fullmatch(text)
    code = CRS84 if text in _CRS84 else int(found[1]) if found else -1
    if code not in SUPPORTED:
        refuse(f"The coordinate system {text[:100]!r} isn't served.", pointer)
    return code


def north_first(code: int) -> bool:
    """The authority names the northing (or latitude) before the easting."""
    return code in _NORTH_FIRST


def plane(code: int) -> int:
    """The code by which x and y are computed: 4326 is CRS84 with its axes in another order."""
    return CRS84 if code == 4326 else code


def geojson(geometries: Sequence[bytes], code: int) -> list[bytes]:
    """GeoJSON geometries from longitude and latitude turned to another system, its axes in the authority's order.

    Args:
        geometries: GeoJSON texts, or b"null".
    """
    places = [orjson.loads(geometry) for geometry in geometries]
    xs: list[float] = []
    ys: list[float] = []
    positions: list[list[float]] = []
    for place in places:
        _collect(place, positions)
    for position in positions:
        xs.append(position[0])
        ys.append(position[1])
    xs, ys = forward(code)(xs, ys)
    first, second = (ys, xs) if north_first(code) else (xs, ys)
    for position, a, b in zip(positions, first, second, strict=True):
        position[0], position[1] = a, b
    return [b"null" if _lost(place) else orjson.dumps(place) for place in places]


def forward(code: int) -> Callable[[list[float], list[float]], tuple[list[float], list[float]]]:
    """From longitudes and latitudes to eastings and northings, in metres rounded to a tenth of a millimetre."""
    if plane(code) == CRS84:
        return lambda xs, ys: (xs, ys)
    transform = transformer(code).transform

    def move(xs: list[float], ys: list[float]) -> tuple[list[float], list[float]]:
        if not xs:
            return [], []
        east, north = transform(xs, ys)
        return [round(x, _METRE_DECIMALS) for x in east], [round(y, _METRE_DECIMALS) for y in north]

    return move


@lru_cache(maxsize=32)
def transformer(code: int) -> Any:
    """pyproj's transformer from longitude and latitude to easting and northing; one serves all threads."""
    from pyproj import Transformer  # 25 MB: only where a question needs it

    return Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True)


def _lost(place: Any) -> bool:
    """The system has no coordinates there (a pole in 3857): better no place than one that JSON can't say."""
    positions: list[list[float]] = []
    _collect(place, positions)
    return not all(math.isfinite(position[0]) and math.isfinite(position[1]) for position in positions)


def _collect(place: Any, positions: list[list[float]]) -> None:
    """All positions of a geometry, as the very lists that it holds."""
    if place is None:
        return
    waiting = place.get("geometries")
    if waiting is not None:
        for part in waiting:
            _collect(part, positions)
        return
    stack = [place["coordinates"]]
    while stack:
        item = stack.pop()
        if item and isinstance(item[0], list):
            stack.extend(item)
        elif item:
            positions.append(item)
