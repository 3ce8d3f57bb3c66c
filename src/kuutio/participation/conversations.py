"""What people answered in a stage of statements, as the mathematics take it; and which statement somebody sees next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from kuutio.core.opinions import UNSEEN, Conversation, Statement, draw_of, next_statement, priorities
from kuutio.participation.models import BroughtVote, Contribution, OpinionVoter, Reaction, Stage

SEED = 0
"""Of the samples by which stability is measured: what `./kuutio opinions` takes, so that anybody gets the same map."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A stage's conversation, and what is known of its people besides.

    Attributes:
        began: of people who answered here, when they answered first.
        cities: where people said that they live.
    """

    conversation: Conversation
    began: Mapping[str, datetime]
    cities: Mapping[str, str]


def statements_of(stage: Stage) -> Any:
    """The statements that can be answered, the oldest first."""
    shown = Contribution.objects.filter(stage=stage, kind=Contribution.Kind.STATEMENT)
    return shown.filter(state=Contribution.State.PUBLISHED).order_by("pk")


def talk_of(stage: Stage) -> Talk:
    """All that was answered in a stage by those who have a number. A statement that is hidden or withdrawn has no words and is out."""
    rows = Contribution.objects.filter(stage=stage, kind=Contribution.Kind.STATEMENT)
    rows = rows.exclude(state=Contribution.State.HELD).order_by("pk")
    published = Contribution.State.PUBLISHED
    statements = [
        Statement(str(pk), text if state == published else "", out=state != published)
        for pk, text, state in rows.values_list("pk", "text", "state")
    ]
    known = {one.id for one in statements}
    voters = OpinionVoter.objects.filter(stage=stage).values_list("pk", "person", "number", "city")
    by_person: dict[int, str] = {}
    by_voter: dict[int, str] = {}
    cities: dict[str, str] = {}
    for pk, person, number, city in voters:
        by_voter[pk] = str(number)
        if person is not None:
            by_person[person] = str(number)
        if city:
            cities[str(number)] = city
    votes: list[tuple[str, str, int]] = []
    began: dict[str, datetime] = {}
    reactions = Reaction.objects.filter(contribution__stage=stage, contribution__kind=Contribution.Kind.STATEMENT)
    for person, statement, value, at in reactions.values_list("person", "contribution", "value", "at"):
        who = by_person.get(person)
        if who is None or str(statement) not in known:
            continue
        votes.append((who, str(statement), value))
        began[who] = min(at, began.get(who, at))
    brought = BroughtVote.objects.filter(voter__stage=stage).values_list("voter", "statement", "value")
    votes += [
        (by_voter[voter], str(statement), value) for voter, statement, value in brought if str(statement) in known
    ]
    return Talk(Conversation.of(statements, votes), began, cities)


def next_of(
    stage: Stage, statements: Sequence[Contribution], seen: frozenset[int], person: str, weights: Mapping[str, float]
) -> Contribution | None:
    """The statement that somebody sees next, None when they have answered all: the same one until they answer.

    Args:
        seen: the keys of those that they have answered.
        weights: the priorities that the stage's map told; a statement that is newer than the map counts as unseen by all.
    """
    ordered = tuple(Statement(str(one.pk)) for one in statements)
    fresh = Conversation(ordered, (), np.full((0, len(ordered)), UNSEEN, np.int8))
    unseen = priorities(fresh, np.zeros(len(ordered)))
    known = np.array([weights.get(one.id, weight) for one, weight in zip(ordered, unseen, strict=True)], np.float64)
    draw = draw_of(f"{stage.process.slug}/{stage.slug}", person, len(seen))
    found = next_statement(fresh, known, {str(pk) for pk in seen}, draw)
    return next((one for one in statements if str(one.pk) == found), None)


def answers_of(stage: Stage, person: Any) -> dict[int, int]:
    """What a person has answered, by statement."""
    rows = Reaction.objects.filter(
        contribution__stage=stage, contribution__kind=Contribution.Kind.STATEMENT, person=person
    )
    return dict(rows.values_list("contribution", "value"))
