"""Texts in several languages, as plain mappings."""

from typing import Any


def in_languages(value: Any) -> dict[str, str]:
    """A translated text by language, empty ones left out; a plain text counts as Finnish."""
    data = getattr(value, "data", value)
    if isinstance(data, dict):
        return {code: text for code, text in data.items() if text}
    return {"fi": str(data)} if data else {}
