"""Bring a file into a data set: keep it, understand it, check it, serve it or hold it for a decision."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.identifiers import slug
from kuutio.core.problems import Conflict, Invalid, NotAllowed, Problem
from kuutio.opendata import permissions, storage
from kuutio.opendata.actions.catalogue import add_distribution
from kuutio.opendata.engine.contract import Contract, check
from kuutio.opendata.engine.ingest import Loaded, NotATable, Options, run_limited
from kuutio.opendata.engine.personal import scan
from kuutio.opendata.engine.serving import build_serving
from kuutio.opendata.models import Dataset, Distribution, Load, Snapshot
from kuutio.opendata.vocabularies import format_of


@transaction.atomic
def receive_file(
    dataset: Dataset,
    *,
    chunks: Iterable[bytes],
    file_name: str,
    door: str,
    by: Person | None,
    at: datetime,
    options: dict[str, Any] | None = None,
    accept: str = "",
) -> Load:
    """Keep a file for a data set and queue the work on it; when this returns, nothing of it can be lost.

    Args:
        chunks: the file's bytes.
        door: how it came: command, page, ckan, harvest, demonstration, joint.
        options: how to read it (`engine.ingest.Options` by name), where the publisher says so.
        accept: the reason to serve it in spite of findings, decided by `by`.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        TooLarge, EmptyFile: the file can't be kept.
    """
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can bring data into this data set."))
    kept = storage.keep(chunks, file_name)
    load = Load.objects.create(
        dataset=dataset,
        by=by,
        door=door,
        file=kept.path,
        file_name=kept.name,
        size=kept.size,
        sha256=kept.sha256,
        options=options or {},
        accept=accept,
        created_at=at,
    )
    record("receive_file", f"dataset:{dataset.name}", by=by, at=at, load=str(load.pk), sha256=kept.sha256, size=kept.size)
    _queue(load)
    return load


def _queue(load: Load) -> None:
    """In the same transaction as the load: both are there, or neither. Loads of one data set go one after another."""
    from kuutio.opendata import tasks  # noqa: PLC0415  # tasks import the actions

    tasks.work_load.configure(lock=f"dataset:{load.dataset_id}").defer(load_id=str(load.pk))


def work_load(load_id: str) -> Load:
    """Do the work of a load, in the worker. It may run twice: what is done already is found done.

    A refusal that the publisher can act on ends the load as failed, with its reason; anything else is a bug, which the
    queue tries again.
    """
    load = Load.objects.select_related("dataset__publisher", "dataset__city", "by").get(pk=load_id)
    if load.finished_at:
        return load
    Load.objects.filter(pk=load.pk).update(state=Load.State.WORKING)
    path = storage.path_of(load.file)
    try:
        try:
            made = run_limited(
                path, Path(settings.SNAPSHOTS), table_prefix=load.dataset.name, options=Options.from_json(load.options)
            )
        except NotATable:
            return _keep_as_file(load)
        return _registered(load, made)
    except Problem as problem:
        return _finish(load, Load.State.FAILED, problem={"kind": problem.kind, "detail": str(problem.detail)})


@transaction.atomic
def _finish(load: Load, state: Load.State, *, result: dict[str, Any] | None = None, problem: dict[str, Any] | None = None) -> Load:
    at = timezone.now()
    load.state, load.finished_at, load.result, load.problem = state, at, result or {}, problem or {}
    load.save(update_fields=["state", "finished_at", "result", "problem"])
    record("finish_load", f"dataset:{load.dataset.name}", by=None, at=at, load=str(load.pk), state=str(state))
    return load


@transaction.atomic
def _keep_as_file(load: Load) -> Load:
    """What is no table is catalogued and served as it is."""
    at = timezone.now()
    suffix = Path(load.file_name).suffix.lstrip(".").lower()
    known = format_of(suffix)
    fields = {
        "file": load.file,
        "file_name": load.file_name,
        "size": load.size,
        "sha256": load.sha256,
        "format": known.name if known else suffix.upper(),
        "media_type": known.media_type if known else "application/octet-stream",
    }
    same = load.dataset.distributions.filter(kind=Distribution.Kind.FILE, file_name=load.file_name).first()
    if same:
        Distribution.objects.filter(pk=same.pk).update(**fields, modified_at=at)
    else:
        add_distribution(load.dataset, kind="file", by=None, at=at, title={"fi": load.file_name}, **fields)
    return _finish(load, Load.State.SERVED, result={"tables": [], "file": load.file_name})


def _registered(load: Load, made: list[Loaded]) -> Load:
    """Check each table that was made, and serve it or hold it."""
    tables = [_register(load, loaded) for loaded in made]
    held = any(table["state"] == "held" for table in tables)
    return _finish(load, Load.State.HELD if held else Load.State.SERVED, result={"tables": tables})


def _register(load: Load, loaded: Loaded) -> dict[str, Any]:
    """Make a snapshot known: its distribution, its checks, its state. The costly parts come before the transaction."""
    findings = [asdict(finding) for finding in scan(loaded.path) if finding.level == "personal"]
    contract = Contract.from_json(load.dataset.contract) if load.dataset.contract else None
    violations = [asdict(one) for one in check(loaded.path, contract).violations] if contract else []
    serving = build_serving(loaded.path, Path(settings.SERVING), filters=_filters(load, loaded))
    with transaction.atomic():
        at = timezone.now()
        distribution = _distribution(load, loaded, at)
        snapshot, _created = Snapshot.objects.get_or_create(
            distribution=distribution,
            content=loaded.snapshot,
            defaults={
                "state": Snapshot.State.HELD,
                "created_at": at,
                "rows_in": loaded.rows_in,
                "rows": loaded.rows,
                "rejects": loaded.rejects,
                "size": loaded.size,
                "bbox": loaded.bbox,
                "crs": loaded.crs or "",
                "columns": [{"name": c.name, "type": str(c.type), "title": c.title} for c in loaded.columns],
                "findings": findings,
                "violations": violations,
            },
        )
        clean = not findings and not violations
        decided = snapshot.decided_at is not None and snapshot.state == Snapshot.State.SERVED
        if load.accept and not clean and not decided:
            snapshot.decided_by, snapshot.decided_at, snapshot.reason = load.by, at, load.accept
            record("accept_snapshot", f"table:{distribution.table}", by=load.by, at=at, reason=load.accept)
        if clean or load.accept or decided:
            serve_snapshot(snapshot, at=at)
    return {
        "name": loaded.table,
        "distribution": str(distribution.pk),
        "rows_in": loaded.rows_in,
        "rows": loaded.rows,
        "rejects": loaded.rejects,
        "columns": [{"name": c.name, "type": str(c.type)} for c in loaded.columns],
        "crs": loaded.crs,
        "snapshot": loaded.snapshot,
        "state": "served" if snapshot.state == Snapshot.State.SERVED else "held",
        "findings": findings,
        "violations": violations,
        "serving_bytes": serving.stat().st_size,
    }
