"""Describe a data set, see what its description still lacks, publish and withdraw it; for its publisher alone."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import Person
from kuutio.core.problems import Problem
from kuutio.opendata.actions.catalogue import (
    add_distribution,
    change_dataset,
    change_distribution,
    publish_dataset,
    remove_distribution,
    unpublish_dataset,
    withdraw_dataset,
)
from kuutio.opendata.mends import MENDS, RATINGS
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.pages.describe_form import DescriptionForm, DistributionForm
from kuutio.opendata.pages.frame import context, framed
from kuutio.opendata.pages.quality import label_of
from kuutio.opendata.quality import MOST, Missing, assess

_VERBS = {"publish": publish_dataset, "unpublish": unpublish_dataset, "withdraw": withdraw_dataset}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def describe(request: HttpRequest, name: str) -> HttpResponse:
    """The page; others never hear that there is such a form."""
    frame = framed(request, name)
    if not frame.may_change:
        raise Http404
    person, at = cast(Person, request.user), timezone.now()
    verb = request.POST.get("do", "")
    if verb in _VERBS:
        try:
            _VERBS[verb](frame.dataset, by=person, at=at)
        except Problem as problem:
            messages.error(request, str(problem.detail))
        else:
            messages.success(request, _done(verb))
        return redirect("opendata:describe", name=name)
    form = DescriptionForm(request.POST if request.method == "POST" else None, dataset=frame.dataset)
    if form.is_valid():
        try:
            change_dataset(frame.dataset, form.changes(), by=person, at=at)
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("The description is saved."))
            return redirect("opendata:describe", name=name)
    judged = assess(frame.dataset)
    more = context(frame, "") | {
        "form": form,
        "points": judged.points,
        "most": MOST,
        "rating": RATINGS[judged.rating],
        "missing": [
            {"points": one.points, "mend": MENDS.get(one.mend, one.mend), "where": _control(form, frame.dataset, one)}
            for one in judged.missing
        ],
        "parts": [{"one": one, "title": label_of(one)} for one in frame.dataset.distributions.all()],
    }
    return render(request, "opendata/dataset/describe.html", more, status=422 if form.errors else 200)


def _control(form: DescriptionForm, dataset: Dataset, lack: Missing) -> str:
    """Where the control is that mends a lack: on this page, or on that of the first distribution at fault."""
    if lack.distributions and lack.field in DistributionForm.base_fields:
        there = reverse("opendata:distribution", args=[dataset.name, lack.distributions[0]])
        return f"{there}#id_{lack.field}"
    if lack.field == "distributions":
        return reverse("opendata:distribution-new", args=[dataset.name])
    field = "keywords_fi" if lack.field == "keywords" else lack.field
    return f"#{form[field].id_for_label or form[field].auto_id}" if field in form.fields else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def distribution(request: HttpRequest, name: str, part: UUID | None = None) -> HttpResponse:
    """The page of one distribution's description, or of a new address; others never hear that there is such a form."""
    frame = framed(request, name)
    if not frame.may_change:
        raise Http404
    person, at, dataset = cast(Person, request.user), timezone.now(), frame.dataset
    found = get_object_or_404(Distribution, pk=part, dataset=dataset) if part else None
    removing = request.POST.get("do") == "remove"
    form = DistributionForm(
        request.POST if request.method == "POST" and not removing else None,
        distribution=found,
        position=dataset.distributions.count(),
    )
    try:
        if removing and found:
            remove_distribution(found, by=person, at=at)
            messages.success(request, _("It was taken out of the data set."))
            return redirect("opendata:describe", name=name)
        if form.is_valid():
            if found:
                change_distribution(found, form.changes(), by=person, at=at)
            else:
                add_distribution(dataset, kind=Distribution.Kind.LINK, by=person, at=at, **form.changes())
            messages.success(request, _("The description is saved."))
            return redirect("opendata:describe", name=name)
    except Problem as problem:
        if removing:
            messages.error(request, str(problem.detail))
            return redirect("opendata:distribution", name=name, part=part)
        _told(form, problem)
    more = context(frame, "") | {"form": form, "part": found, "part_title": label_of(found) if found else ""}
    return render(request, "opendata/dataset/distribution.html", more, status=422 if form.errors else 200)


def _done(verb: str) -> str:
    if verb == "publish":
        return _("The data set is published.")
    return _("The data set is withdrawn.") if verb == "withdraw" else _("The data set is a draft again.")


def _told(form: Any, problem: Problem) -> None:
    """A refusal, at the fields that are at fault."""
    for error in problem.errors:
        name = str(error.get("pointer", "")).rpartition("/")[2]
        form.add_error(name if name in form.fields else None, str(error.get("detail", "")))
    if not problem.errors:
        form.add_error(None, str(problem.detail))
