"""The kinds of stages and of contributions that there are. A new one is a module here and a line in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuutio.participation.kinds import hearing, information, opinions, proposals, survey, vote
from kuutio.participation.kinds.registry import ContributionKind, Option, StageKind, Value, Verb, WrongOption

if TYPE_CHECKING:
    from kuutio.participation.models import Stage

STAGES: dict[str, StageKind] = {
    kind.name: kind
    for kind in (
        information.PLANNING,
        hearing.HEARING,
        opinions.OPINIONS,
        vote.VOTE,
        proposals.PROPOSALS,
        proposals.SUPPORT,
        proposals.INITIATIVES,
        survey.SURVEY,
        information.DECISION,
    )
}

CONTRIBUTIONS: dict[str, ContributionKind] = {
    kind.name: kind
    for kind in (
        hearing.COMMENT,
        opinions.STATEMENT,
        proposals.PROPOSAL,
        proposals.FOR,
        proposals.AGAINST,
    )
}  # fmt: skip


def takes(stage: Stage, name: str) -> bool:
    """Whether contributions of a kind are made in a stage: its own kind takes them, and its settings let them."""
    kind, sort = STAGES.get(stage.kind), CONTRIBUTIONS[name]
    return kind is not None and name in kind.takes and (not sort.option or bool(kind.option(stage, sort.option)))


__all__ = [
    "CONTRIBUTIONS",
    "STAGES",
    "ContributionKind",
    "Option",
    "StageKind",
    "Value",
    "Verb",
    "WrongOption",
    "takes",
]
