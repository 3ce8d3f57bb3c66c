"""What the pages of grants, claims and payments read, in few questions to the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from kuutio.cities.models import Person
from kuutio.core.grants.budgets import Source
from kuutio.programme import grant_moves
from kuutio.programme.grant_moves import Held
from kuutio.programme.models import (
    BudgetVersion,
    Claim,
    Commitment,
    DecidedCost,
    Grant,
    GrantPart,
    ListedProject,
    Payment,
    Project,
)
from kuutio.programme.models.grants import FLAT, INCOME, LINES
from kuutio.programme.settling import SUPPORT, Standing, standings_of

IN_FORCE = (
    Grant.State.OFFERED,
    Grant.State.ACCEPTED,
    Grant.State.RUNNING,
    Grant.State.SUSPENDED,
    Grant.State.CLOSED,
)
"""The states in which a grant is money that was granted: neither turned down nor cancelled."""

OPEN_CLAIMS = (
    Claim.State.SUBMITTED,
    Claim.State.IN_CONTROL,
    Claim.State.ACCEPTED,
    Claim.State.PARTLY_ACCEPTED,
    Claim.State.RETURNED,
    Claim.State.REOPENED,
    Claim.State.REOPENED_LIMITED,
)
"""The states of claims that somebody still has on their table; drafts are the partner's own."""


def grants() -> QuerySet[Grant]:
    """Grants with what every page of them shows."""
    return Grant.objects.select_related("project__spearhead__focus_area", "fund").prefetch_related(
        Prefetch("parts", queryset=GrantPart.objects.select_related("partner", "city"))
    )


def grants_of(person: Person) -> QuerySet[Grant]:
    """The grants in which somebody acts for a partner."""
    return grants().filter(pk__in=GrantPart.objects.filter(holders__person=person).values("grant"))


def claims_with_parts() -> QuerySet[Claim]:
    """Claims with their partner, their grant and their report."""
    return Claim.objects.select_related("part__partner", "part__city", "part__grant__project", "report")


@dataclass(frozen=True, slots=True)
class OnTable:
    """A grant or a claim that somebody holds, and for how long."""

    thing: Grant | Claim
    held: Held

    @property
    def is_claim(self) -> bool:
        return isinstance(self.thing, Claim)


def on_tables(at: datetime, days: int = 0) -> list[OnTable]:
    """Everything of the programme's money that waits for somebody, what waits longest on top."""
    rows: list[Grant | Claim] = list(claims_with_parts().filter(state__in=OPEN_CLAIMS))
    rows += list(grants().filter(state__in=[Grant.State.OFFERED, Grant.State.ACCEPTED, Grant.State.SUSPENDED]))
    found = [OnTable(row, grant_moves.held(row, at)) for row in rows]
    return sorted((one for one in found if one.held.days >= days), key=lambda one: -one.held.days)


@dataclass(frozen=True, slots=True)
class Sums:
    """Support in cents: granted, paid and left, by who pays."""

    granted: int = 0
    paid: int = 0
    own: int = 0
    by_source: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return self.granted - self.paid

    def __add__(self, other: Sums) -> Sums:
        sources = {
            name: (
                self.by_source.get(name, (0, 0))[0] + other.by_source.get(name, (0, 0))[0],
                self.by_source.get(name, (0, 0))[1] + other.by_source.get(name, (0, 0))[1],
            )
            for name in {**self.by_source, **other.by_source}
        }
        return Sums(self.granted + other.granted, self.paid + other.paid, self.own + other.own, sources)


def sums(parts: Iterable[Standing]) -> Sums:
    """Parts added up."""
    total = Sums()
    for one in parts:
        paid = one.paid_by_source
        sources = {name: (one.funding.get(name, 0), paid[name]) for name in SUPPORT}
        total += Sums(one.granted, one.paid, one.funding.get(Source.OWN_PUBLIC, 0), sources)
    return total


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project's money as everybody reads it."""

    project: Project
    grants: list[Grant]
    parts: list[Standing]
    sums: Sums

    @property
    def is_example(self) -> bool:
        return any(grant.is_example for grant in self.grants)


def public_money() -> list[ProjectMoney]:
    """Every project with money that was granted here, by its code."""
    rows = list(grants().filter(state__in=IN_FORCE).order_by("project__code", "decided_on"))
    standing = standings_of(rows)
    by_project: dict[int, list[Grant]] = {}
    for grant in rows:
        by_project.setdefault(grant.project_id, []).append(grant)
    return [
        ProjectMoney(own[0].project, own, parts, sums(parts))
        for own in by_project.values()
        for parts in [[one for grant in own for one in standing[grant.pk]]]
    ]


@dataclass(frozen=True, slots=True)
class ListedMoney:
    """What an official list tells of one of the programme's projects: support granted and paid, all public funding planned."""

    project: Project
    listed: ListedProject


def listed_money() -> list[ListedMoney]:
    """The programme's projects as the official lists tell them, which know no partner and no category."""
    projects = {project.code: project for project in Project.objects.select_related("spearhead__focus_area")}
    rows = ListedProject.objects.filter(code__in=projects, granted_cents__isnull=False).select_related("list")
    return [ListedMoney(projects[row.code], row) for row in rows.order_by("code", "list")]


