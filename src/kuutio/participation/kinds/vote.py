"""A vote on budgets: each budget has its ballot paper."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import StageKind, Verb

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


def context(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The ballot papers, or the results."""
    from kuutio.participation.pages import votes  # pages know the kinds

    return votes.context(request, stage, voice, at)


VOTE = StageKind(
    name="vote",
    label=_("Vote on a budget"),
    text=_("People vote on projects; the winners get the money. Rule, projects and times are frozen before it opens."),
    invites=_("Vote"),
    allows=frozenset({Verb.VOTE}),
    component="participation/stages/vote.html",
    context=context,
    order=60,
)
