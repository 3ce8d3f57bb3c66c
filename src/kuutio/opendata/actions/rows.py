"""Write rows of a table: queue what came, and make one version of all that came within a second.

A request that writes waits until its rows can be read. Of those that wait for one table the first leads: it holds the
table's lock, gives the others a second to come, makes one version of all of it, and serves it; the others then find their
writes done. A leader that is killed leaves its lock to the next one, and the writes to whoever comes; `write_left_over` is
the periodic task's for those that nobody waits for any more.

Who waits holds a thread of the web. Only a few of a process may: the others are told at once that their rows are kept.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import BadQuery, Invalid, NotAllowed, Problem
from kuutio.opendata import permissions
from kuutio.opendata.actions.loading import free_table
from kuutio.opendata.actions.serving import Looked, chosen_filters, known_snapshot, look_through, serve_snapshot
from kuutio.opendata.engine import serving
from kuutio.opendata.engine.contract import BadContract
from kuutio.opendata.engine.snapshot import read_manifest, snapshot_dir
from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.engine.written import Change, check_names, read_rows, read_where
from kuutio.opendata.models import Distribution, RowWrite, Snapshot
from kuutio.opendata.tables import serving_path

if TYPE_CHECKING:
    from kuutio.opendata.engine.revising import Revised

#: Writes that come within so many seconds share a version.
TOGETHER_SECONDS = 1.0
#: How long a request waits for its turn; its rows are written in any case.
PATIENCE_SECONDS = 60
#: How many requests of a process may write or wait to; it has four threads, and the rest of the site needs some of them.
seats = threading.BoundedSemaphore(2)
#: Writes of one version at most; the rest waits for the next.
_AT_ONCE = 500
#: A write that nobody has done for so long was left by a process that died.
_LEFT_OVER = timedelta(seconds=10)
#: Times that a version is begun again because a file was loaded meanwhile.
_ATTEMPTS = 5

log = logging.getLogger(__name__)


class StillWaiting(Problem):
    """The rows are kept and will be written, but not yet."""

    kind, status, again_s = "rows-still-waiting", 503, 15


class Held(Problem):
    """The rows are kept, but an officer decides whether they are shown."""

    kind, status = "rows-held", 409


@transaction.atomic
def start_table(
    distribution: Distribution, columns: Sequence[Column], key: Sequence[str], *, by: Person | None, at: datetime
) -> Distribution:
    """Make a table of a distribution, or give one that is a table more columns or another key.

    An empty table may change the types of its columns; in another one those that are there stay as they are.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        BadQuery: a column's name or the key can't be.
    """
    distribution = _locked(distribution.pk)
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    check_names(columns)
    has_rows = distribution.current is not None and distribution.current.rows > 0
    known = {column.name: column for column in (columns_of(distribution) if has_rows else [])}
    whole = [*known.values(), *(column for column in columns if column.name not in known)]
    if missing := [name for name in key if name not in {column.name for column in whole}]:
        detail = f"{missing} is no field of the table."
        raise BadQuery(detail, errors=[{"pointer": "/primary_key", "detail": detail}])
    if distribution.kind != Distribution.Kind.TABLE:
        distribution.table = free_table(distribution.dataset, str(distribution.title))
        distribution.layer = distribution.table.removeprefix(distribution.dataset.name).lstrip("-")
        distribution.kind = Distribution.Kind.TABLE
    distribution.columns, distribution.key = [_kept(column) for column in whole], list(key)
    distribution.modified_at = at
    distribution.save(update_fields=["kind", "table", "layer", "columns", "key", "modified_at"])
    record("start_table", f"table:{distribution.table}", by=by, at=at, key=list(key))
    return distribution


@transaction.atomic
def drop_table(distribution: Distribution, *, by: Person | None, at: datetime) -> None:
    """Make a distribution no table any more; the versions that were served stay recorded.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        Conflict: a harmonised data set is made of it.
    """
    distribution = _locked(distribution.pk)
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    if distribution.mapped_into.exists():
        raise Invalid(_("A harmonised data set is made of this table. Remove its mapping first."))
    if distribution.kind != Distribution.Kind.TABLE:
        return
    record("drop_table", f"table:{distribution.table}", by=by, at=at)
    distribution.kind = Distribution.Kind.FILE if distribution.file else Distribution.Kind.LINK
    distribution.table, distribution.layer, distribution.current = None, "", None
    distribution.columns, distribution.key, distribution.modified_at = [], [], at
    distribution.save(update_fields=["kind", "table", "layer", "current", "columns", "key", "modified_at"])


@transaction.atomic
def queue_rows(
    distribution: Distribution, operation: str, rows: list[dict[str, Any]], *, by: Person | None, at: datetime
) -> RowWrite:
    """Keep rows that are to be written; when this returns, they can't be lost.

    Args:
        operation: one of `RowWrite.Operation`; a delete's `rows` are `[{"filters": {column: values}}]`.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        BadQuery: a column that doesn't exist, or a value of another type.
    """
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    _read(operation, rows, columns_of(distribution))
    write = RowWrite.objects.create(distribution=distribution, by=by, operation=operation, rows=rows, created_at=at)
    count = len(rows) if operation != RowWrite.Operation.DELETE else None
    record("write_rows", f"table:{distribution.table}", by=by, at=at, operation=operation, rows=count)
    return write


def settle(write: RowWrite, *, together_s: float = TOGETHER_SECONDS) -> RowWrite:
    """Return when a queued write can be read, leading the making of its version when nobody else does.

    Never within a transaction: what others wrote must be seen, and be seen by others.

    Raises:
        Invalid: the write was refused; nothing of it was done.
        Held: an officer has to decide on it first.
        StillWaiting: others took too long, or too many wait already; the write will be done.
    """
    with _seat(), _alone(write.distribution_id):
        write.refresh_from_db()
        if write.done_at is None:
            _gather(write.distribution_id, together_s)
            while RowWrite.objects.filter(pk=write.pk, done_at__isnull=True).exists():
                _write_waiting(write.distribution_id)
            write.refresh_from_db()
    if write.problem.get("kind") == Held.kind:
        raise Held(write.problem["detail"])
    if write.problem:
        raise Invalid(write.problem["detail"], errors=[{"pointer": "/records", "detail": write.problem["detail"]}])
    return write


def write_left_over(now: datetime) -> int:
    """Do the writes whose processes died; returns for how many tables."""
    waiting = RowWrite.objects.filter(done_at__isnull=True, created_at__lt=now - _LEFT_OVER)
    tables = set(waiting.order_by().values_list("distribution_id", flat=True))
    for distribution_id in tables:
        try:
            with _alone(distribution_id):
                _write_waiting(distribution_id)
        except StillWaiting:
            continue  # others write it just now; the next round sees
        except Exception:
            # A bug at one table; the others' rows don't wait for its mending.
            log.exception("The rows that wait for table %s could not be written.", distribution_id)
    return len(tables)


def columns_of(distribution: Distribution) -> list[Column]:
    """The columns of a table: those of its current version, and those declared since."""
    base = _base(distribution)
    known = {column.name: column for column in (read_manifest(base).columns if base else [])}
    declared = [_declared(column) for column in distribution.columns if column["name"] not in known]
    return [*known.values(), *declared]


def _kept(column: Column) -> dict[str, Any]:
    kept: dict[str, Any] = {"name": column.name, "type": str(column.type), "title": column.title}
    return kept | {"zoned": True} if column.zoned else kept


def _declared(kept: dict[str, Any]) -> Column:
    title = kept.get("title")
    return Column(
        kept["name"],
        ColumnType(kept["type"]),
        title=title if isinstance(title, str) else kept["name"],
        zoned=bool(kept.get("zoned")),
    )


def _read(operation: str, rows: list[dict[str, Any]], columns: list[Column]) -> Change:
    if operation == RowWrite.Operation.DELETE:
        return Change("delete", (), read_where(rows[0]["filters"] if rows else {}, columns))
    return Change(operation, read_rows(rows, columns))


def _base(distribution: Distribution) -> Path | None:
    """The files of the current version; None where it has no rows: then nothing of it has to be kept."""
    if distribution.current is None or distribution.table is None or distribution.current.rows == 0:
        return None
    return snapshot_dir(Path(settings.SNAPSHOTS), distribution.table, distribution.current.content)


def _locked(pk: UUID) -> Distribution:
    return (
        Distribution.objects.select_for_update(of=("self",)).select_related("dataset__publisher", "current").get(pk=pk)
    )


@contextmanager
def _seat() -> Iterator[None]:
    """A place among those of this process that write or wait.

    Raises:
        StillWaiting: all are taken.
    """
    if not seats.acquire(blocking=False):
        raise _still_waiting()
    try:
        yield
    finally:
        seats.release()


def _still_waiting() -> StillWaiting:
    return StillWaiting(_("Many rows are being written. Yours are kept and will be written soon."))


@contextmanager
def _alone(distribution_id: UUID) -> Iterator[None]:
    """Hold a table's lock, first come first served; PostgreSQL lets it go when this process dies.

    Raises:
        StillWaiting: it wasn't free in time.
    """
    key = int.from_bytes(distribution_id.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        except OperationalError as error:
            raise _still_waiting() from error
        finally:
            cursor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _gather(distribution_id: UUID, seconds: float) -> None:
    """Give others the rest of a second, counted from the write that has waited longest."""
    first = RowWrite.objects.filter(distribution=distribution_id, done_at__isnull=True).order_by("created_at").first()
    if first:
        time.sleep(min(max(seconds - (timezone.now() - first.created_at).total_seconds(), 0), seconds))


def _write_waiting(distribution_id: UUID) -> None:
    """Make one version of the writes that wait; called by who holds the lock."""
    writes = list(RowWrite.objects.filter(distribution=distribution_id, done_at__isnull=True).order_by("pk")[:_AT_ONCE])
    if not writes:
        return
    for _attempt in range(_ATTEMPTS):
        distribution = Distribution.objects.select_related("dataset__publisher", "current").get(pk=distribution_id)
        if distribution.table is None:
            _refuse(writes, _("The table is gone."))
            return
        if _written(distribution, writes):
            return
    raise StillWaiting(_("The table is being loaded anew. Your rows are kept and will be written soon."))


def _written(distribution: Distribution, writes: list[RowWrite]) -> bool:
    """Make and serve the version; whether the table's current version was still the one it was made from."""
    from kuutio.opendata.engine.revising import revise  # with what writes snapshots: only where rows are written

    columns, table = columns_of(distribution), str(distribution.table)
    changes, refused = [], {}
    for write in writes:
        try:
            changes.append((write, _read(write.operation, write.rows, columns)))
        except BadQuery as error:
            refused[write.pk] = str(error.detail)
    base = _base(distribution)
    try:
        revised = revise(
            Path(settings.SNAPSHOTS),
            table,
            base=base,
            columns=[replace(column) for column in columns],
            key=distribution.key,
            changes=[change for _write, change in changes],
        )
    except BadQuery as error:
        _refuse(writes, str(error.detail))
        return True
    refused |= {write.pk: said for (write, _c), said in zip(changes, revised.refusals, strict=True) if said}
    return _shown(distribution, writes, refused, revised)


