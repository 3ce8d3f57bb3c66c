"""The office's pages: the board, a call written, published, changed; questions and ideas answered; applications moved; files brought in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.moves import Role, legal
from kuutio.core.moves.tables import APPLICATION, CALL, IDEA
from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme import handing
from kuutio.programme.actions import authority_files, call_talk, calls, deciding, ideas, submitting
from kuutio.programme.call_needs import needs_of
from kuutio.programme.models import Application, Call, CallQuestion, Idea
from kuutio.programme.pages.application_forms import DecidedForm, GrantForm
from kuutio.programme.pages.call_forms import AnswerForm, CallForm, ChangeCallForm, FileForm, IdeaAnswerForm, ReasonForm
from kuutio.programme.pages.call_shared import application_crumbs, application_of, attempt, call_of, now, work_crumbs
from kuutio.programme.pages.shared import form_page, office, show
from kuutio.programme.queries import current_programme
from kuutio.programme.sheets import MOST_BYTES
from kuutio.selection.queries import round_of

FORM = require_http_methods(["GET", "HEAD", "POST"])
SCREENING = ("find_eligible", "return", "find_ineligible")


@require_safe
@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Everything that the office has in its hands: who holds it, for how many days."""
    person, at = office(request), now()
    chosen = Call.objects.filter(slug=request.GET.get("call", "")).first()
    found = queries.board(person, at, chosen)
    context = {"board": found, "chosen": chosen, "states": dict(Call.State.choices), "at": at, "crumbs": work_crumbs()}
    context["calls"] = [(call, dict(Call.State.choices)[call.now(at)], held, sent) for call, held, sent in found.calls]
    return render(request, "programme/work/board.html", context)


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a call."""
    person, at, programme = office(request), now(), current_programme()
    if programme is None:
        raise Http404
    form = CallForm(
        request.POST if request.method == "POST" else None,
        programme=programme,
        initial={"cost_models": ["FLAT_40"], "shape": "one-stage", "fund": "erdf", "kind": "pilot"},
    )
    if form.is_valid():
        try:
            made = calls.write_call(None, programme=programme, by=person, at=at, **form.values())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The draft is made. Nobody else sees it yet."))
            return redirect("programme:work-call", slug=made.slug)
    return form_page(request, form, _("New call"), work_crumbs(last=_("New call")))


@require_safe
@never_cache
@login_required
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """One call: what it lacks, what can be done with it, its questions."""
    person, at = office(request), now()
    row = call_of(request, slug)
    needs = needs_of(row)
    context = {
        "call": row,
        "state": row.now(at),
        "state_name": dict(Call.State.choices)[row.now(at)],
        "held": queries.held_call(row, at),
        "needs": needs,
        "met": sum(need.is_met for need in needs),
        "is_ready": all(need.is_met for need in needs),
        "acts": [
            one.act for one in legal(CALL, row.state, Role.OFFICE) if one.act in ("evaluate", "decide", "archive")
        ],
        "may_change": row.now(at) in (Call.State.PUBLISHED, Call.State.OPEN),
        "may_unpublish": row.now(at) == Call.State.PUBLISHED,
        "questions": list(row.asked.all()),
        "ideas": list(row.ideas.order_by("state", "submitted_at")),
        "changes": list(row.changes.all()),
        "rounds": [found for key in _round_keys(row) if (found := round_of(key)) is not None],
        "board": queries.board(person, at, row),
        "crumbs": work_crumbs(row),
    }
    return render(request, "programme/work/call.html", context)


def _round_keys(row: Call) -> list[str]:
    if row.shape != Call.Shape.CONTINUOUS:
        return [f"call:{row.slug}"]
    return [f"call:{row.slug}-cutoff-{at}" for at in range(1, row.cutoffs.count() + 1)]


@FORM
@never_cache
@login_required
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a call that nobody has seen yet; once it is public, change what may still change, with a reason."""
    person, at = office(request), now()
    row = call_of(request, slug)
    form: Any
    if row.state == Call.State.DRAFT:
        form = CallForm(request.POST if request.method == "POST" else None, programme=row.programme, call=row)
    else:
        form = ChangeCallForm(request.POST if request.method == "POST" else None, call=row)
    if form.is_valid():
        try:
            if isinstance(form, CallForm):
                calls.write_call(row, by=person, at=at, **form.values())
            else:
                calls.change_call(row, by=person, at=at, **form.values())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("programme:work-call", slug=slug)
    lead = (
        ""
        if row.state == Call.State.DRAFT
        else _(
            "Everybody has read this call: what isn’t here stays as it is, since applications have been written for it."
        )
    )
    title = _("Write the call") if row.state == Call.State.DRAFT else _("Change a public call")
    return form_page(request, form, title, work_crumbs(row, title), lead=lead)


