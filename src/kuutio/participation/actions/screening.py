"""What a new contribution is judged by before everybody sees it: signs of advertising, and how often somebody writes.

Nothing is dropped: what bears a sign waits for a moderator, and its author is told so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.participation.models import Contribution, Held, ModerationRule, Process
from kuutio.participation.permissions import may_edit
from kuutio.participation.problems import TooManyContributions

_ENDS = "com net org info biz fi se ru io eu co me ly gg gl to tv cc us uk de app dev xyz top shop store site online link click club live"
LINK = re.compile(
    rf"https?://|\bwww\.|(?<![@\w.-])(?:[\w-]+\.)+(?:(?:{'|'.join(_ENDS.split())})\b|[a-z]{{2,24}}/\w)", re.IGNORECASE
)
"""An address of the web, as people write it: whole, by the usual ends of names, or any name before a slash."""
SAME_FROM = 60
"""Shorter texts are often the same by chance: "I agree"."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def rule_of(process: Process) -> ModerationRule:
    """How careful the city is that owns a process."""
    found = ModerationRule.objects.filter(city=process.owner_id).first()
    return found or ModerationRule(city_id=process.owner_id)


def demand_pace(process: Process, author: Person | None, *, at: datetime) -> None:
    """Refuse who writes more in an hour than the city lets.

    Raises:
        TooManyContributions: they may write again within the hour.
    """
    if author is None or may_edit(author, process):
        return
    most = rule_of(process).per_hour
    written = Contribution.objects.filter(author=author, made_at__gt=at - HOUR, made_at__lte=at).count()
    if written >= most:
        raise TooManyContributions(_("You have written a lot within an hour. Have a break, and go on a little later."))


def why_held(process: Process, text: str, author: Person | None, *, at: datetime, beside: str = "") -> str:
    """Why a contribution waits for a moderator; "" when it is published at once.

    Args:
        beside: all else of it that is shown: its title, its place in words, the name under it.
    """
    if author is not None and may_edit(author, process):
        return ""
    rule = rule_of(process)
    is_new = author is None or author.joined_at > at - rule.links_held_days * DAY
    if rule.links_held_days and is_new and (LINK.search(text) or LINK.search(beside)):
        return Held.Why.LINK
    rows = Contribution.objects.filter(author=author)
    if author is not None and rule.first_held:
        shown = rows.filter(state=Contribution.State.PUBLISHED)[: rule.first_held].count()
        if shown < rule.first_held:
            return Held.Why.FIRST
    if len(text) >= SAME_FROM and rows.filter(process=process, text=text, made_at__gt=at - DAY).exists():
        return Held.Why.SAME
    return ""


def hold(row: Contribution, why: str) -> None:
    """Let a contribution that is shown wait for a moderator; the caller saves its row."""
    row.state = Contribution.State.HELD
    Held.objects.update_or_create(contribution=row, defaults={"why": why})
