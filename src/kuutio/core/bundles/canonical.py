"""One way to write a thing as bytes, so that its hash is its name.

JSON in UTF-8 with keys sorted, no spaces and no floats: whole numbers, texts, lists, objects, true, false and null.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any


class Broken(ValueError):
    """Why a bundle isn't to be believed.

    Attributes:
        entry: the number of the first wrong entry of the log, from 0; None where it is none of them.
    """

    def __init__(self, why: str, entry: int | None = None) -> None:
        super().__init__(why if entry is None else f"entry {entry}: {why}")
        self.why, self.entry = why, entry


def canonical(value: Any) -> bytes:
    """A value as the bytes of an entry.

    Raises:
        TypeError: a float, or what JSON doesn't know.
    """
    _known(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def read_canonical(line: bytes) -> Any:
    """The value of an entry.

    Raises:
        ValueError: it isn't JSON, or not written in the one way.
    """
    try:
        value = json.loads(line, parse_float=_no_float, parse_constant=_no_float)
        same = canonical(value) == line
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError("it is no JSON of the kind that is used here") from error
    if not same:
        raise ValueError("it is not in the one canonical form")
    return value


def b64u(raw: bytes) -> str:
    """Bytes as text: base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_b64u(text: Any, size: int | None = None) -> bytes:
    """The bytes, of exactly `size` where that is known.

    Raises:
        ValueError: it isn't base64url in its one form, or has another size.
    """
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("it is no base64url text")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64u(raw) != text:
        raise ValueError("it is no base64url text in its one form")
    if size is not None and len(raw) != size:
        raise ValueError(f"it has {len(raw)} bytes, not {size}")
    return raw


def _known(value: Any) -> None:
    """Raises TypeError where a value has no canonical form; keys that aren't texts would become texts."""
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("Keys are texts.")
        parts: Iterable[Any] = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form.")
    for part in parts:
        _known(part)


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")
