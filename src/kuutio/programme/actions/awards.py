"""Grants: written down when they are decided, and changed by later decisions.

A decision is known by its reference in the authority's register. Told again it is the same grant, so that a request that is sent
twice, or a file that is brought in twice, changes nothing; told otherwise under the same reference it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.grants import budgets
from kuutio.core.grants.budgets import Budget, Computed, CostModel, PartnerBudget, compute
from kuutio.core.grants.decided import Decided, beside
from kuutio.core.grants.findings import Finding
from kuutio.core.identifiers import is_business_id
from kuutio.core.money import split
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import grant_permissions, settling
from kuutio.programme.models import (
    BudgetVersion,
    Commitment,
    DecidedCost,
    FundingSource,
    Grant,
    GrantPart,
    PartHolder,
    Partner,
    Programme,
    Project,
    ProjectKind,
    Source,
    Spearhead,
)
from kuutio.programme.models.grants import FLAT, INCOME
from kuutio.programme.problems import wrong
from kuutio.ui import findings

Years = Mapping[int, int]
"""Cents by year."""


@dataclass(frozen=True, slots=True)
class AwardedPartner:
    """What was decided for one partner.

    Attributes:
        costs: direct costs in cents by category (`core.grants.budgets.Category`), without what a flat rate pays.
        funding: cents by source and year, as decided; None: as the rules compute it, over the years by their days.
        reasons: by source, why the decided figure differs from the computed one (M8).
        city: the code of the member city that the partner counts for; "" for none.
        people: who act for it.
    """

    business_id: str
    name: str
    costs: Mapping[str, int]
    income: int = 0
    is_lead: bool = False
    funding: Mapping[str, Years] | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    city: str = ""
    people: Sequence[Person] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """A decision that grants money.

    Attributes:
        reference: the decision's, in the authority's register; unique.
        fund: the key of the programme's funding source, such as `erdf` or `esf`.
        eu_bp, state_bp: shares of accepted net cost in hundredths of a per cent.
        application: the id of what was applied for; "" for none.
        conditions: of the decision, in the project's language.
    """

    reference: str
    decided_on: date
    project: Project
    fund: str
    cost_model: CostModel
    eu_bp: int
    state_bp: int
    starts_on: date
    ends_on: date
    partners: Sequence[AwardedPartner]
    application: str = ""
    conditions: str = ""
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that changes a grant: its end, its budget, its partners. All partners are told, those that stay as they are too."""

    reference: str
    decided_on: date
    ends_on: date
    partners: Sequence[AwardedPartner]
    reason: str


@transaction.atomic
def award(decision: Award, *, by: Person | None, at: datetime) -> Grant:
    """Write down a decision that grants money: the budget by partner, category, source and year. The same again changes nothing.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
        Invalid: the budget breaks a rule (M1 to M8), or the partners or the days don't fit; `errors` say where.
        Conflict: the reference has another content already.
    """
    if not grant_permissions.may_award(by):
        raise NotAllowed(_("Decisions are written down by the programme office."))
    project = Project.objects.select_for_update().get(pk=decision.project.pk)
    told = _checked(decision, decision.partners, decision.starts_on, decision.ends_on)
    known = Grant.objects.filter(reference=decision.reference).first()
    if known is not None:
        first = known.versions.get(number=1)
        if known.project_id != project.pk or written(first) != told.rows:
            raise Conflict(
                _("The decision %(reference)s is here already with other figures.") % {"reference": decision.reference},
                reference=decision.reference,
            )
        return known
    grant = Grant.objects.create(
        project=project,
        fund=_fund(project, decision.fund),
        reference=decision.reference,
        application=decision.application or None,
        decided_on=decision.decided_on,
        cost_model=decision.cost_model,
        eu_bp=decision.eu_bp,
        state_bp=decision.state_bp,
        starts_on=decision.starts_on,
        ends_on=decision.ends_on,
        first_ends_on=decision.ends_on,
        conditions=decision.conditions,
        state_since=at,
        awarded_at=at,
        is_example=decision.is_example,
    )
    version = BudgetVersion.objects.create(
        grant=grant,
        number=1,
        reference=decision.reference,
        decided_on=decision.decided_on,
        ends_on=decision.ends_on,
        made_at=at,
    )
    _write(version, told, decision.partners, at)
    record(
        "award",
        f"grant:{grant.uuid}",
        by=by,
        at=at,
        reference=decision.reference,
        project=project.code,
        support_cents=told.support,
    )
    return grant


