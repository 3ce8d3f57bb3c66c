"""A query as DuckDB reads it for a file: the columns of the view, their order, and the rows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from kuutio.opendata.engine import duck, serving
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.snapshot import DATA
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import names_of
from kuutio.opendata.engine.types import Column, ColumnType


@dataclass(frozen=True, slots=True)
class View:
    """The columns of a file.

    Attributes:
        columns: without the geometry, in order; `_id` only where it was asked for.
        geometry: the geometry column, when it is shown; it stands last.
    """

    columns: tuple[Column, ...]
    geometry: Column | None


def view_of(table: Table, query: Query) -> View:
    """The columns that a query shows.

    Raises:
        BadQuery: a column doesn't exist.
    """
    names = names_of(query.columns, table.columns)
    chosen = table.manifest.columns if names is None else [table.columns.by_name[name] for name in names]
    places = [column for column in chosen if column.type is ColumnType.GEOMETRY]
    scalars = tuple(column for column in chosen if column.type is not ColumnType.GEOMETRY)
    return View(scalars, places[0] if places and query.geometry else None)


@contextmanager
def rows(table: Table, query: Query, expressions: list[str]) -> Iterator[Any]:
    """A DuckDB answer with the expressions for each row of the query, to be fetched piece by piece."""
    with closing(duck.fresh_cursor(table.finder.root)) as cursor:
        yield cursor.execute(*_select(table, query, expressions))


@contextmanager
def batches(table: Table, query: Query, expressions: list[str], rows_at_once: int) -> Iterator[Any]:
    """The same as an Arrow reader."""
    with closing(duck.fresh_cursor(table.finder.root)) as cursor:
        select, parameters = _select(table, query, expressions)
        yield cursor.sql(select, params=parameters).to_arrow_reader(rows_at_once)


def _select(table: Table, query: Query, expressions: list[str]) -> tuple[str, list[Any]]:
    relation, parameters = table.finder.relation(table.question(query))
    return f"SELECT {', '.join(expressions)} {relation}", parameters


def geometry_sql(table: Table) -> str:
    """The geometry column as DuckDB's GEOMETRY."""
    return serving.geometry_of(duck.cursor(table.finder.root), table.snapshot / DATA)
