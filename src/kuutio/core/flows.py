"""Drawing money that flows from left to right (a Sankey diagram) in whole units, for an SVG that scales by itself.

Each step is a column of nodes as high as what flows through them; bands lead from column to column. Pure: the same ways give the
same drawing, whatever their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Way = tuple[Sequence[str], int]
"""One amount, and the node of each column that it passes."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its place in its column, its amount, and its place in the drawing."""

    column: int
    key: str
    amount: int
    x: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True, slots=True)
class Band:
    """What flows from one node to one of the next column: a closed path."""

    column: int
    start: str
    end: str
    amount: int
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The nodes and bands, and the height that they take."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: int


def draw(
    ways: Iterable[Way],
    order: Sequence[Sequence[str]],
    *,
    xs: Sequence[int],
    width: int = 16,
    height: int = 440,
    gap: int = 26,
) -> Drawing:
    """Draw ways through columns.

    Args:
        order: the keys of each column from top to bottom; only those that something flows through are drawn.
        xs: the left edge of each column.
        width: of a node.
        height: of the column with the most nodes, gaps included.
        gap: between two nodes of a column, room for their labels.

    Raises:
        ValueError: an amount below zero, or a way through a node that `order` doesn't name.
    """
    told = [(tuple(keys), amount) for keys, amount in ways if amount]
    if any(amount < 0 for _keys, amount in told):
        raise ValueError("Money flows one way only.")
    amounts: list[dict[str, int]] = [defaultdict(int) for _column in order]
    for keys, amount in told:
        for column, key in enumerate(keys):
            if key not in order[column]:
                raise ValueError(f"column {column} has no {key!r}")
            amounts[column][key] += amount
    total = sum(amount for _keys, amount in told)
    if not total:
        return Drawing((), (), 0)
    most = max(len(column) for column in amounts)
    scale = (height - gap * (most - 1)) / total
    nodes = [
        node for column, keys in enumerate(order) for node in _column(column, keys, amounts[column], scale, gap, xs)
    ]
    places = {(node.column, node.key): node for node in nodes}
    bands = [band for column in range(len(order) - 1) for band in _bands(column, told, order, places, scale, width)]
    return Drawing(tuple(nodes), tuple(bands), height)


def _column(
    column: int, keys: Sequence[str], amounts: dict[str, int], scale: float, gap: int, xs: Sequence[int]
) -> list[Node]:
    made, y = [], 0.0
    for key in keys:
        if amounts.get(key):
            high = max(amounts[key] * scale, 1.0)
            made.append(Node(column, key, amounts[key], xs[column], round(y, 1), round(high, 1)))
            y += high + gap
    return made


def _bands(
    column: int,
    ways: Sequence[Way],
    order: Sequence[Sequence[str]],
    places: dict[tuple[int, str], Node],
    scale: float,
    width: int,
) -> list[Band]:
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for keys, amount in ways:
        amounts[keys[column], keys[column + 1]] += amount
    left = {key: places[column, key].y for key in order[column] if (column, key) in places}
    right = {key: places[column + 1, key].y for key in order[column + 1] if (column + 1, key) in places}
    made = []
    for start in order[column]:
        for end in order[column + 1]:
            amount = amounts.get((start, end), 0)
            if not amount:
                continue
            high = max(amount * scale, 0.6)
            x1, x2 = places[column, start].x + width, places[column + 1, end].x
            made.append(Band(column, start, end, amount, _path(x1, left[start], x2, right[end], high)))
            left[start] += high
            right[end] += high
    return made


def _path(x1: int, y1: float, x2: int, y2: float, high: float) -> str:
    """A band with level ends, as high at its middle as at its ends."""
    middle = (x1 + x2) / 2
    return (
        f"M{x1} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2} {y2:.1f}"
        f"V{y2 + high:.1f}C{middle:.0f} {y2 + high:.1f} {middle:.0f} {y1 + high:.1f} {x1} {y1 + high:.1f}Z"
    )
