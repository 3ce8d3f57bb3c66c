"""DuckDB in a process of its own, for a web process: that stays small whatever is asked, and outlives a crash.

The child is started with the first question, serves all threads of its parent, ends with it, and after some minutes without
a question. A cursor here is a connection to a cursor there: both speak pickles over a pair of sockets that only they hold.
The parent watches nothing: DuckDB's own limit of memory holds there as it would here.
"""

import os
import pickle
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import kuutio
from kuutio.opendata.engine import duck

_FIRST = 2000
"""Rows that come with the answer itself: most answers have no more, so that one round is enough."""

_ALL = 100_000
_STEP, _LETTERS = 50, 1 << 20
"""Rows are counted by so many; after so many letters a message ends, that neither side holds much."""

_IDLE_S = 300.0
_NOT_TOLD = frozenset({"DATABASE_URL", "KUUTIO_SECRET_KEY", "KUUTIO_OIDC", "KUUTIO_EMAIL_URL"})
Answer = TypeVar("Answer")
_GONE = (EOFError, ConnectionError)


class Failed(Exception):
    """DuckDB refused or failed; in its words. A bug, as it would be without a process between."""


class Reader:
    """The parent's hold on the child.

    Args:
        idle_s: seconds without a question after which the child ends, and gives its memory back.
    """

    def __init__(self, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The child's number while it runs."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    def cursor(self, root: Path) -> "FarCursor":
        """A cursor on the files under `root`, with what we use of DuckDB's."""
        return FarCursor(self, root)

    def call(self, function: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
        """What a function of a module answers that the child runs.

        Args:
            given, named: what can be pickled, as the answer must be.

        Raises:
            Failed: whatever it raised.
        """
        cursor = FarCursor(self, Path())
        try:
            return cursor.told(("call", function, given, named))  # type: ignore[no-any-return]  # what it answers
        finally:
            cursor.close()

    def connect(self) -> Connection:
        """A new connection to the child, which is started when it doesn't run.

        Raises:
            ConnectionError: it can't be started.
        """
        with self._lock:
            for _attempt in range(2):
                ours, theirs = socket.socketpair()
                with theirs:
                    try:
                        socket.send_fds(self._running(), [b"c"], [theirs.fileno()])
                    except OSError:
                        ours.close()
                        self._forget()  # it ended just now
                        continue
                return Connection(ours.detach())
            raise ConnectionError("the process that reads tables can't be started")

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._forget()

    def _running(self) -> socket.socket:
        if self._door and self.pid:
            return self._door
        self._forget()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno()), str(self._idle_s)]
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_TOLD}
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment | {"PYTHONPATH": str(Path(kuutio.__file__).parents[1])},
            )
        self._door = ours
        return ours

    def _forget(self) -> None:
        if self._door:
            self._door.close()
        if self._child:
            self._child.kill()
            self._child.wait()
        self._door = self._child = None


class FarCursor:
    """One answer at a time, read whole or piece by piece; for one thread at a time."""

    def __init__(self, reader: Reader, root: Path) -> None:
        self._reader, self._root = reader, root
        self._connection: Connection | None = None
        self._rows: list[tuple[Any, ...]] = []
        self._at, self._more = 0, False

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "FarCursor":
        """Ask; what was left of another answer is gone.

        Raises:
            Failed: DuckDB's refusal.
        """
        self._rows, self._at, self._more = [], 0, False
        self._rows, self._more = self.told(("execute", str(self._root), sql, list(parameters)))
        return self

    def told(self, task: tuple[Any, ...]) -> Any:
        """The answer to a task that may be given twice.

        Raises:
            Failed: DuckDB's refusal.
        """
        try:
            return self._said(task)
        except _GONE:
            # The child had ended, after a rest or by a crash; a question changes nothing, so it may be asked again.
            self.close()
            return self._said(task)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row; None after the last."""
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next `size` rows, fewer at the end, none after it."""
        rows = self._rows[self._at : self._at + size]
        self._at += len(rows)
        while len(rows) < size and self._more:
            self._rows, self._at = [], 0  # what was read is let go before more comes
            more, self._more = self._said(("fetch", size - len(rows)))
            rows += more
        return rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        rows = self._rows[self._at :]
        while self._more:
            more, self._more = self._said(("fetch", _ALL))
            rows += more
        self._rows, self._at = [], 0
        return rows

    def close(self) -> None:
        """Let the other side go."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __del__(self) -> None:
        self.close()

    def _said(self, task: tuple[Any, ...]) -> Any:
        if self._connection is None:
            self._connection = self._reader.connect()
        self._connection.send(task)
        kind, told = self._connection.recv()
        if kind == "failed":
            raise Failed(told)
        return told


class _Asked:
    """The child's memory of when it was asked last, and of what goes on."""

    def __init__(self) -> None:
        self.lock, self.running, self.at = threading.Lock(), 0, time.monotonic()

    def begin(self) -> None:
        with self.lock:
            self.running += 1

    def end(self) -> None:
        with self.lock:
            self.running -= 1
            self.at = time.monotonic()

    def is_idle(self, seconds: float) -> bool:
        with self.lock:
            return not self.running and time.monotonic() - self.at > seconds


def _serve(connection: Connection, asked: _Asked) -> None:
    """Answer one cursor of the parent until it lets go."""
    cursors: dict[str, Any] = {}
    answer: Any = None
    while True:
        try:
            task = connection.recv()
        except _GONE:
            break
        asked.begin()
        try:
            match task:
                case "call", function, given, named:
                    found = function(*given, **named)
                case "execute", root, sql, parameters:
                    if root not in cursors:
                        cursors[root] = duck.fresh_cursor(Path(root))
                    answer = cursors[root].execute(sql, parameters)
                    found = _rows(answer, _FIRST)
                case _:
                    found = _rows(answer, task[1])
            told = pickle.dumps(("told", found), pickle.HIGHEST_PROTOCOL)
            del found
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
            told = pickle.dumps(("failed", f"{type(error).__name__}: {error}"))
        finally:
            asked.end()
        try:
            connection.send_bytes(told)
        except OSError:
            break
        del told
    for cursor in cursors.values():
        cursor.close()
    connection.close()


def _rows(answer: Any, size: int) -> tuple[list[tuple[Any, ...]], bool]:
    """The next rows, fewer where they are long, and whether there may be more."""
    rows: list[tuple[Any, ...]] = []
    letters = 0
    while len(rows) < size and letters < _LETTERS:
        wanted = min(_STEP, size - len(rows))
        some = answer.fetchmany(wanted)
        rows += some
        if len(some) < wanted:
            return rows, False
        letters += sum(len(value) for row in some for value in row if isinstance(value, str | bytes))
    return rows, True


def _main(door: socket.socket, idle_s: float) -> None:
    asked, poller = _Asked(), select.poll()
    poller.register(door, select.POLLIN)
    while True:
        if not poller.poll(min(idle_s, 10.0) * 1000):
            if asked.is_idle(idle_s):
                break
            continue
        data, handles, _flags, _address = socket.recv_fds(door, 1, 1)
        if not data:
            break  # the parent is gone
        connection = Connection(handles[0])
        threading.Thread(target=_serve, args=(connection, asked), daemon=True).start()
    os._exit(0)  # questions of a parent that is gone are nobody's


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]))
