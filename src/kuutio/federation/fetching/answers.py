"""What a source answered: its headers, and its body unpacked in small steps."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from kuutio.federation.fetching.problems import too_large

STEP = 64 * 1024
"""Bytes that one step of unpacking may give."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source answered.

    Attributes:
        url: where it came from in the end, after redirects.
        status: 200 to 299, or 304: nothing has changed since the `etag` or time that were given.
        body: unpacked; empty when it went to a file.
        headers: names in lower case.
        size: bytes of the body, unpacked.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    size: int = 0

    @property
    def unchanged(self) -> bool:
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")

    @property
    def modified(self) -> str:
        """The `Last-Modified` header as it stood, to be given back as `since`."""
        return self.headers.get("last-modified", "")

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        """The name that the source gives the file, its folders cut off; "" for none."""
        message = Message()
        message["content-disposition"] = self.headers.get("content-disposition", "")
        return (message.get_filename("") or "").replace("\\", "/").rpartition("/")[2]


def at_most(chunks: Iterable[bytes], max_bytes: int, host: str) -> Iterator[bytes]:
    """The same chunks, up to so many bytes.

    Raises:
        TooLarge: there are more.
    """
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise too_large(host, max_bytes)
        yield chunk


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip in small steps: a bomb is met by whoever counts the bytes, before it is in memory.

    Raises:
        zlib.error: it is damaged or ends too early.
    """
    unpack = zlib.decompressobj(wbits=31)
    begun = False
    for chunk in chunks:
        left, more = chunk, False
        while left or more:
            if unpack.eof:  # gzip allows several members, one after another
                unpack = zlib.decompressobj(wbits=31)
            out = unpack.decompress(left, STEP)
            begun = True
            left, more = unpack.unconsumed_tail or unpack.unused_data, len(out) == STEP
            if out:
                yield out
    if begun and not unpack.eof:
        raise zlib.error("The answer ends too early.")


def number(text: str) -> int:
    """A header's count; -1 for none, the largest for one that is absurd."""
    if not (text.isascii() and text.isdigit()):
        return -1
    return int(text) if len(text) < 19 else 10**18


def wait_asked(headers: Mapping[str, str]) -> float:
    """Seconds that `Retry-After` asks for, as a number or a date; 0 for none.

    Source: RFC 9110, section 10.2.3.
    """
    text = headers.get("retry-after", "").strip()
    if (seconds := number(text)) >= 0:
        return float(seconds)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
