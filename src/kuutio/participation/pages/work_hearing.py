"""The officers' page of what stands beside a section: documents and polls; and the report of a stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation.actions import documents, polling
from kuutio.participation.models import Section
from kuutio.participation.pages.shared import seen_stage, show, work_crumbs, worked
from kuutio.participation.pages.work import FORM
from kuutio.participation.pages.work_forms import needed
from kuutio.participation.texts import written
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized


class DocumentForm(forms.Form):
    """A file and what it is called."""

    file = forms.FileField(
        label=_("File"), help_text=_("A PDF, a picture, a text or an office document, at most 50 megabytes.")
    )
    title = needed(label=_("Title"), widget=LanguagesTextInput)


class PollForm(forms.Form):
    """A question and its answers, one a line; the same line in each language is the same answer."""

    question = needed(label=_("Question"), widget=LanguagesTextInput)
    options = needed(
        label=_("Answers to choose from"),
        widget=LanguagesTextarea,
        help_text=_("One a line. The same line in each language is the same answer."),
    )
    several = forms.BooleanField(label=_("Several answers may be chosen"), required=False)

    def clean_options(self) -> list[dict[str, str]]:
        """The answers, each in its languages."""
        lines = {
            code: [line.strip() for line in text.splitlines() if line.strip()]
            for code, text in written(self.cleaned_data["options"]).items()
        }
        if len({len(rows) for rows in lines.values()}) > 1:
            raise forms.ValidationError(_("Write as many answers in each language."))
        count = len(next(iter(lines.values()), []))
        return [{code: rows[place] for code, rows in lines.items()} for place in range(count)]


@FORM
@never_cache
@login_required
def beside(request: HttpRequest, slug: str, section: int) -> HttpResponse:
    """The documents and polls of a section, and the forms that add one."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.sections.all(), pk=section)
    files: Any = request.FILES
    asks = "question_0" in request.POST
    document_form = DocumentForm(request.POST, files) if request.method == "POST" and not asks else DocumentForm()
    poll_form = PollForm(request.POST) if asks else PollForm()
    poll_form.auto_id, document_form.auto_id = "poll_%s", "document_%s"  # two forms on a page
    bound = poll_form if asks else document_form
    if bound.is_valid() and _added(bound, found, person):
        messages.success(request, _now("Saved."))
        return redirect("participation:work-beside", slug=slug, section=section)
    context = {
        "process": row,
        "section": found,
        "documents": list(found.documents.all()),
        "polls": list(found.polls.prefetch_related("options")),
        "document_form": document_form,
        "poll_form": poll_form,
        "crumbs": work_crumbs(row, localized(found.title)[0]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "participation/work/beside.html", context, status=status)


def _added(form: Any, section: Section, person: Person) -> bool:
    told, at = form.cleaned_data, timezone.now()
    try:
        if isinstance(form, PollForm):
            polling.ask(
                section,
                question=written(told["question"]),
                options=told["options"],
                several=told["several"],
                by=person,
                at=at,
            )
        else:
            file = told["file"]
            documents.add_document(section, file.read(), file.name, title=written(told["title"]), by=person, at=at)
    except NotAllowed:
        raise
    except Problem as problem:
        show(problem, form)
        return False
    return True


@require_POST
@never_cache
@login_required
def remove_beside(request: HttpRequest, slug: str, section: int) -> HttpResponse:
    """Take a document or a poll away."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.sections.all(), pk=section)
    at = timezone.now()
    number = request.POST.get("poll", "")
    try:
        if number.isascii() and number.isdecimal():
            polling.remove_poll(get_object_or_404(found.polls, pk=int(number[:9])), by=person, at=at)
        else:
            told = forms.UUIDField().clean(request.POST.get("document", ""))
            documents.remove_document(get_object_or_404(found.documents, uuid=told), by=person, at=at)
    except forms.ValidationError as error:
        raise Http404 from error
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _now("Removed."))
    return redirect("participation:work-beside", slug=slug, section=section)


TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@require_safe
@never_cache
@login_required
def report(request: HttpRequest, slug: str, stage: str, form: str) -> HttpResponse:
    """What was said in a stage, as a file to be sent to the board, in the language of the page."""
    _person, row = worked(request, slug)
    found = seen_stage(row, stage)
    if form not in TYPES:
        raise Http404
    from kuutio.participation import reports  # office files, only where one is made

    data = reports.WRITERS[form](reports.report_of(found, language=language(), at=timezone.now()))
    answer = HttpResponse(data, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.slug}-{found.slug}.{form}"'
    return answer
