"""Whether the catalogue changed since a process last looked: PostgreSQL tells it, so that it need not ask at each request.

A process that listens (`listen`, called where the web process starts) may keep what it found in the catalogue while `moment`
stays the same. One that doesn't, or whose connection broke, gets None and asks the database each time. What is kept is kept
for a second at most: a pooler between a process and its database may swallow what the database tells.

The database tells a little after the commit. So that who wrote reads what was written, through whatever process of the same
installation, each act also lengthens a file in DATA by a letter before it is answered (`tell`), and `moment` looks at it.

Source: https://www.postgresql.org/docs/current/sql-notify.html
"""

import logging
import os
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import psycopg
from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger(__name__)
CHANNEL = "opendata_touched"
_KEPT_SECONDS = 1.0
_AGAIN_AFTER_SECONDS = 2.0
_LOOKS_EVERY_SECONDS = 5.0


Moment: TypeAlias = tuple[int, int, int]


def tell(**_signal: object) -> None:
    """Receive an audit line: let every process of the installation look anew from the commit on."""
    transaction.on_commit(_note_act, robust=True)  # what was done stays done, told or not


def _note_act() -> None:
    with Path(_told(settings.DATA)).open("ab", buffering=0) as told:
        told.write(b".")


def _acts() -> int:
    try:
        return os.stat(_told(settings.DATA)).st_size  # noqa: PTH116  # at every request: a Path would cost thrice as much
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=4)
def _told(data: Path) -> str:
    return str(data / "catalogue.told")


class Watch:
    """The ear of one process: a thread with a connection of its own."""

    def __init__(self) -> None:
        self._process = 0
        self._lock = threading.Lock()
        self._hears = False
        self._changes = 0

    def start(self) -> None:
        """Begin to listen, once in a process (a forked one begins by itself)."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process, self._hears = os.getpid(), False
            wanted = connection.get_connection_params()
            options = {name: wanted[name] for name in wanted if name not in {"cursor_factory", "context"}}
            threading.Thread(target=self._run, args=(options,), name="catalogue-watch", daemon=True).start()

    def stop(self) -> None:
        """Listen no more, from the next break of the connection on."""
        self._process = 0

    def moment(self) -> Moment | None:
        """Between two equal moments nothing changed; None: nobody knows, ask the database."""
        if not self._hears or self._process != os.getpid():
            return None
        return self._changes, _acts(), int(time.monotonic() / _KEPT_SECONDS)

    def _run(self, options: dict[str, object]) -> None:
        while self._process == os.getpid():
            try:
                self._listen(options)
            except psycopg.Error as error:
                log.info("listening to the database broke off: %s", error)
            self._hears = False
            time.sleep(_AGAIN_AFTER_SECONDS)

    def _listen(self, options: dict[str, object]) -> None:
        with psycopg.connect(**options, autocommit=True) as ear:  # type: ignore[arg-type]  # Django's own parameters
            ear.execute(f"LISTEN {CHANNEL}")
            self._changes += 1
            self._hears = True
            while True:
                for _told in ear.notifies(timeout=_LOOKS_EVERY_SECONDS):
                    self._changes += 1
                ear.execute("SELECT 1")  # a connection that died in silence is noticed


watch = Watch()
