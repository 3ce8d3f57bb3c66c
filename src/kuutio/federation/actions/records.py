"""Take in one record: make or change the data set that stands for it, or put it aside with the reason why not."""

import hashlib
from datetime import datetime
from itertools import count
from typing import Any

import orjson
from django.db import DataError, IntegrityError, transaction

from kuutio.core.identifiers import dataset_name, slug
from kuutio.core.problems import Conflict, Problem
from kuutio.federation.mapping import EDITION, MappedForm, mapped
from kuutio.federation.models import HarvestForm, HarvestRecord, HarvestRun, HarvestSource
from kuutio.federation.readers import Page, Quarantined, RemoteDataset
from kuutio.federation.readers.values import raw_of
from kuutio.opendata.actions.catalogue import (
    RESERVED,
    add_distribution,
    change_dataset,
    change_distribution,
    create_dataset,
    described_once,
    publish_dataset,
    remove_distribution,
)
from kuutio.opendata.models import Dataset, Distribution

_LONGEST_ID = 1000
_LONGEST_NAME = 90
_NOTES_KEPT = 50


def take_page(run: HarvestRun, page: Page, at: datetime) -> None:
    """Take in the records of a page and count them in `run`, in the caller's transaction.

    A record that this run has met is not looked at again: pages overlap, and sources grow while they are read.
    """
    source, known = run.source, _known(run.source, page)
    met = {key for key, record in known.items() if record.last_seen_run_id == run.pk}
    unchanged = []
    for remote in page.records:
        key = key_of(remote.remote_id)
        if key in met:
            continue
        met.add(key)
        run.seen += 1
        mark, record = fingerprint(source, remote), known.get(key)
        if record and record.dataset_id and record.fingerprint == mark and record.state == HarvestRecord.State.OK:
            unchanged.append(record.pk)
        else:
            _take(run, record or HarvestRecord(source=source, remote_id=key), mark, remote, at)
    run.unchanged += HarvestRecord.objects.filter(pk__in=unchanged).update(last_seen_run=run)
    for broken in page.quarantined:
        key = key_of(broken.remote_id)
        if not key:
            run.quarantined += 1
            run.notes = [*run.notes, {"reason": _clean(broken.reason), "raw": _clean(broken.raw)}][:_NOTES_KEPT]
        elif key not in met:
            met.add(key)
            run.seen += 1
            put_aside(run, source, key, broken)
    run.partial |= page.partial or any(not broken.remote_id for broken in page.quarantined)
    run.total = page.total if page.total is not None else run.total
    if page.mentioned or run.owed:
        named = set(run.owed) | {key_of(name) for name in page.mentioned}
        described = HarvestRecord.objects.filter(source=source, last_seen_run=run, remote_id__in=named)
        run.owed = sorted(named - set(described.values_list("remote_id", flat=True)))


def _known(source: HarvestSource, page: Page) -> dict[str, HarvestRecord]:
    """What is known already of the records that a page tells of, by their keys."""
    keys = {key_of(entry.remote_id) for entry in page.records} | {key_of(entry.remote_id) for entry in page.quarantined}
    known = HarvestRecord.objects.select_related("dataset__publisher").filter(source=source, remote_id__in=keys)
    return {record.remote_id: record for record in known}


def key_of(remote_id: str) -> str:
    """A record's id as it is kept; one that is too long ends with its own hash, so that no two become one."""
    clean = _clean(remote_id)
    if len(clean) <= _LONGEST_ID:
        return clean
    return clean[: _LONGEST_ID - 64] + hashlib.sha256(clean.encode()).hexdigest()


def _clean(text: str) -> str:
    return text.replace("\x00", "\ufffd")


def _take(run: HarvestRun, record: HarvestRecord, mark: str, remote: RemoteDataset, at: datetime) -> None:
    """One record, within a savepoint of its own: what it breaks is taken back, the rest of the page stays."""
    key = record.remote_id
    try:
        with transaction.atomic(), described_once():
            done = take(run, record, mark, remote, at)
    except (Problem, DataError, IntegrityError, ValueError) as error:
        put_aside(run, run.source, key, Quarantined(remote.remote_id, _reason(error), raw_of(dict(remote.title))))
    else:
        setattr(run, done, getattr(run, done) + 1)


def _reason(error: Exception) -> str:
    """Why a record could not be kept, with the fields at fault."""
    if isinstance(error, Problem):
        faults = (f"{fault.get('pointer', '')}: {fault.get('detail', '')}" for fault in error.errors)
        return " ".join([str(error.detail), *faults])
    return f"It can't be kept in the catalogue: {error}".strip()[:1000]


def put_aside(run: HarvestRun, source: HarvestSource, key: str, broken: Quarantined) -> None:
    """Quarantine a record; the data set that stands for it from better days stays as it is."""
    run.quarantined += 1
    fields = {
        "last_seen_run": run,
        "state": HarvestRecord.State.QUARANTINED,
        "problem": _clean(broken.reason) or "The record can't be read.",
        "raw": _clean(broken.raw),
        "fingerprint": "",
    }
    HarvestRecord.objects.update_or_create(source=source, remote_id=key, defaults=fields)


