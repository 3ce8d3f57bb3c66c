"""What was granted here, for the public: one grant for each project and partner, by the decisions that hold now.

A grant that was turned down or cancelled is none. Amounts are those of the last decision, with each change of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation
from kuutio.core.grants.budgets import Source
from kuutio.core.grants.opened import Body, OpenGrant, Publisher
from kuutio.programme.models import BudgetVersion, Commitment, FundingSource, Grant, Project, ProjectKind
from kuutio.programme.public_rows import project_page, site
from kuutio.programme.spending import OFFICE, Flow
from kuutio.ui.wording import localized

SUPPORT = frozenset({str(Source.EU), str(Source.STATE)})
"""What is granted; the other sources are what the partners bear themselves."""
_GONE = (Grant.State.REFUSED, Grant.State.CANCELLED)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Share:
    """What one source bears of one partner's cost in one project, in cents, by the decision that holds."""

    grant: Grant
    partner: str
    business_id: str
    city: str
    place: str
    source: str
    cents: int

    @property
    def area(self) -> str:
        """The focus area's slug, `office` for the strategy's office, "" where it isn't told."""
        project: Project = self.grant.project
        if project.kind == ProjectKind.OFFICE:
            return OFFICE
        return project.spearhead.focus_area.slug if project.spearhead else ""


def shares(project: Project | None = None) -> Iterator[Share]:
    """What was decided and holds, of one project or of all, in one query."""
    last = BudgetVersion.objects.filter(grant=OuterRef("version__grant")).order_by("-number")
    rows = (
        Commitment.objects.filter(version=Subquery(last.values("pk")[:1]))
        .exclude(version__grant__state__in=_GONE)
        .filter(Q(version__grant__project=project) if project else Q())
        .select_related(
            "version__grant__project__spearhead__focus_area",
            "version__grant__fund__authority__organisation",
            "version__grant__project__programme",
            "part__partner",
            "part__city",
        )
        .order_by("version__grant__decided_on", "version__grant", "part", "source", "year")
    )
    for row in rows.iterator(chunk_size=2000):
        city = row.part.city
        yield Share(
            grant=row.version.grant,
            partner=row.part.partner.name,
            business_id=row.part.partner.business_id,
            city=city.pk if city else "",
            place=localized(city.name)[0] if city else "",
            source=row.source,
            cents=row.cents,
        )


@dataclass(frozen=True, slots=True)
class PartnerSum:
    """What was decided for one partner of a project, in cents."""

    partner: str
    place: str
    eu_cents: int
    state_cents: int
    own_cents: int

    @property
    def total_cents(self) -> int:
        """Its whole accepted cost."""
        return self.eu_cents + self.state_cents + self.own_cents


def sums_of(project: Project) -> list[PartnerSum]:
    """What was decided for each partner of a project, by the decisions that hold now."""
    cents: dict[tuple[str, str], dict[str, int]] = {}
    for share in shares(project):
        told = cents.setdefault((share.partner, share.place), defaultdict(int))
        told[share.source] += share.cents
    return [
        PartnerSum(partner, place, told[str(Source.EU)], told[str(Source.STATE)], told[str(Source.OWN_PUBLIC)])
        for (partner, place), told in cents.items()
    ]


def open_grants() -> list[OpenGrant]:
    """One row for each project and partner, in Finnish, as the programme's own language is."""
    with translation.override("fi"):
        return _open_grants()


def _open_grants() -> list[OpenGrant]:
    support: dict[tuple[str, str], int] = defaultdict(int)
    cost: dict[tuple[str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], Share] = {}
    ends: dict[tuple[str, str], date] = {}
    for share in shares():
        key = (share.grant.project.code, share.business_id)
        cost[key] += share.cents
        support[key] += share.cents if share.source in SUPPORT else 0
        first.setdefault(key, share)
        ends[key] = max(ends.get(key, share.grant.ends_on), share.grant.ends_on)
    return [
        OpenGrant(
            project=code,
            title=localized(share.grant.project.name)[0],
            description=_about(share.grant),
            cents=support[code, business_id],
            eligible_cents=cost[code, business_id],
            awarded_on=share.grant.decided_on,
            starts_on=share.grant.starts_on,
            ends_on=ends[code, business_id],
            recipient=Body(business_id, share.partner),
            funder=_funder(share.grant.fund),
            fund=share.grant.fund.key.upper(),
            programme=localized(share.grant.project.programme.name)[0],
            place=share.place,
            from_call=bool(share.grant.application),
            page=project_page(code),
        )
        for (code, business_id), share in first.items()
    ]


def _about(grant: Grant) -> str:
    spearhead = grant.project.spearhead
    words = grant.project.get_kind_display()
    if spearhead:
        words = f"{words}: {localized(spearhead.focus_area.name)[0]}"
    return f"{_('Made up for the demonstration.')} {words}" if grant.is_example else words


def _funder(fund: FundingSource) -> Body:
    authority = getattr(fund, "authority", None)
    return (
        body_of(authority.organisation) if authority else Body("", localized(fund.name)[0], f"kuutio-fund-{fund.key}")
    )


def body_of(organisation: Organisation) -> Body:
    """An organisation as open data names it: by its Business ID, else by the name that it has here."""
    return Body(organisation.business_id or "", localized(organisation.name)[0], f"kuutio-org-{organisation.slug}")


def publisher(desk: Organisation, title: str) -> Publisher:
    """Who gives the package out."""
    return Publisher(body_of(desk), LICENCE, site("/api/grants.json"), title)


def eu_shares() -> dict[str, int]:
    """The EU's share of eligible cost by fund, where all its grants have the same; hundredths of a per cent."""
    told: dict[str, set[int]] = defaultdict(set)
    for key, eu_bp in Grant.objects.exclude(state__in=_GONE).values_list("fund__key", "eu_bp").distinct():
        told[key.upper()].add(eu_bp)
    return {fund: next(iter(shares)) for fund, shares in told.items() if len(shares) == 1}


def flows(*, on_top: bool) -> tuple[list[Flow], dict[tuple[str, str], int], bool]:
    """The money's ways, the number of projects on each, and whether some of it was made up for the demonstration.

    Args:
        on_top: of the funds that come on top; else of the others. The two are never added up.
    """
    cents: dict[tuple[str, str, str], int] = defaultdict(int)
    projects: dict[tuple[str, str], set[int]] = defaultdict(set)
    made_up = False
    for share in shares():
        if share.grant.fund.on_top is on_top:
            cents[share.source, share.area, share.city] += share.cents
            projects[share.area, share.city].add(share.grant.project_id)
            made_up = made_up or share.grant.is_example
    found = [Flow(source, area, city, amount) for (source, area, city), amount in cents.items() if amount]
    return found, {way: len(codes) for way, codes in projects.items()}, made_up
