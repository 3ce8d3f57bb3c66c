"""Whether a snapshot keeps a contract: every row is looked at, in DuckDB."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.contract.declared import READERS, ColumnRule, Contract
from kuutio.opendata.engine.snapshot import DATA, Manifest, read_manifest
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.engine.workshop import database

_EXAMPLES = 5


class Rule(StrEnum):
    """Which promise is broken."""

    MISSING_COLUMN = "missing-column"
    EXTRA_COLUMN = "extra-column"
    WRONG_TYPE = "wrong-type"
    NO_VALUE = "no-value"
    NOT_UNIQUE = "not-unique"
    NOT_IN_CODES = "not-in-codes"
    TOO_SMALL = "too-small"
    TOO_GREAT = "too-great"
    NOT_BY_PATTERN = "not-by-pattern"
    KEY_NOT_UNIQUE = "key-not-unique"
    TOO_FEW_ROWS = "too-few-rows"
    TOO_MANY_ROWS = "too-many-rows"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise.

    Attributes:
        rule: which.
        column: of which column; for a key its columns joined by ", "; None for the table.
        count: rows that break it; 1 for a promise about the table or a column itself.
        rows: positions of some of those rows, from 0, ascending.
        examples: some of the values as text, in the order of `rows`; what was found, for the table and the columns.
    """

    rule: Rule
    column: str | None
    count: int
    rows: list[int]
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    """How a snapshot keeps a contract."""

    rows: int
    violations: list[Violation]

    @property
    def kept(self) -> bool:
        """Whether every promise is kept."""
        return not self.violations


def check(directory: Path, contract: Contract) -> Report:
    """Whether a snapshot keeps a contract; every row is looked at."""
    manifest = read_manifest(directory)
    violations = [*_table(manifest, contract), *_columns(manifest, contract)]
    with database() as connection:
        source = duck.parquet(directory / DATA)
        violations += _values(connection, source, manifest, contract)
        violations += _repeats(connection, source, manifest, contract)
    return Report(manifest.rows, violations)


def _table(manifest: Manifest, contract: Contract) -> Iterator[Violation]:
    if contract.rows_min is not None and manifest.rows < contract.rows_min:
        yield Violation(Rule.TOO_FEW_ROWS, None, 1, [], [str(manifest.rows)])
    if contract.rows_max is not None and manifest.rows > contract.rows_max:
        yield Violation(Rule.TOO_MANY_ROWS, None, 1, [], [str(manifest.rows)])


def _columns(manifest: Manifest, contract: Contract) -> Iterator[Violation]:
    there = {column.name: column.type for column in manifest.columns}
    ruled = {rule.name for rule in contract.columns}
    for rule in contract.columns:
        found = there.get(rule.name)
        if found is None:
            if not rule.optional:
                yield Violation(Rule.MISSING_COLUMN, rule.name, 1, [], [])
        elif rule.type not in (None, found) and (rule.type, found) != (ColumnType.NUMBER, ColumnType.INTEGER):
            yield Violation(Rule.WRONG_TYPE, rule.name, 1, [], [str(found)])
    for name in contract.key:
        if name not in there and name not in ruled:
            yield Violation(Rule.MISSING_COLUMN, name, 1, [], [])
    if not contract.extra:
        for name in there:
            if name not in ruled and name not in contract.key:
                yield Violation(Rule.EXTRA_COLUMN, name, 1, [], [])


def _values(connection: Any, source: str, manifest: Manifest, contract: Contract) -> Iterator[Violation]:
    """The promises about single values, all of them in one pass over the file."""
    there = {column.name: column.type for column in manifest.columns}
    asked = [
        (rule.name, broken, condition)
        for rule in contract.columns
        if rule.name in there
        for broken, condition in _conditions(rule, there[rule.name])
    ]
    asked += [(name, Rule.NO_VALUE, f"{duck.name(name)} IS NULL") for name in contract.key if name in there]
    if not asked:
        return
    counts = ", ".join(
        f"count(*) FILTER ({condition}), min(file_row_number, {_EXAMPLES}) FILTER ({condition})"
        for _, _, condition in asked
    )
    (answer,) = connection.execute(f"SELECT {counts} FROM {source}").fetchall()
    told = set()
    for number, (name, broken, _) in enumerate(asked):
        count, rows = answer[2 * number], answer[2 * number + 1]
        if count and (name, broken) not in told:
            told.add((name, broken))
            yield Violation(broken, name, count, rows, _examples(connection, source, name, rows))


