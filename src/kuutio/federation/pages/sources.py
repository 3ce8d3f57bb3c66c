"""The sources that a person keeps: a list, each with its runs and problems, and the forms that change them."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.federation import queries
from kuutio.federation.actions import sources as verbs
from kuutio.federation.models import HarvestForm, HarvestRun, HarvestSource
from kuutio.federation.pages.forms import ChangeForm, RemoveForm, SourceForm

_RUNS_SHOWN = 20
_PROBLEMS_SHOWN = 200


def _keeper(request: HttpRequest) -> Person:
    """Who asks, when they may keep sources at all.

    Raises:
        NotAllowed: they publish for nobody.
    """
    person = cast(Person, request.user)
    if not queries.keeps_sources(person):
        raise NotAllowed(_("Sources are kept by people who publish for a city. Ask your organisation for the role."))
    return person


def _source(request: HttpRequest, slug: str) -> HarvestSource:
    """The source of an address; another organisation's is not found."""
    return get_object_or_404(queries.sources_of(_keeper(request)), slug=slug)


@require_safe
@never_cache
@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """The sources of a person's organisations, with what came of the last run of each."""
    found = list(queries.counted(queries.sources_of(_keeper(request))))
    runs = queries.last_runs(HarvestSource.objects.filter(pk__in=[source.pk for source in found]))
    lines = [
        {"source": source, "run": runs.get(source.pk), "next": _next(source, runs.get(source.pk))} for source in found
    ]
    return render(request, "federation/sources.html", {"lines": lines, "crumbs": _crumbs()})


@require_safe
@never_cache
@login_required
def source_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: its runs, what could not be read, what waits for a decision."""
    source = _source(request, slug)
    runs = list(source.runs.all()[:_RUNS_SHOWN])
    problems = queries.source_problems(source)
    failed = HarvestForm.objects.filter(record__source=source).exclude(problem="")
    context = {
        "source": source,
        "runs": runs,
        "open": runs[0] if runs and runs[0].is_open else None,
        "last": next((run for run in runs if not run.is_open), None),
        "next": _next(source, runs[0] if runs else None),
        "awaiting": queries.awaiting(source),
        "problems": problems[:_PROBLEMS_SHOWN],
        "problem_count": problems.count(),
        "failed_files": failed.select_related("record__dataset")[:_PROBLEMS_SHOWN],
        "standing": source.records.filter(state="ok").count(),
        "crumbs": _crumbs(source),
    }
    return render(request, "federation/source.html", context)


@require_safe
@never_cache
@login_required
def run_json(request: HttpRequest, slug: str, run: int) -> HttpResponse:
    """A run's report for programs."""
    found = get_object_or_404(HarvestRun.objects.select_related("source"), pk=run, source=_source(request, slug))
    return JsonResponse(queries.as_values(found), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new source."""
    person = _keeper(request)
    publishers = queries.publishers_of(person)
    sent = request.POST if request.method == "POST" else None
    form = SourceForm(sent, publishers=publishers, initial={"publisher": publishers.first()})
    if form.is_valid():
        said = form.cleaned_data
        fields = {name: said[name] for name in ("title", "kind", "address", "publisher", "rhythm")}
        try:
            made = verbs.add_source(**fields, options=form.options(), by=person, at=timezone.now())
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("The source is added. Read it now, or wait for its time."))
            return redirect("federation:source", made.slug)
    crumbs = [*_crumbs()[:-1], {"title": _("Sources"), "url": reverse("federation:sources")}, {"title": _("Add")}]
    return _form_page(request, form, {"crumbs": crumbs, "source": None})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Where and how a source is read."""
    source = _source(request, slug)
    fields = ("title", "kind", "address", "rhythm", "is_active")
    initial = {name: getattr(source, name) for name in fields} | source.options
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        publishers=queries.publishers_of(cast(Person, request.user)),
        initial=initial,
    )
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in fields} | {"options": form.options()}
        try:
            verbs.change_source(source, changes, by=cast(Person, request.user), at=timezone.now())
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("The source is saved."))
            return redirect("federation:source", source.slug)
    return _form_page(request, form, {"crumbs": _crumbs(source, _("Change")), "source": source})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once, then read the source no more."""
    source = _source(request, slug)
    form = RemoveForm(request.POST if request.method == "POST" else None, initial={"fate": "keep"})
    if form.is_valid():
        withdraw = form.cleaned_data["fate"] == "withdraw"
        try:
            verbs.remove_source(source, withdraw=withdraw, by=cast(Person, request.user), at=timezone.now())
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("The source “%(title)s” is read no more.") % {"title": source.title})
            return redirect("federation:sources")
    context = {"source": source, "form": form, "crumbs": _crumbs(source, _("Remove"))}
    return render(request, "federation/remove.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@login_required
def run_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a run."""
    source = _source(request, slug)
    full = request.POST.get("full") == "1"
    return _done(
        request,
        source,
        lambda person: verbs.start_run(source, by=person, at=timezone.now(), full=full),
        _("The source is being read. Come back to this page to see how it goes."),
    )


@require_POST
@never_cache
@login_required
def stop(request: HttpRequest, slug: str, run: int) -> HttpResponse:
    """End a run where it is."""
    source = _source(request, slug)
    found = get_object_or_404(source.runs, pk=run)
    return _done(
        request,
        source,
        lambda person: verbs.stop_run(found, by=person, at=timezone.now()),
        _("The run is stopped. What it took in stays."),
    )


@require_POST
@never_cache
@login_required
def decide(request: HttpRequest, slug: str, run: int) -> HttpResponse:
    """A decision on many data sets that are gone from their source."""
    source = _source(request, slug)
    found = get_object_or_404(source.runs, pk=run)
    withdraw = request.POST.get("decision") == "withdraw"
    said = _("The data sets are withdrawn.") if withdraw else _("The data sets stay.")
    return _done(
        request,
        source,
        lambda person: verbs.decide_withdrawal(found, withdraw=withdraw, by=person, at=timezone.now()),
        said,
    )


def _done(request: HttpRequest, source: HarvestSource, act: Any, said: str) -> HttpResponse:
    """Act, tell what came of it, and go back to the source."""
    try:
        act(cast(Person, request.user))
    except Problem as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, said)
    return redirect("federation:source", source.slug)


def _told(form: Form, problem: Problem) -> None:
    """A refusal, at the fields that are at fault."""
    for error in problem.errors:
        name = str(error.get("pointer", "")).rpartition("/")[2]
        form.add_error(name if name in form.fields else None, str(error.get("detail", "")))
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def _form_page(request: HttpRequest, form: Form, context: dict[str, Any]) -> HttpResponse:
    return render(request, "federation/form.html", {"form": form, **context}, status=422 if form.errors else 200)


def _next(source: HarvestSource, run: HarvestRun | None) -> Any:
    """When the source is read next; None when nobody but a person begins it."""
    return source.next_at(run.created_at if run else None)


def _crumbs(source: HarvestSource | None = None, last: str = "") -> list[dict[str, str]]:
    crumbs = [
        {"title": _("Front page"), "url": "/"},
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Sources"), "url": reverse("federation:sources") if source else ""},
    ]
    if source:
        crumbs.append({"title": source.title, "url": reverse("federation:source", args=[source.slug]) if last else ""})
    return [*crumbs, {"title": last, "url": ""}] if last else crumbs
