"""The office's pages of a call's own questions: what is asked beyond the fixed form, while nobody has seen the call."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme.actions import call_questions
from kuutio.programme.models import Call
from kuutio.programme.pages.call_forms import QUESTION_KINDS, QuestionForm
from kuutio.programme.pages.call_shared import attempt, call_of, now, work_crumbs
from kuutio.programme.pages.shared import form_page, office, show
from kuutio.ui.wording import localized

FORM = require_http_methods(["GET", "HEAD", "POST"])
ACTS = {"up": call_questions.lift_question, "remove": call_questions.remove_question}


def _draft(request: HttpRequest, slug: str) -> Call:
    row = call_of(request, slug)
    if row.state != Call.State.DRAFT:
        raise Http404
    return row


@FORM
@never_cache
@login_required
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """A call's questions in their order, and a form for one more."""
    person, at = office(request), now()
    row = _draft(request, slug)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            call_questions.put_question(row, form.question(), by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The question is added."))
            return redirect("programme:work-call-questions", slug=slug)
    kinds = dict(QUESTION_KINDS)
    title = _("The call’s own questions")
    context = {
        "call": row,
        "rows": [(one, kinds[one["kind"]]) for one in row.questions],
        "form": form,
        "title": title,
        "crumbs": work_crumbs(row, title),
    }
    return render(request, "programme/work/questions.html", context, status=422 if form.is_bound else 200)


@FORM
@never_cache
@login_required
def write(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Change a question."""
    person, at = office(request), now()
    row = _draft(request, slug)
    known = next((one for one in row.questions if one["key"] == key), None)
    if known is None:
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None, known=known)
    if form.is_valid():
        try:
            call_questions.put_question(row, form.question(), by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("programme:work-call-questions", slug=slug)
    crumbs = work_crumbs(row, localized(known["text"])[0])
    crumbs.insert(
        -1,
        {"title": _("The call’s own questions"), "url": reverse("programme:work-call-questions", args=[slug])},
    )
    return form_page(request, form, _("Change the question"), crumbs)


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Move a question up, or take it away."""
    person, at = office(request), now()
    row, act = _draft(request, slug), request.POST.get("act", "")
    if act not in ACTS:
        raise Http404
    attempt(request, lambda: ACTS[act](row, key, by=person, at=at), _("Saved."))
    return redirect("programme:work-call-questions", slug=slug)