def _conditions(rule: ColumnRule, kind: ColumnType) -> Iterator[tuple[Rule, str]]:
    column = duck.name(rule.name)
    if rule.required:
        yield Rule.NO_VALUE, f"{column} IS NULL"
    if rule.codes is not None:
        listed = ", ".join(duck.quoted(code) for code in rule.codes) or "NULL"
        yield Rule.NOT_IN_CODES, f"{column} IS NOT NULL AND ({column}::VARCHAR IN ({listed})) IS NOT TRUE"
    for broken, bound, sign in ((Rule.TOO_SMALL, rule.min, "<"), (Rule.TOO_GREAT, rule.max, ">")):
        limit = None if bound is None else _bound(bound, kind)
        if limit is not None:
            yield broken, f"{column} {sign} {limit}"
    if rule.pattern is not None:
        yield Rule.NOT_BY_PATTERN, f"NOT regexp_full_match({column}::VARCHAR, {duck.quoted(rule.pattern)}, 's')"


def _bound(bound: float | str, kind: ColumnType) -> str | None:
    """The limit as SQL of the column's type; None where it can't be one: then the type itself is what's wrong."""
    if isinstance(bound, str):
        sql = {ColumnType.DATE: "DATE", ColumnType.TIME: "TIME", ColumnType.DATETIME: "TIMESTAMPTZ"}.get(kind)
        return f"{duck.quoted(bound)}::{sql}" if sql and _is_time(bound, kind) else None
    return repr(bound) if kind in (ColumnType.INTEGER, ColumnType.NUMBER) else None


def _is_time(text: str, kind: ColumnType) -> bool:
    try:
        READERS[kind](text)
    except ValueError:
        return False
    return True


def _repeats(connection: Any, source: str, manifest: Manifest, contract: Contract) -> Iterator[Violation]:
    """Values that occur twice where each may occur once; a row counts when its value is of an earlier row too."""
    there = {column.name for column in manifest.columns}
    once: list[tuple[Rule, tuple[str, ...]]]
    once = [(Rule.NOT_UNIQUE, (rule.name,)) for rule in contract.columns if rule.unique and rule.name in there]
    if contract.key and there.issuperset(contract.key):
        once.append((Rule.KEY_NOT_UNIQUE, contract.key))
    for broken, names in once:
        columns = ", ".join(duck.name(name) for name in names)
        valued = " AND ".join(f"{duck.name(name)} IS NOT NULL" for name in names)
        ((count, rows),) = connection.execute(
            f"SELECT count(*), min(n, {_EXAMPLES}) FROM (SELECT file_row_number AS n, row_number() OVER "
            f"(PARTITION BY {columns} ORDER BY file_row_number) AS time FROM {source} WHERE {valued}) WHERE time > 1"
        ).fetchall()
        if count:
            shown = f"concat_ws('-', {columns})" if len(names) > 1 else duck.name(names[0])
            yield Violation(broken, ", ".join(names), count, rows, _texts(connection, source, shown, rows))


def _examples(connection: Any, source: str, name: str, rows: Sequence[int]) -> list[str]:
    return _texts(connection, source, duck.name(name), rows)


def _texts(connection: Any, source: str, expression: str, rows: Sequence[int]) -> list[str]:
    numbers = ", ".join(str(int(row)) for row in rows)
    sql = f"SELECT {expression}::VARCHAR FROM {source} WHERE file_row_number IN ({numbers}) ORDER BY file_row_number"
    return ["" if text is None else text[:100] for (text,) in connection.execute(sql).fetchall()]
