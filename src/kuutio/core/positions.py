"""Where somebody says a thing is: two numbers that are a place on Earth, or a reason why they aren't.

Every door that takes coordinates reads them here: forms, Open311, files of points.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

METRES_PER_DEGREE = 111_320.0
"""One degree of latitude, to 0.6 %: enough for coarse grids and for the metres around a place; `places.degree_m` is exact."""

FINLAND = (19.0, 59.4, 31.6, 70.1)
"""West, south, east, north: a box around Finland and its sea."""


class Wrong(StrEnum):
    """Why two texts are no position."""

    MISSING = "missing"
    HALF = "half"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"


class NoPosition(ValueError):
    """What was given is no position; `wrong` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Position:
    """A place on Earth.

    Args:
        lon, lat: degrees (CRS84), within -180..180 and -90..90.
    """

    lon: float
    lat: float

    @property
    def in_finland(self) -> bool:
        """Whether it lies in the box around Finland."""
        return _in_box(self.lon, self.lat)

    @property
    def turned(self) -> Position | None:
        """The position that was meant, if this one fits Finland only with its two numbers swapped."""
        return Position(self.lat, self.lon) if swapped(self.lon, self.lat) else None


def read_position(lon: str | float | None, lat: str | float | None) -> Position:
    """The position that two numbers or texts give; a text may have spaces around it, and a decimal comma.

    Raises:
        NoPosition: both or one of them is missing or empty, not a finite number, or out of range.
    """
    missing = [given is None or (isinstance(given, str) and not given.strip()) for given in (lon, lat)]
    if any(missing):
        raise NoPosition(Wrong.MISSING if all(missing) else Wrong.HALF)
    x, y = number(lon), number(lat)
    if x is None or y is None:
        raise NoPosition(Wrong.NOT_A_NUMBER)
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise NoPosition(Wrong.OUT_OF_RANGE)
    return Position(x, y)


def number(given: str | float | None) -> float | None:
    """The finite number that a text says, None if it says none."""
    if isinstance(given, str):
        given = given.replace(",", ".") if given.count(",") == 1 and "." not in given else given
        if "_" in given:  # Python's own way of writing numbers, nobody else's
            return None
    try:
        value = float(given)  # type: ignore[arg-type] # None is caught
    except (TypeError, ValueError, OverflowError):
        return None
    return value if isfinite(value) else None


def swapped(lon: float, lat: float) -> bool:
    """Whether two numbers fit the box around Finland only when they are swapped: someone wrote latitude first."""
    return _in_box(lat, lon) and not _in_box(lon, lat)


def _in_box(lon: float, lat: float) -> bool:
    west, south, east, north = FINLAND
    return west <= lon <= east and south <= lat <= north
