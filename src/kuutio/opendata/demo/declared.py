"""What the demonstration's data sets are and how they are described."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kuutio.opendata.demo.ground import CITIES

Texts = dict[str, str]
Maker = Callable[[Path], Path]
"""Writes one version's file into a folder and returns it."""

_GENITIVE = {
    "helsinki": "Helsingin",
    "espoo": "Espoon",
    "vantaa": "Vantaan",
    "tampere": "Tampereen",
    "turku": "Turun",
    "oulu": "Oulun",
}
MADE: Texts = {
    "fi": "Aineisto on tehty Kuution esittelyä varten. Se ei kuvaa todellisia kohteita.",
    "sv": "Datamängden är gjord för att visa Kuutio. Den beskriver inte verkliga objekt.",
    "en": "Made for the demonstration of Kuutio. It does not describe real things.",
}
FREE: Texts = {
    "fi": "Aineistoa saa käyttää vapaasti, kun lähde mainitaan.",
    "sv": "Datamängden får användas fritt när källan anges.",
    "en": "Free to use when the source is named.",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One data set: what is said of it, and its versions' files in order.

    Attributes:
        what: the end of its name, `CITY-WHAT`.
        versions: makers of the file, oldest first.
        key: columns that name a row from version to version.
        options: how the file is to be read, where it doesn't say so itself.
    """

    city: str
    what: str
    title: Texts
    notes: Texts
    keywords: dict[str, list[str]]
    themes: tuple[str, ...]
    versions: tuple[Maker, ...]
    frequency: str = "ANNUAL"
    start: date = date(2025, 1, 1)
    end: date = date(2025, 12, 31)
    licence: str = "cc-by-4.0"
    provenance: Texts = field(default_factory=lambda: MADE)
    is_made: bool = True
    key: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As in addresses."""
        return f"{self.city}-{self.what}"

    def metadata(self) -> dict[str, Any]:
        """The fields of `actions.catalogue.create_dataset`."""
        return {
            "title": self.title,
            "notes": self.notes,
            "keywords": self.keywords,
            "themes": list(self.themes),
            "licence": self.licence,
            "rights": FREE,
            "frequency": self.frequency,
            "temporal_start": self.start,
            "temporal_end": self.end,
            "contact_name": f"{_GENITIVE[self.city]} kaupunki, avoin data",
            "contact_email": f"avoindata@{self.city}.example.org",
            "coverage": [CITIES[self.city][0]],
            "languages": ["fi"],
            "provenance": self.provenance,
            "is_made": self.is_made,
        }

    def reading(self) -> dict[str, Any]:
        """The options of its loads."""
        return self.options | ({"key": list(self.key)} if self.key else {})


def of_city(city: str, fi: str, sv: str, en: str) -> Texts:
    """Text about a city: `{gen}` is its Finnish genitive, `{city}` its name."""
    swedish = CITIES[city][1]
    return {
        "fi": fi.format(gen=_GENITIVE[city], city=city.title()),
        "sv": sv.format(city=swedish),
        "en": en.format(city=city.title()),
    }
