"""Finding row numbers: which of the two files answers a question, and how many rows there are.

SQLite answers where it is certain to touch few rows: no filter, a place, a value of an indexed column, a small table.
All other filters, sorts and distinct rows are for DuckDB, which reads the columns asked about and no others.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from kuutio.opendata.engine import duck, spatial, sql
from kuutio.opendata.engine.aids.boxes import Boxes
from kuutio.opendata.engine.aids.kept import Aids
from kuutio.opendata.engine.aids.scan import Scan
from kuutio.opendata.engine.counts import Counts
from kuutio.opendata.engine.filters import (
    CRS84,
    And,
    BBox,
    Compare,
    Everything,
    Filter,
    In,
    IsNull,
    Spatial,
    both,
    walk,
)
from kuutio.opendata.engine.query import Sort
from kuutio.opendata.engine.question import Found, Place, Question
from kuutio.opendata.engine.rows import Rows
from kuutio.opendata.engine.snapshot import ID
from kuutio.opendata.engine.store import Row, Store
from kuutio.opendata.engine.typed import Columns

_MAX_MERGED = 20
"""Values of an indexed column whose rows are merged; more are quicker in DuckDB."""

_FEW = 5000
"""Rows of a place that SQLite looks through sooner than DuckDB starts."""

_MANY = 200_000
"""Rows of a place among which those of one value of an indexed column are found in its index sooner than by DuckDB."""

_LARGE = 1000
"""Rows of a box from which on they aren't all found for one page."""

_OFTEN = 20
"""Pages of a value's rows that a box holds, from which on they are found by walking through it."""

_MOST_EDGED = 2000
"""Rows up to which the last of the first ones in an order is found by itself, in less time than putting all in order."""

_MAX_PLACES = 64
_CHUNK = 2000


