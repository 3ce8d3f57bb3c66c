"""Bicycle counts of six cities: by the hour or the day, by counter, over years, with the gaps that counters have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kuutio.opendata.demo import writing
from kuutio.opendata.demo.ground import chance, neighbourhoods

#: Counters of each city and the first and last year that they counted.
COUNTERS = {"helsinki": 6, "espoo": 10, "vantaa": 8, "tampere": 14, "turku": 9, "oulu": 13}
YEARS = {
    "helsinki": (2024, 2025),
    "espoo": (2022, 2025),
    "vantaa": (2022, 2025),
    "tampere": (2021, 2025),
    "turku": (2022, 2025),
    "oulu": (2021, 2025),
}
_WEEK = np.array((1.08, 1.12, 1.12, 1.1, 1.02, 0.78, 0.76))
#: Shares of a day's riders by the hour: to work and back on a working day, in the afternoon on others.
_WORKING = np.array((3, 2, 1, 1, 3, 12, 38, 88, 84, 46, 38, 40, 46, 48, 56, 82, 108, 94, 66, 50, 38, 27, 18, 11), float)
_FREE = np.array((9, 7, 5, 4, 3, 4, 8, 15, 26, 44, 62, 76, 84, 90, 92, 88, 80, 70, 58, 48, 38, 29, 22, 15), float)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the counters of a city counted, day by day.

    Attributes:
        names: of the counters.
        days: (d,) dates.
        counts: (d, counters) riders; -1 where the counter was out of order.
    """

    names: tuple[str, ...]
    days: list[date]
    counts: NDArray[np.int64]


def _counted(city: str) -> Counts:
    rng = chance("bicycles", city)
    first, last = YEARS[city]
    days = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    day_of_year = (days - days.astype("datetime64[Y]")).astype(int)
    weekday = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    season = 0.16 + 0.84 * np.clip(0.5 - 0.62 * np.cos(2 * np.pi * (day_of_year - 18) / 365.25), 0.02, 1) ** 1.3
    weather = np.exp(_slow(rng, len(days), 0.7) * 0.22)
    growth = 1.03 ** (days.astype("datetime64[Y]").astype(int) + 1970 - first)
    base = rng.lognormal(6.9, 0.6, COUNTERS[city])
    expected = np.outer(season * weather * _WEEK[weekday] * growth, base)
    noise = np.clip(rng.normal(1, 0.05, size=expected.shape), 0.5, None)
    counts = np.asarray(rng.poisson(expected * noise), dtype=np.int64)
    counts[rng.random(counts.shape) < 0.006] = -1
    for column in range(COUNTERS[city]):
        for _ in range(int(rng.integers(1, 4))):
            start = int(rng.integers(len(days)))
            counts[start : start + int(rng.integers(3, 25)), column] = -1
    parts = neighbourhoods(city)
    ways = ("pohjoinen", "etelä", "silta", "asema", "rantareitti")
    names = tuple(f"{parts[n % len(parts)].name}, {ways[int(rng.integers(len(ways)))]}" for n in range(COUNTERS[city]))
    return Counts(names, days.tolist(), counts)


def _slow(rng: np.random.Generator, count: int, memory: float) -> NDArray[np.float64]:
    """Noise that remembers the day before, of unit variance."""
    noise = rng.normal(0, 1, count)
    for n in range(1, count):
        noise[n] = memory * noise[n - 1] + (1 - memory**2) ** 0.5 * noise[n]
    return noise


def helsinki(folder: Path) -> Path:
    """By the hour: separated text with Finnish dates; an hour that wasn't counted is empty."""
    made = _counted("helsinki")
    rng = chance("bicycles", "helsinki", "hours")
    profiles = [shares / shares.sum() for shares in (_WORKING, _FREE)]
    rows = []
    for n, day in enumerate(made.days):
        written, profile = f"{day.day}.{day.month}.{day.year}", profiles[day.weekday() > 4]
        for counter, name in enumerate(made.names):
            count = int(made.counts[n, counter])
            hours = rng.multinomial(max(count, 0), profile).tolist()
            rows += [
                (f"HKI{counter + 1:02}", name, written, hour, "" if count < 0 else hours[hour]) for hour in range(24)
            ]
    names = ("tunnus", "laskentapiste", "pvm", "tunti", "pyöräilijät")
    return writing.delimited(folder / "pyorailijamaarat.csv", names, rows, separator=";")


