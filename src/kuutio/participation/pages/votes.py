"""What a stage of voting shows: its ballot papers while it is open, their results after it."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
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
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [slug, stage, budget])
        found = cursor.fetchone()
    if found is None:
        raise Http404
    row = _read(*found)
    if not row.process.is_public:
        raise Http404
    return copy(row)


_VERSION = """
    SELECT budget.id, concat_ws(' ', budget.xmin, budget.ctid, stage.xmin, stage.ctid, process.xmin, process.ctid,
        city.xmin, city.ctid)
    FROM participation_budget budget
    JOIN participation_stage stage ON stage.id = budget.stage_id
    JOIN participation_process process ON process.id = budget.process_id AND process.id = stage.process_id
    LEFT JOIN cities_city city ON city.code = budget.city_id
    WHERE process.slug = %s AND stage.slug = %s AND budget.slug = %s
"""
"""Which rows a budget's page is made of: who wrote them last, and where they lie. Another row has another pair of these.

Its keys come with the budget's freezing and go when it is counted: both write the budget's own row."""


@lru_cache(maxsize=64)
def _read(budget_id: int, _version: str) -> Budget:
    """A budget with what its doors need. On the last evening a hundred people a second ask for the same one.

    The process's own key isn't among it: what is destroyed after the appeals must not live on in a process's memory.
    """
    return Budget.objects.select_related("process", "stage__process", "keys", "city").get(pk=budget_id)


def addresses(budget: Budget) -> list[str]:
    """What the addresses of a budget's pages are made of."""
    return [budget.process.slug, budget.stage.slug, budget.slug]