@require_POST
@never_cache
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Let everybody read a call."""
    person, at = office(request), now()
    row = call_of(request, slug)
    attempt(
        request,
        lambda: calls.publish_call(row, by=person, at=at),
        _("The call is published: everybody can read it, and it opens by itself."),
    )
    return redirect("programme:work-call", slug=slug)


@FORM
@never_cache
@login_required
def unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a call back before it opens."""
    person, at = office(request), now()
    row = call_of(request, slug)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = _("The call is a draft again.")
        attempt(request, lambda: calls.unpublish_call(row, reason=form.cleaned_data["reason"], by=person, at=at), done)
        return redirect("programme:work-call", slug=slug)
    return form_page(request, form, _("Take the call back"), work_crumbs(row, _("Take the call back")))


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Evaluate, decide, archive."""
    person, at = office(request), now()
    row, act = call_of(request, slug), request.POST.get("act", "")
    if act not in ("evaluate", "decide", "archive"):
        raise Http404
    attempt(request, lambda: calls.move_call(row, act, by=person, at=at), _("The step is taken."))
    return redirect("programme:work-call", slug=slug)


@FORM
@never_cache
@login_required
def answer(request: HttpRequest, question: int) -> HttpResponse:
    """Answer a question in public."""
    person, at = office(request), now()
    row = get_object_or_404(CallQuestion.objects.select_related("call"), pk=question)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": row.answer})
    if form.is_valid():
        try:
            call_talk.answer(row, form.cleaned_data["answer"], by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The answer is on the call’s page."))
            return redirect("programme:work-call", slug=row.call.slug)
    return form_page(
        request, form, _("Answer a question"), work_crumbs(row.call, _("Answer a question")), lead=row.text
    )


@FORM
@never_cache
@login_required
def idea(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Answer an idea."""
    person, at = office(request), now()
    row = get_object_or_404(Idea.objects.select_related("call").exclude(submitted_at=None), uuid=number)
    form = IdeaAnswerForm(request.POST if request.method == "POST" else None, initial={"answer": row.answer})
    field: Any = form.fields["act"]
    can = {one.act for one in legal(IDEA, row.state, Role.OFFICE)}
    field.choices = [choice for choice in field.choices if choice[0] in can]
    if form.is_valid():
        try:
            ideas.answer_idea(row, form.cleaned_data["act"], answer=form.cleaned_data["answer"], by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The answer is sent."))
            return redirect("programme:idea", number=number)
    if not can:
        return redirect("programme:idea", number=number)
    return form_page(request, form, row.title, work_crumbs(row.call, row.title), lead=row.text)


# --- applications -----------------------------------------------------------------------------------------------------


def _authority(request: HttpRequest, number: uuid.UUID) -> tuple[Any, Application]:
    person, row = application_of(request, number)
    if not permissions.may_decide(person, row):
        raise NotAllowed(_("The authority of the call’s fund does this."))
    return person, row


@FORM
@never_cache
@login_required
def screen(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """The authority's first look at an application."""
    at = now()
    person, row = _authority(request, number)
    titles = {
        "find_eligible": _("Find the application eligible"),
        "return": _("Return it to be completed"),
        "find_ineligible": _("Find it not eligible"),
    }
    if act not in titles:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if act == "find_eligible":
        form.fields["reason"].required = False
    if form.is_valid():
        done = _("Done. The consortium gets a letter.")
        attempt(
            request, lambda: submitting.screen(row, act, reason=form.cleaned_data["reason"], by=person, at=at), done
        )
        return redirect("programme:application", number=number)
    if APPLICATION.row(row.state, act) is None:
        return redirect("programme:application", number=number)
    return form_page(request, form, titles[act], application_crumbs(row, titles[act]))


@FORM
@never_cache
@login_required
def figures(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Decide figures by hand, each with its reason beside the computed one."""
    at = now()
    person, row = _authority(request, number)
    form = DecidedForm(request.POST if request.method == "POST" else None, application=row)
    if form.is_valid():
        try:
            deciding.decide_figures(row, form.decided(), by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The figures are decided. They stand beside the computed ones."))
            return redirect("programme:application-budget", number=number)
    lead = _(
        "Each partner’s sources add up to its net costs. A figure that differs needs a reason that everybody in the consortium reads."
    )
    return form_page(request, form, _("Decided figures"), application_crumbs(row, _("Decided figures")), lead=lead)


@FORM
@never_cache
@login_required
def grant(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Make the grant of what was approved."""
    at = now()
    person, row = _authority(request, number)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            handing.make_grant(row, by=person, at=at, **form.cleaned_data)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The grant is made, with each partner’s figures as decided."))
            return redirect("programme:application", number=number)
    return form_page(request, form, _("Make the grant"), application_crumbs(row, _("Make the grant")))


@FORM
@never_cache
@login_required
def decisions(request: HttpRequest) -> HttpResponse:
    """Bring in the authority's decisions from a file."""
    person, at = office(request), now()
    form = FileForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    taken, problem = None, None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = authority_files.take_in(file.read(MOST_BYTES + 1), by=person, at=at)
        except NotAllowed:
            raise
        except Problem as refused:
            problem = refused
    title = _("Bring in decisions")
    context = {
        "form": form,
        "taken": taken,
        "problem": problem,
        "title": title,
        "names": authority_files.NAMES,
        "crumbs": work_crumbs(last=title),
    }
    bad = problem is not None or (form.is_bound and not form.is_valid())
    return render(request, "programme/work/decisions.html", context, status=422 if bad else 200)
