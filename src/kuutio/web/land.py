"""Drawing the front page's map, some 0.1 s; a program of its own, for the libraries that it takes weigh 40 MB.

Units are those of the drawing (1 is about 1.8 km); x grows to the right, y downwards.
"""

import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

HEIGHT = 640
MARGIN = 8
LABEL_GAP = 16  # between the coast and a label
LABEL_HEIGHT = 36
LETTER = 11.5  # the width of an average letter of a label


@dataclass(frozen=True, slots=True)
class Label:
    """Where a city's name stands: left or right of the land, with a line that leads to the city."""

    x: int
    y: int
    anchor: str
    line: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A city on the map."""

    code: str
    path: str
    label: Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole map; `box` is the viewBox of an SVG."""

    box: str
    land: str
    shapes: tuple[Shape, ...]

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """What was written with `asdict`."""
        shapes = tuple(Shape(one["code"], one["path"], Label(**one["label"])) for one in told["shapes"])
        return cls(told["box"], told["land"], shapes)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A city before its label has its place: its point, and the x of the coast nearest to it on its own latitude."""

    code: str
    path: str
    x: float
    y: float
    coast: float
    is_left: bool


def draw(borders: dict[str, bytes], cities: Sequence[tuple[str, str]], longest: int) -> Drawing:
    """The map.

    Args:
        borders: of all municipalities by their codes; WKB, CRS84.
        cities: the code of each with that of its municipality, in the order of the labels.
        longest: letters of the longest label.
    """
    import shapely

    flat = _flat(shapely.from_wkb(list(borders.values())))
    country = shapely.coverage_union_all(flat)
    west, _south, east, north = country.bounds
    scale = (HEIGHT - 2 * MARGIN) / (country.bounds[3] - country.bounds[1])

    def placed(shape: Any) -> Any:
        return shapely.transform(shape, lambda points: (points - (west, north)) * (scale, -scale) + MARGIN)

    land = placed(country)
    by_code = dict(zip(borders, flat, strict=True))
    wishes = [_wish(code, placed(by_code[municipality]), land) for code, municipality in cities]
    shapes = [shape for left in (True, False) for shape in _labelled([wish for wish in wishes if wish.is_left is left])]
    shapes.sort(key=lambda shape: [code for code, _municipality in cities].index(shape.code))
    room = longest * LETTER
    width = (east - west) * scale + 2 * MARGIN
    start = min([0.0, *(shape.label.x - room for shape in shapes if shape.label.anchor == "end")])
    end = max([width, *(shape.label.x + room for shape in shapes if shape.label.anchor == "start")])
    return Drawing(
        box=f"{start:.0f} 0 {end - start:.0f} {HEIGHT}",
        land=_path(shapely.simplify(land, 0.9)),
        shapes=tuple(shapes),
    )


def _flat(shapes: Any) -> Any:
    """From degrees (CRS84) to metres of ETRS-TM35FIN (EPSG:3067), in which Finland looks as people know it."""
    import shapely
    from pyproj import Transformer

    turn = Transformer.from_crs("OGC:CRS84", "EPSG:3067", always_xy=True)

    def metres(points: Any) -> Any:
        return shapely.get_coordinates(shapely.points(*turn.transform(points[:, 0], points[:, 1])))

    return shapely.transform(shapes, metres)


def _wish(code: str, city: Any, land: Any) -> _Wish:
    import shapely

    point = city.representative_point()
    west, _south, east, _north = land.bounds
    here = shapely.intersection(land, shapely.LineString([(west - 1, point.y), (east + 1, point.y)])).bounds
    is_left = point.x - here[0] < here[2] - point.x
    return _Wish(code, _path(shapely.simplify(city, 0.25)), point.x, point.y, here[0] if is_left else here[2], is_left)


def _labelled(wishes: list[_Wish]) -> list[Shape]:
    """The cities of one side with labels that don't touch: in the order of their latitudes, moved apart up and down alike."""
    wishes = sorted(wishes, key=lambda wish: wish.y)
    heights = [wish.y for wish in wishes]
    for _round in range(200):
        for at in range(len(heights) - 1):
            lack = LABEL_HEIGHT - (heights[at + 1] - heights[at])
            if lack > 0:
                heights[at] -= lack / 2
                heights[at + 1] += lack / 2
    lowest = HEIGHT - LABEL_HEIGHT / 2
    return [
        _shape(wish, min(y, lowest - LABEL_HEIGHT * (len(wishes) - 1 - at)))
        for at, (wish, y) in enumerate(zip(wishes, heights, strict=True))
    ]


def _shape(wish: _Wish, y: float) -> Shape:
    x = wish.coast + (-LABEL_GAP if wish.is_left else LABEL_GAP)
    gap = 5 if wish.is_left else -5
    line = f"M{wish.x:.1f} {wish.y:.1f}L{x + gap:.1f} {y:.1f}"
    return Shape(wish.code, wish.path, Label(round(x), round(y), "end" if wish.is_left else "start", line))


def _path(shape: Any) -> str:
    """An SVG path of a polygon or of many; islands smaller than a point of the drawing are left out."""
    polygons = [part for part in getattr(shape, "geoms", [shape]) if part.area > 0.5]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in polygon.exterior.coords[:-1]) + "Z" for polygon in polygons
    )


if __name__ == "__main__":
    json.dump(asdict(draw(*pickle.load(sys.stdin.buffer))), sys.stdout)  # noqa: S301  # told by our own process
