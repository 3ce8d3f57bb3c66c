"""Places in a ready text that are filled when it is used: `{number}`, `{city}`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_PLACE = re.compile(r"\{([a-z]+)\}")


def placeholders(text: str) -> list[str]:
    """The names in a text, each once, in their order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def mistakes(text: str, known: Collection[str]) -> list[str]:
    """What couldn't be filled: names that aren't known, and braces that hold no name; as they are written."""
    wrong = [f"{{{name}}}" for name in placeholders(text) if name not in known]
    return wrong + list(dict.fromkeys(re.findall(r"\{[^{}]{0,20}\}?|\}", _PLACE.sub("", text))))


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with what is known in its places, and the names of those that stay: empty values and unknown ones."""
    lacking = [name for name in placeholders(text) if not values.get(name)]
    return _PLACE.sub(lambda found: values.get(found[1]) or found[0], text), lacking
