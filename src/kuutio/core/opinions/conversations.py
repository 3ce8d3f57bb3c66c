"""A conversation: statements, people, and each person's last word on each statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

AGREE, PASS, DISAGREE = 1, 0, -1
UNSEEN = 9
"""In the matrix: this person has not voted on this statement."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What people vote on.

    Attributes:
        id: unique in its conversation.
        out: moderated out; its votes count for nothing.
        meta: about the person rather than the matter, such as "I live here"; shown more often, and no part of a consensus.
        author: the id of the participant who wrote it, "" where that isn't told.
        at_ms: when, in milliseconds since 1970; 0 where that isn't told.
    """

    id: str
    text: str = ""
    out: bool = False
    meta: bool = False
    author: str = ""
    at_ms: int = 0


@dataclass(frozen=True, eq=False)
class Conversation:
    """All votes of a conversation; make one with `of`.

    Attributes:
        statements: in the order of the matrix's columns.
        people: their ids, in the order of its rows.
        votes: AGREE, PASS, DISAGREE or UNSEEN, one byte each.
    """

    statements: tuple[Statement, ...]
    people: tuple[str, ...]
    votes: NDArray[np.int8]

    @classmethod
    def of(cls, statements: Iterable[Statement], votes: Iterable[tuple[str, str, int]]) -> Conversation:
        """The conversation of these votes, each (person, statement, vote), the oldest first: of several, the last counts.

        Rows and columns are put in the order of their ids, numbers by size, so that nothing depends on who came first.

        Raises:
            ValueError: a statement twice, a vote on none of them, or one that is neither agree, pass nor disagree.
        """
        listed = tuple(sorted(statements, key=lambda one: in_order(one.id)))
        column = {one.id: place for place, one in enumerate(listed)}
        if len(column) != len(listed):
            raise ValueError("A statement is there twice.")
        last: dict[tuple[str, str], int] = {}
        for person, statement, vote in votes:
            if statement not in column:
                raise ValueError(f"There is a vote on {statement!r}, which is no statement.")
            if vote not in (AGREE, PASS, DISAGREE):
                raise ValueError(f"{vote!r} is no vote.")
            last[person, statement] = vote
        people = tuple(sorted({person for person, _ in last}, key=in_order))
        row = {one: place for place, one in enumerate(people)}
        matrix = np.full((len(people), len(listed)), UNSEEN, np.int8)
        for (person, statement), vote in last.items():
            matrix[row[person], column[statement]] = vote
        return cls(listed, people, matrix)

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Of each statement, whether it isn't moderated out."""
        return np.array([not one.out for one in self.statements], np.bool_)

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """Where somebody voted, moderated statements included."""
        return np.asarray(self.votes != UNSEEN, np.bool_)

    def without(self, people: Collection[str]) -> Conversation:
        """The same without some people: to see what they changed."""
        left = [place for place, one in enumerate(self.people) if one not in people]
        return Conversation(self.statements, tuple(self.people[place] for place in left), self.votes[left])


def in_order(name: str) -> tuple[int, int, str]:
    """A key that sorts ids: whole numbers by size, then all others as text."""
    return (0, int(name), name) if name.isascii() and name.isdigit() and len(name) < 19 else (1, 0, name)


def same_votes(conversation: Conversation, *, least: int = 10) -> list[tuple[str, ...]]:
    """People who voted on exactly the same statements in exactly the same way, where these are at least `least`.

    A sign of copies, not a proof: it is for a person to look at, never to drop anybody by.
    """
    alike: defaultdict[bytes, list[str]] = defaultdict(list)
    for person, votes, number in zip(conversation.people, conversation.votes, conversation.seen.sum(1), strict=True):
        if number >= least:
            alike[votes.tobytes()].append(person)
    return [tuple(people) for people in alike.values() if len(people) > 1]
