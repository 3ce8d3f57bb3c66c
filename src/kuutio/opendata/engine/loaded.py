"""What an ingest tells: values alone, which a web process reads without the libraries that read files."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from kuutio.opendata.engine.types import Column


@dataclass(frozen=True, slots=True)
class Loaded:
    """One table that was loaded and published. `rows_in == rows + rejects` always.

    Attributes:
        name: of the layer, sheet or member; the file's own where there is one table.
        table: the table's id: the prefix, and `-NAME` where the file has several tables.
        snapshot: the snapshot's id.
        columns: as published, with their profile; the geometry last.
        crs: of the source's coordinates; None without geometry.
        path: the snapshot's directory.
        passed_over: files of the archive that hold no table; told by its first table.
    """

    name: str
    table: str
    snapshot: str
    rows_in: int
    rows: int
    rejects: int
    columns: list[Column]
    crs: str | None
    path: Path
    passed_over: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` reads it back."""
        return asdict(self) | {"path": str(self.path), "columns": [column.as_json() for column in self.columns]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        columns = [Column.from_json(column) for column in value["columns"]]
        return cls(**(value | {"path": Path(value["path"]), "columns": columns}))


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What was understood of one table.

    Attributes:
        rows_in: rows of the source.
        crs: of the coordinates as far as it is said; None when they have to tell it, or there are none.
        rejects: rows that couldn't be read at all; rows may still be rejected for their geometry or their key.
        first: the first rows, as text, a cell for each column.
        problems: reasons with counts, most frequent first.
    """

    name: str
    format: str
    encoding: str | None
    separator: str | None
    decimal: str | None
    crs: str | None
    rows_in: int
    rejects: int
    columns: list[Column]
    has_geometry: bool
    first: list[list[str | None]]
    problems: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was understood of a file, for the person who uploads it."""

    tables: list[TablePreview] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` reads it back."""
        return {
            "tables": [asdict(one) | {"columns": [column.as_json() for column in one.columns]} for one in self.tables]
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(
            [
                TablePreview(
                    **(
                        one
                        | {"columns": [Column.from_json(column) for column in one["columns"]]}
                        | {"problems": [(reason, count) for reason, count in one["problems"]]}
                    )
                )
                for one in value["tables"]
            ]
        )
