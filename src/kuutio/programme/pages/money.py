"""Where the money went, as a councillor reads it: a drawing, the same as tables, and the rows behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from kuutio.cities.places import City
from kuutio.core.grants.budgets import Source
from kuutio.programme import granted, queries, spending
from kuutio.programme.flow_view import flow_view
from kuutio.programme.models import FocusArea
from kuutio.programme.pages.crumbs import crumbs
from kuutio.programme.spending import MoneySource


@require_safe
def money_page(request: HttpRequest) -> HttpResponse:
    """Source, focus area, city: the listed projects' money, ESF apart."""
    programme = queries.current_programme()
    if programme is None:
        return render(request, "programme/none.html", {"crumbs": crumbs()})
    rows = spending.projects_of(programme)
    cities = queries.cities_of(programme)
    areas = list(programme.focus_areas.all())
    plan, esf = spending.of_the_plan(rows), spending.on_top(rows)
    listed = {
        str(MoneySource.GRANTED): _("EU and state, granted"),
        str(MoneySource.OTHER): _("Cities and others, and what is to come"),
    }
    context: dict[str, Any] = {
        "programme": programme,
        "funding": queries.funding_plan_of(programme),
        "sums": spending.sums_of(plan),
        "view": flow_view(spending.flows_of(plan), spending.counts_of(plan), listed, areas, cities),
        "here": [_granted_here(areas, cities, on_top=on_top) for on_top in (False, True)],
        "esf": esf,
        "esf_sums": spending.sums_of(esf),
        "is_listed": any(row.listed for row in rows),
        "crumbs": crumbs((_("Where the money went"), "")),
    }
    return render(request, "programme/money.html", context)


def _granted_here(areas: list[FocusArea], cities: list[City], *, on_top: bool) -> dict[str, Any]:
    """What was decided here, of the funds that come on top or of the others."""
    names = {
        str(Source.EU): _("European Social Fund") if on_top else _("European Regional Development Fund"),
        str(Source.STATE): pgettext("who pays", "State"),
        str(Source.OWN_PUBLIC): _("Cities and other partners"),
    }
    flows, counts, made_up = granted.flows(on_top=on_top)
    return {"on_top": on_top, "view": flow_view(flows, counts, names, areas, cities), "made_up": made_up}
