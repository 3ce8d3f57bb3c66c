"""Which category a text is about: by the words that categories name. Always a suggestion, never a decision."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kuutio.contact.models import Category
from kuutio.core.language import LANGUAGES, fold

_WORD = re.compile(r"[^\W\d_]{3,}")
SHORTEST_STEM = 4


def suggest(text: str, categories: Iterable[Category], most: int = 5) -> list[Category]:
    """The categories that a text speaks of, the likeliest first; none when it names nothing.

    A word counts for a keyword whose beginning it shares: Finnish bends the ends of its words. Keywords of all three languages
    count, since people write in another language than that of the page.
    """
    words = {fold(word) for word in _WORD.findall(text)}
    found = []
    for category in categories:
        score = sum(max((_alike(word, key) for key in _keys(category)), default=0.0) for word in words)
        if score > 0:
            found.append((-score, category.position, category.pk, category))
    return [category for *_order, category in sorted(found)[:most]]


def _keys(category: Category) -> set[str]:
    said = (str(category.keywords.data.get(language, "")) for language in LANGUAGES) if category.keywords else ()
    return {fold(word) for text in said for word in _WORD.findall(text)}


def _alike(word: str, key: str) -> float:
    """How much a word speaks for a keyword, 0 to 1."""
    if word == key:
        return 1.0
    common = next((at for at, (one, other) in enumerate(zip(word, key, strict=False)) if one != other), None)
    common = min(len(word), len(key)) if common is None else common
    stem = max(SHORTEST_STEM, min(len(key), len(word)) - 2)
    return 0.8 if common >= stem else 0.0
