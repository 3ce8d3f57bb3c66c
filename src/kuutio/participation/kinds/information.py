"""Stages in which the city works and tells: nothing is asked while they last."""

from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds.registry import StageKind

PLANNING = StageKind(
    name="planning",
    label=_("Preparation"),
    text=_("The city prepares the matter or works on it; people read and follow."),
    allows=frozenset(),
    component="participation/stages/information.html",
    order=10,
)

DECISION = StageKind(
    name="decision",
    label=_("Decision"),
    text=_("The city decides. What was decided and why is told when the process is closed."),
    allows=frozenset(),
    component="participation/stages/information.html",
    order=900,
)
