"""Tables that the pages are tried on."""

from tests.factories import CityFactory, OrganisationFactory

CITIES = ["helsinki", "espoo", "vantaa", "tampere", "turku", "oulu"]
NAMES = ["Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu"]


def place() -> None:
    """The six cities."""
    for code in CITIES:
        OrganisationFactory(city=CityFactory(code=code))


def counters(days: int = 40) -> str:
    """Bicycle counts of the six cities, with places, a value of every usual type, and codes with leading zeros."""
    lines = ["kaupunki;laskuri;koodi;päivä;pyöräilijöitä;lämpötila;auki;lat;lon"]
    for position, name in enumerate(NAMES):
        lines += [
            f"{name};Laskuri {position}{day % 2};00{position};{day % 28 + 1}.{1 + day // 28}.2026;{100 * (6 - position) + day // 2};"
            f"{day % 17 - 5},5;{'kyllä' if day % 3 else 'ei'};6{position},2;2{position},9"
            for day in range(days)
        ]
    return "\n".join(lines) + "\n"


def keyed(rows: dict[str, tuple[str, int]]) -> str:
    """Rows with a key: tunnus -> (nimi, määrä)."""
    return "tunnus;nimi;määrä\n" + "".join(f"{key};{name};{count}\n" for key, (name, count) in rows.items())
