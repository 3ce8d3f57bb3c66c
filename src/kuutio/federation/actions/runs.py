"""Work on a run, in the worker: page by page, each with the address of the next in one transaction, so that a killed worker
loses nothing and repeats nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.core.problems import Conflict, Problem, Text
from kuutio.federation.actions import files
from kuutio.federation.actions.records import take_page
from kuutio.federation.actions.sources import missing_from, start_run, withdraw_missing
from kuutio.federation.fetching import Fetcher, Limits, fetcher
from kuutio.federation.models import HarvestRecord, HarvestRun, HarvestSource
from kuutio.federation.queries import OPEN
from kuutio.federation.readers import ACCEPT, Kind, Page, Unreadable, pages

LIMITS = Limits(total_s=120)
#: A source that can tell what changed is read whole at least so often, since only that shows what is gone.
WHOLE_EVERY = timedelta(days=7)
#: Clocks differ, and an index lags behind its database.
_OVERLAP = timedelta(hours=1)
#: A run without a sign of life for so long has lost its worker and its job.
_SILENT = timedelta(hours=2)
_TELLS_CHANGES = {HarvestSource.Kind.CKAN}


class Overtaken(Exception):
    """The run was stopped, or another worker goes on with it: this one has nothing more to do."""


def since_for(source: HarvestSource, at: datetime) -> datetime | None:
    """From when on changes are enough; None when the source has to be read whole."""
    if source.kind not in _TELLS_CHANGES:
        return None
    done = source.runs.filter(state=HarvestRun.State.DONE)
    whole = done.filter(complete=True).first()
    last = done.filter(created_at__gte=whole.created_at).first() if whole else None
    if whole is None or last is None or at - whole.created_at >= WHOLE_EVERY or _described_anew(source, whole):
        return None
    return last.created_at - _OVERLAP


def _described_anew(source: HarvestSource, whole: HarvestRun) -> bool:
    """Whether the source's own settings were changed since it was read whole."""
    from kuutio.audit.models import Entry

    changed = Entry.objects.filter(thing=f"source:{source.slug}", verb="change_source", at__gte=whole.created_at)
    return changed.exists()


def work_run(run_id: int, by: Fetcher | None = None) -> HarvestRun | None:
    """Read a source to its end. It may run twice, and begins where the last time ended.

    What the source does wrong ends the run as failed, with its reason; anything else is a bug, which the queue tries again.
    """
    run = _begun(run_id)
    if run is None:
        return None
    try:
        # What is kept of single records is told in one language, as the readers tell it.
        with translation.override("en"), by or fetcher(LIMITS) as visitor:
            for page in _unread(run, visitor):
                _taken(run, page)
            if run.source.options.get("tables"):
                files.bring_all(run, visitor, lambda: _touch(run))
        return _end(run)
    except Overtaken:
        return HarvestRun.objects.get(pk=run_id)
    except Problem as problem:
        return fail_run(run, kind=problem.kind, detail=problem.detail)
    except Unreadable as problem:
        return fail_run(run, kind="unreadable", detail=str(problem))


@transaction.atomic
def _begun(run_id: int) -> HarvestRun | None:
    found = HarvestRun.objects.select_for_update(of=("self",)).filter(pk=run_id, state__in=OPEN)
    run = found.select_related("source__publisher", "source__city").first()
    if run:
        at = timezone.now()
        run.state, run.started_at, run.touched_at = HarvestRun.State.WORKING, run.started_at or at, at
        run.save(update_fields=["state", "started_at", "touched_at"])
    return run


def _unread(run: HarvestRun, visitor: Fetcher) -> Iterator[Page]:
    """The pages that the run has not taken in."""
    source = run.source
    if run.listed:
        return iter(())
    kind = Kind(source.kind)
    return pages(
        kind,
        source.address,
        lambda url: visitor.get(url, accept=ACCEPT[kind]).body,
        default=source.options.get("language", "fi"),
        since=run.since,
        resume=run.cursor,
        query=source.options.get("filter", ""),
    )


