"""Two versions of a table compared; what was found is kept beside their files, since it never changes."""

import json
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from kuutio.core.problems import NotFound, Problem
from kuutio.opendata.engine import diff, duck
from kuutio.opendata.engine.diff import Change, ColumnChange, Difference
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.models import Distribution, Snapshot
from kuutio.opendata.tables import Gone, files_of, serving_path

#: Comparing reads both versions whole: two at a time in a process are enough.
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_S = 10


class Comparing(Problem):
    """Others are comparing; there is no room for one more just now."""

    kind, status, again_s = "busy", 503, 30


def version(table: Distribution, content: str) -> Snapshot:
    """A version of a table that was shown to the public and is still kept.

    Raises:
        NotFound: there was none.
        Gone: its files are no longer kept.
    """
    found = Snapshot.objects.filter(distribution=table, content=content, served_at__isnull=False).first()
    if found is None:
        raise NotFound(_("This table has no such version."))
    if found.state == Snapshot.State.PRUNED:
        raise Gone(_("This version of the data is no longer kept. Ask for the current one."), table=str(table.table))
    return found


def _path(table: str, old: str, new: str, suffix: str) -> Path:
    # Named after the older one: it goes when that version's files go.
    return serving_path(table, old).with_name(f"{old}.{new}.{suffix}")


def difference(table: Distribution, old: str, new: str) -> Difference:
    """How many rows came, went and changed, and which columns.

    Raises:
        NotFound, Gone: one of the versions can't be read.
        Comparing: try again in a moment.
    """
    version(table, old), version(table, new)
    name = str(table.table)
    kept = _path(name, old, new, "difference.json")
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        return _read(json.loads(kept.read_text("utf-8")))
    with _Room():
        found = duck.run(diff.compare, files_of(name, old), files_of(name, new))
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_name(f"{kept.name}.{threading.get_ident()}.part")
    unfinished.write_text(json.dumps(asdict(found), ensure_ascii=False), "utf-8")
    unfinished.replace(kept)
    return found


def changes(table: Distribution, old: str, new: str, *, after: str | None, limit: int) -> list[Change]:
    """A page of the rows that came, went or changed, in the order of their ids.

    Raises:
        NotFound, Gone: one of the versions can't be read.
        Comparing: try again in a moment.
    """
    version(table, old), version(table, new)
    name = str(table.table)
    with _Room():
        return duck.run(
            diff.changes,
            files_of(name, old),
            files_of(name, new),
            after=after,
            limit=limit,
            index=_path(name, old, new, "changes.parquet"),
        )


def _read(kept: dict[str, object]) -> Difference:
    columns = [
        ColumnChange(
            one["name"],
            ColumnType(one["before"]) if one["before"] else None,
            ColumnType(one["after"]) if one["after"] else None,
        )
        for one in kept.pop("columns")  # type: ignore[attr-defined]  # our own file
    ]
    return Difference(columns=columns, **kept)  # type: ignore[arg-type]


class _Room:
    """A place among those that compare."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_WAIT_S):
            raise Comparing(_("Many versions are being compared just now. Try again in a minute."))

    def __exit__(self, *_raised: object) -> None:
        _AT_ONCE.release()
