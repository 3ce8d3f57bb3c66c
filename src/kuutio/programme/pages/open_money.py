"""The money as everybody reads it: granted and paid by project, to the cent, and never a person."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.core.problems import Text
from kuutio.programme import measures, money_queries
from kuutio.programme.models import Claim, Project
from kuutio.programme.pages.money_shared import open_crumbs
from kuutio.ui.wording import localized


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every project's money: what was granted and what was paid. Funds on top are told apart and never added."""
    rows = money_queries.public_money()
    inside = [row for row in rows if not any(grant.fund.on_top for grant in row.grants)]
    on_top = [row for row in rows if row not in inside]
    listed = money_queries.listed_money()
    context = {
        "rows": inside,
        "total": sum((row.sums for row in inside), money_queries.Sums()),
        "on_top": on_top,
        "on_top_total": sum((row.sums for row in on_top), money_queries.Sums()),
        "listed": listed,
        "listed_granted": sum(row.listed.granted_cents or 0 for row in listed),
        "listed_paid": sum(row.listed.paid_cents or 0 for row in listed),
        "has_examples": any(row.is_example for row in rows),
        "crumbs": open_crumbs((_("Grants and payments"), "")),
    }
    return render(request, "programme/grants/overview.html", context)


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project's money: the decided budget in each version, claims by state, payments, indicators and results."""
    row = get_object_or_404(Project.objects.select_related("spearhead__focus_area", "programme"), code=code)
    money = next((one for one in money_queries.public_money() if one.project.pk == row.pk), None)
    listed = [one for one in money_queries.listed_money() if one.project.pk == row.pk]
    told = measures.measures_of(row.programme, projects=[row])
    results = list(row.results.all())
    if money is None and not listed and not told and not results:
        raise Http404
    grants = money.grants if money else []
    claims = Claim.objects.filter(part__grant__in=grants, sent_at__isnull=False)
    title: Text = _("The money of %(project)s") % {"project": localized(row.name)[0]}
    context = {
        "project": row,
        "title": title,
        "money": money,
        "listed": listed,
        "grants": [{"grant": grant, "budgets": money_queries.budgets_of(grant)} for grant in grants],
        "claims": list(claims.select_related("part__partner").order_by("part", "number")),
        "payments": list(money_queries.public_payments(grants)),
        "measures": told,
        "results": results,
        "crumbs": open_crumbs((_("Grants and payments"), reverse("programme:grants")), (row.code, "")),
    }
    return render(request, "programme/grants/project.html", context)