class Finder:
    """Answers for one snapshot.

    Args:
        data: its data.parquet.
        root: the directory that DuckDB may read.
        aids: what helps where the table is large.
        small: the serving file keeps every column.
    """

    def __init__(
        self, data: Path, root: Path, columns: Columns, store: Store, counts: Counts, aids: Aids, *, small: bool
    ) -> None:
        self.root, self.columns, self.store, self.counts, self.small = root, columns, store, counts, small
        self.aids, self.boxes = aids, Boxes(store, aids)
        self.source = duck.parquet(data)
        self.sqlite = sql.SqliteDialect(store.names)
        self._looked_up = {ID, *store.indexed}
        self._places: OrderedDict[Filter, Rows] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, question: Question) -> int:
        """How many rows, exactly."""
        if isinstance(question.filter, Everything) and question.distinct is None:
            return self.store.rows
        return self.counts.of(question.counted, lambda: self._count(question))

    def find(self, question: Question, place: Place, limit: int) -> Found:
        """The next `limit` row numbers of the answer."""
        if question.sort or question.distinct is not None:
            return self._ordered(question, place, limit)
        node, first = question.filter, place.n + 1
        if isinstance(node, Everything):
            start = first + place.offset
            return Found(list(range(start, min(start + limit, self.store.rows))))
        if isinstance(node, BBox | Spatial):
            if isinstance(node, BBox) and self._is_large(node):
                numbers = self.boxes.first(node, first, limit + place.offset)
            else:
                numbers = self.store.among(self.located(node), first, limit + place.offset)
            return Found(numbers[place.offset :])
        values = self._indexed_values(node)
        if values is not None:
            column, parameters = values
            return Found(self.store.valued(column, parameters, first, limit, offset=place.offset))
        if self._answered_by_sqlite(question):
            return self._ordered(question, place, limit)
        near = self._near(node)
        if near is not None:
            rows, rest = near
            return Found(self._among(rows, rest, first, limit + place.offset)[place.offset :])
        walked = self._walked(question, first, limit + place.offset)
        if walked is not None:
            return Found(walked[place.offset :])
        return self._filtered(question, place, limit)

    def having(self, question: Question, place: Place, limit: int) -> list[Row] | None:
        """The next `limit` rows themselves, where one value of an indexed column is all that is asked; else None."""
        value = None if question.sort or question.distinct is not None else self._one_value(question.filter)
        return None if value is None else self.store.having(*value, place.n + 1, limit, offset=place.offset)

    def all(self, question: Question) -> Iterator[list[int]]:
        """The row numbers of the whole answer, in order, some at a time."""
        node = question.filter
        if not question.sort and question.distinct is None and isinstance(node, Everything | BBox | Spatial):
            numbers = iter(range(self.store.rows) if isinstance(node, Everything) else self.located(node))
            while chunk := list(islice(numbers, _CHUNK)):
                yield chunk
            return
        question = self._by_rank(question)
        where = self._where(question, self._dialect(question))
        select = self._select(question, where, None)
        with closing(duck.fresh_cursor(self.root)) as cursor:
            answer = cursor.execute(select, where.parameters)
            while rows := answer.fetchmany(_CHUNK):
                yield [row[0] for row in rows]

    def located(self, node: BBox | Spatial) -> Rows:
        """The rows that a spatial node asks for; the latest asked are kept."""
        with self._lock:
            found = self._places.get(node)
            if found is not None:
                self._places.move_to_end(node)
                return found
        found = spatial.locate(self.store, node)
        with self._lock:
            self._places[node] = found
            while len(self._places) > _MAX_PLACES:
                self._places.popitem(last=False)
        return found

    def relation(self, question: Question, *, ordered: bool = True) -> tuple[str, list[Any]]:
        """The FROM and WHERE, and the ORDER BY if it is wanted, that give the whole answer in DuckDB; their parameters."""
        where = self._where(question, sql.DuckDialect())
        if question.distinct is None:
            condition = where.sql(question.filter)
        else:
            # The first rows of equals, whole: so that other columns can be shown beside those compared.
            condition = f"file_row_number IN ({self._select(Question(question.filter, (), question.distinct), where, None, ordered=False)})"
        sorts = question.sort or question.distinct is not None or _joins(question, where)
        order = f" ORDER BY {sql.order(question.sort, where.columns, where.dialect)}" if sorts and ordered else ""
        return f"FROM {self.source} WHERE {condition}{order}", where.parameters

    def _count(self, question: Question) -> int:
        node = question.filter
        if question.distinct is None and isinstance(node, BBox | Spatial):
            told = self.boxes.count(node) if isinstance(node, BBox) else None
            return len(self.located(node)) if told is None else told
        told = self._count_valued(node) if question.distinct is None else None
        if told is not None:
            return told
        values = self._indexed_values(node) if question.distinct is None else None
        if values is not None and values[0] in self.store.tallied:
            return self.store.tally(*values)
        near = self._near(node) if question.distinct is None else None
        if near is not None:
            return len(self._among(*near, 0, -1))
        if values is not None or self._answered_by_sqlite(question):
            where = self._where(question, self.sqlite)
            select = f"SELECT count(*) FROM row WHERE {where.sql(node)}"
            return int(self.store.execute(select, where.parameters).fetchone()[0])
        where = self._where(question, self._dialect(question))
        select = f"SELECT count(*) FROM ({self._select(question, where, None, ordered=False)})"
        return int(duck.cursor(self.root).execute(select, where.parameters).fetchone()[0])

    def _near(self, node: Filter) -> tuple[Rows, Filter] | None:
        """The few rows of a place and what else is asked of them, when SQLite can tell it."""
        if self.small or not isinstance(node, And):
            return None
        places = [part for part in node.parts if isinstance(part, BBox | Spatial)]
        rest = both(*(part for part in node.parts if not isinstance(part, BBox | Spatial)))
        told = all(self.sqlite.answers(n) and not isinstance(n, BBox | Spatial) for n in walk(rest))
        if len(places) != 1 or not told:
            return None
        (node,), most = places, _MANY if self._one_value(rest) else _FEW
        if isinstance(node, BBox) and self.boxes.helps(node) and self.count(Question(node)) > most:
            return None
        rows = self.located(node)
        return (rows, rest) if len(rows) <= most else None

    def _valued(self, node: Filter) -> tuple[BBox, str, list[Any]] | None:
        """A box, an indexed column and the values it should have, when that is all that the filter says."""
        if not isinstance(node, And):
            return None
        places = [part for part in node.parts if isinstance(part, BBox)]
        values = self._indexed_values(both(*(part for part in node.parts if not isinstance(part, BBox))))
        return (places[0], *values) if len(places) == 1 and values is not None else None

    def _is_large(self, node: BBox) -> bool:
        """A box of so many points that they are better found one after the other, with aids, than all at once."""
        return self.boxes.helps(node) and node.west <= node.east and self.count(Question(node)) > _LARGE

    def _count_valued(self, node: Filter) -> int | None:
        """How many rows of a box have a value, where aids tell it."""
        valued = self._valued(node)
        return None if valued is None else self.boxes.count_valued(*valued)

    def _walked(self, question: Question, first: int, limit: int) -> list[int] | None:
        """The least `limit` rows from `first` on that lie in a large box and have a value; None when it's not that.

        Where few rows of the box have it, nearly all of the box would be walked through: DuckDB is sooner done.
        """
        valued = self._valued(question.filter)
        if valued is None or len(valued[2]) != 1 or not self._is_large(valued[0]):
            return None
        if self.count(question) < _OFTEN * limit:
            return None
        box, column, values = valued
        return self.boxes.first_valued(box, column, values[0], first, limit)

    def _among(self, rows: Rows, rest: Filter, first: int, limit: int) -> list[int]:
        """The least `limit` numbers of a set from `first` on for which the rest of the filter is true; all when -1."""
        value = self._one_value(rest)
        if value is not None:
            return self.store.among_valued(rows, *value, first, limit)
        where = sql.Where(self.sqlite, self.columns.by_name)
        condition = where.sql(rest)
        return self.store.among_where(rows, first, condition, where.parameters, limit)

    def _one_value(self, node: Filter) -> tuple[str, Any] | None:
        """An indexed column and the one value it should have, when that is all that the filter says."""
        values = self._indexed_values(node)
        return (values[0], values[1][0]) if values is not None and len(values[1]) == 1 else None

    def _indexed_values(self, node: Filter) -> tuple[str, list[Any]] | None:
        """An indexed column and the values it should have, when that is all that the filter says."""
        match node:
            case Compare(column, "=", value, False) if column in self._looked_up:
                values: Sequence[Any] = (value,)
            case In(column, values, False) if column in self._looked_up and len(values) <= _MAX_MERGED:
                values = tuple(dict.fromkeys(values))
            case IsNull(column) if column in self._looked_up:
                return column, [None]
            case _:
                return None
        if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
            return None
        return column, [self.sqlite.value(self.columns.by_name[column], value)[1] for value in values]

    def _answered_by_sqlite(self, question: Question) -> bool:
        sorts = all(sort.column in self.store.names for sort in question.sort)
        return (
            self.small
            and question.distinct is None
            and sorts
            and all(self.sqlite.answers(node) for node in walk(question.filter))
        )

    def _ordered(self, question: Question, place: Place, limit: int) -> Found:
        page = f" LIMIT {int(limit)} OFFSET {int(place.offset)}"
        if self._answered_by_sqlite(question):
            where = self._where(question, self.sqlite)
            rows = self.store.execute(self._select(question, where, place) + page, where.parameters).fetchall()
            return Found([row[0] for row in rows], [row[1:] for row in rows])
        ranked = self._by_rank(question)
        where = self._where(ranked, self._dialect(question))
        if ranked.sort != question.sort and place.n >= 0:
            place = replace(place, keys=self._ranks(question, ranked, place))
        edge = self._edge(question, ranked, place, limit)
        cursor = duck.cursor(self.root)
        rows = cursor.execute(self._select(ranked, where, place, edge) + page, where.parameters).fetchall()
        spelt = self._spelling(question, ranked) if ranked.sort != question.sort else None
        return Found([row[0] for row in rows], [row[1:] for row in rows], spelt)

    def _edge(self, question: Question, ranked: Question, place: Place, limit: int) -> Any:
        """The first key of the first page's last row, found in one reading with the count; None where that isn't needed.

        Only the rows up to it have to be put in order then. Where the count is known, ordering all of them is as quick.
        """
        last = place.offset + limit
        known = isinstance(question.filter, Everything) or self.counts.get(question.counted) is not None
        if known or question.distinct is not None or place.n >= 0 or not 0 < last <= _MOST_EDGED:
            return None
        dialect, first = self._dialect(question), ranked.sort[0]
        where = self._where(ranked, dialect)
        column = where.columns[first.column]
        select = (
            f"SELECT matched, {sql.as_key(column, 'edge')} "
            f"FROM (SELECT count(*) AS matched, {sql.last_of_first(first, column, last, dialect)} AS edge "
            f"FROM {self._source(ranked)} WHERE {where.sql(ranked.filter)})"
        )
        started = time.perf_counter()
        matched, edge = duck.cursor(self.root).execute(select, where.parameters).fetchone()
        self.counts.keep(question.counted, matched, took_s=time.perf_counter() - started)
        return edge

    def _scan(self, question: Question) -> Scan | None:
        """The copy of the table that is quick to look through, when it has all that is asked about."""
        scan = self.aids.scan
        return scan if scan is not None and question.columns <= scan.columns else None

    def _by_rank(self, question: Question) -> Question:
        """The same question with the ranks of texts to sort by, where there are any, for the same order."""
        scan = self._scan(question)
        if scan is None or question.distinct is not None:
            return question
        named = {name: rank.name for name, rank in scan.ranks.items()}
        return replace(question, sort=tuple(Sort(named.get(k.column, k.column), k.descending) for k in question.sort))

    def _ranks(self, question: Question, ranked: Question, place: Place) -> tuple[Any, ...]:
        """The keys of a place with the ranks of its texts: that of its row, which is quickly found by its number."""
        changed = [by.column for key, by in zip(question.sort, ranked.sort, strict=True) if key != by]
        select = f"SELECT {', '.join(map(duck.name, changed))} FROM {self._source(ranked)} WHERE file_row_number = ?"
        row = duck.cursor(self.root).execute(select, [place.n]).fetchone() or [None] * len(changed)
        ranks = dict(zip(changed, row, strict=True))
        return tuple(ranks.get(by.column, key) for by, key in zip(ranked.sort, place.keys, strict=True))

    def _spelling(self, question: Question, ranked: Question) -> Callable[[int, tuple[Any, ...]], tuple[Any, ...]]:
        """From a row's number and its keys by rank to its keys: the texts are those of the row itself."""

        def spell(n: int, keys: tuple[Any, ...]) -> tuple[Any, ...]:
            properties = orjson.loads(self.store.numbered([n])[0][2])
            pairs = zip(question.sort, ranked.sort, keys, strict=True)
            return tuple(value if key == by else properties[key.column] for key, by, value in pairs)

        return spell

    def _filtered(self, question: Question, place: Place, limit: int) -> Found:
        """By filter alone, in DuckDB; when the count isn't known yet, one reading gives both."""
        where = self._where(question, self._dialect(question))
        cursor = duck.cursor(self.root)
        if place.offset or not limit or self.counts.get(question.counted) is not None:
            select = self._select(question, where, place) + f" LIMIT {int(limit)} OFFSET {int(place.offset)}"
            return Found([row[0] for row in cursor.execute(select, where.parameters).fetchall()])
        condition = where.sql(question.filter)
        select = (
            f"SELECT count(*), min(file_row_number, {int(limit)}) FILTER (file_row_number > {int(place.n)}) "
            f"FROM {self._source(question)} WHERE {condition}"
        )
        started = time.perf_counter()
        matched, numbers = cursor.execute(select, where.parameters).fetchone()
        self.counts.keep(question.counted, matched, took_s=time.perf_counter() - started)
        return Found(numbers or [])

    def _where(self, question: Question, dialect: sql.Dialect) -> sql.Where:
        located: dict[Filter, Rows] = {}
        for node in walk(question.filter):
            by_envelope = isinstance(node, BBox) and node.crs == CRS84 and self.store.points
            if isinstance(node, BBox | Spatial) and not by_envelope:
                located[node] = self.located(node)
        scan = self.aids.scan
        ranks = {} if scan is None else {rank.name: rank for rank in scan.ranks.values()}
        return sql.Where(dialect, self.columns.by_name | ranks, located)

    def _dialect(self, question: Question) -> sql.DuckDialect:
        scan = self._scan(question)
        return sql.DuckDialect() if scan is None else sql.DuckDialect(scan.small)

    def _source(self, question: Question) -> str:
        scan = self._scan(question)
        return self.source if scan is None else scan.source

    def _select(
        self, question: Question, where: sql.Where, place: Place | None, edge: Any = None, *, ordered: bool = True
    ) -> str:
        """SELECT row number and sort keys; of rows up to an edge only, when there is one.

        A scan of DuckDB keeps the order of the file by itself, and stops at the limit; only what joins has to be sorted.
        """
        dialect = where.dialect
        in_duck = isinstance(dialect, sql.DuckDialect)
        source, condition = self._source(question) if in_duck else "row", where.sql(question.filter)
        if question.distinct is not None:
            equal = ", ".join(duck.name(name) for name in question.distinct)
            source = (
                f"(SELECT min(file_row_number) AS file_row_number, {equal} "
                f"FROM {source} WHERE {condition} GROUP BY {equal})"
            )
            condition = "(1 = 1)"
        keys = sql.sort_keys(question.sort, where.columns, dialect)
        if place is not None and place.n >= 0:
            condition = f"{condition} AND {sql.after(where, question.sort, place.keys, place.n)}"
        if edge is not None:
            condition = f"{condition} AND {sql.up_to(where, question.sort[0], edge)}"
        select = f"SELECT {', '.join([dialect.row, *keys])} FROM {source} WHERE {condition}"
        if ordered and (question.sort or question.distinct is not None or not in_duck or _joins(question, where)):
            select += f" ORDER BY {sql.order(question.sort, where.columns, dialect)}"
        return select


def _joins(question: Question, where: sql.Where) -> bool:
    """DuckDB makes joins of lists of rows and of values, and its joins give rows in any order."""
    return bool(where.located) or any(isinstance(node, In) for node in walk(question.filter))
