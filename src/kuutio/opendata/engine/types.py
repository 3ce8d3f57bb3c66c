"""What a column of a published table can be."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class ColumnType(StrEnum):
    """The eight types of a column; every door names them in its own standard's words."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a published table, with what its values look like.

    Attributes:
        name: its name in the Parquet file: unique in the table without regard to case, never empty.
        type: in Parquet BIGINT for an integer, DOUBLE (never NaN or infinite) for a number, DATE, TIME, WKB for a
            geometry; for a datetime TIMESTAMP WITH TIME ZONE when `zoned`, else TIMESTAMP.
        title: its name in the source, as people read it.
        zoned: a datetime whose source told its zone; then values are UTC.
        nullable: some row has no value.
        nulls: rows without a value.
        distinct: different values; exact up to some thousands, then an estimate.
        min: the least value as text in ISO form, numbers as numbers; None for booleans and geometry.
        max: the greatest.
        top: the most frequent values with their counts, most frequent first; empty where values seldom repeat.
    """

    name: str
    type: ColumnType
    title: str = ""
    zoned: bool = False
    nullable: bool = True
    nulls: int = 0
    distinct: int = 0
    min: str | int | float | None = None
    max: str | int | float | None = None
    top: list[list[Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` reads it back."""
        return asdict(self) | {"type": str(self.type)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(**(value | {"type": ColumnType(value["type"])}))
