"""The demonstration's votes: made up, and voted on by the verbs that residents' ballots go through."""

from __future__ import annotations

import random
import secrets
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from kuutio.cities.identified import Facts, person_of
from kuutio.cities.models import City
from kuutio.core.bundles.openings import Choice
from kuutio.core.when import HELSINKI, here
from kuutio.participation.actions import batches, budgets, closing, freezing, processes, stages
from kuutio.participation.actions.voting import Ballot, vote_by_form
from kuutio.participation.models import Budget, Process, Stage
from kuutio.participation.opened import STRONG

DATA = Path(__file__).parent / "data" / "votes.toml"
_VOTERS = 19
"""What the made-up ballots are drawn by: the same at every start."""


def load(now: datetime) -> int:
    """Bring in the votes that aren't there yet, each whole or not at all; tells how many."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))["vote"]
    known = set(Process.objects.filter(slug__in=[row["slug"] for row in told]).values_list("slug", flat=True))
    there = set(City.objects.values_list("code", flat=True))
    fresh = [row for row in told if row["slug"] not in known and {row["owner"], *row["cities"]} <= there]
    for row in fresh:
        _vote(row, now)
    return len(fresh)


@transaction.atomic
def _vote(row: dict[str, Any], now: datetime) -> None:
    begun = now + timedelta(days=row["begun"])
    opens, closes = _midnight(now, row["opens"]), _midnight(now, row["closes"])
    process = processes.begin_process(
        City.objects.get(pk=row["owner"]),
        cities=list(City.objects.filter(pk__in=row["cities"])),
        slug=row["slug"],
        theme=row["theme"],
        title=row["title"],
        summary=row["summary"],
        plain_summary=row["plain_summary"],
        by=None,
        at=begun,
    )
    stage = stages.add_stage(
        process,
        "vote",
        title={"fi": "Äänestys", "sv": "Röstning", "en": "Vote"},
        opens_at=opens,
        closes_at=closes,
        identification=Stage.Identification.STRONG,
        by=None,
        at=begun,
    )
    processes.publish_process(process, by=None, at=begun + timedelta(days=1))
    for told in row["budget"]:
        budget = _budget(stage, told, begun + timedelta(days=2))
        last = closes if row["state"] == "counted" else now
        _ballots(budget, told, opens + timedelta(hours=9))
        if row["state"] == "counted":
            closing.tend(budget, full_only=True, at=last)
        else:
            batches.append_batch(budget, at=last)
            batches.witness_log(budget, at=last)


def _budget(stage: Stage, told: dict[str, Any], at: datetime) -> Budget:
    more = {name: told[name] for name in ("area", "postal_codes") if name in told}
    budget = budgets.add_budget(
        stage,
        slug=told["slug"],
        title=told["title"],
        amount_cents=told["amount"] * 100,
        city=City.objects.get(pk=told["city"]) if "city" in told else None,
        paper=told["paper"],
        by=None,
        at=at,
        **more,
    )
    for project in told["projects"]:
        budgets.add_project(
            budget,
            title=project["title"],
            cost_cents=project["cost"] * 100,
            category=project["category"],
            feasible=True,
            by=None,
            at=at,
        )
    if "unfit" in told:
        unfit = told["unfit"]
        made = budgets.add_project(budget, title=unfit["title"], cost_cents=unfit["cost"] * 100, by=None, at=at)
        budgets.judge_project(made, feasible=False, reason=unfit["reason"], by=None, at=at)
    return freezing.open_vote(budget, by=None, at=at)


def _ballots(budget: Budget, told: dict[str, Any], at: datetime) -> None:
    drawn = random.Random(_VOTERS)  # noqa: S311  # made-up tastes, not secrets
    keys = [str(number) for number in range(1, len(told["projects"]) + 1)]
    towns = [budget.city] if budget.city else [part.city for part in budget.process.parts.select_related("city")]
    for _number in range(told["ballots"]):
        city = drawn.choice(towns)
        code = drawn.choice(told.get("postal_codes") or told["homes"][city.pk])
        facts = Facts(
            person_of(secrets.token_hex(16)), city.municipality_id, code, date(drawn.randint(1940, 2012), 5, 1)
        )
        chosen: Choice = drawn.sample(keys, drawn.randint(1, min(4, len(keys))))
        if budget.paper == Budget.Paper.APPROVAL:
            chosen = sorted(chosen)
        vote_by_form(budget, facts, Ballot(chosen, secrets.token_bytes(32)), voice=STRONG, at=at)


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning of a day so many days from now, on a Finnish clock."""
    return datetime.combine(here(now).date() + timedelta(days=days), time.min, HELSINKI)
