"""The stages of a process as readers see them: which is over, open or to come, and what one can do in it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kuutio.core.problems import Text
from kuutio.core.when import here, span
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Process, Stage
from kuutio.ui.wording import day, language, moment


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the line.

    Attributes:
        when: `past`, `open` or `coming`.
        words: its times.
        invites: the button of what can be done now, "" when there is nothing.
        asks: whether people do anything in it, now or at another time.
    """

    stage: Stage
    when: str
    words: str
    label: Text
    invites: Text = ""
    asks: bool = False

    @property
    def state(self) -> str:
        """Whether it is over, open or to come, in words."""
        return {"past": _("Over"), "open": pgettext("stage", "Open now"), "coming": _("To come")}[self.when]


_MOMENT = timedelta(microseconds=1)


def closing(at: datetime) -> str:
    """When something ends as people say it: one that ends at midnight lasts to the end of the day before."""
    last = here(at - _MOMENT)
    if here(at).date() == last.date():
        return moment(at)
    return _("the end of %(day)s") % {"day": day(last)}


def steps(process: Process, at: datetime) -> list[Step]:
    """The stages of a process in their order."""
    return [step_of(process, stage, at) for stage in process.stages.all()]


def step_of(process: Process, stage: Stage, at: datetime) -> Step:
    """One stage as a reader sees it at a moment."""
    kind = STAGES.get(stage.kind)
    when = "open" if stage.is_open(at) else "coming" if at < stage.opens_at else "past"
    acting = kind is not None and bool(kind.allows)
    is_now = when == "open" and process.state == Process.State.PUBLISHED
    words = span(stage.opens_at, stage.closes_at - _MOMENT, language())
    if when == "open" and acting:
        words = _("Until %(time)s") % {"time": closing(stage.closes_at)}
    return Step(stage, when, words, kind.label if kind else "", kind.invites if kind and is_now else "", acting)


def current_stage(process: Process, at: datetime) -> Stage | None:
    """The stage to show first: one that is open and asks for something, else one that is open, else the next one."""
    stages = list(process.stages.all())
    is_open = [stage for stage in stages if stage.is_open(at)]
    asking = [stage for stage in is_open if (kind := STAGES.get(stage.kind)) and kind.allows]
    coming = [stage for stage in stages if stage.opens_at > at]
    return next(iter([*asking, *is_open, *coming]), None)


def current_step(process: Process, at: datetime) -> Step | None:
    """The stage to show first, as a reader sees it; None when all are over."""
    stage = current_stage(process, at)
    return step_of(process, stage, at) if stage else None
