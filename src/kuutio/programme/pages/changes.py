"""Change requests: asked for by the lead, signed by the partners, decided by the authority."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.moves import Role, legal
from kuutio.core.moves.tables import CHANGE_REQUEST
from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import budget_sheet, figures
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme.actions import changing
from kuutio.programme.models import Application, ChangeRequest
from kuutio.programme.pages.application_forms import ChangeForm
from kuutio.programme.pages.call_shared import application_crumbs, application_of, attempt, now
from kuutio.programme.pages.shared import show
from kuutio.ui import findings

FORM = require_http_methods(["GET", "HEAD", "POST"])
OWN, DECIDED = ("submit", "withdraw"), ("accept", "reject", "return")


def change_of(row: Application, at_: int) -> ChangeRequest:
    """A change request of an application.

    Raises:
        Http404: there is none with this number.
    """
    found = row.change_requests.filter(number=at_).first()
    if found is None:
        raise Http404
    found.application = row
    return found


@FORM
@never_cache
@login_required
def new(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Ask for a change."""
    at = now()
    person, row = application_of(request, number)
    if not permissions.is_lead(person, row):
        raise NotAllowed(_("The lead of the consortium does this."))
    form = ChangeForm(
        request.POST if request.method == "POST" else None, application=row, cities=queries.member_cities(row.call)
    )
    if form.is_valid():
        try:
            made = changing.ask_change(row, form.wish(), by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The request is kept. The partners sign it, then you send it."))
            return redirect("programme:change", number=number, change=made.number)
    return _form(request, row, form, _("Ask for a change"))


@FORM
@never_cache
@login_required
def write(request: HttpRequest, number: uuid.UUID, change: int) -> HttpResponse:
    """Change a request that wasn't sent, or came back."""
    at = now()
    person, row = application_of(request, number)
    if not permissions.is_lead(person, row):
        raise NotAllowed(_("The lead of the consortium does this."))
    found = change_of(row, change)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        application=row,
        change=found,
        cities=queries.member_cities(row.call),
    )
    if form.is_valid():
        try:
            changing.write_change(found, form.wish(), by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The request is kept. The partners sign it, then you send it."))
            return redirect("programme:change", number=number, change=change)
    return _form(request, row, form, _("Change the request"))


def _form(request: HttpRequest, row: Application, form: Any, title: str) -> HttpResponse:
    context = {"row": row, "form": form, "title": title, "crumbs": application_crumbs(row, title)}
    return render(request, "programme/applications/change_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
@login_required
def change(request: HttpRequest, number: uuid.UUID, change: int) -> HttpResponse:
    """A change request: what it moves, to the cent; who has signed; its decision."""
    person, row = application_of(request, number)
    found = change_of(row, change)
    names = {str(one.pk): one.name for one in row.partners.all()}
    names |= {f"new-{at}": body["name"] for at, body in enumerate(found.joining, 1)}
    columns, moved = budget_sheet.names_of(), changing.moves_of(found) if found.is_open else []
    is_lead = permissions.is_lead(person, row)
    roles = {Role.LEAD} if is_lead else set()
    roles |= {Role.AUTHORITY} if permissions.may_decide(person, row) else set()
    acts = [one.act for role in roles for one in legal(CHANGE_REQUEST, found.state, role)]
    signed = {one.partner_id: one for one in found.signatures.all()}
    context = {
        "row": row,
        "change": found,
        "digest": changing.digest_of_change(found),
        "moved": [(names.get(one.partner, one.partner), columns.get(one.line, one.line), one) for one in moved],
        "total": sum(one.difference for one in moved),
        "leaving": [names.get(key, key) for key in found.leaving],
        "words": [findings.words(one, lambda pk: names.get(pk, pk)) for one in changing.findings_of(found)]
        if found.is_open
        else [],
        "partners": [
            (one, signed.get(one.pk), permissions.may_write_part(person, one))
            for one in figures.partners_of(row)
            if not one.is_lead
        ],
        "is_lead": is_lead,
        "is_editable": found.state in ("draft", "returned"),
        "acts": acts,
        "crumbs": application_crumbs(row, _("Change request %(number)s") % {"number": found.number}),
    }
    return render(request, "programme/applications/change.html", context)


@require_POST
@never_cache
@login_required
def sign(request: HttpRequest, number: uuid.UUID, change: int) -> HttpResponse:
    """Agree to a change, for each partner that one writes for."""
    at = now()
    person, row = application_of(request, number)
    found = change_of(row, change)
    own = [one for one in figures.partners_of(row) if permissions.may_write_part(person, one)]
    if not own:
        raise NotAllowed(_("Each partner signs for itself."))
    digest = request.POST.get("digest", "")
    attempt(
        request,
        lambda: [changing.sign_change(found, one, digest=digest, by=person, at=at) for one in own],
        _("Signed."),
    )
    return redirect("programme:change", number=number, change=change)


@require_POST
@never_cache
@login_required
def move(request: HttpRequest, number: uuid.UUID, change: int) -> HttpResponse:
    """Send, withdraw, return, accept or reject a change request."""
    at = now()
    person, row = application_of(request, number)
    found, act = change_of(row, change), request.POST.get("act", "")
    if act not in (*OWN, *DECIDED):
        raise Http404
    attempt(
        request,
        lambda: changing.move_change(found, act, note=request.POST.get("note", ""), by=person, at=at),
        _("The step is taken."),
    )
    return redirect("programme:change", number=number, change=change)