def espoo(folder: Path) -> Path:
    """By the day: latin-1 with decimal commas; a line stands for what wasn't counted."""
    made = _counted("espoo")
    warmth = _slow(chance("bicycles", "espoo", "warmth"), len(made.days), 0.9) * 4
    rows = []
    for n, day in enumerate(made.days):
        degrees = writing.comma(5.5 - 11.5 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 22) / 365.25) + warmth[n], 1)
        for counter, name in enumerate(made.names):
            count = int(made.counts[n, counter])
            rows.append((f"{day:%d.%m.%Y}", counter + 1, name, "-" if count < 0 else count, degrees))
    names = ("Päivämäärä", "Laskuri", "Mittauspiste", "Lukumäärä", "Lämpötila °C")
    return writing.delimited(folder / "pyoralaskennat.csv", names, rows, separator=";", encoding="latin-1")


def vantaa(folder: Path) -> Path:
    """By the day: a workbook with lines over the table."""
    made = _counted("vantaa")
    rows = [
        (day, f"V{counter + 1}", name, None if made.counts[n, counter] < 0 else int(made.counts[n, counter]))
        for n, day in enumerate(made.days)
        for counter, name in enumerate(made.names)
    ]
    names = ("Päivä", "Piste", "Sijainti", "Pyöräilijöitä")
    above = ("Pyöräliikenteen laskennat 2022–2025",)
    return writing.workbook(folder / "pyoralaskennat.xlsx", "Laskennat", names, rows, above=above)


def tampere(folder: Path) -> Path:
    """By the day: commas and dates in ISO form; -1 for what wasn't counted is left out as a row."""
    made = _counted("tampere")
    rows = [
        (counter + 101, name, day.isoformat(), int(made.counts[n, counter]))
        for counter, name in enumerate(made.names)
        for n, day in enumerate(made.days)
        if made.counts[n, counter] >= 0
    ]
    return writing.delimited(folder / "pyoraliikenne.csv", ("piste_id", "piste", "paiva", "maara"), rows)


def turku(folder: Path) -> Path:
    """By the day: an object a line, the words in Swedish."""
    made = _counted("turku")
    rows = [
        (
            f"{counter + 1:03}",
            name,
            day.isoformat(),
            None if made.counts[n, counter] < 0 else int(made.counts[n, counter]),
        )
        for n, day in enumerate(made.days)
        for counter, name in enumerate(made.names)
    ]
    return writing.objects(folder / "cykelrakningar.jsonl", ("mätpunkt", "plats", "datum", "antal"), rows)


def oulu(folder: Path) -> Path:
    """By the day: tabs, a space between thousands, lines over the table, the newest day first."""
    made = _counted("oulu")
    rows = [
        (
            f"{day.day}.{day.month}.{day.year}",
            f"OUL{counter + 1:02}",
            name,
            "" if made.counts[n, counter] < 0 else writing.spaced(int(made.counts[n, counter])),
        )
        for n, day in reversed(list(enumerate(made.days)))
        for counter, name in enumerate(made.names)
    ]
    names = ("Pvm", "Laskentapiste", "Nimi", "Pyöräilijät yhteensä")
    above = ("Oulun pyörälaskennat", "Lähde: automaattiset laskurit", "")
    return writing.delimited(folder / "pyoralaskennat.tsv", names, rows, separator="\t", above=above)


MAKERS: dict[str, Callable[[Path], Path]] = {
    "helsinki": helsinki, "espoo": espoo, "vantaa": vantaa, "tampere": tampere, "turku": turku, "oulu": oulu
}  # fmt: skip
KEYS = {
    "helsinki": ("tunnus", "pvm", "tunti"),
    "espoo": ("Laskuri", "Päivämäärä"),
    "vantaa": ("Piste", "Päivä"),
    "tampere": ("piste_id", "paiva"),
    "turku": ("mätpunkt", "datum"),
    "oulu": ("Laskentapiste", "Pvm"),
}
FORMS = {
    "helsinki": "csv", "espoo": "csv", "vantaa": "xlsx", "tampere": "csv", "turku": "jsonl", "oulu": "tsv"
}  # fmt: skip
