"""Boxes are exact on doubles, for points, lines and areas, in degrees and in metres."""

import json
import random
from pathlib import Path

import numpy
import pytest
import shapely
from pyproj import Transformer

from kuutio.core.problems import BadQuery
from kuutio.opendata.engine.filters import And, BBox, Compare, IsNull, Not, Or, Spatial
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType
from tests.opendata.engine.naive import truth
from tests.opendata.engine.snapshots import make_snapshot, open_table

COLUMNS = [Column("n", ColumnType.INTEGER), Column("city", ColumnType.TEXT), Column("geometry", ColumnType.GEOMETRY)]


def scattered(count: int, kind: str, seed: int = 1) -> list[dict[str, object]]:
    """Rows in the order of a curve, some without a place."""
    dice = random.Random(seed)
    rows: list[dict[str, object]] = []
    for n in range(count):
        x, y = 20 + dice.random() * 10, 60 + dice.random() * 6
        size = dice.random() ** 4 * 2 + 1e-4
        shape: object = shapely.Point(x, y)
        if kind == "lines":
            shape = shapely.LineString([(x, y), (x + size, y + size * dice.random()), (x, y + size)])
        elif kind == "areas":
            shape = shapely.Point(x, y).buffer(size / 2, quad_segs=3)
        rows.append({"city": dice.choice("ab"), "geometry": None if n % 50 == 7 else shape})
    rows.sort(key=lambda row: (-1, -1) if row["geometry"] is None else _cell(row["geometry"]))
    return [{"n": n, **row} for n, row in enumerate(rows)]


def _cell(shape: object) -> tuple[int, int]:
    x, y = shape.bounds[:2]  # type: ignore[attr-defined]
    return int((x - 20) * 2), int((y - 60) * 4)


@pytest.fixture(scope="module", params=["points", "lines", "areas"])
def scene(request: pytest.FixtureRequest, snapshots_root: Path) -> tuple[Table, list[dict[str, object]]]:
    rows = scattered(6000, request.param)
    return open_table(make_snapshot(snapshots_root, COLUMNS, rows, table=f"boxes-{request.param}")), rows


def found(table: Table, tree: object) -> set[int]:
    numbers = [n for some in table.finder.all(table.question(Query(filter=tree))) for n in some]  # type: ignore[arg-type]
    page = table.page(Query(filter=tree, limit=50_000, columns=("n",)))  # type: ignore[arg-type]
    assert [json.loads(row)["properties"]["n"] for row in page.rows] == numbers
    assert len(numbers) == page.matched
    return set(numbers)


def expected(rows: list[dict[str, object]], tree: object) -> set[int]:
    return {n for n, row in enumerate(rows) if truth(tree, row, ()) is True}  # type: ignore[arg-type]


def test_boxes_with_corners_on_data(scene: tuple[Table, list[dict[str, object]]]) -> None:
    """float32 can't tell these corners from their neighbours; the answer can."""
    table, rows = scene
    dice = random.Random(2)
    places = [row["geometry"] for row in rows if row["geometry"] is not None]
    for _ in range(25):
        a, b = (shapely.get_coordinates(dice.choice(places))[0] for _ in range(2))
        west, east = sorted((float(a[0]), float(b[0])))
        south, north = sorted((float(a[1]), float(b[1])))
        box = BBox(west, south, east, north)
        assert found(table, box) == expected(rows, box)
        # One step of a double smaller: the corner itself is out.
        less = BBox(float(numpy.nextafter(west, 99)), float(numpy.nextafter(south, 99)), east, north)
        if less.west <= less.east and less.south <= less.north:
            assert found(table, less) == expected(rows, less)


def test_a_box_around_one_place(scene: tuple[Table, list[dict[str, object]]]) -> None:
    table, rows = scene
    x, y = shapely.get_coordinates(rows[3000]["geometry"])[0]
    assert 3000 in found(table, BBox(x, y, x, y))
    assert (
        3000 not in found(table, BBox(float(numpy.nextafter(x, 99)), y, float(numpy.nextafter(x, 99)), y))
        or table.store.points is False
    )


