"""Real open data, as published: files that come with Kuutio (`files/README.md`), and each city's border."""

import shutil
from collections.abc import Callable
from pathlib import Path

from kuutio.opendata.demo import writing
from kuutio.opendata.demo.ground import CITIES, border

FILES = Path(__file__).parent / "files"


def copied(name: str) -> Callable[[Path], Path]:
    """A maker that brings a file that comes with Kuutio as it is."""

    def make(folder: Path) -> Path:
        return Path(shutil.copy(FILES / name, folder))

    return make


def border_of(city: str) -> Callable[[Path], Path]:
    """A maker of the city's border as GeoJSON."""

    def make(folder: Path) -> Path:
        place = CITIES[city]
        names, row = ("kuntanumero", "nimi", "namn"), (place.municipality, place.name, place.swedish)
        return writing.geojson(folder / "kuntaraja.geojson", names, [row], [border(city)])

    return make
