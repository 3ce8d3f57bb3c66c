"""A claim from its first line to its payment: what may be changed when, what is paid, and what is refused."""

from datetime import date, timedelta

import pytest

from kuutio.audit.models import Entry
from kuutio.core.moves.tables import CLAIM, GRANT
from kuutio.core.problems import Conflict, Invalid, NotAllowed, Problem
from kuutio.programme import settling
from kuutio.programme.actions import claims, controlling, paying
from kuutio.programme.actions.claims import Cost, Told
from kuutio.programme.actions.paying import Paid
from kuutio.programme.models import Claim, ClaimSubmission, Grant, Payment
from tests.factories import PersonFactory
from tests.programme.money.granted import AT, granted
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAYS = (date(2027, 1, 1), date(2027, 6, 30))
LATER = (date(2027, 7, 1), date(2027, 12, 31))
SALARIES = Cost("STAFF", "Palkat tammi–kesäkuu", 20_000_03, "T-1", date(2027, 6, 30))


def written(made, days=DAYS, *costs):
    """A draft of Oulu's with a report."""
    claim = claims.start_claim(made.oulu, *days, by=made.partner, at=AT)
    for cost in costs or (SALARIES,):
        claims.put_line(claim, cost, by=made.partner, at=AT)
    claims.write_report(claim, Told("Teimme."), by=made.partner, at=AT)
    return claim


def sent(made, days=DAYS, *costs):
    claim = written(made, days, *costs)
    claims.submit_claim(claim, by=made.partner, at=AT)
    return claim


def decided(made, days=DAYS, *costs, judged=None):
    claim = sent(made, days, *costs)
    controlling.take_into_control(claim, by=made.office, at=AT)
    controlling.judge_lines(claim, judged or {}, rest=True, by=made.office, at=AT)
    return controlling.decide_claim(claim, "Perustelut." if judged else "", by=made.office, at=AT)


def standing(made):
    return next(one for one in settling.standings(made.grant) if one.part.pk == made.oulu.pk)


def test_a_claim_is_cut_decided_and_paid_to_the_cent():
    made = granted()
    other = Cost("STAFF", "Lisätyö", 1_000_00)
    claim = decided(made, DAYS, SALARIES, other, judged={2: (250_00, "Ei kuulu hankkeelle.")})
    assert claim.state == Claim.State.PARTLY_ACCEPTED
    # 20,250.03 of salaries, 40 % on top: 8,100.01; 67 % of 28,350.04 is 18,994.5268
    assert (claim.flat_claimed_cents, claim.flat_accepted_cents) == (8_400_01, 8_100_01)
    assert claim.pay_cents == 18_994_52
    with pytest.raises(Invalid, match="18"):
        paying.record_claim_payment(claim, Paid("P1", 1, date(2027, 9, 1)), by=made.office, at=AT)
    paid = Paid("P1", 18_994_52, date(2027, 9, 1))
    first = paying.record_claim_payment(claim, paid, by=made.office, at=AT)
    assert paying.record_claim_payment(claim, paid, by=made.office, at=AT) == first
    claim.refresh_from_db()
    now = standing(made)
    assert (claim.state, now.paid, now.ordered, now.left) == ("paid", 18_994_52, 0, 46_900_00 - 18_994_52)
    assert now.left_of("STAFF") == 50_000_00 - 20_250_03
    assert sum(now.paid_by_source.values()) == now.paid


def test_ten_small_claims_are_paid_what_one_large_one_is():
    made = granted()
    days = [(date(2027, 1, 1) + timedelta(days=30 * n), date(2027, 1, 30) + timedelta(days=30 * n)) for n in range(10)]
    for n, period in enumerate(days):
        claim = decided(made, period, Cost("STAFF", "Palkat", 33_33 + n))
        paying.record_claim_payment(claim, Paid(f"P{n}", claim.pay_cents, date(2028, 1, 1)), by=made.office, at=AT)
    base = sum(33_33 + n for n in range(10))
    net = base + base * 4000 // 10_000
    assert standing(made).paid == net * 6700 // 10_000


