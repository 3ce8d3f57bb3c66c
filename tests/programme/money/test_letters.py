"""Who acts for a partner hears of its claim in their own language."""

from datetime import date

import pytest
from django.core import mail

from kuutio.programme import call_letters
from kuutio.programme.actions import claims, controlling, paying
from kuutio.programme.actions.claims import Cost
from kuutio.programme.actions.paying import Paid
from tests.factories import PersonFactory
from tests.programme.money.granted import AT, granted, partners
from tests.programme.money.test_claims import DAYS, SALARIES, decided, written

pytestmark = pytest.mark.django_db


def test_the_partner_hears_of_its_claim_in_its_own_language():
    partner = PersonFactory(language="sv")
    made = granted(partners=partners(turku=[PersonFactory(language="en")], oulu=[partner]))
    made.partner = partner
    claim = written(made)
    claims.submit_claim(claim, by=partner, at=AT)
    controlling.return_claim(claim, "Verifikat saknas.", by=made.office, at=AT)
    readers = call_letters.readers_of("claim_returned", claim.pk)
    lead = made.turku.holders.get().person
    assert set(readers) == {partner.pk, lead.pk}
    claim.refresh_from_db()
    for person in (partner, lead):
        assert call_letters.write("claim_returned", claim.pk, person.pk)
    swedish, english = mail.outbox
    assert (swedish.to, english.to) == ([partner.email], [lead.email])
    assert "Returnerad för rättelse" in swedish.subject and "Verifikat saknas." in swedish.body
    assert "Returned to be mended" in english.subject and f"/me/claims/{claim.uuid}/" in english.body


def test_a_decision_and_its_payment_are_told(monkeypatch):
    told = []
    monkeypatch.setattr(call_letters, "tell", lambda kind, pk: told.append(kind))
    made = granted()
    claim = decided(made, DAYS, SALARIES, Cost("STAFF", "Lisätyö", 1_000_00), judged={2: (250_00, "Ei kuulu.")})
    paying.record_claim_payment(claim, Paid("P1", claim.pay_cents, date(2027, 9, 1)), by=made.office, at=AT)
    for kind in told:
        call_letters.write(kind, claim.pk, made.partner.pk)
    controlling.reopen_claim(claim, "Tarkenna.", text_only=True, by=made.office, at=AT)
    assert told == ["claim_decided", "claim_paid", "claim_reopened"]
    decision, payment = mail.outbox
    assert decision.subject.startswith("Hyväksytty osittain") and "18 994,52" in decision.body.replace("\u00a0", " ")
    assert payment.subject.startswith("Maksettu") and "1.9.2027" in payment.body
