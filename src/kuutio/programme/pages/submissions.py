"""Sending an application and its receipt; its versions side by side; withdrawing it; the budget as a sheet; EURA's form."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.identifiers import slug
from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import budget_sheet, eura, figures
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions import applying, drafting, submitting
from kuutio.programme.comparing import compared
from kuutio.programme.models import Application
from kuutio.programme.models.applications import CATEGORIES, SOURCES
from kuutio.programme.pages.applications import panel_of
from kuutio.programme.pages.call_forms import FileForm
from kuutio.programme.pages.call_shared import application_crumbs, application_of, attempt, now
from kuutio.programme.sheets import MOST_BYTES
from kuutio.ui import findings
from kuutio.ui.wording import money

FORM = require_http_methods(["GET", "HEAD", "POST"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEY = re.compile(r"version-[0-9]{1,5}")
_SALT = "programme.budget-sheet"
_HOUR = 3600


@FORM
@never_cache
@login_required
def submit(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Look once more at what is sent, and send it."""
    at = now()  # when the request came, whatever waits before its turn
    person, row = application_of(request, number)
    applying.demand_lead(row, person)
    problem: Problem | None = None
    if request.method == "POST":
        # Keys of the house's own, such as a change's, are none that a form may ask by.
        asked = request.POST.get("key", "")
        key = asked if _KEY.fullmatch(asked) else f"version-{row.versions_sent + 1}"
        try:
            version = submitting.submit(row, key=key, by=person, at=at)
        except NotAllowed:
            raise
        except Problem as refused:
            problem = refused
            row = application_of(request, number)[1]
        else:
            messages.success(request, _("The application has reached us. Here is the receipt."))
            return redirect("programme:receipt", number=number, version=version.number)
    context = {
        "row": row,
        "key": f"version-{row.versions_sent + 1}",
        "problem": problem,
        "takes": row.call.takes(at) or row.state == Application.State.RETURNED,
        "crumbs": application_crumbs(row, _("Send")),
        **panel_of(row),
    }
    return render(request, "programme/applications/submit.html", context, status=problem.status if problem else 200)


@require_safe
@never_cache
@login_required
def receipt(request: HttpRequest, number: uuid.UUID, version: int) -> HttpResponse:
    """What proves that a version came: its number, the time by the server's clock, its SHA-256."""
    _person, row = application_of(request, number)
    found = get_object_or_404(row.versions, number=version)
    context = {"row": row, "version": found, "crumbs": application_crumbs(row, _("Receipt"))}
    return render(request, "programme/applications/receipt.html", context)


@require_safe
@never_cache
@login_required
def version_file(request: HttpRequest, number: uuid.UUID, version: int) -> HttpResponse:
    """A version as it was sent, in the canonical JSON whose SHA-256 the receipt tells."""
    from kuutio.programme.written import canonical

    _person, row = application_of(request, number)
    found = get_object_or_404(row.versions, number=version)
    response = HttpResponse(canonical(found.content), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug(row.number)}-v{version}.json"'
    return response