@dataclass(frozen=True, slots=True)
class Awarded:
    """One partner's grant in one project, as open data tells it: decided support and net cost, what was paid, the days."""

    project: Project
    grant: Grant
    part: GrantPart
    support_cents: int
    eu_cents: int
    state_cents: int
    own_cents: int
    net_cents: int
    paid_cents: int
    decided_on: date
    starts_on: date
    ends_on: date
    is_example: bool


def awarded() -> Iterator[Awarded]:
    """Every grant in force, partner by partner, by project, decision and partner: the one question behind all open figures."""
    for money in public_money():
        for one in money.parts:
            grant = one.part.grant
            yield Awarded(
                money.project,
                grant,
                one.part,
                one.granted,
                one.funding.get(Source.EU, 0),
                one.funding.get(Source.STATE, 0),
                one.funding.get(Source.OWN_PUBLIC, 0),
                one.net,
                one.paid,
                grant.decided_on,
                grant.starts_on,
                grant.ends_on,
                grant.is_example,
            )


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a budget across the partners, in cents; the last cell is the sum."""

    line: str
    cells: list[int]

    @property
    def total(self) -> int:
        return sum(self.cells)


@dataclass(frozen=True, slots=True)
class Budget:
    """A version of a decided budget as a table: partners across, lines and sources down, each adding up."""

    version: BudgetVersion
    parts: list[GrantPart]
    lines: list[LineRow]
    sources: list[LineRow]
    years: list[LineRow]

    @property
    def net(self) -> list[int]:
        return [sum(row.cells[at] for row in self.sources) for at in range(len(self.parts))]

    @property
    def net_total(self) -> int:
        return sum(self.net)


def budgets_of(grant: Grant) -> list[Budget]:
    """All versions of a grant's budget, the one that holds now first."""
    versions = list(grant.versions.all())
    parts = list(grant.parts.select_related("partner", "city"))
    costs: dict[tuple[int, str, int], int] = {}
    for row in DecidedCost.objects.filter(version__in=versions):
        costs[row.version_id, row.line, row.part_id] = row.cents
    funding: dict[tuple[int, str, int], int] = {}
    years: dict[tuple[int, int, int], int] = {}
    for one in Commitment.objects.filter(version__in=versions):
        key = (one.version_id, one.source, one.part_id)
        funding[key] = funding.get(key, 0) + one.cents
        if one.source in SUPPORT:
            at = (one.version_id, one.year, one.part_id)
            years[at] = years.get(at, 0) + one.cents
    found = []
    for version in reversed(versions):
        lines = [LineRow(line, [costs.get((version.pk, line, part.pk), 0) for part in parts]) for line in LINES]
        told = sorted({year for pk, year, _part in years if pk == version.pk})
        found.append(
            Budget(
                version,
                parts,
                [row for row in lines if any(row.cells)],
                [
                    LineRow(source, [funding.get((version.pk, source, part.pk), 0) for part in parts])
                    for source in (*SUPPORT, str(Source.OWN_PUBLIC))
                ],
                [LineRow(str(year), [years.get((version.pk, year, part.pk), 0) for part in parts]) for year in told],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A budget line of one partner: decided, accepted, waiting and left, in cents."""

    line: str
    decided: int
    accepted: int
    waiting: int
    left: int


def left_rows(standing: Standing) -> list[LeftRow]:
    """What a partner's budget has left, line by line."""
    rows = [
        LeftRow(
            line,
            standing.decided.get(line, 0),
            standing.accepted_by.get(line, 0),
            standing.waiting.get(line, 0),
            standing.left_of(line),
        )
        for line in (*LINES[:-2], FLAT, INCOME)
    ]
    return [row for row in rows if row.decided or row.accepted or row.waiting]


def public_payments(grants: Sequence[Grant]) -> QuerySet[Payment]:
    """The payments of grants, with whom they went to."""
    return (
        Payment.objects.filter(part__grant__in=grants)
        .select_related("part__partner", "claim")
        .order_by("paid_on", "pk")
    )


def claims_by_part(grants: Sequence[Grant]) -> dict[int, list[Claim]]:
    """The claims of many grants by the part that they are of, in their order."""
    found: dict[int, list[Claim]] = {}
    for claim in claims_with_parts().filter(part__grant__in=grants).order_by("part", "number"):
        found.setdefault(claim.part_id, []).append(claim)
    return found


def claims_to_see(person: Person, grant: Grant, *, watches: bool) -> QuerySet[Claim]:
    """The claims of a grant that somebody may read: their own partner's, all to the lead; to the office those that were sent."""
    rows = claims_with_parts().filter(part__grant=grant).order_by("part", "number")
    own = Q(part__holders__person=person)
    if grant.parts.filter(holders__person=person, partner__is_lead=True).exists():
        return rows
    return rows.filter(own | Q(sent_at__isnull=False) if watches else own).distinct()
