"""Words and figures of grants: `{% load money %}`."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from kuutio.programme.measures import said
from kuutio.programme.models import Claim, Grant, Indicator
from kuutio.programme.models.grants import FLAT
from kuutio.ui import wording
from kuutio.ui.findings import token

register = template.Library()
_TONES: dict[str, str] = {
    Claim.State.PAID: "good",
    Claim.State.ACCEPTED: "good",
    Claim.State.PARTLY_ACCEPTED: "warn",
    Claim.State.RETURNED: "warn",
    Claim.State.REJECTED: "bad",
    Grant.State.RUNNING: "good",
    Grant.State.SUSPENDED: "warn",
    Grant.State.CANCELLED: "bad",
    Grant.State.REFUSED: "bad",
}


@register.filter
def line_name(line: str) -> str:
    """A line of a budget as a row's heading."""
    said = str(_("by the flat rate")) if line == FLAT else token(line)
    return said[:1].upper() + said[1:]


@register.filter
def euros(cents: int | None) -> str:
    """An amount with its cents, always: in a table of money the commas stand below each other."""
    from kuutio.core import money

    return "–" if cents is None else money.euros(cents, wording.language(), always_cents=True)


@register.filter
def tone(state: str) -> str:
    """The colour of a state's tag."""
    return _TONES.get(state, "")


@register.filter
def figure(value: Decimal | None, indicator: Indicator) -> str:
    """A figure of an indicator; a dash where nothing was told. A count of fewer than five people isn't told to the public."""
    return said(value, indicator)