@require_safe
@never_cache
@login_required
def versions(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The versions that were sent, two of them side by side."""
    _person, row = application_of(request, number)
    rows = list(row.versions.order_by("number"))
    wanted = {name: request.GET.get(name, "") for name in ("before", "after")}
    by_number = {str(one.number): one for one in rows}
    after = by_number.get(wanted["after"]) or (rows[-1] if rows else None)
    before = by_number.get(wanted["before"]) or (rows[-2] if len(rows) > 1 else None)
    differences = compared(before.content, after.content, row.call.questions) if before and after else []
    context = {
        "row": row,
        "versions": rows,
        "before": before,
        "after": after,
        "differences": differences,
        "crumbs": application_crumbs(row, _("Versions")),
    }
    return render(request, "programme/applications/versions.html", context)


@require_POST
@never_cache
@login_required
def withdraw(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Take the application back."""
    at = now()
    person, row = application_of(request, number)
    attempt(
        request,
        lambda: submitting.withdraw(row, by=person, at=at),
        _("The application is withdrawn. You can still read it."),
    )
    return redirect("programme:application", number=number)


# --- the budget -------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
@login_required
def budget(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The whole budget: partner by category by source, each row and column adding up."""
    person, row = application_of(request, number)
    return _budget_page(request, person, row)


def _budget_page(request: HttpRequest, person: Any, row: Application, status: int = 200, **more: Any) -> HttpResponse:
    computed = figures.computed(row)
    beside, _found = figures.beside_of(row)
    partners = figures.partners_of(row)
    used = [(code, name) for code, name in CATEGORIES if any(figures.costs_of(one).get(code) for one in partners)]
    lines = [
        (one, [figures.costs_of(one).get(code, 0) for code, _name in used], computed.partners[str(one.pk)])
        for one in partners
    ]
    sources = dict(SOURCES)
    names = {str(one.pk): one.name for one in partners}
    context = {
        "row": row,
        "used": used,
        "lines": lines,
        "sums": [sum(figures.costs_of(one).get(code, 0) for one in partners) for code, _name in used],
        "project": computed.project,
        "sources": SOURCES,
        "decided": [(names[one.partner], sources[one.source], one) for one in beside if one.difference],
        "may_bring": row.is_editable and permissions.is_lead(person, row),
        "form": FileForm(),
        "crumbs": application_crumbs(row, _("Budget")),
        "budget_words": [findings.words(one, lambda pk: names.get(pk, pk)) for one in computed.findings],
        "flat_on_total": computed.flat_on_total,
        **more,
    }
    return render(request, "programme/applications/budget.html", context, status=status)


@require_safe
@never_cache
@login_required
def sheet(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The budget as an Excel sheet."""
    _person, row = application_of(request, number)
    return _workbook(budget_sheet.write(row), f"{_file_name(row)}-budget.xlsx")


@require_safe
@never_cache
@login_required
def in_eura(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The application in the order of EURA's form."""
    _person, row = application_of(request, number)
    if request.GET.get("format") == "json":
        rows = [
            {"section": one.section, "field": one.field, "value": one.value, "cents": one.cents}
            for one in eura.rows_of(row)
        ]
        return JsonResponse({"application": row.number or str(row.uuid), "rows": rows})
    return _workbook(eura.write(row), f"{_file_name(row)}-eura.xlsx")


def _file_name(row: Application) -> str:
    return slug(row.number) if row.number else str(row.uuid)


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@never_cache
@login_required
def bring_sheet(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Bring the sheet back: first each difference to the cent, then, with another press, into the partners' parts.

    The lead brings it; a partner whose part it changes signs again.
    """
    at = now()
    person, row = application_of(request, number)
    applying.demand_lead(row, person)
    if sealed := request.POST.get("sealed"):
        return _take(request, person, row, sealed, at)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _budget_page(request, person, row, status=422, form=form)
    file = form.cleaned_data["file"]
    try:
        brought = budget_sheet.read(row, file.read(MOST_BYTES + 1))
    except Problem as problem:
        return _budget_page(request, person, row, status=422, sheet_problem=problem, form=FileForm())
    names = {str(one.pk): one.name for one in figures.partners_of(row)}
    columns = budget_sheet.names_of()
    revisions = {str(one.pk): one.revision for one in figures.partners_of(row)}
    changed = {one.partner for one in brought.moved}
    content = {"row": str(row.uuid), "costs": {key: brought.costs[key] for key in changed}, "revisions": revisions}
    more: dict[str, Any] = {
        "moved": [(names[one.partner], columns.get(one.line, one.line), one) for one in brought.moved],
        "differing": [
            (at_, money(ours), money(theirs), money(theirs - ours)) for at_, ours, theirs in brought.differing
        ],
        "sheet_words": [findings.words(one, lambda pk: names.get(pk, pk)) for one in brought.findings],
        "sealed": signing.dumps(content, salt=_SALT, compress=True) if brought.moved else "",
        "is_read": True,
    }
    return _budget_page(request, person, row, **more)


def _take(request: HttpRequest, person: Any, row: Application, sealed: str, at: Any) -> HttpResponse:
    try:
        content = signing.loads(sealed, salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        raise Http404 from None
    if content["row"] != str(row.uuid):
        raise Http404
    done = _("The sheet is taken in. Partners whose parts it changed sign again.")
    attempt(request, lambda: drafting.bring_costs(row, content["costs"], content["revisions"], by=person, at=at), done)
    return redirect(reverse("programme:application-budget", args=[row.uuid]))
