"""Values of a table as people read them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.ui import wording

#: A text in a cell is cut at so many letters; its whole is in the files and interfaces.
LONGEST = 160
_LEAST_GROUPED = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: its words, the address that it is, if any, and whether there is nothing."""

    text: str
    url: str = ""
    empty: bool = False


def type_name(kind: ColumnType | str) -> str:
    """A type of column in a word."""
    return {
        "text": _("text"),
        "integer": _("whole number"),
        "number": _("number"),
        "boolean": _("yes or no"),
        "date": _("date"),
        "time": _("time"),
        "datetime": _("date and time"),
        "geometry": _("place"),
    }[str(kind)]


def is_figure(column: Column) -> bool:
    """A column whose values stand right."""
    return column.type in (ColumnType.INTEGER, ColumnType.NUMBER)


def shown_value(column: Column, value: Any) -> Shown:
    """A JSON value of a column in the reader's language."""
    if value is None:
        return Shown("–", empty=True)
    match column.type:
        case ColumnType.INTEGER | ColumnType.NUMBER:
            return Shown(figure(column, value))
        case ColumnType.BOOLEAN:
            return Shown(pgettext("a value", "yes") if value else pgettext("a value", "no"))
        case ColumnType.DATE:
            return Shown(wording.day(date.fromisoformat(value)))
        case ColumnType.DATETIME:
            return Shown(moment(str(value)))
        case ColumnType.TIME:
            return Shown(str(value)[:8].removesuffix(":00") if str(value).count(":") == 2 else str(value))
        case ColumnType.GEOMETRY:
            return Shown(place(value))
    text = str(value)
    cut = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"
    return Shown(cut, text if text.startswith(("https://", "http://")) and " " not in text else "")


def figure(column: Column, value: int | float) -> str:
    """A number; one that may be a year, a code or a name of the row stays as it is written."""
    if column.type is ColumnType.INTEGER and not _is_amount(column):
        return str(value)
    return wording.number(Decimal(repr(value)) if isinstance(value, float) else value)


def _is_amount(column: Column) -> bool:
    """Whole numbers of which some repeat and some are large; names of rows don't repeat, years are below ten thousand."""
    greatest = column.max if isinstance(column.max, int | float) else 0
    return (
        greatest >= _LEAST_GROUPED
        and column.distinct > 0
        and column.top != []
        and not column.name.lower().endswith(("id", "_nro", "koodi", "code"))
    )


def moment(text: str) -> str:
    """A date and time: in Finnish time where the zone is known, else by the clock that was written."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None:
        return wording.moment(at)
    # A wall clock of an unknown place: shown as it stands.
    return f"{wording.day(at.date())} {at.hour}{'.' if wording.language() != 'en' else ':'}{at.minute:02}"


def place(geometry: dict[str, Any]) -> str:
    """A geometry in words: of a point its latitude and longitude, of others what they are."""
    kind = geometry["type"]
    if kind == "Point":
        lon, lat = geometry["coordinates"][:2]
        return f"{lat:.5f}, {lon:.5f}"
    return {
        "MultiPoint": _("points"),
        "LineString": _("line"),
        "MultiLineString": _("lines"),
        "Polygon": _("area"),
        "MultiPolygon": _("areas"),
    }.get(kind, _("several places"))
