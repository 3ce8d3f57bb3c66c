"""What a tile says of a place: its id and what is short, and all of it where the places are few."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from kuutio.opendata.engine import tiles
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.snapshots import make_snapshot

COLUMNS = [
    Column("tunnus", ColumnType.TEXT),
    Column("lon", ColumnType.NUMBER),
    Column("lat", ColumnType.NUMBER),
    Column("tila", ColumnType.TEXT),
    Column('kuvaus "pitkä"; --', ColumnType.TEXT),
    Column("teho", ColumnType.NUMBER),
    Column("tyhjä", ColumnType.TEXT),
    Column("geometry", ColumnType.GEOMETRY),
]


def row(n: int, *, placed: bool) -> dict[str, Any]:
    x, y = 24 + n / 100, 60 + n / 200
    return {
        "_id": f"a-{n}",
        "tunnus": f"a-{n}",
        "lon": x if placed else None,
        "lat": y if placed else None,
        "tila": "ä" * 10 if n % 2 else None,
        'kuvaus "pitkä"; --': "Puiston reunassa, talon edessä." if n % 3 else None,
        "teho": x if n % 4 else 7.5,
        "geometry": shapely.Point(x, y) if placed else None,
    }


@pytest.mark.parametrize("many", [True, False])
def test_long_texts_and_what_is_said_already_stay_with_the_item(
    many: bool, snapshots_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(n, placed=n != 5) for n in range(40)]
    directory = make_snapshot(snapshots_root, COLUMNS, rows, table=f"laatat-{many}".lower(), key=["tunnus"])
    if many:
        monkeypatch.setattr(tiles, "_FEW", 39)
    path = tiles.build(directory, tmp_path / "laatat.pmtiles")
    assert path is not None
    told = {"_id", "tila", "teho"} if many else {"_id", *(column.name for column in COLUMNS[:-2])}
    assert set(tiles.Tileset(path).facts.fields) == told


def test_a_line_says_no_coordinates(snapshots_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edge of its envelope isn't its place: a number that equals it is one like any other."""
    rows = [{"alku": 24.0 + n, "geometry": shapely.LineString([(24 + n, 60), (24.5 + n, 61)])} for n in range(3)]
    directory = make_snapshot(
        snapshots_root, [COLUMNS[1], Column("alku", ColumnType.NUMBER), COLUMNS[-1]], rows, table="viivat"
    )
    monkeypatch.setattr(tiles, "_FEW", 2)
    path = tiles.build(directory, tmp_path / "viivat.pmtiles")
    assert path is not None
    assert set(tiles.Tileset(path).facts.fields) == {"_id", "alku"}
