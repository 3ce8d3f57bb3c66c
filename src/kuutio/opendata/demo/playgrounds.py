"""Playgrounds of six cities, each in its city's own columns, words, units, projection and format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from kuutio.opendata.demo import words, writing
from kuutio.opendata.demo.ground import Spots, chance, projected, spots

COUNTS = {"helsinki": 231, "espoo": 184, "vantaa": 162, "tampere": 218, "turku": 149, "oulu": 243}
#: Rows of Helsinki's file with a cell too many: they end among the rejected ones.
BROKEN = 2


@dataclass(frozen=True, slots=True)
class Playground:
    """One playground; kind 0 is for small children, 1 for school children, 2 for all; size in square metres."""

    name: words.Name
    kind: int
    size: int
    year: int | None
    accessible: bool
    street: tuple[str, str]
    number: int
    part: str
    part_sv: str


def _made(city: str) -> tuple[list[Playground], Spots]:
    rng = chance("playgrounds", city)
    places = spots(city, COUNTS[city], rng)
    made = []
    for n, name in enumerate(words.names(rng, COUNTS[city])):
        part = places.neighbourhood(n)
        size = int(rng.lognormal(7.4, 0.6))
        year = int(rng.triangular(1962, 2012, 2026)) if rng.random() < 0.94 else None
        made.append(
            Playground(
                name,
                int(rng.choice(3, p=(0.3, 0.25, 0.45))),
                min(max(size, 180), 12_000),
                year,
                bool(rng.random() < 0.4),
                words.street(rng),
                int(rng.integers(1, 90)),
                part.name,
                part.swedish,
            )
        )
    return made, places


def helsinki(folder: Path) -> Path:
    """CSV in latin-1 with semicolons, decimal commas and the city's own coordinates; two lines are broken."""
    made, places = _made("helsinki")
    kinds = ("taaperot", "koululaiset", "kaikenikäiset")
    rows: list[tuple[object, ...]] = [
        (n, f"Leikkipuisto {p.name.fi}", f"Lekparken {p.name.sv}", kinds[p.kind], writing.comma(p.size, 1),
         p.year or "", "kyllä" if p.accessible else "ei", f"{p.street[0]} {p.number}", p.part,
         writing.comma(north, 2), writing.comma(east, 2))
        for n, (p, (east, north)) in enumerate(zip(made, projected(places.lonlat, 3879), strict=True), start=1)
    ]  # fmt: skip
    for n in range(BROKEN):
        rows[40 * n + 17] += ("tarkistetaan",)
    names = ("id", "nimi", "namn", "kohderyhmä", "pinta_ala_m2", "valmistunut", "esteetön", "osoite", "kaupunginosa",
             "N", "E")  # fmt: skip
    return writing.delimited(folder / "leikkipuistot.csv", names, rows, separator=";", encoding="latin-1")


