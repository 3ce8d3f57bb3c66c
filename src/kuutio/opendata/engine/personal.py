"""The look for personal data in a snapshot before it is published: every row, rejected ones too."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.detectors import Hint, Kind, Level, Sign, candidates, hints_of, masked, signs
from kuutio.opendata.engine.snapshot import DATA, REJECTS, read_manifest
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.engine.workshop import database

_EXAMPLES = 5
_BATCH = 2_000
_PLATE_KINDS, _PLATE_SHARE = 10, 0.2


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of personal data in one column.

    Attributes:
        column: its name; "raw" for rejected rows.
        kind: what it is.
        level: strong or weak.
        count: rows that have it.
        rows: positions of some of them, from 0, ascending; of rejected rows their numbers in the source.
        examples: some of the values, masked.
        rejected: found in the rejected rows, which are published as well.
    """

    column: str
    kind: Kind
    level: Level
    count: int
    rows: list[int]
    examples: list[str]
    rejected: bool = False


def scan(directory: Path) -> list[Finding]:
    """What of a snapshot looks like personal data; strong before weak, then by column.

    Text is looked through value by value, whole numbers only where the column's name says that they are telephone
    numbers. Each row counts once for a column, kind and level.
    """
    findings: list[Finding] = []
    with database() as connection:
        data = duck.parquet(directory / DATA)
        for column in read_manifest(directory).columns:
            hints = hints_of(f"{column.name} {column.title}")
            if column.type is ColumnType.TEXT or (column.type is ColumnType.INTEGER and Hint.PHONE in hints):
                values = _values(connection, data, f"{duck.name(column.name)}::VARCHAR", "file_row_number", hints)
                findings += _judge(column.name, values, hints, rejected=False)
        if (directory / REJECTS).exists():
            values = _values(connection, duck.parquet(directory / REJECTS), "raw", '"row"', frozenset())
            findings += _judge("raw", values, frozenset(), rejected=True)
    return sorted(findings, key=lambda finding: finding.level is Level.WEAK)


def must_wait(findings: list[Finding]) -> bool:
    """Whether an officer has to decide before the snapshot is published."""
    return any(finding.level is Level.STRONG for finding in findings)


@dataclass(slots=True)
class _Tally:
    count: int = 0
    rows: list[int] = field(default_factory=list)
    examples: dict[str, None] = field(default_factory=dict)

    def add(self, count: int, rows: list[int], sign: Sign) -> None:
        self.count += count
        self.rows = sorted({*self.rows, *rows})[:_EXAMPLES]
        if len(self.examples) < _EXAMPLES:
            self.examples[masked(sign)] = None


def _values(
    connection: Any, source: str, value: str, number: str, hints: frozenset[Hint]
) -> Iterator[tuple[str, int, list[int]]]:
    """Each different value that may hold a sign, how many rows have it, and the first of them."""
    # RE2 reads a million texts in half a second; only what it lets through is looked at more closely.
    # Bare digits say nothing where nobody calls them a telephone number: identifiers are skipped, unless with 00358.
    bare = "" if Hint.PHONE in hints else " AND (starts_with(v, '00358') OR NOT regexp_full_match(v, '[0-9]+'))"
    sql = (
        f"SELECT v, count(*), min(n, {_EXAMPLES}) FROM (SELECT {value} AS v, {number} AS n FROM {source}) "
        f"WHERE regexp_matches(v, {duck.quoted(candidates(hints))}){bare} GROUP BY v"
    )
    result = connection.execute(sql)
    while batch := result.fetchmany(_BATCH):
        yield from batch


def _judge(
    column: str, values: Iterator[tuple[str, int, list[int]]], hints: frozenset[Hint], *, rejected: bool
) -> list[Finding]:
    tallies: dict[tuple[Kind, Level], _Tally] = {}
    prefixes: Counter[str] = Counter()
    for value, count, rows in values:
        seen: set[tuple[Kind, Level]] = set()
        for sign in signs(value, hints):
            if sign.kind is Kind.PLATE:
                prefixes[sign.text.split("-")[0]] += 1
            if (sign.kind, sign.level) not in seen:
                seen.add((sign.kind, sign.level))
                tallies.setdefault((sign.kind, sign.level), _Tally()).add(count, rows, sign)
    # Codes share a few beginnings (HEL-12, HEL-13); the letters of plates are as many as the cars.
    if len(prefixes) < max(_PLATE_KINDS, _PLATE_SHARE * prefixes.total()):
        tallies.pop((Kind.PLATE, Level.WEAK), None)
    return [
        Finding(column, kind, level, tally.count, tally.rows, list(tally.examples), rejected)
        for (kind, level), tally in tallies.items()
    ]
