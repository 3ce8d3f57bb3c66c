"""Things that stand, grow or are built outdoors, each of one city: trees, street lights, road works, plans, parking, benches."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from kuutio.opendata.demo import words, writing
from kuutio.opendata.demo.ground import border, chance, projected, spots

TREES, LIGHTS, WORKS, PLANS, PARKINGS, BENCHES = 30_000, 12_000, 160, 340, 74, 420
_SPECIES = (
    ("Tilia x europaea", "puistolehmus", 0.3), ("Acer platanoides", "metsävaahtera", 0.2),
    ("Betula pendula", "rauduskoivu", 0.16), ("Sorbus aucuparia", "kotipihlaja", 0.1),
    ("Quercus robur", "metsätammi", 0.08), ("Pinus sylvestris", "metsämänty", 0.06),
    ("Salix fragilis", "salava", 0.05), ("Larix sibirica", "siperianlehtikuusi", 0.03), ("", "", 0.02),
)  # fmt: skip


def trees(folder: Path) -> Path:
    """Street and park trees: separated text with decimal commas and the city's own coordinates."""
    rng = chance("trees")
    places = projected(spots("helsinki", TREES, rng).lonlat, 3879).tolist()
    kinds = rng.choice(len(_SPECIES), TREES, p=[share for *_names, share in _SPECIES]).tolist()
    years = rng.triangular(1925, 2005, 2026, TREES).astype(int).tolist()
    heights = (rng.normal(0.18, 0.05, TREES) * (2027 - np.array(years)) + 2.5).clip(1.5, 31).tolist()
    girths = (rng.normal(1.5, 0.4, TREES) * (2027 - np.array(years)) + 10).clip(8, 420).astype(int).tolist()
    unsure = rng.random(TREES).tolist()
    rows = [
        (
            n + 1,
            _SPECIES[kinds[n]][0],
            _SPECIES[kinds[n]][1],
            "" if unsure[n] < 0.12 else writing.comma(heights[n], 1),
            "" if unsure[n] > 0.95 else girths[n],
            "" if 0.4 < unsure[n] < 0.48 else years[n],
            ("hyvä", "kohtalainen", "huono")[(kinds[n] * 7 + years[n]) % 11 // 5],
            *(writing.comma(value, 2) for value in places[n]),
        )
        for n in range(TREES)
    ]
    names = ("puu_id", "tieteellinen_nimi", "suomenkielinen_nimi", "korkeus_m", "ympärysmitta_cm", "istutusvuosi",
             "kunto", "E", "N")  # fmt: skip
    return writing.delimited(folder / "puurekisteri.csv", names, rows, separator=";")


def lights(folder: Path) -> Path:
    """Street lights: separated text with degrees, the powers as text with their unit."""
    rng = chance("lights")
    found = spots("espoo", LIGHTS, rng)
    streets = [words.street(rng)[0] for _ in range(400)]
    powers, kinds = (35, 50, 70, 100, 150), ("LED", "suurpainenatrium", "monimetalli")
    chosen = rng.choice(len(powers), LIGHTS, p=(0.3, 0.25, 0.2, 0.15, 0.1)).tolist()
    lamps = rng.choice(3, LIGHTS, p=(0.66, 0.24, 0.1)).tolist()
    where, made = rng.integers(len(streets), size=LIGHTS).tolist(), rng.integers(1986, 2026, LIGHTS).tolist()
    rows = [
        (f"V{n + 1:06}", streets[where[n]], kinds[lamps[n]], f"{powers[chosen[n]]} W", made[n], lon, lat)
        for n, (lon, lat) in enumerate(found.lonlat.tolist())
    ]
    names = ("tunnus", "katu", "lampputyyppi", "teho", "asennusvuosi", "lon", "lat")
    return writing.delimited(folder / "katuvalot.csv", names, rows)


def works(folder: Path) -> Path:
    """Road works: lines along streets as GeoJSON."""
    rng = chance("works")
    inside = border("vantaa")
    found = spots("vantaa", WORKS * 2, rng)
    shapes: list[Any] = []
    rows: list[tuple[Any, ...]] = []
    reasons = ("kaukolämpötyö", "vesijohdon saneeraus", "päällystystyö", "kadun peruskorjaus", "kaapelityö")
    for n, (lon, lat) in enumerate(found.lonlat):
        turn, steps = rng.uniform(0, 2 * np.pi), int(rng.integers(3, 9))
        turns = turn + np.cumsum(rng.normal(0, 0.35, steps))
        away = np.column_stack([np.cos(turns) * 0.0009, np.sin(turns) * 0.00045])
        away[0] = 0
        line = shapely.LineString(np.round(np.cumsum(away, axis=0) + np.array((lon, lat)), 6))
        if not inside.contains(line) or len(rows) == WORKS:
            continue
        begins = date(2025, 1, 7) + timedelta(days=int(rng.integers(0, 330)))
        shapes.append(line)
        rows.append(
            (f"KT-{len(rows) + 1:03}", words.street(rng)[0], reasons[int(rng.integers(5))], begins.isoformat(),
             (begins + timedelta(days=int(rng.integers(2, 120)))).isoformat(),
             ("katu suljettu", "yksi ajokaista", "kevyen liikenteen kiertotie")[int(rng.integers(3))],
             found.neighbourhood(n).name)
        )  # fmt: skip
    names = ("tunnus", "katu", "syy", "alkaa", "paattyy", "haitta", "kaupunginosa")
    return writing.geojson(folder / "katutyot.geojson", names, rows, shapes)


def plans(folder: Path) -> Path:
    """Land-use plans in force: areas as a GeoPackage in the city's own projection."""
    rng = chance("plans")
    inside = border("tampere")
    found = spots("tampere", PLANS * 2, rng)
    shapes: list[Any] = []
    rows: list[tuple[Any, ...]] = []
    uses = ("asuinkerrostalot", "pientalot", "liike- ja toimistorakennukset", "lähivirkistysalue", "teollisuus")
    for n, (lon, lat) in enumerate(found.lonlat):
        corners = int(rng.integers(5, 9))
        turns = np.sort(rng.uniform(0, 2 * np.pi, corners))
        radius = rng.uniform(0.5, 1, corners) * rng.uniform(60, 260)
        ring = np.column_stack([lon + np.cos(turns) * radius / 53_200, lat + np.sin(turns) * radius / 111_400])
        if not inside.contains(shapely.Polygon(ring)) or len(rows) == PLANS:
            continue
        shape = shapely.Polygon(projected(ring, 3878))
        shapes.append(shape)
        place = words.ALL[int(rng.integers(len(words.ALL)))]
        rows.append(
            (8000 + len(rows), f"{place.gen} asemakaava", found.neighbourhood(n).name, uses[int(rng.integers(5))],
             (date(1968, 3, 1) + timedelta(days=int(rng.integers(0, 20_800)))).isoformat(), round(shape.area / 10_000, 2),
             int(shape.area * rng.uniform(0.1, 0.9)))
        )  # fmt: skip
    names = ("kaavatunnus", "nimi", "kaupunginosa", "kayttotarkoitus", "voimaan", "ala_ha", "rakennusoikeus_km2")
    return writing.layer(folder / "asemakaavat.gpkg", names, rows, shapes, epsg=3878)


def parking(folder: Path) -> Path:
    """Car parks with their places and prices: JSON with degrees."""
    rng = chance("parking")
    found = spots("oulu", PARKINGS, rng)
    rows = []
    for n, (lon, lat) in enumerate(found.lonlat.tolist()):
        kind = ("pysäköintialue", "pysäköintitalo", "liityntäpysäköinti")[int(rng.choice(3, p=(0.6, 0.15, 0.25)))]
        rows.append(
            (n + 1, f"{words.street(rng)[0]}, {found.neighbourhood(n).name}", kind, int(rng.lognormal(4.2, 0.8)) + 8,
             int(rng.integers(0, 9)), int(rng.integers(0, 7)),
             None if kind == "liityntäpysäköinti" else round(float(rng.integers(4, 30)) / 10, 1), lat, lon)
        )  # fmt: skip
    names = ("id", "nimi", "tyyppi", "paikkoja", "sahkolatauspaikkoja", "esteettomia", "euroa_tunnissa", "lat", "lon")
    return writing.objects(folder / "pysakointipaikat.json", names, rows)


def benches(version: int) -> Callable[[Path], Path]:
    """A maker of the park benches as they stood at a stock-taking, 1 to 3: later ones have new, moved and gone ones."""

    def make(folder: Path) -> Path:
        rng = chance("benches")
        found = spots("tampere", BENCHES, rng)
        materials, conditions = ("puu", "metalli", "kivi"), ("hyvä", "tyydyttävä", "huono")
        kinds, states = rng.integers(3, size=BENCHES).tolist(), rng.integers(3, size=BENCHES).tolist()
        fate = rng.random((3, BENCHES))
        rows = []
        for n, (lon, lat) in enumerate(found.lonlat.tolist()):
            from_start = n < BENCHES - 60
            gone = any(fate[past, n] < 0.04 for past in range(1, version))
            if gone or not (from_start or (version > 1 and n % 3 < version)):
                continue
            worse = sum(fate[past, n] > 0.9 for past in range(1, version))
            moved = 0.00009 if version > 2 and 0.5 < fate[0, n] < 0.55 else 0.0
            rows.append(
                (f"P{n + 1:04}", materials[kinds[n]], conditions[min(states[n] + worse, 2)],
                 found.neighbourhood(n).name, round(lon + moved, 6), lat)
            )  # fmt: skip
        names = ("tunnus", "materiaali", "kunto", "kaupunginosa", "lon", "lat")
        return writing.delimited(folder / "penkit.csv", names, rows)

    return make
