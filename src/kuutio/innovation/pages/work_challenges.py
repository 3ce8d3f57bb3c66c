"""The officers' pages of challenges: stating one, its criteria, its questions, the answers that came in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions, queries
from kuutio.innovation.actions import challenges as verbs
from kuutio.innovation.actions.judging import key_of
from kuutio.innovation.models import Challenge, Question
from kuutio.innovation.pages.shared import FORM, form_page, keeper, show, work_crumbs, worked_challenge
from kuutio.innovation.pages.work_forms import ChallengeForm, CriteriaForm, ReasonForm, WordsForm, missing_lines
from kuutio.innovation.texts import written
from kuutio.selection.permissions import is_office
from kuutio.selection.queries import round_of
from kuutio.ui.wording import localized


def _way(row: Challenge, last: str) -> list[dict[str, str]]:
    return work_crumbs((localized(row.title)[0], reverse("innovation:work-challenge", args=[row.slug])), (last, ""))


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """State a new challenge."""
    person = keeper(request)
    own = permissions.cities_of(person)
    form = ChallengeForm(request.POST if request.method == "POST" else None, challenge=None, own=own)
    if form.is_valid():
        try:
            owner = form.cleaned_data["owner"]
            row = verbs.state_challenge(None, owner=owner, by=person, at=timezone.now(), **form.values())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved as a draft. Say by what answers are judged, then publish it."))
            return redirect("innovation:work-challenge", slug=row.slug)
    return form_page(request, form, _("New challenge"), work_crumbs((_("New challenge"), "")))


@FORM
@never_cache
@login_required
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said of a challenge."""
    person, row = worked_challenge(request, slug)
    own = permissions.cities_of(person)
    form = ChallengeForm(request.POST if request.method == "POST" else None, challenge=row, own=own)
    if form.is_valid():
        try:
            verbs.state_challenge(row, by=person, at=timezone.now(), **form.values())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-challenge", slug=slug)
    return form_page(request, form, _("Texts and times"), _way(row, _("Texts and times")))


@FORM
@never_cache
@login_required
def criteria(request: HttpRequest, slug: str) -> HttpResponse:
    """Say by what answers are judged."""
    person, row = worked_challenge(request, slug)
    form = CriteriaForm(request.POST if request.method == "POST" else None, challenge=row)
    if form.is_valid():
        try:
            verbs.state_challenge(row, criteria=form.criteria(), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-challenge", slug=slug)
    lead = _("The weights add up to 100. Once the challenge is public they stay as they are.")
    return form_page(request, form, _("Criteria"), _way(row, _("Criteria")), lead=lead)


@require_safe
@never_cache
@login_required
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """One challenge as its officers see it: what it lacks, its questions, the answers that came in."""
    person, row = worked_challenge(request, slug)
    round_ = round_of(key_of(row))
    is_over = row.state not in (Challenge.State.DRAFT, Challenge.State.OPEN)
    facts = {
        "challenge": row,
        "criteria": row.criteria.all(),
        "missing": missing_lines(verbs.missing_of(row), ChallengeForm) if row.state == Challenge.State.DRAFT else [],
        "questions": row.questions.order_by("answered_at", "asked_at"),
        "answers": queries.answers_read_by(person, row),
        "count": row.answers.filter(state__in=["sent", "chosen", "not_chosen"]).count(),
        "is_over": is_over,
        "trials": row.trials.select_related("organisation"),
        "round": round_.key if round_ is not None and is_office(person, round_) else "",
        "may_decide": permissions.may_decide(person, row),
        "may_end": row.state in (Challenge.State.EVALUATION, Challenge.State.CHOSEN, Challenge.State.RUNNING),
        "crumbs": work_crumbs((localized(row.title)[0], "")),
    }
    return render(request, "innovation/work/challenge.html", facts)


@FORM
@never_cache
@login_required
def question(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Answer a question for everybody."""
    person, row = worked_challenge(request, slug)
    asked = get_object_or_404(Question, challenge=row, pk=number)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        label=_("Answer"),
        hint=_("Everybody can read the question and the answer, not who asked."),
        initial={"text": asked.answer},
    )
    if form.is_valid():
        try:
            verbs.answer_question(asked, answer=written(form.cleaned_data["text"]), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The question and its answer are public now."))
            return redirect("innovation:work-challenge", slug=slug)
    return form_page(request, form, _("Answer a question"), _way(row, _("Answer a question")), lead=asked.text)


@FORM
@never_cache
@login_required
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """End a challenge, with what it led to."""
    person, row = worked_challenge(request, slug)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        label=_("What did it lead to?"),
        hint=_("Everybody can read it: what was learnt, or why no trial came of it."),
    )
    if form.is_valid():
        try:
            verbs.end_challenge(row, why=written(form.cleaned_data["text"]), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
            way = _way(row, _("End the challenge"))
            return form_page(request, form, _("End the challenge"), way, status=problem.status)
        messages.success(request, _("The challenge has ended."))
        return redirect("innovation:work-challenge", slug=slug)
    return form_page(request, form, _("End the challenge"), _way(row, _("End the challenge")))


@FORM
@never_cache
@login_required
def unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a challenge back to be a draft."""
    person, row = worked_challenge(request, slug)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    title = _("Back to a draft")
    if form.is_valid():
        try:
            verbs.unpublish_challenge(row, why=form.cleaned_data["why"], by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
            return form_page(request, form, title, _way(row, title), status=problem.status)
        return redirect("innovation:work-challenge", slug=slug)
    return form_page(request, form, title, _way(row, title))


@require_POST
@never_cache
@login_required
def act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Publish a challenge."""
    person, row = worked_challenge(request, slug)
    if act != "publish":
        raise Http404
    try:
        verbs.publish_challenge(row, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("The challenge is public now."))
    return redirect("innovation:work-challenge", slug=slug)
