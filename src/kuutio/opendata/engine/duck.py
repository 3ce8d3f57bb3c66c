"""The process's one DuckDB: reads published Parquet, locked before the first question, loaded when it is first needed.

Web processes never load it: theirs is in a child (`reader`). A cursor belongs to a thread. Only SQL made in this package
runs here: SQL from outside has a child process of its own (`sandbox`).
"""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from kuutio.opendata.engine.reader import Reader

_THREADS, _MEMORY = 2, "256MB"
_MAX_ROOTS = 4
"""A process has one root; tests have many."""

_SETTINGS = (
    "TimeZone = 'UTC'",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "python_enable_replacements = false",
    "parquet_metadata_cache = true",
    "preserve_insertion_order = true",
    "streaming_buffer_size = '16MB'",
    # DuckDB 2.0.1 breaks where the file's statistics rule out every branch of an OR under a LIMIT.
    "disabled_optimizers = 'late_materialization'",
    "enable_external_access = false",
    "lock_configuration = true",
)

_lock = threading.Lock()
_databases: dict[Path, Any] = {}
_local = threading.local()
Answer = TypeVar("Answer")
_reader: "Reader | None" = None


def read_apart() -> None:
    """From now on cursors of this process are of a child process, whose memory isn't ours; for web processes."""
    global _reader
    if _reader is None:
        from kuutio.opendata.engine.reader import Reader

        with _lock:
            _reader = _reader or Reader()


def run(function: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """What a function of a module answers, run where this process has its DuckDB; all of it can be pickled."""
    return _reader.call(function, *given, **named) if _reader else function(*given, **named)


def cursor(root: Path) -> Any:
    """This thread's cursor on the database that may read the files under `root`; used for one answer at a time."""
    cursors: dict[Path, Any] = _local.__dict__.setdefault("cursors", {})
    found = cursors.get(root)
    if found is None:
        found = fresh_cursor(root)
        for other in [other for other in cursors if other not in _databases]:
            del cursors[other]
        cursors[root] = found
    return found


def fresh_cursor(root: Path) -> Any:
    """A cursor for an answer that is read piece by piece while other questions go on; close it afterwards."""
    if _reader is not None:
        return _reader.cursor(root)
    with _lock:
        database = _databases.get(root)
        if database is None:
            while len(_databases) >= _MAX_ROOTS:
                del _databases[next(iter(_databases))]  # it goes with its last cursor
            database = _databases[root] = _open(root)
        return database.cursor()


def quoted(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def parquet(path: Path) -> str:
    """The rows of a file, with `file_row_number`."""
    return f"read_parquet({quoted(str(path))}, file_row_number = true)"


def _open(root: Path) -> Any:
    import duckdb  # 60 MB: only where a question needs it

    spill = Path(tempfile.gettempdir()) / "kuutio-duckdb"
    config: dict[str, Any] = {"threads": _THREADS, "memory_limit": _MEMORY, "temp_directory": str(spill)}
    database = duckdb.connect(":memory:", config=config)
    database.execute(f"SET allowed_directories = [{quoted(f'{root}/')}]")
    for setting in _SETTINGS:
        database.execute(f"SET {setting}")
    return database
