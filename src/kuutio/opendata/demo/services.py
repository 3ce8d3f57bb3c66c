"""Service points of six cities: libraries, health stations, day care and others, with names in three languages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from kuutio.opendata.demo import words, writing
from kuutio.opendata.demo.ground import Spots, chance, projected, spots

COUNTS = {"helsinki": 248, "espoo": 142, "vantaa": 131, "tampere": 152, "turku": 118, "oulu": 136}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of service point: its code, its words in three languages, its share, its usual opening hours."""

    code: str
    fi: str
    sv: str
    en: str
    share: float
    hours: str
    hours_en: str


KINDS = (
    Kind("library", "kirjasto", "bibliotek", "Library", 0.12,
         "ma–to 9–20, pe 9–18, la 10–16", "Mon–Thu 9–20, Fri 9–18, Sat 10–16"),
    Kind("health_station", "terveysasema", "hälsostation", "Health Station", 0.1, "ma–pe 8–16", "Mon–Fri 8–16"),
    Kind("youth_centre", "nuorisotalo", "ungdomsgård", "Youth Centre", 0.12,
         "ti–to 14–20, pe 15–22", "Tue–Thu 14–20, Fri 15–22"),
    Kind("sports_hall", "liikuntahalli", "idrottshall", "Sports Hall", 0.1,
         "ma–pe 7–22, la–su 9–18", "Mon–Fri 7–22, Sat–Sun 9–18"),
    Kind("swimming_hall", "uimahalli", "simhall", "Swimming Hall", 0.05,
         "ma–pe 6.15–21, la–su 8–17", "Mon–Fri 6.15–21, Sat–Sun 8–17"),
    Kind("service_point", "palvelupiste", "serviceställe", "Service Point", 0.07, "ma–pe 9–15.30", "Mon–Fri 9–15.30"),
    Kind("day_care", "päiväkoti", "daghem", "Day Care Centre", 0.44, "ma–pe 6.15–17.30", "Mon–Fri 6.15–17.30"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """One service point."""

    kind: Kind
    fi: str
    sv: str
    en: str
    street: tuple[str, str]
    number: int
    postal: str
    part: str
    accessible: bool
    hours: str


def _made(city: str) -> tuple[list[Point], Spots]:
    rng = chance("services", city)
    places = spots(city, COUNTS[city], rng)
    kinds = rng.choice(len(KINDS), COUNTS[city], p=[kind.share for kind in KINDS])
    own = words.names(rng, COUNTS[city])
    taken: set[str] = set()
    made = []
    for n in range(COUNTS[city]):
        kind, part, name = KINDS[int(kinds[n])], places.neighbourhood(n), own[n]
        if f"{part.genitive} {kind.fi}" in taken or kind.code == "day_care":
            fi, sv, en = f"{name.gen} {kind.fi}", f"{_of(name.sv)} {kind.sv}", f"{name.fi} {kind.en}"
        else:
            fi, sv, en = f"{part.genitive} {kind.fi}", f"{_of(part.swedish)} {kind.sv}", f"{part.name} {kind.en}"
        taken.add(fi)
        made.append(
            Point(
                kind, fi, sv, en, words.street(rng), int(rng.integers(1, 60)),
                f"{_POSTAL[city]}{int(rng.integers(100, 990)) // 10 * 10:03}", part.name, bool(rng.random() < 0.7),
                kind.hours if rng.random() < 0.93 else "",
            )
        )  # fmt: skip
    return made, places


_POSTAL = {"helsinki": "00", "espoo": "02", "vantaa": "01", "tampere": "33", "turku": "20", "oulu": "90"}


def _of(swedish: str) -> str:
    """The Swedish genitive."""
    return swedish if swedish.endswith(("s", "x")) else f"{swedish}s"


def helsinki(folder: Path) -> Path:
    """An array of JSON objects with degrees and three languages."""
    made, places = _made("helsinki")
    names = ("id", "name_fi", "name_sv", "name_en", "service", "street_address_fi", "street_address_sv", "address_zip",
             "opening_hours_fi", "opening_hours_en", "accessible", "district", "latitude", "longitude")  # fmt: skip
    rows = [
        (40000 + n, p.fi, p.sv, p.en, p.kind.code, f"{p.street[0]} {p.number}", f"{p.street[1]} {p.number}", p.postal,
         p.hours or None, p.kind.hours_en if p.hours else None, p.accessible, p.part, lat, lon)
        for n, (p, (lon, lat)) in enumerate(zip(made, places.lonlat.tolist(), strict=True))
    ]  # fmt: skip
    return writing.objects(folder / "toimipisteet.json", names, rows)


def espoo(folder: Path) -> Path:
    """Separated text with a byte order mark and places as WKT."""
    made, places = _made("espoo")
    names = ("Tunniste", "Nimi", "Namn", "Name", "Palvelu", "Osoite", "Postinumero", "Aukioloajat", "Esteetön",
             "Alue", "Sijainti")  # fmt: skip
    rows = [
        (f"E{n:04}", p.fi, p.sv, p.en, p.kind.fi.capitalize(), f"{p.street[0]} {p.number}, Espoo", p.postal, p.hours,
         "Kyllä" if p.accessible else "Ei", p.part, f"POINT ({lon} {lat})")
        for n, (p, (lon, lat)) in enumerate(zip(made, places.lonlat.tolist(), strict=True), start=1)
    ]  # fmt: skip
    return writing.delimited(folder / "palvelupisteet.csv", names, rows, encoding="utf-8-sig")


def vantaa(folder: Path) -> Path:
    """FlatGeobuf in the projection of the whole country."""
    made, places = _made("vantaa")
    names = ("id", "nimi", "namn", "palvelutyyppi", "katuosoite", "postinro", "auki", "esteeton", "suuralue")
    rows = [
        (n, p.fi, p.sv, p.kind.sv, f"{p.street[0]} {p.number}", p.postal, p.hours, int(p.accessible), p.part)
        for n, p in enumerate(made, start=1)
    ]
    shapes = shapely.points(projected(places.lonlat, 3067))
    return writing.layer(folder / "palvelupisteet.fgb", names, rows, shapes, epsg=3067)


def tampere(folder: Path) -> Path:
    """GeoJSON in degrees."""
    made, places = _made("tampere")
    names = ("tunnus", "toimipiste", "toimipiste_en", "luokka", "osoite", "postinumero", "aukiolo", "esteeton",
             "kaupunginosa")  # fmt: skip
    rows = [
        (f"TRE-{n}", p.fi, p.en, f"{KINDS.index(p.kind) + 1:02}", f"{p.street[0]} {p.number}", p.postal,
         p.hours or None, "K" if p.accessible else "E", p.part)
        for n, p in enumerate(made, start=1)
    ]  # fmt: skip
    return writing.geojson(folder / "toimipisteet.geojson", names, rows, shapely.points(places.lonlat))


def turku(folder: Path) -> Path:
    """A workbook in two languages with the city's own coordinates."""
    made, places = _made("turku")
    names = ("Nro", "Nimi", "Namn", "Laji / Art", "Osoite", "Adress", "Postinumero", "Auki / Öppet", "Esteetön",
             "Kaupunginosa", "E", "N")  # fmt: skip
    rows = [
        (n, p.fi, p.sv, f"{p.kind.fi} / {p.kind.sv}", f"{p.street[0]} {p.number}", f"{p.street[1]} {p.number}",
         p.postal, p.hours, "x" if p.accessible else "", p.part, east, north)
        for n, (p, (east, north)) in enumerate(zip(made, projected(places.lonlat, 3877).tolist(), strict=True), start=1)
    ]  # fmt: skip
    return writing.workbook(folder / "palvelupisteet_servicestallen.xlsx", "Pisteet", names, rows)


def oulu(folder: Path) -> Path:
    """GML in the city's own projection."""
    made, places = _made("oulu")
    names = ("toimipiste_id", "nimi", "nimi_en", "tyyppi", "katuosoite", "postinumero", "aukioloajat", "alue")
    rows = [
        (f"{n:05}", p.fi, p.en, p.kind.fi.upper(), f"{p.street[0]} {p.number}", p.postal, p.hours, p.part)
        for n, p in enumerate(made, start=1)
    ]
    shapes = shapely.points(projected(places.lonlat, 3880))
    return writing.layer(folder / "palvelupisteet.gml", names, rows, shapes, epsg=3880)


MAKERS: dict[str, Callable[[Path], Path]] = {
    "helsinki": helsinki, "espoo": espoo, "vantaa": vantaa, "tampere": tampere, "turku": turku, "oulu": oulu
}  # fmt: skip
KEYS = {
    "helsinki": "id", "espoo": "Tunniste", "vantaa": "id", "tampere": "tunnus", "turku": "Nro", "oulu": "toimipiste_id"
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    "turku": {"crs": "EPSG:3877", "types": {"Postinumero": "text"}},
    "espoo": {"types": {"Postinumero": "text"}},
}
FORMS = {
    "helsinki": "json", "espoo": "csv", "vantaa": "fgb", "tampere": "geojson", "turku": "xlsx", "oulu": "gml"
}  # fmt: skip
