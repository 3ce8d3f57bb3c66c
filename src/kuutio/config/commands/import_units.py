"""`./kuutio import-units`: units, hours and services from the registers that cities keep already."""

import argparse
import csv
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from kuutio.config.console import answer, say
from kuutio.core.problems import Invalid, NotFound

HELP = "Bring in a city's units, their hours and its services from a register's file; again and again with the same result."
MOST_BYTES = 512 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """The files, the register and the city."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="JSON as the register's interface gives it; for tpr also a table (CSV) with its names as columns",
    )
    parser.add_argument(
        "--source",
        required=True,
        choices=["tpr", "kirjastot", "ptv", "hauki"],
        help="tpr: the service map of the capital region; kirjastot: kirjastot.fi; ptv: the Finnish Service Catalogue; hauki: hours",
    )
    parser.add_argument("--city", required=True, metavar="SLUG|CODE", help="the city: helsinki, or 091")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="the files are the city's whole register: units that they don't name are no longer shown",
    )


def run(options: argparse.Namespace) -> int:
    """Import, put into the search, and print what came of it as JSON. Returns 1 where rows weren't taken.

    Raises:
        NotFound: there is no such file or city.
        Invalid: a file can't be read.
    """
    from django.db.models import Q
    from django.utils import timezone

    from kuutio.cities.importing.saving import import_units
    from kuutio.cities.models import City
    from kuutio.contact import findable_places

    document = _together([_read(Path(name)) for name in options.files])
    city = City.objects.filter(Q(code=options.city) | Q(municipality=options.city)).first()
    if city is None:
        raise NotFound(f"There is no city {options.city}.")
    now = timezone.now()
    outcome = import_units(document, options.source, city, by=None, at=now, whole=options.whole)
    findable_places.refresh(city, at=now)
    for row in outcome.rejected:
        say(f"kuutio: {row['row']}: {row['why']}")
    answer(outcome.told())
    return 1 if outcome.rejected_count else 0


def _read(path: Path) -> Any:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(f"{path} is larger than {MOST_BYTES} bytes: bring it in in parts.")
    try:
        if path.suffix.lower() == ".csv":
            return _table(path)
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError) as error:
        raise Invalid(f"{path} can't be read: {str(error)[:200]}") from error


def _table(path: Path) -> list[dict[str, Any]]:
    """The rows of a table by the names of its columns; what is empty isn't told."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        rows = csv.DictReader(lines, delimiter=";" if first.count(";") > first.count(",") else ",")
        return [_row({name.strip(): value for name, value in row.items() if name and value}) for row in rows]


def _row(told: dict[str, str]) -> dict[str, Any]:
    """A row with its position as numbers, where they are some."""
    position: dict[str, Any] = {}
    for name in ("longitude", "latitude"):
        with suppress(ValueError):
            if name in told:
                position[name] = float(told[name].replace(",", "."))
    return told | position


_WRAPPED = ("units", "connections", "serviceChannels", "services", "results", "items", "itemList", "resources")


def _together(documents: list[Any]) -> Any:
    """Several files as one: their rows one after another."""
    if len(documents) == 1:
        return documents[0]
    rows: list[Any] = []
    for one in documents:
        lists = [one[name] for name in _WRAPPED if isinstance(one.get(name), list)] if isinstance(one, dict) else [one]
        for some in lists or [one]:
            rows += some if isinstance(some, list) else [some]
    return rows