def test_an_advance_is_worn_off_and_never_above_thirty_per_cent():
    made = granted()
    most = 46_900_00 * 3000 // 10_000
    with pytest.raises(Invalid) as refused:
        paying.record_advance(made.oulu, Paid("A0", most + 1, DAYS[0]), by=made.office, at=AT)
    assert [error["rule"] for error in refused.value.errors] == ["ADVANCE_OVER_30_PERCENT"]
    paying.record_advance(made.oulu, Paid("A1", most, DAYS[0]), by=made.office, at=AT)
    claim = decided(made, DAYS, Cost("STAFF", "Palkat", 10_000_00))
    assert claim.pay_cents == 0  # 67 % of 14,000 is below the advance
    paying.record_claim_payment(claim, Paid("P1", 0, DAYS[1]), by=made.office, at=AT)
    later = decided(made, LATER, Cost("STAFF", "Palkat", 60_000_00))
    assert later.pay_cents == 46_900_00 - most  # never more than was granted (C4)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (
            lambda made, claim: Claim.objects.filter(pk=claim.pk).update(ends_on=date(2029, 1, 1)),
            "PERIOD_OUTSIDE_PROJECT",
        ),
        (lambda made, claim: claim.report.delete(), "REPORT_MISSING"),
        (lambda made, claim: Claim.objects.filter(pk=claim.pk).update(income_cents=10**9), "NET_NEGATIVE"),
    ],
)
def test_what_a_rule_does_not_let_pass_is_not_sent(spoil, rule):
    made = granted()
    claim = written(made)
    spoil(made, Claim.objects.get(pk=claim.pk))
    lines = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        claims.submit_claim(claim, by=made.partner, at=AT)
    assert rule in {error["rule"] for error in refused.value.errors}
    assert (Claim.objects.get().state, Entry.objects.count()) == ("draft", lines)


def test_periods_of_one_partner_do_not_overlap_and_another_s_may():
    made = granted()
    written(made)
    with pytest.raises(Invalid) as refused:
        claims.start_claim(made.oulu, date(2027, 6, 30), LATER[1], by=made.partner, at=AT)
    assert refused.value.errors[0]["rule"] == "PERIOD_OVERLAPS"
    claims.start_claim(made.turku, *DAYS, by=made.lead, at=AT)
    assert claims.start_claim(made.oulu, *DAYS, by=made.lead, at=AT).number == 1  # the lead may; the same draft


def test_reopened_numbers_only_while_no_later_claim_was_sent():
    made = granted()
    first = decided(made)
    controlling.reopen_claim(first, "Unohtui rivi.", text_only=False, by=made.office, at=AT)
    claims.put_line(first, Cost("STAFF", "Unohtunut", 100_00), by=made.partner, at=AT)
    claims.submit_claim(first, by=made.partner, at=AT)
    controlling.take_into_control(first, by=made.office, at=AT)
    controlling.judge_lines(first, {}, rest=True, by=made.office, at=AT)
    first = controlling.decide_claim(first, "", by=made.office, at=AT)
    paying.record_claim_payment(first, Paid("P1", first.pay_cents, LATER[0]), by=made.office, at=AT)
    sent(made, LATER, Cost("STAFF", "Palkat", 5_000_00))
    with pytest.raises(Conflict):
        controlling.reopen_claim(first, "Väärin.", text_only=False, by=made.office, at=AT)
    controlling.reopen_claim(first, "Tarkenna tekstiä.", text_only=True, by=made.office, at=AT)
    with pytest.raises(Conflict):
        claims.put_line(first, SALARIES, by=made.partner, at=AT)
    claims.write_report(first, Told("Tarkemmin."), by=made.partner, at=AT)
    claims.submit_claim(first, by=made.partner, at=AT)
    controlling.take_into_control(first, by=made.office, at=AT)
    first = controlling.decide_claim(first, "", by=made.office, at=AT)
    assert (first.state, first.pay_cents, first.round) == ("accepted", 0, 3)
    paying.record_claim_payment(first, Paid("P2", 0, LATER[0]), by=made.office, at=AT)
    assert ClaimSubmission.objects.filter(claim=first).count() == 3


