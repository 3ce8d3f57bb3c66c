"""The officers' pages: all processes of their cities, one process with what it lacks, publishing and closing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions, queries
from kuutio.participation.actions import processes
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import CityRule
from kuutio.participation.pages.shared import officer, show, work_crumbs, worked
from kuutio.participation.pages.work_forms import BeginForm, CityLanguagesForm, OutcomeForm, TextsForm
from kuutio.participation.readiness import needs_of
from kuutio.participation.texts import written
from kuutio.participation.timeline import current_step, steps

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The processes of the officer's cities: what waits first."""
    person, at = officer(request), timezone.now()
    rows = list(queries.with_parts(queries.worked_on_by(person)).order_by("-changed_at"))
    forgotten = {row.pk for row in queries.to_close(person, at)}
    lines = [
        {
            "process": row,
            "step": current_step(row, at),
            "is_forgotten": row.pk in forgotten,
        }
        for row in rows
    ]
    lines.sort(key=lambda line: not line["is_forgotten"])
    context = {"lines": lines, "crumbs": work_crumbs()}
    return render(request, "participation/work/overview.html", context)


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a process."""
    person = officer(request)
    form = BeginForm(request.POST if request.method == "POST" else None, own=permissions.cities_of(person))
    if form.is_valid():
        told = form.cleaned_data
        try:
            row = processes.begin_process(
                told["owner"],
                title=written(told["title"]),
                theme=told["theme"],
                cities=list(told["cities"]),
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The draft is made. Nobody else sees it yet."))
            return redirect("participation:work-process", slug=row.slug)
    return form_page(request, form, _("New process"), work_crumbs(last=_("New process")))


def form_page(request: HttpRequest, form: Any, title: str, crumbs: list[dict[str, str]], **more: Any) -> HttpResponse:
    """A page of one form."""
    context = {"form": form, "title": title, "crumbs": crumbs, **more}
    return render(request, "participation/work/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
@login_required
def process(request: HttpRequest, slug: str) -> HttpResponse:
    """One process: what it needs before it is published, its stages, sections and milestones."""
    person, row = worked(request, slug)
    at = timezone.now()
    needs = needs_of(row)
    context = {
        "process": row,
        "needs": needs,
        "met": sum(need.is_met for need in needs),
        "steps": steps(row, at),
        "kinds": sorted(STAGES.values(), key=lambda kind: kind.order),
        "sections": list(row.sections.select_related("stage")),
        "milestones": list(row.milestones.all()),
        "budgets": list(row.budgets.all()),
        "has_vote": row.stages.filter(kind="vote").exists(),
        "may_decide": permissions.may_decide(person, row),
        "is_over": not row.stages.filter(closes_at__gt=at).exclude(kind="decision").exists(),
        "forms": ("xlsx", "docx", "pptx"),
        "crumbs": work_crumbs(row),
    }
    return render(request, "participation/work/process.html", context)


@FORM
@never_cache
@login_required
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the texts of a process, and who takes part."""
    person, row = worked(request, slug)
    decides = permissions.may_decide(person, row)
    form = TextsForm(request.POST if request.method == "POST" else None, process=row, may_decide=decides)
    if form.is_valid():
        told = dict(form.cleaned_data)
        cities = told.pop("cities", None)
        try:
            processes.change_process(
                row, cities=None if cities is None else list(cities), by=person, at=timezone.now(), **told
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The texts are saved."))
            return redirect("participation:work-process", slug=row.slug)
    return form_page(request, form, _("Texts and cities"), work_crumbs(row, _("Texts and cities")))


@require_POST
@never_cache
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish a process; what it lacks is told on its page."""
    person, row = worked(request, slug)
    try:
        processes.publish_process(row, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("The process is published: everybody can read it now."))
    return redirect("participation:work-process", slug=row.slug)


@FORM
@never_cache
@login_required
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close a process by telling what was decided and why."""
    person, row = worked(request, slug)
    if not permissions.may_decide(person, row):
        raise NotAllowed(_("Only the city that owns a process publishes and closes it."))
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            processes.close_process(row, form.decision(), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The process is closed. Those who follow it are told what was decided."))
            return redirect("participation:process", slug=row.slug)
    lead = _("Tell those who took part what came of it. A closed process stays to be read and isn’t changed any more.")
    return form_page(request, form, _("What was decided?"), work_crumbs(row, _("What was decided?")), lead=lead)


@require_POST
@never_cache
@login_required
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove a draft."""
    person, row = worked(request, slug)
    processes.remove_draft(row, by=person, at=timezone.now())
    messages.success(request, _("The draft is removed."))
    return redirect("participation:work")


@FORM
@never_cache
@login_required
def languages(request: HttpRequest) -> HttpResponse:
    """In which languages each of the officer's cities wants its processes."""
    person = officer(request)
    rules = {rule.city_id: rule.languages for rule in CityRule.objects.all()}
    own = permissions.cities_of(person)
    sent = next((city for city in own if f"{city.pk}-city" in request.POST), None)
    forms = [
        CityLanguagesForm(request.POST if city == sent else None, of=city, chosen=rules.get(city.pk, city.languages))
        for city in own
    ]
    bound = next((form for form in forms if form.is_bound), None)
    if bound is not None and bound.is_valid():
        try:
            processes.set_languages(bound.of, bound.cleaned_data["languages"], by=person, at=timezone.now())
        except Problem as problem:
            show(problem, bound)
        else:
            messages.success(request, _("The languages are saved."))
            return redirect("participation:work-languages")
    status = 422 if request.method == "POST" else 200
    context = {"forms": forms, "crumbs": work_crumbs(last=_("Languages of processes"))}
    return render(request, "participation/work/languages.html", context, status=status)
