"""Answering a poll, and reading a document: what stands beside a hearing's sections."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.core.problems import Invalid
from kuutio.participation import keeping, queries
from kuutio.participation.actions import polling
from kuutio.participation.actions.documents import PICTURES
from kuutio.participation.models import Document, Poll
from kuutio.participation.pages.shared import person_of, seen, seen_stage
from kuutio.participation.voices import voice_of


class AnswerForm(forms.Form):
    """What was chosen, and the form's own key."""

    key = forms.UUIDField()


@require_POST
@never_cache
def answer(request: HttpRequest, slug: str, stage: str, poll: int) -> HttpResponse:
    """Answer a poll; a second answer of the same person replaces the first."""
    found = seen_stage(seen(request, slug), stage)
    row = get_object_or_404(Poll.objects.select_related("section"), pk=poll, section__stage=found)
    form = AnswerForm(request.POST)
    chosen = [number for number in request.POST.getlist("options") if number.isascii() and number.isdecimal()]
    options = list(row.options.filter(pk__in=[int(number) for number in chosen if len(number) < 10]))
    key = form.cleaned_data["key"] if form.is_valid() else uuid.uuid4()
    address = reverse("participation:stage", args=[slug, stage])
    try:
        polling.answer(row, options, key=key, voice=voice_of(request), at=timezone.now())
    except Invalid as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("Thank you. Your answer counts. The result is shown when the stage is over."))
    return redirect(f"{address}#poll-{row.pk}")


@require_safe
def document(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """A file of a process that the reader sees: a picture or a PDF is shown, the others are downloads that no page can run."""
    row = get_object_or_404(Document.objects.select_related("section"), uuid=document)
    if not queries.seen_by(person_of(request)).filter(pk=row.section.process_id).exists():
        raise Http404
    try:
        data = keeping.bytes_of(row.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    is_shown = row.type in PICTURES | {"application/pdf"}
    answer = HttpResponse(data, content_type=row.type if is_shown else "application/octet-stream")
    kind = "inline" if is_shown else "attachment"
    answer.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(row.name, safe='')}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
