"""What the texts of a `.pb` file mean: projects, money, and ballots held against the limits that the file declares."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TypeAlias

from .elections import BadElection, Election, Kind, Number, Project, ranks

Rows: TypeAlias = tuple[tuple[str, ...], list[list[str]]]
#: The least and the most; infinite where there is no limit.
Bounds: TypeAlias = tuple[Number | float, Number | float]
#: Places of projects, rising, with their points.
Content: TypeAlias = tuple[tuple[int, Number], ...]

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
#: How much of a wrong value an error shows.
SHOWN = 60


class Wrong(Exception):
    """Something in a line; `reason` says what, and what to do."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Lines:
    """Where things stand in the file: the keys of META, the projects, the votes, the header of the votes."""

    meta: Mapping[str, int]
    projects: Sequence[int]
    votes: Sequence[int]
    header: int

    @classmethod
    def as_written(cls, meta: Mapping[str, str], projects: int, votes: int) -> Lines:
        """Where they will stand."""
        first = len(meta) + 5
        keys = {key: line for line, key in enumerate(meta, 3)}
        header = first + projects + 1
        return cls(keys, range(first, first + projects), array("q", range(header + 1, header + 1 + votes)), header)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ballot must keep to."""

    length: Bounds
    cost: Bounds
    points: Bounds
    total: Bounds
    unlisted: Number


def counted(
    meta: Mapping[str, str], projects: Rows, votes: Rows, lines: Lines
) -> tuple[Election, list[tuple[int, str]]]:
    """The election that the texts of a file are, and what is odd in it.

    Raises:
        Wrong: the first thing that is wrong.
    """
    keys = _Meta(meta, lines)
    word = keys.text("vote_type")
    if word not in set(Kind):
        raise Wrong(lines.meta["vote_type"], f"{_shown(word)} is no vote_type; it is one of {', '.join(Kind)}.")
    kind = Kind(word)
    budget = keys.number("budget")
    if budget <= 0:
        raise Wrong(lines.meta["budget"], "The budget must be more than 0.")
    listed = _projects(projects, lines)
    keys.same("num_projects", len(listed), "projects")
    keys.same("num_votes", len(votes[1]), "votes")
    cast = _Ballots(listed, kind, keys.limits(kind)).counts(votes, lines)
    try:
        election = Election.of_counted(listed, budget, cast, kind)
    except BadElection as wrong:
        raise Wrong(lines.header, str(wrong)) from None
    return election, _odd(projects, lines, election)


class _Meta:
    def __init__(self, meta: Mapping[str, str], lines: Lines) -> None:
        self.meta, self.lines = meta, lines

    def text(self, key: str) -> str:
        if key not in self.meta:
            raise Wrong(1, f"META has no {key}; nothing can be counted without it.")
        return self.meta[key]

    def number(self, key: str) -> Number:
        return _number(self.text(key), self.lines.meta[key], key)

    def same(self, key: str, found: int, what: str) -> None:
        if self.number(key) != found:
            raise Wrong(
                self.lines.meta[key],
                f"{key} is {_shown(self.meta[key])}, but there are {found} {what}; "
                "rows are missing or too many, or the number is wrong.",
            )

    def limits(self, kind: Kind) -> Limits:
        def between(what: str, least: float = -inf) -> Bounds:
            low = self.number(f"min_{what}") if self._said(f"min_{what}") else least
            high = self.number(f"max_{what}") if self._said(f"max_{what}") else inf
            return low, high

        length = between("length")
        if kind is Kind.CHOOSE_1:
            length = (length[0], min(length[1], 1))
        gives = kind in (Kind.CUMULATIVE, Kind.SCORING)
        none: Bounds = (-inf, inf)
        return Limits(
            length=length,
            cost=between("sum_cost"),
            points=between("points", 0 if kind is Kind.CUMULATIVE else -inf) if gives else none,
            total=between("sum_points") if gives else none,
            unlisted=self.number("default_score") if kind is Kind.SCORING and self._said("default_score") else 0,
        )

    def _said(self, key: str) -> bool:
        return self.meta.get(key, "") not in ("", "None")


def _projects(rows: Rows, lines: Lines) -> tuple[Project, ...]:
    columns, found = rows
    above = lines.projects[0] - 1 if len(lines.projects) else lines.header - 2
    name_at = _column(columns, "project_id", above)
    cost_at = _column(columns, "cost", above)
    title_at = columns.index("name") if "name" in columns else None
    listed: dict[str, Project] = {}
    for line, row in zip(lines.projects, found, strict=True):
        name = row[name_at]
        if not name or "," in name:
            raise Wrong(line, f"{_shown(name)} can't be a project_id: it must not be empty nor have a comma.")
        if name in listed:
            raise Wrong(line, f"The project {_shown(name)} is there twice; keep one.")
        cost = _number(row[cost_at], line, "cost")
        if cost <= 0:
            raise Wrong(line, f"The cost of {_shown(name)} is {row[cost_at]}; it must be more than 0.")
        listed[name] = Project(name, Fraction(cost), "" if title_at is None else row[title_at])
    if not listed:
        raise Wrong(above, "There are no projects.")
    return tuple(listed.values())


class _Ballots:
    """Reads ballots, each different text once."""

    def __init__(self, projects: tuple[Project, ...], kind: Kind, limits: Limits) -> None:
        self.projects, self.kind, self.limits = projects, kind, limits
        self.place = {project.id: number for number, project in enumerate(projects)}
        #: Ballots that give no points share these: there may be a million of them.
        self.one_each = [(number, 1) for number in range(len(projects))]

    def counts(self, votes: Rows, lines: Lines) -> dict[Content, int]:
        columns, rows = votes
        voter_at, vote_at = _column(columns, "voter_id", lines.header), _column(columns, "vote", lines.header)
        gives = self.kind in (Kind.CUMULATIVE, Kind.SCORING)
        points_at = _column(columns, "points", lines.header) if gives else None
        seen: dict[tuple[str, str], list[int]] = {}
        voters: set[str] = set()
        cast: dict[Content, list[int]] = {}
        for line, row in zip(lines.votes, rows, strict=True):
            voter = row[voter_at]
            if voter in voters:
                raise Wrong(line, f"The voter {_shown(voter)} is there twice; each has one ballot.")
            voters.add(voter)
            key = (row[vote_at], row[points_at] if points_at is not None else "")
            tally = seen.get(key)
            if tally is None:
                tally = seen[key] = cast.setdefault(self._read(*key, line), [0])
            tally[0] += 1
        return {content: tally[0] for content, tally in cast.items()}

    def _read(self, vote: str, points: str, line: int) -> Content:
        names = vote.split(",") if vote else []
        low, high = self.limits.length
        if not low <= len(names) <= high:
            raise Wrong(line, f"The vote names {len(names)} projects; {_between(low, high)} are allowed.")
        try:
            places = [self.place[name] for name in names]
        except KeyError as unknown:
            raise Wrong(line, f"The vote names {_shown(unknown.args[0])}, which is no project of this file.") from None
        if len(set(places)) != len(places):
            double = next(name for name in names if names.count(name) > 1)
            raise Wrong(line, f"The vote names {_shown(double)} twice.")
        low, high = self.limits.cost
        if high < inf or low > -inf:
            cost = sum((self.projects[place].cost for place in places), Fraction(0))
            if not low <= cost <= high:
                raise Wrong(line, f"The projects of the vote cost {float(cost):g}; {_between(low, high)} is allowed.")
        if self.kind in (Kind.CUMULATIVE, Kind.SCORING):
            return self._weighed(places, points, line)
        if self.kind is Kind.ORDINAL:
            return tuple(sorted(zip(places, ranks(len(places), self.kind), strict=True)))
        places.sort()
        return tuple([self.one_each[place] for place in places])

    def _weighed(self, places: list[int], points: str, line: int) -> Content:
        words = points.split(",") if points else []
        if len(words) != len(places):
            raise Wrong(
                line, f"The vote names {len(places)} projects, but gives {len(words)} points; one each is needed."
            )
        given = [_number(word, line, "points") for word in words]
        low, high = self.limits.points
        for one in given:
            if not low <= one <= high:
                raise Wrong(line, f"A project gets {float(one):g} points; {_between(low, high)} is allowed.")
        low, high = self.limits.total
        if not low <= sum(given) <= high:
            raise Wrong(line, f"The vote gives {float(sum(given)):g} points; {_between(low, high)} is allowed.")
        content = dict(zip(places, given, strict=True))
        if self.limits.unlisted:
            content = dict.fromkeys(range(len(self.projects)), self.limits.unlisted) | content
        return tuple(sorted(content.items()))


def _odd(rows: Rows, lines: Lines, election: Election) -> list[tuple[int, str]]:
    """Columns that tell another number than the ballots do."""
    columns, found = rows
    told: list[tuple[int, str]] = []
    counted: dict[str, Sequence[int | Fraction]] = {"votes": election.votes, "score": election.scores}
    for column, true in counted.items():
        if column not in columns:
            continue
        at = columns.index(column)
        for line, row, number in zip(lines.projects, found, true, strict=True):
            if row[at] not in ("", "None") and (not _NUMBER.fullmatch(row[at]) or Fraction(row[at]) != number):
                told.append(
                    (line, f"{column} is {_shown(row[at])}, the ballots say {float(number):g}; they are what counts.")
                )
    return told


def _column(columns: tuple[str, ...], name: str, line: int) -> int:
    if name not in columns:
        raise Wrong(line, f"The column {name} is missing.")
    return columns.index(name)


def _number(text: str, line: int, what: str) -> Number:
    if not _NUMBER.fullmatch(text):
        raise Wrong(line, f"{what} is {_shown(text)}; it must be a number such as 1200 or 1200.50.")
    return Fraction(text) if "." in text else int(text)


def _between(low: Number | float, high: Number | float) -> str:
    if high == inf:
        return f"at least {float(low):g}"
    return f"at most {float(high):g}" if low == -inf else f"{float(low):g} to {float(high):g}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
