"""The offline base map: the borders of all municipalities and their names as one PMTiles file among the static files.

`python -m kuutio.ui.base_map` makes it from the borders that `cities` carries, in a few seconds, when a checkout is prepared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import shapely

ROOT = Path(__file__).resolve().parents[3]
BORDERS = ROOT / "src" / "kuutio" / "cities" / "data" / "municipalities.parquet"
TILES = ROOT / "build" / "static" / "map" / "borders.pmtiles"
DEEPEST_ZOOM = 11
"""Tiles beyond it are drawn from these: a border is then right to some 10 metres."""


def features(borders: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The municipalities as areas, and a point inside each for its name, as GeoJSON features."""
    table = pq.read_table(borders, columns=["code", "name_fi", "name_sv", "geometry"])
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    names = table.drop_columns(["geometry"]).to_pylist()
    areas = [_feature(shape, row) for shape, row in zip(shapes, names, strict=True)]
    # The largest part only: a coastal municipality's name belongs on its mainland.
    mainland = [max(shapely.get_parts(shape), key=shapely.area) for shape in shapes]
    points = [
        _feature(shapely.maximum_inscribed_circle(part, 0.01), row) for part, row in zip(mainland, names, strict=True)
    ]
    return areas, points


def _feature(shape: Any, row: dict[str, Any]) -> dict[str, Any]:
    if shape.geom_type == "LineString":  # an inscribed circle comes as its radius, from the centre out
        shape = shapely.get_point(shape, 0)
    return {"type": "Feature", "properties": row, "geometry": json.loads(shapely.to_geojson(shape))}


def build(borders: Path = BORDERS, out: Path = TILES) -> None:
    """Write the tiles; the file appears whole or not at all.

    Raises:
        subprocess.CalledProcessError: tippecanoe failed; its words are on stderr.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    areas, points = features(borders)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        lines = {
            name: _lines(Path(folder) / f"{name}.ndjson", rows) for name, rows in (("areas", areas), ("names", points))
        }
        made = Path(folder) / out.name
        subprocess.run(list(_command(made, lines)), check=True, stdout=sys.stderr)  # noqa: S603  # our own arguments
        made.replace(out)


def _lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def _command(out: Path, layers: dict[str, Path]) -> Iterator[str]:
    yield str(Path(sys.executable).with_name("tippecanoe"))
    yield from ("--output", str(out), "--quiet", "--minimum-zoom=3", f"--maximum-zoom={DEEPEST_ZOOM}")
    yield from (
        "--no-simplification-of-shared-nodes",
        "--no-tiny-polygon-reduction",
        "--drop-rate=1",
        "--no-tile-size-limit",
    )
    for name, path in layers.items():
        yield from ("--named-layer", f"{name}:{path}")


if __name__ == "__main__":
    build()
