"""The bytes of attachments: each under its own hash, whole or not there, outside of the web's root."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where they lie."""
    return Path(settings.DATA) / "answers"


def keep(data: bytes) -> str:
    """Keep bytes; gives their SHA-256, hexadecimal. The same bytes are kept once."""
    digest = hashlib.sha256(data).hexdigest()
    whole = _path(digest)
    if not whole.exists():
        whole.parent.mkdir(parents=True, exist_ok=True)
        unfinished = whole.with_suffix(f".{secrets.token_hex(4)}.part")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(whole)
    return digest


def bytes_of(digest: str) -> bytes:
    """What is kept under a hash.

    Raises:
        FileNotFoundError: nothing is.
    """
    return _path(digest).read_bytes()


def forget(digest: str) -> None:
    """Remove bytes for good."""
    _path(digest).unlink(missing_ok=True)


def _path(digest: str) -> Path:
    return folder() / digest[:2] / digest
