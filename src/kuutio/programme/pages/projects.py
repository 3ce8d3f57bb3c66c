"""The strategy's projects: all of them with a map and what supports what, and each with a permanent address by its code."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.programme import granted, queries, spending
from kuutio.programme.models import ProjectKind
from kuutio.programme.pages.crumbs import crumbs
from kuutio.ui.wording import localized


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """All projects; `?city=` shows those in which an actor of the city takes part."""
    programme = queries.current_programme()
    if programme is None:
        return render(request, "programme/none.html", {"crumbs": crumbs()})
    rows = spending.projects_of(programme)
    cities = queries.cities_of(programme)
    asked = request.GET.get("city", "")
    city = next((one for one in cities if one.pk == asked), None)
    shown = [row for row in rows if city is None or city in row.cities]
    pilots = [row for row in rows if row.project.kind == ProjectKind.PILOT]
    context = {
        "programme": programme,
        "rows": shown,
        "total": len(rows),
        "cities": cities,
        "chosen": city,
        "areas": [
            {
                "area": area,
                "spearheads": [row for row in rows if row.area == area and row.project.kind == ProjectKind.SPEARHEAD],
                "pilots": [row for row in pilots if row.area == area],
            }
            for area in programme.focus_areas.all()
        ],
        "untold": [row for row in pilots if row.area is None],
        "order": ",".join(localized(one.name)[0] for one in cities),
        "crumbs": crumbs((_("Projects"), "")),
    }
    return render(request, "programme/projects.html", context)


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project: who, when, which spearhead, what money, by which source."""
    programme = queries.current_programme()
    rows = spending.projects_of(programme) if programme else []
    found = next((row for row in rows if row.project.code == code), None)
    if programme is None or found is None:
        raise Http404
    siblings = [row for row in rows if found.area and row.area == found.area and row.project.pk != found.project.pk]
    context = {
        "programme": programme,
        "row": found,
        "project": found.project,
        "siblings": siblings,
        "granted": granted.sums_of(found.project),
        "grants": found.project.grants.exclude(state__in=["refused", "cancelled"]).select_related("fund"),
        "crumbs": crumbs((_("Projects"), reverse("programme:projects")), (localized(found.project.name)[0], "")),
    }
    return render(request, "programme/project_page.html", context)
