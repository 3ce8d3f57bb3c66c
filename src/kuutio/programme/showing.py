"""Figures of the promises in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kuutio.core.evidence import Standing, Unit
from kuutio.programme.evidence import Shown
from kuutio.ui.wording import money, number

_SPACE = "\u00a0"


def standing_words(standing: Standing) -> str:
    """How a promise stands, in the reader's language."""
    return {
        Standing.KEPT: pgettext("promise", "Kept"),
        Standing.PARTLY: pgettext("promise", "Partly"),
        Standing.NOT_YET: pgettext("promise", "Not yet"),
    }[standing]


def figure_words(one: Shown) -> str:
    """A figure with its whole and its unit: `5 of 6`, `33 %`; "" where there is nothing to tell."""
    figure = one.figure
    if figure is None or figure.value is None:
        return ""
    value = _in_unit(figure.value, one.evidence.unit)
    if figure.of is None:
        return value
    return _("%(part)s of %(whole)s") % {"part": value, "whole": _in_unit(figure.of, one.evidence.unit)}


def _in_unit(value: float, unit: Unit) -> str:
    whole = int(value) if float(value).is_integer() else value
    if unit == "cents":
        return money(int(value))
    if unit == "%":
        return f"{number(whole)}{_SPACE}%"
    if unit == "h":
        return f"{number(whole)}{_SPACE}{pgettext('hours', 'h')}"
    if unit == "years":
        return ngettext("%(count)s year", "%(count)s years", round(value)) % {"count": number(whole)}
    return number(whole)


def share_of(one: Shown) -> int | None:
    """The part of the whole in per mille, for a bar; None where there is no whole."""
    figure = one.figure
    if figure is None or figure.value is None or not figure.of:
        return None
    return max(0, min(1000, round(1000 * figure.value / figure.of)))
