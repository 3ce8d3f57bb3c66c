"""An opinion map: statements, one at a time, and where people stand by what they answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import ContributionKind, Option, StageKind, Verb

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


def context(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The next statement, how far one is, and the form of a new statement."""
    from kuutio.participation.pages import opinions  # pages know the kinds

    return opinions.context(request, stage, voice, at)


def is_moderated(stage: Stage) -> bool:
    """Whether new statements wait for an officer."""
    return bool(OPINIONS.option(stage, "moderated"))


OPINIONS = StageKind(
    name="opinions",
    label=_("Opinion map"),
    text=_("People answer short statements one at a time and write their own; the map shows what unites them."),
    invites=_("Answer the statements"),
    allows=frozenset({Verb.PROPOSE, Verb.SUPPORT}),
    takes=frozenset({"statement"}),
    component="participation/opinions/stage.html",
    options=(
        Option("writing", _("People may write statements of their own"), True),
        Option("moderated", _("An officer reads new statements before they are shown"), True),
        Option("longest", _("Longest statement, in characters"), 140, least=140, most=200),
        Option("by_city", _("Ask in which city people live, to show results by city"), True),
    ),
    context=context,
    order=40,
)

STATEMENT = ContributionKind("statement", Verb.PROPOSE, longest=200, option="writing", waits=is_moderated)
