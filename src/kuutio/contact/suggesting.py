"""Which category a text is about: by the words that categories name, and by what the group's settled cases taught.

Always a suggestion, never a decision: it is shown with its alternatives, and whoever knows better chooses.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kuutio.contact.models import Category
from kuutio.core.language import LANGUAGES, fold
from kuutio.core.suggesting import Learnt, from_json

log = logging.getLogger(__name__)

_WORD = re.compile(r"[^\W\d_]{3,}")
SHORTEST_STEM = 4
ENOUGH = 0.25
"""A category that no word names must be so likely by what was learnt; below, it would only fill the list."""
WEIGHT = 2.0
"""What was learnt weighs as much as two words that a category names."""
LEAST = 100
"""From fewer cases a single word would decide."""
_LOOKED_AT = 5000


def suggest(text: str, categories: Iterable[Category], most: int = 5) -> list[Category]:
    """The categories that a text speaks of, the likeliest first; none when it names nothing.

    A word counts for a keyword whose beginning it shares: Finnish bends the ends of its words. Keywords of all three languages
    count, since people write in another language than that of the page. To that comes how likely each category is by what was
    learnt from settled cases, once there is enough of them.
    """
    text = text[:_LOOKED_AT]
    words = {fold(word) for word in _WORD.findall(text)}
    learnt = in_use()
    likely = dict(learnt.rank(text)) if learnt and sum(learnt.texts) >= LEAST else {}
    found = []
    for category in categories:
        keys = _keys(category)
        named = sum(max((_alike(word, key) for key in keys), default=0.0) for word in words)
        probability = likely.get(category.pk, 0.0)
        if named > 0 or probability >= ENOUGH:
            found.append((-(named + WEIGHT * probability), category.position, category.pk, category))
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


# What was learnt lies in a file of the data folder: stems and counts, with the day and the numbers of cases.


def file() -> Path:
    """Where the data folder keeps what was learnt."""
    return Path(settings.DATA) / "suggesting.json"


def keep(text: str) -> None:
    """Write what was learnt, whole or not at all; processes read it at their next suggestion."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
    building.write_text(text, encoding="utf-8")
    building.replace(path)


def in_use() -> Learnt | None:
    """What was learnt last; None before the first time, or where the file can't be read (the log says so)."""
    path = file()
    try:
        written = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(path, written)


@lru_cache(maxsize=1)
def _read(path: Path, written: int) -> Learnt | None:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        log.exception("what was learnt of categories can't be read: %s", path)
        return None
