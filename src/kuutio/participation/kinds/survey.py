"""A survey: questions that follow each other by what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import Option, StageKind, Verb

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


def context(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """How many questions there are, and whether this person has answered."""
    from kuutio.participation.pages.surveys import context as shown  # pages know the kinds

    return shown(request, stage, voice, at)


SURVEY = StageKind(
    name="survey",
    label=_("Survey"),
    text=_("People answer questions; which one comes next may depend on what they answered."),
    invites=_("Answer the survey"),
    allows=frozenset({Verb.ANSWER}),
    component="participation/stages/survey.html",
    options=(
        Option(
            "results",
            _("When are the results shown?"),
            "after",
            choices=(
                ("always", _("All the time")),
                ("after", _("When the survey is over")),
                ("never", _("To officers only")),
            ),
        ),
    ),
    context=context,
    order=60,
)
