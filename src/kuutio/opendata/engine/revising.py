"""A new snapshot from the current one and rows that were written: what stays is copied, its ids and its order kept.

The writes are applied to the rows they touch, here, one after another; each is done whole or refused. DuckDB then copies
the other rows and puts the touched ones in their places.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine import snapshot
from kuutio.opendata.engine.duck import name as quoted
from kuutio.opendata.engine.duck import parquet
from kuutio.opendata.engine.duck import quoted as text
from kuutio.opendata.engine.ingest import connected
from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.profile import profiled
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.written import Change, Row

_DIGITS = 20
_FORMAT = "api"


@dataclass(frozen=True, slots=True)
class Revised:
    """What came of some writes.

    Attributes:
        path: the new snapshot's directory; None when no write was accepted.
        refusals: for each write why it was refused, None where it was done.
    """

    path: Path | None
    refusals: list[str | None]


@dataclass(slots=True)
class _Touched:
    """A row as it is after the writes so far.

    Attributes:
        n: its number in the current snapshot, or after all of them when it is new.
        values: None when it is gone.
    """

    n: int
    values: Row | None


def revise(
    root: Path,
    table: str,
    *,
    base: Path | None,
    columns: Sequence[Column],
    key: Sequence[str],
    changes: Sequence[Change],
    limits: Limits | None = None,
) -> Revised:
    """Apply writes to a table and publish the outcome as a snapshot.

    Args:
        root: the directory of snapshots.
        base: the current snapshot's directory; None for a table without one.
        columns: of the new snapshot: those of the base, and perhaps more.
        key: columns that name a row; empty when ids come from the content.

    Raises:
        BadQuery: the rows that are there can't have such a key.
    """
    root.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=snapshot.WORK, dir=root))
    try:
        with connected(work, limits or Limits()) as connection:
            revision = _Revision(connection, work, base, columns, key)
            refusals = [revision.apply(change) for change in changes]
            if changes and all(refusals):
                return Revised(None, refusals)
            return Revised(revision.publish(root, table), refusals)
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Revision:
    """The rows of the base, and over them those that the writes touched."""

    def __init__(
        self, connection: Any, work: Path, base: Path | None, columns: Sequence[Column], key: Sequence[str]
    ) -> None:
        self.connection, self.work, self.key = connection, work, list(key)
        self.columns = sorted(columns, key=lambda column: column.type is ColumnType.GEOMETRY)
        self.placed = any(column.type is ColumnType.GEOMETRY for column in columns)
        self.manifest = snapshot.read_manifest(base) if base else None
        self.rows = self.manifest.rows if self.manifest else 0
        self.touched: dict[str, _Touched] = {}
        self.emptied = False
        self._view(base)

    def _view(self, base: Path | None) -> None:
        """The base as `base(n, _id, columns.., envelope)`: missing columns empty, ids by the key."""
        there = {column.name: column for column in self.manifest.columns} if self.manifest else {}
        fields = [
            _stored(column) if column.name in there else f"CAST(NULL AS {_sql_type(column)}) AS {quoted(column.name)}"
            for column in self.columns
        ]
        envelope = [
            name if self.manifest and self.manifest.geometry else f"CAST(NULL AS DOUBLE) AS {name}"
            for name in snapshot.ENVELOPE
        ]
        source = parquet(base / snapshot.DATA) if base else "(SELECT 0 AS file_row_number, '' AS _id) WHERE false"
        same_key = self.manifest is None or self.manifest.key == self.key or not self.key
        identity = quoted(snapshot.ID) if same_key else self._identity()
        self._run(
            f"CREATE VIEW base AS SELECT file_row_number AS n, {identity} AS {snapshot.ID}, "
            f"{', '.join([*fields, *envelope])} FROM {source}"
        )
        if not same_key:
            total, distinct = self._run(f"SELECT count(*), count(DISTINCT {snapshot.ID}) FROM base").fetchone()
            if total != distinct:
                detail = "The rows that are there have no value, or the same one twice, in the primary key."
                raise BadQuery(detail, errors=[{"pointer": "/primary_key", "detail": detail}])

    def apply(self, change: Change) -> str | None:
        """Do one write; why not, when it can't be done. Then nothing of it was."""
        before, emptied, rows = dict(self.touched), self.emptied, self.rows
        try:
            if change.operation == "delete":
                self._delete(change)
            elif self.key:
                self._write_keyed(change)
            else:
                self._write_plain(change)
        except BadQuery as refusal:
            self.touched, self.emptied, self.rows = before, emptied, rows
            return str(refusal.detail)
        return None

    def _delete(self, change: Change) -> None:
        if not change.where:
            self.emptied = True
            self.touched = {}
            return
        parts, parameters = [], []
        for column, values in change.where:
            some = [value for value in values if value is not None]
            tests = [f"{quoted(column)} IN ({', '.join('?' * len(some))})"] if some else []
            tests += [f"{quoted(column)} IS NULL"] if len(some) < len(values) else []
            parts.append(f"({' OR '.join(tests or ['false'])})")
            parameters += some
        found = self._run(f"SELECT n, {snapshot.ID} FROM base WHERE {' AND '.join(parts)}", parameters).fetchall()
        for n, identifier in [] if self.emptied else found:
            self.touched.setdefault(identifier, _Touched(n, None))
        for identifier, row in self.touched.items():
            if row.values is not None and all(row.values.get(column) in values for column, values in change.where):
                self.touched[identifier] = _Touched(row.n, None)

    def _write_keyed(self, change: Change) -> None:
        ids = self._ids(change.rows)
        self._fetch(ids)
        for number, (identifier, row) in enumerate(zip(ids, change.rows, strict=True), start=1):
            there = self.touched.get(identifier)
            is_there = there is not None and there.values is not None
            if change.operation == "insert" and is_there:
                raise BadQuery(f"row {number}: duplicate key value violates unique constraint")
            if change.operation == "update" and not is_there:
                raise BadQuery(f'row {number}: key "{identifier[:100]}" not found')
            values = {**(there.values or {}), **row} if there and is_there else dict(row)
            self.touched[identifier] = _Touched(there.n if there else self._next(), values)

    def _write_plain(self, change: Change) -> None:
        if change.operation != "insert":
            raise BadQuery("table does not have a unique key defined")
        digests = self._digests(change.rows)
        wanted = sorted(set(digests))
        self._fetch(wanted)
        counts = self._copies(wanted)
        for digest, row in zip(digests, change.rows, strict=True):
            counts[digest] = counts.get(digest, 0) + 1
            identifier = digest if counts[digest] == 1 else f"{digest}-{counts[digest]}"
            self.touched[identifier] = _Touched(self._next(), dict(row))

    def _next(self) -> int:
        self.rows += 1
        return self.rows - 1

    def _copies(self, digests: list[str]) -> dict[str, int]:
        """The greatest number that a copy of each row has: equal rows are `D`, `D-2`, `D-3`."""
        asked = dict.fromkeys(digests, 0)
        stem = f"split_part({snapshot.ID}, '-', 1)"
        number = f"coalesce(try_cast(nullif(split_part({snapshot.ID}, '-', 2), '') AS BIGINT), 1)"
        found = self._run(
            f"SELECT {stem}, max({number}) FROM base WHERE {stem} IN (SELECT unnest(?)) GROUP BY 1", [digests]
        ).fetchall()
        asked.update(found)
        for identifier in self.touched:
            digest, _dash, copy = identifier.partition("-")
            if digest in asked:
                asked[digest] = max(asked[digest], int(copy) if copy.isdigit() else 1)
        return asked

    def _fetch(self, ids: Iterable[str]) -> None:
        """Bring the base's rows of these ids among the touched ones."""
        wanted = [identifier for identifier in dict.fromkeys(ids) if identifier not in self.touched]
        if not wanted or self.emptied:
            return
        names = [column.name for column in self.columns]
        fields = [f"hex({quoted(c.name)})" if c.type is ColumnType.GEOMETRY else quoted(c.name) for c in self.columns]
        found = self._run(
            f"SELECT n, {snapshot.ID}, {', '.join(fields)} FROM base WHERE {snapshot.ID} IN (SELECT unnest(?))",
            [wanted],
        ).fetchall()
        for n, identifier, *values in found:
            self.touched[identifier] = _Touched(n, dict(zip(names, values, strict=True)))

    def _ids(self, rows: Sequence[Row]) -> list[str]:
        for number, row in enumerate(rows, start=1):
            missing = [name for name in self.key if row.get(name) in (None, "")]
            if missing:
                raise BadQuery(f"row {number}: fields {missing} are missing but needed as key")
        return self._computed(rows, self._identity())

    def _identity(self) -> str:
        """SQL for the id of a row: its key's values, as ingest writes it."""
        texts = {column.name for column in self.columns if column.type is ColumnType.TEXT}
        return snapshot.identity([(quoted(name), name in texts) for name in self.key])

    def _digests(self, rows: Sequence[Row]) -> list[str]:
        missing, between = "chr(30)", "chr(31)"
        cells = [f"coalesce(CAST({quoted(column.name)} AS VARCHAR), {missing})" for column in self.columns]
        return self._computed(rows, f"left(md5(concat({f', {between}, '.join(cells)})), {_DIGITS})")

    def _computed(self, rows: Sequence[Row], expression: str) -> list[str]:
        """An expression over rows that were written, as DuckDB writes values."""
        source = self._lines([{"n": n, **row} for n, row in enumerate(rows)], "rows.json")
        return [row[0] for row in self._run(f"SELECT {expression} FROM {source} ORDER BY n").fetchall()]

    def _lines(self, rows: Iterable[Mapping[str, Any]], file: str) -> str:
        """Rows as a source for DuckDB, by a file: no other library is needed for it."""
        path = self.work / file
        with path.open("wb") as lines:
            lines.writelines(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        kinds = {"n": "BIGINT", snapshot.ID: "VARCHAR"} | {
            column.name: "VARCHAR" if column.type is ColumnType.GEOMETRY else _sql_type(column)
            for column in self.columns
        }
        kinds |= dict.fromkeys(snapshot.ENVELOPE, "DOUBLE")
        wanted = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in kinds.items())
        return (
            f"read_json({text(str(path))}, format = 'newline_delimited', columns = {{{wanted}}}, "
            "maximum_object_size = 67108864)"
        )

    def publish(self, root: Path, table: str) -> Path:
        """Write the snapshot and put it in its place."""
        with snapshot.building(root, table) as place:
            data = place / snapshot.DATA
            types = self._write(data)
            columns = profiled(self.connection, str(data), [replace(column) for column in self.columns])
            rows, *box = self._run(
                f"SELECT count(*){', min(_xmin), min(_ymin), max(_xmax), max(_ymax)' if self.placed else ''} "
                f"FROM {parquet(data)}"
            ).fetchone()
            crs = self.manifest.geometry.crs_source if self.manifest and self.manifest.geometry else "OGC:CRS84"
            manifest = snapshot.Manifest(
                id=snapshot.content_id(place),
                table=table,
                created_at=snapshot.now(),
                source=snapshot.Source(name="datastore", sha256="", format=_FORMAT, crs=crs if self.placed else None),
                rows_in=rows,
                rows=rows,
                rejects=0,
                key=self.key,
                columns=columns,
                geometry=snapshot.Geometry(types, box if box[0] is not None else None, crs) if self.placed else None,
                bytes={"data": data.stat().st_size},
            )
            return snapshot.publish(root, place, manifest)

    def _write(self, data: Path) -> list[str]:
        """Write the rows; returns the types of their geometries."""
        names = [quoted(column.name) for column in self.columns]
        envelope = list(snapshot.ENVELOPE) if self.placed else []
        types = self._types()
        fresh = [
            {"n": row.n, snapshot.ID: identifier, **row.values, **_envelope(row.values)}
            for identifier, row in self.touched.items()
            if row.values is not None
        ]
        source = self._lines(fresh, "fresh.json")
        self._run("CREATE TABLE touched (id VARCHAR)")
        if self.touched:
            self._run("INSERT INTO touched SELECT unnest(?)", [list(self.touched)])
        written = [f"unhex({name}) AS {name}" if c.type is ColumnType.GEOMETRY else name for name, c in zip(names, self.columns, strict=True)]  # fmt: skip
        stays = "WHERE false" if self.emptied else f"WHERE {snapshot.ID} NOT IN (SELECT id FROM touched)"
        fields = ", ".join([snapshot.ID, *names, *envelope])
        self._run(
            f"CREATE TABLE whole AS SELECT n, {fields} FROM base {stays} UNION ALL "
            f"SELECT {', '.join(['n', snapshot.ID, *written, *envelope])} FROM {source}"
        )
        if not self.placed:
            self._copy(f"SELECT {fields} FROM whole ORDER BY n", data, "")
            return []
        geo = {"version": "1.1.0", "primary_column": snapshot.GEOMETRY}
        facts: dict[str, Any] = {"encoding": "WKB", "geometry_types": types}
        bounds = self._run("SELECT min(_xmin), min(_ymin), max(_xmax), max(_ymax) FROM whole").fetchone()
        if bounds[0] is not None:
            facts["bbox"] = list(bounds)
        metadata = f", KV_METADATA {{geo: {text(json.dumps({**geo, 'columns': {snapshot.GEOMETRY: facts}}))}}}"
        self._in_order()
        self._copy(f"SELECT {fields} FROM whole JOIN places USING (n) ORDER BY place, n", data, metadata)
        return types

    def _types(self) -> list[str]:
        """The types of the geometries: those that the base may have, and those that were written."""
        known = set(self.manifest.geometry.types) if self.manifest and self.manifest.geometry else set()
        for row in self.touched.values():
            if shape := _shape(row.values):
                known.add(shape.geom_type + (" Z" if shape.has_z else ""))
        return sorted(known)

    def _in_order(self) -> None:
        """The table `places`: where each row lies on the curve."""
        from kuutio.opendata.engine import hilbert  # numpy: only where rows have places

        found = self._run("SELECT n, (_xmin + _xmax) / 2 AS x, (_ymin + _ymax) / 2 AS y FROM whole").fetchnumpy()
        places = hilbert.place(_filled(found["x"]), _filled(found["y"]))
        path = self.work / "places.csv"
        with path.open("w") as lines:
            lines.writelines(f"{n},{place}\n" for n, place in zip(found["n"].tolist(), places.tolist(), strict=True))
        self._run(
            f"CREATE TABLE places AS SELECT * FROM read_csv({text(str(path))}, header = false, "
            "columns = {'n': 'BIGINT', 'place': 'UBIGINT'})"
        )

    def _copy(self, query: str, data: Path, metadata: str) -> None:
        self._run(
            f"COPY ({query}) TO {text(str(data))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1{metadata})"
        )

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        return self.connection.execute(sql, list(parameters)) if parameters else self.connection.execute(sql)


