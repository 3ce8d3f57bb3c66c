"""The officers' pages of a budget: its projects, opening the vote, the desk and the paper ballots."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions
from kuutio.participation.actions import budgets, closing, freezing, paper
from kuutio.participation.models import Budget, Count, Process, ProcessKey, Project, Sheet
from kuutio.participation.pages import papers
from kuutio.participation.pages.budget_forms import (
    BudgetForm,
    DeskForm,
    ImportForm,
    JudgeForm,
    ProjectForm,
    SheetForm,
    TakeBackForm,
)
from kuutio.participation.pages.shared import show, work_crumbs, worked
from kuutio.participation.pages.work import form_page
from kuutio.ui.wording import localized, money

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _worked(request: HttpRequest, slug: str, budget: str) -> tuple[Person, Process, Budget]:
    person, process = worked(request, slug)
    row = get_object_or_404(Budget.objects.select_related("stage", "city"), process=process, slug=budget)
    row.process = process
    return person, process, row


def _crumbs(budget: Budget, last: str = "") -> list[dict[str, str]]:
    found = work_crumbs(budget.process, last or localized(budget.title)[0])
    if last:
        address = reverse("participation:work-budget", args=[budget.process.slug, budget.slug])
        found.insert(-1, {"title": localized(budget.title)[0], "url": address})
    return found


def _back(budget: Budget) -> HttpResponse:
    return redirect("participation:work-budget", slug=budget.process.slug, budget=budget.slug)


@FORM
@never_cache
@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a budget to a stage of voting."""
    person, process = worked(request, slug)
    form = BudgetForm(request.POST if request.method == "POST" else None, process=process)
    if form.is_valid():
        told = form.told()
        stage = told.pop("stage")
        try:
            row = budgets.add_budget(stage, by=person, at=timezone.now(), **told)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The budget is made. Add its projects."))
            row.process = process
            return _back(row)
    return form_page(request, form, _("New budget"), work_crumbs(process, _("New budget")))


@require_safe
@never_cache
@login_required
def budget(request: HttpRequest, slug: str, budget: str) -> HttpResponse:
    """One budget: its projects, what is frozen, its paper ballots."""
    person, process, row = _worked(request, slug, budget)
    projects = list(row.projects.select_related("taken_back").order_by("pk"))
    count = Count.objects.filter(budget=row).only("result").first()
    context = {
        "process": process,
        "budget": row,
        "amount": money(row.amount_cents),
        "projects": [(project, money(project.cost_cents)) for project in projects],
        "winners": count.result["winners"] if count else [],
        "rule": papers.rule_words(row),
        "rules": papers.rules_of(row),
        "who": papers.who_may(row),
        "sheets": list(row.sheets.select_related("entered_by")),
        "person": person,
        "passes": row.passes.count(),
        "waiting": row.entries.filter(number__isnull=True).count(),
        "head": row.heads.order_by("-size").first(),
        "crumbs": _crumbs(row),
    }
    return render(request, "participation/work/budget.html", context)


@FORM
@never_cache
@login_required
def change(request: HttpRequest, slug: str, budget: str) -> HttpResponse:
    """Change a budget before its vote is opened."""
    person, process, row = _worked(request, slug, budget)
    form = BudgetForm(request.POST if request.method == "POST" else None, process=process, budget=row)
    if form.is_valid():
        told = form.told()
        told.pop("slug", None)
        try:
            budgets.change_budget(row, by=person, at=timezone.now(), **told)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The budget is saved."))
            return _back(row)
    return form_page(request, form, _("Budget"), _crumbs(row, _("Budget")))


@FORM
@never_cache
@login_required
def project(request: HttpRequest, slug: str, budget: str, key: str = "") -> HttpResponse:
    """Add a project, or change one."""
    person, process, row = _worked(request, slug, budget)
    there = get_object_or_404(Project, budget=row, key=key) if key else None
    form = ProjectForm(request.POST if request.method == "POST" else None, process=process, project=there)
    if form.is_valid():
        told = dict(form.cleaned_data)
        source = told.pop("source", None)
        try:
            if there is None:
                budgets.add_project(row, source=source, by=person, at=timezone.now(), **told)
            else:
                budgets.change_project(there, by=person, at=timezone.now(), **told)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The project is saved."))
            return _back(row)
    more: dict[str, Any] = {}
    if there is not None:
        address = reverse("participation:work-project-remove", args=[process.slug, row.slug, there.key])
        more = {"remove_url": address, "remove_words": _("Remove the project")}
    return form_page(request, form, _("Project"), _crumbs(row, _("Project")), **more)


