"""The ballot paper, and the two doors that know nothing of each other: a pass for a person, a ballot for a pass."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kuutio.cities.identified import Facts, identified, person_of, remember
from kuutio.cities.models import City
from kuutio.core.bundles import b64u, from_b64u, next_of
from kuutio.core.bundles.votes import TOKEN_BYTES
from kuutio.core.problems import Invalid, Problem
from kuutio.participation import permissions
from kuutio.participation.actions import voting
from kuutio.participation.eligibility import cities_of, stratum_of
from kuutio.participation.kinds import Verb
from kuutio.participation.models import Budget, Channel, Pass
from kuutio.participation.opened import frozen_of, nullifier_of
from kuutio.participation.pages import papers
from kuutio.participation.pages.processes import head
from kuutio.participation.pages.receipts import receipt_page
from kuutio.participation.pages.shared import crumbs
from kuutio.participation.pages.votes import addresses, found_budget, goes_on, seen_budget
from kuutio.participation.problems import BadPass, IdentificationNeeded, NotEligible
from kuutio.participation.voices import voice_of
from kuutio.ui.wording import localized, money

MOST_BYTES = 64 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ballot(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The paper with its rules; POST is the way without scripts."""
    row, at = seen_budget(request, slug, stage, budget), timezone.now()
    if row.state in (Budget.State.CLOSED, Budget.State.COUNTED):
        return redirect("participation:result", *addresses(row))
    if request.method == "POST":
        try:
            leaf, code = _cast_by_form(request, row, at)
        except Problem as problem:
            return _page(request, row, at, problem=problem)
        return receipt_page(request, row, leaf, code=code)
    return _page(request, row, at)


def _cast_by_form(request: HttpRequest, budget: Budget, at: datetime) -> tuple[bytes, str]:
    choice = papers.read_choice(budget, request.POST)
    following = _raw(request.POST.get("next", ""))
    code = "".join(request.POST.get("code", "").split())
    if code:
        said = voting.Ballot(choice, _raw(code), commitment=next_of(following))
        leaf = voting.cast_ballot(budget, said, at=at, channel=Channel.FORM)
        return leaf, b64u(following)
    said = voting.Ballot(choice, _raw(request.POST.get("token", "")), commitment=next_of(following))
    leaf = voting.vote_by_form(
        budget,
        _facts(request),
        said,
        voice=voice_of(request),
        at=at,
        works_in=request.POST.get("works_in", ""),
    )
    return leaf, b64u(following)


def _raw(text: Any) -> bytes:
    try:
        return from_b64u(text, TOKEN_BYTES)
    except ValueError as error:
        raise BadPass(_("The code isn’t whole. Copy all of it.")) from error


def _facts(request: HttpRequest) -> Facts:
    facts = identified(request)
    if facts is None:
        raise IdentificationNeeded(
            _("Identify yourself to vote: nobody is told who you are, only that you may vote."), needed="strong"
        )
    return facts


def _page(request: HttpRequest, budget: Budget, at: datetime, problem: Problem | None = None) -> HttpResponse:
    voice, facts = voice_of(request), identified(request)
    refused = permissions.refusal(voice, Verb.VOTE, budget.stage, at)
    by_code = bool(request.GET.get("code") or request.POST.get("code"))
    going = goes_on(budget, at)
    why, voted, asks_work = "", False, False
    if going and refused is None and facts is not None:
        why, asks_work = _refused(budget, facts, at)
        voted = not why and _has_pass(budget, facts)
    known = going and refused is None and facts is not None and not why
    context: dict[str, Any] = {
        **head(request, budget.process),
        "budget": budget,
        "stage": budget.stage,
        "amount": money(budget.amount_cents),
        "lines": papers.lines_of(budget, request.POST if request.method == "POST" else None),
        "unfit": list(budget.projects.filter(feasibility="infeasible")),
        "rules": papers.rules_of(budget),
        "rule": papers.rule_words(budget),
        "who": papers.who_may(budget),
        "goes_on": going,
        "may_fill": going and (known or by_code),
        "by_code": by_code,
        "voted": voted,
        "why_not": why,
        "needs_identity": going and not by_code and not known and not why,
        "work_cities": cities_of(budget) if asks_work else [],
        "code": request.POST.get("code", ""),
        "token": request.POST.get("token") or b64u(secrets.token_bytes(TOKEN_BYTES)),
        "next": request.POST.get("next") or b64u(secrets.token_bytes(TOKEN_BYTES)),
        "problem": str(problem.detail) if problem else "",
        "key": b64u(bytes(budget.keys.pass_public)) if budget.is_frozen else "",
        "origin": budget.keys.origin if budget.is_frozen else "",
        "person_mark": _mark(budget, facts) if known and facts is not None else "",
        "demo_cities": City.objects.all(),
        "crumbs": [
            *crumbs(budget.process, localized(budget.stage.title)[0])[:-1],
            {
                "title": localized(budget.stage.title)[0],
                "url": reverse("participation:stage", args=[budget.process.slug, budget.stage.slug]),
            },
            {"title": localized(budget.title)[0]},
        ],
    }
    status = 200 if problem is None else max(problem.status, 400)
    return render(request, "participation/ballot.html", context, status=status)


