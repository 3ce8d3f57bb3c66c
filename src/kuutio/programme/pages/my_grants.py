"""A partner's own pages: its grants, what is left of them and what comes next; and the grant's acts that are the lead's."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.core.moves import Role
from kuutio.core.problems import Problem
from kuutio.programme import grant_files, grant_moves, grant_permissions, measures, money_queries, settling
from kuutio.programme.actions import claims, paying, reaching
from kuutio.programme.models import Claim, Grant
from kuutio.programme.pages import money_forms as forms
from kuutio.programme.pages.money_shared import grant_seen, my_crumbs
from kuutio.programme.pages.shared import form_page, show, signed_in
from kuutio.ui import wording

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _whats_next(grant: Grant, own: list[settling.Standing], rows: list[Claim]) -> list[dict[str, str]]:
    """What a partner has to do now, the first thing first."""
    found = []
    if grant.state == Grant.State.OFFERED:
        found.append(
            {"text": _("Accept the grant, or turn it down."), "url": reverse("programme:my-grant", args=[grant.uuid])}
        )
    for claim in rows:
        if grant_moves.held(claim, timezone.now()).role == Role.PARTNER:
            text = _("Finish and send claim %(number)s of %(partner)s.") % {
                "number": claim.number,
                "partner": claim.part.partner.name,
            }
            found.append({"text": text, "url": reverse("programme:my-claim", args=[claim.uuid])})
    if grant.state == Grant.State.RUNNING:
        for one in own:
            period = settling.next_period(one.part, rows)
            open_ones = [row for row in rows if row.part_id == one.part.pk and row.state == Claim.State.DRAFT]
            if period and not open_ones and period[1] < timezone.localdate():
                text = _("Claim what was spent until %(day)s (%(partner)s).") % {
                    "day": wording.day(period[1]),
                    "partner": one.part.partner.name,
                }
                found.append({"text": text, "url": reverse("programme:my-claim-new", args=[grant.uuid])})
    return found


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The grants in which the reader acts for a partner, and what is to be done."""
    person = signed_in(request)
    rows = list(money_queries.grants_of(person))
    grant_permissions.read_holders(rows)
    standing, claims_by_part = settling.standings_of(rows), money_queries.claims_by_part(rows)
    lines = []
    for grant in rows:
        own = [one for one in standing[grant.pk] if grant_permissions.holds(person, one.part)]
        seen = [claim for one in own for claim in claims_by_part.get(one.part.pk, [])]
        lines.append(
            {
                "grant": grant,
                "sums": money_queries.sums(own),
                "held": grant_moves.held(grant, timezone.now()),
                "next": _whats_next(grant, own, seen),
            }
        )
    return render(request, "programme/grants/my_grants.html", {"lines": lines, "crumbs": my_crumbs()})