@require_POST
@never_cache
@login_required
def remove_project(request: HttpRequest, slug: str, budget: str, key: str) -> HttpResponse:
    """Take a project out."""
    person, _process, row = _worked(request, slug, budget)
    budgets.remove_project(get_object_or_404(Project, budget=row, key=key), by=person, at=timezone.now())
    messages.success(request, _("The project is removed."))
    return _back(row)


@FORM
@never_cache
@login_required
def judge(request: HttpRequest, slug: str, budget: str, key: str) -> HttpResponse:
    """Say whether a project can be done."""
    person, _process, row = _worked(request, slug, budget)
    there = get_object_or_404(Project, budget=row, key=key)
    form = JudgeForm(request.POST if request.method == "POST" else None, project=there)
    if form.is_valid():
        told = form.cleaned_data
        try:
            budgets.judge_project(
                there, feasible=told["feasible"] == "yes", reason=told["reason"].data, by=person, at=timezone.now()
            )
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The decision is saved."))
            return _back(row)
    title = _("Can it be done?")
    return form_page(request, form, title, _crumbs(row, title), lead=localized(there.title)[0])


@FORM
@never_cache
@login_required
def bring_in(request: HttpRequest, slug: str, budget: str) -> HttpResponse:
    """Bring in the projects of a `.pb` file."""
    person, _process, row = _worked(request, slug, budget)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data["file"].read()
        try:
            made = budgets.import_projects(
                row, data, language=form.cleaned_data["language"], by=person, at=timezone.now()
            )
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("New projects: %(count)s.") % {"count": len(made)})
            return _back(row)
    title = _("Projects from a .pb file")
    return form_page(request, form, title, _crumbs(row, title))


@require_POST
@never_cache
@login_required
def open_vote(request: HttpRequest, slug: str, budget: str) -> HttpResponse:
    """Freeze all and open the log."""
    person, _process, row = _worked(request, slug, budget)
    try:
        freezing.open_vote(row, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("The vote is frozen and its log is begun. Voting begins when the stage opens."))
    return _back(row)


@FORM
@never_cache
@login_required
def desk(request: HttpRequest, slug: str, budget: str) -> HttpResponse:
    """Mark a voter at a desk, before a paper ballot is given."""
    person, process, row = _worked(request, slug, budget)
    form = DeskForm(request.POST if request.method == "POST" else None, budget=row)
    if form.is_valid():
        told = form.cleaned_data
        shown = paper.Shown(told["code"], told["municipality"], told["postal_code"], told["works_in"])
        try:
            paper.mark_at_desk(row, shown, channel=told["channel"], by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The voter is marked. Give the ballot now."))
            return redirect("participation:work-desk", slug=process.slug, budget=row.slug)
    lead = _("Look at the identity document first. Who has voted on the web or at another desk is refused here.")
    return form_page(request, form, _("Give a ballot"), _crumbs(row, _("Give a ballot")), lead=lead)


@FORM
@never_cache
@login_required
def sheet(request: HttpRequest, slug: str, budget: str, sheet: int | None = None) -> HttpResponse:
    """Type a paper ballot in, or confirm what another person typed in."""
    person, process, row = _worked(request, slug, budget)
    there = get_object_or_404(Sheet, budget=row, pk=sheet) if sheet else None
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        sheet=there,
        initial={"key": uuid.uuid4()},
    )
    problem_words = ""
    if form.is_valid():
        told = form.cleaned_data
        try:
            choice = papers.read_choice(row, request.POST)
            if there is not None:
                paper.confirm_sheet(there, choice, by=person, at=timezone.now())
            else:
                paper.enter_sheet(
                    row,
                    choice,
                    serial=told["serial"],
                    channel=told["channel"],
                    key=told["key"],
                    by=person,
                    at=timezone.now(),
                )
        except Problem as problem:
            problem_words = problem.words
        else:
            said = _("The ballot is in the log.") if there else _("Saved. Another person confirms it from the paper.")
            messages.success(request, said)
            return _back(row)
    context = {
        "process": process,
        "budget": row,
        "stage": row.stage,
        "form": form,
        "sheet": there,
        "lines": papers.lines_of(row, request.POST if request.method == "POST" else None),
        "rules": papers.rules_of(row),
        "problem": problem_words,
        "crumbs": _crumbs(row, _("Paper ballot")),
    }
    return render(request, "participation/work/sheet.html", context, status=422 if form.is_bound else 200)


