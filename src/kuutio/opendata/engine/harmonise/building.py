"""The harmonised table itself: one GeoParquet of the parts of all cities, and a report on each of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kuutio.core.problems import Invalid
from kuutio.opendata.engine import duck
from kuutio.opendata.engine.contract import Contract
from kuutio.opendata.engine.harmonise.conformance import CITY, KEY, RESERVED, Issue, check, rule_of, wants_geometry
from kuutio.opendata.engine.harmonise.expressions import SQL_TYPES, asked_of, value_of, without_code
from kuutio.opendata.engine.harmonise.mapping import ColumnMap, Mapping
from kuutio.opendata.engine.limits import Options
from kuutio.opendata.engine.serving import geometry_of
from kuutio.opendata.engine.snapshot import DATA, GEOMETRY, ID, read_manifest
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.workshop import database

_MOST_VALUES = 50
_GEO = {
    "version": "1.1.0",
    "primary_column": GEOMETRY,
    "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": []}},
}


class NotConforming(Invalid):
    """A part can't be built; `errors` name the column and what is wrong."""

    kind = "mapping-not-conforming"


@dataclass(frozen=True, slots=True)
class Part:
    """One city's share: its mapping and the snapshot it is made of."""

    mapping: Mapping
    directory: Path


@dataclass(frozen=True, slots=True)
class Conformance:
    """How well one city's part fills the harmonised table. `rows_in == rows + other_rows + left_out` always.

    Attributes:
        city: its code.
        dataset: its table.
        rows_in: rows of the city's table.
        rows: rows taken.
        other_rows: rows that `only` leaves out.
        left_out: rows without a value in a required column.
        mapped: harmonised columns that the city has.
        unmapped: those that it hasn't.
        filled: for each mapped column the rows taken that have a value.
        missing: for each required column the rows that lack a value; they are left out.
        without_code: for each column the city's values that have no code, with their rows, most frequent first.
        lost: for each column the rows where the city has a value that could not be turned into a harmonised one.
        issues: what the check of the mapping said that doesn't stop it.
    """

    city: str
    dataset: str
    rows_in: int
    rows: int
    other_rows: int
    left_out: int
    mapped: list[str]
    unmapped: list[str]
    filled: dict[str, int]
    missing: dict[str, int]
    without_code: dict[str, list[tuple[str, int]]]
    lost: dict[str, int]
    issues: list[Issue]


@dataclass(frozen=True, slots=True)
class Built:
    """A harmonised file that is ready for ingest.

    Attributes:
        path: Parquet; GeoParquet where the schema has a geometry.
        options: what ingest has to be told: the key and the columns that are text though they look like numbers.
        reports: of each part, in order.
    """

    path: Path
    options: Options
    reports: list[Conformance] = field(default_factory=list)


def build(schema: Contract, parts: Sequence[Part], out: Path) -> Built:
    """Make the harmonised table: `city`, `id` ("city-item"), the schema's columns in order, the geometry.

    Args:
        schema: the harmonised columns with types, units and code lists; a column `geometry` for a place.
        out: the Parquet file to write; its folder is there.

    Raises:
        NotConforming: a mapping doesn't fit, a city stands twice, or the schema uses a reserved name.
    """
    _refuse_misfits(schema, parts)
    with database() as connection:
        selects, reports = [], []
        for part in parts:
            sql = _Part(connection, schema, part)
            reports.append(sql.report())
            selects.append(sql.select())
        placed = wants_geometry(schema)
        metadata = f", KV_METADATA {{geo: {duck.quoted(json.dumps(_GEO))}}}" if placed else ""
        connection.execute(
            f"COPY ({' UNION ALL '.join(selects)}) TO {duck.quoted(str(out))} (FORMAT parquet, COMPRESSION zstd{metadata})"
        )
    types = {CITY: ColumnType.TEXT, KEY: ColumnType.TEXT}
    types |= {r.name: ColumnType.TEXT for r in schema.columns if r.type in (None, ColumnType.TEXT)}
    return Built(out, Options(key=(KEY,), types=types), reports)


def rehearse(schema: Contract, part: Part) -> Conformance:
    """How well one city's part would fill the harmonised table; nothing is written.

    Raises:
        NotConforming: the mapping doesn't fit.
    """
    _refuse_misfits(schema, [part])
    with database() as connection:
        return _Part(connection, schema, part).report()


def sample(schema: Contract, part: Part, limit: int = 20) -> list[dict[str, Any]]:
    """The first harmonised rows of one city as text, places as WKT, for the page where the mapping is drawn.

    Raises:
        NotConforming: the mapping doesn't fit.
    """
    _refuse_misfits(schema, [part])
    with database() as connection:
        rows = _Part(connection, schema, part).select()
        shown = "COLUMNS(*)::VARCHAR"
        if wants_geometry(schema):
            place = duck.name(GEOMETRY)
            shown = f"COLUMNS(* EXCLUDE ({place}))::VARCHAR, ST_AsText(ST_GeomFromWKB({place})) AS {place}"
        result = connection.execute(f"SELECT {shown} FROM ({rows}) LIMIT {int(limit)}")
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _refuse_misfits(schema: Contract, parts: Sequence[Part]) -> None:
    errors = [
        {"pointer": f"/schema/{name}", "detail": "Every harmonised table has this column of itself."}
        for name in RESERVED
        if rule_of(schema, name)
    ]
    cities = [part.mapping.city for part in parts]
    errors += [{"pointer": f"/{city}", "detail": "A city has one part."} for city in cities if cities.count(city) > 1]
    for part in parts:
        for issue in check(part.mapping, read_manifest(part.directory), schema):
            if issue.stops:
                pointer = f"/{part.mapping.city}/columns/{issue.column}"
                errors.append({"pointer": pointer, "detail": f"{issue.fault}: {issue.detail}"})
    if not parts:
        errors.append({"pointer": "", "detail": "A harmonised table has at least one city."})
    if errors:
        raise NotConforming("The mapping doesn't fit the table or the schema.", errors=errors)


