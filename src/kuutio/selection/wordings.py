"""Words for what the rules of choosing know by a name."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kuutio.core.choosing.conflicts import Ground
from kuutio.core.choosing.scores import shown
from kuutio.core.choosing.tables import read
from kuutio.ui.wording import language, number

DECLARED = {
    Ground.DECLARED_INTEREST: _("I or somebody close to me would gain or lose by it"),
    Ground.DECLARED_KIN: _("Somebody close to me takes part in it"),
    Ground.DECLARED_BOARD: _("I am in a board or another organ of an organisation in it"),
    Ground.DECLARED_REPRESENTATIVE: _("I have advised or represented an organisation in it"),
    Ground.DECLARED_OTHER: _("My impartiality may be doubted for another reason"),
}
"""What a reviewer declares, in the first person; the grounds of the Administrative Procedure Act (434/2003), section 28."""

GROUNDS = {
    Ground.NAMED: _("is named in it"),
    Ground.LEAD_UNIT: _("works for the unit that leads"),
    Ground.PARTNER_ORGANISATION: _("works for an organisation in it"),
    Ground.RELATED_ORGANISATION: _("works for an organisation that owns or belongs to one in it"),
    Ground.SAME_CITY: _("comes from a city in it"),
    Ground.DECLARED_KIN: _("somebody close takes part"),
    Ground.DECLARED_INTEREST: _("has an interest in it"),
    Ground.DECLARED_BOARD: _("sits in an organ of an organisation in it"),
    Ground.DECLARED_REPRESENTATIVE: _("has advised or represented an organisation in it"),
    Ground.DECLARED_OTHER: _("another reason"),
}
"""The same of somebody else."""


def ground_words(ground: str) -> str:
    """A ground in words."""
    return str(GROUNDS.get(Ground(ground), ground)) if ground in list(Ground) else ground


def scale_options(low: int, high: int, chosen: Any) -> list[dict[str, Any]]:
    """The scores that can be given."""
    return [{"value": value, "label": str(value), "checked": value == chosen} for value in range(low, high + 1)]


PLACES = {
    "funded": _("The money reaches it"),
    "at_line": _("At the line"),
    "below": _("Below the line"),
    "not_fundable": _("Below a threshold"),
    "fundable": _("Reaches the threshold"),
}
"""Where the money ends, of a row of the ranking."""

ACTS = {
    "declare": _("Let the reviewers declare their conflicts"),
    "review": _("Let the reviewers write"),
    "rank": _("Make the ranking"),
    "decide": _("All is decided"),
    "publish": _("Publish the results"),
    "propose_yes": _("Propose for funding"),
    "propose_no": _("Don’t propose"),
    "put_at_line": _("Leave at the line"),
    "approve": _("Approve"),
    "approve_with_conditions": _("Approve with conditions"),
    "reject": _("Reject"),
}
"""What can be done, as a button says it."""

VERBS = {
    "open_round": _("Opened the round"),
    "change_round": _("Changed the settings"),
    "declare_round": _("Let the reviewers declare their conflicts of interest"),
    "review_round": _("Let the reviewers begin"),
    "rank_round": _("Made the ranking"),
    "decide_round": _("Noted that all is decided"),
    "publish_round": _("Published the results"),
    "cancel_round": _("Gave the round up"),
    "add_member": _("Named somebody who decides"),
    "affiliate": _("Noted whose an organisation is"),
    "add_reviewer": _("Asked a reviewer"),
    "let_reviewer_go": _("Let a reviewer go"),
    "remind_reviewer": _("Reminded a reviewer"),
    "find_conflicts": _("Found conflicts of interest in the data"),
    "declare_conflicts": _("Declared conflicts of interest"),
    "rule_conflict": _("Ruled on conflicts of interest"),
    "assign_reviews": _("Handed out the reviews"),
    "draw_lots": _("Drew the lots"),
    "hand_over_candidate": _("Handed it over to be judged"),
    "review_candidate": _("Its reviews began"),
    "end_review_candidate": _("Its reviews ended"),
    "propose_yes_candidate": _("Proposed it for funding"),
    "propose_no_candidate": _("Didn’t propose it"),
    "put_at_line_candidate": _("Left it at the line"),
    "approve_candidate": _("Approved it"),
    "approve_with_conditions_candidate": _("Approved it with conditions"),
    "reject_candidate": _("Rejected it"),
    "withdraw_candidate": _("Withdrew it"),
    "send_letter": _("Sent the decision letter"),
    "write_consensus": _("Wrote what the reviewers found together"),
    "agree_consensus": _("Agreed with what the reviewers found together"),
    "give_review": _("Handed out a review by hand"),
    "take_review": _("Took a review back"),
    "accept_review": _("Accepted the review"),
    "decline_review": _("Declined the review"),
    "write_review": _("Began to write the review"),
    "submit_review": _("Sent the review"),
    "reopen_review": _("Opened the review again"),
    "excuse_review": _("Excused the reviewer from it"),
    "void_review": _("Made the review void for a conflict of interest"),
    "plan_meeting": _("Planned a decision meeting"),
    "add_item": _("Added an item to the agenda"),
    "stand_aside": _("Noted that a member stands aside"),
    "note_item": _("Wrote into the minutes"),
    "begin_meeting": _("Began the meeting"),
    "end_meeting": _("Ended the meeting"),
    "confirm_meeting": _("Confirmed the minutes"),
    "cancel_meeting": _("Cancelled the meeting"),
}
"""What was done, as the log tells it after who did it."""


def points(score: Fraction | str | None) -> str:
    """An exact score, or a ranking's text of one, as people read it; a dash where there is none."""
    return _points(score, language())


@lru_cache(maxsize=4096)
def _points(score: Fraction | str | None, _language: str) -> str:
    # A page of 300 rows shows the same few scores again and again.
    value = score if isinstance(score, Fraction) else read(score)
    return "–" if value is None else number(shown(value), 2)


def extremes(low: int, high: int) -> str:
    """Which scores of a scale need a reason (V12: at most 1, or the highest), in words."""
    first = [str(one) for one in range(low, min(high, 2))]
    if not first:
        return gettext("A score of %(high)s needs one.") % {"high": high}
    return gettext("A score of %(low)s or %(high)s needs one.") % {"low": ", ".join(first), "high": high}
