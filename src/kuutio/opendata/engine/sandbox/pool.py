"""The parent's side: places, queue, children, and the refusals that a caller sees."""

import atexit
import os
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .child import Child, Late, Lost
from .refusals import BUSY, ONE_AT_A_TIME, TOO_LARGE, TOO_LONG, TOO_SLOW, BadSql, SqlBusy, SqlTooLarge, SqlTooSlow

_FRAME_BYTES = 1 << 20
_USES = 200
_LEAST_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and all of them together, may use.

    Attributes:
        run_s: wall clock of one query, seconds; then its process is killed.
        wait_s: how long a query waits for a place, seconds.
        places: queries that run at the same time.
        queue: queries that may wait for a place.
        rows: rows of an answer; more are cut, and the answer says so.
        answer_bytes: bytes of an answer's rows as JSON; likewise.
        sql_chars: length of the query's text.
    """

    run_s: float = 2.5
    wait_s: float = 0.4
    places: int = 2
    queue: int = 8
    rows: int = 10_000
    answer_bytes: int = 8 << 20
    sql_chars: int = 20_000


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

    The walls, from the outside in: the text's length; sqlglot's tree (one query, known tables); DuckDB's own tree
    (an allow-list of nodes and functions); a DuckDB that can open the named files and nothing else, whose settings are
    locked; the kernel's limits (memory, processor time, no sockets, no writing, no programs); the wall clock.
    Children are reused while they behave. Safe to use from many threads; close it, or use it as a context manager.
    """

    _lock: threading.Condition
    _idle: deque[Child]
    _queue: deque[object]
    _callers: set[str]
    _running: int
    _folder: str | None

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
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

    def warm(self) -> None:
        """Start the children now, and wait until they can work."""
        with self._lock:
            self._fill()
            children = list(self._idle)
        for child in children:
            child.wait_until_ready()

    def close(self) -> None:
        """End the children; the next query starts new ones."""
        with self._lock:
            children, self._idle = list(self._idle), deque()
            folder, self._folder = self._folder, None
        for child in children:
            child.end()
        if folder is not None:
            Path(folder).rmdir()

    def _ask(self, sql: str, tables: Mapping[str, Path], caller: str | None, *, dialect: str | None) -> dict[str, Any]:
        limits = self.limits
        if len(sql) > limits.sql_chars:
            raise SqlTooLarge(TOO_LONG, most=limits.sql_chars)
        if "\0" in sql:
            raise BadSql("The query has a character that can't be used.")
        job = {
            "sql": sql,
            "tables": {name: _file(path) for name, path in tables.items()},
            "rows": limits.rows,
            "bytes": limits.answer_bytes,
            "dialect": dialect,
        }
        self._enter(caller)
        try:
            return self._answered(job)
        finally:
            self._leave(caller)

    def _answered(self, job: dict[str, Any]) -> dict[str, Any]:
        limits = self.limits
        taken = time.monotonic()
        child = self._take()
        sound = False
        try:
            child.wait_until_ready()
            # A child that was still starting has used some of the query's time: the caller's wait has the same end.
            left = max(limits.run_s - (time.monotonic() - taken), min(limits.run_s, _LEAST_S))
            answer = child.ask(job, limit_s=left, most_bytes=limits.answer_bytes + _FRAME_BYTES)
            sound = not answer.get("last") and child.used < _USES
        except Late:
            raise SqlTooSlow(TOO_SLOW, limit_s=limits.run_s) from None
        except Lost:
            raise SqlTooLarge(TOO_LARGE) from None
        finally:
            self._give_back(child, sound=sound)
        if "refused" in answer:
            raise (SqlTooLarge if answer["kind"] == "large" else BadSql)(answer["refused"])
        return answer

    def _enter(self, caller: str | None) -> None:
        limits, until = self.limits, time.monotonic() + self.limits.wait_s
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

    def _take(self) -> Child:
        with self._lock:
            self._fill()
            # One that works at once, else the one that has been starting for longest.
            child = next((child for child in self._idle if _started(child)), self._idle[0])
            self._idle.remove(child)
            return child

    def _give_back(self, child: Child, *, sound: bool) -> None:
        if not sound:
            child.end()
        with self._lock:
            if sound:
                self._idle.appendleft(child)
            self._fill()

    def _fill(self) -> None:
        """A child for each place, and one more, so that a killed one costs the next query nothing."""
        while len(self._idle) < self.limits.places + 1 - max(self._running - 1, 0):
            if self._folder is None:
                self._folder = tempfile.mkdtemp(prefix="kuutio-sql-")
            self._idle.append(Child(self._folder))

    def _start_over(self) -> None:
        self._lock = threading.Condition()
        self._idle = deque()
        self._queue = deque()
        self._callers = set()
        self._running = 0
        self._folder = None


_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()


def _started(child: Child) -> bool:
    try:
        return not child.starting()
    except (Late, Lost):
        return False


def _file(path: Path) -> str:
    whole = path.absolute()
    return str(whole if whole.suffix == ".parquet" else whole / "data.parquet")


def _close_all() -> None:
    for sandbox in list(_sandboxes):
        sandbox.close()


def _forget_all() -> None:
    # A fork has the parent's children in its tables, but they are not its own to ask or to end.
    for sandbox in list(_sandboxes):
        for child in sandbox._idle:
            child.disown()
        sandbox._start_over()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
