"""Texts as they come in: cleaned, in the languages that there are."""

from __future__ import annotations

from kuutio.core.texts import plain_text as plain_text
from kuutio.core.texts import written as written

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000


def wrong(pointer: str, detail: object) -> dict[str, str]:
    """One part of the input that must be mended."""
    return {"pointer": pointer, "detail": str(detail)}
