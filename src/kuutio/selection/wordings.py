"""Words for what the rules of choosing know by a name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kuutio.core.choosing.conflicts import Ground

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
