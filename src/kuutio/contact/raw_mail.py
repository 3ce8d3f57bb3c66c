"""The bytes of mail on disk, named by what they are: the same message again is the same file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from kuutio.contact.links import digest


def folder() -> Path:
    """Where raw mail lies: outside the web's root, readable by Kuutio's own user alone."""
    return Path(settings.DATA) / "mail"


def write(data: bytes) -> tuple[str, str]:
    """Put bytes on the disk, whole and for good, before this returns.

    Returns:
        Their SHA-256, and the path below the folder.

    Raises:
        OSError: the disk is full or broken; nothing is there then.
    """
    sha256 = digest(data)
    path = f"{sha256[:2]}/{sha256}.eml"
    whole = folder() / path
    if whole.exists() and whole.stat().st_size == len(data):
        return sha256, path
    whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = whole.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(whole)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    # The names are durable too: else a power cut leaves bytes that nobody finds.
    for place in (whole.parent, folder()):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return sha256, path


def read(path: str) -> bytes:
    """The bytes of a message.

    Raises:
        FileNotFoundError: they are gone.
    """
    return (folder() / path).read_bytes()


def forget(*paths: str) -> None:
    """Remove messages' bytes for good; those that are gone already are no trouble."""
    for path in paths:
        (folder() / path).unlink(missing_ok=True)
