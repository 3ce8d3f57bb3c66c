"""Indicators and the library of results, as everybody reads them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.core.language import LANGUAGES
from kuutio.programme import measures, queries
from kuutio.programme.drawing import Chart, progress_chart
from kuutio.programme.measures import Measure
from kuutio.programme.models import IndicatorValue, Result
from kuutio.programme.pages.money_shared import given, open_crumbs
from kuutio.programme.result_findable import KIND
from kuutio.search.queries import find
from kuutio.ui import wording
from kuutio.ui.marked import rendered
from kuutio.ui.wording import localized

MOST_RESULTS = 100
_SHOWN_STEPS = 8


def chart_of(measure: Measure) -> Chart | None:
    """An indicator's chart: what was reached by the end of each period, against the target; None while there are no figures.

    A period with a count of few people has no column: the difference to its neighbour would tell the count.
    """
    shown = [
        step
        for step in measure.steps
        if not measures.is_hidden(step.value, measure.indicator)
        and not measures.is_hidden(step.so_far, measure.indicator)
    ]
    if not shown:
        return None
    steps = [
        (f"{step.ends_on.month}/{step.ends_on.year}", step.so_far, measures.said(step.so_far, measure.indicator))
        for step in shown[-_SHOWN_STEPS:]
    ]
    target = measures.said(measure.target, measure.indicator) if measure.target is not None else ""
    return progress_chart(steps, measure.target, target)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The programme's indicators: targets against actuals."""
    programme = queries.current_programme()
    rows = measures.measures_of(programme) if programme else []
    context = {
        "programme": programme,
        "rows": rows,
        "has_examples": any(row.is_example for row in rows),
        "crumbs": open_crumbs((_("Indicators"), "")),
    }
    return render(request, "programme/indicators/overview.html", context)


@require_safe
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: its chart and the table beside it, by project, city and period, each figure with what shows it."""
    programme = queries.current_programme()
    found = measures.measures_of(programme, key=key) if programme else []
    if not found:
        raise Http404
    measure = found[0]
    context = {
        "measure": measure,
        "chart": chart_of(measure),
        "crumbs": open_crumbs(
            (_("Indicators"), reverse("programme:indicators")), (localized(measure.indicator.name)[0], "")
        ),
    }
    return render(request, "programme/indicators/indicator.html", context)


@require_safe
def evidence(request: HttpRequest, key: str, value: uuid.UUID) -> HttpResponse:
    """The file that shows a figure."""
    row = get_object_or_404(IndicatorValue, uuid=value, indicator__key=key)
    if not row.evidence_sha256:
        raise Http404
    return given(row.evidence_sha256, row.evidence_name, row.evidence_type)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The library of results, searched by its words."""
    asked = " ".join(request.GET.get("q", "").split())[:200]
    rows = Result.objects.select_related("project", "focus_area")
    found: list[Any] = list(rows[:MOST_RESULTS])
    if asked:
        keys = _found(asked)
        by_key = {str(row.uuid): row for row in rows.filter(uuid__in=keys)}
        found = [by_key[key] for key in keys if key in by_key]
    context = {"rows": found, "asked": asked, "crumbs": open_crumbs((_("Library of results"), ""))}
    return render(request, "programme/indicators/results.html", context)


def _found(asked: str) -> list[str]:
    return [row.key for row in find(asked, language=wording.language(), kind=KIND, limit=MOST_RESULTS).rows]


@require_safe
def result(request: HttpRequest, result: uuid.UUID) -> HttpResponse:
    """One result: what was made, what was learnt, its files and links."""
    row = get_object_or_404(
        Result.objects.select_related("project", "focus_area").prefetch_related("files"), uuid=result
    )
    context = {
        "row": row,
        "html": rendered(row.text),
        "language": row.language if row.language in LANGUAGES and row.language != wording.language() else "",
        "crumbs": open_crumbs((_("Library of results"), reverse("programme:results")), (row.title, "")),
    }
    return render(request, "programme/indicators/result.html", context)


@require_safe
def result_file(request: HttpRequest, result: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a result."""
    row = get_object_or_404(Result, uuid=result)
    found = get_object_or_404(row.files, uuid=file)
    return given(found.sha256, found.name, found.type)
