"""The parent's side: the first sieve, places, queue, and the refusals that a caller sees."""

import atexit
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .child import Child, Late, Lost
from .children import Askable, Children, NoneFree
from .refusals import (
    BUSY,
    ONE_AT_A_TIME,
    TOO_LARGE,
    TOO_LONG,
    TOO_SLOW,
    UNKNOWN_FORM,
    BadSql,
    Refused,
    SqlBusy,
    SqlTooLarge,
    SqlTooSlow,
)

if TYPE_CHECKING:
    from .statement import Understood

_FRAME_BYTES = 1 << 20
_USES = 200
_LEAST_S = 0.5
"""A query that has less time left isn't begun."""
_FAIR_S = 1.0
"""One that had less time than this was stopped by the others' queries, not by its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and all of them together, may use.

    Attributes:
        answer_s: wall clock from a question to its answer, seconds: waiting for a place and for a child, and running.
            Then the child is killed.
        wait_s: how much of it a query waits for a place.
        places: queries that run at the same time.
        queue: queries that may wait for a place.
        rows: rows of an answer; more are cut, and the answer says so.
        answer_bytes: bytes of an answer's rows as JSON; likewise.
        sql_chars: length of the query's text.
        idle_s: seconds after which a child ends that has nothing to do; 70 MB each.
    """

    answer_s: float = 2.3
    wait_s: float = 0.4
    places: int = 2
    queue: int = 8
    rows: int = 10_000
    answer_bytes: int = 8 << 20
    sql_chars: int = 20_000
    idle_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: `columns` are `{"name", "type"}`, `rows` lists of JSON values in their order.

    Types: text, integer, number, boolean, date, time, datetime, geometry (as WKT), json (lists and structures).
    """

    columns: list[dict[str, str]]
    rows: list[list[Any]]
    truncated: bool
    elapsed_ms: float


class Sandbox:
    """Runs SQL from outside: one SELECT over published tables, in a child process that can be killed.

    The walls, from the outside in: the text's length; sqlglot's tree (one query, known tables), here, so that what it
    refuses costs no child; DuckDB's own tree (an allow-list of nodes and functions); a DuckDB that can open the named
    files and nothing else, whose settings are locked; the kernel's limits (memory, processor time, no sockets, no
    writing, no programs); the wall clock over all of it.
    Children are reused while they behave. Safe to use from many threads; close it, or use it as a context manager.

    Args:
        start: makes a child that works in a folder.
    """

    _lock: threading.Condition
    _reading: threading.Lock
    _queue: deque[object]
    _callers: set[str]
    _running: int

    def __init__(self, limits: Limits | None = None, *, start: Callable[[str], Askable] = Child) -> None:
        self.limits = limits or Limits()
        # One more than there are places, so that a killed one costs the next query nothing.
        self.children = Children(self.limits.places + 1, idle_s=self.limits.idle_s, start=start)
        self._start_over()
        _sandboxes.add(self)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, tables: Mapping[str, Path], *, caller: str | None = None) -> Result:
        """The rows of one SELECT.

        Args:
            sql: in DuckDB's dialect.
            tables: name in the query -> snapshot's folder (with `data.parquet` in it), or a Parquet file.
            caller: who asks (an address, a key); the same one runs one query at a time.

        Raises:
            BadSql: not SQL, not one SELECT, a table that isn't there, a function that isn't allowed, a wrong type.
            SqlTooSlow: stopped by the clock.
            SqlTooLarge: the text, or the memory it needs.
            SqlBusy: no place came free, or the caller has a query running.
        """
        answer = self._ask(sql, tables, caller, dialect=None)
        return Result(answer["columns"], answer["rows"], answer["truncated"], answer["elapsed_ms"])

    def translate(self, sql: str, tables: Mapping[str, Path], dialect: str) -> tuple[str, list[str]]:
        """The query, checked as `run` checks it, in the dialect of another engine; and the tables that it reads.

        Raises:
            BadSql, SqlTooSlow, SqlTooLarge, SqlBusy: as `run`.
        """
        answer = self._ask(sql, tables, None, dialect=dialect)
        return answer["sql"], answer["tables"]

    def warm(self, within_s: float = 30.0) -> None:
        """Wait until a child can work.

        Raises:
            SqlBusy: none can, after so many seconds.
        """
        try:
            self.children.warm(time.monotonic() + within_s)
        except NoneFree:
            raise SqlBusy(BUSY) from None

    def close(self) -> None:
        """End the children; the next query starts new ones."""
        self.children.close()

    def _ask(self, sql: str, tables: Mapping[str, Path], caller: str | None, *, dialect: str | None) -> dict[str, Any]:
        limits, until = self.limits, time.monotonic() + self.limits.answer_s
        if len(sql) > limits.sql_chars:
            raise SqlTooLarge(TOO_LONG, most=limits.sql_chars)
        if "\0" in sql:
            raise BadSql("The query has a character that can't be used.")
        paths = {name.lower(): _file(path) for name, path in tables.items()}
        asked = self._understood(sql, paths, until)
        job = {
            "sql": asked.sql,
            "understood": asked.tables is not None,
            "tables": paths if asked.tables is None else {name: paths[name] for name in asked.tables},
            "rows": limits.rows,
            "bytes": limits.answer_bytes,
            "dialect": dialect,
        }
        try:
            with self._place(caller, until):
                answer = self._answered(job, until)
        except (SqlBusy, SqlTooSlow, SqlTooLarge):
            if asked.tables is None:  # it is refused in any case: a child would only have said why
                raise BadSql(UNKNOWN_FORM) from None
            raise
        if "refused" in answer:
            raise (SqlTooLarge if answer["kind"] == "large" else BadSql)(answer["refused"])
        return answer

    def _understood(self, sql: str, published: Mapping[str, str], until: float) -> "Understood":
        """What the first sieve lets through; one text at a time, so that hostile ones leave time for everybody else."""
        if not self._reading.acquire(timeout=max(0.0, until - _LEAST_S - time.monotonic())):
            raise SqlBusy(BUSY)
        try:
            from .statement import understand  # sqlglot, 27 MB: only once somebody asks

            return understand(sql, published)
        except Refused as refused:
            raise BadSql(str(refused)) from None
        finally:
            self._reading.release()

    def _answered(self, job: dict[str, Any], until: float) -> dict[str, Any]:
        """A child's answer, or its refusal."""
        limits = self.limits
        try:
            child = self.children.take(until - _LEAST_S)
        except NoneFree:
            raise SqlBusy(BUSY) from None
        sound, left = False, until - time.monotonic()
        try:
            answer = child.ask(job, limit_s=left, most_bytes=limits.answer_bytes + _FRAME_BYTES)
            sound = not answer.get("last") and child.used < _USES
        except Late:
            if left < min(_FAIR_S, limits.answer_s / 2):
                raise SqlBusy(BUSY) from None
            raise SqlTooSlow(TOO_SLOW, limit_s=limits.answer_s) from None
        except Lost:
            raise SqlTooLarge(TOO_LARGE) from None
        finally:
            self.children.give_back(child, sound=sound)
        return answer

    @contextmanager
    def _place(self, caller: str | None, until: float) -> Iterator[None]:
        self._enter(caller, min(until - _LEAST_S, time.monotonic() + self.limits.wait_s))
        try:
            yield
        finally:
            self._leave(caller)

    def _enter(self, caller: str | None, until: float) -> None:
        limits = self.limits
        with self._lock:
            if caller is not None and caller in self._callers:
                raise SqlBusy(ONE_AT_A_TIME)
            ticket = object()
            if self._running >= limits.places or self._queue:
                if len(self._queue) >= limits.queue:
                    raise SqlBusy(BUSY)
                self._queue.append(ticket)
                try:
                    # First come, first served: a place goes to the head of the queue only.
                    while self._running >= limits.places or self._queue[0] is not ticket:
                        if not self._lock.wait(until - time.monotonic()):
                            raise SqlBusy(BUSY)
                finally:
                    self._queue.remove(ticket)
                    self._lock.notify_all()
            self._running += 1
            if caller is not None:
                self._callers.add(caller)

    def _leave(self, caller: str | None) -> None:
        with self._lock:
            self._running -= 1
            self._callers.discard(caller or "")
            self._lock.notify_all()

    def _start_over(self) -> None:
        self._lock = threading.Condition()
        self._reading = threading.Lock()
        self._queue = deque()
        self._callers = set()
        self._running = 0


_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()


def _file(path: Path) -> str:
    whole = path.absolute()
    return str(whole if whole.suffix == ".parquet" else whole / "data.parquet")


def _close_all() -> None:
    for sandbox in list(_sandboxes):
        sandbox.close()


def _forget_all() -> None:
    # A fork has the parent's children in its tables, but they are not its own to ask or to end.
    for sandbox in list(_sandboxes):
        sandbox.children.forget()
        sandbox._start_over()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
