"""The money of a granted project: a partner claims, control cuts a line, the payment is recorded, what was reached is seen by all."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kuutio.programme.actions import reaching
from kuutio.programme.models import Claim, Indicator, Source
from tests.journeys.browser import assert_sound, expect_status, sign_in
from tests.programme.money.granted import AT, Granted, granted


@pytest.fixture
def made() -> Granted:
    """A grant that runs, and an indicator with a target."""
    made = granted()
    project = made.grant.project
    told = Indicator.objects.create(
        programme=project.programme,
        key="companies",
        name={"fi": "Mukana olleet yritykset", "sv": "Företag som deltog", "en": "Companies that took part"},
        kind="output",
        position=1,
        source=Source.objects.get(key="own-page"),
    )
    source = Source.objects.get(key="own-page")
    reaching.set_target(told, project, Decimal(40), date(2028, 12, 31), source, by=None, at=AT)
    return made


def test_a_claim_with_a_line_that_is_cut_is_paid_and_the_figure_stands_on_the_spearhead_s_page(
    made: Granted, desk: Page
):
    page = desk
    sign_in(page, made.partner)
    page.goto("/fi/me/grants/")
    page.get_by_role("link", name="Kaksi kaupunkia").first.click()
    assert_sound(page)
    page.get_by_role("link", name="Uusi maksatushakemus").click()
    page.get_by_role("button", name="Aloita hakemus").click()
    panel = page.locator("#claim-panel")
    expect(panel).to_contain_text("saman jakson raportti")
    for text, euros in (("Projektipäällikön palkka", "20 000,03"), ("Lisätyö", "1 000,00")):
        page.fill("#line_text", text)
        page.fill("#line_cents", euros)
        expect(panel).to_contain_text("Hakemus sen kanssa, mitä kirjoitat")  # nothing is saved yet
        page.get_by_role("button", name="Lisää rivi").click()
        expect(page.locator("#lines")).to_contain_text(text)
    page.fill("#report_done", "Kokeilimme luetteloa.")
    page.get_by_role("button", name="Tallenna raportti").click()
    expect(panel).to_contain_text("Ei korjattavaa")
    assert_sound(page)
    page.get_by_role("button", name="Lähetä hakemus").click()
    expect(page.locator("h1")).to_have_text("Kuitti")
    assert_sound(page)

    sign_in(page, made.office)
    page.goto("/sv/work/money/")
    assert_sound(page)
    page.get_by_role("link", name="utbetalningsansökan 1").click()
    page.get_by_role("link", name="Börja granska").click()
    page.get_by_role("button", name="Börja granska").click()
    page.fill("[name=accepted-2]", "250,00")
    page.get_by_role("button", name="Avgör").or_(page.locator("button[name=decide]")).first.click()
    expect(page.locator(".money-judge-wrong")).to_be_visible()
    assert_sound(page)
    page.fill("[name=reason-2]", "Hör inte till projektet.")
    page.fill("[name=reason]", "En rad skärs ned.")
    page.locator("button[name=decide]").click()
    expect(page.locator("#spread")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Registrera betalningen").click()
    page.fill("[name=reference]", "P-1")
    page.get_by_role("button", name="Registrera betalningen").click()
    claim = Claim.objects.get()
    assert (claim.state, claim.payments.get().cents) == ("paid", 18_994_52)

    sign_in(page, made.partner)
    page.goto(f"/en/me/grants/{made.grant.uuid}/reached/")
    page.fill("[name=value]", "12")
    expect_status(page, 422)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.fill("[name=evidence]", "List of companies.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#reached")).to_contain_text("30 %")
    page.context.clear_cookies()
    page.goto("/en/strategy/open-data/")
    page.get_by_role("link", name="Companies that took part").click()
    expect(page.locator(".measure-chart")).to_be_visible()
    assert_sound(page)
    page.goto("/en/strategy/grants/A80001/")
    expect(page.locator("#payments")).to_contain_text("€18,994.52")
    assert_sound(page)
