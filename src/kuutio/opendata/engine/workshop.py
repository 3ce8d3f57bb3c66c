"""A DuckDB for one job of the worker: reads snapshots, spills to a folder of its own, and is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_THREADS, _MEMORY = 2, "512MB"


@contextmanager
def database() -> Iterator[Any]:
    """A connection with bounded memory, times in UTC, rows in the order of the file."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="kuutio-work-") as spill:
        config: dict[str, Any] = {"threads": _THREADS, "memory_limit": _MEMORY, "temp_directory": spill}
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
