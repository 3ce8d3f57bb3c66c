"""What many tests begin with: made by its verbs once in each process, put in as the same rows for each test that follows.

The verbs are tested where they are; run again for each of hundreds of tests, they are what these tests mostly do.
"""

from collections.abc import Callable
from functools import wraps

from django.db import connection
from django.db.backends.utils import CursorWrapper


def beginning(make: Callable[[], object]) -> Callable[[], None]:
    """A function that makes rows, for tests that call it before anything else is in the database.

    Where something is already, and in a test that commits, the rows are made anew each time.
    """
    kept: dict[str, bytes] = {}

    @wraps(make)
    def begin() -> None:
        with connection.cursor() as cursor:
            if not connection.in_atomic_block or not _untouched(cursor):
                make()
            elif kept:
                _put(cursor, kept)
            else:
                make()
                kept.update({table: _rows(cursor, table) for table in _written(cursor)})

    return begin


def _untouched(cursor: CursorWrapper) -> bool:
    """Whether this transaction has written nothing yet: then it has no number."""
    cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
    return bool(cursor.fetchone()[0])


def _written(cursor: CursorWrapper) -> list[str]:
    """The tables that this transaction has written to, and maybe some of the one before."""
    cursor.execute(
        "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"
    )
    return [table for (table,) in cursor.fetchall()]


def _rows(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.copy(f"COPY {_quoted(table)} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


def _put(cursor: CursorWrapper, kept: dict[str, bytes]) -> None:
    """Have exactly these rows in their tables, without triggers: what those did is among the rows."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(";".join(f"DELETE FROM {_quoted(table)}" for table in kept))
    for table, rows in kept.items():
        with cursor.copy(f"COPY {_quoted(table)} FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)
    cursor.execute("SET LOCAL session_replication_role = origin")


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)
