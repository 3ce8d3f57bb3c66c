"""Surveys that branch: which question follows which answer, without a way back, so that every walk ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

END = 0
"""Where a jump leads that ends the survey; no question has this number."""


@dataclass(frozen=True, slots=True)
class Jump:
    """After a question, to another one.

    Attributes:
        choice: the chosen answer that leads there; None: every answer does for which no other jump is made.
        to: a question, or `END`.
    """

    question: int
    to: int
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a jump, or with a question that nobody would ever see.

    Attributes:
        why: `unknown`, `backwards`, `twice` or `unreachable`.
    """

    question: int
    why: str


def faults(questions: Sequence[int], jumps: Sequence[Jump], choices: Mapping[int, frozenset[int]]) -> list[Fault]:
    """What keeps a survey from being asked. Jumps lead forward only, therefore no walk meets a question twice.

    Args:
        questions: in their order.
        choices: of each question that must be answered with exactly one of them; others may be passed by.
    """
    place = {question: at for at, question in enumerate(questions)}
    found, seen = [], set()
    for jump in jumps:
        if jump.question not in place or (jump.to != END and jump.to not in place):
            found.append(Fault(jump.question, "unknown"))
        elif jump.to != END and place[jump.to] <= place[jump.question]:
            found.append(Fault(jump.question, "backwards"))
        elif (jump.question, jump.choice) in seen:
            found.append(Fault(jump.question, "twice"))
        seen.add((jump.question, jump.choice))
    if found:
        return found
    reached = set(questions[:1])
    for at, question in enumerate(questions):
        if question not in reached:
            found.append(Fault(question, "unreachable"))
            continue
        own = {jump.choice: jump.to for jump in jumps if jump.question == question}
        reached.update(own.values())
        passes = None not in own and not (choices.get(question) and choices[question] <= own.keys())
        if passes:
            reached.update(questions[at + 1 : at + 2])
    return found


def after(question: int, chosen: frozenset[int], questions: Sequence[int], jumps: Sequence[Jump]) -> int:
    """The question that follows an answer, or `END`. Of several chosen answers the jump that stands first decides."""
    own = [jump for jump in jumps if jump.question == question]
    for jump in own:
        if jump.choice is not None and jump.choice in chosen:
            return jump.to
    for jump in own:
        if jump.choice is None:
            return jump.to
    at = questions.index(question) + 1
    return questions[at] if at < len(questions) else END


def walk(questions: Sequence[int], jumps: Sequence[Jump], chosen: Mapping[int, frozenset[int]]) -> list[int]:
    """The questions that somebody with these answers is asked, in order; what they answered elsewhere doesn't count."""
    path, at = [], questions[0] if questions else END
    while at != END:
        path.append(at)
        at = after(at, chosen.get(at, frozenset()), questions, jumps)
    return path
