"""The stems of a text, whatever language it is in."""

from __future__ import annotations

import re
from functools import lru_cache

from kuutio.core.language import LANGUAGES, STOP, stem, tokens

_WORD = re.compile(r"[^\W\d_]{3,30}")
_MOST_WORDS = 2000


def stems(text: str) -> list[str]:
    """The stems of a text's words in all languages, each once, in their order; numbers and words that say nothing are left out."""
    words = dict.fromkeys(part for token in tokens(text)[:_MOST_WORDS] for part in _WORD.findall(token))
    said = [word for word in words if not any(word in stop for stop in STOP.values())]
    return list(dict.fromkeys(one for word in said for one in _stems_of(word)))


@lru_cache(maxsize=20_000)
def _stems_of(word: str) -> tuple[str, ...]:
    """A few thousand words are nearly all that people write; the rest is stemmed anew."""
    return tuple(stem(word, language) for language in LANGUAGES)