def test_a_correction_is_set_off_against_the_next_payment():
    made = granted()
    claim = decided(made)
    paying.record_claim_payment(claim, Paid("P1", claim.pay_cents, LATER[0]), by=made.office, at=AT)
    line = claim.lines.get()
    with pytest.raises(Invalid):
        controlling.correct_claim(claim, line, 20_000_04, "Liikaa.", "K1", by=made.office, at=AT)
    taken = controlling.correct_claim(claim, line, 1_000_03, "Kaksi kertaa.", "K1", by=made.office, at=AT)
    assert controlling.correct_claim(claim, line, 1_000_03, "Kaksi kertaa.", "K1", by=made.office, at=AT) == taken
    assert taken.whole_cents == 1_400_04  # 40 % of 20,000.03 is 8,000.01, of 19,000.00 it is 7,600.00
    now = standing(made)
    assert now.accepted == 26_600_00
    assert now.ahead == claim.pay_cents - 26_600_00 * 67 // 100
    later = decided(made, LATER, Cost("STAFF", "Palkat", 5_000_00))
    assert later.pay_cents == 33_600_00 * 67 // 100 - claim.pay_cents
    with pytest.raises(Conflict):
        controlling.reopen_claim(claim, "Numerot.", text_only=False, by=made.office, at=AT)


