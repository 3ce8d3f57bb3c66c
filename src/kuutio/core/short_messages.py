"""How many parts a text message has, which is what it costs: seven-bit letters, or Unicode when a single one doesn't fit.

Source: 3GPP TS 23.038, section 6.2.1 (alphabet and its extension) and TS 23.040, section 9.2.3.24.1 (a part of several has a
header of 48 bits, which leaves 153 letters of seven bits or 67 of sixteen).
"""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each of these takes two places."""
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How a text goes out.

    Attributes:
        alphabet: `gsm-7` or `ucs-2`.
        places: how many it takes in that alphabet.
        parts: how many messages it is made of; 0 for an empty text.
    """

    alphabet: str
    places: int
    parts: int


def plain(text: str) -> str:
    """The text with typographic marks written so that they don't make the whole message Unicode, at more than double the price."""
    return text.translate(_PLAIN)


def counted(text: str) -> Counted:
    """How many parts a text makes."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        sizes = [2 if letter in _EXTENDED else 1 for letter in text]
        return Counted("gsm-7", sum(sizes), _parts(sizes, whole=160, each=153))
    sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Counted("ucs-2", sum(sizes), _parts(sizes, whole=70, each=67))


def _parts(sizes: list[int], *, whole: int, each: int) -> int:
    if sum(sizes) <= whole:
        return 1 if sizes else 0
    parts, used = 1, 0
    for size in sizes:
        # A letter of two places isn't cut in halves: it goes to the next part whole.
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return parts
