"""Texts in several languages as they come in: cleaned, and looked through for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kuutio.core.language import LANGUAGES

_NO_TEXT = dict.fromkeys([*range(9), 0x0C, *range(0x0E, 0x20), 0x7F]) | {0x0B: "\n"}
"""Signs that neither the database nor XML, and so a feed, can hold; the line break that word processors write is one too."""


def plain_text(text: Any) -> str:
    """A text with one way to end a line, without signs that no text has."""
    return str(text or "").replace("\r\n", "\n").replace("\r", "\n").translate(_NO_TEXT).strip()


def written(value: Any) -> dict[str, str]:
    """What is written in each language, without what is empty; a plain text is Finnish."""
    data = getattr(value, "data", value)
    if not isinstance(data, Mapping):
        data = {"fi": data or ""}
    plain = {code: plain_text(data.get(code)) for code in LANGUAGES}
    return {code: text for code, text in plain.items() if text}


def lacking(value: Any, languages: Iterable[str]) -> list[str]:
    """The languages in which a text is missing."""
    there = written(value)
    return [code for code in languages if code not in there]
