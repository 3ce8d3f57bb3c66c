"""What a stage of voting shows: its ballot papers while it is open, their results after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from kuutio.participation.models import Budget, Process, Stage
from kuutio.participation.pages.papers import who_may
from kuutio.participation.pages.shared import seen, seen_stage
from kuutio.participation.voices import Voice
from kuutio.ui.wording import money


def context(request: HttpRequest, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The budgets of a stage, each with where it stands."""
    rows = stage.budgets.select_related("city").order_by("position")
    return {
        "budgets": [
            {
                "budget": row,
                "amount": money(row.amount_cents),
                "who": who_may(row),
                "projects": row.projects.filter(feasibility="feasible").count(),
                "is_open": goes_on(row, at),
            }
            for row in rows
        ]
    }


def goes_on(budget: Budget, at: datetime) -> bool:
    """Whether ballots are taken."""
    return (
        budget.state == Budget.State.OPEN
        and budget.process.state == Process.State.PUBLISHED
        and budget.stage.is_open(at)
        and budget.closes_at is not None
        and at < budget.closes_at
    )


def seen_budget(request: HttpRequest, slug: str, stage: str, budget: str) -> Budget:
    """A budget that this reader may read.

    Raises:
        Http404: there is none, or it is of another's draft.
    """
    process = seen(request, slug)
    row = get_object_or_404(
        Budget.objects.select_related("city"), process=process, stage=seen_stage(process, stage), slug=budget
    )
    row.process, row.stage = process, seen_stage(process, stage)
    return row


def found_budget(slug: str, stage: str, budget: str) -> Budget:
    """A budget of a public process, without asking who reads: for doors that must not know.

    Raises:
        Http404: there is none.
    """
    rows = Budget.objects.select_related("process", "stage__process", "keys", "city")
    row = get_object_or_404(rows, process__slug=slug, stage__slug=stage, slug=budget)
    if not row.process.is_public:
        raise Http404
    return row


def addresses(budget: Budget) -> list[str]:
    """What the addresses of a budget's pages are made of."""
    return [budget.process.slug, budget.stage.slug, budget.slug]
