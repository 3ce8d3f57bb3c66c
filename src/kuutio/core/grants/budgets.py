"""A joint project's budget, partner by category by source, to the cent: rules M1 to M5 and M7.

All amounts are whole cents. A flat rate and a share of support are rounded down partner by partner, and the project's figure is the
sum of its partners' figures, never computed again from a total: so that every row and every column adds up, and support can't
pass its share by a cent.

Sources: Regulation (EU) 1303/2013, articles 67 and 68 (flat rates, lump sums), 68b (40 %); the decree on the eligibility of
costs (358/2014). Which categories may be claimed beside the 17 % rate is the programme's own reading of the decree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kuutio.core.grants.findings import Finding
from kuutio.core.money import WHOLE_BP, floor_share


class CostModel(StrEnum):
    """How costs are told; one for the whole application, and it can't change during the project (E8)."""

    ACTUAL = "ACTUAL"
    FLAT_7 = "FLAT_7"
    FLAT_15 = "FLAT_15"
    FLAT_17 = "FLAT_17"
    FLAT_24 = "FLAT_24"
    FLAT_40 = "FLAT_40"
    LUMP = "LUMP"


class Category(StrEnum):
    """A kind of cost, in the order of EURA's form."""

    STAFF = "STAFF"
    TRAVEL = "TRAVEL"
    SERVICES = "SERVICES"
    EQUIPMENT = "EQUIPMENT"
    OFFICE = "OFFICE"
    OTHER = "OTHER"
    LUMP = "LUMP"


class Source(StrEnum):
    """Who pays a part of the net cost."""

    EU = "EU"
    STATE = "STATE"
    OWN_PUBLIC = "OWN_PUBLIC"


@dataclass(frozen=True, slots=True)
class FlatRate:
    """What a cost model pays without receipts.

    Attributes:
        categories: the direct costs that may be told beside it (M2).
        rate_bp: hundredths of a per cent of the base; 0: nothing is paid by rate.
        of_staff: the base is the salaries; else it is all direct costs.
    """

    categories: frozenset[Category]
    rate_bp: int = 0
    of_staff: bool = True


_BESIDE_15_AND_17 = frozenset(
    {Category.STAFF, Category.TRAVEL, Category.SERVICES, Category.EQUIPMENT, Category.OTHER},
)
MODELS: Mapping[CostModel, FlatRate] = MappingProxyType(
    {
        CostModel.ACTUAL: FlatRate(frozenset(Category) - {Category.LUMP}),
        CostModel.FLAT_7: FlatRate(_BESIDE_15_AND_17, 700, of_staff=False),
        CostModel.FLAT_15: FlatRate(_BESIDE_15_AND_17, 1500),
        CostModel.FLAT_17: FlatRate(_BESIDE_15_AND_17, 1700),
        CostModel.FLAT_24: FlatRate(_BESIDE_15_AND_17 - {Category.TRAVEL}, 2400),
        CostModel.FLAT_40: FlatRate(frozenset({Category.STAFF}), 4000),
        CostModel.LUMP: FlatRate(frozenset({Category.LUMP})),
    }
)


