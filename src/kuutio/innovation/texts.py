"""Texts in several languages as they come in: cleaned, counted, and looked through for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kuutio.core.language import LANGUAGES

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


def written(value: Any) -> dict[str, str]:
    """What is written in each language, without what is empty; a plain text is Finnish."""
    data = getattr(value, "data", value)
    if not isinstance(data, Mapping):
        data = {"fi": data or ""}
    plain = {code: plain_text(str(data.get(code) or "")) for code in LANGUAGES}
    return {code: text for code, text in plain.items() if text}


def plain_text(text: str) -> str:
    """A text with one way to end a line, without signs that no text has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def lacking(value: Any, languages: Iterable[str]) -> list[str]:
    """The languages in which a text is missing."""
    there = written(value)
    return [code for code in languages if code not in there]
