"""Where the money went: the strategy's projects with their money by the official list, and its way from source to focus area to city.

Two things are kept apart. Money of a fund that comes on top (ESF) is in no sum of the others. And a listed project's money stands
under the city of its lead partner, since the list tells no partner's share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch

from kuutio.cities.places import City
from kuutio.programme.models import FocusArea, GrantPart, ListedProject, Partner, Programme, Project, ProjectKind


class MoneySource(StrEnum):
    """Who pays, as far as the list tells."""

    GRANTED = "granted"
    """EU and state money that was granted."""
    OTHER = "other"
    """The rest of the planned public money: the cities' and others' own, and what of the EU and state is still to be granted."""


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project of the strategy and what the list tells of its money; `listed` is None where the list doesn't know it."""

    project: Project
    listed: ListedProject | None

    @property
    def fund(self) -> str:
        """ERDF or ESF, as the list tells; else by the register's letter."""
        told = self.listed.fund if self.listed else ""
        return told or ("ESF" if self.project.code.startswith("S") else "ERDF")

    @property
    def area(self) -> FocusArea | None:
        """The focus area; None for the strategy's office, and where it isn't told."""
        spearhead = self.project.spearhead
        return spearhead.focus_area if spearhead else None

    @property
    def city(self) -> City | None:
        """The lead partner's."""
        lead = self.project.lead
        return city_of(lead) if lead else None

    @property
    def cities(self) -> list[City]:
        """Those of all partners that our sources name, in the cities' order."""
        told = (city_of(partner) for partner in self.project.partners.all())
        return sorted({city for city in told if city}, key=lambda city: city.position)

    @property
    def planned_cents(self) -> int:
        """All public money that was planned; the granted money, where more of it was granted than planned."""
        return max(self._told("planned_cents"), self._told("granted_cents"))

    @property
    def granted_cents(self) -> int:
        """EU and state money granted."""
        return self._told("granted_cents")

    @property
    def other_cents(self) -> int:
        """The rest of the planned public money."""
        return self.planned_cents - self.granted_cents

    @property
    def paid_cents(self) -> int:
        """EU and state money paid."""
        return self._told("paid_cents")

    @property
    def realised_cents(self) -> int:
        """All public money realised."""
        return self._told("realised_cents")

    def _told(self, name: str) -> int:
        return (getattr(self.listed, name) or 0) if self.listed else 0

    @property
    def was_extended(self) -> bool:
        """Whether it ended later than the list had it: the first end stays visible."""
        return bool(self.listed and self.listed.ends_on and self.listed.ends_on < self.project.ends_on)


def city_of(partner: Partner) -> City | None:
    """The strategy's city that a partner works in: by its office, else the one that a grant of it counts for."""
    if partner.city:
        return partner.city
    return next((part.city for part in partner.grant_parts.all() if part.city), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of one source that goes to one focus area and one city. "" is an area that isn't told, or a city outside."""

    source: str
    area: str
    city: str
    cents: int


OFFICE = "office"
"""The area of the strategy's own office, which serves all focus areas."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over projects, in cents, and how many projects they are."""

    projects: int
    planned_cents: int
    granted_cents: int
    paid_cents: int
    realised_cents: int

    @property
    def other_cents(self) -> int:
        """The rest of the planned public money."""
        return self.planned_cents - self.granted_cents


def projects_of(programme: Programme) -> list[ProjectMoney]:
    """All projects of the strategy with their partners and their money: four queries."""
    rows = list(
        Project.objects.filter(programme=programme)
        .select_related("source", "spearhead__focus_area")
        .prefetch_related(
            Prefetch("partners", Partner.objects.select_related("city", "organisation")),
            Prefetch("partners__grant_parts", GrantPart.objects.select_related("city")),
        )
        .order_by("starts_on", "code")
    )
    codes = [row.code for row in rows]
    # Of two lists that tell of one project, the one that was read last counts.
    listed = {row.code: row for row in ListedProject.objects.filter(code__in=codes).order_by("list__read_at")}
    return [ProjectMoney(row, listed.get(row.code)) for row in rows]


def of_the_plan(rows: Iterable[ProjectMoney]) -> list[ProjectMoney]:
    """The projects whose money belongs to the strategy's sum."""
    return [row for row in rows if row.fund != "ESF"]


def on_top(rows: Iterable[ProjectMoney]) -> list[ProjectMoney]:
    """The projects whose money comes on top, and is never added to the others'."""
    return [row for row in rows if row.fund == "ESF"]


def sums_of(rows: Iterable[ProjectMoney]) -> Sums:
    """The sums over some projects: of one fund, or they would mean nothing."""
    told = [row for row in rows if row.listed]
    return Sums(
        len(told),
        sum(row.planned_cents for row in told),
        sum(row.granted_cents for row in told),
        sum(row.paid_cents for row in told),
        sum(row.realised_cents for row in told),
    )


def area_key(row: ProjectMoney) -> str:
    """The focus area's slug, `office` for the strategy's office, "" where it isn't told."""
    if row.project.kind == ProjectKind.OFFICE:
        return OFFICE
    return row.area.slug if row.area else ""


def way_of(row: ProjectMoney) -> tuple[str, str]:
    """The area and the city that a project's money goes to."""
    return area_key(row), row.city.pk if row.city else ""


def counts_of(rows: Iterable[ProjectMoney]) -> dict[tuple[str, str], int]:
    """How many listed projects go which way."""
    return dict(Counter(way_of(row) for row in rows if row.listed))


def flows_of(rows: Sequence[ProjectMoney]) -> list[Flow]:
    """The money's ways, equal ones added up; no cent is lost: their sum is what was planned."""
    cents: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        way = way_of(row)
        cents[(MoneySource.GRANTED, *way)] += row.granted_cents
        cents[(MoneySource.OTHER, *way)] += row.other_cents
    return [Flow(source, area, city, amount) for (source, area, city), amount in cents.items() if amount]
