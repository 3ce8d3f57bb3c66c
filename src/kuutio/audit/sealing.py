"""Secrets at rest: sealed by a key of the installation, so that a copy of the database alone opens none.

Source: NIST SP 800-38D (AES-GCM); RFC 5869 (HKDF).
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


def seal(secret: bytes, *, room: str) -> bytes:
    """The secret as it is kept; each room of the house has a key of its own."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(settings.SECRET_KEY, room).encrypt(nonce, secret, None)


def unseal(kept: bytes | memoryview, *, room: str) -> bytes:
    """The secret.

    Raises:
        cryptography.exceptions.InvalidTag: it was sealed by another installation's key or for another room, or damaged.
    """
    raw = bytes(kept)
    return _cipher(settings.SECRET_KEY, room).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)


@lru_cache(maxsize=8)
def _cipher(key: str, room: str) -> AESGCM:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"kuutio/{room}/sealing".encode()).derive(key.encode())
    return AESGCM(derived)
