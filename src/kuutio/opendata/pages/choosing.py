"""Which chart shows a table best, from the types and the profile of its columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kuutio.opendata.engine.summary import Aggregate, Part
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType

#: A category with more values than these is no category; of colours there are six.
CATEGORIES, COLOURS = 60, 6
_NUMBERS, _TIMES = (ColumnType.INTEGER, ColumnType.NUMBER), (ColumnType.DATE, ColumnType.DATETIME)
_PLACE = re.compile(
    r"^(lat|lon|lng|long|latitude|longitude|x|y|etrs.*|.*koord.*|.*_?(lat|lon|easting|northing))$", re.IGNORECASE
)
_CODE = re.compile(
    r"(^|_|\s|-)(id|nro|numero|no|nr|number|koodi|code|tunnus|postinumero|gid|fid|objectid|vuosi|year|år)$",
    re.IGNORECASE,
)
#: Parts of times and steps of places: numbers, but no amounts.
_PART = re.compile(
    r"(^|_|\s|-)(tunti|tunnit|klo|hour|timme|minuutti|minute|kuukausi|kk|month|månad|viikko|week|vecka|viikonpäivä|weekday|"
    r"neljännes|quarter|päivä|day|dag|kerros|floor|våning|luokka|class|klass)$",
    re.IGNORECASE,
)
_MANY_MISSING = 0.2
_CITY = {"city", "kaupunki", "stad", "kunta"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A chart: what lies along x, which part of it, what is made of which column, what the colours tell.

    Attributes:
        kind: line, bar, dot or histogram.
        y: the column of values; None counts rows.
    """

    kind: str
    x: str
    part: Part | None = None
    aggregate: Aggregate = Aggregate.COUNT
    y: str | None = None
    color: str | None = None


def along(column: Column) -> bool:
    """Rows can be put together by this column."""
    return column.type is not ColumnType.GEOMETRY and column.distinct > 0


def is_measure(column: Column, table: Table) -> bool:
    """Numbers that are amounts: no names of rows, no codes, no coordinates."""
    if column.type not in _NUMBERS or column.distinct < 2 or column.name in table.manifest.key:
        return False
    if any(_PLACE.match(name) or _CODE.search(name) or _PART.search(name) for name in (column.name, column.title)):
        return False
    rows = table.manifest.rows
    return not (column.type is ColumnType.INTEGER and rows > 20 and column.distinct == rows)


def is_category(column: Column, table: Table) -> bool:
    """A text or yes and no with few enough values, which repeat."""
    if column.type not in (ColumnType.TEXT, ColumnType.BOOLEAN):
        return False
    most = max((count for _value, count in column.top), default=0)
    return 2 <= column.distinct <= CATEGORIES and most > 1


def usual_part(column: Column) -> Part:
    """The part of a time that gives some dozens of points."""
    try:
        first, last = (date.fromisoformat(str(end)[:10]) for end in (column.min, column.max))
    except ValueError:
        return Part.YEAR
    days = (last - first).days
    for least, part in ((365 * 8, Part.YEAR), (150, Part.MONTH), (3, Part.DAY)):
        if days >= least:
            return part
    return Part.HOUR if column.type is ColumnType.DATETIME else Part.DAY


def usual_aggregate(column: Column | None) -> Aggregate:
    """Amounts of things are added up; degrees, heights and shares are not."""
    if column is None:
        return Aggregate.COUNT
    negative = isinstance(column.min, int | float) and column.min < 0
    return Aggregate.SUM if column.type is ColumnType.INTEGER and not negative else Aggregate.MEAN


def colour_of(table: Table, taken: Sequence[str]) -> Column | None:
    """The column that the colours tell best: the city, else a category with a colour for each value."""
    found = [
        column
        for column in table.manifest.columns
        if is_category(column, table) and column.distinct <= COLOURS and column.name not in taken
    ]
    return min(found, key=lambda column: column.name.lower() not in _CITY, default=None)


def suggested(table: Table) -> Choice | None:
    """The chart that a reader sees first; None for a table that no chart shows."""
    columns = table.manifest.columns
    measures = [column for column in columns if is_measure(column, table)]
    # A column that is empty in many rows tells of some of them only.
    measures.sort(key=lambda column: column.nulls > _MANY_MISSING * table.manifest.rows)
    times = [column for column in columns if column.type in _TIMES and column.distinct >= 3]
    measure = measures[0] if measures else None
    if times:
        colour = colour_of(table, [times[0].name])
        return Choice(
            "line",
            times[0].name,
            usual_part(times[0]),
            usual_aggregate(measure),
            measure.name if measure else None,
            colour.name if colour else None,
        )
    categories = [column for column in columns if is_category(column, table)]
    categories.sort(key=lambda column: (column.name.lower() not in _CITY, abs(column.distinct - 8)))
    if categories:
        return Choice("bar", categories[0].name, None, usual_aggregate(measure), measure.name if measure else None)
    if named := _named_amounts(table):
        return named
    if len(measures) >= 2:
        return Choice("dot", measures[0].name, y=measures[1].name)
    if measure is not None:
        return Choice("histogram", measure.name)
    return None


def _named_amounts(table: Table) -> Choice | None:
    """A few rows, each with a name and a number: a bar each."""
    columns = table.manifest.columns
    names = [column for column in columns if column.type is ColumnType.TEXT and 2 <= column.distinct <= CATEGORIES]
    numbers = [
        column
        for column in columns
        if column.type in _NUMBERS and not _PLACE.match(column.name) and not _CODE.search(column.name)
    ]
    if names and numbers:
        return Choice("bar", names[0].name, None, Aggregate.SUM, numbers[0].name)
    return None


def fitted(choice: Choice, table: Table) -> Choice:
    """The choice with what can't be drawn so put right: a kind that x doesn't have, a part that isn't its, a sum of nothing."""
    columns = {column.name: column for column in table.manifest.columns}
    x, y = columns[choice.x], columns.get(choice.y or "")
    time, number = x.type in _TIMES, x.type in _NUMBERS
    part = choice.part if time else None
    if time and part is None:
        part = usual_part(x)
    if x.type is ColumnType.DATE and part in (Part.HOUR, Part.HOUR_OF_DAY):
        part = Part.DAY
    kinds = kinds_for(x, y)
    kind = choice.kind if choice.kind in kinds else kinds[0]
    aggregate = choice.aggregate
    if y is None:
        aggregate = Aggregate.COUNT
    elif aggregate is Aggregate.COUNT:
        y = None
    if kind in {"dot", "histogram"}:
        part = None
    if kind == "dot" and y is None:
        kind = "histogram" if number else "bar"
    color = choice.color if choice.color in columns and choice.color != choice.x and kind != "histogram" else None
    return replace(choice, kind=kind, part=part, aggregate=aggregate, y=y.name if y else None, color=color)


def kinds_for(x: Column, y: Column | None) -> list[str]:
    """The kinds of chart that such an x can have, the usual one first."""
    if x.type in _TIMES:
        return ["line", "bar"]
    if x.type in _NUMBERS:
        return ["dot", "bar", "line"] if y is not None else ["histogram", "bar"]
    return ["bar"]
