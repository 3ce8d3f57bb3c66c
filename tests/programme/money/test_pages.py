"""The pages of money, asked as a partner, as the office and as everybody asks them."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kuutio.core.grants.spreading import spread
from kuutio.programme import money_queries, public_grants
from kuutio.programme.actions import claims, paying, reaching
from kuutio.programme.actions.paying import Paid
from kuutio.programme.actions.reaching import Actual
from kuutio.programme.models import Claim, Grant, Indicator, Source
from tests.factories import PersonFactory
from tests.programme.money.granted import AT, granted, office
from tests.programme.money.test_claims import DAYS, LATER, SALARIES, Cost, decided, sent, written

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def indicator(programme, key="companies", **fields):
    return Indicator.objects.create(
        programme=programme,
        key=key,
        name={"fi": "Yritykset", "sv": "Företag", "en": "Companies"},
        kind="output",
        position=Indicator.objects.count() + 1,
        source=Source.objects.get(key="own-page"),
        **fields,
    )


def test_a_partner_writes_a_claim_sends_it_and_gets_a_receipt():
    made = granted()
    client = signed_in(made.partner)
    assert client.get("/en/me/grants/").status_code == 200
    page = client.get(f"/en/me/grants/{made.grant.uuid}/")
    assert "€46,900.00" in page.content.decode()
    posted = {"part": made.oulu.pk, "starts_on": "2027-01-01", "ends_on": "2027-06-30"}
    answer = client.post(f"/en/me/grants/{made.grant.uuid}/claims/new/", posted)
    claim = Claim.objects.get()
    at = f"/en/me/claims/{claim.uuid}/"
    assert answer["Location"] == at
    live = client.get(f"{at}check/", {"category": "STAFF", "text": "Salaries", "cents": "20,000.03"}).content.decode()
    assert "€28,000.04" in live
    assert "Send the report of the same period" in live
    assert claim.lines.count() == 0
    line = {"category": "STAFF", "text": "=cmd()", "voucher": "T-1", "paid_on": "2027-06-30", "cents": "20,000.03"}
    assert client.post(f"{at}lines/new/", line).status_code == 302
    assert client.post(f"{at}lines/new/", line | {"cents": "-1"}).status_code == 422
    assert client.post(f"{at}lines/1/", line | {"cents": "20 000.04"}).status_code == 302
    assert client.post(f"{at}change/", {"starts_on": "2027-01-01", "ends_on": "2026-01-01"}).status_code == 422
    assert client.post(f"{at}submit/").status_code == 422
    assert client.post(f"{at}report/", {"done": "We did."}).status_code == 302
    files = {"file": __import__("io").BytesIO(b"%PDF-1.7 x")}
    files["file"].name = "lasku.pdf"
    assert client.post(f"{at}files/", files).status_code == 302
    receipt = client.post(f"{at}submit/", follow=True)
    assert claim.submissions.get().digest in receipt.content.decode()
    assert client.post(f"{at}submit/").status_code == 409
    assert client.get(at).status_code == 200
    file = claim.evidence.get()
    assert client.get(f"{at}files/{file.uuid}/")["Content-Disposition"].startswith("attachment")
    other = signed_in(PersonFactory())
    for address in (at, f"{at}receipts/1/", f"{at}files/{file.uuid}/", f"{at}costs.xlsx"):
        assert other.get(address).status_code == 404
    assert signed_in(made.office).get(f"{at}files/{file.uuid}/").status_code == 200


def test_the_controller_accepts_in_part_and_records_the_payment():
    made = granted()
    claim = sent(made, DAYS, SALARIES, Cost("STAFF", "Lisätyö", 1_000_00))
    client = signed_in(made.office)
    at = f"/en/work/claims/{claim.uuid}/"
    assert client.get("/en/work/money/").status_code == 200
    assert client.post(f"{at}do/control/").status_code == 302
    wrong = client.post(f"{at}judge/", {"accepted-1": "20000.03", "accepted-2": "1", "decide": "yes"})
    assert wrong.status_code == 422
    assert "give the reason" in wrong.content.decode()
    right = {
        "accepted-1": "20000.03",
        "accepted-2": "250.00",
        "reason-2": "Not this\0 project.",
        "reason": "One cut.",
        "decide": "yes",
    }
    assert client.post(f"{at}judge/", right).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.pay_cents) == ("partly_accepted", 18_994_52)
    pay = {"reference": "P1", "cents": "18 994.52", "paid_on": "2027-09-01"}
    assert client.post(f"{at}do/pay/", pay | {"cents": "1"}).status_code == 422
    assert client.post(f"{at}do/pay/", pay).status_code == 302
    assert client.post(f"{at}do/pay/", pay | {"reference": "P2"}).status_code == 409
    page = signed_in(made.partner).get(f"/en/me/claims/{claim.uuid}/").content.decode()
    assert "Not this project." in page
    assert "€18,994.52" in page
    assert (
        client.post(
            f"{at}do/correct/", {"line": claim.lines.first().pk, "cents": "1", "reason": "x", "reference": "K"}
        ).status_code
        == 302
    )
    assert client.get(at).status_code == 200


def test_the_public_reads_euros_and_no_person():
    made = granted()
    claim = decided(made)
    paying.record_claim_payment(claim, Paid("P1", claim.pay_cents, DAYS[1]), by=made.office, at=AT)
    client = Client()
    for address in ("/en/strategy/grants/", "/en/strategy/grants/A80001/"):
        page = client.get(address).content.decode()
        assert "€46,900.00" in page or "€140,700.00" in page
        assert made.partner.email not in page
        assert made.partner.name not in page
    assert client.get("/en/strategy/grants/A99999/").status_code == 404
    rows = {one.slug: list(one.released()) for one in public_grants.tables("office")}
    assert sum(row["eu_cents"] + row["state_cents"] for row in rows["programme-grants"]) == sum(
        one.support_cents for one in money_queries.awarded()
    )
    assert rows["programme-payments"][0]["cents"] == claim.pay_cents
    assert rows["programme-claims"][0]["pay_cents"] == claim.pay_cents
    assert not any("@" in str(value) for told in rows.values() for row in told for value in row.values())


def test_a_grant_that_was_turned_down_is_no_money():
    made = granted()
    Grant.objects.update(state="refused")
    assert not list(money_queries.awarded())
    assert Client().get(f"/en/strategy/grants/{made.grant.project.code}/").status_code == 404


def test_a_figure_is_told_with_what_shows_it_and_stands_on_the_focus_area_s_page():
    made = granted()
    programme = made.grant.project.programme
    told = indicator(programme)
    source = Source.objects.get(key="own-page")
    reaching.set_target(told, made.grant.project, Decimal(40), date(2028, 12, 31), source, by=made.office, at=AT)
    client = signed_in(made.partner)
    at = f"/en/me/grants/{made.grant.uuid}/reached/"
    form = {"indicator": told.pk, "starts_on": "2027-01-01", "ends_on": "2027-06-30", "value": "12"}
    assert client.post(at, form).status_code == 422  # nothing shows it
    assert client.post(at, form | {"evidence_url": "javascript:alert(1)"}).status_code == 422
    assert client.post(at, form | {"evidence": "List of companies."}).status_code == 302
    assert (
        client.post(at, form | {"starts_on": "2027-06-30", "ends_on": "2027-09-30", "evidence": "x"}).status_code == 422
    )
    assert client.post(at, form | {"value": "13", "evidence": "List of companies."}).status_code == 302
    assert told.values.get().value == 13
    for address in ("/en/strategy/open-data/", "/en/strategy/indicators/companies/"):
        page = Client().get(address).content.decode()
        assert "32 %" in page, address
    assert Client().get("/en/strategy/indicators/").status_code == 200
    assert client.post(f"/en/me/grants/{made.grant.uuid}/reached/", form | {"value": "1e400"}).status_code == 422


def test_the_office_names_who_acts_for_a_partner_and_sets_targets():
    made = granted()
    new, client = PersonFactory(), signed_in(made.office)
    at = f"/en/work/money/{made.grant.uuid}/"
    assert client.post(f"{at}people/", {"part": made.oulu.pk, "email": "nobody@example.org"}).status_code == 422
    assert client.post(f"{at}people/", {"part": made.oulu.pk, "email": new.email.upper()}).status_code == 302
    assert signed_in(new).get(f"/en/me/grants/{made.grant.uuid}/").status_code == 200
    assert client.post(f"{at}people/{made.oulu.holders.get(person=new).pk}/release/").status_code == 302
    assert signed_in(new).get(f"/en/me/grants/{made.grant.uuid}/").status_code == 404
    told = indicator(made.grant.project.programme)
    assert client.post(f"{at}target/", {"indicator": told.pk, "value": "1.5", "by_on": "2028-12-31"}).status_code == 422
    assert client.post(f"{at}target/", {"indicator": told.pk, "value": "15", "by_on": "2028-12-31"}).status_code == 302
    assert "Companies" in client.get(at).content.decode()


def test_few_people_are_not_told():
    made = granted()
    told = indicator(made.grant.project.programme, "people", counts_people=True)
    for city, value in (("turku", 3), ("oulu", 400)):
        actual = Actual(*DAYS, Decimal(value), city=made.grant.parts.get(city_id=city).city, evidence="Lists.")
        reaching.tell_actual(told, made.grant.project, actual, by=made.office, at=AT)
    page = Client().get("/en/strategy/indicators/people/").content.decode()
    assert "fewer than 5" in page
    table = next(one for one in public_grants.tables("office") if one.slug == "programme-indicators")
    assert sorted((row["city"], row["value"]) for row in table.released()) == [("oulu", 400.0), ("turku", None)]


def test_a_result_is_published_searched_and_read():
    made = granted()
    client = signed_in(made.lead)
    form = {
        "kind": "final-report",
        "title": "Avoimet rajapinnat",
        "language": "fi",
        "summary": "Neljä rajapintaa.",
        "text": "Teimme **paljon**.",
        "learnings": "Sopikaa rajapinnasta ensin.\nMitatkaa.",
        "links": "https://example.org/report",
    }
    assert client.post(f"/en/me/grants/{made.grant.uuid}/results/new/", form | {"links": "ftp://x"}).status_code == 422
    answer = client.post(f"/en/me/grants/{made.grant.uuid}/results/new/", form)
    page = Client().get(answer["Location"]).content.decode()
    assert "Sopikaa rajapinnasta ensin." in page
    assert "Avoimet rajapinnat" in Client().get("/en/strategy/results/?q=rajapinnat").content.decode()
    assert "No result has these words" in Client().get("/en/strategy/results/?q=zzzz").content.decode()


@pytest.mark.parametrize("states", [["offered", "running"]])
def test_the_lead_accepts_the_office_starts_and_others_do_not(states):
    made = granted()
    Grant.objects.update(state="offered")
    at = f"/en/me/grants/{made.grant.uuid}/do/accept/"
    assert signed_in(made.partner).post(at).status_code == 403
    assert signed_in(made.lead).post(at).status_code == 302
    assert signed_in(made.lead).post(at).status_code == 409
    assert signed_in(made.lead).get(f"/en/work/money/{made.grant.uuid}/").status_code == 403
    assert signed_in(made.office).post(f"/en/work/money/{made.grant.uuid}/do/start/").status_code == 302
    assert Grant.objects.get().state == states[-1]
    pay = {"part": made.oulu.pk, "kind": "advance", "cents": "100", "paid_on": "2027-01-02", "reference": "A1"}
    assert signed_in(made.office).post(f"/en/work/money/{made.grant.uuid}/pay/", pay).status_code == 302
    assert signed_in(made.office).get(f"/en/work/money/{made.grant.uuid}/").status_code == 200


def test_pages_ask_as_often_with_many_claims_as_with_few(django_assert_max_num_queries):
    made = granted()
    client = signed_in(made.office)
    for days in (DAYS, LATER):
        decided(made, days)
    written(made, (date(2028, 1, 1), date(2028, 6, 30)))
    client.get("/en/work/money/")
    with django_assert_max_num_queries(25):
        client.get("/en/work/money/")
    with django_assert_max_num_queries(22):
        Client().get("/en/strategy/grants/")
    assert office().has_role("office")
    assert spread([1, 2], [3]) == [[1], [2]]
    assert claims.MOST_LINES == 2000
