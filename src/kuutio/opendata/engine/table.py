"""One snapshot of a published table, ready to answer: pages, items, counts, and all of it as a stream."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kuutio.opendata.engine import crs_out, serving, sql
from kuutio.opendata.engine.aids.kept import Aids
from kuutio.opendata.engine.counts import Counts
from kuutio.opendata.engine.filters import CRS84, Everything, Filter
from kuutio.opendata.engine.finder import Finder
from kuutio.opendata.engine.query import MAX_LIMIT, Cursor, Query
from kuutio.opendata.engine.question import Place, Question, fitted_sort
from kuutio.opendata.engine.render import Shape, renderer
from kuutio.opendata.engine.snapshot import DATA, ID, Manifest, read_manifest
from kuutio.opendata.engine.store import Row, Store
from kuutio.opendata.engine.typed import Columns, fitted, names_of, refuse

MAX_TABLES = 256
"""Tables that a process remembers; each is some kilobytes, and its files stay closed until asked."""

_LEAST_AT_ONCE, _MOST_AT_ONCE, _BYTES_AT_ONCE = 20, 4000, 2 << 20

_tables: OrderedDict[tuple[Path, Path], "tuple[tuple[int, int], Table]"] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer.

    Attributes:
        rows: one JSON text each, in order.
        matched: rows of the whole answer, exact.
        next: where the following page starts, for `Query.after`; None on the last page.
    """

    rows: list[bytes]
    matched: int
    next: str | None

    @property
    def returned(self) -> int:
        """Rows on this page."""
        return len(self.rows)

    @property
    def body(self) -> bytes:
        """The inside of a JSON array: the rows with commas between them."""
        return b",".join(self.rows)


