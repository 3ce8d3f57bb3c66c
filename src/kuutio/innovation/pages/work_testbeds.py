"""A testbed's keepers' pages: describing it, its days, what it offers, its bookings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Organisation
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions
from kuutio.innovation.actions import testbeds as verbs
from kuutio.innovation.availability import HOLDS
from kuutio.innovation.models import Opening, Testbed, TestbedResource
from kuutio.innovation.pages.shared import FORM, form_page, keeper, show, work_crumbs, worked_testbed
from kuutio.innovation.pages.work_forms import WEEKDAYS, DaysForm, ResourceForm, TestbedForm, missing_lines
from kuutio.innovation.texts import written
from kuutio.ui.wording import localized


def _way(row: Testbed, last: str) -> list[dict[str, str]]:
    return work_crumbs((localized(row.name)[0], reverse("innovation:work-testbed", args=[row.slug])), (last, ""))


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Describe a new testbed."""
    person = keeper(request)
    cities = [city.pk for city in permissions.cities_of(person)]
    own = Q(kind="city", city__in=cities) | Q(pk__in=permissions.campuses_of(person))
    owners = Organisation.objects.filter(own).order_by("slug")
    form = TestbedForm(request.POST if request.method == "POST" else None, testbed=None, owners=owners)
    if form.is_valid():
        said = form.cleaned_data
        try:
            row = verbs.describe_testbed(
                None, owner=said["owner"], city=said["city"], by=person, at=timezone.now(), **form.values()
            )
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved as a draft. Say when it can be booked, then publish it."))
            return redirect("innovation:work-testbed", slug=row.slug)
    return form_page(request, form, _("New testbed"), work_crumbs((_("New testbed"), "")))


@FORM
@never_cache
@login_required
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said of a testbed."""
    person, row = worked_testbed(request, slug)
    form = TestbedForm(request.POST if request.method == "POST" else None, testbed=row)
    if form.is_valid():
        try:
            verbs.describe_testbed(row, by=person, at=timezone.now(), **form.values())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-testbed", slug=slug)
    return form_page(request, form, _("Texts and terms"), _way(row, _("Texts and terms")))


@require_safe
@never_cache
@login_required
def testbed(request: HttpRequest, slug: str) -> HttpResponse:
    """One testbed as its keepers see it."""
    _person, row = worked_testbed(request, slug)
    at, names = timezone.now(), dict(WEEKDAYS)
    openings = [
        {"row": opening, "weekdays": ", ".join(str(names[day]) for day in opening.weekdays)}
        for opening in row.openings.all()
    ]
    facts = {
        "testbed": row,
        "openings": openings,
        "resources": row.resources.select_related("dataset"),
        "waiting": row.bookings.filter(state="requested").order_by("starts_at"),
        "coming": row.bookings.filter(state__in=HOLDS, ends_at__gt=at).exclude(state="requested").order_by("starts_at"),
        "missing": missing_lines(verbs.missing_of(row), TestbedForm) if row.state == Testbed.State.DRAFT else [],
        "crumbs": work_crumbs((localized(row.name)[0], "")),
    }
    return render(request, "innovation/work/testbed.html", facts)


@FORM
@never_cache
@login_required
def days(request: HttpRequest, slug: str) -> HttpResponse:
    """Say when a testbed can be booked."""
    person, row = worked_testbed(request, slug)
    form = DaysForm(request.POST if request.method == "POST" else None, initial={"opens": "08:00", "closes": "16:00"})
    if form.is_valid():
        try:
            verbs.open_days(row, form.days(), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-testbed", slug=slug)
    return form_page(request, form, _("Days to be booked"), _way(row, _("Days to be booked")))


@FORM
@never_cache
@login_required
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a data set or an interface of a testbed."""
    person, row = worked_testbed(request, slug)
    form = ResourceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            verbs.add_resource(row, **{**said, "name": written(said["name"])}, by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:work-testbed", slug=slug)
    title = _("Data set or interface")
    return form_page(request, form, title, _way(row, title))


@require_POST
@never_cache
@login_required
def act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Publish or close a testbed, take days or a data set off it."""
    person, row = worked_testbed(request, slug)
    at, what = timezone.now(), request.POST.get("row", "")
    number: Any = int(what) if what.isascii() and what.isdecimal() and len(what) < 18 else 0
    try:
        match act:
            case "publish":
                verbs.publish_testbed(row, by=person, at=at)
                messages.success(request, _("The testbed is public now."))
            case "close":
                verbs.close_testbed(row, by=person, at=at)
                messages.success(request, _("The testbed takes no more bookings."))
            case "remove-days":
                verbs.remove_days(get_object_or_404(Opening, testbed=row, pk=number), by=person, at=at)
            case "remove-resource":
                verbs.remove_resource(get_object_or_404(TestbedResource, testbed=row, pk=number), by=person, at=at)
            case _:
                raise Http404
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    return redirect("innovation:work-testbed", slug=slug)
