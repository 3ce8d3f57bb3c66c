"""Keeping what a resident has begun to write. Nobody's but the writer's: no audit, since nothing has happened yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.contact.actions.receiving import Received, receive
from kuutio.contact.files import MOST_BYTES, MOST_FILES, forget_files, keep_file, keep_picture
from kuutio.contact.incoming import Incoming
from kuutio.contact.models import Case, Draft, DraftFile
from kuutio.core.media import type_of
from kuutio.core.problems import Invalid


def begin_draft(fields: dict[str, Any], *, at: datetime) -> Draft:
    """Begin to write a notice."""
    return Draft.objects.create(fields=fields, changed_at=at)


@transaction.atomic
def keep_draft(draft: Draft, fields: dict[str, Any], *, at: datetime) -> Draft:
    """Keep what was written; other fields stay as they were."""
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    held.fields = {**held.fields, **fields}
    held.changed_at = at
    held.save(update_fields=["fields", "changed_at"])
    draft.fields = held.fields
    return held


@transaction.atomic
def keep_draft_photo(draft: Draft, data: bytes, name: str, *, description: str, at: datetime) -> DraftFile:
    """Keep a photo with a draft, without its hidden data; the same picture again is kept once.

    Raises:
        Invalid: it is no picture, too large, or one too many.
    """
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.files.count() >= MOST_FILES:
        raise Invalid(_("There are enough photos: at most 20."))
    kept = keep_picture(data, name, description=description)
    if known := held.files.filter(sha256=kept.file.sha256).first():
        forget_files([kept.file.path])
        return known
    file = kept.file
    return DraftFile.objects.create(
        draft=held,
        name=file.name,
        type=file.type,
        size=file.size,
        sha256=file.sha256,
        path=file.path,
        description=file.description,
        width=file.width,
        height=file.height,
        taken_lon=kept.taken[0] if kept.taken else None,
        taken_lat=kept.taken[1] if kept.taken else None,
    )


@transaction.atomic
def send_draft(draft: Draft, incoming: Incoming, *, at: datetime) -> Received:
    """Make a case of a notice; sent again, it gives the same case. What was written is the case's alone from then on.

    Raises:
        Invalid, NotOurs, WhichCity: as `receive` does; the notice stays as it was.
    """
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    received = receive(incoming, at=at)
    if not received.is_repeat:
        held.files.all().delete()  # the rows: the bytes belong to the case now
        _end(held, at, sent=received.case)
    return received


def _end(held: Draft, at: datetime, **case: Case) -> None:
    """Nothing is left of what was written but what it was about, and the case that came of it."""
    about = {name: held.fields[name] for name in ("category", "service_form") if name in held.fields}
    held.fields = about | {name: str(one.uuid) for name, one in case.items()}
    held.changed_at = at
    held.save(update_fields=["fields", "changed_at"])


@transaction.atomic
def end_by_following(draft: Draft, case: Case, *, at: datetime) -> None:
    """Let go of a notice whose writer follows a case about the same thing instead."""
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    paths = list(held.files.values_list("path", flat=True))
    held.files.all().delete()
    _end(held, at, followed=case)
    transaction.on_commit(lambda: forget_files(paths))


@transaction.atomic
def forget_photo_positions(draft: Draft) -> None:
    """Remove where photos say that they were taken: the writer has said yes or no, or has given the very place."""
    draft.files.update(taken_lon=None, taken_lat=None)


@transaction.atomic
def forget_draft_file(draft: Draft, uuid: str, *, at: datetime) -> None:
    """Take a photo out of a draft, for good. One that isn't there is no trouble."""
    try:
        row = draft.files.filter(uuid=uuid).first()
    except (ValidationError, ValueError):
        return
    if row is not None:
        row.delete()
        transaction.on_commit(lambda: forget_files([row.path]))
    Draft.objects.filter(pk=draft.pk).update(changed_at=at)


PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PAPERS = frozenset(
    {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    }
)


@transaction.atomic
def keep_draft_file(draft: Draft, data: bytes, name: str, *, at: datetime) -> DraftFile:
    """Keep an attachment with a draft: a picture without its hidden data, or a paper; the same file again is kept once.

    Raises:
        Invalid: it is neither by its bytes, too large, or one too many.
    """
    kind = type_of(data)
    if kind in PICTURES:
        return keep_draft_photo(draft, data, name, description="", at=at)
    if kind not in PAPERS:
        raise Invalid(_("Attach a picture (JPEG, PNG, WebP), a PDF or a text document (docx, odt)."))
    if len(data) > MOST_BYTES:
        raise Invalid(_("The file is too large: at most 25 megabytes."))
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.files.count() >= MOST_FILES:
        raise Invalid(_("There are enough files: at most 20."))
    file = keep_file(data, name, kind)
    if known := held.files.filter(sha256=file.sha256).first():
        forget_files([file.path])
        return known
    return DraftFile.objects.create(
        draft=held, name=file.name, type=file.type, size=file.size, sha256=file.sha256, path=file.path
    )
