"""Keep sources: add, change, remove them, begin and stop their runs, decide on what a run left to a person."""

from datetime import datetime
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.federation import permissions
from kuutio.federation.models import HarvestRecord, HarvestRun, HarvestSource
from kuutio.federation.queries import OPEN, awaiting
from kuutio.federation.readers.values import LANGUAGES, web_address
from kuutio.opendata.actions.catalogue import withdraw_dataset
from kuutio.opendata.vocabularies import LICENCES

#: What the options of a source may say: filter (CKAN's `fq`), language of texts that don't say theirs, licence of records that
#: name none, tables: whether files and layers are brought and served here.
OPTIONS = {"filter": str, "language": str, "licence": str, "tables": bool}
FIELDS = frozenset(["title", "kind", "address", "rhythm", "is_active", "options"])


@transaction.atomic
def add_source(
    *,
    title: str,
    kind: str,
    address: str,
    publisher: Organisation,
    by: Person | None,
    at: datetime,
    slug: str = "",
    rhythm: str = HarvestSource.Rhythm.DAILY,
    options: dict[str, Any] | None = None,
) -> HarvestSource:
    """Add a source for an organisation; it is read for the first time when its rhythm says so, or somebody asks.

    Args:
        slug: its name in addresses and commands; made of the title when there is none.

    Raises:
        NotAllowed: `by` doesn't publish for the organisation.
        Invalid: a field has the wrong form.
        Conflict: the slug that was asked for is taken.
    """
    if not permissions.may_keep_sources_of(by, publisher):
        raise NotAllowed(_("Only the publisher's own people can harvest in its name."))
    taken = set(HarvestSource.objects.values_list("slug", flat=True))
    if slug and slug in taken:
        raise Conflict(_("A source of this name exists already."), slug=slug)
    base = slug or slug_of(title, longest=70) or kind
    free = next(name for n in count(1) if (name := base if n == 1 else f"{base}-{n}") not in taken)
    source = HarvestSource(
        slug=free,
        title=title,
        kind=kind,
        address=address.strip(),
        publisher=publisher,
        city=publisher.city,
        rhythm=rhythm,
        options=options or {},
        created_by=by,
        created_at=at,
    )
    _whole(source)
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("A source of this name exists already."), slug=free) from error
    record("add_source", f"source:{source.slug}", by=by, at=at, kind=kind, publisher=publisher.slug)
    return source


