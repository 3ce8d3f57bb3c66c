"""SQL from outside over the published tables: which tables a question names, and the engine that answers it."""

import threading
from functools import lru_cache
from pathlib import Path

import sqlglot
from django.conf import settings
from django.db.models import Q
from sqlglot import exp
from sqlglot.errors import SqlglotError

from kuutio.cities.models import Person
from kuutio.opendata.engine.sandbox import Result, Sandbox
from kuutio.opendata.engine.spark import SparkRunner
from kuutio.opendata.queries import distributions_seen_by, uuid_of
from kuutio.opendata.tables import files_of

#: More tables than this in one question aren't looked up; the engine then says that the rest isn't there.
_MOST_TABLES = 20
_MOST_CHARACTERS = 20_000
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _started() -> Sandbox | SparkRunner:
    return SparkRunner.start() if settings.SQL_ENGINE == "spark" else Sandbox()


def _engine() -> Sandbox | SparkRunner:
    """The process's one engine; its children start with the first question."""
    with _lock:
        return _started()


def ask(sql: str, *, person: Person | None, caller: str) -> Result:
    """The rows of one SELECT over published tables, which are named by their id or their UUID in quotes.

    Args:
        person: whose view it is; None for everybody's.
        caller: who asks: the same one runs one question at a time.

    Raises:
        BadSql, SqlTooSlow, SqlTooLarge, SqlBusy: why there is no answer.
    """
    engine, tables = _engine(), tables_named(sql, person)
    if isinstance(engine, SparkRunner):
        return engine.run(sql, tables)
    return engine.run(sql, tables, caller=caller)


def tables_named(sql: str, person: Person | None) -> dict[str, Path]:
    """The tables among a question's names that the person may see, with the files of their current versions."""
    names = _names(sql)
    if not names:
        return {}
    ids = {found: name for name in names if (found := uuid_of(name))}
    rows = distributions_seen_by(person).filter(Q(table__in=names) | Q(pk__in=ids), current__isnull=False)
    tables: dict[str, Path] = {}
    for row in rows:
        files = files_of(str(row.table), row.current.content)  # type: ignore[union-attr]  # filtered above
        if row.table in names:
            tables[str(row.table)] = files
        if row.pk in ids:
            tables[ids[row.pk]] = files
    return tables


def _names(sql: str) -> list[str]:
    """What stands where tables stand, in lower case; nothing where the text can't be read: the engine says why."""
    if len(sql) > _MOST_CHARACTERS or "\0" in sql:
        return []
    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except (SqlglotError, RecursionError):
        return []
    names = {
        table.name.lower()
        for tree in trees
        if tree is not None
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier)
    }
    return sorted(name for name in names if len(name) <= 200)[:_MOST_TABLES]
