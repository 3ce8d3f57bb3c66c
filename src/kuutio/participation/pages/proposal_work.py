"""The officers' pages of proposals: those of their cities, and what they do with one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem, Text
from kuutio.participation import permissions, proposal_queries
from kuutio.participation.actions import deciding, supporting
from kuutio.participation.models import Contribution, Population, Proposal
from kuutio.participation.pages import proposal_forms as forms
from kuutio.participation.pages.shared import officer, show, work_crumbs
from kuutio.participation.pages.work import FORM, form_page
from kuutio.participation.similar import similar

MOST = 200


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an officer does with a proposal: its title, its form, its verb."""

    title: Text
    form: Callable[[Any, Proposal], Any]
    verb: Callable[..., Any]


def _plain(form: Any) -> Callable[[Any, Proposal], Any]:
    return lambda data, row: form(data)


def _status(data: Any, row: Proposal) -> Any:
    return forms.StatusForm(data, initial={"status": row.status})


def _merge(data: Any, row: Proposal) -> Any:
    said = row.contribution
    likely = similar(said.process, said.title, said.text, said.language, but=said.pk)
    others = Proposal.objects.filter(
        contribution__process=said.process, contribution__state=Contribution.State.PUBLISHED, merged_into=None
    ).exclude(pk=row.pk)
    others = others.select_related("contribution").order_by("contribution__title")[:MOST]
    return forms.MergeForm(data, likely=likely, others=list(others))


ACTS: dict[str, Act] = {
    "status": Act(gettext_lazy("Set its status"), _status, deciding.set_status),
    "hand-over": Act(gettext_lazy("Hand it over to another city"), _plain(forms.HandoverForm), deciding.hand_over),
    "join": Act(gettext_lazy("Join it to another proposal"), _merge, deciding.merge),
    "milestone": Act(gettext_lazy("Add a milestone"), _plain(forms.StepForm), deciding.add_milestone),
    "spending": Act(gettext_lazy("Write down what was paid"), _plain(forms.SpendingForm), deciding.add_spending),
}


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The proposals of the officer's cities: those that nobody has decided on first, the oldest on top."""
    person = officer(request)
    status = request.GET.get("status", "received")
    rows = proposal_queries.handled_by(person)
    if status in Proposal.Status.values:
        rows = rows.filter(status=status)
    facts = {
        "rows": list(rows.order_by("contribution__made_at")[:MOST]),
        "statuses": Proposal.Status.choices,
        "status": status,
        "populations": Population.objects.filter(municipality__city__in=permissions.cities_of(person))
        .select_related("municipality")
        .order_by("municipality", "-on")[:20],
        "crumbs": work_crumbs(last=_("Proposals")),
    }
    return render(request, "participation/proposals/work_overview.html", facts)


def _worked(request: HttpRequest, number: uuid.UUID) -> tuple[Person, Proposal]:
    """An officer, and a proposal that their city has.

    Raises:
        Http404: there is none, or another city has it.
    """
    person = officer(request)
    row = get_object_or_404(proposal_queries.whole(Proposal.objects.all()), contribution__uuid=number)
    if not permissions.may_handle(person, row):
        raise Http404
    return person, row


@require_safe
@never_cache
@login_required
def proposal(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One proposal, and what can be done with it."""
    _person, row = _worked(request, number)
    said = row.contribution
    facts = {
        "row": row,
        "said": said,
        "acts": [(name, act.title) for name, act in ACTS.items() if _fits(name, row)],
        "alike": similar(said.process, said.title, said.text, said.language, but=said.pk),
        "spent": proposal_queries.spent(row),
        "crumbs": work_crumbs(last=said.title or _("Proposal")),
    }
    return render(request, "participation/proposals/work.html", facts)


def _fits(name: str, row: Proposal) -> bool:
    if row.merged_into_id is not None:
        return False
    return name not in {"milestone", "spending"} or row.status in deciding.ON_ITS_WAY


@FORM
@never_cache
@login_required
def act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Do one thing with it."""
    person, row = _worked(request, number)
    if act not in ACTS or not _fits(act, row):
        raise Http404
    chosen = ACTS[act]
    form = chosen.form(request.POST if request.method == "POST" else None, row)
    if form.is_valid():
        try:
            chosen.verb(row, **form.values(), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            if act in {"hand-over", "join"}:
                return redirect("participation:work-proposals")
            return redirect("participation:work-proposal", number=number)
    return form_page(request, form, str(chosen.title), work_crumbs(last=str(chosen.title)), lead=row.contribution.title)


@FORM
@never_cache
@login_required
def population(request: HttpRequest) -> HttpResponse:
    """Tell how many people live in the officer's municipality."""
    person = officer(request)
    form = forms.PopulationForm(request.POST if request.method == "POST" else None, own=permissions.cities_of(person))
    if form.is_valid():
        told = dict(form.cleaned_data)
        municipality = told.pop("city").municipality
        try:
            supporting.set_population(municipality, **told, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("participation:work-proposals")
    title = _("Number of residents")
    lead = _(
        "Residents’ initiatives are counted by it: two per cent, or four per cent of those who are fifteen or older."
    )
    return form_page(request, form, title, work_crumbs(last=title), lead=lead)
