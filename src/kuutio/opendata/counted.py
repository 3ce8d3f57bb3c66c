"""How often each data set is used: counts by day and door, kept in the process and written together. No visitor is known."""

import threading
import time
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

_WRITE_EVERY_SECONDS = 20
_waiting: Counter[tuple[UUID, date, str]] = Counter()
_lock = threading.Lock()
_last = time.monotonic()
_UPSERT = """
INSERT INTO opendata_use (dataset_id, day, door, count) SELECT %s, %s, %s, %s
WHERE EXISTS (SELECT 1 FROM opendata_dataset WHERE id = %s)
ON CONFLICT (dataset_id, day, door) DO UPDATE SET count = opendata_use.count + excluded.count
"""


def note(dataset: UUID, door: str) -> None:
    """Count one use; every twentieth second the counts so far go to the database."""
    global _last  # the process's one clock of writing
    today = _day(int(time.time() // 60))
    with _lock:
        _waiting[(dataset, today, door)] += 1
        due = time.monotonic() - _last > _WRITE_EVERY_SECONDS
        if due:
            _last = time.monotonic()
    if due:
        write()


@lru_cache(maxsize=4)
def _day(_minute: int) -> date:
    """The date of now, found once a minute: days begin with a minute everywhere."""
    return timezone.localdate()


def write() -> None:
    """Add what waits to the kept counts, in the order of ids so that processes don't wait for each other in a ring."""
    with _lock:
        counts = sorted(_waiting.items(), key=lambda item: (str(item[0][0]), item[0][1], item[0][2]))
        _waiting.clear()
    if not counts:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_UPSERT, [(key[0], key[1], key[2], count, key[0]) for key, count in counts])


_SUM_UP = """
WITH lately AS (SELECT dataset_id, sum(count) AS used FROM opendata_use WHERE day > %s GROUP BY dataset_id)
UPDATE opendata_dataset dataset SET used = coalesce(lately.used, 0)
FROM opendata_dataset same LEFT JOIN lately ON lately.dataset_id = same.id
WHERE dataset.id = same.id AND dataset.used <> coalesce(lately.used, 0)
"""
_LATELY = timedelta(days=30)


def sum_up() -> None:
    """Keep with each data set how often it was asked for in the last 30 days; drop yesterday's lines of changed ones."""
    write()
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, [timezone.localdate() - _LATELY])
        cursor.execute("DELETE FROM opendata_touched WHERE at < now() - interval '1 day'")