@transaction.atomic
def change_source(source: HarvestSource, changes: dict[str, Any], *, by: Person | None, at: datetime) -> HarvestSource:
    """Change where and how a source is read; returns it as it now is.

    Raises:
        NotAllowed: `by` doesn't publish for its organisation.
        Invalid: a field can't be set so.
        Conflict: another kind or address, while a run is reading the old one.
    """
    source = _locked(source, by)
    if strangers := sorted(set(changes) - FIELDS):
        errors = [{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        raise Invalid(_("These fields can't be set."), errors=errors)
    changed = [name for name, value in changes.items() if getattr(source, name) != value]
    for name in changed:
        setattr(source, name, changes[name])
    if not changed:
        return source
    _whole(source)
    if {"kind", "address", "options"} & set(changed) and source.runs.filter(state__in=OPEN).exists():
        raise Conflict(_("The source is being read now. Stop the run first, or wait for its end."))
    source.save()
    record("change_source", f"source:{source.slug}", by=by, at=at, fields=sorted(changed))
    return source


@transaction.atomic
def remove_source(source: HarvestSource, *, withdraw: bool, by: Person | None, at: datetime) -> None:
    """Read a source no more. Its data sets stay as they are, or are withdrawn with it.

    Raises:
        NotAllowed: `by` doesn't publish for its organisation.
        Conflict: a run is reading it.
    """
    source = _locked(source, by)
    if source.runs.filter(state__in=OPEN).exists():
        raise Conflict(_("The source is being read now. Stop the run first, or wait for its end."))
    gone = 0
    if withdraw:
        for taken in source.records.filter(dataset__isnull=False).select_related("dataset"):
            withdraw_dataset(taken.dataset, by=None, at=at)  # type: ignore[arg-type]  # those without are left out
            gone += 1
    record("remove_source", f"source:{source.slug}", by=by, at=at, withdrawn=gone)
    source.delete()


@transaction.atomic
def start_run(source: HarvestSource, *, by: Person | None, at: datetime, full: bool = False) -> HarvestRun:
    """Queue the reading of a source.

    Args:
        full: all of it, also when only what changed would do.

    Raises:
        NotAllowed: `by` doesn't publish for its organisation.
        Conflict: it is being read already.
    """
    from kuutio.federation import tasks  # tasks import the actions
    from kuutio.federation.actions.runs import since_for

    source = _locked(source, by)
    try:
        with transaction.atomic():
            run = HarvestRun.objects.create(
                source=source, by=by, created_at=at, touched_at=at, since=None if full else since_for(source, at)
            )
    except IntegrityError as error:
        raise Conflict(_("The source is being read already.")) from error
    record("start_run", f"source:{source.slug}", by=by, at=at, run=run.pk, full=run.since is None)
    tasks.work_run.configure(lock=f"harvest:{source.pk}").defer(run_id=run.pk)
    return run


@transaction.atomic
def stop_run(run: HarvestRun, *, by: Person | None, at: datetime) -> HarvestRun:
    """End a run where it is: what it has taken in stays, nothing is withdrawn.

    Raises:
        NotAllowed: `by` doesn't publish for the source's organisation.
        Conflict: it has ended by itself.
    """
    source = _locked(run.source, by)
    run = HarvestRun.objects.select_for_update().get(pk=run.pk)
    if not run.is_open:
        raise Conflict(_("The run has ended already."))
    run.state, run.finished_at, run.touched_at = HarvestRun.State.STOPPED, at, at
    run.save(update_fields=["state", "finished_at", "touched_at"])
    record("stop_run", f"source:{source.slug}", by=by, at=at, run=run.pk)
    return run


@transaction.atomic
def decide_withdrawal(run: HarvestRun, *, withdraw: bool, by: Person, at: datetime) -> int:
    """A person's decision on data sets that are gone from a source in such numbers that it may be a mistake of the source.

    Returns:
        how many were withdrawn.

    Raises:
        NotAllowed: `by` doesn't publish for the source's organisation.
        Conflict: somebody decided already, or a later run has read the source whole.
    """
    source = _locked(run.source, by)
    found = awaiting(source)
    if found is None or found.pk != run.pk:
        raise Conflict(_("Nothing of this run waits for a decision any more."))
    gone = withdraw_missing(run, at) if withdraw else 0
    HarvestRun.objects.filter(pk=run.pk).update(held=0, withdrawn=gone)
    verb = "withdraw_missing" if withdraw else "keep_missing"
    record(verb, f"source:{source.slug}", by=by, at=at, run=run.pk, count=found.held)
    return gone


def missing_from(run: HarvestRun) -> Any:
    """The records that stand here and that a complete run didn't meet."""
    standing = HarvestRecord.objects.filter(source=run.source_id).exclude(state=HarvestRecord.State.WITHDRAWN)
    # A run that was removed leaves no number behind; such a record was met long ago, if ever.
    return standing.exclude(last_seen_run_id__gte=run.pk)


def withdraw_missing(run: HarvestRun, at: datetime) -> int:
    """Withdraw what a complete run didn't meet; returns how many data sets that were."""
    gone = 0
    for taken in missing_from(run).select_related("dataset").order_by("pk"):
        if taken.dataset is None:  # it never could be read
            taken.delete()
            continue
        withdraw_dataset(taken.dataset, by=None, at=at)
        taken.state, taken.problem, taken.raw = HarvestRecord.State.WITHDRAWN, "", ""
        taken.save(update_fields=["state", "problem", "raw"])
        gone += 1
    return gone


def _locked(source: HarvestSource, by: Person | None) -> HarvestSource:
    """The source as it is now, kept from others until the end of the transaction.

    Raises:
        NotAllowed: `by` doesn't publish for its organisation.
    """
    known = HarvestSource.objects.select_for_update(of=("self",)).select_related("publisher", "city")
    found = known.get(pk=source.pk)
    if not permissions.may_keep_sources_of(by, found.publisher):
        raise NotAllowed(_("Only the publisher's own people can harvest in its name."))
    return found


def _whole(source: HarvestSource) -> None:
    """Check what a form would check.

    Raises:
        Invalid: with one error for each field.
    """
    errors: list[dict[str, Any]] = []
    try:
        source.clean_fields(exclude=["publisher", "city", "created_by"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            errors.append({"pointer": f"/{name}", "detail": " ".join(map(str, messages))})
    if not web_address(source.address) or "@" in source.address.partition("://")[2].partition("/")[0]:
        detail = _("Give an address that begins with http:// or https://, without a name or a password in it.")
        errors.append({"pointer": "/address", "detail": str(detail)})
    for name, value in source.options.items():
        if name not in OPTIONS or not isinstance(value, OPTIONS[name]):
            errors.append({"pointer": f"/options/{name}", "detail": "unknown"})
    if source.options.get("language", "fi") not in LANGUAGES:
        errors.append({"pointer": "/options/language", "detail": "fi, sv, en"})
    if (licence := source.options.get("licence")) and licence not in LICENCES:
        errors.append({"pointer": "/options/licence", "detail": ", ".join(LICENCES)})
    if errors:
        raise Invalid(_("Some fields can't be saved as they are."), errors=errors)
