"""Polis's export, in and out: `votes.csv`, `comments.csv`, `participants-votes.csv`.

In the files +1 is agreement (in Polis's own database it is -1). Real exports have votes given again (the last counts), sums in
`comments.csv` that don't fit the votes (they are not used), and files with or without a mark at their beginning.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kuutio.core.opinions.conversations import AGREE, DISAGREE, UNSEEN, Conversation, Statement

VOTES, COMMENTS, PEOPLE = "votes.csv", "comments.csv", "participants-votes.csv"
TRUE = frozenset(("true", "t", "1", "yes"))


class BadExport(ValueError):
    """A file isn't what Polis writes; the text says where."""


@dataclass(frozen=True, slots=True)
class Official:
    """What Polis itself found: of each person the group, None for people in none."""

    groups: Mapping[str, int | None]


def read_polis(votes: str, comments: str | None = None) -> Conversation:
    """A conversation from the texts of `votes.csv` and `comments.csv`.

    Statements that only have votes are there too, with no text. Votes are put in the order of their times, of equal ones in the
    order of the file.

    Raises:
        BadExport: a column is missing, or a row can't be understood.
    """
    cast = []
    for line, row in _rows(votes, VOTES, ("comment-id", "voter-id", "vote")):
        vote = row["vote"]
        if vote not in ("1", "0", "-1", "1.0", "0.0", "-1.0"):
            raise BadExport(f"{VOTES}, line {line}: {vote[:20]!r} is no vote; it is 1, 0 or -1.")
        cast.append(
            (_time(row.get("timestamp", ""), VOTES, line), row["voter-id"], row["comment-id"], int(float(vote)))
        )
    cast.sort(key=lambda one: one[0])
    statements: dict[str, Statement] = {}
    if comments is not None:
        for line, row in _rows(comments, COMMENTS, ("comment-id",)):
            name = row["comment-id"]
            if name in statements:
                raise BadExport(f"{COMMENTS}, line {line}: the statement {name[:20]!r} is there twice.")
            statements[name] = Statement(
                name,
                row.get("comment-body", ""),
                row.get("moderated", "") == "-1",
                (row.get("is-meta") or row.get("is_meta") or "").lower() in TRUE,
                row.get("author-id", ""),
                _time(row.get("timestamp", ""), COMMENTS, line),
            )
    for _, _, name, _ in cast:
        statements.setdefault(name, Statement(name))
    return Conversation.of(statements.values(), ((person, name, vote) for _, person, name, vote in cast))


def read_official(people: str) -> Official:
    """What Polis found, from the text of `participants-votes.csv`.

    Raises:
        BadExport: a column is missing, or a group is no number.
    """
    groups: dict[str, int | None] = {}
    for line, row in _rows(people, PEOPLE, ("participant", "group-id")):
        text = row["group-id"]
        if text and not (text.isascii() and text.isdigit() and len(text) < 4):
            raise BadExport(f"{PEOPLE}, line {line}: {text[:20]!r} is no group.")
        groups[row["participant"]] = int(text) if text else None
    return Official(groups)


def write_polis(conversation: Conversation, groups: Mapping[str, int] | None = None) -> dict[str, str]:
    """The files by name; what was told of times and authors is kept, votes have no times.

    Args:
        groups: of each person the group, where they may be told.
    """
    talk, seen = conversation, conversation.seen
    given = {vote: (talk.votes == vote) for vote in (AGREE, DISAGREE)}
    own = {one.author: 0 for one in talk.statements}
    for one in talk.statements:
        own[one.author] += 1
    votes = [
        ["", "", statement.id, person, int(talk.votes[row, column])]
        for row, person in enumerate(talk.people)
        for column, statement in enumerate(talk.statements)
        if talk.votes[row, column] != UNSEEN
    ]
    comments = [
        [
            one.at_ms or "",
            "",
            one.id,
            one.author,
            int(given[AGREE][:, column].sum()),
            int(given[DISAGREE][:, column].sum()),
            -1 if one.out else 1,
            str(one.meta).lower(),
            one.text,
        ]
        for column, one in enumerate(talk.statements)
    ]
    people = [
        [
            person,
            (groups or {}).get(person, ""),
            own.get(person, 0),
            int(seen[row].sum()),
            int(given[AGREE][row].sum()),
            int(given[DISAGREE][row].sum()),
            *("" if vote == UNSEEN else vote for vote in talk.votes[row].tolist()),
        ]
        for row, person in enumerate(talk.people)
    ]
    counted = ["n-comments", "n-votes", "n-agree", "n-disagree"]
    return {
        VOTES: _text(["timestamp", "datetime", "comment-id", "voter-id", "vote"], votes),
        COMMENTS: _text(
            [
                "timestamp",
                "datetime",
                "comment-id",
                "author-id",
                "agrees",
                "disagrees",
                "moderated",
                "is-meta",
                "comment-body",
            ],
            comments,
        ),
        PEOPLE: _text(["participant", "group-id", *counted, *(one.id for one in talk.statements)], people),
    }


def _rows(text: str, name: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if missing := [column for column in needed if column not in header]:
            raise BadExport(f"{name} has no column {missing[0]!r}.")
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise BadExport(
                    f"{name}, line {reader.line_num}: {len(row)} cells, and the first line has {len(header)}."
                )
            found = {column: cell.strip() for column, cell in zip(header, row, strict=True)}
            if empty := [column for column in needed if not found[column] and column != "group-id"]:
                raise BadExport(f"{name}, line {reader.line_num}: {empty[0]} is empty.")
            yield reader.line_num, found
    except csv.Error as error:
        raise BadExport(f"{name}, line {reader.line_num}: {error}.") from error


def _time(text: str, name: str, line: int) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise BadExport(f"{name}, line {line}: {text[:20]!r} is no time in milliseconds.")
    return int(text)


def _text(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()