def test_who_may_not_does_not():
    made = granted()
    claim, stranger = sent(made), PersonFactory()
    for act in (
        lambda: claims.start_claim(made.turku, *DAYS, by=made.partner, at=AT),
        lambda: claims.submit_claim(written(made, LATER), by=stranger, at=AT),
        lambda: controlling.take_into_control(claim, by=made.partner, at=AT),
        lambda: controlling.return_claim(claim, "x", by=stranger, at=AT),
        lambda: paying.record_advance(made.oulu, Paid("A", 1, DAYS[0]), by=made.lead, at=AT),
        lambda: paying.move_grant(made.grant, "suspend", "x", by=made.lead, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_controls_a_claim_of_a_grant_that_they_act_in():
    made = granted()
    claim = sent(made)
    made.oulu.holders.create(person=made.office, since=AT)
    with pytest.raises(NotAllowed):
        controlling.take_into_control(claim, by=made.office, at=AT)


def test_a_grant_is_closed_when_all_is_settled_and_then_takes_nothing():
    made = granted()
    with pytest.raises(Conflict):
        paying.move_grant(made.grant, "close", by=made.office, at=AT)
    for part, who in ((made.oulu, made.partner), (made.turku, made.lead)):
        claim = claims.start_claim(part, *DAYS, by=who, at=AT)
        claims.put_line(claim, SALARIES, by=who, at=AT)
        claims.write_report(claim, Told("Valmis.", is_final=True), by=who, at=AT)
        claims.submit_claim(claim, by=who, at=AT)
        controlling.take_into_control(claim, by=made.office, at=AT)
        controlling.judge_lines(claim, {}, rest=True, by=made.office, at=AT)
        claim = controlling.decide_claim(claim, "", by=made.office, at=AT)
        paying.record_claim_payment(claim, Paid(f"P{part.pk}", claim.pay_cents, LATER[0]), by=made.office, at=AT)
    assert paying.move_grant(made.grant, "close", by=made.office, at=AT).state == "closed"
    with pytest.raises(Conflict):
        claims.start_claim(made.oulu, *LATER, by=made.partner, at=AT)


CLAIM_ACTS = {
    "submit": lambda claim, made: claims.submit_claim(claim, by=made.partner, at=AT),
    "return": lambda claim, made: controlling.return_claim(claim, "Syy.", by=made.office, at=AT),
    "control": lambda claim, made: controlling.take_into_control(claim, by=made.office, at=AT),
    "accept": lambda claim, made: controlling.decide_claim(claim, "", by=made.office, at=AT),
    "pay": lambda claim, made: paying.record_claim_payment(claim, Paid("P", 0, DAYS[0]), by=made.office, at=AT),
    "reopen": lambda claim, made: controlling.reopen_claim(claim, "Syy.", text_only=False, by=made.office, at=AT),
    "reopen_text": lambda claim, made: controlling.reopen_claim(claim, "Syy.", text_only=True, by=made.office, at=AT),
}


def test_every_pair_that_is_not_in_the_table_is_refused_and_changes_nothing():
    made = granted()
    claim = sent(made)
    refused = 0
    for state in CLAIM.states:
        for act, do in CLAIM_ACTS.items():
            if CLAIM.row(state, act):
                continue
            Claim.objects.filter(pk=claim.pk).update(state=state, decided_at=AT, pay_cents=0)
            before, lines = Claim.objects.values().get(pk=claim.pk), Entry.objects.count()
            with pytest.raises(Conflict) as told:
                do(Claim.objects.get(pk=claim.pk), made)
            assert told.value.status == 409
            assert (Claim.objects.values().get(pk=claim.pk), Entry.objects.count()) == (before, lines), (state, act)
            refused += 1
    for state in GRANT.states:
        for act in GRANT.acts:
            if GRANT.row(state, act):
                continue
            Grant.objects.filter(pk=made.grant.pk).update(state=state)
            lines = Entry.objects.count()
            with pytest.raises(Conflict):
                paying.move_grant(made.grant, act, "Syy.", by=made.office, at=AT)
            assert (Grant.objects.get().state, Entry.objects.count()) == (state, lines)
            refused += 1
    legal = sum(one.act in CLAIM_ACTS for one in CLAIM.moves) + len(GRANT.moves)
    assert refused == len(CLAIM_ACTS) * len(CLAIM.states) + len(GRANT.acts) * len(GRANT.states) - legal


def test_the_receipt_is_the_digest_of_what_was_sent():
    made = granted()
    claim = sent(made)
    receipt = claim.submissions.get()
    assert receipt.digest == claims.digest_of(receipt.content)
    assert receipt.content["lines"][0]["cents"] == 20_000_03


@pytest.mark.django_db(transaction=True)
def test_twenty_submissions_of_one_claim_are_one_claim_and_one_payment():
    made = granted()
    claim = written(made)
    told = at_once(lambda: claims.submit_claim(claim, by=made.partner, at=AT), times=20)
    assert sum(isinstance(one, ClaimSubmission) for one in told) == 1
    assert sum(isinstance(one, Conflict) for one in told) == 19
    assert ClaimSubmission.objects.count() == 1
    controlling.take_into_control(claim, by=made.office, at=AT)
    controlling.judge_lines(claim, {}, rest=True, by=made.office, at=AT)
    claim = controlling.decide_claim(claim, "", by=made.office, at=AT)
    numbers = iter(range(20))
    told = at_once(
        lambda: paying.record_claim_payment(
            claim, Paid(f"P{next(numbers)}", claim.pay_cents, DAYS[1]), by=made.office, at=AT
        ),
        times=20,
    )
    assert sum(isinstance(one, Payment) for one in told) == 1
    assert all(isinstance(one, Payment | Problem) for one in told)
    assert Payment.objects.get().cents == claim.pay_cents
    again = at_once(lambda: claims.start_claim(made.oulu, *LATER, by=made.partner, at=AT), times=6)
    assert len({one.pk for one in again}) == 1
