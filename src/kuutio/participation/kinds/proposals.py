"""Proposals: people propose, argue for and against, and support; initiatives are proposals that the law counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import ContributionKind, Option, StageKind, Verb

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


def context(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The proposals, as a list and on a map."""
    from kuutio.participation.pages.proposals import context as shown  # pages know the kinds

    return shown(request, stage, voice, at)


def places(stage: Stage) -> frozenset[str]:
    """A proposal may have a point, where the stage asks for places."""
    return frozenset({"point"}) if PROPOSALS.option(stage, "places") else frozenset()


def municipal(stage: Stage) -> frozenset[str]:
    """An initiative may have a point."""
    return frozenset({"point"})


_PROPOSED = frozenset({"proposal"})
_ARGUED = frozenset({"argument_for", "argument_against"})
_ARGUMENTS = Option("arguments", _("People argue for and against, without replies"), True)

PROPOSALS = StageKind(
    name="proposals",
    label=_("Proposals"),
    text=_("People make proposals, say what speaks for and against them, and support them."),
    invites=_("Make a proposal"),
    allows=frozenset({Verb.PROPOSE, Verb.COMMENT, Verb.SUPPORT}),
    takes=_PROPOSED | _ARGUED,
    component="participation/stages/proposals.html",
    options=(Option("places", _("A proposal may have a place"), True), _ARGUMENTS),
    context=context,
    places=places,
    order=30,
)

SUPPORT = StageKind(
    name="support",
    label=_("Support for proposals"),
    text=_("Nothing new is proposed: people support what was proposed before, and argue about it."),
    invites=_("Support proposals"),
    allows=frozenset({Verb.COMMENT, Verb.SUPPORT}),
    takes=_ARGUED,
    component="participation/stages/proposals.html",
    options=(_ARGUMENTS,),
    context=context,
    order=40,
)

INITIATIVES = StageKind(
    name="initiatives",
    label=_("Residents’ initiatives"),
    text=_(
        "Residents demand that the municipality takes up a matter, or holds a referendum. Its own residents are counted."
    ),
    invites=_("Make an initiative"),
    allows=frozenset({Verb.PROPOSE, Verb.COMMENT, Verb.SUPPORT}),
    takes=_PROPOSED | _ARGUED,
    component="participation/stages/proposals.html",
    options=(_ARGUMENTS,),
    context=context,
    places=municipal,
    order=50,
)

PROPOSAL = ContributionKind("proposal", Verb.PROPOSE, longest=8000, titled=True)
_TO = frozenset({"proposal"})
FOR = ContributionKind("argument_for", Verb.COMMENT, longest=1000, answers=_TO, alone=False, option="arguments")
AGAINST = ContributionKind("argument_against", Verb.COMMENT, longest=1000, answers=_TO, alone=False, option="arguments")
