"""What changed between two snapshots of a table: counts, columns, and a feed of every change, deletions included.

Rows are matched by `_id`. With a declared key a row that has new values is an update; without one the id comes from the
content, and the same is a deletion and an insertion. A column that one side lacks counts as one without values there.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.serving import geometry_of, json_ready
from kuutio.opendata.engine.snapshot import DATA, GEOMETRY, ID, Manifest, read_manifest
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.workshop import database

MAX_PAGE = 10_000

_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}


class Op(StrEnum):
    """What happened to a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that came, went or has another type: the type on the side that lacks it is None."""

    name: str
    before: ColumnType | None
    after: ColumnType | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two snapshots compared.

    Attributes:
        added: rows that are new.
        removed: rows that are gone.
        changed: rows that have another value in some column.
        same: rows that are as they were.
        columns: columns that aren't the same.
        changed_by_column: how many of the changed rows have another value in each column; only those with some.
    """

    added: int
    removed: int
    changed: int
    same: int
    columns: list[ColumnChange]
    changed_by_column: dict[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One item of the feed; applied in order to the old rows they give the new ones.

    Attributes:
        id: the row's `_id`.
        before: column -> JSON value, geometry as GeoJSON; None for an insertion.
        after: the same; None for a deletion.
        columns: the columns of an update that have another value.
    """

    op: Op
    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`{"op", "id", "before", "after"}`, as the feed shows it."""
        return {"op": str(self.op), "id": self.id, "before": self.before, "after": self.after}


def compare(old: Path, new: Path) -> Difference:
    """Count what is different; takes a second or two for a million rows."""
    with database() as connection:
        sides = _Sides(connection, old, new)
        pairs = sides.differing()
        both = "o._id IS NOT NULL AND n._id IS NOT NULL"
        asked = ["o._id IS NULL", "n._id IS NULL", both, f"{both} AND ({_any(pairs)})"]
        asked += [f"{both} AND ({differs})" for _, differs in pairs]
        counts = ", ".join(f"count(*) FILTER ({condition})" for condition in asked)
        ((added, removed, kept, changed, *each),) = connection.execute(
            f"SELECT {counts} FROM {sides.joined()}"
        ).fetchall()
    by_column = {name: count for (name, _), count in zip(pairs, each, strict=True) if count}
    return Difference(added, removed, changed, kept - changed, sides.column_changes(), by_column)


def changes(
    old: Path, new: Path, *, after: str | None = None, limit: int = 1000, index: Path | None = None
) -> list[Change]:
    """A page of the feed, in the order of ids.

    Args:
        after: the id of the last change of the page before.
        limit: 1 to 10,000.
        index: a file that holds which rows changed, made when it is missing: pages after the first cost little then.
    """
    limit = max(1, min(limit, MAX_PAGE))
    with database() as connection:
        sides = _Sides(connection, old, new)
        if index is not None and not index.exists():
            _write_index(connection, sides, index)
        found = f"read_parquet({duck.quoted(str(index))})" if index is not None else f"({sides.changed(after)})"
        beyond = f"WHERE id > {duck.quoted(after)} " if after is not None else ""
        page = connection.execute(f"SELECT op, id FROM {found} {beyond}ORDER BY id LIMIT {limit}").fetchall()
        before = sides.records("o", [identifier for op, identifier in page if op != Op.INSERT])
        now = sides.records("n", [identifier for op, identifier in page if op != Op.DELETE])
    return [_change(Op(op), identifier, before.get(identifier), now.get(identifier)) for op, identifier in page]


def stream(old: Path, new: Path, *, index: Path | None = None) -> Iterator[Change]:
    """The whole feed, page by page, in constant memory."""
    if index is None:
        with tempfile.TemporaryDirectory(prefix="kuutio-changes-") as folder:
            yield from stream(old, new, index=Path(folder) / "changes.parquet")
        return
    after: str | None = None
    while page := changes(old, new, after=after, limit=MAX_PAGE, index=index):
        yield from page
        after = page[-1].id


def _change(op: Op, identifier: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    names: tuple[str, ...] = ()
    if before is not None and after is not None:
        names = tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
    return Change(op, identifier, before, after, names)


def _write_index(connection: Any, sides: "_Sides", index: Path) -> None:
    # Written beside its place and moved: a reader sees all of it or nothing, and of two writers either is right.
    index.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=index.parent) as folder:
        made = Path(folder) / "index.parquet"
        connection.execute(
            f"COPY ({sides.changed(None)} ORDER BY id) TO {duck.quoted(str(made))} (FORMAT parquet, COMPRESSION zstd)"
        )
        made.replace(index)


class _Sides:
    """The SQL of two snapshots beside each other: `o` and `n` in every expression."""

    def __init__(self, connection: Any, old: Path, new: Path) -> None:
        self.connection = connection
        self.files = {"o": old / DATA, "n": new / DATA}
        self.manifests = {"o": read_manifest(old), "n": read_manifest(new)}

    def columns(self) -> list[tuple[str, Column | None, Column | None]]:
        """Every column's name with what it is on each side, the new side's order first."""
        there = {side: {column.name: column for column in m.columns} for side, m in self.manifests.items()}
        return [(name, there["o"].get(name), there["n"].get(name)) for name in {**there["n"], **there["o"]}]

    def column_changes(self) -> list[ColumnChange]:
        return [
            ColumnChange(name, one.type if one else None, two.type if two else None)
            for name, one, two in self.columns()
            if one is None or two is None or one.type != two.type
        ]

    def differing(self) -> list[tuple[str, str]]:
        """For each column an expression that says whether a row of both sides has another value."""
        pairs = []
        for name, one, two in self.columns():
            field = duck.name(name)
            if one is None or two is None:
                pairs.append((name, f"{'n' if one is None else 'o'}.{field} IS NOT NULL"))
            elif (one.type == two.type and one.zoned == two.zoned) or {one.type, two.type} <= _NUMERIC:
                pairs.append((name, f"o.{field} IS DISTINCT FROM n.{field}"))
            else:
                pairs.append((name, f"{_shown('o', one)} IS DISTINCT FROM {_shown('n', two)}"))
        return pairs

    def joined(self, after: str | None = None) -> str:
        beyond = f" WHERE _id > {duck.quoted(after)}" if after is not None else ""
        old, new = (f"(SELECT * FROM {duck.parquet(self.files[side])}{beyond})" for side in ("o", "n"))
        return f"{old} o FULL JOIN {new} n ON o._id = n._id"

    def changed(self, after: str | None) -> str:
        """A SELECT of op and id of each row that isn't the same."""
        return (
            f"SELECT CASE WHEN o._id IS NULL THEN '{Op.INSERT}' WHEN n._id IS NULL THEN '{Op.DELETE}' "
            f"ELSE '{Op.UPDATE}' END AS op, coalesce(o._id, n._id) AS id FROM {self.joined(after)} "
            f"WHERE o._id IS NULL OR n._id IS NULL OR {_any(self.differing())}"
        )

    def records(self, side: str, ids: list[str]) -> dict[str, dict[str, Any]]:
        """The rows of these ids as JSON values."""
        if not ids:
            return {}
        data, manifest = self.files[side], self.manifests[side]
        properties = ", ".join(
            f"{duck.quoted(column.name)}: {json_ready(column)}"
            for column in manifest.columns
            if column.type is not ColumnType.GEOMETRY
        )
        shown = f"to_json({{{properties}}})::VARCHAR" if properties else "'{}'"
        place = self._place(data, manifest)
        rows = self.connection.execute(
            f"SELECT {ID}, {shown}, {place} FROM {duck.parquet(data)} WHERE {ID} IN (SELECT unnest(?))", [ids]
        ).fetchall()
        placed = manifest.geometry is not None
        return {
            identifier: orjson.loads(record) | ({GEOMETRY: orjson.loads(where or "null")} if placed else {})
            for identifier, record, where in rows
        }

    def _place(self, data: Path, manifest: Manifest) -> str:
        if manifest.geometry is None:
            return "NULL"
        return f"ST_AsGeoJSON({geometry_of(self.connection, data)})::VARCHAR"


def _any(pairs: list[tuple[str, str]]) -> str:
    return " OR ".join(f"({differs})" for _, differs in pairs) or "false"


def _shown(side: str, column: Column) -> str:
    if column.type is ColumnType.GEOMETRY:
        return f"{side}.{duck.name(column.name)}::VARCHAR"
    value = json_ready(column).replace(duck.name(column.name), f"{side}.{duck.name(column.name)}")
    return f"to_json({value})::VARCHAR"
