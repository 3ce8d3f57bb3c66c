"""What a grant's parts have left and are due: the rules of claims (C1 to C7) asked with what lies in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from kuutio.core.grants import claims as rules
from kuutio.core.grants.budgets import MODELS, Category, CostModel, Source, shared
from kuutio.core.grants.claims import Line, Period
from kuutio.core.grants.findings import Finding
from kuutio.core.grants.spreading import base_of, flat_of_claim, spread, without_income
from kuutio.core.money import split
from kuutio.programme.models import (
    BudgetVersion,
    Claim,
    ClaimLine,
    Commitment,
    Correction,
    DecidedCost,
    Grant,
    GrantPart,
    Payment,
)
from kuutio.programme.models.grants import FLAT, INCOME

SUPPORT = (str(Source.EU), str(Source.STATE))


def direct_of(claim: Claim, *, accepted: bool) -> dict[str, int]:
    """A claim's direct costs by category, corrections taken off what is accepted."""
    found: dict[str, int] = {}
    for line in claim.lines.all():
        cents = (line.accepted_cents or 0) if accepted else line.claimed_cents
        if accepted:
            cents -= sum(one.cents for one in line.corrections.all())
        found[line.category] = found.get(line.category, 0) + cents
    return found


def flat_accepted(claim: Claim) -> int:
    """What the flat rate pays of a decided claim, corrections taken off."""
    corrections = [one.flat_cents for line in claim.lines.all() for one in line.corrections.all()]
    return claim.flat_accepted_cents - sum(corrections)