@require_safe
@never_cache
@login_required
def grant(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One grant: what was decided, what is left by partner and category, its claims and payments."""
    person, row = signed_in(request), _own(request, number)
    parts = settling.standings(row)
    own = [one for one in parts if grant_permissions.holds(person, one.part)]
    held = {one.part.pk for one in own}
    rows = list(money_queries.claims_to_see(person, row, watches=False))
    at = timezone.now()
    context = {
        "grant": row,
        "held": grant_moves.held(row, at),
        "acts": _lead_acts(row, person),
        "parts": [{"standing": one, "rows": money_queries.left_rows(one)} for one in own],
        "claims": [{"claim": claim, "held": grant_moves.held(claim, at)} for claim in rows],
        "next": _whats_next(row, own, rows),
        "may_claim": row.state == Grant.State.RUNNING and any(settling.next_period(one.part, rows) for one in own),
        "payments": [one for one in money_queries.public_payments([row]) if one.part_id in held],
        "budgets": money_queries.budgets_of(row),
        "measures": measures.measures_of(row.project.programme, projects=[row.project]),
        "results": list(row.project.results.all()),
        "crumbs": my_crumbs(row),
    }
    return render(request, "programme/grants/my_grant.html", context)


@FORM
@never_cache
@login_required
def act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Accept an offered grant, or turn it down: for the lead."""
    person, row = signed_in(request), _own(request, number)
    if act not in ("accept", "refuse"):
        raise Http404
    title = str(grant_moves.ACTS[act])
    form: Any = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if act == "accept":
        del form.fields["reason"]
    if form.is_valid():
        try:
            paying.move_grant(row, act, form.cleaned_data.get("reason", ""), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
            answer = form_page(request, form, title, my_crumbs(row, last=title), button=title)
            answer.status_code = problem.status
            return answer
        messages.success(request, _("Done: the grant is now “%(state)s”.") % {"state": _state(row)})
        return redirect("programme:my-grant", number=number)
    return form_page(request, form, title, my_crumbs(row, last=title), button=title)


@FORM
@never_cache
@login_required
def new_claim(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Begin a claim; the period that comes next stands there already."""
    person, row = signed_in(request), _own(request, number)
    parts = [part for part in row.parts.all() if grant_permissions.holds(person, part)]
    for part in parts:
        part.grant = row
    rows = list(Claim.objects.filter(part__in=parts))
    waiting = [part for part in parts if settling.next_period(part, rows)] or parts
    period = settling.next_period(waiting[0], rows)
    initial: dict[str, Any] = {"part": waiting[0].pk}
    if period:
        initial |= {"starts_on": period[0], "ends_on": period[1]}
    form = forms.NewClaimForm(request.POST if request.method == "POST" else None, parts=parts, initial=initial)
    title = _("New payment claim")
    if form.is_valid():
        told = form.cleaned_data
        try:
            claim = claims.start_claim(told["part"], told["starts_on"], told["ends_on"], by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            return redirect("programme:my-claim", number=claim.uuid)
    lead = _("A claim has costs of one partner in one period, and the report of the same days.")
    return form_page(request, form, title, my_crumbs(row, last=title), lead=lead, button=_("Begin the claim"))


@FORM
@never_cache
@login_required
def actual(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Tell what was reached of an indicator."""
    person, row = signed_in(request), _own(request, number)
    days = forms.half_year(timezone.localdate())
    form = forms.ActualForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        project=row.project,
        initial={"starts_on": days[0], "ends_on": days[1]},
    )
    title = _("What was reached")
    if form.is_valid():
        told = dict(form.cleaned_data)
        indicator, file = told.pop("indicator"), told.pop("file")
        actual = reaching.Actual(**told, file=(file.name, file.read(grant_files.MOST_BYTES + 1)) if file else None)
        try:
            reaching.tell_actual(indicator, row.project, actual, by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The figure is told. Everybody sees it on the page of the indicator."))
            return redirect("programme:my-grant", number=number)
    lead = _("A figure of a period, with what shows it: words, a link or a file.")
    return form_page(request, form, title, my_crumbs(row, last=title), lead=lead)


@FORM
@never_cache
@login_required
def result(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Put a final report or another result into the library."""
    person, row = signed_in(request), _own(request, number)
    form = forms.ResultForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    title = _("Publish a result")
    if form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("file")
        told["learnings"], told["links"] = told["learnings"].splitlines(), told["links"].split()
        try:
            made = reaching.publish_result(
                row.project,
                reaching.Told(**told),
                files=[(file.name, file.read(grant_files.MOST_BYTES + 1))] if file else [],
                is_example=row.is_example,
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The result is in the library."))
            return redirect("programme:result", result=made.uuid)
    lead = _("Everybody reads the library: what was made, and what others should learn from it.")
    return form_page(request, form, title, my_crumbs(row, last=title), lead=lead, button=_("Publish"))


def _own(request: HttpRequest, number: uuid.UUID) -> Grant:
    """A grant in which the reader acts for a partner.

    Raises:
        Http404: there is none, or it is others'.
    """
    row = grant_seen(request, number)
    if not grant_permissions.is_of(signed_in(request), row):
        raise Http404
    return row


def _lead_acts(row: Grant, person: Any) -> list[dict[str, str]]:
    found = grant_moves.open_acts(row, grant_permissions.roles_with(person, row))
    return [{"name": act, "title": str(grant_moves.ACTS[act])} for act in found if act in ("accept", "refuse")]


def _state(row: Grant) -> str:
    return str(get_object_or_404(Grant, pk=row.pk).get_state_display())
