"""What was decided beside what is computed (M8), and the programme's money (M9)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.grants.budgets import Budget, CostModel, PartnerBudget, Source, compute
from kuutio.core.grants.decided import Committed, Decided, Sum, beside, standing
from tests.core.grants.real import REAL_BUDGETS


def test_a_real_decision_in_whole_euros_stands_beside_the_computed_figure():
    real = {one["id"]: one for one in json.loads(REAL_BUDGETS.read_text("utf-8"))}["S21955"]["helsinki_part"]
    computed = compute(Budget(CostModel.ACTUAL, 7000, 0, (PartnerBudget("helsinki", {"STAFF": real["total"] * 100}),)))
    reason = "The authority decides in whole euros."
    given_ = [
        Decided("helsinki", Source.EU, real["eu_and_state_max"] * 100, reason),
        Decided("helsinki", Source.OWN_PUBLIC, real["own_max"] * 100, reason),
    ]
    rows, found = beside(computed, given_)
    assert found == []
    assert [(row.source, row.computed, row.decided, row.difference) for row in rows] == [
        (Source.EU, 139_784_40, 139_785_00, 60),
        (Source.STATE, 0, 0, 0),
        (Source.OWN_PUBLIC, 59_907_60, 59_907_00, -60),
    ]


def test_a_decided_figure_needs_its_reason_and_still_adds_up():
    computed = compute(Budget(CostModel.ACTUAL, 7000, 0, (PartnerBudget("a", {"STAFF": 100_00}),)))
    _, found = beside(computed, [Decided("a", Source.EU, 71_00, "  "), Decided("b", Source.EU, 1)])
    assert [(one.code, one.where) for one in found] == [
        ("PARTNER_UNKNOWN", "b"),
        ("DECIDED_WITHOUT_REASON", "a"),
        ("PARTNER_NOT_BALANCED", "a"),
    ]
    assert found[2].facts == {"difference_cents": 1_00}
    assert beside(computed, [Decided("a", Source.EU, 70_00)])[1] == []
    assert [one.code for one in beside(computed, [Decided("a", Source.STATE, -1, "why")])[1]] == [
        "NEGATIVE_AMOUNT",
        "PARTNER_NOT_BALANCED",
    ]
    with pytest.raises(ValueError, match="twice"):
        beside(computed, [Decided("a", Source.EU, 1), Decided("a", Source.EU, 2)])


rows = st.builds(
    Committed,
    st.sampled_from(["ERDF", "CITIES", "STATE", "ESF"]),
    st.sampled_from(["Helsinki", "Oulu", "Turku"]),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
)
PLAN = {"ERDF": 39_000_000_00, "CITIES": 26_000_000_00, "STATE": 13_000_000_00}


@settings(max_examples=50)
@given(st.lists(rows, max_size=20))
def test_sources_and_cities_add_up_to_the_total_and_what_comes_on_top_is_in_none(committed):
    told = standing(PLAN, committed)
    own = [row for row in committed if row.source != "ESF"]
    assert told.total == Sum(sum(row.committed for row in own), sum(row.paid for row in own))
    assert sum(told.by_source.values(), Sum()) == sum(told.by_city.values(), Sum()) == told.total
    assert told.on_top.get("ESF", Sum()).committed == sum(row.committed for row in committed if row.source == "ESF")
    assert all(told.left[source] == PLAN[source] - told.by_source[source].committed for source in PLAN)
    assert standing(PLAN, reversed(committed)).by_city == told.by_city


def test_money_over_the_plan_is_told():
    told = standing(
        {"ERDF": 100},
        [Committed("ERDF", "Oulu", 101, 0), Committed("ESF", "Oulu", 5, 6), Committed("ERDF", "Turku", 0, 0)],
    )
    assert [(one.code, one.where, one.facts["over_cents"]) for one in told.findings] == [
        ("COMMITTED_OVER_PLAN", "ERDF", 1),
        ("PAID_OVER_COMMITTED", "ESF", 1),
    ]
    assert set(told.by_city) == {"Oulu", "Turku"}
