"""What a claim pays: C1 to C7."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.grants.claims import (
    Advance,
    Claim,
    Closing,
    Correction,
    Grant,
    Line,
    Period,
    Reopening,
    Verdict,
    due,
    reopening,
    settle,
    verdict,
)

YEAR = Period(date(2016, 1, 1), date(2016, 12, 31))


def claim(claimed: int, accepted: int | None = None, **rest: object) -> Claim:
    return Claim({"NET": Line(claimed, claimed if accepted is None else accepted)}, **rest)


def quarter(number: int, partner: str = "", **rest: object) -> Claim:
    period = Period(date(2016, number * 3 - 2, 1), date(2016, number * 3, 28))
    return claim(1000, partner=partner, **{"period": period, "report": period, "id": f"{partner}{number}", **rest})


def codes(grant: Grant, *events: object) -> list[str]:
    return [found.code for found in settle(grant, events).findings]


lines = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda pair: Line(max(pair), min(pair)))
claims = st.dictionaries(st.sampled_from(["STAFF", "SERVICES", "OTHER"]), lines).map(Claim)
grants = st.builds(Grant, st.integers(0, 10**9), st.integers(0, 10_000))
histories = st.tuples(grants, st.integers(0, 3000), st.lists(claims, max_size=8))


@settings(max_examples=50)
@given(histories)
def test_paid_is_what_is_due_and_never_more_than_was_granted(history):
    grant, share, sent = history
    advance = Advance(grant.granted * share // 10_000)
    ledger = settle(grant, [advance, *sent])
    assert ledger.findings == ()
    paid = 0
    for step in ledger.steps:
        assert step.pay >= 0
        paid += step.pay
        assert step.paid == paid <= grant.granted
        assert step.paid == max(advance.cents, due(grant, step.accepted))
        assert step.ahead == step.paid - due(grant, step.accepted)
    assert ledger.left == grant.granted - paid
    assert due(grant, ledger.steps[-1].accepted) <= Fraction(ledger.steps[-1].accepted * grant.support_bp, 10_000)


@settings(max_examples=50)
@given(histories)
def test_many_small_claims_pay_what_one_large_one_does(history):
    grant, _, sent = history
    whole = claim(sum(one.claimed for one in sent), sum(one.accepted for one in sent))
    one, many, backwards = settle(grant, [whole]), settle(grant, sent), settle(grant, sent[::-1])
    assert one.left == many.left == backwards.left


@settings(max_examples=50)
@given(histories, st.data())
def test_accepting_more_never_pays_less(history, data):
    grant, _, sent = history
    if sent:
        at = data.draw(st.integers(0, len(sent) - 1))
        more = replace(
            sent[at], lines={name: Line(line.claimed, line.claimed) for name, line in sent[at].lines.items()}
        )
        assert settle(grant, [*sent[:at], more, *sent[at + 1 :]]).left <= settle(grant, sent).left


@settings(max_examples=50)
@given(histories, st.data())
def test_a_correction_is_set_off_and_closing_settles_to_the_cent(history, data):
    grant, share, sent = history
    accepted = sum(one.accepted for one in sent)
    taken = data.draw(st.integers(0, accepted))
    advance = Advance(grant.granted * share // 10_000)
    ledger = settle(grant, [advance, *sent, Correction(taken), Closing()])
    assert ledger.findings == ()
    last = ledger.steps[-1]
    assert last.paid == due(grant, accepted - taken)
    assert last.ahead == 0
    assert sum(step.pay - step.back for step in ledger.steps) == last.paid
    later = settle(grant, [*sent, Correction(taken), claim(taken)])
    assert later.steps[-1].paid == due(grant, accepted)


def test_an_advance_is_at_most_thirty_per_cent_in_all():
    grant = Grant(70_000_00, 7000)
    assert codes(grant, Advance(21_000_00)) == []
    assert codes(grant, Advance(21_000_01)) == ["ADVANCE_OVER_30_PERCENT"]
    assert codes(grant, Advance(11_000_00), Advance(10_000_00)) == []
    assert codes(grant, Advance(11_000_00), Advance(10_000_01)) == ["ADVANCE_OVER_30_PERCENT"]
    assert codes(grant, Advance(-1)) == ["NEGATIVE_AMOUNT"]
    assert codes(grant, claim(99_999_99), Advance(1_00)) == ["PAID_OVER_GRANTED"]


def test_no_line_is_accepted_above_what_was_claimed():
    lines = {"STAFF": Line(10_00, 10_01), "SERVICES": Line(500_00, 0), "OTHER": Line(5, -1)}
    found = settle(Grant(1000_00, 7000), [Claim(lines)]).findings
    assert [(one.code, one.facts["line"]) for one in found] == [
        ("ACCEPTED_OVER_CLAIMED", "STAFF"),
        ("NEGATIVE_AMOUNT", "OTHER"),
    ]


def test_periods_lie_in_the_project_and_apart_from_each_other():
    grant = Grant(100_000, 7000, YEAR)
    assert codes(grant, quarter(1), quarter(2), quarter(1, "turku")) == []
    assert codes(grant, quarter(1), quarter(1, id="again")) == ["PERIOD_OVERLAPS"]
    touching = replace(quarter(1), period=Period(date(2016, 3, 28), date(2016, 4, 2)))
    assert codes(grant, quarter(1), replace(touching, report=touching.period)) == ["PERIOD_OVERLAPS"]
    outside = Period(date(2016, 12, 1), date(2017, 1, 1))
    assert codes(grant, quarter(4, period=outside, report=outside)) == ["PERIOD_OUTSIDE_PROJECT"]
    backwards = Period(date(2016, 5, 2), date(2016, 5, 1))
    assert codes(grant, quarter(2, period=backwards, report=backwards)) == ["PERIOD_BACKWARDS"]


def test_a_claim_comes_with_the_report_of_its_own_period():
    grant = Grant(100_000, 7000, YEAR)
    assert codes(grant, quarter(1, report=None)) == ["REPORT_MISSING"]
    assert codes(grant, quarter(1, report=quarter(2).period)) == ["REPORT_MISSING"]


@pytest.mark.parametrize("late", [claim(1), Advance(1), Closing()])
def test_nothing_is_claimed_after_the_closing(late):
    assert codes(Grant(100_000, 7000), Closing(), late) == ["CLAIM_AFTER_CLOSING"]


def test_a_history_stops_at_the_first_refused_event():
    ledger = settle(Grant(100_000, 7000), [claim(1000), claim(10, 11), claim(1000)])
    assert (len(ledger.steps), ledger.left) == (1, 99_300)


def test_a_correction_takes_no_more_than_its_claim_gave():
    grant = Grant(100_000, 7000)
    sent = [claim(1000, 600, id="a"), claim(500, id="b")]
    assert codes(grant, *sent, Correction(601, "a")) == ["CORRECTION_OVER_ACCEPTED"]
    assert codes(grant, *sent, Correction(600, "a")) == []
    assert codes(grant, *sent, Correction(1101)) == ["CORRECTION_OVER_ACCEPTED"]
    assert codes(grant, *sent, Correction(1, "c")) == ["CORRECTION_OVER_ACCEPTED"]
    assert codes(grant, *sent, Correction(-1)) == ["NEGATIVE_AMOUNT"]
    assert codes(grant, *sent, Correction(600, "a"), Correction(1, "a")) == ["CORRECTION_OVER_ACCEPTED"]


def test_control_accepts_whole_in_part_or_not_at_all():
    assert verdict(claim(10)) == Verdict.ACCEPTED
    assert verdict(claim(10, 9)) == Verdict.PARTLY_ACCEPTED
    assert verdict(claim(10, 0)) == Verdict.REJECTED
    assert verdict(claim(0)) == Verdict.ACCEPTED


def test_numbers_are_opened_again_only_before_a_later_claim_of_the_same_partner():
    first, other, second = quarter(1, "turku"), quarter(1, "oulu"), quarter(2, "turku")
    assert reopening(first, [first, other]) == Reopening.NUMBERS
    assert reopening(first, [first, other, second]) == Reopening.TEXT_ONLY
    assert reopening(second, [first, other, second]) == Reopening.NUMBERS
    with pytest.raises(ValueError, match="not in list"):
        reopening(second, [first])
