"""Exact counts, kept: how many rows a filter has in a snapshot never changes, so it is counted once.

In the process the latest used stay; what took long to count is also written beside the serving file, where other
processes and the next start find it. Losing that file loses time only.
"""

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

MAX_IN_PROCESS, MAX_ON_DISK = 4096, 20_000
WORTH_WRITING_S = 0.002


class Counts:
    """The counts of one snapshot.

    Args:
        path: the file beside the serving file; made at the first count worth writing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._file: sqlite3.Connection | None = None

    def get(self, question: str) -> int | None:
        """The count of a question if it is known.

        Args:
            question: a digest of the canonical filter.
        """
        with self._lock:
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
                return found
        found = self._read(question)
        if found is not None:
            self._remember(question, found)
        return found

    def keep(self, question: str, count: int, *, took_s: float) -> None:
        """Remember a count, on disk too when it took long."""
        self._remember(question, count)
        if took_s >= WORTH_WRITING_S:
            self._write(question, count)

    def of(self, question: str, count: Callable[[], int]) -> int:
        """The count of a question, counted now if it isn't known."""
        found = self.get(question)
        if found is None:
            started = time.perf_counter()
            found = count()
            self.keep(question, found, took_s=time.perf_counter() - started)
        return found

    def _remember(self, question: str, count: int) -> None:
        with self._lock:
            self._kept[question] = count
            self._kept.move_to_end(question)
            if len(self._kept) > MAX_IN_PROCESS:
                self._kept.popitem(last=False)

    def _read(self, question: str) -> int | None:
        with self._reading:
            try:
                if self._file is None:
                    if not self.path.exists():
                        return None
                    # Kept open: to open it takes longer than to read it. What others write is seen all the same.
                    self._file = sqlite3.connect(self.path, timeout=0.2, check_same_thread=False)
                row = self._file.execute("SELECT rows FROM kept WHERE question = ?", (question,)).fetchone()
            except sqlite3.Error:
                self._let_go()
                return None
        return None if row is None else int(row[0])

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _write(self, question: str, count: int) -> None:
        try:
            with closing(sqlite3.connect(self.path, timeout=0.2)) as file, file:
                file.execute("PRAGMA synchronous = OFF")
                file.execute("CREATE TABLE IF NOT EXISTS kept (question TEXT UNIQUE, rows INTEGER NOT NULL)")
                added = file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (question, count)).lastrowid or 0
                file.execute("DELETE FROM kept WHERE rowid <= ?", (added - MAX_ON_DISK,))
        except sqlite3.DatabaseError as problem:
            if not isinstance(problem, sqlite3.OperationalError):
                self.path.unlink(missing_ok=True)  # not a database any more: begin again
