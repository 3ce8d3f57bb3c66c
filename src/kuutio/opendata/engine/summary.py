"""Rows put together: how many, how much, by up to two columns or parts of times; exact, and of bounded size.

A moment that knows its zone is taken as a clock in Finland shows it; a plain one as it is written.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.filters import EVERYTHING, Filter
from kuutio.opendata.engine.question import Question
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import fitted, refuse
from kuutio.opendata.engine.types import Column, ColumnType

MAX_GROUPS = 5000
_ZONE = "Europe/Helsinki"
_NUMBERS = (ColumnType.INTEGER, ColumnType.NUMBER)
_TIMES = (ColumnType.DATE, ColumnType.DATETIME)


class Aggregate(StrEnum):
    """What is made of the rows of a group; missing values don't count."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"


class Part(StrEnum):
    """A part of a time. Years to hours are shown as ISO texts that sort: 2025, 2025-04 (a quarter by its first month),
    2025-04-28 (a week by its Monday), 2025-04-30T15:00; weekdays are 1 (Monday) to 7, hours of the day 0 to 23.
    """

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    WEEKDAY = "weekday"
    HOUR_OF_DAY = "hour-of-day"


@dataclass(frozen=True, slots=True)
class Grouping:
    """What rows are put together by: a column's values, a part of its times, or steps of its numbers.

    Attributes:
        step: numbers from n*step up to (n+1)*step are one group, named by where it begins.
    """

    column: str
    part: Part | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        groups: none: all rows are one group.
        of: the column whose values are taken; None counts rows.
        largest_first: in the order of values, greatest first; else in the order of groups. Missing ones come last.
    """

    groups: tuple[Grouping, ...] = ()
    aggregate: Aggregate = Aggregate.COUNT
    of: str | None = None
    filter: Filter = field(default=EVERYTHING)
    limit: int = 1000
    largest_first: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its names as JSON values (None: rows without a value), its value, how many rows it has."""

    names: tuple[Any, ...]
    value: int | float | None
    rows: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The groups, and how many there are in all."""

    groups: list[Group]
    total: int


def summarise(table: Table, asked: Asked) -> Summary:
    """The answer, in one reading of the columns asked about.

    Raises:
        BadQuery: a column doesn't exist or has no such parts or no numbers.
    """
    if len(asked.groups) > 2:
        refuse("Rows can be put together by at most two columns.", "/groups")
    names = [_name(table, grouping) for grouping in asked.groups]
    value = _value(table, asked)
    relation, parameters = table.finder.relation(Question(fitted(asked.filter, table.columns)), ordered=False)
    keys = [f"k{position}" for position in range(len(names))]
    shown = ", ".join([*(f"{name} AS {key}" for name, key in zip(names, keys, strict=True)), f"{value} AS value"])
    by = f" GROUP BY {', '.join(keys)}" if keys else ""
    order = ", ".join(
        [*(["value DESC NULLS LAST"] if asked.largest_first else []), *(f"{key} NULLS LAST" for key in keys)]
    )
    limit = max(1, min(asked.limit, MAX_GROUPS))
    select = (
        f"SELECT * FROM (SELECT {shown}, count(*) AS rows, count(*) OVER () AS total {relation}{by})"  # noqa: S608  # quoted names
        f"{f' ORDER BY {order}' if order else ''} LIMIT {limit}"
    )
    found = duck.cursor(table.finder.root).execute(select, parameters).fetchall()
    groups = [Group(tuple(row[: len(keys)]), row[-3], row[-2]) for row in found]
    return Summary(groups, found[0][-1] if found else 0)


def _name(table: Table, grouping: Grouping) -> str:
    """SQL for the name of a row's group."""
    column = table.columns.get(grouping.column, "/groups")
    plain = duck.name(column.name)
    if column.type is ColumnType.GEOMETRY:
        refuse(f"{column.name!r} is a geometry: rows can't be put together by it.", "/groups")
    if grouping.part is not None:
        return _part(column, grouping.part)
    if grouping.step is not None:
        if column.type not in _NUMBERS or not 0 < grouping.step < 1e15:
            refuse(f"{column.name!r} can't be cut into such steps.", "/groups")
        step = f"CAST({grouping.step!r} AS DOUBLE)"
        return f"floor({plain} / {step}) * {step}"
    match column.type:
        case ColumnType.DATE | ColumnType.TIME:
            return f"CAST({plain} AS VARCHAR)"
        case ColumnType.DATETIME:
            return f"strftime({_clock(column)}, '%Y-%m-%dT%H:%M:%S')"
    return plain


def _part(column: Column, part: Part) -> str:
    if column.type not in _TIMES or (column.type is ColumnType.DATE and part in (Part.HOUR, Part.HOUR_OF_DAY)):
        refuse(f"{column.name!r} has no such part of time.", "/groups")
    clock = _clock(column)
    match part:
        case Part.YEAR:
            return f"strftime({clock}, '%Y')"
        case Part.QUARTER:
            return f"strftime(date_trunc('quarter', {clock}), '%Y-%m')"
        case Part.MONTH:
            return f"strftime({clock}, '%Y-%m')"
        case Part.WEEK:
            return f"strftime(date_trunc('week', {clock}), '%Y-%m-%d')"
        case Part.DAY:
            return f"strftime({clock}, '%Y-%m-%d')"
        case Part.HOUR:
            return f"strftime({clock}, '%Y-%m-%dT%H:00')"
        case Part.WEEKDAY:
            return f"isodow({clock})"
        case Part.HOUR_OF_DAY:
            return f"hour({clock})"


def _clock(column: Column) -> str:
    plain = duck.name(column.name)
    return f"timezone('{_ZONE}', {plain})" if column.type is ColumnType.DATETIME and column.zoned else plain


def _value(table: Table, asked: Asked) -> str:
    if asked.of is None:
        if asked.aggregate is not Aggregate.COUNT:
            refuse("Say which column's values are taken.", "/of")
        return "count(*)"
    column = table.columns.get(asked.of, "/of")
    plain = duck.name(column.name)
    if asked.aggregate is Aggregate.COUNT:
        return f"count({plain})"
    if column.type not in _NUMBERS:
        refuse(f"{column.name!r} has no numbers.", "/of")
    # Sums of doubles with the lost digits carried along: the order of threads must not show.
    whole = column.type is ColumnType.INTEGER
    return {
        Aggregate.SUM: f"{'sum' if whole else 'fsum'}({plain})",
        Aggregate.MEAN: f"{'avg' if whole else 'favg'}({plain})",
        Aggregate.MEDIAN: f"median({plain})",
        Aggregate.MIN: f"min({plain})",
        Aggregate.MAX: f"max({plain})",
    }[asked.aggregate]
