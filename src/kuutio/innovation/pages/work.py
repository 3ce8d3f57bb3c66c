"""The officers' overview, and the offered trials that wait for an answer."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import permissions, queries
from kuutio.innovation.actions import proposing, trials
from kuutio.innovation.models import Answer, Confidential, TrialProposal
from kuutio.innovation.pages.answers import may_read
from kuutio.innovation.pages.proposals import lines_of
from kuutio.innovation.pages.shared import FORM, keeper, show, work_crumbs
from kuutio.innovation.pages.work_forms import ProposalAnswerForm


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What waits first: overdue trials, proposals, bookings, questions; then everything of the officer's cities."""
    person, at = keeper(request), timezone.now()
    mine = queries.trials_of(person).select_related("organisation", "agreement").order_by("-changed_at")[:200]
    facts = {
        "overdue": [
            {"trial": row, "why": queries.overdue_reason(row, at)} for row in queries.overdue_trials(person, at)
        ],
        "proposals": queries.proposals_to_answer(person),
        "bookings": queries.bookings_to_answer(person)[:100],
        "questions": queries.questions_to_answer(person)[:100],
        "feedback": queries.held_feedback(person)[:100],
        "testbeds": queries.kept_by(person).order_by("slug")[:200],
        "challenges": queries.with_cities(queries.challenges_of(person)).order_by("-changed_at")[:200],
        "trials": mine,
        "is_officer": permissions.is_officer(person),
        "now": at,
        "crumbs": work_crumbs(),
    }
    return render(request, "innovation/work/overview.html", facts)


@FORM
@never_cache
@login_required
def proposal(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """An offered trial, with its confidential part, for the officers of the cities that got it; answering it."""
    person, at = keeper(request), timezone.now()
    own = [city.pk for city in permissions.cities_of(person)]
    rows = TrialProposal.objects.filter(parts__city__in=own).select_related("organisation").distinct()
    row = get_object_or_404(rows, uuid=number)
    parts = list(row.parts.select_related("city"))
    mine = [part for part in parts if part.city_id in own]
    form = ProposalAnswerForm(request.POST if request.method == "POST" else None)
    waiting = next((part for part in mine if part.state == "waiting" and row.withdrawn_at is None), None)
    status = 422 if form.is_bound else 200
    if form.is_valid() and waiting is not None:
        said = form.cleaned_data
        try:
            is_yes = said["interested"] == "yes"
            proposing.answer_proposal(waiting, interested=is_yes, answer=said["answer"], by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
            status = problem.status
        else:
            messages.success(request, _("Answered. The proposer is told."))
            return redirect("innovation:work-proposal", number=number)
    facts = {
        "proposal": row,
        "lines": lines_of(row, at, parts),
        "secret": Confidential.objects.filter(proposal=row).first(),
        "form": form if waiting is not None else None,
        "may_begin": row.withdrawn_at is None and any(part.state == "interested" for part in mine),
        "trials": row.trials.all(),
        "crumbs": work_crumbs((row.title, "")),
    }
    return render(request, "innovation/work/proposal.html", facts, status=status)


@require_POST
@never_cache
@login_required
def begin_from_proposal(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Begin the trial that a city is interested in."""
    person = keeper(request)
    own = {city.pk: city for city in permissions.cities_of(person)}
    rows = TrialProposal.objects.filter(parts__city__in=own, withdrawn_at=None).distinct()
    row = get_object_or_404(rows, uuid=number)
    interested = [part.city_id for part in row.parts.filter(state="interested")]
    owner = next((own[code] for code in interested if code in own), None)
    if owner is None:
        raise NotAllowed(_("First answer that the city is interested."))
    trial = trials.begin_trial(
        owner,
        row.organisation,
        title={row.language: row.title},
        summary={row.language: row.summary},
        themes=row.themes,
        technologies=row.technologies,
        cities=list(City.objects.filter(pk__in=interested)),
        proposal=row,
        lead=row.person,
        slug=f"{str(row.uuid)[:8]}-{owner.pk}",
        by=person,
        at=timezone.now(),
    )
    return redirect("innovation:work-trial", slug=trial.slug)


@require_safe
@never_cache
@login_required
def answer(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One answer to a challenge with its confidential part, for those who judge it. A conflict makes it not there."""
    person = cast(Person, request.user)
    row = get_object_or_404(Answer.objects.select_related("challenge__owner", "organisation"), uuid=number)
    if permissions.is_own(person, row) or not may_read(person, row):
        raise Http404
    facts = {
        "answer": row,
        "challenge": row.challenge,
        "secret": Confidential.objects.filter(answer=row).first(),
        "attachments": row.attachments.all(),
        "trial": getattr(row, "trial", None),
        "is_officer": permissions.may_edit(person, row.challenge),
        "crumbs": work_crumbs((row.title, "")),
    }
    return render(request, "innovation/work/answer.html", facts)
