"""What must hold before a step, said to people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kuutio.core.moves import Need
from kuutio.core.problems import Text

MISSING: Mapping[Need, Text] = {
    Need.REASON: _("Say why."),
    Need.CHALLENGE_COMPLETE: _("The challenge lacks something."),
    Need.NO_ANSWERS: _("Answers have come in already: it stays public."),
    Need.CLOSING_TIME: _("The time for answers isn’t over yet."),
    Need.JURY_DECIDED: _("The jury hasn’t decided yet."),
    Need.TRIAL_RUNS: _("No trial of the challenge has begun yet."),
    Need.TRIALS_ENDED: _("A trial of the challenge isn’t at its end yet."),
    Need.IN_TIME: _("The time for answers is over."),
    Need.ANSWER_COMPLETE: _("The answer lacks something."),
    Need.AGREEMENT_SIGNED: _(
        "The agreement must be written and signed by both: parties, place, permits, insurance, dismantling."
    ),
    Need.SUCCESS_MEASURE: _("Say by which measure its success is seen: one at least, with a target."),
    Need.PERIOD: _("The agreement’s period must hold today."),
    Need.IPR_CLAUSE: _("The agreement must say whose the rights are."),
    Need.DATA_CLAUSE: _("The agreement must say what becomes of the data."),
    Need.NEXT_OWNER: _("Say who decides on the next step."),
    Need.LEARNING: _("Write down and publish what was learnt: one learning at least."),
    Need.NEXT_STEP: _("Say what came out in words, what the next step is, who owns it and by when."),
}
