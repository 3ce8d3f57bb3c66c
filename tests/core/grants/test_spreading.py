"""No cent is lost or made when accepted costs are told by category and payer, or when a flat rate is paid claim by claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.grants.budgets import CostModel, shared
from kuutio.core.grants.claims import Claim, Grant, Line, due, settle
from kuutio.core.grants.spreading import base_of, flat_of_claim, spread, without_income

CENTS = st.integers(0, 10**11)
ROWS = st.lists(CENTS, min_size=1, max_size=8)
BP = st.integers(0, 5000)


@given(ROWS, BP, BP)
def test_rows_and_columns_add_up_to_the_cent(rows, eu, state):
    columns = list(shared(sum(rows), eu, state).values())
    cells = spread(rows, columns)
    assert [sum(row) for row in cells] == rows
    assert [sum(column) for column in zip(*cells, strict=True)] == columns
    assert min(cell for row in cells for cell in row) >= 0


@given(st.dictionaries(st.sampled_from(["STAFF", "TRAVEL", "FLAT"]), CENTS, min_size=1), st.data())
def test_income_is_taken_off_every_line_and_nothing_else(rows, data):
    income = data.draw(st.integers(0, sum(rows.values())))
    left = without_income(rows, income)
    assert sum(left.values()) == sum(rows.values()) - income
    assert all(0 <= left[name] <= rows[name] for name in rows)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), st.sampled_from(["FLAT_7", "FLAT_17", "FLAT_40"]))
def test_a_flat_rate_paid_claim_by_claim_is_that_of_the_whole(bases, model):
    paid = base = 0
    for one in bases:
        flat = flat_of_claim(one, base, paid, CostModel(model))
        assert flat >= 0
        base, paid = base + one, paid + flat
    assert paid == flat_of_claim(sum(bases), 0, 0, CostModel(model))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), BP, st.integers(0, 10**10))
def test_paying_what_is_due_and_not_paid_is_what_the_ledger_pays(nets, share, granted):
    grant = Grant(granted, share)
    ledger = settle(grant, [Claim({"NET": Line(net, net)}, id=str(at)) for at, net in enumerate(nets)])
    paid, accepted = 0, 0
    for net, step in zip(nets, ledger.steps, strict=True):
        accepted += net
        pay = max(0, due(grant, accepted) - paid)
        paid += pay
        assert (pay, paid) == (step.pay, step.paid)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same sum"):
        spread([1], [2])
    with pytest.raises(ValueError, match="income"):
        without_income({"STAFF": 1}, 2)
    assert base_of({"STAFF": 5, "TRAVEL": 7}, CostModel.FLAT_24) == 5
    assert base_of({"STAFF": 5}, CostModel.ACTUAL) == 0
