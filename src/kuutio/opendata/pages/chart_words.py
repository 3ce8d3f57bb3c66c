"""What a chart and its parts are called, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kuutio.cities.places import City
from kuutio.opendata.engine.summary import Aggregate, Part
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages.choosing import Choice
from kuutio.opendata.pages.values import shown_value


def city_names(city: City) -> list[str]:
    """A city's name in every language."""
    data = getattr(city.name, "data", city.name)
    return [str(name) for name in data.values()] if isinstance(data, dict) else [str(data)]


def word(column: Column, value: Any) -> str:
    return shown_value(column, value).text


def label(column: Column) -> str:
    """A column's name for people."""
    return column.title or column.name


def x_title(column: Column, part: Part | None) -> str:
    """What lies along x, in words."""
    return f"{label(column)} ({part_names()[part]})" if part else label(column)


def x_words(column: Column, part: Part | None, step: float | None, value: Any) -> str:
    """The name of a group for people."""
    if part is Part.WEEKDAY:
        return weekdays()[int(value) - 1]
    if part is Part.HOUR_OF_DAY:
        return f"{value}–{int(value) + 1}"
    if part is not None:
        return part_words(part, str(value))
    if step is not None:
        plain = Column(column.name, ColumnType.NUMBER)
        return f"{shown_value(plain, round(value, 9)).text} – {shown_value(plain, round(value + step, 9)).text}"
    return word(column, value)


def part_words(part: Part, value: str) -> str:
    """A year to an hour in words."""
    if part is Part.MONTH:
        return f"{int(value[5:7])}/{value[:4]}"
    if part is Part.QUARTER:
        return f"{(int(value[5:7]) + 2) // 3}. {pgettext('of a year', 'quarter')} {value[:4]}"
    if part in (Part.DAY, Part.WEEK):
        return shown_value(Column("", ColumnType.DATE), value).text
    if part is Part.HOUR:
        return shown_value(Column("", ColumnType.DATETIME), value).text
    return value


def part_names() -> dict[Part, str]:
    """The parts of a time, in words."""
    return {
        Part.YEAR: _("year"),
        Part.QUARTER: pgettext("of a year", "quarter"),
        Part.MONTH: _("month"),
        Part.WEEK: _("week"),
        Part.DAY: _("day"),
        Part.HOUR: _("hour"),
        Part.WEEKDAY: _("weekday"),
        Part.HOUR_OF_DAY: _("hour of the day"),
    }


def weekdays() -> list[str]:
    """From Monday."""
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


def aggregate_names() -> dict[Aggregate, str]:
    """What is made of the rows of a group, in words; counting isn't among them: it needs no column."""
    return {
        Aggregate.SUM: pgettext("of numbers", "sum"),
        Aggregate.MEAN: _("mean"),
        Aggregate.MEDIAN: _("median"),
        Aggregate.MIN: _("least"),
        Aggregate.MAX: _("greatest"),
    }


def kind_names() -> dict[str, str]:
    """The kinds of chart."""
    return {"line": _("Lines"), "bar": _("Bars"), "dot": _("Dots"), "histogram": _("Histogram")}


def value_words(choice: Choice, columns: dict[str, Column]) -> str:
    """What is measured, in words."""
    if choice.y is None:
        return _("Rows")
    name = label(columns[choice.y])
    return name if choice.aggregate is Aggregate.SUM else f"{name}, {aggregate_names()[choice.aggregate]}"


def title(choice: Choice, columns: dict[str, Column]) -> str:
    words = {"what": value_words(choice, columns), "x": x_title(columns[choice.x], choice.part)}
    if choice.color:
        return _("%(what)s by %(x)s, coloured by %(color)s") % {**words, "color": label(columns[choice.color])}
    return _("%(what)s by %(x)s") % words


def number(value: Any) -> str:
    if isinstance(value, float):
        value = round(value, 2)
    return shown_value(Column("", ColumnType.NUMBER), value).text
