"""Offering a trial to cities, and the proposer's page on which their answers show."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import handing
from kuutio.innovation.actions import proposing as verbs
from kuutio.innovation.models import Confidential, ProposalCity, TrialProposal
from kuutio.innovation.pages.fields import COUNTRIES
from kuutio.innovation.pages.forms import ProposalForm
from kuutio.innovation.pages.shared import FORM, crumbs, show
from kuutio.ui.wording import language


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Offer a trial."""
    person, posted = cast(Person, request.user), request.method == "POST"
    initial = {"key": uuid.uuid4(), "language": language(), "country": "FI"}
    form = ProposalForm(request.POST if posted else None, initial=initial)
    status = 422 if posted else 200
    if form.is_valid():
        said = form.cleaned_data
        names = ("key", "title", "summary", "needs", "themes", "technologies", "language", "confidential", "why")
        offer = verbs.Offer(
            organisation=form.organisation(), cities=list(said["cities"]), **{name: said[name] for name in names}
        )
        try:
            made = verbs.propose_trial(offer, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            status = problem.status
        else:
            messages.success(request, _("Thank you. The cities have your proposal; their answers show on this page."))
            return redirect("innovation:proposal", number=made.uuid)
    facts = {
        "form": form,
        "words": [form[name] for name in ("title", "summary", "needs", "themes", "technologies", "cities", "language")],
        "organisation": [form[name] for name in ProposalForm.ORGANISATION],
        "secrets": [form[name] for name in ("confidential", "why")],
        "countries": COUNTRIES,
        "crumbs": crumbs((_("Challenges"), reverse("innovation:challenges")), (_("Offer a trial"), "")),
    }
    return render(request, "innovation/proposal_form.html", facts, status=status)


def lines_of(proposal: TrialProposal, at: datetime, parts: Any = None) -> list[dict[str, Any]]:
    """What each city has answered, here or in its case, and whether it is late."""
    rows = list(parts if parts is not None else proposal.parts.select_related("city"))
    said: dict[str, list[handing.Said]] = {}
    for one in handing.said_in([row.case_number for row in rows]):
        said.setdefault(one.case_number, []).append(one)
    found = []
    for row in rows:
        words = [one for one in said.get(row.case_number, []) if one.text != row.answer]
        waits = row.state == ProposalCity.State.WAITING and not words
        found.append({"row": row, "said": words, "waits": waits, "is_late": waits and row.due_at < at})
    return found


@require_safe
@never_cache
@login_required
def proposal(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One's own proposal, with what each city answers and by when it has promised to."""
    row = get_object_or_404(
        TrialProposal.objects.select_related("organisation"), uuid=number, person=cast(Person, request.user)
    )
    facts = {
        "proposal": row,
        "lines": lines_of(row, timezone.now()),
        "secret": Confidential.objects.filter(proposal=row).first(),
        "trials": row.trials.exclude(state="given_up"),
        "crumbs": crumbs((_("Challenges"), reverse("innovation:challenges")), (row.title, "")),
    }
    return render(request, "innovation/proposal.html", facts)


@require_POST
@never_cache
@login_required
def withdraw(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Take a proposal back."""
    row = get_object_or_404(TrialProposal, uuid=number, person=cast(Person, request.user))
    verbs.withdraw_proposal(row, by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("Your proposal is taken back."))
    return redirect("innovation:proposal", number=number)
