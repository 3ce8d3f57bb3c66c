"""Desks and telephones: writing a matter down for a resident, and opening their own case with them."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import Person
from kuutio.contact.actions import visiting
from kuutio.contact.actions.receiving import receive
from kuutio.contact.incoming import Incoming, Place
from kuutio.contact.models import Case, DeskVisit
from kuutio.contact.pages.desk_forms import CodeForm, IdentityForm, NewCaseForm
from kuutio.contact.pages.forms import sender_of
from kuutio.contact.pages.visits import go
from kuutio.contact.pages.work import agent, crumbs
from kuutio.core.problems import NotAllowed, Problem

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@PAGE
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write down a matter for a resident who calls, comes to a desk or writes a letter."""
    person = agent(request)
    form = NewCaseForm(request.POST if request.method == "POST" else None, initial={"key": secrets.token_urlsafe(12)})
    if form.is_valid():
        try:
            visit = _written_down(form, person)
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("The case is open. Tell the resident its number and code."))
            return go(request, visit)
    context = {"form": form, "crumbs": crumbs(_("New case"))}
    return render(request, "contact/work/new.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _written_down(form: NewCaseForm, person: Person) -> DeskVisit:
    """The new case with all that belongs to it, or nothing; sent twice, it is one."""
    told, now = form.cleaned_data, timezone.now()
    received = receive(_incoming(told), at=now, by=person)
    case = received.case
    if not received.is_repeat:
        if (proxy := form.proxy(now)) is not None:
            visiting.name_proxy(case, proxy, basis=told["proxy_basis"], by=person, at=now)
        if told["links"]:
            visiting.agree_to_links(case, by=person, at=now)
        if told["note"].strip():
            visiting.note_call(case, text=told["note"], by=person, at=now)
    return visiting.begin_with_new(case, channel=told["channel"], by=person, at=now)


def _incoming(told: dict[str, Any]) -> Incoming:
    return Incoming(
        channel=told["channel"],
        text=told["text"],
        language=told["language"],
        external_id=f"desk:{told['key']}",
        category=told["category"],
        sender=sender_of(told),
        place=Place(address=told["address"], source=Case.PlaceSource.ADDRESS if told["address"] else "none"),
        chosen=told["city"],
        can_ask=True,
    )


# --- a case with its resident


@PAGE
@never_cache
@login_required
def by_code(request: HttpRequest) -> HttpResponse:
    """Open a case with its resident, by number and code."""
    person = agent(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            visit = visiting.open_by_code(
                told["number"], told["code"], channel=told["channel"], by=person, at=timezone.now()
            )
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            return go(request, visit)
    context = {"form": form, "crumbs": crumbs(_("With the resident"))}
    return render(request, "contact/desk/by_code.html", context, status=422 if form.is_bound else 200)


@PAGE
@never_cache
@login_required
def by_identity(request: HttpRequest) -> HttpResponse:
    """Open a case with a resident who was identified; without the number, choose among their cases."""
    person = agent(request)
    form = IdentityForm(request.POST if request.method == "POST" else None)
    found: list[Case] = []
    if form.is_valid():
        told, now = form.cleaned_data, timezone.now()
        known = {name: told[name] for name in ("name", "how", "reason")}
        try:
            if told["number"]:
                visit = visiting.open_by_identity(told["number"], **known, channel=told["channel"], by=person, at=now)
                return go(request, visit)
            found = visiting.cases_of_identified(told["address"], **known, by=person, at=now)
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
    context = {"form": form, "found": found, "crumbs": crumbs(_("With the resident"))}
    return render(request, "contact/desk/by_identity.html", context, status=422 if form.is_bound and not found else 200)
