"""The parent's hold on one child process: ask it, wait for it, end it."""

import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson

import kuutio

_START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); from kuutio.opendata.engine.sandbox.worker import main; main()"
)
_BOOT_S = 30.0


class Lost(Exception):
    """The child ended before it answered: it broke a limit."""


class Late(Exception):
    """The child has not answered in time."""


class Child:
    """One process that runs queries, with an empty environment in an empty folder."""

    def __init__(self, folder: str) -> None:
        source = str(Path(kuutio.__file__).resolve().parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
            [sys.executable, "-I", "-X", "utf8", "-c", _START, source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            bufsize=0,
            process_group=0,
        )
        os.set_blocking(self._stdin, False)
        self.confined: bool | None = None
        self.used = 0

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Wait for the first message.

        Raises:
            Lost, Late: it can't start here.
        """
        if self.confined is None:
            self.confined = bool(self._receive(time.monotonic() + _BOOT_S, most_bytes=1000)["confined"])

    def ask(self, job: dict[str, Any], *, limit_s: float, most_bytes: int) -> dict[str, Any]:
        """One query, one answer.

        Raises:
            Late: no whole answer within `limit_s`.
            Lost: the child died, or said what it may not.
        """
        deadline = time.monotonic() + limit_s
        self.used += 1
        data = orjson.dumps({**job, "limit_s": limit_s})
        self._write(struct.pack(">I", len(data)) + data, deadline)
        return self._receive(deadline, most_bytes=most_bytes)

    def kill(self) -> None:
        """Stop its work now, and that of whatever it may have started; `end` tidies up after it."""
        if self._process.returncode is None:  # not waited for: the number is still its own
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, wait for its end, leave nothing behind."""
        self.kill()
        self._process.wait()
        self._close()

    def disown(self) -> None:
        """In a fork: it's the parent's child, so let go of it without touching it."""
        self._process.returncode = 0
        self._close()

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    @property
    def _stdin(self) -> int:
        return self._process.stdin.fileno()  # type: ignore[union-attr]

    @property
    def _stdout(self) -> int:
        return self._process.stdout.fileno()  # type: ignore[union-attr]

    def _write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            left = deadline - time.monotonic()
            if left <= 0 or not _ready(self._stdin, select.POLLOUT, left):
                raise Late
            try:
                rest = rest[os.write(self._stdin, rest) :]
            except OSError as error:
                raise Lost from error

    def _read(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not _ready(self._stdout, select.POLLIN, left):
                raise Late
            part = os.read(self._stdout, min(size - len(parts), 1 << 20))
            if not part:
                raise Lost
            parts += part
        return bytes(parts)

    def _receive(self, deadline: float, *, most_bytes: int) -> dict[str, Any]:
        (size,) = struct.unpack(">I", self._read(4, deadline))
        if size > most_bytes:
            raise Lost
        try:
            answer = orjson.loads(self._read(size, deadline))
        except orjson.JSONDecodeError as error:
            raise Lost from error
        if not isinstance(answer, dict):
            raise Lost
        return answer


def _ready(file: int, event: int, timeout_s: float) -> bool:
    poller = select.poll()
    poller.register(file, event)
    return bool(poller.poll(timeout_s * 1000))
