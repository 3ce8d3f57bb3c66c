"""What `core` knows of numbers, money, sizes and times, said in the language of the page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from kuutio.core import money as core_money
from kuutio.core import numbers, when
from kuutio.core.language import LANGUAGES, Language


def language() -> Language:
    """The reader's language."""
    code = (get_language() or LANGUAGES[0])[:2]
    return next((known for known in LANGUAGES if known == code), LANGUAGES[0])


def number(value: Any, decimals: int | None = None) -> str:
    """A number with its thousands apart; nothing for None and for what is no finite number."""
    if value is None or value == "" or not Decimal(str(value)).is_finite():
        return ""
    return _apart(numbers.number(value, language(), decimals=decimals))


def money(cents: int | None) -> str:
    """Euro cents as euros; nothing for None."""
    return "" if cents is None else _apart(core_money.euros(cents, language()))


def size(count: int) -> str:
    """A number of bytes."""
    return _apart(numbers.size(count, language()))


def _apart(text: str) -> str:
    # The thin space is 2.6 pixels wide in our typeface and the browsers' own: thousands run together on a screen.
    return text.replace(numbers.THIN, numbers.SPACE)


def day(value: dt.date | None) -> str:
    """A date as people write it."""
    return "" if value is None else when.day(value, language())


def moment(value: dt.datetime | None) -> str:
    """A date and a time of day."""
    return "" if value is None else when.moment(value, language())


def relative(value: dt.datetime, now: dt.datetime) -> str:
    """How long ago, or how soon."""
    return when.ago(value, now, language())


def localized(value: Any) -> tuple[str, str]:
    """A translated text in the reader's language, else in the first language that has it: the text and its language.

    Args:
        value: a `LazyI18nString`, a mapping of languages to texts, or a plain text (taken to be in the reader's language).
    """
    data = getattr(value, "data", value)
    reader = language()
    if not isinstance(data, dict):
        return ("" if data is None else str(data)), reader
    for code in (reader, "fi", "en", "sv", *data):
        if text := data.get(code):
            return str(text), code
    return "", reader
