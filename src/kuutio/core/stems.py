"""The stems of a text, whatever language it is in; the base forms of its Finnish words, where these are known."""

from __future__ import annotations

import re
from functools import lru_cache

from kuutio.core.language import LANGUAGES, SEAM, STOP, Known, stem, tokens

_WORD = re.compile(r"\S{3,30}")
_MOST_WORDS = 2000


def nothing_known(form: str) -> None:
    """The table of analysed words where there is none."""


def words(text: str) -> list[str]:
    """The words of a text, each once, in their order; numbers and words that say nothing are left out."""
    found = dict.fromkeys(part for token in tokens(text)[:_MOST_WORDS] for part in _WORD.findall(_letters(token)))
    return [word for word in found if not any(word in stop for stop in STOP.values())]


def _letters(token: str) -> str:
    """A token without what is no letter: its parts stand apart. (A *²* is no digit to a pattern, and no letter either.)"""
    return token if token.isalpha() else "".join(sign if sign.isalpha() else " " for sign in token)


def stems(text: str, known: Known = nothing_known) -> list[str]:
    """What a text's words are asked for by, in all languages, each once, in their order.

    A Finnish word that is known is asked for by its base forms: a stem misses where a consonant changes (*pysäköinti*,
    *pysäköinnin*). One that isn't known yet, or says nothing in Finnish, is asked for by its stem.

    Args:
        known: the table of Finnish forms, see `core.language`.
    """
    return list(dict.fromkeys(one for word in words(text) for one in _asked(word, known)))


def found_by(text: str, known: Known = nothing_known, *, most_words: int = _MOST_WORDS) -> list[str]:
    """What a text is found by: all that `stems` may ask for a form of one of its words, whether that form is known or not.

    Of a compound its parts as well: *valaistus* finds *katuvalaistus*.
    """
    found: dict[str, None] = {}
    for word in words(text)[:most_words]:
        found |= dict.fromkeys(_stems_of(word))
        for base in known(word) or ():
            whole = base.replace(SEAM, "")
            found |= dict.fromkeys([whole, stem(whole, "fi"), *base.split(SEAM)])
    return list(found)


def _asked(word: str, known: Known) -> list[str]:
    bases = known(word)
    finnish, *others = _stems_of(word)
    return [*([base.replace(SEAM, "") for base in bases] if bases else [finnish]), *others]


@lru_cache(maxsize=20_000)
def _stems_of(word: str) -> tuple[str, ...]:
    """A few thousand words are nearly all that people write; the rest is stemmed anew."""
    return tuple(stem(word, language) for language in LANGUAGES)