def accepted_net(claim: Claim) -> int:
    """A decided claim's accepted net cost as it stands now; can be below zero where more was earned than accepted."""
    return sum(direct_of(claim, accepted=True).values()) + flat_accepted(claim) - claim.income_cents


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a part of a grant stands, in cents.

    Attributes:
        decided: by line of the budget that holds now (FLAT and INCOME too).
        funding: by source, as decided.
        accepted: net cost accepted so far.
        accepted_by: accepted by line, FLAT and INCOME too, corrections taken off.
        waiting: claimed by line in claims that were sent and aren't decided.
        paid: support paid so far, without what came back.
        advances: paid as advances.
        ordered: decided to be paid, and not recorded as paid.
        due: the support that accepted costs give (C3).
    """

    part: GrantPart
    decided: Mapping[str, int]
    funding: Mapping[str, int]
    accepted: int
    accepted_by: Mapping[str, int]
    waiting: Mapping[str, int]
    paid: int
    advances: int
    ordered: int
    due: int

    @property
    def granted(self) -> int:
        """The support that was granted: never more is paid (C4)."""
        return sum(self.funding.get(source, 0) for source in SUPPORT)

    @property
    def net(self) -> int:
        """The decided net cost."""
        return sum(self.funding.values())

    @property
    def left(self) -> int:
        """The support that can still be paid."""
        return self.granted - self.paid

    @property
    def ahead(self) -> int:
        """Paid, and not covered by accepted costs yet."""
        return max(0, self.paid - self.due)

    def left_of(self, line: str) -> int:
        """What the budget has left of a line; below zero: more is accepted or waits than was decided."""
        return self.decided.get(line, 0) - self.accepted_by.get(line, 0) - self.waiting.get(line, 0)

    @property
    def paid_by_source(self) -> dict[str, int]:
        """What was paid, by who pays: in proportion to what they granted, to the cent."""
        weights = [self.funding.get(source, 0) for source in SUPPORT]
        if not sum(weights):
            return dict.fromkeys(SUPPORT, 0)
        return dict(zip(SUPPORT, split(max(0, self.paid), weights), strict=True))


def claims_of(parts: Iterable[GrantPart]) -> list[Claim]:
    """The claims of parts with all that settling reads, in few questions."""
    lines = ClaimLine.objects.prefetch_related("corrections")
    return list(Claim.objects.filter(part__in=list(parts)).prefetch_related(Prefetch("lines", queryset=lines)))


def standings(grant: Grant) -> list[Standing]:
    """Each part of a grant as it stands, the lead first."""
    return standings_of([grant])[grant.pk]


def standings_of(grants: Sequence[Grant]) -> dict[int, list[Standing]]:
    """The parts of many grants as they stand, in a fixed number of questions."""
    parts = list(
        GrantPart.objects.filter(grant__in=grants)
        .select_related("partner", "city")
        .order_by("grant", "-partner__is_lead", "partner__name")
    )
    by_key = {grant.pk: grant for grant in grants}
    for part in parts:  # the very grant that was asked of: what is known of it is asked once, not by each part
        part.grant = by_key[part.grant_id]
    versions = BudgetVersion.objects.filter(grant__in=grants).order_by("number").values_list("grant", "pk")
    last = dict(versions)  # the last one of each grant stays
    decided: dict[int, dict[str, int]] = {}
    for part_id, line, cents in DecidedCost.objects.filter(version__in=last.values()).values_list(
        "part", "line", "cents"
    ):
        decided.setdefault(part_id, {})[line] = cents
    funding: dict[int, dict[str, int]] = {}
    for part_id, source, cents in Commitment.objects.filter(version__in=last.values()).values_list(
        "part", "source", "cents"
    ):
        own = funding.setdefault(part_id, {})
        own[source] = own.get(source, 0) + cents
    by_part: dict[int, list[Claim]] = {}
    for claim in claims_of(parts):
        by_part.setdefault(claim.part_id, []).append(claim)
    payments: dict[int, list[tuple[str, int]]] = {}
    for part_id, kind, cents in Payment.objects.filter(part__in=parts).values_list("part", "kind", "cents"):
        payments.setdefault(part_id, []).append((kind, cents))
    found: dict[int, list[Standing]] = {grant.pk: [] for grant in grants}
    for part in parts:
        found[part.grant_id].append(
            _standing(
                part,
                decided.get(part.pk, {}),
                funding.get(part.pk, {}),
                by_part.get(part.pk, []),
                payments.get(part.pk, []),
            )
        )
    return found


def _standing(
    part: GrantPart,
    decided: Mapping[str, int],
    funding: Mapping[str, int],
    claims: Sequence[Claim],
    payments: Sequence[tuple[str, int]],
) -> Standing:
    accepted_by: dict[str, int] = {}
    waiting: dict[str, int] = {}
    accepted = ordered = 0
    for claim in claims:
        if claim.is_decided:
            _add(
                accepted_by, {**direct_of(claim, accepted=True), FLAT: flat_accepted(claim), INCOME: claim.income_cents}
            )
            accepted += accepted_net(claim)
            ordered += claim.pay_cents if claim.state != Claim.State.PAID else 0
        elif claim.state in (Claim.State.SUBMITTED, Claim.State.IN_CONTROL):
            _add(
                waiting,
                {**direct_of(claim, accepted=False), FLAT: claim.flat_claimed_cents, INCOME: claim.income_cents},
            )
    paid = sum(-cents if kind == Payment.Kind.BACK else cents for kind, cents in payments)
    granted = sum(funding.get(source, 0) for source in SUPPORT)
    rule = rules.Grant(granted, part.grant.support_bp)
    return Standing(
        part,
        decided,
        funding,
        accepted,
        accepted_by,
        waiting,
        paid,
        sum(cents for kind, cents in payments if kind == Payment.Kind.ADVANCE),
        ordered,
        rules.due(rule, max(0, accepted)),
    )


def _add(into: dict[str, int], more: Mapping[str, int]) -> None:
    for line, cents in more.items():
        into[line] = into.get(line, 0) + cents


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A claim's figures in cents: what is claimed and what is accepted so far, by line; and what it would pay.

    Attributes:
        spread: accepted net by line and source, each row and column adding up; empty while nothing is decided.
    """

    claimed: Mapping[str, int]
    accepted: Mapping[str, int]
    income: int
    pay: int
    funding: Mapping[str, int] = field(default_factory=dict)
    spread: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def claimed_net(self) -> int:
        return sum(self.claimed.values()) - self.income

    @property
    def accepted_net(self) -> int:
        return sum(self.accepted.values()) - self.income

    @property
    def cut(self) -> int:
        """What control takes off."""
        return sum(self.claimed.values()) - sum(self.accepted.values())


