"""The place of a point on a Hilbert curve over the whole world: neighbours in the file are neighbours on the map."""

import numpy as np
import numpy.typing as npt

ORDER = 24
"""Bits of each coordinate: cells of some two metres."""
_STEP = 4  # bits of each coordinate that one look-up takes
NOWHERE = np.uint64(1 << 63)
"""After every place: rows without geometry come last."""

Floats = npt.NDArray[np.float64]


def place(lon: Floats, lat: Floats) -> npt.NDArray[np.uint64]:
    """Places of points in degrees; points outside the world count as its edge, NaN as `NOWHERE`.

    Source: D. Hilbert, Über die stetige Abbildung einer Linie auf ein Flächenstück, Math. Ann. 38 (1891); the curve
    is followed four levels at a time by a table of (orientation, x bits, y bits) -> (place bits, next orientation).
    """
    nowhere = np.isnan(lon) | np.isnan(lat)
    x = _cells(np.where(nowhere, 0, lon), 180)
    y = _cells(np.where(nowhere, 0, lat), 90)
    found = np.zeros(len(x), np.uint64)
    orientation = np.zeros(len(x), np.uint32)
    mask = np.uint32((1 << _STEP) - 1)
    for shift in range(ORDER - _STEP, -1, -_STEP):
        at = (orientation << np.uint32(2 * _STEP)) | (((x >> np.uint32(shift)) & mask) << np.uint32(_STEP))
        at |= (y >> np.uint32(shift)) & mask
        found = (found << np.uint64(2 * _STEP)) | _PLACES[at]
        orientation = _NEXT[at]
    found[nowhere] = NOWHERE
    return found


def _cells(degrees: Floats, most: int) -> npt.NDArray[np.uint32]:
    side = 1 << ORDER
    scaled = (degrees + most) * (side / (2 * most))
    cells: npt.NDArray[np.uint32] = np.clip(scaled, 0, side - 1).astype(np.uint32)
    return cells


def _tables() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """The look-up tables. An orientation is two bits: coordinates swapped (1), both coordinates mirrored (2)."""
    size = 1 << _STEP
    places = np.zeros(4 * size * size, np.uint64)
    nexts = np.zeros(4 * size * size, np.uint32)
    for start in range(4):
        for x in range(size):
            for y in range(size):
                orientation, found = start, 0
                for bit in range(_STEP - 1, -1, -1):
                    a, b = (x >> bit) & 1, (y >> bit) & 1
                    if orientation & 2:
                        a, b = 1 - a, 1 - b
                    if orientation & 1:
                        a, b = b, a
                    found = (found << 2) | ((3 * a) ^ b)
                    if b == 0:
                        # The first and the last quarter are turned: swapped, and the last one mirrored too.
                        orientation ^= 3 if a else 1
                at = start << (2 * _STEP) | x << _STEP | y
                places[at], nexts[at] = found, orientation
    return places, nexts


_PLACES, _NEXT = _tables()
