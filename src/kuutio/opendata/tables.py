"""From a distribution to the engine's table: where its files are on this node, opened once a process and snapshot."""

import threading
from collections import OrderedDict
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import NotFound, Problem
from kuutio.opendata.engine import serving
from kuutio.opendata.engine.snapshot import snapshot_dir
from kuutio.opendata.engine.table import Table
from kuutio.opendata.models import Distribution, Snapshot

_OPEN_AT_MOST = 256
_opened: "OrderedDict[tuple[str, str, tuple[str, ...]], Table]" = OrderedDict()
_lock = threading.Lock()


class Gone(Problem):
    """The version that was asked for is no longer kept."""

    kind, status = "gone", 410


def files_of(table: str, snapshot: str) -> Path:
    """The directory of a snapshot's files."""
    return snapshot_dir(Path(settings.SNAPSHOTS), table, snapshot)


def serving_path(table: str, snapshot: str) -> Path:
    """Where this node keeps the serving file of a snapshot."""
    return Path(settings.SERVING) / table / f"{snapshot}.sqlite"


def open_table(table: str, snapshot: str, filters: list[str]) -> Table:
    """The engine's table of one snapshot; its serving file is made here when this node lacks it.

    Raises:
        Gone: the snapshot's files are no longer kept.
    """
    key = (str(settings.SERVING), f"{table}/{snapshot}", tuple(filters))
    with _lock:
        found = _opened.get(key)
        if found:
            _opened.move_to_end(key)
            return found
    directory, file = files_of(table, snapshot), serving_path(table, snapshot)
    try:
        serving.ensure(directory, file, filters=filters)
        opened = Table.open(directory, file)
    except FileNotFoundError as error:
        raise Gone(_("This version of the data is no longer kept. Ask for the current one."), table=table) from error
    with _lock:
        _opened[key] = opened
        while len(_opened) > _OPEN_AT_MOST:
            _opened.popitem(last=False)
    return opened


def current_table(distribution: Distribution) -> Table:
    """The table that a distribution serves now.

    Raises:
        NotFound: nothing of it has been served yet.
    """
    if distribution.current is None or distribution.table is None:
        raise NotFound(_("This table has no data yet."))
    return open_table(distribution.table, distribution.current.content, distribution.filters)


def table_at(distribution: Distribution, snapshot: str) -> Table:
    """The table as it was in a version that was served.

    Raises:
        NotFound: there was no such version, or it was never shown to the public.
        Gone: its files are no longer kept.
    """
    if distribution.current and distribution.current.content == snapshot:
        return current_table(distribution)
    version = Snapshot.objects.filter(distribution=distribution, content=snapshot, served_at__isnull=False).first()
    if version is None or distribution.table is None:
        raise NotFound(_("This table has no such version."))
    if version.state == Snapshot.State.PRUNED:
        raise Gone(_("This version of the data is no longer kept. Ask for the current one."), table=distribution.table)
    return open_table(distribution.table, snapshot, distribution.filters)
