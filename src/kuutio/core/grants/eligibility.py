"""Who may apply, and with what: rules E1 to E12, each told, not only the first that fails.

Source: the strategy's rule for joint projects (actors in the areas of at least two member cities, a spearhead in all of them), its
calls' texts of 2015 to 2019, and the decree on the eligibility of structural funds' costs (358/2014) for the cost models.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from kuutio.core.grants.budgets import CostModel
from kuutio.core.grants.findings import Finding
from kuutio.core.identifiers import business_id, is_business_id

MEMBER_CITIES = frozenset({"Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu"})
"""The cities of the Six City Strategy; a call may name others."""


class Kind(StrEnum):
    """What a project is in the strategy."""

    SPEARHEAD = "SPEARHEAD"
    PILOT = "PILOT"
    OFFICE = "OFFICE"


class ActorType(StrEnum):
    """What an organisation is; all but a company may receive a grant (E4)."""

    MUNICIPALITY = "MUNICIPALITY"
    JOINT_MUNICIPAL_AUTHORITY = "JOINT_MUNICIPAL_AUTHORITY"
    UNIVERSITY = "UNIVERSITY"
    UAS = "UAS"
    RESEARCH_INSTITUTE = "RESEARCH_INSTITUTE"
    STATE_AGENCY = "STATE_AGENCY"
    REGIONAL_COUNCIL = "REGIONAL_COUNCIL"
    PUBLIC_COMPANY = "PUBLIC_COMPANY"
    EDUCATION_PROVIDER = "EDUCATION_PROVIDER"
    ASSOCIATION = "ASSOCIATION"
    FOUNDATION = "FOUNDATION"
    COOPERATIVE = "COOPERATIVE"
    COMPANY = "COMPANY"


MAY_RECEIVE = frozenset(ActorType) - {ActorType.COMPANY}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call asks.

    Attributes:
        closes_at: aware; the last second in which an application is in time.
        earliest_start: of the project; `latest_end` its last possible day.
        max_months: shorter than this from its start.
        max_support_bp: the support's share of the net cost, in hundredths of a per cent.
        least_organisations: with different Business IDs (E1).
        least_cities: member cities in whose areas the partners are (E2).
        spearhead_months: how long a spearhead is planned to be, to the day (E12); None: this call doesn't say.
    """

    closes_at: datetime
    earliest_start: date
    latest_end: date
    max_months: int
    max_support_bp: int
    cost_models: frozenset[CostModel]
    member_cities: frozenset[str] = MEMBER_CITIES
    least_organisations: int = 2
    least_cities: int = 2
    spearhead_months: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A partner as the rules see it.

    Attributes:
        id: by which findings name it; its place in the list where it has none.
        type: an `ActorType`, or what somebody wrote instead.
        city: the one city that it counts for; "" or another city counts for nothing and harms nothing.
    """

    id: str
    business_id: str
    type: str
    city: str
    lead: bool = False
    intent_signed: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint application as the rules see it.

    Attributes:
        submitted_at: aware; None while it is a draft, which E10 says nothing of.
        support_bp: the asked support's share of the net cost.
    """

    kind: Kind
    cost_model: str
    start: date
    end: date
    submitted_at: datetime | None
    support_bp: int
    partners: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule of the live panel; `holds` is None where the rule has nothing to say of this application."""

    rule: str
    holds: bool | None
    findings: tuple[Finding, ...] = ()


def cities_lit(application: Joint, terms: Terms) -> frozenset[str]:
    """The member cities that the partners count for: those that light up in the panel. One partner, one city (E2)."""
    return frozenset(partner.city for partner in application.partners) & terms.member_cities


def months_later(day: date, months: int) -> date:
    """The same day of the month, so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _e1(application: Joint, terms: Terms) -> list[Finding]:
    found = len({_same(partner.business_id) for partner in application.partners})
    facts = {"found": found, "least": terms.least_organisations}
    return [Finding("e1-two-organisations", facts=facts)] if found < terms.least_organisations else []


def _same(text: str) -> str:
    """One organisation however its id was written: `02012566` is `0201256-6`."""
    try:
        return business_id(text)
    except ValueError:
        return text.strip()


def _e2(application: Joint, terms: Terms) -> list[Finding]:
    found = len(cities_lit(application, terms))
    facts = {"found": found, "least": terms.least_cities}
    return [Finding("e2-two-cities", facts=facts)] if found < terms.least_cities else []


def _e3(application: Joint, terms: Terms) -> list[Finding]:
    missing = terms.member_cities - cities_lit(application, terms)
    return [Finding("e3-spearhead-all-cities", facts={"missing": ", ".join(sorted(missing))})] if missing else []


