"""Vector tiles of a snapshot: one PMTiles file, made by tippecanoe.

tippecanoe reads every feature once for each zoom, even where the zoom keeps one in a thousand. So the tiles of many points are made in
parts, each from no more points than its deepest zoom can show, and the parts' tiles are then put into one file as they are.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kuutio.opendata.engine import duck, serving
from kuutio.opendata.engine.snapshot import DATA, ID, read_manifest
from kuutio.opendata.engine.tiles import LAYER, Tileset
from kuutio.opendata.engine.types import ColumnType

MAX_ZOOM = 14
"""At zoom 14 a tile's unit is some 20 cm in Finland: finer than any source we know."""
MIN_ZOOM = 3
"""Below it all of Europe is a hand's breadth; each zoom there would still cost a pass over every feature on one processor."""
DEEP_ZOOM = 10
"""From here on every point may be shown; tippecanoe finds how much deeper it takes to tell them apart."""
KEPT = 0.4
"""Of the points of a zoom, so many are left one zoom further out (tippecanoe's own rate, 1 / 2.5)."""
FEW = 2_000
"""Up to so many features every zoom keeps all of them, and the deepest zoom needs no guess."""
MANY = 100_000
"""From so many points on, tiles are made in parts."""
_CHUNK = 20_000
_EXTEND = "--extend-zooms-if-still-dropping"
_GUESS = ["-zg", f"--smallest-maximum-zoom-guess={DEEP_ZOOM}", _EXTEND]


class TilesFailed(RuntimeError):
    """tippecanoe could not make tiles; its last words are the message."""


@dataclass(frozen=True, slots=True)
class _Outer:
    """A part of the outer zooms: from the outermost to the innermost of its own."""

    outermost: int
    innermost: int


_OUTER = (_Outer(MIN_ZOOM, 6), _Outer(7, DEEP_ZOOM - 1))


def build(snapshot: Path, target: Path, *, seconds: float = 1800) -> Path | None:
    """Make the tiles of a snapshot with geometry, and put the file in its place when it is whole.

    Each feature carries its `_id` and its scalar properties, in one layer named `items`.

    Args:
        snapshot: the snapshot's directory.
        target: the PMTiles file to make.
        seconds: after which a part's making is given up.

    Returns:
        The file, or None when no row has a place.

    Raises:
        TilesFailed: tippecanoe refused or took too long; nothing is left behind.
    """
    manifest = read_manifest(snapshot)
    if manifest.geometry is None or manifest.geometry.bbox is None:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as name:
        folder = Path(name)
        features = folder / "features.jsonl"
        _write_features(snapshot, features)
        if manifest.rows > MANY and manifest.geometry.types == ["Point"]:
            made = _in_parts(features, folder, seconds)
        else:
            zooms = ["-z", str(MAX_ZOOM), "-r1", _EXTEND] if manifest.rows <= FEW else [f"-Z{MIN_ZOOM}", *_GUESS]
            made = _tippecanoe(features, folder / "tiles.pmtiles", zooms, seconds)
        made.chmod(0o644)
        made.replace(target)
    return target


def _in_parts(features: Path, folder: Path, seconds: float) -> Path:
    """The deep zooms from every point, the outer ones from points taken evenly along the snapshot's Hilbert curve."""
    parts = [_tippecanoe(features, folder / "deep.pmtiles", [f"-Z{DEEP_ZOOM}", *_GUESS], seconds)]
    base = _zoom_of_all(parts[0])
    for outer in reversed(_OUTER):
        some = folder / f"some-{outer.innermost}.jsonl"
        _write_some(features, some, KEPT ** (base - outer.innermost))
        zooms = [f"-Z{outer.outermost}", f"-z{outer.innermost}"]
        parts.append(_tippecanoe(some, folder / f"outer-{outer.innermost}.pmtiles", zooms, seconds))
        some.unlink()
    return _joined(list(reversed(parts)), folder / "tiles.pmtiles")


