"""What a data set promises of its table: columns, rows, rhythm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from kuutio.opendata.engine.types import ColumnType


class Every(StrEnum):
    """How often new data is promised."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"


_PERIODS: dict[Every, tuple[int, int, int]] = {
    # months, days, days of grace: what is a little late isn't worth a reminder.
    Every.DAILY: (0, 1, 1),
    Every.WEEKLY: (0, 7, 2),
    Every.FORTNIGHTLY: (0, 14, 3),
    Every.MONTHLY: (1, 0, 7),
    Every.QUARTERLY: (3, 0, 14),
    Every.HALF_YEARLY: (6, 0, 21),
    Every.YEARLY: (12, 0, 30),
}


READERS: dict[ColumnType, Callable[[str], object]] = {
    ColumnType.DATE: date.fromisoformat,
    ColumnType.TIME: time.fromisoformat,
    ColumnType.DATETIME: datetime.fromisoformat,
}
"""How a bound of each type of time is read."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What is promised of one column.

    Attributes:
        name: the column's name in the snapshot.
        type: None leaves it open; a promised number may come as an integer.
        required: every row has a value.
        optional: the column may be missing.
        unique: no value occurs twice; rows without one don't count.
        unit: of numbers, as UCUM writes it ("m", "km/h"); told, not checked.
        codes: code -> what it means (may be empty); when there are any, no other value occurs.
        min: the least value allowed: a number, or a date, time or datetime in ISO form.
        max: the greatest.
        pattern: a regular expression (RE2) that the whole of each value matches.
        title: what readers call the column, by language; told, not checked.
    """

    name: str
    type: ColumnType | None = None
    required: bool = False
    optional: bool = False
    unique: bool = False
    unit: str | None = None
    codes: Mapping[str, str] | None = None
    min: float | str | None = None
    max: float | str | None = None
    pattern: str | None = None
    title: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What is promised of a data set's table.

    Attributes:
        columns: rules, in the declared order.
        key: the columns that together name a row; every row has them, no two rows the same.
        rows_min: the fewest rows.
        rows_max: the most.
        every: how often it is renewed; None promises nothing.
        extra: columns without a rule may be there.
    """

    columns: tuple[ColumnRule, ...] = ()
    key: tuple[str, ...] = ()
    rows_min: int | None = None
    rows_max: int | None = None
    every: Every | None = None
    extra: bool = True

    def as_json(self) -> dict[str, Any]:
        """JSON values, nothing that isn't said; `parse` reads it back."""
        columns = []
        for rule in self.columns:
            said = {name: getattr(rule, name) for name in ColumnRule.__slots__}
            said["codes"] = dict(rule.codes) if rule.codes is not None else None
            said["title"] = dict(rule.title) if rule.title is not None else None
            said["type"] = str(rule.type) if rule.type is not None else None
            columns.append({name: value for name, value in said.items() if value is not None and value is not False})
        rows = {"min": self.rows_min, "max": self.rows_max}
        whole = {
            "columns": columns,
            "key": list(self.key),
            "rows": {name: value for name, value in rows.items() if value is not None},
            "every": str(self.every) if self.every is not None else None,
        }
        return {name: value for name, value in whole.items() if value} | ({} if self.extra else {"extra": False})


def late_from(every: Every, updated_at: datetime) -> datetime:
    """The moment from which data last renewed at `updated_at` is late: a period and its grace after it."""
    months, days, grace = _PERIODS[every]
    month = updated_at.month - 1 + months
    first = updated_at.replace(year=updated_at.year + month // 12, month=month % 12 + 1, day=1)
    # A month after the 31st is the last day of a shorter month.
    last = ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(updated_at.day, last)) + timedelta(days=days + grace)
