"""The zip file of a bundle: `manifest.json` names every other file with its size and SHA-256.

Nothing is ever written to disk by a name from the file, and no more is unpacked than the limits allow.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from kuutio.core.bundles.canonical import Broken

MANIFEST = "manifest.json"
VERSION = 1
MOST_FILES = 64
MOST_BYTES = 512 * 2**20
MOST_RATIO = 200
RATIO_FROM = 2**20
"""Small files may be packed as tightly as they like."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}(\.[a-z0-9]{1,10}){1,2}")
WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a decision, in memory.

    Attributes:
        kind: what was decided, and so how it is checked: `vote`.
        origin: the log that it came from.
        files: contents by name, the manifest left out.
        unlike: the names of files that aren't what the manifest says.
        facts: what else the manifest tells, for people.
    """

    kind: str
    origin: str
    files: Mapping[str, bytes]
    unlike: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


def pack(bundle: Bundle) -> bytes:
    """The zip file; the same bytes for the same bundle.

    Raises:
        ValueError: a file's name is none that can be read back.
    """
    if wrong := [name for name in bundle.files if not NAME.fullmatch(name) or name == MANIFEST]:
        raise ValueError(f"A file of a bundle can't be called {wrong[0]!r}.")
    listed = {name: {"bytes": len(body), "sha256": sha256(body).hexdigest()} for name, body in bundle.files.items()}
    told = {"bundle": VERSION, "kind": bundle.kind, "origin": bundle.origin, "files": listed}
    manifest = json.dumps(dict(bundle.facts or {}) | told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in [(MANIFEST, manifest), *sorted(bundle.files.items())]:
            entry = zipfile.ZipInfo(name, WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return made.getvalue()


def unpack(packed: bytes) -> Bundle:
    """The bundle in a zip file.

    Raises:
        Broken: it is no bundle, or a hostile one: too many files, too large, packed too tightly, or oddly named.
    """
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            files = _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Broken("this is no zip file, or a damaged one") from error
    if MANIFEST not in files:
        raise Broken("the bundle has no manifest.json")
    manifest = _object(files.pop(MANIFEST))
    listed, kind, origin = manifest.pop("files", None), manifest.pop("kind", None), manifest.pop("origin", None)
    if manifest.pop("bundle", None) != VERSION or not isinstance(kind, str) or not isinstance(origin, str):
        raise Broken("manifest.json doesn't say which kind of bundle this is, or is of a version that isn't known yet")
    if not isinstance(listed, dict) or listed.keys() != files.keys():
        raise Broken("manifest.json doesn't list exactly the files that are there")
    unlike = [name for name, body in files.items() if listed[name] != _listing(body)]
    return Bundle(kind, origin, files, tuple(sorted(unlike)), manifest)


def _listing(body: bytes) -> dict[str, Any]:
    return {"bytes": len(body), "sha256": sha256(body).hexdigest()}


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Broken(f"the bundle has {len(entries)} files; more than {MOST_FILES} are not read")
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        name = entry.filename
        if not NAME.fullmatch(name) or name in files:
            raise Broken(f"the bundle has a file with a name that isn't read: {name[:80]!r}")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(f"{name} is encrypted or packed in a way that isn't read")
        if entry.file_size > left:
            raise Broken("the bundle is too large")
        if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * entry.compress_size:
            raise Broken(f"{name} is packed so tightly that it can't be honest")
        with archive.open(entry) as opened:  # stops at the size that the directory tells, and checks the CRC there
            body = opened.read(left + 1)
        if len(body) != entry.file_size:
            raise Broken(f"{name} has another size than the zip file says")
        left -= len(body)
        files[name] = body
    return files


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Broken("manifest.json is no JSON") from error
    if not isinstance(value, dict):
        raise Broken("manifest.json is no JSON object")
    return value