def _e4(application: Joint, terms: Terms) -> list[Finding]:
    found = []
    for partner in application.partners:
        if partner.type == ActorType.COMPANY:
            found.append(Finding("e4-company", partner.id))
        elif partner.type not in MAY_RECEIVE:
            found.append(Finding("e4-unknown-type", partner.id, {"type": partner.type}))
    return found


def _e5(application: Joint, terms: Terms) -> list[Finding]:
    leads = sum(partner.lead for partner in application.partners)
    if leads == 1:
        return []
    return [Finding("e5-many-leads", facts={"found": leads}) if leads else Finding("e5-no-lead")]


def _e6(application: Joint, terms: Terms) -> list[Finding]:
    return [
        Finding("e6-business-id", partner.id, {"business_id": partner.business_id})
        for partner in application.partners
        if not is_business_id(partner.business_id)
    ]


def _e7(application: Joint, terms: Terms) -> list[Finding]:
    waiting = (partner for partner in application.partners if not partner.lead and not partner.intent_signed)
    return [Finding("e7-not-signed", partner.id) for partner in waiting]


def _e8(application: Joint, terms: Terms) -> list[Finding]:
    if application.cost_model in terms.cost_models:
        return []
    offered = ", ".join(sorted(terms.cost_models))
    return [Finding("e8-cost-model", facts={"model": application.cost_model, "offered": offered})]


def _e9(application: Joint, terms: Terms) -> list[Finding]:
    start, end = application.start, application.end
    past = months_later(start, terms.max_months)
    wrong: list[tuple[bool, str, dict[str, str | int]]] = [
        (end <= start, "e9-ends-before-start", {"start": start.isoformat(), "end": end.isoformat()}),
        (start < terms.earliest_start, "e9-starts-too-early", {"earliest": terms.earliest_start.isoformat()}),
        (end > terms.latest_end, "e9-ends-too-late", {"latest": terms.latest_end.isoformat()}),
        (end >= past, "e9-too-long", {"months": terms.max_months, "before": past.isoformat()}),
    ]
    return [Finding(key, facts=facts) for fails, key, facts in wrong if fails]


def _e10(application: Joint, terms: Terms) -> list[Finding]:
    """Late by a second is late; the parts of a second that no clock on a receipt shows are not."""
    if application.submitted_at is None or application.submitted_at.replace(microsecond=0) <= terms.closes_at:
        return []
    late = application.submitted_at.replace(microsecond=0) - terms.closes_at
    return [Finding("e10-late", facts={"seconds": int(late.total_seconds())})]


def _e11(application: Joint, terms: Terms) -> list[Finding]:
    if application.support_bp <= terms.max_support_bp:
        return []
    return [Finding("e11-support-share", facts={"asked_bp": application.support_bp, "most_bp": terms.max_support_bp})]


def _e12(application: Joint, terms: Terms) -> list[Finding]:
    return spearhead_length(application.start, application.end, terms.spearhead_months or 0)


def spearhead_length(start: date, end: date, months: int) -> list[Finding]:
    """E12: a spearhead is planned for exactly so long, its last day the one before the same day of the month.

    An extension is a change request with its own decision: the first plan is held against this rule, the later ones aren't.
    """
    last = date.fromordinal(months_later(start, months).toordinal() - 1)
    facts: dict[str, str | int] = {"months": months, "end": last.isoformat()}
    return [] if end == last else [Finding("e12-spearhead-length", facts=facts)]


Check = Callable[[Joint, Terms], list[Finding]]
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "E1": _e1,
        "E2": _e2,
        "E3": _e3,
        "E4": _e4,
        "E5": _e5,
        "E6": _e6,
        "E7": _e7,
        "E8": _e8,
        "E9": _e9,
        "E10": _e10,
        "E11": _e11,
        "E12": _e12,
    }
)
"""The rules by their code, in their order."""


def panel(application: Joint, terms: Terms) -> list[Checked]:
    """Each rule with whether it holds and what to mend: what an applicant sees while the consortium is built."""
    return [
        Checked(rule, not found if _asked(rule, application, terms) else None, found)
        for rule, check in CHECKS.items()
        for found in [tuple(check(application, terms)) if _asked(rule, application, terms) else ()]
    ]


def _asked(rule: str, application: Joint, terms: Terms) -> bool:
    if rule == "E3":
        return application.kind == Kind.SPEARHEAD
    if rule == "E10":
        return application.submitted_at is not None
    if rule == "E12":
        return application.kind == Kind.SPEARHEAD and terms.spearhead_months is not None
    return True


def findings(application: Joint, terms: Terms) -> list[Finding]:
    """Everything that keeps an application from being eligible, in the rules' order; empty: it is."""
    return [finding for checked in panel(application, terms) for finding in checked.findings]


def waived(found: Sequence[Finding], rules: frozenset[str]) -> list[Finding]:
    """The findings without those of the rules that a draft needn't keep yet, such as `{"E7", "E10"}`."""
    return [finding for finding in found if finding.rule not in rules]