def _shown(distribution: Distribution, writes: list[RowWrite], refused: dict[int, str], revised: "Revised") -> bool:
    if revised.path is None or len(refused) == len(writes):
        _finish(writes, refused, None)
        return True
    manifest = read_manifest(revised.path)
    filters = distribution.filters or chosen_filters(manifest)
    try:
        looked = look_through(revised.path, distribution.dataset, manifest.table)
    except BadContract:
        _refuse(writes, _("The data set’s contract can’t be read, so nothing can be checked by it. Mend it first."))
        return True
    serving.ensure(revised.path, serving_path(manifest.table, manifest.id), filters=filters)
    with transaction.atomic():
        at = timezone.now()
        now = _locked(distribution.pk)
        if now.current_id != distribution.current_id or now.table != distribution.table:
            return False
        snapshot = known_snapshot(now, manifest, looked, at)
        if looked.clean or snapshot.served_at is not None or _accepted(looked, distribution.current):
            serve_snapshot(snapshot, now, None, filters, at)
            _finish(writes, refused, snapshot)
        else:
            _finish(writes, refused, snapshot, held=True)
    return True


def _accepted(looked: Looked, base: Snapshot | None) -> bool:
    """Whether all that was found in a version was in the one before it, which is shown: that was decided then."""
    if base is None:
        return False
    known = {(one["column"], one["kind"]) for one in base.findings} | {
        (one["column"], one["rule"]) for one in base.violations
    }
    found = {(one["column"], one["kind"]) for one in looked.findings} | {
        (one["column"], one["rule"]) for one in looked.violations
    }
    return found <= known


def _refuse(writes: list[RowWrite], why: Any) -> None:
    _finish(writes, {write.pk: str(why) for write in writes}, None)


def _finish(writes: list[RowWrite], refused: dict[int, str], snapshot: Snapshot | None, *, held: bool = False) -> None:
    """Note what became of writes; their rows are in the version now, and aren't kept twice."""
    waiting = str(_("What was written may hold personal data or breaks the contract: an officer decides on it first."))
    for write in writes:
        write.done_at, write.rows = timezone.now(), []
        if write.pk in refused:
            write.problem = {"kind": "refused", "detail": refused[write.pk][:2000]}
        else:
            write.snapshot = snapshot
            write.problem = {"kind": Held.kind, "detail": waiting} if held else {}
    RowWrite.objects.bulk_update(writes, ["done_at", "rows", "problem", "snapshot"])
