"""Sets of row numbers as sorted ranges: where rows lie along a curve, what is near is mostly a few runs."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Self


class Rows:
    """A set of row numbers.

    Attributes:
        starts: the first row of each run, ascending.
        ends: the row after the last of each run; no two runs touch.
    """

    __slots__ = ("ends", "starts")

    def __init__(self, starts: "array[int]", ends: "array[int]") -> None:
        self.starts, self.ends = starts, ends

    @classmethod
    def of(cls, runs: Iterable[tuple[int, int]]) -> Self:
        """From runs (first, after the last) in ascending order that don't overlap; those that touch become one."""
        starts, ends = array("q"), array("q")
        for start, end in runs:
            if ends and ends[-1] == start:
                ends[-1] = end
            elif start < end:
                starts.append(start)
                ends.append(end)
        return cls(starts, ends)

    @classmethod
    def listed(cls, numbers: list[int]) -> Self:
        """From row numbers in ascending order, each once."""
        starts = [n for before, n in zip([-2, *numbers], numbers, strict=False) if n != before + 1]
        ends = [n + 1 for n, following in zip(numbers, [*numbers[1:], -2], strict=False) if following != n + 1]
        return cls(array("q", starts), array("q", ends))

    def __or__(self, other: "Rows") -> "Rows":
        """The rows of either."""
        runs: list[tuple[int, int]] = []
        for start, end in sorted([*self.runs(), *other.runs()]):
            if runs and start <= runs[-1][1]:
                runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
            else:
                runs.append((start, end))
        return Rows.of(runs)

    def __len__(self) -> int:
        return sum(self.ends) - sum(self.starts)

    def __iter__(self) -> Iterator[int]:
        for start, end in self.runs():
            yield from range(start, end)

    def runs(self, first: int = 0) -> Iterator[tuple[int, int]]:
        """The runs of the rows from `first` on."""
        at = bisect_right(self.ends, first)
        for start, end in zip(self.starts[at:], self.ends[at:], strict=True):
            yield max(start, first), end

    def split(self, size: int) -> tuple[list[int], list[int]]:
        """The set as whole blocks of `size` rows, by block number, and the rows that are left over."""
        blocks: list[int] = []
        single: list[int] = []
        for start, end in self.runs():
            low, high = -(-start // size), end // size
            if low >= high:
                single.extend(range(start, end))
                continue
            single.extend(range(start, low * size))
            blocks.extend(range(low, high))
            single.extend(range(high * size, end))
        return blocks, single
