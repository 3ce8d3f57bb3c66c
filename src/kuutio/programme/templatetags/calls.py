"""Shares, seconds, names of rules and figures by source, for the pages of calls and applications."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils.translation import gettext_lazy as _

from kuutio.core.grants.budgets import Figures, Source
from kuutio.core.numbers import share
from kuutio.core.problems import Text
from kuutio.core.when import here
from kuutio.ui.wording import day, language, money

register = template.Library()

RULES: dict[str, Text] = {
    "E1": _("At least two organisations"),
    "E2": _("Actors in at least two member cities"),
    "E3": _("A spearhead has all member cities"),
    "E4": _("Every partner can receive the grant"),
    "E5": _("One partner leads"),
    "E6": _("Business IDs are right"),
    "E7": _("Every partner has signed its part"),
    "E8": _("The call offers the cost model"),
    "E9": _("The project’s time fits the call"),
    "E10": _("In time"),
    "E11": _("The support’s share fits the call"),
    "E12": _("A spearhead’s planned length"),
}
"""What each rule asks, in a few words."""


@register.filter
def share_of(basis_points: int) -> str:
    """Hundredths of a per cent in per cent."""
    return share(Decimal(basis_points) / 10_000, language(), decimals=2 if basis_points % 100 else 0)


@register.filter
def second(value: datetime | None) -> str:
    """A moment to the second: what a deadline is judged by."""
    return f"{day(value)} {here(value):%H.%M.%S}" if value else ""


@register.filter
def rule_name(rule: str) -> Text:
    """What a rule asks."""
    return RULES.get(rule, rule)


@register.filter
def funding_of(figures: Figures, source: str) -> str:
    """The part of one source."""
    return money(figures.funding[Source(source)])
