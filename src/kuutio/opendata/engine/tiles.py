"""Vector tiles of a snapshot: one PMTiles file made by tippecanoe, and its tiles read by number."""

import mmap
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kuutio.opendata.engine import duck, serving
from kuutio.opendata.engine.snapshot import DATA, ID, read_manifest
from kuutio.opendata.engine.types import Column, ColumnType

LAYER = "items"
MAX_ZOOM = 14
"""At zoom 14 a tile's unit is some 20 cm in Finland: finer than any source we know."""
MIN_ZOOM = 3
"""Below it all of Europe is a hand's breadth; each zoom there would still cost a pass over every feature on one processor."""
_CHUNK = 20_000
_FEW = 2_000
"""Up to so many features every zoom keeps all of them and all that is said of them, and the deepest zoom needs no guess."""
_LONG = 24
"""Bytes of a text, on the average, from which on it stays with the item: tiles would carry it once for each zoom."""
_MANY_ZOOMS = [f"-Z{MIN_ZOOM}", "-zg", "--smallest-maximum-zoom-guess=10"]


class TilesFailed(RuntimeError):
    """tippecanoe could not make tiles; its last words are the message."""


def build(snapshot: Path, target: Path, *, seconds: float = 1800) -> Path | None:
    """Make the tiles of a snapshot with geometry, and put the file in its place when it is whole.

    Each feature carries its `_id` and its scalar properties, in one layer named `items`; of a table of more than 2,000
    rows without those that `_left_with_the_item` names.

    Args:
        snapshot: the snapshot's directory.
        target: the PMTiles file to make.
        seconds: after which the making is given up.

    Returns:
        The file, or None when no row has a place.

    Raises:
        TilesFailed: tippecanoe refused or took too long; nothing is left behind.
    """
    manifest = read_manifest(snapshot)
    if manifest.geometry is None or manifest.geometry.bbox is None:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as folder:
        features, made = Path(folder) / "features.jsonl", Path(folder) / "tiles.pmtiles"
        _write_features(snapshot, features)
        zoom = ["-z", str(MAX_ZOOM), "-r1"] if manifest.rows <= _FEW else _MANY_ZOOMS
        command = [_tippecanoe(), "-q", "-P", "-o", str(made), "-t", folder, "-l", LAYER, *zoom]
        command += ["--drop-densest-as-needed", "--extend-zooms-if-still-dropping", str(features)]
        try:
            done = subprocess.run(  # noqa: S603  # our own program, paths of our own
                command, capture_output=True, text=True, timeout=seconds, check=False, env={"PATH": os.defpath}
            )
        except subprocess.TimeoutExpired as error:
            raise TilesFailed(f"not done in {seconds:.0f} s") from error
        if done.returncode or not made.exists():
            raise TilesFailed(done.stderr.strip()[-500:])
        made.chmod(0o644)
        made.replace(target)
    return target


def _tippecanoe() -> str:
    beside = Path(sys.executable).parent / "tippecanoe"
    found = str(beside) if beside.exists() else shutil.which("tippecanoe")
    if not found:
        raise TilesFailed("tippecanoe is not installed")
    return found


def _write_features(snapshot: Path, target: Path) -> None:
    """One GeoJSON feature a line; rows without a place are left out."""
    manifest, data = read_manifest(snapshot), snapshot / DATA
    scalars = [column for column in manifest.columns if column.type is not ColumnType.GEOMETRY]
    with closing(duck.fresh_cursor(data.parent.parent.parent)) as source, target.open("w", encoding="utf-8") as file:
        left = _left_with_the_item(source, data, scalars) if manifest.rows > _FEW else set()
        pairs = ", ".join(f"{duck.quoted(c.name)}: {serving.json_ready(c)}" for c in scalars if c.name not in left)
        properties = f"{{'{ID}': {duck.name(ID)}{', ' + pairs if pairs else ''}}}"
        rows = source.execute(
            f"SELECT CAST(to_json({properties}) AS VARCHAR), "  # noqa: S608  # names quoted, values none
            f"CAST(ST_AsGeoJSON({serving.geometry_of(source, data)}) AS VARCHAR) "
            f"FROM {duck.parquet(data)} WHERE _xmin IS NOT NULL"
        )
        while chunk := rows.fetchmany(_CHUNK):
            file.writelines(f'{{"type":"Feature","geometry":{g},"properties":{p}}}\n' for p, g in chunk)


def _left_with_the_item(source: Any, data: Path, scalars: Sequence[Column]) -> set[str]:
    """Names of the properties that tiles do without: long texts, and what a feature says already by its id or its place."""
    asked = {
        column.name: f"avg(strlen({name})) >= {_LONG} OR bool_and({name} = {duck.name(ID)})"
        if column.type is ColumnType.TEXT
        else f"bool_and({name} = _xmin AND _xmin = _xmax) OR bool_and({name} = _ymin AND _ymin = _ymax)"
        for column in scalars
        if column.type in (ColumnType.TEXT, ColumnType.NUMBER)
        for name in [duck.name(column.name)]
    }
    if not asked:
        return set()
    # A row without a place, or without the value, says nothing against it: NULL is passed over.
    select = f"SELECT {', '.join(asked.values())} FROM {duck.parquet(data)}"  # noqa: S608  # names quoted, values none
    answers = source.execute(select).fetchone()
    return {name for name, left in zip(asked, answers, strict=True) if left}


@dataclass(frozen=True, slots=True)
class TilesetFacts:
    """What a tile file says of itself: zooms, bounds in degrees, fields of its layer by name."""

    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    fields: dict[str, str]


class Tileset:
    """A PMTiles file opened for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        from pmtiles import reader  # only where tiles are asked for

        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        read: Callable[[int, int], bytes] = lambda offset, length: self._bytes[offset : offset + length]  # noqa: E731
        # The package has no types.
        self._reader = cast("Any", reader.Reader)(read)
        header: dict[str, Any] = self._reader.header()
        layers = self._reader.metadata().get("vector_layers", [])
        self.facts = TilesetFacts(
            header["min_zoom"],
            header["max_zoom"],
            (
                header["min_lon_e7"] / 1e7,
                header["min_lat_e7"] / 1e7,
                header["max_lon_e7"] / 1e7,
                header["max_lat_e7"] / 1e7,
            ),
            dict(layers[0]["fields"]) if layers else {},
        )

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One tile (MVT, gzip), rows counted from the north; None where nothing lies."""
        if not 0 <= zoom <= self.facts.max_zoom or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
            return None
        found: bytes | None = self._reader.get(zoom, x, y)
        return found