def reckon(claim: Claim, standing: Standing, others: Sequence[Claim], *, all_judged: bool = False) -> Reckoned:
    """A claim's flat rate, its net cost and what it pays, from its lines and from what was decided before.

    Args:
        standing: of its part, without this claim in it (`without`), where it is decided.
        others: the part's other claims.
        all_judged: a line that control hasn't come to counts as accepted whole.
    """
    model = CostModel(claim.part.grant.cost_model)
    before = [other for other in others if other.is_decided and other.pk != claim.pk]
    base = sum(base_of(direct_of(other, accepted=True), model) for other in before)
    flat = sum(flat_accepted(other) for other in before)
    claimed, accepted = direct_of(claim, accepted=False), _judged(claim, all_judged)
    if claim.numbers_fixed:
        accepted = direct_of(claim, accepted=True)
        if MODELS[model].rate_bp:
            claimed[FLAT], accepted[FLAT] = claim.flat_claimed_cents, flat_accepted(claim)
    elif MODELS[model].rate_bp:
        claimed[FLAT] = flat_of_claim(base_of(claimed, model), base, flat, model)
        accepted[FLAT] = flat_of_claim(base_of(accepted, model), base, flat, model)
    earlier = sum(accepted_net(other) for other in before)
    rule = rules.Grant(standing.granted, claim.part.grant.support_bp)
    net = sum(accepted.values()) - claim.income_cents
    ordered = sum(other.pay_cents for other in before if other.state != Claim.State.PAID)
    pay = max(0, rules.due(rule, max(0, earlier + net)) - standing.paid - ordered)
    if net < 0 or sum(accepted.values()) < claim.income_cents:
        return Reckoned(claimed, accepted, claim.income_cents, pay)
    funding = {
        str(source): cents for source, cents in shared(net, claim.part.grant.eu_bp, claim.part.grant.state_bp).items()
    }
    rows = without_income(accepted, claim.income_cents)
    cells = spread(list(rows.values()), list(funding.values()))
    table = {line: dict(zip(funding, cell, strict=True)) for line, cell in zip(rows, cells, strict=True)}
    return Reckoned(claimed, accepted, claim.income_cents, pay, funding, table)


def _judged(claim: Claim, all_judged: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in claim.lines.all():
        judged = line.accepted_cents
        cents = line.claimed_cents if judged is None and all_judged else (judged or 0)
        found[line.category] = found.get(line.category, 0) + cents
    return found


def as_rule(claim: Claim, *, accepted: bool = False) -> rules.Claim:
    """A claim as the rules of `core.grants.claims` take it: its lines by their place in the claim."""
    report = getattr(claim, "report", None)
    lines = {
        str(line.position): Line(line.claimed_cents, (line.accepted_cents or 0) if accepted else 0)
        for line in claim.lines.all()
    }
    return rules.Claim(
        lines,
        id=str(claim.number),
        partner=str(claim.part_id),
        period=Period(claim.starts_on, claim.ends_on),
        report=Period(report.starts_on, report.ends_on) if report else None,
    )


def findings_of(claim: Claim, others: Sequence[Claim]) -> list[Finding]:
    """All that a rule doesn't let pass in a claim (M2, M4, C2, C5, C6, C7): the same for the page, the sheet and the sending."""
    grant = claim.part.grant
    model = CostModel(grant.cost_model)
    found = [Finding("c7-closed", str(claim.number))] if grant.state == Grant.State.CLOSED else []
    earlier = [rules.Claim({}, str(one.number), str(one.part_id), Period(one.starts_on, one.ends_on)) for one in others]
    found += rules.claim_findings(as_rule(claim), Period(grant.starts_on, grant.ends_on), earlier)
    strange = sorted({line.category for line in claim.lines.all()} - {str(one) for one in MODELS[model].categories})
    found += [Finding("m2-category", str(claim.number), {"category": one, "model": model}) for one in strange]
    net = sum(direct_of(claim, accepted=False).values()) + claim.flat_claimed_cents - claim.income_cents
    if net < 0:
        found.append(Finding("m4-net-negative", str(claim.number), {"net_cents": net}))
    return found


def next_period(part: GrantPart, claims: Sequence[Claim]) -> tuple[date, date] | None:
    """The period that comes next: from the day after the last claim's to the end of the half-year; None: all is claimed."""
    from datetime import timedelta

    own = [claim.ends_on for claim in claims if claim.part_id == part.pk]
    start = max(own) + timedelta(days=1) if own else part.grant.starts_on
    if start > part.grant.ends_on:
        return None
    half = date(start.year, 6, 30) if start.month <= 6 else date(start.year, 12, 31)
    return start, min(half, part.grant.ends_on)


def lines_of(model: str) -> list[str]:
    """The categories that a cost model takes, in the order of EURA's form."""
    return [str(one) for one in Category if one in MODELS[CostModel(model)].categories]


def corrected(claim: Claim) -> list[Correction]:
    """A claim's corrections, the first first."""
    return list(claim.corrections.select_related("line"))
