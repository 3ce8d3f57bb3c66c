"""Measured and told things of one city each: air, bathing water with a contract that a load breaks, feedback that is held."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from stdnum.fi import hetu

from kuutio.opendata.demo import words, writing
from kuutio.opendata.demo.ground import chance, neighbourhoods

STATIONS, BEACHES, FEEDBACK = 3, 14, 640
#: What each load of the bathing waters has to keep; the second one, with a lost decimal mark, does not.
WATER = {
    "columns": [
        {"name": "uimaranta", "type": "text", "required": True},
        {"name": "pvm", "type": "date", "required": True},
        {"name": "lampotila", "type": "number", "unit": "Cel", "min": 0, "max": 30},
        {"name": "laatu", "type": "text", "codes": {"E": "erinomainen", "H": "hyvä", "T": "tyydyttävä", "U": "huono"}},
    ],
    "key": ["uimaranta", "pvm"],
    "rows": {"min": 100},
    "every": "weekly",
}


def air(folder: Path) -> Path:
    """Air quality by the hour over a year at three stations, with decimal commas and gaps."""
    rng = chance("air")
    parts = neighbourhoods("turku")
    hours = 365 * 24
    clock = np.arange(hours) % 24
    rush = 1 + 0.7 * np.exp(-((clock - 8) ** 2) / 5) + 0.6 * np.exp(-((clock - 17) ** 2) / 6)
    rows = []
    for station in range(STATIONS):
        weather = np.exp(np.convolve(rng.normal(0, 1, hours + 71), np.ones(72) / 72**0.5, "valid") * 0.45)
        dust = rng.lognormal(0, 0.25, hours) * weather * rush * (11 - station * 2)
        dioxide = rng.lognormal(0, 0.3, hours) * weather * rush * (15 - station * 4)
        lost = rng.random((hours, 2)) < 0.012
        start = datetime(2025, 1, 1)  # noqa: DTZ001  # local time, as the stations write it
        for hour in range(hours):
            at = start + timedelta(hours=hour)
            rows.append(
                (
                    parts[station].name,
                    f"{at:%Y-%m-%d %H:%M}",
                    "" if lost[hour, 0] else writing.comma(dust[hour], 1),
                    "" if lost[hour, 1] else writing.comma(dioxide[hour], 1),
                )
            )
    return writing.delimited(folder / "ilmanlaatu.csv", ("asema", "aika", "pm10", "no2"), rows, separator=";")


def bathing(*, broken: bool) -> Callable[[Path], Path]:
    """A maker of bathing waters' temperatures; broken, those of the last week are ten times too great."""

    def make(folder: Path) -> Path:
        rng = chance("bathing")
        rows = []
        for beach in words.names(rng, BEACHES):
            for week in range(13):
                day = date(2025, 6, 2) + timedelta(weeks=week)
                degrees = 15 + 7 * np.sin(np.pi * (week + 1) / 14) + rng.normal(0, 1.1)
                quality = "EHTU"[int(rng.choice(4, p=(0.6, 0.28, 0.1, 0.02)))]
                rows.append((f"{beach.gen} uimaranta", f"{day:%d.%m.%Y}", round(float(degrees), 1), quality))
        if broken:
            rows += [(name, "01.09.2025", round(value * 10), "E") for name, _day, value, _q in rows[::13]]
        names = ("uimaranta", "pvm", "lampotila", "laatu")
        return writing.delimited(folder / "uimavedet.csv", names, rows, separator=";")

    return make


_FEEDBACK = (
    ("katuvalo", "Katuvalo on pimeänä, {street} {number}."), ("hiekoitus", "Jalkakäytävä on liukas, {street}."),
    ("roskat", "Roska-astia on täynnä, {place} leikkipuisto."), ("liikenne", "Näkemäeste risteyksessä, {street}."),
    ("puistot", "Penkki on rikki, {place} puisto."), ("kiitos", "Kiitos hyvin hoidetusta puistosta, {place}!"),
)  # fmt: skip


def feedback(*, personal: bool) -> Callable[[Path], Path]:
    """A maker of residents' feedback; personal, one of them has told an identity code and another a telephone number.

    The code belongs to nobody: its individual number is of the range that is never given to a person.
    """

    def make(folder: Path) -> Path:
        rng = chance("feedback")
        rows = []
        for n in range(FEEDBACK):
            kind, text = _FEEDBACK[int(rng.integers(len(_FEEDBACK)))]
            place = words.ALL[int(rng.integers(len(words.ALL)))]
            told = text.format(street=words.street(rng)[0], number=int(rng.integers(1, 80)), place=place.gen)
            day = date(2025, 1, 2) + timedelta(days=n * 358 // FEEDBACK)
            answer = int(rng.integers(0, 15))
            rows.append((n + 1, day.isoformat(), kind, told, answer if rng.random() < 0.9 else ""))
        if personal:
            for n, more in ((120, f"Henkilötunnukseni on {identity_code()}."), (407, "Soittakaa 040 000 1234.")):
                rows[n] = (*rows[n][:3], f"{rows[n][3]} {more}", rows[n][4])
        names = ("id", "saapunut", "aihe", "palaute", "vastattu_paivassa")
        return writing.delimited(folder / "palautteet.csv", names, rows)

    return make


def identity_code() -> str:
    """An identity code that is right in form and nobody's."""
    return next(
        code
        for mark in "0123456789ABCDEFHJKLMNPRSTUVWXY"
        if hetu.is_valid(code := f"010190-987{mark}", allow_temporary=True)
    )
