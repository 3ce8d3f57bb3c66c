"""The same press twice adds one line; what is ordered to be paid can't be taken back; pages ask little; odd addresses are refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kuutio.core.problems import Invalid
from kuutio.programme.actions import claims, controlling, paying, reaching
from kuutio.programme.actions.awards import AwardedPartner, Change, change_award
from kuutio.programme.actions.claims import Told
from kuutio.programme.actions.paying import Paid
from kuutio.programme.models import ClaimLine, Indicator
from tests.programme.money.granted import AT, OULU, granted, partners
from tests.programme.money.test_claims import DAYS, LATER, decided, sent

pytestmark = pytest.mark.django_db


def test_what_is_on_its_way_to_a_partner_can_not_be_taken_back():
    made = granted()
    claim = decided(made)
    less = [partners()[0], AwardedPartner(OULU, "Oulu", {"STAFF": 100_00})]
    change = Change("DEC/9/2028", date(2028, 5, 1), date(2028, 12, 31), less, "Vähemmän.")
    assert claim.pay_cents > 0
    with pytest.raises(Invalid) as refused:
        change_award(made.grant, change, by=made.office, at=AT)
    assert [error["pointer"] for error in refused.value.errors] == [f"/partners/{OULU}"]


def test_a_line_that_is_pressed_twice_stands_once():
    made = granted()
    claim = claims.start_claim(made.oulu, *DAYS, by=made.partner, at=AT)
    client = Client()
    client.force_login(made.partner, backend="django.contrib.auth.backends.ModelBackend")
    here = f"/fi/me/claims/{claim.uuid}/"
    assert 'name="after" value="0"' in client.get(here).content.decode()
    line = {"category": "STAFF", "text": " Palkat  tammikuu ", "cents": "100,00", "voucher": "T-1", "after": "0"}
    for _press in range(2):
        assert client.post(f"{here}lines/new/", line).status_code == 302
    assert ClaimLine.objects.filter(claim=claim).count() == 1
    assert 'name="after" value="1"' in client.get(here).content.decode()
    client.post(f"{here}lines/new/", {**line, "after": "1"})  # the same ticket bought once more
    client.post(f"{here}lines/new/", {**line, "after": "1", "text": "Helmikuu"})
    assert list(ClaimLine.objects.filter(claim=claim).values_list("position", "text")) == [
        (1, "Palkat tammikuu"), (2, "Palkat tammikuu"), (3, "Helmikuu"),
    ]  # fmt: skip


def test_my_grants_ask_the_database_as_often_for_many_payments_as_for_few():
    made = granted()
    client = Client()
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    claim = sent(made)
    controlling.take_into_control(claim, by=made.office, at=AT)
    controlling.judge_lines(claim, {}, rest=True, by=made.office, at=AT)
    claim = controlling.decide_claim(claim, "", by=made.office, at=AT)
    paying.record_claim_payment(claim, Paid("P0", claim.pay_cents, LATER[0]), by=made.office, at=AT)
    pages = ("/fi/me/grants/", f"/fi/me/grants/{made.grant.uuid}/")
    few = [_asked(client, page) for page in pages]
    for number in range(1, 9):
        paying.record_advance(made.turku, Paid(f"A{number}", 100, DAYS[0]), by=made.office, at=AT)
        other = claims.start_claim(made.turku, date(2027, number, 1), date(2027, number, 20), by=made.lead, at=AT)
        claims.write_report(other, Told("Teimme."), by=made.lead, at=AT)
    for number in range(2):
        granted(f"DEC/{number + 2}/2027", f"A8000{number + 2}", partners=partners(turku=[made.lead]))
    many = [_asked(client, page) for page in pages]
    assert many[0] <= few[0] + 1 and many[1] <= few[1], (few, many)


def _asked(client, page):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["http://[1", "https://", "javascript:alert(1)", "https://x.fi/" + "a" * 500])
def test_an_address_that_is_none_is_refused_with_words(address):
    made = granted()
    told = reaching.Told("result", "Tulos", "Tiivistelmä.", links=[address])
    with pytest.raises(Invalid):
        reaching.publish_result(made.grant.project, told, by=made.lead, at=AT)
    row = Indicator.objects.create(
        programme=made.grant.project.programme, key="x", name={"fi": "X"}, kind="output", position=1,
        source=made.grant.project.source,
    )  # fmt: skip
    actual = reaching.Actual(*DAYS, Decimal(1), evidence_url=address)
    with pytest.raises(Invalid):
        reaching.tell_actual(row, made.grant.project, actual, by=made.lead, at=AT)
