"""How numbers, money, sizes and times are said in the reader's language.

Finnish and Swedish write `1 284 930`, `12,5`, `1 200 000 €`, `30.11.2026 klo 20`; English `1,284,930`, `12.5`, `€1,200,000`,
`30 November 2026, 8 pm`. All spaces inside are unbreakable (U+00A0: the
thin one, U+202F, is a hair wide in our typeface and the thousands run together).
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

HARD = "\u00a0"
MINUS = "\u2212"
_SIZES = ("kB", "MB", "GB", "TB")
_FALLBACKS = ("fi", "en", "sv")


def language() -> str:
    """The reader's language: `fi`, `sv` or `en`."""
    return (get_language() or "fi")[:2]


def number(value: Any, decimals: int | None = None) -> str:
    """A number with its thousands apart; `decimals` rounds half up, None keeps what is there (at most 6)."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    exact = Decimal(str(value))
    if decimals is None:
        decimals = min(6, max(0, -int(exact.as_tuple().exponent)))
    exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(exact):,.{decimals}f}"
    if language() != "en":
        text = text.replace(",", HARD).replace(".", ",")
    return (MINUS if exact < 0 else "") + text


def money(cents: int) -> str:
    """An amount of euro cents; whole euros without decimals."""
    euros = Decimal(cents) / 100
    text = number(abs(euros), 0 if cents % 100 == 0 else 2)
    sign = MINUS if cents < 0 else ""
    return f"{sign}€{text}" if language() == "en" else f"{sign}{text}{HARD}€"


def size(count: int) -> str:
    """A number of bytes in decimal units: 1 kB is 1,000 bytes."""
    if count < 1000:
        return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": number(count)}
    power = min(len(_SIZES), int(math.log10(count) // 3))
    amount = Decimal(count) / 1000**power
    return f"{number(amount, 0 if amount >= 100 else 1)}{HARD}{_SIZES[power - 1]}"


def day(value: dt.date) -> str:
    """A date as people write it."""
    return date_format(value, "DATE_FORMAT", use_l10n=True)


def clock(value: dt.datetime | dt.time) -> str:
    """A time of day; full hours without minutes: `klo 20`, `kl. 16.15`, `8 pm`."""
    if language() == "en":
        hour, half = value.hour % 12 or 12, "am" if value.hour < 12 else "pm"
        return f"{hour}{HARD}{half}" if value.minute == 0 else f"{hour}:{value.minute:02}{HARD}{half}"
    digits = str(value.hour) if value.minute == 0 else f"{value.hour}.{value.minute:02}"
    return f"{'kl.' if language() == 'sv' else 'klo'}{HARD}{digits}"


def moment(value: dt.datetime) -> str:
    """A date and a time of day, in the zone of the installation."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {clock(local)}" if language() == "en" else f"{day(local)} {clock(local)}"


def relative(value: dt.datetime, now: dt.datetime) -> str:
    """How long ago or how soon, within a week; else the date itself.

    Args:
        value, now: aware.
    """
    local, today = timezone.localtime(value), timezone.localtime(now)
    days = (local.date() - today.date()).days
    seconds = (now - value).total_seconds()
    if 0 <= seconds < 60:
        return _("just now")
    if 60 <= seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    named = {
        0: pgettext("day and time", "today %(time)s"),
        -1: pgettext("day and time", "yesterday %(time)s"),
        1: pgettext("day and time", "tomorrow %(time)s"),
    }
    if days in named:
        return named[days] % {"time": clock(local)}
    if -7 < days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}
    if 0 < days < 7:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return day(local.date())


def localized(value: Any) -> tuple[str, str]:
    """A translated text in the reader's language, else in the first language that has it: the text and its language.

    Args:
        value: a `LazyI18nString`, a mapping of languages to texts, or a plain text (taken to be in the reader's language).
    """
    data = getattr(value, "data", value)
    reader = language()
    if not isinstance(data, dict):
        return ("" if data is None else str(data)), reader
    for code in (reader, *_FALLBACKS, *data):
        if text := data.get(code):
            return str(text), code
    return "", reader
