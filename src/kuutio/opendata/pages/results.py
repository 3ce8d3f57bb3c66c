"""Data sets as a list shows them: one line of what each is, one of why it matters."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from kuutio.cities.models import City
from kuutio.opendata import addresses
from kuutio.opendata.listing import formats_of
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.pages.facets import licence_name
from kuutio.opendata.quality import MOST
from kuutio.ui.wording import localized

_LINE = 170
_CITY_DEGREES = 1.5
_MARKS = re.compile(r"[#*_`>\[\]]+|\(https?://[^)]*\)|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Result:
    """A data set in a list.

    Attributes:
        line: the beginning of its description, without marks.
        rows: of all its tables; None when it has none.
        formats: what it can be had as, the first few of them; `more_formats` others.
        cities: those that it covers, in their order.
    """

    dataset: Dataset
    url: str
    line: str
    language: str
    rows: int | None
    formats: list[str]
    more_formats: int
    cities: list[City]
    licence: str
    changed_at: datetime | None
    points: int
    joint: bool

    @property
    def most(self) -> int:
        """The points that there are."""
        return MOST

    @property
    def tone(self) -> str:
        """The tone of the points' tag."""
        return "good" if self.points >= 351 else ""


def by_keys(keys: list[str]) -> list[Dataset]:
    """The data sets of some ids, in that order, with what a list says of them: three queries, however many."""
    distributions = Distribution.objects.select_related("current").only(
        "dataset_id", "kind", "format", "columns", "table", "current__rows"
    )
    rows = (
        Dataset.objects.filter(pk__in=keys)
        .select_related("publisher")
        .prefetch_related(Prefetch("distributions", distributions.order_by("position")), "mappings")
        .defer("quality", "contract", "extras", "provenance", "rights")
    )
    found = {str(dataset.pk): dataset for dataset in rows}
    return [found[key] for key in keys if key in found]


def result(dataset: Dataset, cities: dict[str, City], language: str) -> Result:
    """What a list says of a data set."""
    parts = list(dataset.distributions.all())
    tables = [part for part in parts if part.kind == Distribution.Kind.TABLE and part.current]
    located = any(column["type"] == "geometry" for part in tables for column in part.columns)
    formats = formats_of([part.format for part in parts if part.format], (2 if located else 1) if tables else None)
    formats.sort(key=_usual)
    joined = [mapping.city_id for mapping in dataset.mappings.all()]
    codes = [dataset.city_id] if dataset.city_id else joined
    line, spoken = localized(dataset.notes)
    return Result(
        dataset=dataset,
        url=addresses.dataset_page(dataset, language).removeprefix(addresses.site("")),
        line=plain(line),
        language=spoken,
        rows=sum(part.current.rows for part in tables if part.current) if tables else None,
        formats=formats[:4],
        more_formats=max(0, len(formats) - 4),
        cities=sorted({cities[code] for code in codes if code in cities}, key=lambda city: city.position),
        licence=licence_name(dataset.licence or "notspecified"),
        changed_at=dataset.data_changed_at or dataset.issued_at,
        points=dataset.quality_points,
        joint=bool(joined),
    )


def _usual(name: str) -> tuple[int, str]:
    """The formats that most readers look for come first."""
    usual = ["CSV", "GeoJSON", "XLSX", "GeoPackage", "JSON", "GTFS", "Parquet"]
    return (usual.index(name) if name in usual else len(usual), name)


def plain(text: str, most: int = _LINE) -> str:
    """The beginning of a text without its marks, cut at a word."""
    words = " ".join(_MARKS.sub(" ", text[: most * 4]).split())
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def extent(found: Result) -> dict[str, Any] | None:
    """A data set's extent as a GeoJSON feature; None for one without.

    A box larger than a city's is drawn by its edge alone: filled, it would hide all that lies in it.
    """
    box = found.dataset.bbox
    if not box:
        return None
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    if (west, south) == (east, north):
        geometry: dict[str, Any] = {"type": "Point", "coordinates": [west, south]}
    elif max(east - west, north - south) > _CITY_DEGREES:
        geometry = {"type": "LineString", "coordinates": ring}
    else:
        geometry = {"type": "Polygon", "coordinates": [ring]}
    return {
        "type": "Feature",
        "id": found.dataset.name,
        "geometry": geometry,
        "bbox": box,
        "properties": {
            "name": localized(found.dataset.title)[0],
            "url": found.url,
            "city": found.cities[0].code if len(found.cities) == 1 else "",
        },
    }