@transaction.atomic
def change_award(grant: Grant, change: Change, *, by: Person | None, at: datetime) -> BudgetVersion:
    """Write down a decision that changes a grant. The earlier budget stays to be read, and so does the first end date.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
        Invalid: as of `award`; or a partner would be granted less than it was paid, or leave with a claim.
        Conflict: the reference has another content, or the grant isn't one that can change any more.
    """
    if not grant_permissions.may_award(by):
        raise NotAllowed(_("Decisions are written down by the programme office."))
    grant = Grant.objects.select_for_update().select_related("project").get(pk=grant.pk)
    told = _checked(grant, change.partners, grant.starts_on, change.ends_on)
    known = grant.versions.filter(reference=change.reference).first()
    if known is not None:
        if known.ends_on != change.ends_on or written(known) != told.rows:
            raise Conflict(
                _("The decision %(reference)s is here already with other figures.") % {"reference": change.reference},
                reference=change.reference,
            )
        return known
    if grant.state not in (Grant.State.ACCEPTED, Grant.State.RUNNING, Grant.State.SUSPENDED):
        raise Conflict(_("Only a grant that is in force can be changed."), state=grant.state)
    if not change.reason.strip():
        raise Invalid(
            _("Tell the reason of the change."), errors=[wrong("/reason", _("Tell the reason of the change."))]
        )
    _keeps_what_was_paid(grant, told)
    last = grant.versions.order_by("-number").first()
    version = BudgetVersion.objects.create(
        grant=grant,
        number=(last.number if last else 0) + 1,
        reference=change.reference,
        decided_on=change.decided_on,
        ends_on=change.ends_on,
        reason=change.reason.strip(),
        made_at=at,
    )
    _write(version, told, change.partners, at)
    before, grant.ends_on = grant.ends_on, change.ends_on
    grant.save(update_fields=["ends_on"])
    record(
        "change_award",
        f"grant:{grant.uuid}",
        by=by,
        at=at,
        reference=change.reference,
        version=version.number,
        support_cents=told.support,
        ended_on=before.isoformat(),
        ends_on=change.ends_on.isoformat(),
    )
    return version


@transaction.atomic
def name_holder(part: GrantPart, person: Person, *, by: Person | None, at: datetime) -> PartHolder:
    """Name somebody who acts for a partner in its grant; who does already is left as they are.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
    """
    if not grant_permissions.is_office(by):
        raise NotAllowed(_("The programme office names who acts for a partner."))
    holder, made = PartHolder.objects.get_or_create(part=part, person=person, defaults={"since": at})
    if made:
        record("name_holder", f"grant:{part.grant.uuid}", by=by, at=at, partner=part.partner.business_id)
    return holder


@transaction.atomic
def found_project(
    programme: Programme,
    code: str,
    *,
    kind: ProjectKind,
    spearhead: Spearhead | None,
    name: Mapping[str, str],
    starts_on: date,
    ends_on: date,
    source: Source,
    objective: str = "",
    by: Person | None,
    at: datetime,
) -> Project:
    """The project of a code in the authority's register; one that is there already is taken as it is.

    Args:
        spearhead: that a pilot project supports, or that a spearhead project carries out; None for the office.
        objective: the specific objective's number, such as 5.1.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
    """
    if not grant_permissions.may_award(by):
        raise NotAllowed(_("Decisions are written down by the programme office."))
    project, made = Project.objects.get_or_create(
        code=code,
        defaults={
            "programme": programme,
            "kind": kind,
            "spearhead": spearhead,
            "name": dict(name),
            "objective": objective,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "source": source,
        },
    )
    if made:
        record("found_project", f"project:{project.code}", by=by, at=at)
    return project


