"""A hearing: the city's text in sections, which people comment on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import ContributionKind, Option, StageKind, Verb

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


def context(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The sections with their comments, and the form."""
    from kuutio.participation.pages import hearing  # pages know the kinds

    return hearing.context(request, stage, voice, at)


def places(stage: Stage) -> frozenset[str]:
    """What a comment may be placed as, by the stage's option."""
    shapes = {"point": frozenset({"point"}), "all": frozenset({"point", "line", "area"})}
    return shapes.get(str(HEARING.option(stage, "map")), frozenset())


HEARING = StageKind(
    name="hearing",
    label=_("Hearing"),
    text=_("People comment on the city’s text and plans, section by section."),
    invites=_("Comment"),
    allows=frozenset({Verb.COMMENT, Verb.SUPPORT, Verb.ANSWER}),
    takes=frozenset({"comment"}),
    component="participation/stages/hearing.html",
    options=(
        Option(
            "map",
            _("Places on a map"),
            "none",
            choices=(
                ("none", _("Comments have no place")),
                ("point", _("A comment may have a point")),
                ("all", _("A comment may have a point, a line or an area")),
            ),
        ),
        Option("paragraphs", _("Each paragraph can be commented on"), True),
        Option("replies", _("People may reply to each other"), True),
    ),
    context=context,
    places=places,
    order=20,
)

COMMENT = ContributionKind("comment", Verb.COMMENT, answers=frozenset({"comment", "proposal"}))
