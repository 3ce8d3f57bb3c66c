"""What residents might write, made up: messages to learn from, and other sentences, written apart, to measure by."""

import tomllib
from itertools import product
from pathlib import Path

_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
HELD_OUT = [(row["category"], row["language"], row["text"]) for row in _TOLD["held_out"]]


def messages() -> list[tuple[str, str, str]]:
    """Category, language and text of every pair of fragments."""
    return [
        (category, language, f"{what}, {wrong}.")
        for category, languages in _TOLD["fragments"].items()
        for language, (things, wrongs) in languages.items()
        for what, wrong in product(things, wrongs)
    ]
