"""A mail as it came, for officers: with the history that the thread leaves out, and the headers that tell whose it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.contact import queries, raw_mail
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.mail.reading import read
from kuutio.contact.pages.work import seen_case

SHOWN = ("from", "to", "cc", "date", "subject", "authentication-results")


@require_safe
@never_cache
@login_required
def whole_mail(request: HttpRequest, number: str, message: Any) -> HttpResponse:
    """The whole text of a mail, as plain text; by the same rights as the thread."""
    person, case, view = seen_case(request, number)
    row = get_object_or_404(queries.thread_of(case, view), uuid=message)
    kept = row.raw_mails.first()
    if kept is None:
        raise Http404
    try:
        mail = read(raw_mail.read(kept.path))
    except FileNotFoundError as gone:
        raise Http404 from gone
    note_reading(case, view, by=person, at=timezone.now())
    # To and Cc may hold the code of a reply's address, which is the resident's alone.
    head = [f"{name.title()}: {_uncoded(mail.header(name))}" for name in SHOWN if mail.header(name)]
    names = [f"[{name}]" for name in (*(one.name for one in mail.attachments), *mail.left_out)]
    return HttpResponse("\n".join([*head, "", mail.text, "", *names]), content_type="text/plain; charset=utf-8")


def _uncoded(value: str) -> str:
    return " ".join(f"{word.partition('+')[0]}+…" if "+" in word and "@" in word else word for word in value.split())
