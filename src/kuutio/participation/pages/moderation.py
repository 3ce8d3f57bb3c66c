"""Moderation's pages: reporting, the public log, what an author is told, and the officers' queue."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions, proposal_queries, queries
from kuutio.participation.actions import moderating
from kuutio.participation.models import Appeal, Contribution, Ground, Moderation, ModerationRule
from kuutio.participation.pages import proposal_forms as forms
from kuutio.participation.pages.shared import crumbs, officer, show, work_crumbs
from kuutio.participation.pages.work import FORM, form_page
from kuutio.participation.voices import voice_of

LOG = timedelta(days=365)


@FORM
@never_cache
def report(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Say that something should not be there; anybody can."""
    row = get_object_or_404(queries.published().select_related("process"), uuid=contribution)
    form = forms.ReportForm(request.POST if request.method == "POST" else None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            moderating.report(row, **form.cleaned_data, voice=voice_of(request), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Thank you. A moderator looks at it."))
            return redirect("participation:contribution", contribution=row.uuid)
    title = _("Report it")
    facts = {"row": row, "form": form, "title": title, "crumbs": crumbs(row.process, title)}
    status = 422 if form.is_bound else 200
    return render(request, "participation/moderation/report.html", facts, status=status)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was hidden within a year, for which reasons, and what came of appeals: counts and reasons, no words, no names."""
    found = proposal_queries.log(since=timezone.now() - LOG)
    lines = [(words, found["grounds"][value]) for value, words in Ground.choices]
    facts = {**found, "lines": lines, "open": found["appeals"].get("", 0), "crumbs": crumbs(last=_("Moderation"))}
    return render(request, "participation/moderation/log.html", facts)


@FORM
@never_cache
@login_required
def decision(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """What was decided on what one wrote and why, one's own words, and the appeal. Its author's page alone."""
    person = cast(Person, request.user)
    rows = Moderation.objects.select_related("contribution__process")
    row = get_object_or_404(rows, uuid=number, contribution__author=person)
    held = Appeal.objects.filter(moderation=row).first()
    form = forms.AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            moderating.appeal(row, form.cleaned_data["text"], by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Your appeal is in. Another person decides it, and you get a letter."))
            return redirect("participation:moderation-of", number=number)
    sealed = getattr(row, "sealed", None)
    facts = {
        "row": row,
        "words": sealed.text if sealed else row.contribution.text,
        "appeal": held,
        "may_appeal": row.act == Moderation.Act.HIDE and held is None and sealed is not None,
        "until": sealed.until if sealed else None,
        "form": form,
        "crumbs": crumbs(row.contribution.process, _("Moderation")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "participation/moderation/decision.html", facts, status=status)


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator: held, reported, appealed; and which supports bear signs."""
    person = officer(request)
    appeals = list(proposal_queries.appeals(person)[:100])
    facts = {
        "waiting": proposal_queries.queue(person),
        "appeals": [
            {"row": row, "is_mine": person.pk in {row.moderator_id, row.moderation.contribution.author_id}}
            for row in appeals
        ],
        "flagged": proposal_queries.flagged(person),
        "crumbs": work_crumbs(last=_("Moderation")),
    }
    return render(request, "participation/moderation/queue.html", facts)


def _moderated(request: HttpRequest, number: uuid.UUID) -> tuple[Person, Contribution]:
    person = officer(request)
    row = get_object_or_404(Contribution.objects.select_related("process", "stage"), uuid=number)
    if not permissions.may_edit(person, row.process):
        raise Http404
    return person, row


@FORM
@never_cache
@login_required
def hide(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Hide something, with its statement of reasons."""
    person, row = _moderated(request, contribution)
    form = forms.HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            moderating.hide(row, **form.cleaned_data, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("It is hidden, and its author is told why and how to appeal."))
            if row.kind == Contribution.Kind.STATEMENT and row.stage is not None:
                return redirect("participation:work-statements", row.process.slug, row.stage.slug)
            return redirect("participation:moderation-queue")
    return form_page(request, form, _("Hide"), work_crumbs(last=_("Hide")), lead=row.text[:500])


@require_POST
@never_cache
@login_required
def publish(request: HttpRequest, contribution: uuid.UUID) -> HttpResponse:
    """Show what waited; leave what was reported."""
    person, row = _moderated(request, contribution)
    moderating.publish(row, by=person, at=timezone.now())
    messages.success(request, _("Everybody can read it now."))
    return redirect("participation:moderation-queue")


@FORM
@never_cache
@login_required
def appeal(request: HttpRequest, appeal: int) -> HttpResponse:
    """Decide an appeal."""
    person = officer(request)
    row = get_object_or_404(proposal_queries.appeals(person), pk=appeal)
    form = forms.AppealDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            moderating.decide_appeal(row, told["outcome"] == "overturned", told["answer"], by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The author is told."))
            return redirect("participation:moderation-queue")
    facts: dict[str, Any] = {"row": row, "form": form, "crumbs": work_crumbs(last=_("Appeal"))}
    status = 422 if form.is_bound else 200
    return render(request, "participation/moderation/appeal.html", facts, status=status)


@FORM
@never_cache
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """How careful each of the officer's cities is with new accounts."""
    person = officer(request)
    own = permissions.cities_of(person)
    kept = {rule.city_id: rule for rule in ModerationRule.objects.filter(city__in=own)}
    sent = next((city for city in own if f"{city.pk}-city" in request.POST), None)
    made = [
        forms.RuleForm(
            request.POST if city == sent else None, of=city, rule=kept.get(city.pk, ModerationRule(city=city))
        )
        for city in own
    ]
    bound = next((form for form in made if form.is_bound), None)
    if bound is not None and bound.is_valid():
        try:
            moderating.set_rule(bound.of, **bound.values(), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, bound)
        else:
            messages.success(request, _("Saved."))
            return redirect("participation:moderation-rules")
    facts = {"forms": made, "crumbs": work_crumbs(last=_("Care with new accounts"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "participation/moderation/rules.html", facts, status=status)
