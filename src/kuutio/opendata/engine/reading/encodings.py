"""The one-byte encoding of a text, judged by what its characters stand beside.

Counts of bytes don't tell: 0x80 is the euro sign to Windows and Ä to a Mac. But a letter stands in a word, and a sign
after a number or alone: `50 €` is no `50 Ä`, and `5 m²` no `5 mｲ`.
"""

import codecs
import re

from charset_normalizer import from_bytes

# Where several fit equally well, the first.
_NORDIC = ("cp1252", "iso8859-15", "cp850", "mac-roman")
_OTHERS = [
    "cp1252", "cp1250", "cp1251", "cp1257", "iso8859_2", "iso8859_4", "iso8859_5", "iso8859_10", "iso8859_13", "koi8_r",
    "cp866", "mac_roman",
]  # fmt: skip
_SURE = 0.6  # of the characters beyond ASCII
_OURS = "åäöÅÄÖ"
_RARER = "éèáàüõæøñçšžÉÈÁÀÜÕÆØÑÇŠŽß"
_LETTER = "[^\\W\\d_]"
# Each with what it stands beside at least.
_WORDS = re.compile(f"(?:(?<={_LETTER})[{_OURS}]|[{_OURS}](?={_LETTER}))")
_ALONE = re.compile(f"(?<!{_LETTER})(?<!\\d )[{_OURS}](?!{_LETTER})")
_RARER_WORDS = re.compile(f"(?:(?<=[a-zA-Z])[{_RARER}]|[{_RARER}](?=[a-zA-Z]))")
_SIGNS = re.compile(
    f"(?<!{_LETTER})[€£§±½¼¾•·«»©](?!{_LETTER})"
    f'|\u00a0|[²³](?!{_LETTER})|(?<=[\\d ;\t,"])[°º]|[°º](?=C)|µ(?=[gmlS])|×(?=[ \\d])'
    f'|(?<![^\\s\\d;,|"])[–—](?![^\\s\\d;,|"])|(?<=\\w)[–…](?=[\\w\\s])|(?<=\\w)[’´](?=\\w)'
    f"|(?<!{_LETTER})[“”„‘’](?=\\w)|(?<=[\\w.,!?])[“”’](?!{_LETTER})|®|™"
)


def guess(sample: bytes) -> str:
    """The encoding of lines that hold bytes beyond ASCII and aren't UTF-8: its name as Python's codecs have it."""
    best = max(_NORDIC, key=lambda encoding: _fit(sample, encoding))  # the first of equals
    if _fit(sample, best) >= _SURE:
        return codecs.lookup(best).name
    found = from_bytes(sample, cp_isolation=_OTHERS).best()
    return codecs.lookup(found.encoding).name if found and found.encoding != "ascii" else "cp1252"


def _fit(sample: bytes, encoding: str) -> float:
    """The share of characters beyond ASCII that make sense where they stand; rarer letters, and lone ones, count less."""
    text = sample.decode(encoding, "replace")
    foreign = sum(character > "\x7f" for character in text)
    weights = {_WORDS: 1, _SIGNS: 1, _RARER_WORDS: 0.9, _ALONE: 0.75}
    return sum(weight * len(pattern.findall(text)) for pattern, weight in weights.items()) / max(foreign, 1)
