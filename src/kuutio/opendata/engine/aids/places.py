"""How many points a box holds, without looking at them; and which blocks of rows a box meets, in the order of the rows.

For each slice of the table, `y` has the latitudes in order. `x:` has the longitudes in order, and the wavelet matrix
`w:` in that order each point's place among the latitudes: so a box is a stretch of the one and a range of the other.
`x:COLUMN` and `w:COLUMN` are the same with the points of each value of a column together.

`blocks` has for each block of rows west, south, east, north of what lies in it, and whether all of its rows have a
place; `groups` the same for 64 blocks together. All are the doubles that are published.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.aids.sections import Doubles, Sections, Writer
from kuutio.opendata.engine.aids.wavelet import Wavelet, in_order, pack
from kuutio.opendata.engine.serving import BLOCK, plain
from kuutio.opendata.engine.types import Column, ColumnType

Box = tuple[float, float, float, float]
"""West, south, east, north."""

SLICE = 1 << 24
"""Rows that are put in order together, in some 40 bytes of memory each."""

GROUP = 64
"""Blocks in a group."""

_EDGES = 5
"""Numbers of a block: its four edges, and 1 when all of its rows have a place."""

_GROUPS_AT_ONCE = 128

_EQUAL_HERE = {ColumnType.TEXT, ColumnType.INTEGER, ColumnType.BOOLEAN, ColumnType.DATE}
"""Types whose values are equal in DuckDB, SQLite and JSON alike."""


def build(source: Any, data: Path, rows: int, columns: Sequence[Column], target: Writer) -> dict[str, Any]:
    """Write the sections of a table of points.

    Args:
        source: a connection to DuckDB.
        rows: of the table.
        columns: those with few different values that boxes are often asked with.

    Returns:
        The facts that `Places` needs.
    """
    columns = [column for column in columns if column.type in _EQUAL_HERE]
    values = {column.name: _values(source, data, column) for column in columns}
    _write_blocks(source, data, rows, target)
    slices = [
        _write_slice(source, data, number, columns, values, target) for number in range(max(1, -(-rows // SLICE)))
    ]
    return {"rows": rows, "slices": slices}


def _values(source: Any, data: Path, column: Column) -> list[Any]:
    select = f"SELECT DISTINCT {plain(column)} AS v FROM {duck.parquet(data)} ORDER BY v NULLS LAST"
    return [value for (value,) in source.execute(select).fetchall()]


def _write_blocks(source: Any, data: Path, rows: int, target: Writer) -> None:
    import numpy as np

    found = source.execute(
        f"SELECT file_row_number // {BLOCK} AS b, min(_xmin) AS x0, min(_ymin) AS y0, max(_xmax) AS x1, "
        f"max(_ymax) AS y1, count(_xmin) AS located FROM {duck.parquet(data)} WHERE _xmin IS NOT NULL GROUP BY b"
    ).fetchnumpy()
    count = -(-rows // BLOCK)
    # What has no place meets no box: a comparison with NaN is false.
    blocks = np.full((-(-count // GROUP) * GROUP, _EDGES), np.nan)
    blocks[:, 4] = 0
    for at, name in enumerate(("x0", "y0", "x1", "y1")):
        blocks[found["b"], at] = found[name]
    blocks[found["b"], 4] = found["located"] == np.minimum(BLOCK, rows - found["b"] * BLOCK)
    target.add("blocks", np.ascontiguousarray(blocks[:count]))
    blocks[count:, 4] = 1  # after the last: nothing that would lack a place
    groups = blocks.reshape(-1, GROUP, _EDGES)
    edges = [np.fmin.reduce(groups[:, :, at], axis=1) for at in (0, 1)]
    edges += [np.fmax.reduce(groups[:, :, at], axis=1) for at in (2, 3)]
    target.add("groups", np.column_stack([*edges, groups[:, :, 4].min(axis=1)]))


def _write_slice(
    source: Any, data: Path, number: int, columns: Sequence[Column], values: dict[str, list[Any]], target: Writer
) -> dict[str, Any]:
    import numpy as np

    first = number * SLICE
    rows = f"FROM {duck.parquet(data)} WHERE file_row_number >= {first} AND file_row_number < {first + SLICE}"
    placed = f"{rows} AND _xmin IS NOT NULL"
    found = source.execute(f"SELECT _xmin AS x, _ymin AS y {placed}").fetchnumpy()
    x, y = (np.ascontiguousarray(np.ma.getdata(found[name])) for name in ("x", "y"))
    del found
    ranks = in_order(y)
    target.add(f"y{number}", np.sort(y))
    del y
    told: dict[str, Any] = {"placed": len(x), "waves": {}}
    for column in [None, *columns]:
        name = "" if column is None else column.name
        if column is None:
            order = np.argsort(x)
            starts = [0, len(x)]
        else:
            codes = _codes(source, placed, column, values[name])
            order = np.lexsort((x, codes))
            starts = np.searchsorted(codes[order], np.arange(len(values[name]) + 1)).tolist()
        zeros, packed = pack(ranks[order])
        target.add(f"x{number}:{name}", x[order])
        target.add(f"w{number}:{name}", np.concatenate(packed) if packed else b"")
        told["waves"][name] = {"zeros": zeros, "starts": starts, "values": values.get(name, [None])}
    return told


def _codes(source: Any, placed: str, column: Column, values: list[Any]) -> Any:
    """Of each row with a place the position of its value among the column's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = source.sql(f"SELECT {plain(column)} AS v {placed}").to_arrow_table().column("v")
    return pc.index_in(found, value_set=pa.array(values, found.type)).to_numpy()