def _zoom_of_all(deep: Path) -> int:
    """The outermost zoom that left no point out by rate."""
    with closing(Tileset(deep)) as tiles:
        strategies = tiles.metadata().get("strategies", [])
        last = tiles.facts.max_zoom
    return next(
        (
            zoom
            for zoom in range(DEEP_ZOOM, last)
            if zoom < len(strategies) and not strategies[zoom].get("dropped_by_rate")
        ),
        last,
    )


def _write_some(features: Path, target: Path, share: float) -> None:
    """A share (0 to 1) of the lines, evenly: their order is the curve's, so what is left out lies beside what is kept."""
    with features.open("rb") as source, target.open("wb") as file:
        file.writelines(line for at, line in enumerate(source) if int((at + 1) * share) > int(at * share))


def _joined(parts: Sequence[Path], target: Path) -> Path:
    """One file of the tiles of several, given from the outermost zoom to the deepest; no tile is made anew."""
    from pmtiles import writer  # only where tiles are made

    with ExitStack() as opened, target.open("wb") as file:
        sets = [opened.enter_context(closing(Tileset(path))) for path in parts]
        # The package has no types.
        tiles = cast("Any", writer.Writer)(file)
        for part in sets:
            for tile_id, data in part.tiles():
                tiles.write_tile(tile_id, data)
        tiles.finalize(sets[-1].header(), {**sets[-1].metadata(), "strategies": _strategies(sets)})
    return target


def _strategies(sets: Sequence[Tileset]) -> list[dict[str, Any]]:
    """What each zoom left out, each as the part says that made it."""
    told: list[dict[str, Any]] = [{} for _zoom in range(sets[-1].facts.max_zoom + 1)]
    for part in sets:
        for zoom, left in enumerate(part.metadata().get("strategies", [])):
            if part.facts.min_zoom <= zoom <= part.facts.max_zoom:
                told[zoom] = left
    return told


def _tippecanoe(features: Path, made: Path, zooms: Sequence[str], seconds: float) -> Path:
    command = [_program(), "-q", "-P", "-o", str(made), "-t", str(made.parent), "-l", LAYER, *zooms]
    command += ["--drop-densest-as-needed", str(features)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, paths of our own
            command, capture_output=True, text=True, timeout=seconds, check=False, env={"PATH": os.defpath}
        )
    except subprocess.TimeoutExpired as error:
        raise TilesFailed(f"not done in {seconds:.0f} s") from error
    if done.returncode or not made.exists():
        raise TilesFailed(done.stderr.strip()[-500:])
    return made


def _program() -> str:
    beside = Path(sys.executable).parent / "tippecanoe"
    found = str(beside) if beside.exists() else shutil.which("tippecanoe")
    if not found:
        raise TilesFailed("tippecanoe is not installed")
    return found


def _write_features(snapshot: Path, target: Path) -> None:
    """One GeoJSON feature a line; rows without a place are left out."""
    manifest, data = read_manifest(snapshot), snapshot / DATA
    scalars = [column for column in manifest.columns if column.type is not ColumnType.GEOMETRY]
    pairs = ", ".join(f"{duck.quoted(c.name)}: {serving.json_ready(c)}" for c in scalars)
    with closing(duck.fresh_cursor(data.parent.parent.parent)) as source, target.open("w", encoding="utf-8") as file:
        properties = f"{{'{ID}': {duck.name(ID)}{', ' + pairs if pairs else ''}}}"
        rows = source.execute(
            f"SELECT CAST(to_json({properties}) AS VARCHAR), "  # noqa: S608  # names quoted, values none
            f"CAST(ST_AsGeoJSON({serving.geometry_of(source, data)}) AS VARCHAR) "
            f"FROM {duck.parquet(data)} WHERE _xmin IS NOT NULL"
        )
        while chunk := rows.fetchmany(_CHUNK):
            file.writelines(f'{{"type":"Feature","geometry":{g},"properties":{p}}}\n' for p, g in chunk)
