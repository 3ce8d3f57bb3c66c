"""SQL from outside over the published tables, in a killable child; the one pool of this process."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kuutio.opendata.engine.sandbox import Result, Sandbox
from kuutio.opendata.engine.spark import SparkRunner
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.tables import files_of

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CANDIDATES = 500


@lru_cache(maxsize=1)
def _sandbox() -> Sandbox:
    return Sandbox()


@lru_cache(maxsize=1)
def _spark() -> SparkRunner:
    return SparkRunner.start()


def published(sql: str) -> dict[str, Path]:
    """The published tables whose names stand somewhere in the text, with the folders of their current versions.

    It only narrows what the sandbox is told of; which tables the query really reads is found on its tree there.
    """
    words = list(dict.fromkeys(_WORD.findall(sql.lower())))[:_CANDIDATES]
    rows = Distribution.objects.filter(
        table__in=words,
        current__isnull=False,
        dataset__state=Dataset.State.PUBLISHED,
        dataset__access=Dataset.Access.PUBLIC,
    ).values_list("table", "current__content")
    return {str(table): files_of(str(table), content) for table, content in rows}


def run(sql: str, *, caller: str) -> Result:
    """The answer to one SELECT; at most 10,000 rows, and it says when there were more.

    Args:
        sql: tables are named by their ids, quoted where they hold a hyphen: `"helsinki-trees"`.
        caller: the client, which gets one query at a time.

    Raises:
        BadSql: no single SELECT over published tables, or a function that isn't allowed.
        SqlTooSlow, SqlTooLarge: it reached a limit.
        SqlBusy: the caller has a query under way, or everybody does.
    """
    tables = published(sql)
    if settings.SQL_ENGINE == "spark":
        return _spark().run(sql, tables)
    return _sandbox().run(sql, tables, caller=caller)
