"""Which data sets changed since somebody looked, by the log that the database itself writes; for jobs that keep something up to date.

A line stands under its transaction's number, so that one that commits late is still seen; a data set may be told twice. Lines are
kept for a day: who didn't look for longer than that looks at everything anew.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text,
    (SELECT array_agg(DISTINCT dataset) FROM opendata_touched WHERE transaction >= %s::text::xid8)
"""


def now() -> str:
    """What to ask `since` with from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        return str(cursor.fetchone()[0])


def since(up_to: str) -> tuple[str, frozenset[UUID]]:
    """What to ask with the next time, and the ids of the data sets that changed, those withdrawn or removed too."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [up_to])
        newest, found = cursor.fetchone()
    return str(newest), frozenset(found or ())
