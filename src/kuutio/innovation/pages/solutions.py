"""Solutions: the list, one of them with where it runs, telling of one, and the officers' answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.cities.places import cities
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import lacks, permissions
from kuutio.innovation.actions import solutions
from kuutio.innovation.findable_solutions import KIND
from kuutio.innovation.models import Solution, Technology, Theme
from kuutio.innovation.pages.feeds import Entry, atom, json_feed
from kuutio.innovation.pages.shared import (
    FORM,
    crumbs,
    form_page,
    officer,
    pages_of,
    person_of,
    show,
    start_of,
    word_of,
    work_crumbs,
)
from kuutio.innovation.pages.solution_forms import DecideForm, SolutionForm
from kuutio.innovation.queries import PAGE
from kuutio.innovation.said import labels
from kuutio.innovation.subjects import Interface
from kuutio.opendata.queries import public_datasets
from kuutio.search.queries import find
from kuutio.ui.wording import language, localized

_MOST_FOUND = 200
_NAMES = 200


def published() -> QuerySet[Solution]:
    """What everybody may read, with what a list shows of each."""
    rows = Solution.objects.filter(state=Solution.State.PUBLISHED)
    return rows.prefetch_related("runs_in__city").order_by("-decided_at", "-pk")


def seen_by(person: Person | None) -> QuerySet[Solution]:
    """What a person may read: their own, and for officers all."""
    if permissions.is_officer(person):
        return Solution.objects.all()
    own = Q(submitted_by=person) if person is not None else Q(pk=None)
    return Solution.objects.filter(Q(state=Solution.State.PUBLISHED) | own)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All solutions, by words, theme and the city in which they run."""
    members = cities()
    text, theme = word_of(request.GET, "q"), word_of(request.GET, "theme", Theme.values)
    city, start = word_of(request.GET, "city", [one.code for one in members]), start_of(request.GET)
    rows = published()
    order: dict[str, int] = {}
    if text:
        order = {
            row.key: place
            for place, row in enumerate(find(text, language=language(), kind=KIND, limit=_MOST_FOUND).rows)
        }
        rows = rows.filter(slug__in=order)
    if theme:
        rows = rows.filter(themes__contains=[theme])
    if city:
        rows = rows.filter(runs_in__city=city)
    total = rows.count()
    shown = (
        sorted(rows, key=lambda row: order[row.slug])[start : start + PAGE]
        if order
        else list(rows[start : start + PAGE])
    )
    context = {
        "rows": [_line(row) for row in shown],
        "total": total,
        "asked": {"q": text, "theme": theme, "city": city},
        "themes": Theme.choices,
        "cities": members,
        "crumbs": crumbs((_("Solutions"), "")),
        "may_work": permissions.is_officer(person_of(request)),
        **pages_of(request.GET, start, total),
    }
    return render(request, "innovation/solutions/list.html", context)


def _line(row: Solution) -> dict[str, Any]:
    return {
        "solution": row,
        "runs_in": [one.city for one in row.runs_in.all()],
        "themes": labels(row.themes, Theme),
    }


