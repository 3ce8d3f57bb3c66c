"""Files of cases: made safe, kept outside the web's root, given out by the rights of their case alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.contact.incoming import File
from kuutio.contact.links import digest
from kuutio.core.pictures import NoPicture, clean
from kuutio.core.problems import Invalid

MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 20
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept, and where its photo says that it was taken (longitude, latitude)."""

    file: File
    taken: tuple[float, float] | None = None


def folder() -> Path:
    """Where the bytes lie."""
    return Path(settings.DATA) / "attachments"


def keep_picture(data: bytes, name: str, *, description: str = "") -> Kept:
    """Keep a picture that somebody sent, without what is hidden in it.

    Raises:
        Invalid: it is too large, or no picture that can be read.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(
            _("The picture is too large: at most 25 megabytes."),
            errors=[{"pointer": "/photo", "detail": str(_("At most 25 megabytes."))}],
        )
    try:
        picture = clean(data)
    except NoPicture as error:
        raise Invalid(
            _("This file can't be read as a picture. Send a JPEG, PNG or WebP picture."),
            errors=[{"pointer": "/photo", "detail": str(_("Send a JPEG, PNG or WebP picture."))}],
        ) from error
    path = _write(picture.data)
    file = File(
        name=safe_name(name),
        type=picture.type,
        size=len(picture.data),
        sha256=digest(picture.data),
        path=path,
        description=description,
        width=picture.width,
        height=picture.height,
    )
    return Kept(file, picture.taken)


def keep_file(data: bytes, name: str, kind: str) -> File:
    """Keep a file that is no picture, as it is, under a type that was told by its bytes."""
    return File(name=safe_name(name), type=kind, size=len(data), sha256=digest(data), path=_write(data))


def keep_any(data: bytes, name: str, kind: str) -> File:
    """Keep a file of a message; a picture is made anew, without what is hidden in it, where it can be read as one.

    Args:
        kind: its type, told by its bytes.
    """
    if kind in PICTURES:
        try:
            return keep_picture(data, name).file
        except Invalid:
            return keep_file(data, name, "application/octet-stream")
    return keep_file(data, name, kind)


def safe_name(name: str) -> str:
    """The last part of a file's name, without what could mislead or break out: at most 120 letters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[:108]}.{ending}" if stem else f"file.{ending}"
    return plain[:120] or "file"


def bytes_of(path: str) -> bytes:
    """The bytes of a file that is kept.

    Raises:
        FileNotFoundError: it is gone.
        ValueError: the path leads out of the folder.
    """
    whole = (folder() / path).resolve()
    if not whole.is_relative_to(folder().resolve()):
        raise ValueError(path)
    return whole.read_bytes()


def forget_files(paths: Iterable[str]) -> None:
    """Remove files for good; those that are gone already are no trouble."""
    for path in paths:
        (folder() / path).unlink(missing_ok=True)


@contextmanager
def kept_if_taken(files: Iterable[File]) -> Iterator[None]:
    """Remove files when what they came with is refused: what the database takes back, the disk doesn't."""
    try:
        yield
    except BaseException:
        forget_files([one.path for one in files])
        raise


def _write(data: bytes) -> str:
    """Write bytes under a new name, whole or not at all; gives the path below the folder."""
    name = secrets.token_hex(16)
    path = f"{name[:2]}/{name}"
    whole = folder() / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    unfinished = whole.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(whole)
    return path