@transaction.atomic
def _taken(run: HarvestRun, page: Page) -> None:
    """A page's records and the address of the next page: both are kept, or neither.

    Raises:
        Overtaken: the run goes on elsewhere, or no more.
    """
    now = HarvestRun.objects.select_for_update().get(pk=run.pk)
    if now.state != HarvestRun.State.WORKING or (now.pages, now.cursor) != (run.pages, run.cursor):
        raise Overtaken
    at = timezone.now()
    take_page(run, page, at)
    run.cursor, run.listed, run.touched_at = page.next or "", page.next is None, at
    run.pages += 1
    run.save()


@transaction.atomic
def _touch(run: HarvestRun) -> None:
    """A sign of life between files, which may take long; and the count of them.

    Raises:
        Overtaken: the run was stopped.
    """
    now = HarvestRun.objects.select_for_update().get(pk=run.pk)
    if now.state != HarvestRun.State.WORKING:
        raise Overtaken
    run.touched_at = timezone.now()
    run.save(update_fields=["touched_at", "files", "files_failed"])


@transaction.atomic
def _end(run: HarvestRun) -> HarvestRun:
    """Withdraw what is gone, if that is known for certain, and close the run."""
    HarvestSource.objects.select_for_update().get(pk=run.source_id)
    now = HarvestRun.objects.select_for_update().get(pk=run.pk)
    if now.state != HarvestRun.State.WORKING:
        raise Overtaken
    at = timezone.now()
    met = HarvestRecord.objects.filter(source=run.source_id, last_seen_run=run).count()
    enough = run.total is None or met >= run.total
    run.complete = run.since is None and not run.partial and not run.owed and enough
    if run.complete:
        _withdraw(run, at)
    run.state, run.finished_at, run.touched_at = HarvestRun.State.DONE, at, at
    run.save()
    record("finish_run", f"source:{run.source.slug}", by=None, at=at, run=run.pk, state=str(run.state))
    return run


def _withdraw(run: HarvestRun, at: datetime) -> None:
    """Withdraw what a complete listing doesn't have; when that is more than half, a person has to say so."""
    missing = missing_from(run).filter(dataset__isnull=False).count()
    standing = HarvestRecord.objects.filter(source=run.source_id, dataset__isnull=False)
    before = standing.exclude(state=HarvestRecord.State.WITHDRAWN).count() - run.created
    if missing * 2 > before:
        run.held = missing
    else:
        run.withdrawn = withdraw_missing(run, at)


@transaction.atomic
def fail_run(run: HarvestRun, *, kind: str, detail: Text) -> HarvestRun:
    """Close a run that can't go on, with the reason in each language that it has; what it took in stays."""
    now = HarvestRun.objects.select_for_update(of=("self",)).select_related("source").get(pk=run.pk)
    if now.is_open:
        at = timezone.now()
        now.state, now.finished_at, now.touched_at = HarvestRun.State.FAILED, at, at
        now.problem = {"kind": kind, "detail": _in_all_languages(detail)}
        now.save(update_fields=["state", "finished_at", "touched_at", "problem"])
        record("finish_run", f"source:{now.source.slug}", by=None, at=at, run=now.pk, state="failed", problem=kind)
    return now


def _in_all_languages(text: Text) -> dict[str, str]:
    said = {}
    for code in ("en", "fi", "sv"):
        with translation.override(code):
            said[code] = str(text)[:1000].replace("\x00", "")
    return {code: told for code, told in said.items() if code == "en" or told != said["en"]}


def start_due(at: datetime) -> list[HarvestRun]:
    """Begin the runs whose time has come, and close those that lost their worker."""
    for silent in HarvestRun.objects.filter(state__in=OPEN, touched_at__lt=at - _SILENT):
        detail = _("Nobody worked on the run for two hours. Look at the workers' log.")
        fail_run(silent, kind="abandoned", detail=detail)
    begun = []
    for source in HarvestSource.objects.filter(is_active=True).exclude(rhythm=HarvestSource.Rhythm.MANUAL):
        last = source.runs.first()
        if last and last.is_open:
            continue
        next_at = source.next_at(last.created_at if last else None)
        if next_at and next_at <= at:
            try:
                begun.append(start_run(source, by=None, at=at))
            except Conflict:
                continue  # somebody was faster
    return begun
