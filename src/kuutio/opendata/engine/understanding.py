"""What a raw table means: names, types and geometry of its columns, as found or as a person corrected them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kuutio.opendata.engine import inference
from kuutio.opendata.engine.geometry import Plan, Spread, find_points
from kuutio.opendata.engine.inference import TEXT, Reading, text
from kuutio.opendata.engine.limits import Options
from kuutio.opendata.engine.names import clean, unique
from kuutio.opendata.engine.reading.raw import SHAPE, RawColumn, RawTable
from kuutio.opendata.engine.refusals import WrongOptions
from kuutio.opendata.engine.types import Column, ColumnType

ROW = "file_row_number"
_SOME = 10_000  # rows that tell where on earth a table is


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: what it is called, what is in it, and the SQL for its values.

    Attributes:
        column: as published, without a profile.
        raw: its name in the raw table.
        sql: the published value, of the raw table's column.
        declared: a person said its type: a value that doesn't fit rejects its row.
        decimal: the decimal mark of its numbers.
    """

    column: Column
    raw: str
    sql: str
    declared: bool = False
    decimal: str | None = None

    @property
    def misfit(self) -> str:
        """SQL: whether the cell has a value that isn't of the declared type."""
        return f"({self.sql}) IS NULL AND NOT {inference.marker(f'CAST({self.raw} AS VARCHAR)')}"


@dataclass(frozen=True, slots=True)
class Understood:
    """A raw table, understood.

    Attributes:
        raw: the table.
        source: SQL to select its rows from, with `file_row_number`.
        cells: its columns, without the one that became the geometry.
        key: columns that name a row.
        plan: where the geometry is; None when there is none.
        shape_title: the source's name of the column that became the geometry.
        decimal: the decimal mark of its numbers, if any has one.
    """

    raw: RawTable
    source: str
    cells: list[Cell]
    key: list[Cell]
    plan: Plan | None
    shape_title: str
    decimal: str | None


def understand(connection: Any, raw: RawTable, options: Options) -> Understood:
    """Find names, types and geometry.

    Raises:
        WrongOptions: a correction names a column that isn't there.
    """
    source = f"read_parquet({text(str(raw.path))}, {ROW} = true)"
    names = _names(raw.columns, options)
    declared = _declared(raw.columns, names, options)
    untyped = [f"c{c.at}" for n, c in enumerate(raw.columns) if c.type is None and n not in declared]
    found = inference.find(connection, source, untyped, decimal=options.decimal) if raw.rows else {}
    cells: list[Cell] = []
    readings: list[Reading | None] = []
    for n, (column, name) in enumerate(zip(raw.columns, names, strict=True)):
        at = f"c{column.at}"
        if n in declared and column.type != declared[n]:
            as_text = at if column.type in (None, ColumnType.TEXT) else f"CAST({at} AS VARCHAR)"
            reading = inference.best_declared(connection, source, as_text, declared[n], options.decimal)
            cells.append(_read(column, name, at, reading, as_text, declared=True))
        elif column.type is None:
            reading = found.get(at, TEXT)
            cells.append(_read(column, name, at, reading, at, declared=False))
        else:
            reading = None
            sql = f"CASE WHEN isfinite({at}) THEN {at} END" if column.type == ColumnType.NUMBER else at
            cells.append(Cell(Column(name, column.type, clean(column.title) or name, zoned=column.zoned), at, sql))
        readings.append(reading)
    shape, plan = _geometry(connection, raw, source, cells, readings, options)
    title = cells[shape].column.title if shape is not None else ""
    kept = [_as_text(cell) for n, cell in enumerate(cells) if n != shape]
    decimals = {cell.decimal for cell in kept if cell.decimal}
    return Understood(
        raw=raw,
        source=source,
        cells=kept,
        key=[_found_cell(kept, wanted) for wanted in options.key],
        plan=plan,
        shape_title=title,
        decimal="," if "," in decimals else "." if decimals else None,
    )


def _read(column: RawColumn, name: str, at: str, reading: Reading, cell: str, *, declared: bool) -> Cell:
    values = reading.value if declared else reading.sure_value
    sql = cell if reading.type == ColumnType.TEXT else values(cell)
    return Cell(
        Column(name, reading.type, clean(column.title) or name, zoned=reading.zoned),
        at,
        sql,
        declared=declared,
        decimal=reading.decimal,
    )


def _as_text(cell: Cell) -> Cell:
    """A second geometry column is published as the text it is."""
    if cell.column.type != ColumnType.GEOMETRY:
        return cell
    return Cell(Column(cell.column.name, ColumnType.TEXT, cell.column.title), cell.raw, f"CAST({cell.raw} AS VARCHAR)")


def _names(columns: Sequence[RawColumn], options: Options) -> list[str]:
    """Published names, with a person's corrections."""
    plain = unique(column.title for column in columns)
    titles = []
    used = set()
    for column, name in zip(columns, plain, strict=True):
        old = next((old for old in (column.title, clean(column.title), name) if old in options.names), None)
        used.add(old)
        titles.append(options.names[old] if old is not None else name)
    for old in options.names:
        if old not in used:
            raise WrongOptions(f"There is no column {old!r} to rename.", column=old)
    return unique(titles)


def _declared(columns: Sequence[RawColumn], names: Sequence[str], options: Options) -> dict[int, ColumnType]:
    result: dict[int, ColumnType] = {}
    plain = unique(column.title for column in columns)
    for wanted, kind in options.types.items():
        n = next((n for n in range(len(names)) if wanted in (names[n], plain[n], columns[n].title)), None)
        if n is None:
            raise WrongOptions(f"There is no column {wanted!r} to give a type.", column=wanted)
        result[n] = ColumnType(kind)
    return result


def _found_cell(cells: Sequence[Cell], wanted: str) -> Cell:
    for match in (lambda c: c.column.name == wanted, lambda c: c.column.title == wanted, lambda c: _same(c, wanted)):
        found = next((cell for cell in cells if match(cell)), None)
        if found:
            return found
    raise WrongOptions(f"There is no column {wanted!r} to be the key.", column=wanted)


def _same(cell: Cell, wanted: str) -> bool:
    return cell.column.name.casefold() == clean(wanted).casefold()


def _geometry(
    connection: Any,
    raw: RawTable,
    source: str,
    cells: Sequence[Cell],
    readings: Sequence[Reading | None],
    options: Options,
) -> tuple[int | None, Plan | None]:
    """The column that becomes the geometry, if it is one, and the plan to make it."""
    if raw.has_shape:
        return None, Plan("wkb", (SHAPE,), options.crs or raw.crs)
    for n, reading in enumerate(readings):
        if reading and reading.type == ColumnType.GEOMETRY:
            return n, Plan(reading.name, (cells[n].sql,), options.crs)
    numbers = {c.raw: c for c in cells if c.column.type in (ColumnType.INTEGER, ColumnType.NUMBER)}

    def spread(at: str) -> Spread | None:
        value = f"CAST({numbers[at].sql} AS DOUBLE)"
        some = f"(SELECT * FROM {source} LIMIT {_SOME})"
        sql = f"SELECT min({value}), median({value}), max({value}) FROM {some}"
        ((least, middle, greatest),) = connection.execute(sql).fetchall()
        return None if middle is None else Spread(least, middle, greatest)

    points = find_points([(c.column.title, at) for at, c in numbers.items()], spread, options.crs)
    if points is None:
        return None, None
    x, y, crs = points
    return None, Plan("points", (numbers[x].sql, numbers[y].sql), crs)