def fingerprint(source: HarvestSource, remote: RemoteDataset) -> str:
    """Of a record and of how it is mapped: the same means that there is nothing to do."""
    how = [EDITION, source.kind, source.title, source.address, source.options, remote.fingerprint()]
    return hashlib.sha256(orjson.dumps(how, option=orjson.OPT_SORT_KEYS)).hexdigest()


def take(run: HarvestRun, record: HarvestRecord, mark: str, remote: RemoteDataset, at: datetime) -> str:
    """Make or change the data set of a record; returns which: created, updated.

    Args:
        record: as it is known, or a new one.
        mark: its new fingerprint.

    Raises:
        Problem, DataError, IntegrityError, ValueError: the record can't be kept.
    """
    source, states = run.source, HarvestRecord.State
    wanted = mapped(remote, source)
    left_out = list(wanted.left_out)
    dataset, came_back = record.dataset, record.state == states.WITHDRAWN
    created = dataset is None
    if dataset is None:
        dataset = _made(source, remote, wanted.fields, at)
    else:
        dataset = change_dataset(dataset, wanted.fields, by=None, at=at)
    record.dataset, record.fingerprint, record.last_seen_run, record.state = dataset, mark, run, states.OK
    record.raw = ""
    record.save()
    left_out += set_forms(record, dataset, wanted.forms, at)
    record.problem = _clean(" ".join(left_out))
    record.save(update_fields=["problem"])
    if created or came_back:
        publish_dataset(dataset, by=None, at=at, issued_at=remote.issued)
    return "created" if created else "updated"


def _made(source: HarvestSource, remote: RemoteDataset, fields: dict[str, Any], at: datetime) -> Dataset:
    """A new data set; when somebody takes its name meanwhile, under another one."""
    for last in (False, False, True):
        try:
            return create_dataset(
                name=free_name(source, remote),
                publisher=source.publisher,
                city=source.city,
                by=None,
                at=at,
                created_at=remote.issued,
                **fields,
            )
        except Conflict:
            if last:
                raise
    raise AssertionError("The last attempt returns or raises.")


def free_name(source: HarvestSource, remote: RemoteDataset) -> str:
    """A name for a new data set: the source's own if nobody has it, else with a number after it."""
    word = remote.name or next(iter(remote.title.values()), "") or remote.remote_id
    if "://" in word:
        word = word.rstrip("/").rpartition("/")[2]
    base = dataset_name(source.city_id or "", slug(word, longest=_LONGEST_NAME) or slug(source.slug))[:_LONGEST_NAME]
    base = base.strip("-") or source.slug
    base = base if len(base) > 1 else f"{base}-{source.slug}"[:_LONGEST_NAME]
    taken = set(Dataset.objects.filter(name__startswith=base).values_list("name", flat=True)) | RESERVED
    tables = Distribution.objects.filter(table__startswith=base).values_list("table", flat=True)
    taken |= {table for table in tables if table}
    return next(name for n in count(1) if (name := base if n == 1 else f"{base}-{n}") not in taken)


def set_forms(record: HarvestRecord, dataset: Dataset, forms: list[MappedForm], at: datetime) -> list[str]:
    """Make a data set's distributions those of its record; returns sentences on what could not be done.

    A form is known again by its id, else by its address: some sources give new ids at each update.
    """
    left_out: list[str] = []
    known = {form.remote_id: form for form in record.forms.select_related("distribution")}
    by_address = {form.address: form for form in known.values()}
    wanted = {key_of(form.remote_id): form for form in forms}
    for key, form in wanted.items():
        mine = known.get(key)
        if mine is None and (same := by_address.get(form.address)) and same.remote_id not in wanted:
            mine = same
        if mine is None:
            made = add_distribution(dataset, kind="link", by=None, at=at, **form.fields)
            mine = HarvestForm(record=record, remote_id=key, distribution=made)
        else:
            known.pop(mine.remote_id)
            _change(mine.distribution, form, at)
        if mine.address != form.address:
            mine.etag = mine.modified = mine.sha256 = ""
        mine.remote_id, mine.address, mine.reads = key, form.address, form.reads
        mine.save()
    for gone in known.values():
        try:
            with transaction.atomic():
                remove_distribution(gone.distribution, by=None, at=at)
        except Problem as problem:
            left_out.append(str(problem.detail))
    return left_out


def _change(distribution: Distribution, form: MappedForm, at: datetime) -> None:
    fields = form.fields
    if distribution.kind != Distribution.Kind.LINK:  # what was brought speaks for itself
        fields = {name: value for name, value in fields.items() if name not in {"format", "media_type", "size"}}
    change_distribution(distribution, fields, by=None, at=at)
