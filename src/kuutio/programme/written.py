"""Texts in several languages as they come in: cleaned, and looked through for what is missing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from kuutio.core.texts import lacking as lacking
from kuutio.core.texts import plain_text as plain_text
from kuutio.core.texts import written as written


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
