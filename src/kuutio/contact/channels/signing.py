"""Signatures of providers: HMAC-SHA256 over the time and the very bytes of the body, with any of the secrets that count."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

WITHIN_S = 300
"""How far the time of a signature may be from ours, seconds: what was overheard can't be sent again later."""


def signature(timestamp: str, body: bytes, secret: str) -> str:
    """The signature of a body, as the header carries it: `sha256=` and 64 hexadecimal digits.

    Args:
        timestamp: seconds since 1970, in digits, as the other header carries it.
    """
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def is_signed(timestamp: str, body: bytes, said: str, secrets: Iterable[str], *, now: float) -> bool:
    """Whether a body was signed with one of the secrets, lately; told in constant time.

    Args:
        said: the signature header; a sender who changes secrets may give several, by commas.
        now: seconds since 1970.
    """
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > WITHIN_S:
        return False
    given = [one.strip().lower().encode("utf-8", "replace") for one in said.split(",")[:4]]
    right = [signature(timestamp, body, secret).encode() for secret in secrets]
    # All are compared, whichever fits: the time taken tells nothing.
    return sum(hmac.compare_digest(one, other) for one in given for other in right) > 0
