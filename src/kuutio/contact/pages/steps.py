"""What the steps of reporting share: the draft that is written, the line of steps, and where a draft that has ended leads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kuutio.contact.links import path_of
from kuutio.contact.models import Case, Category, Draft

ONE_STEP = require_http_methods(["GET", "HEAD", "POST"])


def steps(number: int) -> list[dict[str, Any]]:
    """The four steps, and which of them a page is."""
    titles = (_("What it is about"), _("Where it is"), _("What has happened"), _("Sending"))
    return [{"title": title, "done": at < number, "current": at == number} for at, title in enumerate(titles, start=1)]


def opened(uuid: Any) -> tuple[Draft, Category]:
    """The draft of an address, and what it is about."""
    kept = get_object_or_404(Draft, uuid=uuid)
    return kept, get_object_or_404(Category.objects.select_related("group"), pk=kept.fields.get("category", ""))


def ended(kept: Draft) -> HttpResponse | None:
    """Where a draft leads that was sent, or whose writer follows another case instead; None while it is written."""
    if sent := _case(kept.fields.get("sent", "")):
        return redirect(f"{path_of(sent, get_language())}?sent=1")
    if "followed" in kept.fields:
        return redirect("contact:report-followed", draft=kept.uuid)
    return None


def followed_by(kept: Draft) -> Case | None:
    """The case that a draft's writer follows instead of sending it."""
    return _case(kept.fields.get("followed", ""))


def _case(uuid: str) -> Case | None:
    try:
        return Case.objects.select_related("category", "responsible").filter(uuid=uuid).first() if uuid else None
    except ValidationError:
        return None
