"""Where the made data lie: a city's border, repeatable chance, and points inside."""

import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from kuutio.cities import borders

#: code: municipality, Swedish name, the projection of the city's own maps.
CITIES = {
    "helsinki": ("091", "Helsingfors", 3879),
    "espoo": ("049", "Esbo", 3879),
    "vantaa": ("092", "Vanda", 3879),
    "tampere": ("837", "Tammerfors", 3878),
    "turku": ("853", "Åbo", 3877),
    "oulu": ("564", "Uleåborg", 3880),
}
#: Around the market square, in degrees: people live near it, and the sea and the forest of a border are empty.
_CENTRES = {
    "helsinki": (24.945, 60.19),
    "espoo": (24.73, 60.195),
    "vantaa": (25.04, 60.295),
    "tampere": (23.76, 61.495),
    "turku": (22.267, 60.455),
    "oulu": (25.47, 65.012),
}
_SPREAD = (0.055, 0.022)


@cache
def border(city: str) -> BaseGeometry:
    """The city's border in degrees (CRS84), sea included."""
    code = CITIES[city][0]
    rows = pq.read_table(Path(borders.FILE), columns=["code", "geometry"], filters=[("code", "=", code)]).to_pylist()
    shape = shapely.from_wkb(rows[0]["geometry"])
    shapely.prepare(shape)
    return shape


def chance(*words: str) -> np.random.Generator:
    """Random numbers that are the same at every making of the same thing."""
    return np.random.default_rng(zlib.crc32("/".join(words).encode()))


def points(city: str, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """So many points in the city, dense at its centre: (n, 2) of longitude and latitude, to a millionth of a degree."""
    inside = border(city)
    found = np.empty((0, 2))
    while len(found) < count:
        tried = np.round(rng.normal(_CENTRES[city], _SPREAD, (count * 2, 2)), 6)
        found = np.vstack([found, tried[shapely.contains_xy(inside, tried[:, 0], tried[:, 1])]])
    return found[:count]


def projected(lonlat: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """The points' easting and northing in metres, to a centimetre."""
    to: Any = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{epsg}", always_xy=True)
    east, north = to.transform(lonlat[:, 0], lonlat[:, 1])
    return np.round(np.column_stack([east, north]), 2)