@require_POST
@never_cache
@login_required
def take_back(request: HttpRequest, slug: str, budget: str, sheet: int) -> HttpResponse:
    """Take a sheet back that isn't confirmed."""
    person, _process, row = _worked(request, slug, budget)
    paper.take_back_sheet(get_object_or_404(Sheet, budget=row, pk=sheet), by=person, at=timezone.now())
    messages.success(request, _("The ballot is taken back: type it in anew."))
    return _back(row)


@FORM
@never_cache
@login_required
def take_back_winner(request: HttpRequest, slug: str, budget: str, key: str) -> HttpResponse:
    """Say that a winner can't be carried out, with why."""
    person, _process, row = _worked(request, slug, budget)
    there = get_object_or_404(Project, budget=row, key=key)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            closing.take_back_winner(there, form.cleaned_data["why"].data, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("It is taken back, and everybody can read why."))
            return _back(row)
    title = _("Take a project back")
    return form_page(request, form, title, _crumbs(row, title), lead=localized(there.title)[0])


@FORM
@never_cache
@login_required
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys of a process's votes: until when they are needed, and their destruction."""
    person, process = worked(request, slug)
    if request.method == "POST":
        try:
            closing.destroy_keys(process, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            messages.error(request, problem.words)
        else:
            messages.success(request, _("The keys are destroyed. Nothing leads from a pass to a person any more."))
        return redirect("participation:work-keys", slug=slug)
    due, at = closing.keys_due_at(process), timezone.now()
    context = {
        "process": process,
        "key": ProcessKey.objects.filter(process=process).first(),
        "due_at": due,
        "is_due": due is not None and at >= due,
        "may_decide": permissions.may_decide(person, process),
        "crumbs": work_crumbs(process, _("Keys of the votes")),
    }
    return render(request, "participation/work/keys.html", context)


_AT = "work/participation/<slug:slug>/budgets/"
URLS = [
    path(f"{_AT}new/", new, name="work-budget-new"),
    path(f"{_AT}<slug:budget>/", budget, name="work-budget"),
    path(f"{_AT}<slug:budget>/change/", change, name="work-budget-change"),
    path(f"{_AT}<slug:budget>/import/", bring_in, name="work-budget-import"),
    path(f"{_AT}<slug:budget>/open/", open_vote, name="work-budget-open"),
    path(f"{_AT}<slug:budget>/desk/", desk, name="work-desk"),
    path(f"{_AT}<slug:budget>/paper/", sheet, name="work-sheet-new"),
    path(f"{_AT}<slug:budget>/paper/<int:sheet>/", sheet, name="work-sheet"),
    path(f"{_AT}<slug:budget>/paper/<int:sheet>/back/", take_back, name="work-sheet-back"),
    path(f"{_AT}<slug:budget>/projects/new/", project, name="work-project-new"),
    path(f"{_AT}<slug:budget>/projects/<str:key>/", project, name="work-project"),
    path(f"{_AT}<slug:budget>/projects/<str:key>/judge/", judge, name="work-project-judge"),
    path(f"{_AT}<slug:budget>/projects/<str:key>/remove/", remove_project, name="work-project-remove"),
    path(f"{_AT}<slug:budget>/projects/<str:key>/back/", take_back_winner, name="work-project-back"),
    path("work/participation/<slug:slug>/keys/", keys, name="work-keys"),
]
