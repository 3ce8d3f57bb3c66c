"""A question as it is put to a table, where its page begins, and the row numbers that answer it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from kuutio.opendata.engine.filters import Between, Compare, Filter, In, IsNull, Like, Text, canonical, digest, walk
from kuutio.opendata.engine.query import MAX_SORTS, Sort
from kuutio.opendata.engine.snapshot import GEOMETRY, ID
from kuutio.opendata.engine.typed import Columns, refuse
from kuutio.opendata.engine.types import ColumnType


@dataclass(frozen=True, slots=True)
class Question:
    """Rows in an order, fitted to the table: everything of a query but the page.

    Attributes:
        distinct: columns by which rows are equal; only the first of equal rows is there. None: all rows.
    """

    filter: Filter
    sort: tuple[Sort, ...] = ()
    distinct: tuple[str, ...] | None = None

    @property
    def counted(self) -> str:
        """The name of its count: the order doesn't matter."""
        return digest(f"{canonical(self.filter)}{orjson.dumps(self.distinct).decode()}")

    @property
    def columns(self) -> frozenset[str | None]:
        """The columns that it asks about, but for the geometry; None stands for all texts."""
        named: set[str | None] = {*(key.column for key in self.sort), *(self.distinct or ())}
        for node in walk(self.filter):
            if isinstance(node, Text):
                named.update((None,) if node.columns is None else node.columns)
            elif isinstance(node, Compare | Between | In | Like | IsNull):
                named.add(node.column)
        return frozenset(named - {GEOMETRY})

    @property
    def name(self) -> str:
        """A short name of the question with its order."""
        order = [[sort.column, sort.descending] for sort in self.sort]
        return digest(self.counted + orjson.dumps(order).decode())[:8]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after a row, or so many rows from the start."""

    n: int = -1
    keys: tuple[Any, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Row numbers in order, and each row's sort keys where there is a sort.

    Attributes:
        spelt: makes the keys as a cursor has them of a row's number and of its keys here.
    """

    numbers: list[int]
    keys: list[tuple[Any, ...]] | None = None
    spelt: Callable[[int, tuple[Any, ...]], tuple[Any, ...]] | None = None

    def keys_at(self, position: int) -> tuple[Any, ...]:
        """The sort keys of one of the rows, as JSON values."""
        keys = self.keys[position] if self.keys else ()
        if self.spelt is not None:
            keys = self.spelt(self.numbers[position], keys)
        return tuple(key.decode() if isinstance(key, bytes) else key for key in keys)


def fitted_sort(sort: Sequence[Sort], columns: Columns, pointer: str = "/sortby") -> tuple[Sort, ...]:
    """The sort keys, each column once, when the table can be ordered so.

    Raises:
        BadQuery: a column doesn't exist, is a geometry, or there are too many.
    """
    found: dict[str, Sort] = {}
    for key in sort:
        column = columns.get(key.column, pointer)
        if column.type is ColumnType.GEOMETRY:
            refuse(f"{column.name!r} is a geometry: it has no order.", pointer)
        found.setdefault(column.name, key)
    if len(found) > MAX_SORTS:
        refuse(f"At most {MAX_SORTS} columns to sort by.", pointer)
    # An id is of one row alone: what follows it decides nothing.
    ids = [i for i, key in enumerate(found.values()) if key.column == ID]
    return tuple(found.values())[: ids[0] + 1] if ids else tuple(found.values())
