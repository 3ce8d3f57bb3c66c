"""Texts in several languages as they come in: cleaned, and looked through for what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from kuutio.core.language import LANGUAGES


def plain_text(text: str) -> str:
    """A text with one way to end a line, without signs that no text has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def written(value: Any) -> dict[str, str]:
    """What is written in each language, without what is empty; a plain text is Finnish."""
    data = getattr(value, "data", value)
    if not isinstance(data, Mapping):
        data = {"fi": data or ""}
    plain = {code: plain_text(str(data.get(code) or "")) for code in LANGUAGES}
    return {code: text for code, text in plain.items() if text}


def lacking(value: Any, languages: Iterable[str]) -> list[str]:
    """The languages in which a text is missing."""
    there = written(value)
    return [code for code in languages if code not in there]


def bilingual(value: Any) -> bool:
    """Written in English, and in Finnish or Swedish: what the programme asks of what everybody reads."""
    there = written(value)
    return "en" in there and ("fi" in there or "sv" in there)


def canonical(content: Any) -> bytes:
    """A content as canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(content: Any) -> str:
    """SHA-256 of the canonical JSON: the same content has the same one everywhere."""
    return hashlib.sha256(canonical(content)).hexdigest()