@transaction.atomic
def release_holder(part: GrantPart, person: Person, *, by: Person | None, at: datetime) -> None:
    """Let somebody act for a partner no more; who didn't is no trouble. What they wrote stays.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
    """
    if not grant_permissions.is_office(by):
        raise NotAllowed(_("The programme office names who acts for a partner."))
    if PartHolder.objects.filter(part=part, person=person).delete()[0]:
        record("release_holder", f"grant:{part.grant.uuid}", by=by, at=at, partner=part.partner.business_id)


Rows = frozenset[tuple[str, str, int, int]]
"""A decided budget as it is compared: (Business ID, line or source, year or 0, cents)."""


def written(version: BudgetVersion) -> Rows:
    """A version as it lies in the database."""
    costs = version.costs.values_list("part__partner__business_id", "line", "cents")
    funding = version.commitments.values_list("part__partner__business_id", "source", "year", "cents")
    return frozenset(
        [(partner, line, 0, cents) for partner, line, cents in costs]
        + [(partner, source, year, cents) for partner, source, year, cents in funding]
    )


def over_years(cents: int, starts_on: date, ends_on: date) -> dict[int, int]:
    """An amount over the years of a period by their days, to the cent."""
    years = range(starts_on.year, ends_on.year + 1)
    days = [(min(ends_on, date(year, 12, 31)) - max(starts_on, date(year, 1, 1))).days + 1 for year in years]
    return {year: part for year, part in zip(years, split(cents, days), strict=True) if part}


@dataclass(frozen=True, slots=True)
class _Told:
    """A decided budget that passed every rule: costs by (partner, line), funding by partner, source and year."""

    costs: tuple[tuple[str, str, int], ...]
    funding: Mapping[str, Mapping[str, Years]]

    @property
    def rows(self) -> Rows:
        found = [
            (partner, source, year, cents)
            for partner, sources in self.funding.items()
            for source, years in sources.items()
            for year, cents in years.items()
            if cents
        ]
        return frozenset([*found, *((partner, line, 0, cents) for partner, line, cents in self.costs)])

    @property
    def support(self) -> int:
        """All that the EU and the state grant."""
        return sum(self.support_of(partner) for partner in self.funding)

    def support_of(self, partner: str) -> int:
        return sum(sum(self.funding[partner][source].values()) for source in (budgets.Source.EU, budgets.Source.STATE))


def _checked(model: Award | Grant, partners: Sequence[AwardedPartner], starts_on: date, ends_on: date) -> _Told:
    errors = list(_shape(partners, starts_on, ends_on))
    if errors:
        raise Invalid(_("The decision can’t be written down as it is."), errors=errors)
    computed = compute(
        Budget(
            CostModel(model.cost_model),
            model.eu_bp,
            model.state_bp,
            tuple(PartnerBudget(one.business_id, one.costs, one.income) for one in partners),
        )
    )
    funding = {one.business_id: _funding(one, computed, starts_on, ends_on) for one in partners}
    _rows, found = beside(
        computed,
        [
            Decided(
                one.business_id, source, sum(funding[one.business_id][source].values()), one.reasons.get(source, "")
            )
            for one in partners
            for source in budgets.Source
        ],
    )
    found = [*computed.findings, *found]
    named = {one.business_id: one.name for one in partners}
    errors = [_finding(one, named) for one in found]
    errors += [
        wrong(f"/partners/{one.business_id}", _("A year of the funding lies outside the project."))
        for one in partners
        for years in funding[one.business_id].values()
        if any(not starts_on.year <= year <= ends_on.year + 1 or cents < 0 for year, cents in years.items())
    ]
    if errors:
        raise Invalid(_("The decided budget doesn’t add up."), errors=errors)
    costs = [(one.business_id, str(line), cents) for one in partners for line, cents in one.costs.items() if cents]
    for name, figures in computed.partners.items():
        costs += [(name, line, cents) for line, cents in ((FLAT, figures.flat), (INCOME, figures.income)) if cents]
    return _Told(tuple(costs), funding)


