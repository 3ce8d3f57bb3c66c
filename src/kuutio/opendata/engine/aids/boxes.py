"""Questions for the points of a box, where the box may hold any number of them: counted, and found in order, with aids."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from kuutio.opendata.engine.aids.kept import Aids
from kuutio.opendata.engine.aids.places import Box
from kuutio.opendata.engine.filters import CRS84, BBox, Filter
from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.sql import spans
from kuutio.opendata.engine.store import Store

_UNSURE_AT_ONCE = 16
"""Blocks along the border of a box whose rows are looked at together."""

_FIRST_RUNS, _MOST_RUNS = 16, 4096
"""Runs that are asked for a value together: few at first, since a page may be full soon."""


class Boxes:
    """The boxes of one table.

    Args:
        aids: of the same table as the store.
    """

    def __init__(self, store: Store, aids: Aids) -> None:
        self._store, self._aids = store, aids

    def helps(self, node: Filter) -> bool:
        """The node is a box of degrees, and the table's points are counted by aids."""
        return isinstance(node, BBox) and node.crs == CRS84 and self._store.points and self._aids.places is not None

    def count(self, node: BBox) -> int | None:
        """How many points lie in a box; None when there is no help."""
        places = self._aids.places
        if places is None or not self.helps(node):
            return None
        return sum(places.count(box) for box in _boxes(node))

    def count_valued(self, node: BBox, column: str, values: Sequence[Any]) -> int | None:
        """How many of them have one of the values in an indexed column; None when there is no help."""
        places = self._aids.places
        if places is None or not self.helps(node):
            return None
        found = [places.count_valued(box, column, values) for box in _boxes(node)]
        return None if None in found else sum(count for count in found if count is not None)

    def first(self, node: BBox, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of the rows in a box from `first` on."""
        numbers = (n for start, end in self._runs(node, first) for n in range(start, end))
        return list(islice(numbers, limit))

    def first_valued(self, node: BBox, column: str, value: Any, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of the rows in a box from `first` on whose indexed column has the value."""
        found: list[int] = []
        runs, together = self._runs(node, first), _FIRST_RUNS
        while len(found) < limit and (some := list(islice(runs, together))):
            found += self._store.among_valued(Rows.of(some), column, value, first, limit - len(found))
            together = min(together * 4, _MOST_RUNS)
        return found

    def _runs(self, node: BBox, first: int) -> Iterator[tuple[int, int]]:
        """Runs of the rows in a box, ascending, from row `first` on."""
        places = self._aids.places
        if places is None:
            raise ValueError("there are no aids")
        (box,) = _boxes(node)
        unsure: list[tuple[int, int]] = []
        for start, end, inside in places.runs(box, first):
            if unsure and (inside or len(unsure) == _UNSURE_AT_ONCE):
                yield from Rows.listed(self._store.touching(unsure, box)).runs(first)
                unsure = []
            if not inside:
                unsure.append((start, end))
            elif end > first:
                yield max(start, first), end
        if unsure:
            yield from Rows.listed(self._store.touching(unsure, box)).runs(first)


def _boxes(node: BBox) -> list[Box]:
    return [(west, node.south, east, node.north) for west, east in spans(node)]
