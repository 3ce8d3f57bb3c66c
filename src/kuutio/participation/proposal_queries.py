"""What the pages of proposals read, in few questions to the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kuutio.cities.models import Person
from kuutio.participation import permissions
from kuutio.participation.models import (
    Appeal,
    Contribution,
    Moderation,
    Proposal,
    Reaction,
    Report,
    Stage,
    SupportFlag,
)
from kuutio.participation.queries import public_processes

SUPPORTS = Q(contribution__reactions__value=Reaction.Value.FOR)
State = Contribution.State


def counted(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Proposals with how many support them, and how many of these supports bear no sign of coordination."""
    flagged = Exists(SupportFlag.objects.filter(reaction=OuterRef("pk")))
    clean = Reaction.objects.filter(~flagged, contribution=OuterRef("contribution"), value=Reaction.Value.FOR)
    unmarked = clean.order_by().values("contribution").annotate(count=Count("pk")).values("count")
    return rows.annotate(
        supports=Count("contribution__reactions", filter=SUPPORTS) + F("earlier_supports"),
        unmarked=Coalesce(Subquery(unmarked), 0) + F("earlier_supports"),
    )


def of_stage(stage: Stage) -> QuerySet[Proposal]:
    """The proposals that a stage shows: its own; a stage for supporting shows those of the stages before it."""
    shown = Q(contribution__stage=stage)
    if stage.kind == "support":
        shown = Q(contribution__process=stage.process_id, contribution__stage__position__lt=stage.position)
    rows = Proposal.objects.filter(shown, contribution__state=State.PUBLISHED, merged_into=None)
    return counted(rows).select_related(
        "contribution__process", "contribution__stage", "city", "initiative__municipality"
    )


SORTS = {"supports": ("-supports", "-pk"), "new": ("-contribution__made_at", "-pk")}


def listed(stage: Stage, *, category: str, status: str, city: str, sort: str) -> QuerySet[Proposal]:
    """Those of a stage that fit, in an order."""
    rows = of_stage(stage)
    chosen = {"category": category, "status": status, "city": city}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    return rows.order_by(*SORTS.get(sort, SORTS["supports"]))


def whole(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Proposals with all that their page shows."""
    return counted(rows).select_related(
        "contribution__process__owner",
        "contribution__stage",
        "contribution__author",
        "contribution__photo",
        "city",
        "municipality",
        "merged_into__contribution",
        "initiative__municipality",
        "initiative__population",
    ).prefetch_related(
        "changes__city", "milestones", "spendings", "handovers__before", "handovers__after",
        Prefetch("merged", Proposal.objects.select_related("contribution")),
    )  # fmt: skip


def arguments(proposal: Proposal) -> dict[str, list[Contribution]]:
    """What speaks for and against, those that most people support first; `other`: comments from an earlier service."""
    rows = Contribution.objects.filter(parent=proposal.contribution_id, state=State.PUBLISHED)
    rows = rows.select_related("organisation").annotate(
        supports=Count("reactions", filter=Q(reactions__value=Reaction.Value.FOR))
    )
    found: dict[str, list[Contribution]] = {"argument_for": [], "argument_against": [], "comment": []}
    for row in rows.order_by("-supports", "made_at"):
        found[row.kind].append(row)
    return found


def spent(proposal: Proposal) -> int:
    """Euro cents that were paid for a proposal."""
    return int(proposal.spendings.aggregate(sum=Sum("amount_cents"))["sum"] or 0)


def handled_by(person: Person | None) -> QuerySet[Proposal]:
    """The proposals of the cities that a person works for."""
    cities = permissions.cities_of(person)
    rows = Proposal.objects.filter(city__in=cities, merged_into=None, contribution__state=State.PUBLISHED)
    return counted(rows).select_related("contribution__process", "contribution__stage", "city", "initiative")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contribution in the moderators' queue, with why it is there."""

    row: Contribution
    reports: list[Report]
    held: str


def queue(person: Person | None) -> list[Waiting]:
    """What waits for a moderator of a person's cities, the oldest first: what was held, and what was reported."""
    cities = permissions.cities_of(person)
    reported = Exists(Report.objects.filter(contribution=OuterRef("pk"), settled_at=None))
    rows = (
        Contribution.objects.filter(Q(state=State.HELD) | Q(reported, state=State.PUBLISHED))
        .filter(process__parts__city__in=cities)
        .distinct()
        .select_related("process", "stage", "held")
        .prefetch_related(Prefetch("reports", Report.objects.filter(settled_at=None), to_attr="open_reports"))
        .order_by("made_at")[:200]
    )
    found = []
    for row in rows:
        held = row.held.get_why_display() if row.state == State.HELD and hasattr(row, "held") else ""
        found.append(Waiting(row, row.open_reports, held))
    return found


def appeals(person: Person | None) -> QuerySet[Appeal]:
    """The open appeals of a person's cities, the oldest first."""
    cities = permissions.cities_of(person)
    rows = Appeal.objects.filter(outcome="", moderation__contribution__process__parts__city__in=cities).distinct()
    return rows.select_related("moderation__contribution__process", "moderation__sealed")


def flagged(person: Person | None) -> list[dict[str, Any]]:
    """The contributions of a person's cities whose supports bear signs, with how many."""
    cities = permissions.cities_of(person)
    rows = SupportFlag.objects.filter(reaction__contribution__process__parts__city__in=cities)
    found = rows.values("reaction__contribution__uuid", "reaction__contribution__title", "why")
    return [dict(row) for row in found.annotate(count=Count("reaction", distinct=True)).order_by("-count")[:50]]


def log(*, since: datetime) -> dict[str, Any]:
    """The public log: how often what was decided and for which reason, what came of appeals, and the newest decisions."""
    rows = Moderation.objects.filter(at__gte=since, contribution__process__in=public_processes().values("pk"))
    counts: Counter[str] = Counter(dict(rows.filter(act="hide").order_by().values_list("ground").annotate(Count("pk"))))
    outcomes = Appeal.objects.filter(moderation__in=rows).order_by().values_list("outcome").annotate(Count("pk"))
    return {
        "grounds": counts,
        "hidden": counts.total(),
        "acts": dict(rows.order_by().values_list("act").annotate(Count("pk"))),
        "appeals": dict(outcomes),
        "newest": list(rows.filter(act="hide").select_related("contribution__process", "appeal")[:100]),
    }
