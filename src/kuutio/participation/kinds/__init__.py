"""The kinds of stages and of contributions that there are. A new one is a module here and a line in the list."""

from __future__ import annotations

from kuutio.participation.kinds import hearing, information, opinions, proposals, survey, vote
from kuutio.participation.kinds.registry import ContributionKind, Option, StageKind, Value, Verb, WrongOption

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

__all__ = [
    "CONTRIBUTIONS",
    "STAGES",
    "ContributionKind",
    "Option",
    "StageKind",
    "Value",
    "Verb",
    "WrongOption",
]
