"""Bring the files and layers of a source's records, so that their rows are served here."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kuutio.core.problems import Problem
from kuutio.federation.fetching import Fetcher
from kuutio.federation.layers import Brought, bring_file, bring_layer
from kuutio.federation.models import HarvestForm, HarvestRecord, HarvestRun
from kuutio.federation.readers import Unreadable
from kuutio.opendata.actions.loading import receive_file

_CHUNK = 1 << 20


def bring_all(run: HarvestRun, visitor: Fetcher, after_each: Callable[[], None]) -> None:
    """Bring what has changed of every form whose rows can be served; one that fails doesn't keep the others.

    Args:
        after_each: called after each form; what it raises ends the work.
    """
    waiting = (
        HarvestForm.objects.filter(record__source=run.source_id, record__state=HarvestRecord.State.OK)
        .exclude(reads="")
        .exclude(checked_run=run)
    )
    for key in list(waiting.order_by("pk").values_list("pk", flat=True)):
        form = HarvestForm.objects.select_related("distribution", "record__dataset__publisher").filter(pk=key).first()
        if form is None or form.record.dataset is None:
            continue
        with tempfile.TemporaryDirectory(prefix="kuutio-harvest-") as folder:
            try:
                brought = _fetched(form, Path(folder), visitor)
                if brought and _received(form, brought, run, timezone.now()):
                    run.files += 1
            except (Problem, Unreadable) as problem:
                detail = problem.detail if isinstance(problem, Problem) else problem
                form.problem = str(detail).replace("\x00", "")[:500]
                form.checked_run = run
                form.save(update_fields=["problem", "checked_run"])
                run.files_failed += 1
        after_each()


def _fetched(form: HarvestForm, folder: Path, visitor: Fetcher) -> Brought | None:
    """The form's rows as a file; None when they are the same as before by the source's own word."""
    if form.reads == "file":
        known = {"etag": form.etag, "since": form.modified} if form.sha256 else {}
        return bring_file(form.address, folder, visitor, max_bytes=settings.UPLOAD_MAX_BYTES, **known)
    return bring_layer(form.reads, form.address, folder, visitor, max_bytes=settings.UPLOAD_MAX_BYTES)


@transaction.atomic
def _received(form: HarvestForm, brought: Brought, run: HarvestRun, at: datetime) -> bool:
    """Give the file to its data set; False when nothing in it has changed.

    Raises:
        Problem: the file can't be kept.
    """
    form.problem, form.checked_run = "", run
    if brought.path is None:
        form.save(update_fields=["problem", "checked_run"])
        return False
    with brought.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    same = sha256 == form.sha256
    form.sha256, form.etag, form.modified = sha256, brought.etag[:500], brought.modified[:100]
    form.save(update_fields=["problem", "checked_run", "sha256", "etag", "modified"])
    if same or form.record.dataset is None:
        return False
    receive_file(
        form.record.dataset,
        chunks=_pieces(brought.path),
        file_name=brought.name,
        door="harvest",
        by=None,
        at=at,
        options=brought.options,
        into=form.distribution,
    )
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