class Places:
    """Reads what `build` wrote."""

    def __init__(self, file: Sections, facts: dict[str, Any]) -> None:
        self._rows: int = facts["rows"]
        self._blocks, self._groups = Doubles(file.section("blocks")), Doubles(file.section("groups"))
        self._slices = [
            {name: _Wave(file, number, name, told["placed"], wave) for name, wave in told["waves"].items()}
            for number, told in enumerate(facts["slices"])
        ]

    def count(self, box: Box) -> int:
        """How many points lie in the box, edges included."""
        return sum(waves[""].count(box, None) for waves in self._slices)

    def count_valued(self, box: Box, column: str, values: Sequence[Any]) -> int | None:
        """How many of them have one of the values in a column; None when that isn't kept for the column.

        Args:
            values: as `SqliteDialect.value` gives them, each once; None stands for rows without a value.
        """
        if any(column not in waves for waves in self._slices):
            return None
        return sum(waves[column].count(box, value) for waves in self._slices for value in values)

    def runs(self, box: Box, first: int) -> Iterator[tuple[int, int, bool]]:
        """Runs of rows from the block of row `first` on, ascending: outside them no row meets the box.

        Each is the first row, the one after the last, and: all of them lie in the box, edges included.
        """
        block = first // BLOCK
        group = block // GROUP
        count = len(self._groups) // _EDGES
        for at in range(group, count, _GROUPS_AT_ONCE):
            for number, inside in _met(self._groups, at, min(at + _GROUPS_AT_ONCE, count), box):
                begin, end = max(block, number * GROUP), min((number + 1) * GROUP, len(self._blocks) // _EDGES)
                if inside:
                    yield begin * BLOCK, min(end * BLOCK, self._rows), True
                    continue
                for each, whole in _met(self._blocks, begin, end, box):
                    yield each * BLOCK, min((each + 1) * BLOCK, self._rows), whole


def _met(edges: Doubles, first: int, end: int, box: Box) -> Iterator[tuple[int, bool]]:
    """The numbers first .. end - 1 of those that meet the box, each with: it is full and lies in it."""
    west, south, east, north = box
    numbers = iter(edges.some(first * _EDGES, end * _EDGES))
    for number, (x0, y0, x1, y1, full) in enumerate(zip(*[numbers] * _EDGES, strict=True), first):
        if x0 <= east and x1 >= west and y0 <= north and y1 >= south:
            yield number, full == 1 and x0 >= west and x1 <= east and y0 >= south and y1 <= north


class _Wave:
    """The points of one slice, those of each value of a column together."""

    def __init__(self, file: Sections, number: int, name: str, placed: int, told: dict[str, Any]) -> None:
        self._x, self._y = Doubles(file.section(f"x{number}:{name}")), Doubles(file.section(f"y{number}"))
        self._wavelet = Wavelet(file.section(f"w{number}:{name}").read, placed, told["zeros"])
        starts = told["starts"]
        self._stretches = dict(zip(told["values"], pairwise(starts), strict=True))

    def count(self, box: Box, value: Any) -> int:
        west, south, east, north = box
        first, end = self._stretches.get(value, (0, 0))
        begin, until = bisect_left(self._x, west, first, end), bisect_right(self._x, east, first, end)
        if begin >= until:
            return 0
        return self._wavelet.between(begin, until, bisect_left(self._y, south), bisect_right(self._y, north))