@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest solutions, for programs."""
    make = {"atom": atom, "json": json_feed}[form]
    page = reverse("innovation:solutions")
    entries = [
        Entry(
            f"urn:uuid:{row.key}",
            localized(row.title)[0],
            reverse("innovation:solution", args=[row.slug]),
            localized(row.text)[0],
            row.maker,
            row.changed_at,
            tuple(row.themes),
        )
        for row in published()[:50]
    ]
    return make(request, _("Solutions made on the cities’ data"), page, entries)


@require_safe
def solution(request: HttpRequest, slug: str) -> HttpResponse:
    """One solution: what it does, what it is made on, where it runs and what the others lack."""
    person = person_of(request)
    row = get_object_or_404(seen_by(person).prefetch_related("needs__datasets__dataset", "runs_in__city"), slug=slug)
    context = {
        "row": row,
        "running": lacks.running_of(row),
        "needs": lacks.needs_of(row),
        "themes": labels(row.themes, Theme),
        "technologies": labels(row.technologies, Technology),
        "interfaces": labels(row.interfaces, Interface),
        "may_change": person is not None and solutions.may_change(person, row),
        "may_decide": person is not None
        and solutions.may_decide(person, row)
        and row.state in {Solution.State.SUBMITTED, Solution.State.DECLINED},
        "may_withdraw": person is not None
        and row.state != Solution.State.WITHDRAWN
        and (row.submitted_by_id == person.pk or permissions.is_officer(person)),
        "decide_form": DecideForm(),
        "crumbs": crumbs((_("Solutions"), reverse("innovation:solutions")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/solutions/solution.html", context)


@FORM
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Tell of a solution: anybody may."""
    person = person_of(request)
    form = SolutionForm(request.POST if request.method == "POST" else None, signed_in=person is not None)
    if form.is_valid():
        try:
            row = solutions.submit_solution(
                form.told(),
                key=form.cleaned_data["key"],
                contact=form.cleaned_data.get("contact", ""),
                language=language(),
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(
                request, _("Thank you. An officer reads it, and you get a letter when everybody can see it.")
            )
            return redirect("innovation:solution", slug=row.slug) if person else redirect("innovation:solutions")
    return _form(request, form, _("Tell of a solution"), _("Tell of a solution"))


@FORM
@never_cache
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell it anew."""
    person = person_of(request)
    row = get_object_or_404(seen_by(person).prefetch_related("needs__datasets"), slug=slug)
    if not solutions.may_change(person, row):
        raise NotAllowed(_("A solution is changed by who sent it while it waits, later by an officer of a city."))
    form = SolutionForm(request.POST if request.method == "POST" else None, signed_in=True, solution=row)
    if form.is_valid():
        try:
            solutions.change_solution(row, form.told(), by=person, at=timezone.now())
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:solution", slug=row.slug)
    return _form(request, form, _("Change the solution"), localized(row.title)[0])


def _form(request: HttpRequest, form: SolutionForm, title: str, last: str) -> HttpResponse:
    names = list(public_datasets().order_by("-used", "name").values_list("name", flat=True)[:_NAMES])
    steps = crumbs((_("Solutions"), reverse("innovation:solutions")), (last, ""))
    return form_page(request, form, title, steps, names=names, template="innovation/solutions/form.html")


def _show(problem: Problem, form: SolutionForm) -> None:
    """What is wrong with a need stands at its line."""
    for error in problem.errors:
        parts = error["pointer"].strip("/").split("/")
        if parts[0] == "needs":
            form.add_error(form.place(int(parts[1])) if len(parts) > 1 else "dataset_0", error["detail"])
        else:
            form.add_error(parts[0] if parts[0] in form.fields else None, error["detail"])
    if not problem.errors:
        show(problem, form)


@require_POST
@never_cache
@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take it back."""
    person = person_of(request)
    solutions.withdraw_solution(get_object_or_404(seen_by(person), slug=slug), by=person, at=timezone.now())
    messages.success(request, _("The solution was taken back: nobody else sees it now."))
    return redirect("innovation:solutions")


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The solutions that wait for an officer, the longest wait first."""
    officer(request)
    rows = list(Solution.objects.filter(state=Solution.State.SUBMITTED).order_by("submitted_at")[:200])
    title = _("Solutions that wait")
    return render(request, "innovation/solutions/queue.html", {"rows": rows, "crumbs": work_crumbs((title, ""))})


@require_POST
@never_cache
@login_required
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """An officer's answer."""
    person = officer(request)
    row = get_object_or_404(Solution, slug=slug)
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        if form.cleaned_data["verdict"] == "publish":
            solutions.publish_solution(row, by=person, at=timezone.now())
            messages.success(request, _("Published: everybody can see it now."))
        else:
            solutions.decline_solution(row, reason=form.cleaned_data["reason"], by=person, at=timezone.now())
            messages.success(request, _("Its maker gets your reason in a letter."))
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    return redirect("innovation:solution", slug=slug)
