"""The children of one process: started behind the scenes, handed out, taken back, ended when nobody asks any more.

Whoever asks never starts, waits for the start of, or buries a child himself: a thread of its own does, which lives for
as long as there are children. So a question waits as long as it wants to, whatever the machine is busy with.
"""

import contextlib
import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from .child import Child, Late, Lost

log = logging.getLogger(__name__)

_AGAIN_S = 1.0


class NoneFree(Exception):
    """No child came free in time."""


class Askable(Protocol):
    """What is needed of a child: see `Child`."""

    used: int

    def ask(self, job: dict[str, Any], *, limit_s: float, most_bytes: int) -> dict[str, Any]:
        """One query, one answer; Late or Lost without."""

    def wait_until_ready(self) -> None:
        """Until it can work; Lost or Late when it can't."""

    def kill(self) -> None:
        """Stop its work now."""

    def end(self) -> None:
        """Leave nothing of it behind."""

    def disown(self) -> None:
        """Let go of it in a fork."""


class Children:
    """At most so many children, of which one is ready for the next question while questions come.

    Args:
        most: children at once, those at work included.
        idle_s: a child that has had nothing to do for so many seconds ends.
        start: makes a child that works in a folder.
        clock: seconds, for `idle_s`.
    """

    _lock: threading.Condition
    _idle: list[tuple[Askable, float]]
    _over: list[Askable]
    _starting: int
    _out: int
    _wanted: int
    _asked: float | None
    _failed: float | None
    _folder: str | None
    _keeper: threading.Thread | None

    def __init__(
        self,
        most: int,
        *,
        idle_s: float,
        start: Callable[[str], Askable] = Child,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most, self.idle_s = most, idle_s
        self._start, self._clock = start, clock
        self._start_over()

    @property
    def idle(self) -> list[Askable]:
        """Those that are ready and have nothing to do, the one used last at the end."""
        with self._lock:
            return [child for child, _ in self._idle]

    @property
    def count(self) -> int:
        """Those that there are: ready, at work, and about to start."""
        with self._lock:
            return self._alive()

    def take(self, until: float) -> Askable:
        """A child that is ready; `give_back` it.

        Args:
            until: how long to wait for it, on `time.monotonic`.

        Raises:
            NoneFree: none came free.
        """
        with self._lock:
            self._wait_for_one(until)
            child, _ = self._idle.pop()
            self._out += 1
            self._asked = self._clock()
            self._wake()
            return child

    def give_back(self, child: Askable, *, sound: bool) -> None:
        """Take it back; one that isn't sound stops at once."""
        if not sound:
            child.kill()
        with self._lock:
            self._out -= 1
            if sound:
                self._idle.append((child, self._clock()))
            else:
                self._over.append(child)
            self._wake()

    def warm(self, until: float) -> None:
        """Wait until one is ready.

        Raises:
            NoneFree: none is, at that time.
        """
        with self._lock:
            self._wait_for_one(until)

    def tend(self) -> None:
        """End those that have been idle for too long, bury the killed ones, start those that are missing."""
        with self._lock:
            self._over += [child for child, since in self._idle if self._too_long(since)]
            self._idle = [(child, since) for child, since in self._idle if not self._too_long(since)]
            over, self._over = self._over, []
            for _ in range(self._missing()):
                self._starting += 1
                threading.Thread(target=self._begin, args=(self._era,), daemon=True, name="sql-start").start()
        for child in over:
            child.end()

    def close(self) -> None:
        """End all that are idle or starting; the next question starts new ones."""
        with self._lock:
            over = [*self._over, *(child for child, _ in self._idle)]
            self._idle, self._over, self._starting = [], [], 0
            self._asked = None
            self._era = object()
            folder, self._folder = self._folder, None
            self._lock.notify_all()
        for child in over:
            child.end()
        if folder is not None:
            with contextlib.suppress(OSError):
                Path(folder).rmdir()

    def forget(self) -> None:
        """In a fork: the parent's children aren't its own to ask or to end."""
        for child, _ in self._idle:
            child.disown()
        self._start_over()

    def _start_over(self) -> None:
        self._lock = threading.Condition()
        self._idle = []
        self._over = []
        self._starting = self._out = self._wanted = 0
        self._asked = None
        self._failed = None
        self._era = object()
        self._folder = None
        self._keeper = None

    def _wait_for_one(self, until: float) -> None:
        self._wanted += 1
        try:
            self._wake()
            while (left := until - time.monotonic()) > 0:
                if self._idle:
                    return
                self._lock.wait(left)
            raise NoneFree
        finally:
            self._wanted -= 1

    def _alive(self) -> int:
        return len(self._idle) + self._starting + self._out

    def _too_long(self, since: float) -> bool:
        return self._clock() - since >= self.idle_s

    def _missing(self) -> int:
        """How many to start: one for each question that waits; else a spare one while questions come."""
        if self._failed is not None and self._clock() - self._failed < _AGAIN_S:
            return 0
        spare = int(self._asked is not None and not self._too_long(self._asked))
        wanted = max(self._wanted, spare) - len(self._idle) - self._starting
        return max(0, min(wanted, self.most - self._alive()))

    def _begin(self, era: object) -> None:
        """Start one and wait until it's ready, in a thread of its own."""
        child, ready = None, False
        try:
            child = self._start(self._place())
            child.wait_until_ready()
            ready = True
        except (Late, Lost, OSError):
            log.warning("A process for SQL could not be started.", exc_info=True)
        finally:
            wanted = self._begun(child if ready else None, era)
            if child is not None and not wanted:
                child.end()

    def _begun(self, child: Askable | None, era: object) -> bool:
        """One has started, or failed to; whether it is wanted."""
        with self._lock:
            if era is not self._era:
                return False
            self._starting -= 1
            self._failed = self._clock() if child is None else None
            if child is not None:
                self._idle.append((child, self._clock()))
            self._wake()
            return child is not None

    def _place(self) -> str:
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.mkdtemp(prefix="kuutio-sql-")
            return self._folder

    def _wake(self) -> None:
        """Under the lock: something has changed for whoever waits."""
        self._lock.notify_all()
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, daemon=True, name="sql-children")
            self._keeper.start()

    def _keep(self) -> None:
        while True:
            self.tend()
            with self._lock:
                pause = self._pause()
                if pause is None:
                    self._keeper = None
                    return
                if pause > 0:
                    self._lock.wait(pause)

    def _pause(self) -> float | None:
        """Seconds until there is something to do, if nothing changes; None when there is nothing left to look after."""
        if self._over or self._missing():
            return 0.0
        if not self._alive() and not self._wanted:
            return None
        times = [since + self.idle_s - self._clock() for _, since in self._idle]
        return max(0.0, min([*times, _AGAIN_S if self._wanted or self._failed else self.idle_s]))