def _shape(partners: Sequence[AwardedPartner], starts_on: date, ends_on: date) -> Iterable[dict[str, str]]:
    if ends_on < starts_on:
        yield wrong("/ends_on", _("The end is before the start."))
    if sum(one.is_lead for one in partners) != 1:
        yield wrong("/partners", _("Exactly one partner leads."))
    ids = [one.business_id for one in partners]
    if len(set(ids)) < len(ids):
        yield wrong("/partners", _("A partner stands here twice."))
    for one in partners:
        if not is_business_id(one.business_id):
            yield wrong(f"/partners/{one.business_id}", _("This is not a Business ID."))
        if one.city and not City.objects.filter(pk=one.city).exists():
            yield wrong(f"/partners/{one.business_id}", _("There is no such city."))


def _funding(one: AwardedPartner, computed: Computed, starts_on: date, ends_on: date) -> dict[str, Years]:
    if one.funding is None:
        figures = computed.partners[one.business_id].funding
        return {source: over_years(max(figures[source], 0), starts_on, ends_on) for source in budgets.Source}
    return {source: dict(one.funding.get(source, {})) for source in budgets.Source}


def _keeps_what_was_paid(grant: Grant, told: _Told) -> None:
    """A decision can't take back what was paid, or is on its way: that is asked back by a correction or at the closing."""
    errors = []
    for standing in settling.standings(grant):
        part, name = standing.part, standing.part.partner.business_id
        gone = standing.paid + standing.ordered
        if name not in told.funding:
            if gone or part.claims.exists():
                errors.append(
                    wrong(
                        f"/partners/{name}",
                        _("A partner that has claimed can’t be left out: set its costs to what was accepted."),
                    )
                )
        elif gone > told.support_of(name):
            errors.append(wrong(f"/partners/{name}", _("More was paid to the partner than it would be granted.")))
    if errors:
        raise Invalid(_("The change doesn’t fit what was paid already."), errors=errors)


def _write(version: BudgetVersion, told: _Told, partners: Sequence[AwardedPartner], at: datetime) -> None:
    parts = {one.business_id: _part(version.grant, one, at) for one in partners}
    DecidedCost.objects.bulk_create(
        DecidedCost(version=version, part=parts[name], line=line, cents=cents) for name, line, cents in told.costs
    )
    reasons = {one.business_id: one.reasons for one in partners}
    Commitment.objects.bulk_create(
        Commitment(
            version=version,
            part=parts[name],
            source=source,
            year=year,
            cents=cents,
            reason=reasons[name].get(source, "").strip(),
        )
        for name, sources in told.funding.items()
        for source, years in sources.items()
        for year, cents in years.items()
        if cents
    )


def _part(grant: Grant, one: AwardedPartner, at: datetime) -> GrantPart:
    partner, _made = Partner.objects.get_or_create(
        project=grant.project, business_id=one.business_id, defaults={"name": one.name}
    )
    if one.is_lead and not partner.is_lead:  # the decision says who leads: one at a time, or the database refuses
        grant.project.partners.filter(is_lead=True).update(is_lead=False)
        partner.is_lead = True
        partner.save(update_fields=["is_lead"])
    part, _made = GrantPart.objects.get_or_create(grant=grant, partner=partner, defaults={"city_id": one.city or None})
    for person in one.people:
        PartHolder.objects.get_or_create(part=part, person=person, defaults={"since": at})
    return part


def _fund(project: Project, key: str) -> FundingSource:
    fund = FundingSource.objects.filter(programme=project.programme, key=key).first()
    if fund is None:
        raise Invalid(
            _("The programme has no such fund."), errors=[wrong("/fund", _("The programme has no such fund."))]
        )
    return fund


def _finding(one: Finding, named: Mapping[str, str]) -> dict[str, str]:
    pointer = f"/partners/{one.where}" if one.where else "/"
    return wrong(pointer, findings.words(one, lambda where: named.get(where, where))) | {"rule": one.code}
