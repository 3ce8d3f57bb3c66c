"""What a served snapshot still lacks when it is served: ready files, tiles, word to those who follow, old versions pruned."""

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kuutio.audit.actions import record
from kuutio.opendata import quality, storage
from kuutio.opendata.engine import snapshot as files
from kuutio.opendata.engine import tiles
from kuutio.opendata.engine.aids import making
from kuutio.opendata.exports import READY, export_path, make_export, tiles_path
from kuutio.opendata.models import Distribution, Load, Snapshot
from kuutio.opendata.tables import files_of, serving_path

log = logging.getLogger(__name__)
#: What a killed worker left half-built is removed after so many seconds.
_LEFT_OVER_SECONDS = 3600
#: A file that was looked at can be brought in for a day; one that never was is removed after two.
_NEVER_BROUGHT_IN_SECONDS = 2 * 24 * 3600
#: A version that was replaced less than this ago stays, for those who are paging through it.
_READERS_NEED = timedelta(hours=1)


def make_files(snapshot_id: int) -> dict[str, int]:
    """Make the ready downloads of a snapshot; a format that is there already is not made again.

    Returns:
        bytes by format.
    """
    snapshot = Snapshot.objects.select_related("distribution").filter(pk=snapshot_id, state="served").first()
    if snapshot is None or snapshot.distribution.table is None:
        return {}
    table, made = snapshot.distribution.table, dict(snapshot.exports)
    for form in READY:
        path = export_path(table, snapshot.content, form)
        if not path.exists() and not make_export(snapshot.distribution, snapshot, form, path):
            continue
        made[form] = path.stat().st_size
    Snapshot.objects.filter(pk=snapshot.pk).update(exports=made)
    quality.refresh(snapshot.distribution.dataset)  # the size of the download is known now
    return made


def make_aids(snapshot_id: int) -> bool:
    """Make what helps the questions of a large table; returns whether the snapshot has it."""
    snapshot = Snapshot.objects.select_related("distribution").filter(pk=snapshot_id, state="served").first()
    if snapshot is None or snapshot.distribution.table is None:
        return False
    table = snapshot.distribution.table
    return making.ensure(files_of(table, snapshot.content), serving_path(table, snapshot.content))


def make_missing_aids() -> int:
    """Make the aids of all large tables as they are served now, where they are missing; returns how many have them."""
    large = Distribution.objects.filter(current__rows__gte=making.LEAST_ROWS)
    found = 0
    for number in large.values_list("current_id", flat=True):
        try:
            found += make_aids(number)
        except (FileNotFoundError, making.AidsFailed) as problem:
            # One table's trouble must not leave the others slow; its answers are right all the same.
            log.warning("no aids for snapshot %s: %s", number, problem)
    return found


def make_tiles(snapshot_id: int) -> bool:
    """Make the vector tiles of a snapshot with places; returns whether there are any."""
    snapshot = Snapshot.objects.select_related("distribution").filter(pk=snapshot_id, state="served").first()
    if snapshot is None or snapshot.distribution.table is None or not snapshot.bbox:
        return False
    path = tiles_path(snapshot.distribution.table, snapshot.content)
    if not path.exists():
        tiles.build(files_of(snapshot.distribution.table, snapshot.content), path)
    return path.exists()


def prune(distribution_id: str) -> list[str]:
    """Remove the files of versions beyond those that the installation keeps; what was said of them stays.

    The current version, the ones held for a decision and the ones replaced within the hour are never removed.
    """
    with transaction.atomic():
        distribution = Distribution.objects.select_for_update().get(pk=distribution_id)
        if distribution.table is None:
            return []
        now = timezone.now()
        versions = Snapshot.objects.filter(distribution=distribution).exclude(state=Snapshot.State.PRUNED)
        old = [
            version
            for version in versions.exclude(pk=distribution.current_id or 0).order_by("-created_at")
            if version.state != Snapshot.State.HELD
        ][settings.SNAPSHOTS_KEPT :]
        gone = [version for version in old if now - (version.served_at or version.created_at) > _READERS_NEED]
        for version in gone:
            version.state = Snapshot.State.PRUNED
            version.save(update_fields=["state"])
        if gone:
            record(
                "prune_snapshots",
                f"table:{distribution.table}",
                by=None,
                at=now,
                snapshots=[one.content for one in gone],
            )
    return remove_pruned(distribution, distribution.table)


def remove_pruned(distribution: Distribution, table: str) -> list[str]:
    """Remove the files of the versions that are marked as pruned; returns which those were."""
    keep = Snapshot.objects.filter(distribution=distribution).exclude(state=Snapshot.State.PRUNED)
    kept = set(keep.values_list("content", flat=True))
    removed = files.prune(Path(settings.SNAPSHOTS), table, keep=kept)
    for content in removed:
        for path in serving_path(table, content).parent.glob(f"{content}.*"):
            path.unlink(missing_ok=True)
    return removed


def sweep() -> int:
    """Remove what killed workers left half-built; returns how many."""
    return files.sweep(Path(settings.SNAPSHOTS), older_than_s=_LEFT_OVER_SECONDS)


def sweep_originals() -> int:
    """Remove the files that somebody looked at and never brought in; returns how many."""
    old = set(storage.kept_before(_NEVER_BROUGHT_IN_SECONDS))
    if not old:
        return 0
    # Read after the list: what comes to be used meanwhile was written anew, and is no longer old.
    for used in (Load.objects, Distribution.objects.exclude(file="")):
        old.difference_update(used.values_list("file", flat=True).iterator())
    return sum(storage.forget(kept, older_than_s=_NEVER_BROUGHT_IN_SECONDS) for kept in sorted(old))
