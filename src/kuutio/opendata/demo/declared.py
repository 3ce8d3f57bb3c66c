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

MADE: Texts = {
    "fi": "Aineisto on tehty Kuution esittelyä varten. Se ei kuvaa todellisia kohteita.",
    "sv": "Datasetet är gjort för att visa Kuutio. Det beskriver inte verkliga objekt.",
    "en": "Made for the demonstration of Kuutio. It does not describe real things.",
}
FREE: Texts = {
    "fi": "Aineistoa saa käyttää vapaasti, kun lähde mainitaan.",
    "sv": "Datasetet får användas fritt när källan anges.",
    "en": "Free to use when the source is named.",
}
#: Who publishes what the cities have together, and how the names of such data sets begin.
OFFICE, JOINT = "strategy-office", "kuutio"
EVERYWHERE = [place.municipality for place in CITIES.values()]


@dataclass(frozen=True, slots=True)
class Extra:
    """What a data set has beside its table: a document, or the address of an interface.

    Attributes:
        file: its name among the demonstration's files; "" for an address.
    """

    title: Texts
    format: str
    file: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """One data set: what is said of it, and its versions' files in order.

    Attributes:
        city: its code, "" for what all the cities have together.
        what: the end of its name, `CITY-WHAT`.
        versions: makers of the file, oldest first.
        key: columns that name a row from version to version.
        options: how the file is to be read, where it doesn't say so itself.
        contract: what each version has to keep to be shown.
        form: the format of its one table, as `vocabularies.format_of` knows it; "" where a file holds several tables.
    """

    city: str
    what: str
    title: Texts
    notes: Texts
    keywords: dict[str, list[str]]
    themes: tuple[str, ...]
    versions: tuple[Maker, ...] = ()
    extras: tuple[Extra, ...] = ()
    frequency: str = "ANNUAL"
    start: date = date(2025, 1, 1)
    end: date = date(2025, 12, 31)
    licence: str = "cc-by-4.0"
    provenance: Texts = field(default_factory=lambda: MADE)
    is_made: bool = True
    author: str = ""
    landing_page: str = ""
    key: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    contract: dict[str, Any] = field(default_factory=dict)
    form: str = "csv"
    coverage: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fi",)

    @property
    def name(self) -> str:
        """As in addresses."""
        return f"{self.city or JOINT}-{self.what}"

    @property
    def publisher(self) -> str:
        """The organisation's slug."""
        return self.city or OFFICE

    def metadata(self) -> dict[str, Any]:
        """The fields of `actions.catalogue.create_dataset`."""
        place = CITIES.get(self.city)
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
            "contact_name": f"{place.genitive} kaupunki, avoin data"
            if place
            else "6Aika-strategiatoimisto, avoin data",
            "contact_email": f"avoindata@{self.city or JOINT}.example.org",
            "coverage": list(self.coverage) or ([place.municipality] if place else EVERYWHERE),
            "languages": list(self.languages),
            "provenance": self.provenance,
            "is_made": self.is_made,
            "author": self.author,
            "landing_page": self.landing_page,
            "contract": self.contract,
        }

    def reading(self) -> dict[str, Any]:
        """The options of its loads."""
        return self.options | ({"key": list(self.key)} if self.key else {})


def of_city(city: str, fi: str, sv: str, en: str) -> Texts:
    """Text about a city: `{gen}` is its Finnish genitive, `{at}` "in" it, `{city}` its name."""
    place = CITIES[city]
    return {
        "fi": fi.format(gen=place.genitive, at=place.at, city=place.name),
        "sv": sv.format(city=place.swedish),
        "en": en.format(city=place.name),
    }
