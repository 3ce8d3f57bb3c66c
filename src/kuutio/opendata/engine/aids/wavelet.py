"""How many of some neighbours in a long list are less than a bound, in as many steps as the list's length has bits.

A wavelet matrix: level by level, from the highest bit of the values to the lowest, the bits of all values are kept and
the values then put in order of that bit, zeros first. A stretch of the list stays a stretch on every level, and the
number of ones before a place leads from one level to the next.

Source: F. Claude, G. Navarro, A. Ordóñez, The wavelet matrix: an efficient wavelet tree for large alphabets,
Information Systems 47 (2015), sections 3 and 4.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_PIECE = 64
"""Bytes read at a time: the ones before it (4), and bits (60)."""
_BITS = (_PIECE - 4) * 8

Read = Callable[[int, int], bytes]
"""Of a position and a length: the bytes there."""


def levels(length: int) -> int:
    """Levels of a list of so many values, each less than its length; a bound may be the length itself."""
    return length.bit_length()


def level_bytes(length: int) -> int:
    """Bytes of each level of a list of so many values."""
    # One piece more than is full: the place after the last value is asked about too.
    return (length // _BITS + 1) * _PIECE


def pack(values: "npt.NDArray[np.uint32]") -> tuple[list[int], "list[npt.NDArray[np.uint8]]"]:
    """The levels of a list, from the highest bit: how many zeros each has, and its bytes.

    Args:
        values: each less than their number, and less than 2^32.
    """
    import numpy as np

    zeros, packed = [], []
    size = level_bytes(len(values)) // _PIECE
    for level in reversed(range(levels(len(values)))):
        ones = (values >> np.uint32(level)) & np.uint32(1) == 1
        bits = np.zeros(size * (_PIECE - 4), np.uint8)
        bits[: -(-len(values) // 8)] = np.packbits(ones, bitorder="little")
        pieces = np.empty(size, [("before", "<u4"), ("bits", np.uint8, (_PIECE - 4,))])
        pieces["bits"] = bits.reshape(size, -1)
        found = np.bitwise_count(pieces["bits"]).sum(axis=1, dtype=np.int64)
        pieces["before"] = np.cumsum(found) - found
        packed.append(pieces.view(np.uint8).reshape(-1))
        zeros.append(len(values) - int(found.sum()))
        values = np.concatenate([values[~ones], values[ones]])
    return zeros, packed


class Wavelet:
    """Reads what `pack` made.

    Args:
        read: of the levels, one after the other.
        zeros: of each level.
    """

    def __init__(self, read: Read, length: int, zeros: Sequence[int]) -> None:
        self._read, self._length, self._zeros = read, length, zeros

    def between(self, first: int, end: int, low: int, high: int) -> int:
        """How many of the values first .. end - 1 are at least `low` and less than `high`."""
        return self.less(first, end, high) - self.less(first, end, low) if low < high else 0

    def less(self, first: int, end: int, bound: int) -> int:
        """How many of the values first .. end - 1 are less than a bound, which is at most the length."""
        found, step = 0, level_bytes(self._length)
        shift = len(self._zeros)
        for n, zeros in enumerate(self._zeros):
            if first >= end:
                break
            shift -= 1
            before, through = self._ones(n * step, first), self._ones(n * step, end)
            if bound >> shift & 1:
                found += (end - through) - (first - before)
                first, end = zeros + before, zeros + through
            else:
                first, end = first - before, end - through
        return found

    def _ones(self, level: int, place: int) -> int:
        """Ones before a place of the level that begins at a byte."""
        piece, bits = divmod(place, _BITS)
        word = int.from_bytes(self._read(level + piece * _PIECE, _PIECE), "little")
        return (word & _BEFORE) + (word >> 32 & ((1 << bits) - 1)).bit_count()


_BEFORE = 0xFFFFFFFF


def in_order(values: Any) -> Any:
    """Of each value its place among all of them, each place once."""
    import numpy as np

    places = np.empty(len(values), np.uint32)
    places[np.argsort(values, kind="stable")] = np.arange(len(values), dtype=np.uint32)
    return places
