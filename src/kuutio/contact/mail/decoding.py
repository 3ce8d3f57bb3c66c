"""Bytes of a message to text, whatever their sender said about them: nothing here raises on any input."""

import codecs
import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from kuutio.contact.mail.values import Address

#: Characters of a header that are read; a longer one is an attack on the parsers below, which are quadratic at worst.
HEADER_LIMIT, LIST_LIMIT = 2_000, 16_000

_WESTERN = {"", "ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "ansi_x3.4-1968", "cp819"}
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_FOLDS = re.compile(r"[\r\n]+[ \t]*")


def text_of(content: bytes, charset: str | None) -> str:
    """Text in the declared character set, else UTF-8, else windows-1252; newlines as `\\n`, no control characters.

    Latin-1 and ASCII with bytes 0x80-0x9f are windows-1252, as the web reads them (WHATWG Encoding, section 4.2): these
    bytes are quotation marks and euros there, invisible controls in Latin-1. UTF-7 is refused: it hides markup in ASCII.
    """
    return tidy(_decoded(content, charset))


def _decoded(content: bytes, charset: str | None) -> str:
    name = (charset or "").strip().strip("\"'").lower()
    if name not in _WESTERN:
        with suppress(LookupError, ValueError, UnicodeError):
            known = codecs.lookup(name)
            if known._is_text_encoding and known.name not in {"utf-7", "idna", "punycode", "undefined"} | _ESCAPES:
                return content.decode(known.name)
    if name not in _WESTERN or name in {"", "ascii", "us-ascii", "ansi_x3.4-1968"}:
        with suppress(UnicodeDecodeError):
            return content.decode("utf-8")
    if name in {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "cp819"} and not re.search(
        rb"[\x80-\x9f]", content
    ):
        return content.decode("latin-1")
    return content.decode("windows-1252", "replace")


#: Python's own codecs for its source text; no mail has them.
_ESCAPES = {"unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}


def tidy(text: str) -> str:
    """The text with `\\n` alone for newlines and without control characters, which neither database nor page bear."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", text))


def unescaped(value: str) -> str:
    """A header's value, in which the parser keeps raw bytes as surrogates, with those bytes read as text."""
    try:
        value.encode("utf-8")
        return value
    except UnicodeEncodeError:
        return _decoded(value.encode("utf-8", "surrogateescape"), None)


def header_text(value: str, limit: int = HEADER_LIMIT) -> str:
    """A header for people: unfolded, its encoded words (RFC 2047) decoded by the same rules as bodies."""
    value = _FOLDS.sub(" ", unescaped(value[:limit]))
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, AssertionError):
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else _word(piece, charset) for piece, charset in pieces)
    return " ".join(tidy(text).split()) or " ".join(tidy(value).split())


def _word(piece: bytes, charset: str | None) -> str:
    # Between encoded words the library hands out the plain ones as bytes, made of code points where they fit.
    if charset is None:
        return piece.decode("raw-unicode-escape", "replace")
    return _decoded(piece, charset)


def addresses(values: list[str]) -> tuple[Address, ...]:
    """The addresses of a header that lists them, names decoded; what has no `@` is left out."""
    found: list[Address] = []
    for value in values[:10]:
        with suppress(Exception):
            text = _FOLDS.sub(" ", unescaped(value[:LIST_LIMIT]))
            pairs = [(name, bare_address(address)) for name, address in getaddresses([text])]
            if not any(address for _, address in pairs):  # no commas, say
                pairs = [("", bare_address(word)) for word in re.split(r'[\s<>,;:"()]+', text)]
            found.extend(Address(header_text(name), address) for name, address in pairs if address)
    return tuple(found[:500])


def bare_address(text: str) -> str:
    """`<who@where>` or `who@where` as `who@where`; the empty string for anything else."""
    text = tidy(unescaped(text[:HEADER_LIMIT])).strip().strip("<>").strip()
    local, at, domain = text.rpartition("@")
    fits = at and local and domain and not re.search(r"[\s<>,]", text)
    return text if fits else ""