def test_boxes_among_other_conditions(scene: tuple[Table, list[dict[str, object]]]) -> None:
    table, rows = scene
    box, other = BBox(23, 61, 25, 63), BBox(24, 62, 27, 65)
    for tree in (
        Not(box),
        And((box, other)),
        Or((box, other)),
        And((box, Not(other))),
        And((box, Compare("city", "=", "a"))),
        And((BBox(23, 61, 23.4, 61.4), Compare("city", "=", "a"))),
        Or((box, Compare("n", "<", 100))),
        IsNull("geometry"),
        Or((Not(box), IsNull("geometry"))),
    ):
        assert found(table, tree) == expected(rows, tree), tree


@pytest.mark.parametrize(
    "op", ["intersects", "within", "contains", "disjoint", "touches", "crosses", "overlaps", "equals"]
)
def test_spatial_relations(scene: tuple[Table, list[dict[str, object]]], op: str) -> None:
    table, rows = scene
    for shape in (
        shapely.Polygon([(21, 61), (28, 60.5), (26, 65), (24, 62)]),
        shapely.LineString([(20, 60), (30, 66)]),
        shapely.Point(shapely.get_coordinates(rows[1000]["geometry"])[0]),
        rows[4000]["geometry"],
    ):
        tree = Spatial(op, shapely.to_wkt(shape, rounding_precision=-1))  # type: ignore[arg-type]
        assert found(table, tree) == expected(rows, tree), tree


@pytest.mark.parametrize("code", [3067, 3857, 3879])
def test_a_box_of_metres_is_exact_on_the_coordinates_shown(
    scene: tuple[Table, list[dict[str, object]]], code: int
) -> None:
    table, rows = scene
    forward = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True)

    def moved(places: numpy.ndarray) -> numpy.ndarray:
        return numpy.round(numpy.column_stack(forward.transform(places[:, 0], places[:, 1])), 4)

    dice = random.Random(3)
    there = [None if row["geometry"] is None else shapely.transform(row["geometry"], moved) for row in rows]
    for _ in range(6):
        a, b = (
            shapely.get_coordinates(dice.choice([shape for shape in there if shape is not None]))[0] for _ in range(2)
        )
        box = (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        right = {n for n, shape in enumerate(there) if shape is not None and shape.intersects(shapely.box(*box))}
        assert found(table, BBox(*map(float, box), code)) == right


def test_a_box_over_the_antimeridian(snapshots_root: Path) -> None:
    places = [179.5, -179.5, 180.0, -180.0, 0.0, 178.0, -178.0, None]
    rows = [{"n": n, "geometry": None if x is None else shapely.Point(x, 60)} for n, x in enumerate(places)]
    table = open_table(make_snapshot(snapshots_root, COLUMNS, rows, table="antimeridian"))
    assert found(table, BBox(179, 59, -179, 61)) == {0, 1, 2, 3}
    assert found(table, Not(BBox(179, 59, -179, 61))) == {4, 5, 6}
    shapes = [shapely.box(178, 59, 179.5, 61), shapely.box(-179.5, 59, -178, 61), shapely.box(0, 0, 1, 1)]
    table = open_table(
        make_snapshot(
            snapshots_root, COLUMNS, [{"n": n, "geometry": s} for n, s in enumerate(shapes)], table="antimeridian-2"
        )
    )
    assert found(table, BBox(179, 59, -179, 61)) == {0, 1}


def test_the_whole_world(scene: tuple[Table, list[dict[str, object]]]) -> None:
    table, rows = scene
    assert found(table, BBox(-180, -90, 180, 90)) == {n for n, row in enumerate(rows) if row["geometry"] is not None}
    assert found(table, BBox(0, 0, 1, 1)) == set()


@pytest.mark.parametrize(
    "box",
    [
        BBox(1, 5, 2, 4),
        BBox(float("nan"), 0, 1, 1),
        BBox(0, 0, float("inf"), 1),
        BBox(500_000, 6_700_000, 400_000, 6_800_000, 3067),
    ],
)
def test_a_box_that_is_none_is_refused(small_table: Table, box: BBox) -> None:
    with pytest.raises(BadQuery):
        small_table.count(box)