class _Part:
    """The SQL of one city's part."""

    def __init__(self, connection: Any, schema: Contract, part: Part) -> None:
        self.connection, self.schema, self.mapping = connection, schema, part.mapping
        self.manifest = read_manifest(part.directory)
        self.data = part.directory / DATA
        self.there: dict[str, Column] = {column.name: column for column in self.manifest.columns}
        self.maps = {column.target: column for column in part.mapping.columns}
        self.rules = [rule for rule in schema.columns if rule.type is not ColumnType.GEOMETRY]

    def select(self) -> str:
        """The rows taken, with the columns of the harmonised table."""
        city = duck.quoted(self.mapping.city)
        values = [f"{city} AS {duck.name(CITY)}", f"{city} || '-' || {duck.name(ID)} AS {duck.name(KEY)}"]
        values += [f"{self.value(rule.name)} AS {duck.name(rule.name)}" for rule in self.rules]
        if wants_geometry(self.schema):
            values.append(f"{self.place()} AS {duck.name(GEOMETRY)}")
        where = " AND ".join(f"({condition})" for condition in (self.taken(), *self.present().values()))
        return f"SELECT {', '.join(values)} FROM {duck.parquet(self.data)} WHERE {where}"

    def value(self, target: str) -> str:
        rule = rule_of(self.schema, target)
        if rule is None or target not in self.maps:
            kind = SQL_TYPES[rule.type or ColumnType.TEXT] if rule else "VARCHAR"
            return f"NULL::{kind}"
        return value_of(self.maps[target], rule, self.there)

    def place(self) -> str:
        if self.manifest.geometry is None or not self.mapping.geometry:
            return "NULL::BLOB"
        return f"ST_AsWKB({geometry_of(self.connection, self.data)})::BLOB"

    def taken(self) -> str:
        return (
            " AND ".join(
                f"({duck.name(name)}::VARCHAR IN ({', '.join(duck.quoted(value) for value in values) or 'NULL'})) IS TRUE"
                for name, values in self.mapping.only.items()
            )
            or "true"
        )

    def present(self) -> dict[str, str]:
        """For each required column SQL that says whether the row has it."""
        required = {rule.name: f"{self.value(rule.name)} IS NOT NULL" for rule in self.rules if rule.required}
        place = rule_of(self.schema, GEOMETRY)
        return required | ({GEOMETRY: f"{self.place()} IS NOT NULL"} if place and place.required else {})

    def report(self) -> Conformance:
        present = self.present()
        whole = " AND ".join(f"({condition})" for condition in present.values()) or "true"
        taken, columns = self.taken(), list(self.mapping.columns)
        asked = ["true", taken, f"({taken}) AND {whole}"]
        asked += [f"({taken}) AND NOT ({condition})" for condition in present.values()]
        asked += [f"({taken}) AND {whole} AND {self.value(column.target)} IS NOT NULL" for column in columns]
        asked += [f"({taken}) AND ({asked_of(column)}) AND {self.value(column.target)} IS NULL" for column in columns]
        counts = ", ".join(f"count(*) FILTER ({condition})" for condition in asked)
        ((rows_in, of_kind, rows, *rest),) = self.connection.execute(
            f"SELECT {counts} FROM {duck.parquet(self.data)}"
        ).fetchall()
        missing = dict(zip(present, rest, strict=False))
        filled = dict(zip((c.target for c in columns), rest[len(present) :], strict=False))
        lost = dict(zip((c.target for c in columns), rest[len(present) + len(columns) :], strict=True))
        mapped = [rule.name for rule in self.rules if rule.name in self.maps]
        return Conformance(
            city=self.mapping.city,
            dataset=self.mapping.dataset,
            rows_in=rows_in,
            rows=rows,
            other_rows=rows_in - of_kind,
            left_out=of_kind - rows,
            mapped=mapped,
            unmapped=[rule.name for rule in self.rules if rule.name not in self.maps],
            filled=filled,
            missing={name: count for name, count in missing.items() if count},
            without_code={column.target: found for column in columns if (found := self.uncoded(column))},
            lost={name: count for name, count in lost.items() if count},
            issues=check(self.mapping, self.manifest, self.schema),
        )

    def uncoded(self, column: ColumnMap) -> list[tuple[str, int]]:
        rule = rule_of(self.schema, column.target)
        value = without_code(column, rule) if rule else None
        if value is None:
            return []
        return [
            (text, count)
            for text, count in self.connection.execute(
                f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM {duck.parquet(self.data)} WHERE {self.taken()}) "
                f"WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT {_MOST_VALUES}"
            ).fetchall()
        ]
