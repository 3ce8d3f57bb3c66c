"""Case numbers that survive the telephone: `KU-7F3K-9QX9`, random, with a check character, never carrying the city.

23 characters are used: digits and consonants. Left out are 0, O, 1, I as each other's doubles; B, G, S, Z, which look like 8, 6,
5, 2; W, which sounds like V in Finnish; and the vowels, so that no word comes out, in any language. What was left out and can mean
one thing only is read as that: an S as 5, a 1 as L. 23 is a prime, so that a weighted sum modulo 23 finds every wrong character
and every swap of two, neighbours or not.

Seven random characters make 3.4 thousand million numbers: of five million cases, one new number in 700 is taken and drawn again.
"""

from __future__ import annotations

import re
import unicodedata

from kuutio.core.language import Language

ALPHABET = "23456789CDFHJKLMNPQRTVX"
PREFIX = "KU"
RANDOM_CHARACTERS = 7
RANDOM_BYTES = 8
"""How many random bytes a number is made of: so many more than it holds that none is likelier than another."""

MISREADINGS = str.maketrans({"1": "L", "I": "L", "B": "8", "G": "6", "S": "5", "Z": "2", "W": "V"})
"""What isn't in the alphabet and was surely something else; 0 and O may be a Q or a D, and are refused."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 1)  # all different, and none 0, modulo 23
_GAPS = re.compile(r"[\s\-\u2010-\u2015\u2212._]+")
_WRITTEN = re.compile(
    rf"(?<![^\W_]){PREFIX}[\s\-\u2010-\u2015\u2212]?(\w{{4}})[\s\-\u2010-\u2015\u2212]?(\w{{4}})(?!\w)", re.I
)


class NotANumber(ValueError):
    """What was written is no case number: its length or a character is wrong."""


class WrongCheck(NotANumber):
    """It looks like a case number, but a character is wrong or two are swapped."""


def make(random: bytes) -> str:
    """A new case number.

    Args:
        random: RANDOM_BYTES of them, from a source that nobody can foresee.

    Raises:
        ValueError: too few.
    """
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"A case number needs {RANDOM_BYTES} random bytes.")
    rest = int.from_bytes(random[:RANDOM_BYTES], "big")
    characters = ""
    for _ in range(RANDOM_CHARACTERS):
        rest, value = divmod(rest, len(ALPHABET))
        characters += ALPHABET[value]
    return _written(characters + ALPHABET[-_sum(characters) % len(ALPHABET)])


def parse(text: str) -> str:
    """The case number that somebody wrote or heard: any case, with or without prefix, spaces and hyphens, usual misreadings mended.

    Raises:
        NotANumber, WrongCheck: it is none.
    """
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper().removeprefix(PREFIX).translate(MISREADINGS)
    if len(plain) != len(_WEIGHTS) or not all(character in _VALUE for character in plain):
        raise NotANumber(f"A case number looks like {_written('7F3K9QX9')}.")
    if _sum(plain) % len(ALPHABET):
        raise WrongCheck("A character of the case number is wrong, or two are swapped.")
    return _written(plain)


def found_in(text: str) -> list[str]:
    """The case numbers that a text names with their prefix, such as a subject of a mail, each once and in order."""
    numbers = []
    for match in _WRITTEN.finditer(unicodedata.normalize("NFKC", text)):
        try:
            numbers.append(parse(match[1] + match[2]))
        except NotANumber:
            continue
    return list(dict.fromkeys(numbers))


def spoken(number: str, language: Language) -> str:
    """How a case number is said on the telephone: `Kalle Urho, seitsemän Faarao kolme Kalle, yhdeksän Kuu Äksä yhdeksän`.

    Args:
        number: as `make` and `parse` write it.

    Source: the Finnish and Swedish spelling alphabets in common use, and that of ICAO (Annex 10, volume II, 5.2.1.3) for English.
    """
    words = WORDS[language]
    return ", ".join(" ".join(words[character] for character in group) for group in number.split("-"))


def _sum(characters: str) -> int:
    return sum(weight * _VALUE[character] for weight, character in zip(_WEIGHTS, characters, strict=False))


def _written(characters: str) -> str:
    return f"{PREFIX}-{characters[:4]}-{characters[4:]}"


def _words(text: str) -> dict[str, str]:
    """Words in the order of the alphabet, U at the end."""
    return dict(zip(ALPHABET + "U", text.split(), strict=True))


WORDS: dict[Language, dict[str, str]] = {
    "fi": _words(
        "kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän Celsius Daavid Faarao Heikki Jussi Kalle Lauri Matti Niilo"
        " Paavo Kuu Risto Tyyne Vihtori Äksä Urho"
    ),
    "sv": _words(
        "två tre fyra fem sex sju åtta nio Cesar David Filip Helge Johan Kalle Ludvig Martin Niklas"
        " Petter Quintus Rudolf Tore Viktor Xerxes Urban"
    ),
    "en": _words(
        "two three four five six seven eight nine Charlie Delta Foxtrot Hotel Juliett Kilo Lima Mike November"
        " Papa Quebec Romeo Tango Victor X-ray Uniform"
    ),
}
