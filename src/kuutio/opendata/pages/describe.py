"""Describe a data set, see what its description still lacks, publish and withdraw it; for its publisher alone."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import Person
from kuutio.core.problems import Problem
from kuutio.opendata.actions.catalogue import change_dataset, publish_dataset, unpublish_dataset, withdraw_dataset
from kuutio.opendata.mends import MENDS, RATINGS
from kuutio.opendata.pages.describe_form import DescriptionForm, initial
from kuutio.opendata.pages.frame import context, framed
from kuutio.opendata.quality import MOST, assess

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
    form = DescriptionForm(request.POST if request.method == "POST" else None, initial=initial(frame.dataset))
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
        "missing": [{"points": one.points, "mend": MENDS.get(one.mend, one.mend), "field": _field(form, one.field)}
                    for one in judged.missing],
    }  # fmt: skip
    return render(request, "opendata/dataset/describe.html", more, status=422 if form.errors else 200)


def _field(form: DescriptionForm, field: str) -> str:
    """The id of the control that mends a lack, if this form has it."""
    field = "keywords_fi" if field == "keywords" else field
    return form[field].id_for_label or form[field].auto_id if field in form.fields else ""


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
