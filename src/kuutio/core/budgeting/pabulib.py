"""Elections as `.pb` files: reading that says where a file is wrong, and writing that loses nothing.

Source: Faliszewski and others: Participatory Budgeting: Data, Tools, and Analysis (IJCAI 2023, arXiv 2305.11035), and
https://pabulib.org/format.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .ballots import Lines, Wrong, counted
from .elections import Ballot, Election, Kind

SECTIONS = ("META", "PROJECTS", "VOTES")
#: The largest file of all that are published is a tenth of this.
MOST_BYTES = 200_000_000
#: Without these nothing can be counted.
NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
#: These belong to the format, but nothing depends on them here.
USUAL = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")


class BadFile(ValueError):
    """The file isn't what it should be.

    Attributes:
        line: where, from 1.
        reason: what is wrong, and what to do.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a section as they stand in the file, below the names of their columns."""

    columns: tuple[str, ...]
    rows: list[list[str]] = field(repr=False)


@dataclass(frozen=True)
class Pb:
    """A `.pb` file: all that it says, as texts, and the election that this is.

    Attributes:
        meta: keys and values in the file's order, also those that Pabulib doesn't know.
        notes: what is odd, but harms no count, with the line.
    """

    meta: dict[str, str]
    projects: Table
    votes: Table
    election: Election
    notes: tuple[tuple[int, str], ...] = ()


def read_pb(data: bytes | str) -> Pb:
    """Read a `.pb` file, UTF-8.

    Raises:
        BadFile: the first thing that is wrong, with its line.
    """
    meta, lines, tables = _sections(_text(data))
    return _checked(meta, *tables, lines)


def write_pb(pb: Pb) -> str:
    """The text of a file; reading it gives the same content."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([("META",), ("key", "value"), *pb.meta.items()])
    for name, table in (("PROJECTS", pb.projects), ("VOTES", pb.votes)):
        writer.writerows([(name,), table.columns])
        writer.writerows(table.rows)
    return out.getvalue()


def make_pb(meta: Mapping[str, str], projects: Sequence[Mapping[str, str]], ballots: Iterable[Ballot]) -> Pb:
    """A file of ballots that were cast here: bare, numbered from 1 in the order given (shuffle them before).

    Args:
        meta: with `budget` and `vote_type` at least; the two numbers are filled in.
        projects: each with `project_id` and `cost` at least, all with the same columns.

    Raises:
        BadFile: it would not be read back.
    """
    kind = Kind(meta["vote_type"])
    weighs = kind in (Kind.CUMULATIVE, Kind.SCORING)
    rows = []
    for number, ballot in enumerate(ballots, 1):
        row = [str(number), ",".join(ballot)]
        if isinstance(ballot, Mapping):
            row.append(",".join(str(points) for points in ballot.values()))
        rows.append(row)
    said = {**meta, "num_projects": str(len(projects)), "num_votes": str(len(rows))}
    columns = tuple(projects[0]) if projects else ("project_id", "cost")
    listed = Table(columns, [[one[column] for column in columns] for one in projects])
    return _checked(said, listed, Table(("voter_id", "vote", "points")[: 3 if weighs else 2], rows), None)


def _checked(meta: dict[str, str], projects: Table, votes: Table, lines: Lines | None) -> Pb:
    lines = lines or Lines.as_written(meta, len(projects.rows), len(votes.rows))
    try:
        election, odd = counted(meta, (projects.columns, projects.rows), (votes.columns, votes.rows), lines)
    except Wrong as wrong:
        raise BadFile(wrong.line, wrong.reason) from None
    missing = [(1, f"META has no {key}, which Pabulib wants.") for key in USUAL if key not in meta]
    return Pb(meta, projects, votes, election, (*missing, *odd))


def _text(data: bytes | str) -> str:
    if len(data) > MOST_BYTES:
        raise BadFile(1, f"The file has more than {MOST_BYTES // 1_000_000} MB; split the election.")
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise BadFile(data.count(b"\n", 0, wrong.start) + 1, "This isn't UTF-8; save the file as UTF-8.") from None
    nul = data.find("\0")
    if nul >= 0:
        raise BadFile(data.count("\n", 0, nul) + 1, "There is a NUL character; this isn't a text, or it was damaged.")
    return data


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, each with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    begins = 1
    while True:
        try:
            for row in reader:
                if row:
                    yield begins, row
                begins = reader.line_num + 1
        except csv.Error as wrong:
            raise BadFile(
                begins, f"The row can't be read ({wrong}); look for a stray quote or a damaged field."
            ) from None
        return


def _sections(text: str) -> tuple[dict[str, str], Lines, tuple[Table, Table]]:
    rows = _rows(text)
    line, row = next(rows, (1, [""]))
    if row != ["META"]:
        raise BadFile(line, "The first line must be META.")
    meta: dict[str, str] = {}
    meta_lines: dict[str, int] = {}
    where, line = _header(rows, line, "META"), line
    if where[1] != ("key", "value"):
        raise BadFile(where[0], "Below META stands the line key;value.")
    for line, row in rows:
        if row == ["PROJECTS"]:
            break
        if len(row) != 2:
            raise BadFile(
                line, f"A line of META is key;value, this has {len(row)} fields; put a value with ; in quotes."
            )
        if row[0] in meta:
            raise BadFile(line, f"META has {row[0]!r} twice; keep one.")
        meta[row[0]], meta_lines[row[0]] = row[1], line
    else:
        raise BadFile(line, "The file ends without the section PROJECTS.")
    line, columns = _header(rows, line, "PROJECTS")
    projects, project_lines, line = _table(rows, line, columns, "VOTES")
    if not line[1]:
        raise BadFile(line[0], "The file ends without the section VOTES.")
    at, vote_columns = _header(rows, line[0], "VOTES")
    votes, vote_lines, _ = _table(rows, at, vote_columns, None)
    return (
        meta,
        Lines(meta_lines, project_lines, vote_lines, at),
        (Table(columns, projects), Table(vote_columns, votes)),
    )


def _header(rows: Iterator[tuple[int, list[str]]], line: int, section: str) -> tuple[int, tuple[str, ...]]:
    line, row = next(rows, (line, []))
    if not row:
        raise BadFile(line, f"The file ends where the columns of {section} should be.")
    names = sorted(row)
    for one, other in pairwise(names):
        if one == other:
            raise BadFile(line, f"{section} has the column {one!r} twice.")
    return line, tuple(row)


def _table(
    rows: Iterator[tuple[int, list[str]]], line: int, columns: tuple[str, ...], until: str | None
) -> tuple[list[list[str]], array[int], tuple[int, bool]]:
    """The rows up to the name of the next section, and where it stands."""
    found: list[list[str]] = []
    lines = array("q")
    width = len(columns)
    for line, row in rows:
        if len(row) != width:
            if until is not None and row == [until]:
                return found, lines, (line, True)
            if len(row) == 1 and row[0] in SECTIONS:
                raise BadFile(
                    line, f"The section {row[0]} can't stand here; the order is META, PROJECTS, VOTES, each once."
                )
            raise BadFile(line, f"There are {len(row)} fields, but {width} columns; put a field with ; in quotes.")
        found.append(row)
        lines.append(line)
    return found, lines, (line, False)
