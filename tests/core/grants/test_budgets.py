"""A budget adds up to the cent: M1 to M7."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.grants.balances import balance, moved, totals_fit
from kuutio.core.grants.budgets import (
    MODELS,
    Budget,
    Category,
    CostModel,
    Figures,
    Milestone,
    PartnerBudget,
    Source,
    compute,
    lump_accepted,
    milestones_fit,
)

cents = st.integers(0, 10**11)


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    """Budgets that no rule refuses, but for a net cost below zero."""
    model = draw(st.sampled_from(CostModel))
    eu = draw(st.integers(0, 10_000))
    line = st.dictionaries(st.sampled_from(sorted(MODELS[model].categories)), cents)
    partners = draw(st.lists(st.tuples(line, st.integers(0, 10**9)), max_size=8))
    named = tuple(PartnerBudget(f"p{at}", costs, income) for at, (costs, income) in enumerate(partners))
    return Budget(model, eu, draw(st.integers(0, 10_000 - eu)), named)


def sums_up(figures: Figures) -> bool:
    return (
        figures.gross == figures.direct + figures.flat
        and figures.net == figures.gross - figures.income
        and sum(figures.funding.values()) == figures.net
    )


@settings(max_examples=50)
@given(budgets())
def test_no_cent_is_lost_or_made(budget):
    computed = compute(budget)
    for figures in (*computed.partners.values(), computed.project):
        assert sums_up(figures)
    for name in ("direct", "flat", "gross", "income", "net", "support"):
        assert getattr(computed.project, name) == sum(getattr(one, name) for one in computed.partners.values())
    for source in Source:
        assert computed.project.funding[source] == sum(one.funding[source] for one in computed.partners.values())
    assert sum(computed.lines.values()) == computed.project.direct
    assert computed.project.direct == sum(sum(one.costs.values()) for one in budget.partners)


@settings(max_examples=50)
@given(budgets(), st.randoms(use_true_random=False))
def test_the_order_of_partners_and_lines_is_irrelevant(budget, random):
    shuffled = [replace(one, costs=dict(reversed(one.costs.items()))) for one in budget.partners]
    random.shuffle(shuffled)
    one, other = compute(budget), compute(replace(budget, partners=tuple(shuffled)))
    assert one.project == other.project
    assert dict(one.partners) == dict(other.partners)
    assert set(one.findings) == set(other.findings)


@settings(max_examples=50)
@given(budgets())
def test_a_flat_rate_is_its_share_rounded_down_partner_by_partner(budget):
    rule = MODELS[budget.cost_model]
    computed = compute(budget)
    for partner in budget.partners:
        base = partner.costs.get(Category.STAFF, 0) if rule.of_staff else sum(partner.costs.values())
        exact = Fraction(base * rule.rate_bp, 10_000)
        assert exact - 1 < computed.partners[partner.id].flat <= exact
    assert 0 <= computed.flat_on_total - computed.project.flat < max(len(budget.partners), 1)


@settings(max_examples=50)
@given(budgets())
def test_support_never_passes_its_share_and_the_partner_bears_the_rest(budget):
    computed = compute(budget)
    for figures in (*computed.partners.values(), computed.project):
        if all(one.net >= 0 for one in computed.partners.values()):
            assert figures.support <= Fraction(figures.net * (budget.eu_bp + budget.state_bp), 10_000)
            assert all(0 <= part <= figures.net for part in figures.funding.values())
    for figures in computed.partners.values():
        left_over = figures.net - Fraction(figures.net * (budget.eu_bp + budget.state_bp), 10_000)
        assert figures.net < 0 or 0 <= figures.funding[Source.OWN_PUBLIC] - left_over < 2


@settings(max_examples=50)
@given(budgets())
def test_what_is_computed_balances_and_a_cent_more_is_told(budget):
    computed = compute(budget)
    if computed.findings:
        assert {one.code for one in computed.findings} == {"NET_NEGATIVE"}
        return
    entered = {name: dict(figures.funding) for name, figures in computed.partners.items()}
    assert balance(computed, entered) == []
    assert totals_fit(computed, computed.lines, computed.project.funding) == []
    for name in entered:
        wrong = {**entered, name: {**entered[name], Source.OWN_PUBLIC: entered[name][Source.OWN_PUBLIC] + 1}}
        (found,) = balance(computed, wrong)
        assert (found.code, found.where, found.facts) == ("PARTNER_NOT_BALANCED", name, {"difference_cents": 1})


def test_what_people_enter_is_told_to_the_cent():
    computed = compute(Budget(CostModel.FLAT_24, 5000, 1700, (PartnerBudget("a", {"STAFF": 100_01}),)))
    figures = computed.partners["a"]
    assert (figures.flat, figures.net, dict(figures.funding)) == (
        24_00,
        124_01,
        {Source.EU: 62_00, Source.STATE: 21_08, Source.OWN_PUBLIC: 40_93},
    )
    moved_to_eu = {"a": {Source.EU: 62_01, Source.STATE: 21_08, Source.OWN_PUBLIC: 40_92}}
    assert [(one.code, one.facts) for one in balance(computed, moved_to_eu)] == [
        ("SUPPORT_OVER_SHARE", {"source": "EU", "over_cents": 1})
    ]
    negative = {"a": {Source.EU: -1, Source.OWN_PUBLIC: 124_02}, "b": {}}
    assert [one.code for one in balance(computed, negative)] == ["NEGATIVE_AMOUNT", "PARTNER_UNKNOWN"]
    less = {"a": {}}
    assert [one.facts["difference_cents"] for one in balance(computed, less)] == [-124_01]
    totals = totals_fit(computed, {Category.STAFF: 100_00}, {**computed.project.funding, Source.STATE: 0})
    assert [(one.code, one.facts["difference_cents"]) for one in totals] == [
        ("CATEGORY_NOT_BALANCED", -1),
        ("SOURCE_NOT_BALANCED", -21_08),
    ]


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        (CostModel.ACTUAL, {"LUMP"}),
        (CostModel.FLAT_7, {"OFFICE", "LUMP"}),
        (CostModel.FLAT_15, {"OFFICE", "LUMP"}),
        (CostModel.FLAT_17, {"OFFICE", "LUMP"}),
        (CostModel.FLAT_24, {"TRAVEL", "OFFICE", "LUMP"}),
        (CostModel.FLAT_40, {"TRAVEL", "SERVICES", "EQUIPMENT", "OFFICE", "OTHER", "LUMP"}),
        (CostModel.LUMP, {"STAFF", "TRAVEL", "SERVICES", "EQUIPMENT", "OFFICE", "OTHER"}),
    ],
)
def test_a_model_takes_its_own_categories_and_no_others(model, refused):
    every = PartnerBudget("a", {**dict.fromkeys(Category, 100), "WINE": 100})
    computed = compute(Budget(model, 5000, 0, (every,)))
    assert {found.facts["category"] for found in computed.findings} == refused | {"WINE"}
    assert {found.code for found in computed.findings} == {"CATEGORY_NOT_ALLOWED"}
    assert computed.project.direct == 100 * (len(Category) - len(refused))
    zeros = PartnerBudget("a", {**dict.fromkeys(refused, 0), "WINE": 0})
    assert compute(Budget(model, 5000, 0, (zeros,))).findings == ()


def test_amounts_below_zero_and_shares_over_the_whole_are_refused():
    partners = (PartnerBudget("a", {"STAFF": -1}), PartnerBudget("b", {"STAFF": 1}, -1), PartnerBudget("c", {}, 5))
    computed = compute(Budget(CostModel.ACTUAL, 9000, 1001, partners))
    assert [(found.code, found.where) for found in computed.findings] == [
        ("SHARES_OVER_WHOLE", ""),
        ("NEGATIVE_AMOUNT", "a"),
        ("NEGATIVE_AMOUNT", "b"),
        ("NET_NEGATIVE", "c"),
    ]
    assert all(sums_up(figures) for figures in computed.partners.values())
    assert compute(Budget(CostModel.ACTUAL, -1, 0, ())).findings[0].code == "NEGATIVE_AMOUNT"
    with pytest.raises(ValueError, match="same id"):
        compute(Budget(CostModel.ACTUAL, 0, 0, (PartnerBudget("a", {}), PartnerBudget("a", {}))))


def test_a_lump_sum_has_its_ceiling_and_is_paid_by_whole_milestones():
    ceiling = Budget(CostModel.LUMP, 5000, 0, (PartnerBudget("a", {"LUMP": 100_001_00}, 1_00),), 100_000_00)
    assert compute(ceiling).findings == ()
    (found,) = compute(replace(ceiling, ceiling_on_gross=True)).findings
    assert (found.code, found.facts["over_cents"]) == ("LUMP_OVER_CEILING", 1_00)
    assert compute(replace(ceiling, lump_ceiling=99_999_99)).findings[0].code == "LUMP_OVER_CEILING"
    milestones = [Milestone("plan", 40_000_00, reached=True), Milestone("service", 60_000_00)]
    assert milestones_fit(milestones, 100_000_00) == []
    assert [found.facts for found in milestones_fit(milestones, 99_999_99)] == [{"difference_cents": 1}]
    assert lump_accepted(milestones) == 40_000_00


@settings(max_examples=50)
@given(st.lists(st.builds(Milestone, st.text(max_size=3), cents, st.booleans())))
def test_a_milestone_is_paid_whole_or_not_at_all(milestones):
    none, every = ([replace(one, reached=reached) for one in milestones] for reached in (False, True))
    assert lump_accepted(none) == 0
    assert milestones_fit(milestones, lump_accepted(every)) == []
    assert lump_accepted(milestones) == sum(one.cents for one in milestones if one.reached)


@settings(max_examples=50)
@given(budgets(), budgets())
def test_the_differences_of_two_budgets_are_the_difference_of_their_sums(before, after):
    lines = moved(before.partners, after.partners)
    assert all(line.difference for line in lines)
    old, new = compute(before).project, compute(after).project
    income = sum(line.difference for line in lines if line.line == "INCOME")
    assert sum(line.difference for line in lines if line.line != "INCOME") == new.direct - old.direct
    assert income == new.income - old.income
    assert moved(before.partners, before.partners) == []