def espoo(folder: Path) -> Path:
    """GeoJSON in the city's own projection, its words in Swedish beside the Finnish names."""
    made, places = _made("espoo")
    kinds = ("småbarn", "skolbarn", "alla")
    rows = [
        (f"LP{n:03}", f"{p.name.gen} leikkipaikka", f"{p.name.sv_first} lekplats", kinds[p.kind], round(p.size / 100, 2),
         p.year, "ja" if p.accessible else "nej", p.street[0], p.number, p.part_sv)
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    names = ("kod", "nimi", "namn", "målgrupp", "areal_ar", "byggd", "tillgänglig", "katu", "numero", "stadsdel")
    shapes = shapely.points(projected(places.lonlat, 3879))
    return writing.geojson(folder / "leikkipaikat.geojson", names, rows, shapes, epsg=3879)


def vantaa(folder: Path) -> Path:
    """KML, in which every value is text; years that nobody is sure of."""
    made, places = _made("vantaa")
    kinds = ("P", "K", "KK")
    years = [str(p.year) if p.year else "ei tiedossa" for p in made]
    for n in range(0, len(years), 40):
        years[n] = f"n. {years[n][:3]}0" if years[n].isdecimal() else years[n]
    rows = [
        (f"{1000 + n}", f"{p.name.gen} leikkipaikka", f"{p.name.sv_first} lekplats", kinds[p.kind], f"{p.size}",
         years[n], "K" if p.accessible else "E", f"{p.street[0]} {p.number}", p.part)
        for n, p in enumerate(made)
    ]  # fmt: skip
    names = ("tunnus", "kohde", "objekt", "luokka", "ala", "valmistunut", "esteeton", "katuosoite", "kaupunginosa")
    return writing.layer(folder / "leikkipaikat.kml", names, rows, shapely.points(places.lonlat), epsg=4326)


def tampere(folder: Path) -> Path:
    """A zipped Shapefile in the city's own projection, with its names of ten letters."""
    made, places = _made("tampere")
    rows = [
        (n, f"{p.name.gen} leikkipuisto", p.kind + 1, p.size / 10_000, p.year or 0, int(p.accessible),
         f"{p.street[0]} {p.number}", p.part)
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    names = ("KOHDE_ID", "NIMI", "IKARYHMA", "ALA_HA", "RAK_VUOSI", "ESTEETON", "OSOITE", "KAUP_OSA")
    shapes = shapely.points(projected(places.lonlat, 3878))
    return writing.layer(folder / "leikkipuistot.zip", names, rows, shapes, epsg=3878)


def turku(folder: Path) -> Path:
    """An Excel workbook in two languages with the city's own coordinates and lines over the table."""
    made, places = _made("turku")
    kinds = ("Pienet lapset / Små barn", "Koululaiset / Skolbarn", "Kaikki / Alla")
    rows = [
        (f"T-{n}", f"{p.name.fi} leikkipaikka", f"{p.name.sv} lekplats", kinds[p.kind], p.size, p.year,
         "x" if p.accessible else "", f"{p.street[0]} {p.number}", f"{p.street[1]} {p.number}", p.part, east, north)
        for n, (p, (east, north)) in enumerate(zip(made, projected(places.lonlat, 3877).tolist(), strict=True), start=1)
    ]  # fmt: skip
    names = ("Tunnus", "Nimi", "Namn", "Ikäryhmä / Åldersgrupp", "Ala m²", "Vuosi / År", "Esteetön", "Osoite", "Adress",
             "Kaupunginosa", "E", "N")  # fmt: skip
    above = ("Leikkipaikat – Lekplatser", "Tilanne 31.12.2025")
    return writing.workbook(folder / "leikkipaikat_lekplatser.xlsx", "Leikkipaikat", names, rows, above=above)


def oulu(folder: Path) -> Path:
    """A GeoPackage in the city's own projection."""
    made, places = _made("oulu")
    kinds = ("Lähileikkipaikka", "Koululeikkipaikka", "Aluepuisto")
    rows = [
        (f"OUL-{n:03}", f"{p.name.gen} puisto", kinds[p.kind], float(p.size), p.year and str(p.year),
         "kyllä" if p.accessible else "ei tiedossa", p.street[0], p.number, p.part)
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    names = ("kohdenumero", "puiston_nimi", "tyyppi", "koko_m2", "kayttoonotto", "esteeton", "katu", "nro", "alue")
    shapes = shapely.points(projected(places.lonlat, 3880))
    return writing.layer(folder / "leikkipuistot.gpkg", names, rows, shapes, epsg=3880)


MAKERS: dict[str, Callable[[Path], Path]] = {
    "helsinki": helsinki, "espoo": espoo, "vantaa": vantaa, "tampere": tampere, "turku": turku, "oulu": oulu
}  # fmt: skip
KEYS = {
    "helsinki": "id", "espoo": "kod", "vantaa": "tunnus", "tampere": "KOHDE_ID", "turku": "Tunnus", "oulu": "kohdenumero"
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {"helsinki": {"crs": "EPSG:3879"}, "turku": {"crs": "EPSG:3877"}}
FORMS = {
    "helsinki": "csv", "espoo": "geojson", "vantaa": "kml", "tampere": "shp", "turku": "xlsx", "oulu": "gpkg"
}  # fmt: skip
