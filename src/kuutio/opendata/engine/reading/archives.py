"""Archives, unpacked within limits: neither their size nor their names are believed."""

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.refusals import BrokenFile, UnsafeArchive

_PIECE = 1024 * 1024
_SMALL = 10 * 1024 * 1024  # bytes, up to which a high ratio harms nobody


def check(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """The archive's files by its own list, if that is within the limits.

    Raises:
        UnsafeArchive: too many files, too large, packed too well, or encrypted.
        BrokenFile: it can't be opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError):
        raise BrokenFile("The archive can't be opened: it is cut short.") from None
    if len(members) > limits.max_archive_files:
        raise UnsafeArchive(
            f"The archive has {len(members)} files; {limits.max_archive_files} are allowed.", files=len(members)
        )
    if any(member.flag_bits & 1 for member in members):
        raise UnsafeArchive("The archive has a password.")
    total = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if total > limits.max_bytes or (total > _SMALL and total > packed * limits.max_archive_ratio):
        raise _too_much(limits)
    return members


def unpack(path: Path, into: Path, limits: Limits) -> list[Path]:
    """The archive's files, side by side in a folder, in order of their names.

    A folder's name becomes a part of the file's own where two files have the same name. What is counted is what comes
    out, not what the archive says.

    Raises:
        UnsafeArchive, BrokenFile: as `check`, and when more comes out than the archive said.
    """
    members = [m for m in check(path, limits) if not _is_junk(m.filename)]
    into.mkdir()
    most = min(limits.max_bytes, max(_SMALL, path.stat().st_size * limits.max_archive_ratio))
    paths = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member, name in zip(members, _flat(m.filename for m in members), strict=True):
                with archive.open(member) as source, (into / name).open("xb") as target:
                    while piece := source.read(_PIECE):
                        most -= len(piece)
                        if most < 0:
                            raise _too_much(limits)
                        target.write(piece)
                paths.append(into / name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        shutil.rmtree(into, ignore_errors=True)
        raise BrokenFile("The archive is broken: a file in it can't be unpacked.") from error
    return sorted(paths)


def _flat(names: Iterable[str]) -> list[str]:
    """Safe names for the files of an archive: no folders, no dots at the beginning, no two alike."""
    taken: set[str] = set()
    result = []
    for name in names:
        parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
        flat = "".join(c for c in (parts[-1] if parts else "file") if c.isprintable())[-120:].lstrip(".") or "file"
        n = 1
        while flat.casefold() in taken:
            n += 1
            folder = parts[-2][:60] if len(parts) > 1 and n == 2 else str(n)
            flat = f"{folder}_{flat}"[-180:]
        taken.add(flat.casefold())
        result.append(flat)
    return result


def _is_junk(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name.replace("\\", "/")).name.startswith(".")


def _too_much(limits: Limits) -> UnsafeArchive:
    return UnsafeArchive(
        f"The archive unpacks to more than {limits.max_archive_ratio} times its size or {limits.max_bytes} bytes.",
        ratio=limits.max_archive_ratio,
        limit=limits.max_bytes,
    )
