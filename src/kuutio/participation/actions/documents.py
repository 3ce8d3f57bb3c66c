"""Adding files to a section and taking them away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.media import safe_name, type_of
from kuutio.core.pictures import NoPicture, clean
from kuutio.core.problems import Invalid
from kuutio.participation import keeping
from kuutio.participation.actions.holding import changed, hold, wrong
from kuutio.participation.models import Document, Section
from kuutio.participation.texts import written

MOST_BYTES = 50 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
TAKEN = PICTURES | {
    "application/pdf",
    "text/csv",
    "text/plain",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@transaction.atomic
def add_document(
    section: Section, data: bytes, name: str, *, title: Mapping[str, str], by: Person | None, at: datetime
) -> Document:
    """Add a file to a section; a picture is made anew, without what is hidden in it.

    Raises:
        NotAllowed, Conflict: as for every change of a process.
        Invalid: no title, too large, or of a type that browsers could run or nobody can open.
    """
    process, errors = hold(section.process, by=by), []
    media = type_of(data, "text/csv" if name.lower().endswith(".csv") else "text/plain")
    if len(data) > MOST_BYTES:
        errors.append(wrong("/file", _("The file is too large: at most 50 megabytes.")))
    elif not data or media not in TAKEN:
        errors.append(wrong("/file", _("Give a PDF, a picture, a text or an office document.")))
    elif media in PICTURES:
        try:
            picture = clean(data)
        except NoPicture:
            errors.append(wrong("/file", _("This file can’t be read as a picture.")))
        else:
            data, media = picture.data, picture.type
    if not written(title):
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    row = Document.objects.create(
        section=section,
        title=written(title),
        name=safe_name(name, number=section.documents.count() + 1, media=media)[:200],
        type=media,
        size=len(data),
        sha256=keeping.keep(data),
        added_at=at,
    )
    changed(process, "add_document", by=by, at=at, document=str(row.uuid))
    return row


@transaction.atomic
def remove_document(document: Document, *, by: Person | None, at: datetime) -> None:
    """Take a file away; its bytes go when nothing else has the same.

    Raises:
        NotAllowed, Conflict: as for every change of a process.
    """
    process, number, digest = hold(document.section.process, by=by), str(document.uuid), document.sha256
    document.delete()
    transaction.on_commit(lambda: _forget(digest))
    changed(process, "remove_document", by=by, at=at, document=number)


def _forget(digest: str) -> None:
    if not Document.objects.filter(sha256=digest).exists():
        keeping.forget(digest)
