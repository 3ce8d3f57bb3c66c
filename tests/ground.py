"""The rows that are there before the first test, and their return after each test that commits.

Django empties all tables after such a test: it truncates every one, written to or not, and makes the permissions anew. Here only
the tables that were written to are touched, which takes milliseconds; what was there at the beginning (borders, permissions)
stays, or comes back when a test changed it, so that no test knows what ran before it.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


class Ground:
    """What each table holds before the first test. The database's role has to be a superuser's."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._marks: dict[str, str] = {}
        # Those of the jobs and of the cache too, which are no models of ours.
        self._tables = sorted(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for table in self._touched(cursor):
                with cursor.copy(f"COPY {_quoted(table)} TO STDOUT (FORMAT binary)") as copy:
                    self._kept[table] = b"".join(copy)
            self._mark(cursor)

    def _mark(self, cursor: CursorWrapper) -> None:
        """Remember which row versions the kept tables are made of."""
        for table in self._kept:
            cursor.execute(_versions(table))
            self._marks[table] = cursor.fetchone()[0]

    def _touched(self, cursor: CursorWrapper) -> list[str]:
        """The tables that hold something else than at the beginning."""
        asked = [
            f"SELECT '{table}' WHERE ({_versions(table)}) <> '{self._marks[table]}'"
            if table in self._marks
            else f"SELECT '{table}' WHERE EXISTS (SELECT FROM {_quoted(table)})"
            for table in self._tables
        ]
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]

    def restore(self) -> bool:
        """Every table as it was at the beginning; says whether a kept one had been changed."""
        with transaction.atomic(), connection.cursor() as cursor:
            # As TRUNCATE does: wait for what a server's thread may still be writing.
            cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, self._tables))} IN ACCESS EXCLUSIVE MODE")
            touched = self._touched(cursor)
            if not touched:
                return False
            # Without triggers: also an audit line goes, and in any order.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {_quoted(table)}" for table in touched))
            changed = [table for table in touched if table in self._kept]
            for table in changed:
                with cursor.copy(f"COPY {_quoted(table)} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(self._kept[table])
            if changed:
                self._mark(cursor)
            return bool(changed)


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)


def _versions(table: str) -> str:
    """A query for one text that is another one when any row was added, changed or removed."""
    return f"SELECT coalesce(md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)), '') FROM {_quoted(table)}"
