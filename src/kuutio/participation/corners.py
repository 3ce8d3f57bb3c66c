"""Places written as words: one corner a line, latitude and longitude, as maps and phones show them."""

from __future__ import annotations

import re

from kuutio.core.positions import NoPosition, read_position
from kuutio.participation import shapes

LEAST = {"point": 1, "line": 2, "area": 3}
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


class NoCorners(ValueError):
    """The lines are no such place; `line` is the first that can't be read, 0 when they are too few or too many."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(line)
        self.line = line


def read(kind: str, text: str) -> bytes | None:
    """The shape whose corners are written, as WKB; None for an empty text.

    Args:
        kind: `point`, `line` or `area`; an area is closed by itself.
        text: a corner a line, `60.1985, 24.9785`; numbers swapped by mistake are turned.

    Raises:
        NoCorners: a line holds no position, or there are too few or too many.
        NoShape: the shape isn't in Finland, or crosses itself.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        return None
    corners = [_corner(number, line) for number, line in lines]
    if len(corners) < LEAST[kind] or (kind == "point" and len(corners) > 1):
        raise NoCorners
    if kind == "point":
        return shapes.point(*corners[0])
    if kind == "line":
        return shapes.kept({"type": "LineString", "coordinates": corners})
    return shapes.kept({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


def _corner(number: int, line: str) -> list[float]:
    numbers = _NUMBER.findall(line)
    if len(numbers) != 2:
        raise NoCorners(number)
    try:
        place = read_position(lon=numbers[1], lat=numbers[0])
    except NoPosition as error:
        raise NoCorners(number) from error
    place = place.turned or place
    return [place.lon, place.lat]
