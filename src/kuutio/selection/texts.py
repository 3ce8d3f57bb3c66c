"""Texts as they come in: cleaned, in the languages that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kuutio.core.language import LANGUAGES

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000


def written(value: Any) -> dict[str, str]:
    """What is written in each language, without what is empty; a plain text is Finnish."""
    data = getattr(value, "data", value)
    if not isinstance(data, Mapping):
        data = {"fi": data or ""}
    plain = {code: plain_text(data.get(code)) for code in LANGUAGES}
    return {code: text for code, text in plain.items() if text}


def plain_text(text: Any) -> str:
    """A text with one way to end a line, without signs that no text has."""
    return str(text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def wrong(pointer: str, detail: object) -> dict[str, str]:
    """One part of the input that must be mended."""
    return {"pointer": pointer, "detail": str(detail)}