@dataclass(frozen=True, slots=True)
class PartnerBudget:
    """One partner's costs.

    Attributes:
        costs: cents by category; the category is text, since a refused one may be no `Category` at all.
        income: cents that the project earns, taken off its costs.
    """

    id: str
    costs: Mapping[str, int]
    income: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """A project's costs and who shares them.

    Attributes:
        eu_bp: the EU's share of the net cost in hundredths of a per cent.
        state_bp: the state's; both of every partner alike.
        lump_ceiling: a LUMP's highest net cost in cents (M7); None: the call has none.
        ceiling_on_gross: the ceiling is one of the total cost, as since 2021.
    """

    cost_model: CostModel
    eu_bp: int
    state_bp: int
    partners: tuple[PartnerBudget, ...]
    lump_ceiling: int | None = None
    ceiling_on_gross: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What costs add up to, in cents: `direct + flat = gross`, `gross - income = net = sum of funding`."""

    direct: int
    flat: int
    gross: int
    income: int
    net: int
    funding: Mapping[Source, int]

    @property
    def support(self) -> int:
        """What is applied for: the EU's and the state's part."""
        return self.funding[Source.EU] + self.funding[Source.STATE]

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.direct + other.direct,
            self.flat + other.flat,
            self.gross + other.gross,
            self.income + other.income,
            self.net + other.net,
            MappingProxyType({source: self.funding[source] + other.funding[source] for source in Source}),
        )


NOTHING = Figures(0, 0, 0, 0, 0, MappingProxyType(dict.fromkeys(Source, 0)))


@dataclass(frozen=True, slots=True)
class Computed:
    """A budget with everything computed.

    Attributes:
        partners: by the partner's id, in the budget's order.
        project: the sum of the partners.
        findings: what is refused. A refused line is in no figure, so while there are findings the figures are for the eye alone.
        flat_on_total: the flat rate as it would be on the project's total, which M3 forbids: shown so that nobody wonders
            where a cent went.
    """

    partners: Mapping[str, Figures]
    project: Figures
    findings: tuple[Finding, ...] = ()
    flat_on_total: int = 0
    lines: Mapping[Category, int] = field(default_factory=dict)


def compute(budget: Budget) -> Computed:
    """Everything that follows from the costs (M2 to M5, M7), and everything that is refused.

    Raises:
        ValueError: two partners have the same id.
    """
    ids = [partner.id for partner in budget.partners]
    if len(set(ids)) < len(ids):
        raise ValueError("Two partners of a budget have the same id.")
    found = list(_shares(budget))
    for partner in budget.partners:
        found += _lines(partner, budget.cost_model)
    partners = {partner.id: _figures(partner, budget) for partner in budget.partners}
    found += [
        Finding("m4-net-negative", name, {"net_cents": figures.net})
        for name, figures in partners.items()
        if figures.net < 0
    ]
    project = sum(partners.values(), NOTHING)
    found += _ceiling(budget, project)
    lines = {
        category: sum(_allowed(one, budget.cost_model).get(category, 0) for one in budget.partners)
        for category in Category
    }
    return Computed(
        MappingProxyType(partners), project, tuple(found), _flat(lines, budget.cost_model), MappingProxyType(lines)
    )


def _shares(budget: Budget) -> Iterable[Finding]:
    shares = (budget.eu_bp, budget.state_bp)
    if min(shares) < 0:
        yield Finding("m1-negative", facts={"line": "SHARE"})
    if sum(shares) > WHOLE_BP:
        yield Finding("m5-shares-over-whole", facts={"eu_bp": budget.eu_bp, "state_bp": budget.state_bp})


def _lines(partner: PartnerBudget, model: CostModel) -> Iterable[Finding]:
    for category, cents in partner.costs.items():
        if cents and category not in MODELS[model].categories:
            yield Finding("m2-category", partner.id, {"category": str(category), "model": model})
        elif cents < 0:
            yield Finding("m1-negative", partner.id, {"line": str(category)})
    if partner.income < 0:
        yield Finding("m1-negative", partner.id, {"line": "INCOME"})


def _allowed(partner: PartnerBudget, model: CostModel) -> dict[Category, int]:
    return {
        Category(category): cents
        for category, cents in partner.costs.items()
        if cents > 0 and category in MODELS[model].categories
    }


def _flat(costs: Mapping[Category, int], model: CostModel) -> int:
    """M3: the rate of its base, a part of a cent dropped."""
    rule = MODELS[model]
    base = costs.get(Category.STAFF, 0) if rule.of_staff else sum(costs.values())
    return floor_share(base, rule.rate_bp)


def _figures(partner: PartnerBudget, budget: Budget) -> Figures:
    costs = _allowed(partner, budget.cost_model)
    direct, flat, income = sum(costs.values()), _flat(costs, budget.cost_model), max(partner.income, 0)
    net = direct + flat - income
    return Figures(direct, flat, direct + flat, income, net, shared(net, budget.eu_bp, budget.state_bp))


def shared(net: int, eu_bp: int, state_bp: int) -> Mapping[Source, int]:
    """M5: the EU's and the state's part of a net cost, each rounded down; the partner bears the rest, cents left over too.

    A net cost below zero, or a share that is none, is shared by nobody: all of it is the partner's.
    """
    fits = net >= 0 and eu_bp >= 0 and state_bp >= 0 and eu_bp + state_bp <= WHOLE_BP
    eu, state = (floor_share(net, eu_bp), floor_share(net, state_bp)) if fits else (0, 0)
    return MappingProxyType({Source.EU: eu, Source.STATE: state, Source.OWN_PUBLIC: net - eu - state})


def _ceiling(budget: Budget, project: Figures) -> Iterable[Finding]:
    if budget.cost_model != CostModel.LUMP or budget.lump_ceiling is None:
        return
    held = project.gross if budget.ceiling_on_gross else project.net
    if held > budget.lump_ceiling:
        over = held - budget.lump_ceiling
        yield Finding("m7-ceiling", facts={"ceiling_cents": budget.lump_ceiling, "over_cents": over})


@dataclass(frozen=True, slots=True)
class Milestone:
    """An agreed output of a lump sum, and what is paid for it once it is reached."""

    id: str
    cents: int
    reached: bool = False


def milestones_fit(milestones: Sequence[Milestone], net: int) -> list[Finding]:
    """M7: the milestones' sums are the lump sum, to the cent."""
    found = [Finding("m1-negative", one.id, {"line": "MILESTONE"}) for one in milestones if one.cents < 0]
    difference = sum(one.cents for one in milestones) - net
    return [*found, Finding("m7-milestones", facts={"difference_cents": difference})] if difference else found


def lump_accepted(milestones: Sequence[Milestone]) -> int:
    """M7: the net cost that is accepted: all of each milestone that was reached, and nothing of the others."""
    return sum(one.cents for one in milestones if one.reached)