def _shape(values: Row | None) -> Any:
    """The geometry of a row; None when it has none."""
    written = values.get(snapshot.GEOMETRY) if values else None
    if not written:
        return None
    import shapely  # 30 MB: only where a geometry is written

    return shapely.from_wkb(bytes.fromhex(written))


def _envelope(values: Row) -> dict[str, float]:
    shape = _shape(values)
    return dict(zip(snapshot.ENVELOPE, shape.bounds, strict=True)) if shape is not None else {}


def _filled(values: Any) -> Any:
    """Missing numbers as NaN, whether DuckDB gave a masked array or not."""
    return values.filled(float("nan")) if hasattr(values, "filled") else values


def _sql_type(column: Column) -> str:
    match column.type:
        case ColumnType.INTEGER:
            return "BIGINT"
        case ColumnType.NUMBER:
            return "DOUBLE"
        case ColumnType.DATETIME:
            return "TIMESTAMP WITH TIME ZONE" if column.zoned else "TIMESTAMP"
        case ColumnType.GEOMETRY:
            return "BLOB"
        case ColumnType.TEXT:
            return "VARCHAR"
    return column.type.value.upper()


def _stored(column: Column) -> str:
    """A column of the base; a geometry as WKB, whether DuckDB reads it as that or as its own type."""
    if column.type is not ColumnType.GEOMETRY:
        return quoted(column.name)
    return f"CAST(ST_AsWKB({quoted(column.name)}) AS BLOB) AS {quoted(column.name)}"
