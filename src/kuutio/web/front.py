"""What the front page shows: live things only; what has nothing to show is left out."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kuutio.cities.places import cities
from kuutio.search.queries import changed_at
from kuutio.ui.wording import localized
from kuutio.web import finland, gathered

CARDS = 6


def context(request: HttpRequest) -> dict[str, Any]:
    """The question, the map, the doors, what is happening now, and how well the cities serve."""
    parts = gathered.parts()
    members = cities()
    drawing = finland.drawing_of(members) if members else None
    names = {city.code: localized(city.name)[0] for city in members}
    shapes = [_named(shape, names[shape.code]) for shape in drawing.shapes] if drawing else []
    return {
        "title": title_for(len(members)),
        "lead": _lead(list(names.values())),
        "drawing": drawing,
        "shapes": shapes,
        "doors": gathered.reachable(parts.doors),
        "cards": gathered.shown(parts.cards, request)[:CARDS],
        "figures": _figures(),
        "has_search": gathered.has_page("web:search"),
        "members": members,
        "changed_at": changed_at(),
    }


def _named(shape: finland.Shape, name: str) -> dict[str, Any]:
    """A city of the map with its name, and the area around the name that takes a thumb; whole numbers for the SVG."""
    width = round(len(name) * finland.LETTER) + 16
    x = shape.label.x + (8 - width if shape.label.anchor == "end" else -8)
    return {
        "shape": shape,
        "name": name,
        "touch_x": x,
        "touch_y": shape.label.y - finland.LABEL_HEIGHT // 2,
        "touch_width": width,
    }


def title_for(count: int) -> str:
    """The page's heading for so many cities."""
    words = {
        2: _("Two cities, one door."),
        3: _("Three cities, one door."),
        4: _("Four cities, one door."),
        5: _("Five cities, one door."),
        6: _("Six cities, one door."),
        7: _("Seven cities, one door."),
        8: _("Eight cities, one door."),
        9: _("Nine cities, one door."),
        10: _("Ten cities, one door."),
    }
    return words.get(count, _("The cities, one door."))


def _lead(names: list[str]) -> str:
    if not names:
        return ""
    return _("What %(cities)s know, do and promise: in one place, open to all.") % {"cities": in_words(names)}


def in_words(names: list[str]) -> str:
    """Names as a person lists them: `Espoo, Oulu ja Turku`."""
    if len(names) < 2:
        return "".join(names)
    return pgettext("the end of a list", "%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}


def _figures() -> list[dict[str, Any]]:
    found = []
    for figure in gathered.parts().figures:
        value = figure.compute()
        if value is not None:
            url = figure.url if figure.url and gathered.has_page(figure.url) else ""
            found.append({"label": figure.label, "value": value, "url": url})
    return found
