"""SQL from outside over the published tables, in a killable child; the one pool of this process."""

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from kuutio.cities.models import Person
from kuutio.opendata.engine.sandbox import Result, Sandbox
from kuutio.opendata.queries import distributions_seen_by, uuid_of
from kuutio.opendata.tables import files_of

if TYPE_CHECKING:
    from kuutio.opendata.engine.spark import SparkRunner

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CANDIDATES = 500
_LOOKED_THROUGH = 20_000
"""Characters; a longer text is refused, whatever stands in it."""


@lru_cache(maxsize=1)
def _sandbox() -> Sandbox:
    return Sandbox()


@lru_cache(maxsize=1)
def _spark() -> "SparkRunner":
    from kuutio.opendata.engine.spark import SparkRunner

    return SparkRunner.start()


def published(sql: str, person: Person | None = None) -> dict[str, Path]:
    """The tables whose names or UUIDs stand somewhere in the text, with the folders of their current versions.

    It only narrows what the sandbox is told of; which tables the query really reads is found on its tree there.

    Args:
        person: whose view it is; None for everybody's.
    """
    words = list(dict.fromkeys(_WORD.findall(sql[:_LOOKED_THROUGH].lower())))[:_CANDIDATES]
    ids = {found: word for word in words if (found := uuid_of(word))}
    rows = distributions_seen_by(person).filter(Q(table__in=words) | Q(pk__in=ids), current__isnull=False)
    tables: dict[str, Path] = {}
    for pk, table, content in rows.values_list("pk", "table", "current__content"):
        tables[str(table)] = files_of(str(table), content)
        if pk in ids:
            tables[ids[pk]] = tables[str(table)]
    return tables


def run(sql: str, *, caller: str, person: Person | None = None) -> Result:
    """The answer to one SELECT; at most 10,000 rows, and it says when there were more.

    Args:
        sql: tables are named by their ids, quoted where they hold a hyphen: `"helsinki-trees"`, or by their UUIDs.
        caller: the client, which gets one query at a time.
        person: whose view it is; None for everybody's.

    Raises:
        BadSql: no single SELECT over published tables, or a function that isn't allowed.
        SqlTooSlow, SqlTooLarge: it reached a limit.
        SqlBusy: the caller has a query under way, or everybody does.
    """
    tables = published(sql, person)
    if settings.SQL_ENGINE == "spark":
        return _spark().run(sql, tables)
    return _sandbox().run(sql, tables, caller=caller)
