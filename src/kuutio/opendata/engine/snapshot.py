"""The published form of a table: one immutable directory per snapshot, moved into place whole.

    ROOT/<table-id>/<snapshot-id>/data.parquet, manifest.json, rejects.parquet (only when a row was rejected)

ROOT is `DATA/snapshots`. A directory that is being built has a name starting with `.building-` and sits beside its
final place, on the same file system, so that the move is one rename: a reader sees all of a snapshot or nothing.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from kuutio.opendata.engine.types import Column

DATA, MANIFEST, REJECTS = "data.parquet", "manifest.json", "rejects.parquet"
ID, GEOMETRY, ENVELOPE = "_id", "geometry", ("_xmin", "_ymin", "_xmax", "_ymax")
WORK = ".work-"
_BUILDING = ".building-"
_TABLE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")
_SNAPSHOT_ID = re.compile(r"[0-9a-f]{16}")


def identity(parts: Sequence[tuple[str, bool]]) -> str:
    """SQL for the id of a row with a declared key: its values with hyphens between.

    Args:
        parts: each value as SQL, and whether it is text: a hyphen in a text is marked (`~-`, and `~` as `~~`) where the key
            has several columns, so that no two keys join to one id. Dates and numbers have theirs in fixed places.
    """
    casts = [f"CAST({value} AS VARCHAR)" for value, _is_text in parts]
    if len(parts) > 1:
        casts = [
            f"replace(replace({cast}, '~', '~~'), '-', '~-')" if is_text else cast
            for cast, (_value, is_text) in zip(casts, parts, strict=True)
        ]
    return " || '-' || ".join(casts)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snapshot came from and how the file was understood; None where it doesn't apply."""

    name: str
    sha256: str
    format: str
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    layer: str | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class Geometry:
    """The geometry column of a snapshot.

    Attributes:
        types: GeoParquet names ("Point", "MultiPolygon", ...), sorted.
        bbox: west, south, east, north in degrees; None when no row has a geometry.
        crs_source: the source's CRS as "EPSG:3067" or "OGC:CRS84"; a name or WKT when no authority knows it.
    """

    types: list[str]
    bbox: list[float] | None
    crs_source: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `rows_in == rows + rejects` always.

    Attributes:
        id: the first 16 hex digits of the sha256 of the content: equal content has an equal id.
        table: the table's id.
        created_at: ISO 8601 in UTC.
        key: columns whose values, joined by "-", are the item's id; empty when ids come from the content.
        columns: declared columns in order, the geometry column last, without `_id` and the envelope.
        bytes: sizes of files: {"data": ...}.
    """

    id: str
    table: str
    created_at: str
    source: Source
    rows_in: int
    rows: int
    rejects: int
    key: list[str]
    columns: list[Column]
    geometry: Geometry | None = None
    bytes: dict[str, int] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def as_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` reads it back."""
        return asdict(self) | {"columns": [column.as_json() for column in self.columns]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        geometry = value["geometry"]
        parts = {
            "source": Source(**value["source"]),
            "columns": [Column.from_json(column) for column in value["columns"]],
            "geometry": Geometry(**geometry) if geometry else None,
        }
        return cls(**(value | parts))


def table_dir(root: Path, table: str) -> Path:
    """The directory of a table's snapshots.

    Raises:
        ValueError: the id is no ASCII slug.
    """
    if not _TABLE_ID.fullmatch(table):
        raise ValueError(f"not a table id: {table!r}")
    return root / table


def snapshot_dir(root: Path, table: str, snapshot: str) -> Path:
    """The directory of one snapshot, whether it exists or not.

    Raises:
        ValueError: an id has the wrong form.
    """
    if not _SNAPSHOT_ID.fullmatch(snapshot):
        raise ValueError(f"not a snapshot id: {snapshot!r}")
    return table_dir(root, table) / snapshot


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a published snapshot.

    Raises:
        FileNotFoundError: there is no such snapshot.
    """
    return Manifest.from_json(json.loads((directory / MANIFEST).read_text("utf-8")))


def now() -> str:
    """This second in UTC, as manifests write it."""
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def content_id(directory: Path) -> str:
    """The snapshot id of files that are built: of the rows and of what was rejected."""
    digest = hashlib.sha256()
    for name in (DATA, REJECTS):
        path = directory / name
        if path.exists():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


@contextmanager
def building(root: Path, table: str) -> Iterator[Path]:
    """An empty directory to build a snapshot in; gone afterwards unless it was published."""
    home = table_dir(root, table)
    home.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=home))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def publish(root: Path, built: Path, manifest: Manifest) -> Path:
    """Write the manifest and move a built directory into place; an equal snapshot that is there already stays.

    Returns:
        The snapshot's directory.
    """
    with (built / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest.as_json(), file, ensure_ascii=False, allow_nan=False)
    for path in built.iterdir():
        _sync(path)
    final = snapshot_dir(root, manifest.table, manifest.id)
    try:
        built.rename(final)
    except OSError:
        # A directory can't be renamed onto one with files in it: somebody published the same content before us.
        if not (final / MANIFEST).exists():
            raise
    _sync(final.parent)
    return final


def snapshots(root: Path, table: str) -> list[Manifest]:
    """The published snapshots of a table, oldest first."""
    found = [read_manifest(path.parent) for path in table_dir(root, table).glob(f"*/{MANIFEST}") if _published(path)]
    return sorted(found, key=lambda manifest: (manifest.created_at, manifest.id))


def prune(root: Path, table: str, *, keep: Collection[str]) -> list[str]:
    """Remove the snapshots that aren't in `keep`; the ids that went.

    A reader that has a file open keeps reading it: the name goes, the bytes stay until it is closed.
    """
    gone = [manifest.id for manifest in snapshots(root, table) if manifest.id not in keep]
    for snapshot in gone:
        final = snapshot_dir(root, table, snapshot)
        # Renamed first: a kill in the middle of the removal must not leave half a snapshot under its own name.
        doomed = final.with_name(f"{_BUILDING}gone-{snapshot}-{os.getpid()}")
        final.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
    return gone


def sweep(root: Path, *, older_than_s: float) -> int:
    """Remove what killed workers left behind: work and build directories untouched for so many seconds.

    Returns:
        How many there were.
    """
    limit = time.time() - older_than_s
    places = [*root.glob(f"*/{_BUILDING}*"), *root.glob(f"{WORK}*")]
    left = [path for path in places if path.stat().st_mtime < limit]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _published(manifest: Path) -> bool:
    return bool(_SNAPSHOT_ID.fullmatch(manifest.parent.name))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