class Table:
    """The answers of one snapshot; safe to share between threads.

    Args:
        snapshot: the snapshot's directory, `ROOT/<table-id>/<snapshot-id>`.
        serving: its serving file, made by `serving.ensure`.

    Attributes:
        rows_at_once: how many rows a stream holds: some megabytes of them, as long as they are on the average.

    Raises:
        FileNotFoundError: the snapshot or the serving file is missing.
    """

    def __init__(self, snapshot: Path, serving_file: Path) -> None:
        snapshot = snapshot.absolute()
        self.snapshot = snapshot
        self.manifest: Manifest = read_manifest(snapshot)
        self.columns = Columns(self.manifest.columns)
        self.store = Store(serving_file)
        each = serving_file.stat().st_size // max(1, self.store.rows)
        self.rows_at_once = max(_LEAST_AT_ONCE, min(_MOST_AT_ONCE, _BYTES_AT_ONCE // max(1, each)))
        counts = Counts(serving_file.with_suffix(".counts"))
        root, data, small = snapshot.parent.parent, snapshot / DATA, serving.is_small(self.manifest)
        aids = Aids(snapshot, serving_file, self.manifest)
        self.finder = Finder(data, root, self.columns, self.store, counts, aids, small=small)

    @classmethod
    def open(cls, snapshot: Path, serving_file: Path) -> Self:
        """The table, remembered from the last time as long as the serving file is the same.

        Raises:
            FileNotFoundError: the snapshot or the serving file is missing.
        """
        stat = serving_file.stat()
        version = (stat.st_ino, stat.st_mtime_ns)
        key = (snapshot, serving_file)
        with _lock:
            found = _tables.get(key)
            if found is not None and found[0] == version:
                _tables.move_to_end(key)
                return found[1]  # type: ignore[return-value]
        table = cls(snapshot, serving_file)
        with _lock:
            _tables[key] = (version, table)
            if len(_tables) > MAX_TABLES:
                _tables.popitem(last=False)
        return table

    @property
    def located(self) -> bool:
        """The table has a geometry column."""
        return self.manifest.geometry is not None

    def page(self, query: Query, shape: Shape = Shape.FEATURE) -> Page:
        """One page of the answer to a query.

        Raises:
            BadQuery: the query doesn't fit the table, or `after` isn't of this question.
        """
        if not 0 <= query.limit <= MAX_LIMIT:
            refuse(f"A page has 0 to {MAX_LIMIT} rows.", "/limit")
        if not 0 <= query.offset < 2**62:
            refuse("The offset is a whole number from 0.", "/offset")
        question = self.question(query)
        place = self._place(query, question)
        render = self._renderer(query, shape)
        if isinstance(question.filter, Everything) and not question.sort and question.distinct is None:
            # No filter, no search for numbers: the row number is the position.
            first = place.n + 1 + place.offset
            rows = self.store.between(first, first + query.limit)
            more = bool(rows) and rows[-1][0] + 1 < self.store.rows
            token = Cursor(self.manifest.id, question.name, rows[-1][0]).token() if more else None
            return Page(render(rows), self.store.rows, token)
        if query.limit and (having := self.finder.having(question, place, query.limit + 1)) is not None:
            rows, token = having[: query.limit], None
            if len(having) > len(rows):
                token = Cursor(self.manifest.id, question.name, rows[-1][0]).token()
            return Page(render(rows), self.finder.count(question), token)
        found = self.finder.find(question, place, query.limit + 1 if query.limit else 0)
        numbers, token = found.numbers[: query.limit], None
        if len(found.numbers) > len(numbers):
            token = Cursor(self.manifest.id, question.name, numbers[-1], found.keys_at(len(numbers) - 1)).token()
        return Page(render(self.store.numbered(numbers)), self.finder.count(question), token)

    def item(self, identifier: str, shape: Shape = Shape.FEATURE, query: Query | None = None) -> bytes | None:
        """One row by its id as JSON; None when there is none.

        Args:
            query: says which columns, geometry and CRS are shown; the rest of it is passed over.
        """
        row = self.store.item(identifier)
        return None if row is None else self._renderer(query or Query(), shape)([row])[0]

    def count(self, tree: Filter) -> int:
        """How many rows a filter has, exactly.

        Raises:
            BadQuery: the filter doesn't fit the table.
        """
        return self.finder.count(Question(fitted(tree, self.columns)))

    def stream(self, query: Query, shape: Shape = Shape.FEATURE) -> Iterator[list[bytes]]:
        """The whole answer to a query (its page is passed over), some rows at a time, in constant memory.

        Raises:
            BadQuery: the query doesn't fit the table; at the call, not at the first row.
        """
        question, render = self.question(query), self._renderer(query, shape)
        step = self.rows_at_once
        return (
            render(self.store.numbered(numbers[at : at + step]))
            for numbers in self.finder.all(question)
            for at in range(0, len(numbers), step)
        )

    def question(self, query: Query) -> Question:
        """The query without its page, fitted to the table.

        Raises:
            BadQuery: the query doesn't fit.
        """
        columns = names_of(query.columns, self.columns)
        sort = fitted_sort(query.sort, self.columns)
        distinct = columns if query.distinct and columns is not None and ID not in columns else None
        if distinct is not None and not {key.column for key in sort} <= set(distinct):
            refuse("Distinct rows can only be sorted by the columns that are shown.", "/sortby")
        return Question(fitted(query.filter, self.columns), sort, distinct or None)

    def _place(self, query: Query, question: Question) -> Place:
        if query.after is None:
            return Place(offset=query.offset)
        cursor = Cursor.read(query.after)
        keys = sql.fitted_keys(question.sort, self.columns.by_name, cursor.keys)
        if (cursor.snapshot, cursor.question) != (self.manifest.id, question.name) or keys is None:
            refuse("This place belongs to another list: follow a `next` link as it is.", "/after")
        return Place(cursor.n, keys, query.offset)

    def _renderer(self, query: Query, shape: Shape) -> Callable[[list[Row]], list[bytes]]:
        columns = names_of(query.columns, self.columns)
        if query.crs not in crs_out.SUPPORTED:
            refuse("This coordinate system isn't served.", "/crs")
        # A record or a list has a place for the geometry only where the table has one.
        shown = query.geometry and (shape is Shape.FEATURE or self.located)
        return renderer(shape, columns, geometry=shown, crs=query.crs if self.located else CRS84)
