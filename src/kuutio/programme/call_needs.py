"""What a call must have before everybody sees it, met or not: the same list for the office's page and for the verb."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kuutio.core.problems import Text
from kuutio.programme import questions
from kuutio.programme.models import Call, ProjectKind
from kuutio.programme.written import bilingual, written


@dataclass(frozen=True, slots=True)
class CallNeed:
    """One thing, in words that say what to do when it isn't there."""

    pointer: str
    label: Text
    is_met: bool


def needs_of(call: Call) -> list[CallNeed]:
    """Everything, in the order of the office's page."""
    both = _("in Finnish or Swedish, and in English")
    times = call.opens_at is not None and call.closes_at is not None and call.closes_at > call.opens_at
    found = [
        CallNeed("/title", _("Title %(languages)s") % {"languages": both}, bilingual(call.title)),
        CallNeed("/summary", _("Summary %(languages)s") % {"languages": both}, bilingual(call.summary)),
        CallNeed("/text", _("Text of the call %(languages)s") % {"languages": both}, bilingual(call.text)),
        CallNeed("/closes_at", _("It opens, and closes after that"), times),
        CallNeed(
            "/latest_end",
            _("The earliest start and the latest end of projects"),
            bool(call.earliest_start and call.latest_end and call.earliest_start < call.latest_end),
        ),
        CallNeed("/budget_cents", _("How much money it shares out"), bool(call.budget_cents)),
        CallNeed("/cost_models", _("At least one cost model"), bool(call.cost_models)),
        CallNeed("/criteria", _("Criteria whose weights are 100 together"), _weights(call) == 100),
        CallNeed("/contact", _("Who answers: a role and its address"), bool(written(call.contact))),
        CallNeed(
            "/questions",
            _("Its own questions %(languages)s") % {"languages": both},
            not (
                questions.missing_languages(call.questions, ["en"])
                or (
                    questions.missing_languages(call.questions, ["fi"])
                    and questions.missing_languages(call.questions, ["sv"])
                )
            ),
        ),
    ]
    if call.shape == Call.Shape.TWO_STAGES:
        inside = times and call.ideas_close_at is not None and call.opens_at < call.ideas_close_at < call.closes_at
        found.append(CallNeed("/ideas_close_at", _("When ideas close, before applications do"), bool(inside)))
    if call.shape == Call.Shape.CONTINUOUS:
        days = [row.at for row in call.cutoffs.all()]
        fits = times and bool(days) and days[-1] == call.closes_at and days[0] > call.opens_at  # type: ignore[operator]
        found.append(CallNeed("/cutoffs", _("Cut-off days, of which the last one is when it closes"), bool(fits)))
    if call.kind == ProjectKind.SPEARHEAD:
        found.append(
            CallNeed("/spearhead_months", _("How long a spearhead is planned to be"), bool(call.spearhead_months))
        )
    return found


def _weights(call: Call) -> int:
    return sum(one.get("weight", 0) for one in call.criteria)
