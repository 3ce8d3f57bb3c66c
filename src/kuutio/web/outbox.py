"""The mail and the text messages that this installation would have sent, for demonstrations without a mail server."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 100
_NAME = re.compile(r"^(\d{10,20})-[0-9a-f]{8}$")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; everything in it is plain text, whatever it looked like."""

    name: str
    sent_at: datetime
    to: str
    sender: str
    subject: str
    text: str


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages; not found outside the demonstration."""
    _only_in_demonstration()
    files = sorted((*_folder().glob("*.eml"), *_folder().glob("*.sms")), key=lambda file: file.name, reverse=True)
    letters = [_letter(file) for file in files[:SHOWN] if _NAME.match(file.stem)]
    context = {"letters": letters, "total": len(files), "crumbs": _crumbs()}
    return render(request, "web/outbox.html", context)


@require_safe
@never_cache
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message."""
    _only_in_demonstration()
    file = _folder() / f"{name}.eml"
    if not file.is_file():
        file = file.with_suffix(".sms")
    if not _NAME.match(name) or not file.is_file():
        raise Http404
    found = _letter(file)
    return render(request, "web/letter.html", {"letter": found, "crumbs": _crumbs(found.subject)})


def _only_in_demonstration() -> None:
    if not settings.DEMO:
        raise Http404


def _folder() -> Path:
    return Path(settings.OUTBOX)


def _letter(file: Path) -> Letter:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
    body = message.get_body(("plain",))
    return Letter(
        name=file.stem,
        sent_at=datetime.fromtimestamp(int(file.stem.split("-")[0]) / 1e9, UTC),
        to=str(message["to"] or ""),
        sender=str(message["from"] or ""),
        subject=str(message["subject"] or ""),
        text=str(body.get_content()) if body else "",
    )


def _crumbs(last: str = "") -> list[dict[str, str]]:
    page = {"title": _("Outbox"), "url": reverse("web:outbox") if last else ""}
    return [{"title": _("Front page"), "url": reverse("web:front")}, page, *([{"title": last}] if last else [])]
