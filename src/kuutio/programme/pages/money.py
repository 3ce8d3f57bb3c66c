"""Where the money went, as a councillor reads it: a drawing, the same as tables, and the rows behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.programme import queries, spending
from kuutio.programme.flow_view import flow_view
from kuutio.programme.pages.crumbs import crumbs


@require_safe
def money_page(request: HttpRequest) -> HttpResponse:
    """Source, focus area, city: the listed projects' money, ESF apart."""
    programme = queries.current_programme()
    if programme is None:
        return render(request, "programme/none.html", {"crumbs": crumbs()})
    rows = spending.projects_of(programme)
    cities = queries.cities_of(programme)
    areas = [area for area in programme.focus_areas.all()]
    plan, esf = spending.of_the_plan(rows), spending.on_top(rows)
    context: dict[str, Any] = {
        "programme": programme,
        "funding": queries.funding_plan_of(programme),
        "sums": spending.sums_of(plan),
        "view": flow_view(plan, areas, cities),
        "esf": esf,
        "esf_sums": spending.sums_of(esf),
        "is_listed": any(row.listed for row in rows),
        "crumbs": crumbs((_("Where the money went"), "")),
    }
    return render(request, "programme/money.html", context)
