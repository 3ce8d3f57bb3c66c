"""Versions of tables: what is looked for in them before they are shown, and the moment from which every door shows one."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kuutio.audit.actions import record
from kuutio.opendata import quality
from kuutio.opendata.engine.contract import check, parse
from kuutio.opendata.engine.personal import must_wait, scan
from kuutio.opendata.engine.snapshot import Manifest
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.models import Dataset, Distribution, Load, Snapshot

#: In a load's options, beside those of the engine: the distribution that the file belongs to.
INTO = "into"
#: More different values than this, and a column is no list of codes.
MANY_VALUES = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a version before it was shown.

    Attributes:
        findings: what may be personal data.
        violations: what breaks the contract.
        clean: it may be shown without anybody's decision.
    """

    findings: list[dict[str, Any]]
    violations: list[dict[str, Any]]
    clean: bool


def look_through(path: Path, dataset: Dataset, table: str) -> Looked:
    """Look for personal data, and for what breaks the contract, in every row of a version."""
    found = scan(path)
    declared = contract_of(dataset, table)
    violations = [_plain(one) for one in check(path, parse(declared)).violations] if declared else []
    return Looked([_plain(one) for one in found], violations, not must_wait(found) and not violations)


def known_snapshot(distribution: Distribution, manifest: Manifest, looked: Looked, at: datetime) -> Snapshot:
    """The row of a version: the one that is there when the same content came before, else one that is held."""
    snapshot, _created = Snapshot.objects.get_or_create(
        distribution=distribution,
        content=manifest.id,
        defaults={
            "state": Snapshot.State.HELD,
            "created_at": at,
            "rows_in": manifest.rows_in,
            "rows": manifest.rows,
            "rejects": manifest.rejects,
            "size": manifest.bytes.get("data", 0),
            "bbox": manifest.geometry.bbox if manifest.geometry else None,
            "crs": (manifest.geometry.crs_source if manifest.geometry else "") or "",
            "columns": columns_of(manifest),
            "findings": looked.findings,
            "violations": looked.violations,
        },
    )
    return snapshot


def contract_of(dataset: Dataset, table: str) -> dict[str, Any]:
    """What a data set declares of one of its tables: under `tables` by the table's own name, else for all of them."""
    declared: dict[str, Any] = dataset.contract if isinstance(dataset.contract, dict) else {}
    if isinstance(tables := declared.get("tables"), dict):
        own = table.removeprefix(dataset.name).lstrip("-")
        return dict(tables.get(own) or tables.get(table) or {})
    return declared


def _plain(thing: Any) -> dict[str, Any]:
    """A frozen dataclass as JSON values; its codes are strings already."""
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in asdict(thing).items()}


def columns_of(manifest: Manifest) -> list[dict[str, Any]]:
    """What the database keeps of a snapshot's columns."""
    return [{"name": c.name, "type": str(c.type), "title": c.title} for c in manifest.columns]


def chosen_filters(manifest: Manifest) -> list[str]:
    """Columns that readers are likely to filter by, where the publisher named none: short code-like ones, at most four."""
    likely = [
        column
        for column in manifest.columns
        if column.type in {ColumnType.TEXT, ColumnType.BOOLEAN} and 2 <= column.distinct <= MANY_VALUES
    ]
    return [column.name for column in sorted(likely, key=lambda column: column.distinct)[:4]]


def serve_snapshot(
    snapshot: Snapshot, distribution: Distribution, load: Load | None, filters: list[str], at: datetime
) -> None:
    """Point the table at a snapshot; from the commit on every door answers from it."""
    snapshot.state, snapshot.served_at = Snapshot.State.SERVED, at
    snapshot.save()
    changed = distribution.current_id != snapshot.pk
    fields: dict[str, Any] = {"current": snapshot, "columns": snapshot.columns, "filters": filters}
    if load:
        fields |= {"file": load.file, "file_name": load.file_name, "size": load.size, "sha256": load.sha256}
        options = {name: value for name, value in load.options.items() if name != INTO}
        fields |= {"options": options, "key": load.options.get("key") or distribution.key}
    if changed:
        fields["modified_at"] = at
    Distribution.objects.filter(pk=distribution.pk).update(**fields)
    distribution.refresh_from_db()
    if changed:
        dataset = distribution.dataset
        boxes = [
            one.current.bbox
            for one in dataset.distributions.select_related("current")
            if one.current and one.current.bbox
        ]
        bbox = (
            [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]
            if boxes
            else None
        )
        Dataset.objects.filter(pk=dataset.pk).update(data_changed_at=at, modified_at=at, bbox=bbox)
        record(
            "serve_snapshot",
            f"table:{distribution.table}",
            by=load.by if load else None,
            at=at,
            snapshot=snapshot.content,
        )
        quality.refresh(dataset)
        _afterwards(snapshot)


def _afterwards(snapshot: Snapshot) -> None:
    """Queue what a served snapshot still lacks: ready files and tiles, notices, harmonised tables made of it."""
    from kuutio.opendata import tasks  # tasks import the actions

    tasks.after_serving.defer(snapshot_id=snapshot.pk)
