"""Bring a file into a data set: keep it, understand it, check it, serve it or hold it for a decision."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.identifiers import table_id, table_uuid
from kuutio.core.problems import Conflict, Invalid, NotAllowed, Problem
from kuutio.opendata import permissions, quality, storage
from kuutio.opendata.actions.catalogue import add_distribution, another_is_called
from kuutio.opendata.actions.serving import INTO, chosen_filters, known_snapshot, look_through, serve_snapshot
from kuutio.opendata.engine import serving
from kuutio.opendata.engine.confined import run_limited
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.loaded import Loaded
from kuutio.opendata.engine.names import slug
from kuutio.opendata.engine.refusals import NotATable
from kuutio.opendata.engine.snapshot import Manifest, read_manifest, snapshot_dir
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.models import Dataset, Distribution, Load, Snapshot
from kuutio.opendata.tables import serving_path
from kuutio.opendata.vocabularies import format_of

_TABLES = {".csv", ".tsv", ".jsonl", ".ndjson", ".geojson", ".gpkg", ".fgb", ".parquet", ".geoparquet"}


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
    into: Distribution | None = None,
    retry_key: str | None = None,
) -> Load:
    """Keep a file for a data set and queue the work on it; when this returns, nothing of it can be lost.

    Args:
        chunks: the file's bytes.
        door: how it came: command, page, ckan, harvest, demonstration, joint.
        options: how to read it (`engine.ingest.Options` by name), where the publisher says so.
        accept: the reason to serve it in spite of findings, decided by `by`.
        into: the distribution that it is a new version of, or that waits for its first one.
        retry_key: the caller's own name for this request; repeated with the same file it gives the same load.

    Raises:
        Conflict: the same key came with another file.
        NotAllowed: `by` doesn't publish for the data set's publisher.
        TooLarge, EmptyFile: the file can't be kept.
    """
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can bring data into this data set."))
    kept = storage.keep(chunks, file_name)
    if retry_key:
        # Requests of one key wait for each other here; without the lock both would find nothing.
        Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        earlier = Load.objects.filter(dataset=dataset, retry_key=retry_key).first()
        if earlier and earlier.sha256 != kept.sha256:
            raise Conflict(_("This Idempotency-Key was used for another file. Use a new one."))
        if earlier:
            return earlier
    load = Load.objects.create(
        retry_key=retry_key,
        dataset=dataset,
        by=by,
        door=door,
        file=kept.path,
        file_name=kept.name,
        size=kept.size,
        sha256=kept.sha256,
        options=(options or {}) | ({INTO: str(into.pk)} if into else {}),
        accept=accept,
        created_at=at,
    )
    record(
        "receive_file", f"dataset:{dataset.name}", by=by, at=at, load=str(load.pk), sha256=kept.sha256, size=kept.size
    )
    _queue(load)
    return load


@transaction.atomic
def try_again(load: Load) -> bool:
    """Queue a load that failed once more, as it was brought; False when it didn't fail, or its file is gone."""
    load = Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if load.state != Load.State.FAILED or not storage.path_of(load.file).is_file():
        return False
    load.state, load.finished_at, load.problem = Load.State.WAITING, None, {}
    load.save(update_fields=["state", "finished_at", "problem"])
    _queue(load)
    return True


def read_options(given: dict[str, Any]) -> Options:
    """How to read a file, from the JSON kept with its load.

    Raises:
        Invalid: it names something that there is no option for, or a type that no column can have.
    """
    try:
        given = {name: value for name, value in given.items() if name != INTO}
        return Options(
            **(
                given
                | {"key": tuple(given.get("key") or ())}
                | {"types": {name: ColumnType(kind) for name, kind in (given.get("types") or {}).items()}}
            )
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise Invalid(
            _("These options can't be understood."), errors=[{"pointer": "/options", "detail": str(error)}]
        ) from error


def _queue(load: Load) -> None:
    """In the same transaction as the load: both are there, or neither. Loads of one data set go one after another."""
    from kuutio.opendata import tasks  # tasks import the actions

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
                path,
                Path(settings.SNAPSHOTS),
                table_prefix=_table_prefix(load),
                options=read_options(load.options),
                limits=Limits(max_bytes=settings.UPLOAD_MAX_BYTES),
            )
        except NotATable:
            if promises_table(load.file_name):
                raise
            return _keep_as_file(load)
        return _registered(load, made.loaded)
    except Problem as problem:
        return _finish(load, Load.State.FAILED, problem={"kind": problem.kind, "detail": str(problem.detail)})


def promises_table(file_name: str) -> bool:
    """Whether a file's name says that it is a table: when it is none, as an error page saved as `.csv`, it is refused."""
    return Path(file_name).suffix.lower() in _TABLES


