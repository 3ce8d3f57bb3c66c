"""The offline base map: every municipality, and its name inside it."""

from pathlib import Path

import shapely
from shapely.geometry import shape

from kuutio.ui import base_map


def test_every_municipality_has_its_area_and_its_name_on_its_largest_part() -> None:
    areas, points = base_map.features(base_map.BORDERS)
    assert len(areas) == len(points) == 309
    for area, point in zip(areas, points, strict=True):
        assert area["properties"] == point["properties"]
        assert shape(area["geometry"]).contains(shape(point["geometry"]))
    assert {"name_fi": "Turku", "name_sv": "Åbo"}.items() <= next(
        area["properties"].items() for area in areas if area["properties"]["code"] == "853"
    )


def test_the_tiles_are_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "map" / "borders.pmtiles"
    base_map.build(out=out)
    head = out.read_bytes()[:127]
    assert head[:8] == b"PMTiles\x03"
    low, high = head[100], head[101]
    assert (low, high) == (3, base_map.DEEPEST_ZOOM)
    west, south, east, north = (
        int.from_bytes(head[at : at + 4], "little", signed=True) / 1e7 for at in (102, 106, 110, 114)
    )
    finland = shapely.box(
        *shapely.total_bounds([shape(area["geometry"]) for area in base_map.features(base_map.BORDERS)[0]])
    )
    assert shapely.box(west, south, east, north).intersection(finland).area / finland.area > 0.99
    assert list(out.parent.iterdir()) == [out]
