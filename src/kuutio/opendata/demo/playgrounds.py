"""Playgrounds of six cities, each in its city's own columns, words, units, projection and format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kuutio.opendata.demo import writing
from kuutio.opendata.demo.ground import chance, points, projected

COUNTS = {"helsinki": 60, "espoo": 44, "vantaa": 38, "tampere": 42, "turku": 34, "oulu": 28}
_FIRST = ("Koivu", "Kuusi", "Metsä", "Ranta", "Mylly", "Pelto", "Kallio", "Niitty", "Haapa", "Lehto", "Suvi", "Päivä")
_LAST = ("mäen", "puiston", "niemen", "kujan", "lahden", "harjun", "laakson")
_STREET = ("katu", "tie", "kuja", "polku")
_FIRST_SV = ("Björk", "Gran", "Skogs", "Strand", "Kvarn", "Åker", "Berg", "Ängs", "Asp", "Lund", "Sommar", "Dag")


@dataclass(frozen=True, slots=True)
class Playground:
    """One playground; kind 0 is for small children, 1 for school children, 2 for all; size in square metres."""

    name: str
    name_sv: str
    kind: int
    size: int
    year: int
    accessible: bool
    street: str
    number: int


def _made(city: str) -> tuple[list[Playground], NDArray[np.float64]]:
    rng = chance("playgrounds", city)
    count = COUNTS[city]
    places = points(city, count, rng)
    picked = rng.choice(len(_FIRST) * len(_LAST), count, replace=False)
    made = []
    for pick in picked:
        first, last = divmod(int(pick), len(_LAST))
        made.append(
            Playground(
                f"{_FIRST[first]}{_LAST[last]} leikkipuisto",
                f"{_FIRST_SV[first]}parkens lekplats {last + 1}",
                int(rng.integers(3)),
                int(rng.integers(300, 9000)),
                int(rng.integers(1965, 2026)),
                bool(rng.random() < 0.4),
                f"{_FIRST[first]}{_LAST[last].removesuffix('n')}n{_STREET[int(rng.integers(4))]}",
                int(rng.integers(1, 90)),
            )
        )
    return made, places


def helsinki(folder: Path) -> Path:
    """CSV with semicolons and decimal commas, in degrees."""
    made, places = _made("helsinki")
    kinds = ("taaperot", "koululaiset", "kaikki")
    rows = [
        (n, p.name, p.name_sv, kinds[p.kind], writing.comma(p.size, 1), p.year, "kyllä" if p.accessible else "ei",
         f"{p.street} {p.number}", writing.comma(lon, 6), writing.comma(lat, 6))
        for n, (p, (lon, lat)) in enumerate(zip(made, places, strict=True), start=1)
    ]  # fmt: skip
    names = ("id", "nimi", "namn", "tyyppi", "pinta_ala_m2", "vuosi", "esteeton", "osoite", "lon", "lat")
    return writing.delimited(folder / "leikkipuistot.csv", names, rows, separator=";")


def espoo(folder: Path) -> Path:
    """GeoJSON in the city's own projection, in Swedish and Finnish."""
    made, places = _made("espoo")
    kinds = ("småbarn", "skolbarn", "alla")
    rows = [
        (f"LP{n:03}", p.name, p.name_sv, kinds[p.kind], round(p.size / 100, 2), p.year, "ja" if p.accessible else "nej",
         p.street, p.number)
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    names = ("kod", "nimi", "namn", "typ", "areal_ar", "byggd", "tillganglig", "katu", "numero")
    shapes = writing.dots(projected(places, 3879))
    return writing.geojson(folder / "leikkipaikat.geojson", names, rows, shapes, epsg=3879)


def vantaa(folder: Path) -> Path:
    """An Excel workbook with degrees."""
    made, places = _made("vantaa")
    kinds = ("P", "K", "KK")
    rows = [
        (
            1000 + n,
            p.name,
            kinds[p.kind],
            p.size,
            p.year,
            "K" if p.accessible else "E",
            f"{p.street} {p.number}",
            lon,
            lat,
        )
        for n, (p, (lon, lat)) in enumerate(zip(made, places.tolist(), strict=True), start=1)
    ]
    names = ("Tunnus", "Kohteen nimi", "Luokka", "Ala", "Valmistunut", "Esteetön", "Katuosoite", "lon", "lat")
    return writing.workbook(folder / "leikkipaikat.xlsx", "Leikkipaikat", names, rows)


def tampere(folder: Path) -> Path:
    """A GeoPackage in the city's own projection."""
    made, places = _made("tampere")
    kinds = ("pienet lapset", "isot lapset", "kaikenikäiset")
    rows = [
        (n, p.name, kinds[p.kind], float(p.size), p.year, int(p.accessible), f"{p.street} {p.number}")
        for n, p in enumerate(made, start=1)
    ]
    names = ("kohde_id", "leikkipaikka", "ikaryhma", "pinta_ala", "rakennettu", "esteeton", "osoite")
    return writing.layer(folder / "leikkipaikat.gpkg", names, rows, writing.dots(projected(places, 3878)), epsg=3878)


def turku(folder: Path) -> Path:
    """A zipped Shapefile in the city's own projection, with its names of ten letters."""
    made, places = _made("turku")
    kinds = ("1", "2", "3")
    rows = [
        (f"T{n}", p.name, p.name_sv, f"L{kinds[p.kind]}", p.size / 10_000, p.year, "K" if p.accessible else "E",
         f"{p.street} {p.number}")
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    names = ("TUNNUS", "NIMI_FI", "NIMI_SV", "LUOKKA", "ALA_HA", "VUOSI", "ESTEETON", "OSOITE")
    return writing.layer(folder / "leikkipuistot.zip", names, rows, writing.dots(projected(places, 3877)), epsg=3877)


def oulu(folder: Path) -> Path:
    """CSV in latin-1, in degrees."""
    made, places = _made("oulu")
    kinds = ("Lähileikkipaikka", "Koululeikkipaikka", "Aluepuisto")
    rows = [
        (f"OUL-{n:02}", p.name, kinds[p.kind], p.size, p.year, "kyllä" if p.accessible else "ei", p.street, p.number,
         lon, lat)
        for n, (p, (lon, lat)) in enumerate(zip(made, places.tolist(), strict=True), start=1)
    ]  # fmt: skip
    names = (
        "Kohdenumero",
        "Puiston nimi",
        "Tyyppi",
        "Koko m2",
        "Käyttöönotto",
        "Esteetön",
        "Katu",
        "Nro",
        "lon",
        "lat",
    )
    return writing.delimited(folder / "leikkipuistot.csv", names, rows, separator=";", encoding="latin-1")


MAKERS: dict[str, Callable[[Path], Path]] = {
    "helsinki": helsinki, "espoo": espoo, "vantaa": vantaa, "tampere": tampere, "turku": turku, "oulu": oulu
}  # fmt: skip
