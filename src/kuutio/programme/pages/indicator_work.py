"""The office's pages of indicators: what is counted, in what unit, and what the whole is to reach."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import measures
from kuutio.programme.actions import indicating
from kuutio.programme.models import Indicator, Programme
from kuutio.programme.pages.money_forms import IndicatorForm
from kuutio.programme.pages.shared import Crumbs, form_page, office, show
from kuutio.programme.queries import current_programme
from kuutio.ui.wording import localized

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The indicators, each with its target and a way to change it."""
    office(request)
    programme = current_programme()
    rows = measures.measures_of(programme) if programme else []
    return render(request, "programme/indicators/work.html", {"rows": rows, "crumbs": _crumbs()})


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin to count something."""
    office(request)
    programme = current_programme()
    if programme is None:
        raise Http404
    return _written(request, programme, None, _("New indicator"))


@FORM
@never_cache
@login_required
def write(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is said of an indicator, or its target."""
    office(request)
    programme = current_programme()
    row = get_object_or_404(Indicator, programme=programme, key=key)
    return _written(request, row.programme, row, localized(row.name)[0])


def _written(request: HttpRequest, programme: Programme, row: Indicator | None, title: str) -> HttpResponse:
    form = IndicatorForm(request.POST if request.method == "POST" else None, indicator=row)
    if form.is_valid():
        told = form.counted()
        try:
            indicating.write_indicator(row, told, programme=programme, by=office(request), at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("programme:work-indicators")
    return form_page(request, form, title, _crumbs(title))


def _crumbs(last: str = "") -> Crumbs:
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Grants and claims"), "url": reverse("programme:work-money")},
        {"title": _("Indicators"), "url": reverse("programme:work-indicators") if last else ""},
    ]
    return [*found, {"title": last}] if last else found
