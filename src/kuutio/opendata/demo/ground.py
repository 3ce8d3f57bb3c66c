"""Where the made data lie: a city's border, its neighbourhoods, repeatable chance, and points inside."""

import csv
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from kuutio.cities import borders
from kuutio.core.positions import METRES_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Place:
    """One of the six: its municipality, names, the projection of its own maps.

    Attributes:
        at: "in", as Finnish says it of this city: `Helsingissä`.
    """

    municipality: str
    name: str
    genitive: str
    at: str
    swedish: str
    epsg: int


CITIES = {
    "helsinki": Place("091", "Helsinki", "Helsingin", "Helsingissä", "Helsingfors", 3879),
    "espoo": Place("049", "Espoo", "Espoon", "Espoossa", "Esbo", 3879),
    "vantaa": Place("092", "Vantaa", "Vantaan", "Vantaalla", "Vanda", 3879),
    "tampere": Place("837", "Tampere", "Tampereen", "Tampereella", "Tammerfors", 3878),
    "turku": Place("853", "Turku", "Turun", "Turussa", "Åbo", 3877),
    "oulu": Place("564", "Oulu", "Oulun", "Oulussa", "Uleåborg", 3880),
}
#: How far things lie from the middle of their neighbourhood: the standard deviation in metres.
_SPREAD_M = 550.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A real part of a city: its Finnish name with the genitive, its Swedish one, about where its middle is."""

    name: str
    genitive: str
    swedish: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Spots:
    """Places in a city.

    Attributes:
        lonlat: (n, 2) longitude and latitude in degrees, to a millionth.
        around: for each the number of its neighbourhood.
        neighbourhoods: those of the city.
    """

    lonlat: NDArray[np.float64]
    around: NDArray[np.int64]
    neighbourhoods: tuple[Neighbourhood, ...]

    def neighbourhood(self, n: int) -> Neighbourhood:
        """Where the n-th lies."""
        return self.neighbourhoods[int(self.around[n])]


@cache
def border(city: str) -> BaseGeometry:
    """The city's border in degrees (CRS84), sea included."""
    code = CITIES[city].municipality
    rows = pq.read_table(Path(borders.FILE), columns=["code", "geometry"], filters=[("code", "=", code)]).to_pylist()
    shape: BaseGeometry = shapely.from_wkb(rows[0]["geometry"])
    shapely.prepare(shape)
    return shape


@cache
def neighbourhoods(city: str) -> tuple[Neighbourhood, ...]:
    """The city's parts that things are laid in."""
    with files(__package__).joinpath("neighbourhoods.csv").open(encoding="utf-8") as file:
        return tuple(
            Neighbourhood(row["fi"], row["gen"], row["sv"], float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
            if row["city"] == city
        )


def chance(*words: str) -> np.random.Generator:
    """Random numbers that are the same at every making of the same thing."""
    return np.random.default_rng(zlib.crc32("/".join(words).encode()))


def spots(city: str, count: int, rng: np.random.Generator) -> Spots:
    """So many places in the city, each near the middle of one of its neighbourhoods."""
    parts = neighbourhoods(city)
    middles = np.array([(part.lon, part.lat) for part in parts])
    lonlat, around = np.empty((0, 2)), np.empty(0, dtype=np.int64)
    while len(lonlat) < count:
        chosen = rng.integers(len(parts), size=count + 50)
        away = rng.normal(0, _SPREAD_M / METRES_PER_DEGREE, (len(chosen), 2))
        away[:, 0] /= np.cos(np.radians(middles[chosen, 1]))
        tried = np.round(middles[chosen] + away, 6)
        inside = shapely.contains_xy(border(city), tried[:, 0], tried[:, 1])
        lonlat, around = np.vstack([lonlat, tried[inside]]), np.concatenate([around, chosen[inside]])
    return Spots(lonlat[:count], around[:count], parts)


@cache
def _transformer(epsg: int) -> Any:
    return pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{epsg}", always_xy=True)


def projected(lonlat: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """Easting and northing in metres, to a centimetre, of longitudes and latitudes: (n, 2)."""
    east, north = _transformer(epsg).transform(lonlat[:, 0], lonlat[:, 1])
    return np.round(np.column_stack([east, north]), 2)
