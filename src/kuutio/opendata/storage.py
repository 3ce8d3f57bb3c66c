"""Where the originals that people bring are kept: named by their content, written whole or not at all."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import Problem

_CHUNK = 1 << 20


class TooLarge(Problem):
    """A file above the installation's limit."""

    kind, status = "too-large", 413


class EmptyFile(Problem):
    """A file without a byte."""

    kind, status = "empty-file", 422


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept original: where below the files folder, its own name, bytes, SHA-256 in hexadecimal."""

    path: str
    name: str
    size: int
    sha256: str


def plain_name(name: str) -> str:
    """A file name without folders or surprises, its suffix kept."""
    name = re.sub(r"[^\w.\- ]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:120]}{dot}{suffix[:20]}" if dot else name[:140] or "file"


def keep(chunks: Iterable[bytes], name: str) -> Kept:
    """Write the bytes once, under their hash; the same content brought again is the same file.

    Raises:
        TooLarge: more bytes than `KUUTIO_UPLOAD_MAX_MB` allows; nothing is left behind.
        EmptyFile: there was no byte.
    """
    home = Path(settings.UPLOADS)
    home.mkdir(parents=True, exist_ok=True)
    unfinished = home / f".part-{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.UPLOAD_MAX_BYTES:
                    raise TooLarge(
                        _("The file is larger than this installation takes."), max_bytes=settings.UPLOAD_MAX_BYTES
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise EmptyFile(_("The file is empty. Choose one with data in it."))
        sha256, plain = digest.hexdigest(), plain_name(name)
        place = home / sha256[:2] / sha256 / plain
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.rename(place)
    finally:
        unfinished.unlink(missing_ok=True)
    return Kept(str(place.relative_to(home)), plain, size, sha256)


def keep_file(path: Path) -> Kept:
    """Keep a copy of a file on this machine; a bare Shapefile's siblings come along as a zip of them."""

    def chunks() -> Iterable[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return keep(chunks(), path.name)


def path_of(kept: str) -> Path:
    """The path of a kept original."""
    return Path(settings.UPLOADS) / kept


def kept_before(older_than_s: float) -> list[str]:
    """The originals, and halves of them, that were last brought so many seconds ago or longer."""
    home, until = Path(settings.UPLOADS), time.time() - older_than_s
    files = (path for path in home.rglob("*") if path.is_file() and path.stat().st_mtime < until)
    return [str(path.relative_to(home)) for path in files]


def forget(kept: str, *, older_than_s: float) -> bool:
    """Remove an original that nothing refers to; False when somebody brings the same just now."""
    path = path_of(kept)
    aside = Path(settings.UPLOADS) / f".part-{secrets.token_hex(8)}"
    try:
        path.rename(aside)  # what is judged below is what would be removed, whatever is written here meanwhile
        fresh = aside.stat().st_mtime >= time.time() - older_than_s
    except FileNotFoundError:
        return False
    if fresh:
        aside.rename(path)
        return False
    aside.unlink()
    for folder in (path.parent, path.parent.parent):
        if folder == Path(settings.UPLOADS) or any(folder.iterdir()):
            break
        folder.rmdir()
    return True
