"""The filters of the list: what each value is called, in which order they stand, how many are shown before all are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Organisation
from kuutio.core.language import sort_key
from kuutio.opendata.listing import FACETS, JOINT
from kuutio.opendata.mends import RATINGS
from kuutio.opendata.vocabularies import FREQUENCIES, LICENCES, THEMES
from kuutio.ui.wording import localized

#: Of long lists only so many are shown at first.
SHOWN = 8
#: Filters that are yes or no.
FLAGS = ("harmonised", "hvd")
_VALUES_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter as the page shows it; `hidden`: how many further values there are, `swatches`: its values have colours."""

    name: str
    title: str
    options: list[dict[str, Any]]
    open: bool
    hidden: int = 0
    all_url: str = ""


def choices_of(given: QueryDict) -> dict[str, list[str]]:
    """The values chosen in each facet."""
    return {
        facet: list(dict.fromkeys(given.getlist(facet)))[:_VALUES_AT_MOST] for facet in FACETS if given.getlist(facet)
    }


class Names:
    """What the values of facets are called in the reader's language.

    Args:
        cities: in their own order.
        publishers: the slugs whose names will be asked for.
    """

    def __init__(self, cities: list[City], publishers: set[str]) -> None:
        self.cities = {city.code: city for city in cities}
        found = Organisation.objects.filter(slug__in=publishers).values_list("slug", "name")
        self.publishers = {slug: localized(name)[0] for slug, name in found}

    def of(self, facet: str, value: str) -> str:
        """The name of a value; an unknown one stands for itself."""
        match facet:
            case "city":
                if value == JOINT:
                    return _("Several cities as one table")
                return localized(self.cities[value].name)[0] if value in self.cities else value
            case "theme":
                return str(THEMES.get(value, value))
            case "licence":
                return licence_name(value)
            case "publisher":
                return self.publishers.get(value) or value
            case "rhythm":
                return str(FREQUENCIES.get(value, value))
            case "quality":
                return str(RATINGS.get(value, value))
            case "harmonised":
                return _("The same from several cities, as one table")
            case "hvd":
                return _("High-value data set")
        return value


def licence_name(code: str) -> str:
    """A licence by its short name, `CC BY 4.0`, where it has one."""
    licence = LICENCES.get(code)
    if licence is None:
        return code
    if not licence.is_open:
        return _("Licence not specified")
    short = licence.title.rpartition("(")[2].rstrip(")")
    return short if short != licence.title else licence.title.removeprefix("Creative Commons ")


def titles() -> dict[str, str]:
    """What the facets are called, in the order of the page."""
    return {
        "city": _("City"),
        "theme": _("Theme"),
        "format": _("Format"),
        "rhythm": _("Updated"),
        "licence": _("Licence"),
        "publisher": _("Publisher"),
        "quality": _("Quality of the description"),
    }


def publishers_shown(counts: Mapping[str, int], chosen: list[str], everything: bool) -> set[str]:
    """The publishers whose names the page needs."""
    most = sorted(counts, key=lambda slug: (-counts[slug], slug))
    return {*most[: None if everything else SHOWN], *chosen}


def facets(
    counts: dict[str, dict[str, int]], choices: dict[str, list[str]], names: Names, given: QueryDict
) -> list[Facet]:
    """The filters with their counts; what is chosen is always among them, with a count of 0 too."""
    whole = given.get("all", "")
    made = []
    for name, title in titles().items():
        chosen = choices.get(name, [])
        counted = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
        values = sorted(counted, key=_order(name, counted, names))
        shown = values if whole == name or len(values) <= SHOWN + 2 else [
            value for position, value in enumerate(values) if position < SHOWN or value in chosen
        ]  # fmt: skip
        options = [
            {
                "value": value,
                "label": names.of(name, value),
                "count": counted[value],
                "checked": value in chosen,
                "id": f"{name}-{values.index(value)}",
                "swatch": names.cities[value].position if name == "city" and value in names.cities else None,
            }
            for value in shown
        ]
        query = given.copy()
        query["all"] = name
        made.append(
            Facet(
                name,
                title,
                options,
                bool(chosen) or whole == name or name in {"city", "theme", "format"},
                len(values) - len(shown),
                f"?{query.urlencode()}#facet-{name}",
            )
        )
    return [facet for facet in made if facet.options]


def _order(name: str, counted: dict[str, int], names: Names) -> Any:
    listed = {"rhythm": list(FREQUENCIES), "quality": list(RATINGS), "city": [*names.cities, JOINT]}.get(name)
    if listed is not None:
        places = {value: position for position, value in enumerate(listed)}
        return lambda value: (places.get(value, len(places)), value)
    return lambda value: (-counted[value], sort_key(names.of(name, value)))


def chosen_links(choices: dict[str, list[str]], names: Names, given: QueryDict) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    links = []
    for facet, values in choices.items():
        for value in values:
            query = given.copy()
            query.setlist(facet, [other for other in values if other != value])
            for name in ("after", "before"):
                query.pop(name, None)
            links.append({"label": names.of(facet, value), "url": f"?{query.urlencode()}"})
    return links
