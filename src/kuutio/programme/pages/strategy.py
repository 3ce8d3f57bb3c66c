"""The strategy as a councillor reads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.models import Organisation
from kuutio.programme import measures, queries
from kuutio.programme.drawing import funding_bar
from kuutio.programme.models import ProjectKind, PromisedProject
from kuutio.programme.pages.crumbs import crumbs
from kuutio.ui.wording import language, localized, money


@require_safe
def strategy(request: HttpRequest) -> HttpResponse:
    """What the strategy is, what it does in which city, and where its money comes from."""
    programme = queries.current_programme()
    if programme is None:
        return render(request, "programme/none.html", {"crumbs": crumbs()})
    cities, areas = queries.cities_of(programme), queries.focus_areas_of(programme)
    plan = queries.funding_plan_of(programme)
    kinds = dict(Organisation.Kind.choices)
    context = {
        "programme": programme,
        "cities": cities,
        "areas": areas,
        "rows": queries.city_rows_of(areas, cities),
        "plan": plan,
        "bar": funding_bar(plan, programme.funding_limit_cents),
        "actor_kinds": [kinds[kind] for kind in programme.actor_kinds],
        "projects": [project for area in areas for project in area.spearhead.projects.all()],
        "office": queries.office_project_of(programme),
        "crumbs": crumbs(),
    }
    return render(request, "programme/strategy.html", context)


@require_safe
def focus_area(request: HttpRequest, area: str) -> HttpResponse:
    """One focus area: what it promises, its spearhead in each city, the projects that carry it out."""
    programme = queries.current_programme()
    areas = queries.focus_areas_of(programme) if programme else []
    found = next((row for row in areas if row.slug == area), None)
    if programme is None or found is None:
        raise Http404
    projects = list(found.spearhead.projects.all())
    context = {
        "programme": programme,
        "area": found,
        "areas": areas,
        "parts": queries.city_parts_of(found.spearhead, queries.cities_of(programme)),
        "rule": programme.kind_rules.filter(kind=ProjectKind.SPEARHEAD).first(),
        "projects": [project for project in projects if project.kind == ProjectKind.SPEARHEAD],
        "pilots": [project for project in projects if project.kind == ProjectKind.PILOT],
        "measures": measures.measures_of(programme, area=found),
        "crumbs": crumbs((localized(found.name)[0], "")),
    }
    return render(request, "programme/focus_area.html", context)


@require_safe
def promised(request: HttpRequest) -> HttpResponse:
    """The projects that the cities owe their people: chosen in participatory budgets, each with its money."""
    rows = [
        (row, money(row.amount_cents), translate_url(row.address, language()))
        for row in PromisedProject.objects.prefetch_related("cities")
    ]
    return render(request, "programme/promised.html", {"rows": rows, "crumbs": crumbs((_("Chosen by residents"), ""))})
