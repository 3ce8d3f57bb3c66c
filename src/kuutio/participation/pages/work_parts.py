"""The officers' pages of a process's parts: stages, sections, milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation.actions import stages as verbs
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Process
from kuutio.participation.pages.shared import seen_stage, show, work_crumbs, worked
from kuutio.participation.pages.work import FORM, form_page
from kuutio.participation.pages.work_forms import MilestoneForm, SectionForm, StageForm


@FORM
@never_cache
@login_required
def new_stage(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a stage of the kind that the address names."""
    person, row = worked(request, slug)
    kind = request.GET.get("kind", "")
    if kind not in STAGES:
        raise Http404
    form = StageForm(_sent(request), kind=kind)
    title = _("New stage: %(kind)s") % {"kind": STAGES[kind].label}
    if form.is_valid() and _done(
        form, lambda: verbs.add_stage(row, kind, by=person, at=timezone.now(), **form.values())
    ):
        return _saved(request, row)
    return form_page(request, form, title, work_crumbs(row, title), lead=STAGES[kind].text)


@FORM
@never_cache
@login_required
def stage(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Change a stage."""
    person, row = worked(request, slug)
    found = seen_stage(row, stage)
    if found.kind not in STAGES:
        raise Http404
    form = StageForm(_sent(request), kind=found.kind, stage=found)
    if form.is_valid() and _done(
        form, lambda: verbs.change_stage(found, by=person, at=timezone.now(), **form.values())
    ):
        return _saved(request, row)
    title = _("Change the stage")
    more = {
        "remove_url": reverse("participation:work-stage-remove", args=[slug, stage]),
        "remove_words": _("Remove the stage"),
    }
    return form_page(request, form, title, work_crumbs(row, title), **more)


@require_POST
@never_cache
@login_required
def remove_stage(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Take a stage away."""
    person, row = worked(request, slug)
    return _removed(request, row, lambda: verbs.remove_stage(seen_stage(row, stage), by=person, at=timezone.now()))


@FORM
@never_cache
@login_required
def new_section(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a section."""
    person, row = worked(request, slug)
    form = SectionForm(_sent(request), process=row)
    if form.is_valid() and _done(form, lambda: verbs.add_section(row, by=person, at=timezone.now(), **form.values())):
        return _saved(request, row)
    return form_page(request, form, _("New section"), work_crumbs(row, _("New section")))


@FORM
@never_cache
@login_required
def section(request: HttpRequest, slug: str, section: int) -> HttpResponse:
    """Change a section."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.sections.all(), pk=section)
    form = SectionForm(_sent(request), process=row, section=found)
    if form.is_valid() and _done(
        form, lambda: verbs.change_section(found, by=person, at=timezone.now(), **form.values())
    ):
        return _saved(request, row)
    title = _("Change the section")
    more = {
        "remove_url": reverse("participation:work-section-remove", args=[slug, section]),
        "remove_words": _("Remove the section"),
    }
    return form_page(request, form, title, work_crumbs(row, title), **more)


@require_POST
@never_cache
@login_required
def remove_section(request: HttpRequest, slug: str, section: int) -> HttpResponse:
    """Take a section away."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.sections.all(), pk=section)
    return _removed(request, row, lambda: verbs.remove_section(found, by=person, at=timezone.now()))


@FORM
@never_cache
@login_required
def new_milestone(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a milestone."""
    person, row = worked(request, slug)
    form = MilestoneForm(_sent(request))
    if form.is_valid() and _done(form, lambda: verbs.set_milestone(row, by=person, at=timezone.now(), **form.values())):
        return _saved(request, row)
    return form_page(request, form, _("New milestone"), work_crumbs(row, _("New milestone")))


@FORM
@never_cache
@login_required
def milestone(request: HttpRequest, slug: str, milestone: int) -> HttpResponse:
    """Change a milestone."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.milestones.all(), pk=milestone)
    form = MilestoneForm(_sent(request), milestone=found)
    if form.is_valid() and _done(
        form, lambda: verbs.set_milestone(row, milestone=found, by=person, at=timezone.now(), **form.values())
    ):
        return _saved(request, row)
    title = _("Change the milestone")
    more = {
        "remove_url": reverse("participation:work-milestone-remove", args=[slug, milestone]),
        "remove_words": _("Remove the milestone"),
    }
    return form_page(request, form, title, work_crumbs(row, title), **more)


@require_POST
@never_cache
@login_required
def remove_milestone(request: HttpRequest, slug: str, milestone: int) -> HttpResponse:
    """Take a milestone away."""
    person, row = worked(request, slug)
    found = get_object_or_404(row.milestones.all(), pk=milestone)
    return _removed(request, row, lambda: verbs.remove_milestone(found, by=person, at=timezone.now()))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(form: Any, act: Any) -> bool:
    """Whether an act was done; why not stands in the form."""
    try:
        act()
    except NotAllowed:
        raise
    except Problem as problem:
        show(problem, form)
        return False
    return True


def _saved(request: HttpRequest, process: Process) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("participation:work-process", slug=process.slug)


def _removed(request: HttpRequest, process: Process, act: Any) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("Removed."))
    return redirect("participation:work-process", slug=process.slug)