def _table_prefix(load: Load) -> str:
    """The data set's name; with the layer's after it where the data set has, or will have, more tables than this one."""
    layer = load.options.get("layer") or load.options.get("sheet")
    into = _into(load)
    if into:
        return into.table or free_table(load.dataset, str(into.title) or load.file_name.rsplit(".", 1)[0])
    if not layer:
        return load.dataset.name
    named = f"{load.dataset.name}-{slug(layer)}"
    others = load.dataset.distributions.filter(kind=Distribution.Kind.TABLE).exclude(
        file_name=load.file_name, table=load.dataset.name
    )
    return named if others.exists() else load.dataset.name


def _into(load: Load) -> Distribution | None:
    """The distribution that the load's file belongs to, when that was said and it is still there."""
    return load.dataset.distributions.filter(pk=load.options[INTO]).first() if INTO in load.options else None


def free_table(dataset: Dataset, title: str) -> str:
    """An id for a new table of a data set: the data set's name for its first one, then with the table's name after it."""
    taken = set(Distribution.objects.filter(table__startswith=dataset.name).values_list("table", flat=True))
    taken |= set(Dataset.objects.filter(name__startswith=f"{dataset.name}-").values_list("name", flat=True))
    base = dataset.name if dataset.name not in taken else table_id(dataset.name, slug(title)[:80] or "table")
    return next(table for n in count(1) if (table := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def _finish(
    load: Load, state: Load.State, *, result: dict[str, Any] | None = None, problem: dict[str, Any] | None = None
) -> Load:
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
    fields: dict[str, Any] = {
        "file": load.file,
        "file_name": load.file_name,
        "size": load.size,
        "sha256": load.sha256,
        "format": known.name if known else suffix.upper(),
        "media_type": known.media_type if known else "application/octet-stream",
    }
    same = load.dataset.distributions.filter(kind=Distribution.Kind.FILE, file_name=load.file_name).first()
    if INTO in load.options:
        same = load.dataset.distributions.filter(pk=load.options[INTO]).exclude(kind=Distribution.Kind.TABLE).first()
    if same:
        Distribution.objects.filter(pk=same.pk).update(**fields, kind=Distribution.Kind.FILE, modified_at=at)
        Dataset.objects.filter(pk=load.dataset_id).update(modified_at=at)
        quality.refresh(load.dataset)
    else:
        add_distribution(load.dataset, kind="file", by=None, at=at, title={"fi": load.file_name}, **fields)
    return _finish(load, Load.State.SERVED, result={"tables": [], "file": load.file_name})


def _registered(load: Load, made: list[Loaded]) -> Load:
    """Check each table that was made, and serve it or hold it."""
    for loaded in made:
        _own(load, loaded.table)
    tables = [_register(load, loaded) for loaded in made]
    held = any(table["state"] == "held" for table in tables)
    result: dict[str, Any] = {"tables": tables}
    if passed_over := [name for loaded in made for name in loaded.passed_over]:
        result["passed_over"] = passed_over
    return _finish(load, Load.State.HELD if held else Load.State.SERVED, result=result)


def _register(load: Load, loaded: Loaded) -> dict[str, Any]:
    """Make a snapshot known: its distribution, its checks, its state. The costly parts come before the transaction."""
    manifest = read_manifest(loaded.path)
    known = _own(load, manifest.table) or _becoming_table(load, manifest)
    filters = known.filters if known and known.filters else chosen_filters(manifest)
    looked = look_through(loaded.path, load.dataset, manifest.table)
    serving.ensure(loaded.path, serving_path(manifest.table, manifest.id), filters=filters)
    with transaction.atomic():
        at = timezone.now()
        Dataset.objects.select_for_update().get(pk=load.dataset_id)  # another worker may be making the same table
        distribution = _own(load, manifest.table) or _distribution(load, manifest, at)
        Distribution.objects.select_for_update().get(pk=distribution.pk)
        snapshot = known_snapshot(distribution, manifest, looked, at)
        clean = looked.clean
        accepted = snapshot.decided_at is not None and snapshot.state == Snapshot.State.SERVED
        if load.accept and not clean and not accepted:
            snapshot.decided_by, snapshot.decided_at, snapshot.reason = load.by, at, load.accept
            record("accept_snapshot", f"table:{manifest.table}", by=load.by, at=at, reason=load.accept)
        if clean or load.accept or accepted:
            serve_snapshot(snapshot, distribution, load, filters, at)
    return {
        "name": manifest.table,
        "rows_in": manifest.rows_in,
        "rows": manifest.rows,
        "rejects": manifest.rejects,
        "columns": [{"name": c.name, "type": str(c.type)} for c in manifest.columns],
        "crs": (manifest.geometry.crs_source if manifest.geometry else None),
        "snapshot": manifest.id,
        "state": "served" if snapshot.state == Snapshot.State.SERVED else "held",
        "findings": looked.findings,
        "violations": looked.violations,
    }


def _own(load: Load, table: str) -> Distribution | None:
    """The table of that id in the load's data set, when it is there already.

    Raises:
        Conflict: the id is another data set's, as its name or as one of its tables.
    """
    found = Distribution.objects.filter(table=table).first()
    if (found and found.dataset_id != load.dataset_id) or another_is_called(table, load.dataset):
        raise Conflict(
            _("The id %(table)s belongs to another data set. Name the layer, or the data set, differently.")
            % {"table": table},
            table=table,
        )
    return found


def _becoming_table(load: Load, manifest: Manifest) -> Distribution | None:
    """The distribution that waited for this file to become its table; the first table of the file takes it."""
    waiting = _into(load)
    if waiting is None or waiting.kind == Distribution.Kind.TABLE:
        return None
    waiting.kind, waiting.table = Distribution.Kind.TABLE, manifest.table
    waiting.layer = manifest.table.removeprefix(load.dataset.name).lstrip("-")
    waiting.save(update_fields=["kind", "table", "layer"])
    return waiting


def _distribution(load: Load, manifest: Manifest, at: datetime) -> Distribution:
    """The new table's distribution, in its data set."""
    layer = manifest.source.layer or ""
    title = layer or load.file_name.rsplit(".", 1)[0]
    known = format_of(manifest.source.format)
    return add_distribution(
        load.dataset,
        kind="table",
        by=None,
        at=at,
        id=_table_uuid(manifest.table),
        table=manifest.table,
        layer=manifest.table.removeprefix(load.dataset.name).lstrip("-"),
        title={"fi": title, "sv": title, "en": title},
        format=known.name if known else manifest.source.format.upper(),
    )


def _table_uuid(table: str) -> uuid.UUID:
    """The table's own UUID, so that a harvester knows it again after a move to another installation."""
    wanted = table_uuid(table)
    return uuid.uuid4() if Distribution.objects.filter(pk=wanted).exists() else wanted


@transaction.atomic
def decide_snapshot(snapshot: Snapshot, *, serve: bool, reason: str, by: Person, at: datetime) -> Snapshot:
    """An officer's decision on a held snapshot: serve it in spite of what was found, or refuse it.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        Invalid: no reason is given.
        Conflict: somebody decided already.
    """
    snapshot = (
        Snapshot.objects.select_for_update(of=("self",))
        .select_related("distribution__dataset__publisher")
        .get(pk=snapshot.pk)
    )
    distribution = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("dataset__publisher")
        .get(pk=snapshot.distribution_id)
    )
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can decide on this."))
    if not reason.strip():
        raise Invalid(_("Write the reason for the decision."), errors=[{"pointer": "/reason", "detail": "missing"}])
    if snapshot.state != Snapshot.State.HELD:
        raise Conflict(_("This version has been decided on already."))
    snapshot.decided_by, snapshot.decided_at, snapshot.reason = by, at, reason.strip()[:1000]
    verb = "accept_snapshot" if serve else "refuse_snapshot"
    record(verb, f"table:{distribution.table}", by=by, at=at, reason=snapshot.reason, snapshot=snapshot.content)
    if serve:
        manifest = read_manifest(snapshot_dir(Path(settings.SNAPSHOTS), str(distribution.table), snapshot.content))
        serve_snapshot(snapshot, distribution, None, distribution.filters or chosen_filters(manifest), at)
    else:
        snapshot.state = Snapshot.State.REFUSED
        snapshot.save()
    return snapshot


@transaction.atomic
def restore_snapshot(snapshot: Snapshot, *, by: Person | None, at: datetime) -> Snapshot:
    """Serve an earlier version again; the later ones stay readable at their own addresses.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        Conflict: the version was never served, or its files are gone.
    """
    snapshot = Snapshot.objects.select_for_update(of=("self",)).get(pk=snapshot.pk)
    distribution = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("dataset__publisher")
        .get(pk=snapshot.distribution_id)
    )
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can decide on this."))
    if snapshot.state != Snapshot.State.SERVED:
        raise Conflict(_("Only a version that was served can be served again."))
    record("restore_snapshot", f"table:{distribution.table}", by=by, at=at, snapshot=snapshot.content)
    serve_snapshot(snapshot, distribution, None, distribution.filters, at)
    return snapshot
