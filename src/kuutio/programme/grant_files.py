"""The bytes of evidence and of results: under their own hash, outside the web's root; who may have them is asked by the pages."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.core.media import safe_name, type_of
from kuutio.core.pictures import NoPicture, clean
from kuutio.core.problems import Invalid

MOST_BYTES = 25 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
TAKEN = PICTURES | {
    "application/pdf",
    "text/csv",
    "text/plain",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept; its hash is also where it lies."""

    name: str
    type: str
    size: int
    sha256: str


def keep(data: bytes, name: str, *, number: int = 1) -> KeptFile:
    """Keep a file; a picture is made anew, without what is hidden in it.

    Raises:
        Invalid: too large, empty, or of a type that browsers could run or nobody can open.
    """
    media = type_of(data, "text/csv" if name.lower().endswith(".csv") else "text/plain")
    if len(data) > MOST_BYTES:
        raise _bad(_("The file is too large: at most 25 megabytes."))
    if not data or media not in TAKEN:
        raise _bad(_("Give a PDF, a picture, a text or an office document."))
    if media in PICTURES:
        try:
            picture = clean(data)
        except NoPicture as error:
            raise _bad(_("This file can’t be read as a picture.")) from error
        data, media = picture.data, picture.type
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
    return KeptFile(safe_name(name, number=number, media=media)[:200], media, len(data), digest)


def bytes_of(digest: str) -> bytes:
    """What is kept under a hash.

    Raises:
        FileNotFoundError: nothing is.
    """
    return _path(digest).read_bytes()


def _path(digest: str) -> Path:
    return Path(settings.DATA) / "programme" / digest[:2] / digest


def _bad(detail: str) -> Invalid:
    return Invalid(detail, errors=[{"pointer": "/file", "detail": detail}])