def _mark(budget: Budget, facts: Facts) -> str:
    """Tells the page's script whose pass it keeps in a tab, until the ballot is in: of one person, and of this vote alone."""
    return salted_hmac("kuutio-pass-in-a-tab", f"{budget.pk} {facts.person}", algorithm="sha256").hexdigest()[:32]


def _refused(budget: Budget, facts: Facts, at: datetime) -> tuple[str, bool]:
    """Why the vote is for others, and whether the city of work would have to be told."""
    try:
        stratum_of(budget, facts, at=at)
    except NotEligible as refusal:
        if refusal.facts["reason"] == "municipality" and budget.work_city_counts and not budget.postal_codes:
            return "", True
        return str(refusal.detail), False
    return "", False


def _has_pass(budget: Budget, facts: Facts) -> bool:
    nullifier = nullifier_of(budget, facts)
    return Pass.objects.filter(process=budget.process_id, group=budget.group, nullifier=nullifier).exists()


@require_POST
@never_cache
def issue(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """A pass for the person of this session: the browser's blinded token in, its blind signature out."""
    row = found_budget(slug, stage, budget)
    try:
        told = _told(request)
        try:
            blinded = from_b64u(told.get("blinded"))
        except ValueError as error:
            raise BadPass(_("The browser’s part of the pass can’t be read. Load the page again.")) from error
        signature = voting.issue_pass(
            row,
            _facts(request),
            blinded=blinded,
            voice=voice_of(request),
            at=timezone.now(),
            works_in=str(told.get("works_in", "")),
        )
    except Problem as problem:
        return _refusal(problem)
    return JsonResponse({"signature": b64u(signature)})


@csrf_exempt
@require_POST
@never_cache
def cast(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """A ballot with its pass. Neither the session nor the address of who sends it is looked at; the pass is the right."""
    row = found_budget(slug, stage, budget)
    try:
        told = _told(request)
        try:
            said = voting.Ballot(
                told.get("ballot", []),
                from_b64u(told.get("replaces") or told.get("pass"), TOKEN_BYTES),
                signature=None if told.get("replaces") else from_b64u(told.get("signature")),
                commitment=from_b64u(told["next"], TOKEN_BYTES) if told.get("next") else None,
            )
        except ValueError as error:
            raise BadPass(_("The code isn’t whole. Copy all of it.")) from error
        if isinstance(said.choice, list | dict) and all(isinstance(key, str) for key in said.choice):
            _words(row, said)
        leaf = voting.cast_ballot(row, said, at=timezone.now())
    except Problem as problem:
        return _refusal(problem)
    return JsonResponse(
        {"leaf": leaf.hex(), "receipt": reverse("participation:receipt", args=[*addresses(row), leaf.hex()])}
    )


def _words(budget: Budget, said: voting.Ballot) -> None:
    """Say in a voter's words what a paper's limits don't let; the verb judges in any case."""
    known = frozen_of(budget).costs.keys() if budget.is_frozen else set()
    numbers = not isinstance(said.choice, dict) or all(type(value) is int for value in said.choice.values())
    if numbers and known >= set(said.choice):
        papers.check_words(budget, said.choice)


def _told(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > MOST_BYTES:
        raise Invalid(_("This is too long for a ballot."))
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This isn’t JSON.")) from error
    if not isinstance(found, dict):
        raise Invalid(_("This isn’t JSON."))
    return found


def _refusal(problem: Problem) -> HttpResponse:
    """A refusal for the page's script, as RFC 9457 shapes it."""
    body = {"type": f"/problems#{problem.kind}", "status": problem.status, "detail": problem.words, **problem.facts}
    return JsonResponse(body, status=problem.status, content_type="application/problem+json")


@require_POST
@never_cache
def identify(request: HttpRequest) -> HttpResponse:
    """In the demonstration only: be somebody who was identified strongly, of a chosen city and age."""
    from django.conf import settings
    from django.utils.http import url_has_allowed_host_and_scheme

    if not settings.DEMO:
        raise Http404
    city = City.objects.filter(pk=request.POST.get("city", "")).first()
    year = request.POST.get("born", "")
    if city is None or not (
        len(year) == 4 and year.isascii() and year.isdecimal() and 1900 <= int(year) <= timezone.now().year
    ):
        raise Invalid(_("Choose a city and write a year of birth."))
    born = datetime(int(year), 1, 1).date()  # noqa: DTZ001  # a day, not a moment
    facts = Facts(
        person_of(secrets.token_hex(16)), city.municipality_id, request.POST.get("postal_code", "")[:5], born, True
    )
    remember(request, facts)
    goal = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure()):
        goal = reverse("participation:processes")
    return redirect(goal)
