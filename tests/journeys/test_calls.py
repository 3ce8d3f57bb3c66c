"""A consortium from Turku and Oulu applies to a pilot call: on a desk in Finnish, on a phone in Swedish, read in English."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.programme.actions import applying
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application
from tests.journeys.browser import assert_sound, sign_in
from tests.programme.calls import made


@pytest.fixture
def call():
    now = timezone.now()
    start = (now + timedelta(days=30)).date()
    return made.call(now, now + timedelta(days=3), earliest_start=start, latest_end=start + timedelta(days=1500))


def test_turku_and_oulu_apply_together(call, desk: Page, phone: Page):
    phone.goto("/en/calls/check/?kind=COMPANY&city=oulu")
    assert_sound(phone)
    expect(phone.locator("main")).to_contain_text("A company can’t receive this grant")
    phone.goto(f"/en/calls/{call.slug}/")
    assert_sound(phone)

    turku, oulu = made.acting("turku"), made.acting("oulu")
    sign_in(desk, turku)
    desk.goto("/fi/calls/")
    assert_sound(desk)
    desk.get_by_role("link", name="Kaupunki kuulee").first.click()
    desk.get_by_role("link", name="Aloita hakemus").click()
    desk.fill("[name=title_0]", "Joki kuulee")
    desk.fill("[name=title_2]", "The river listens")
    desk.get_by_role("button", name="Aloita").click()
    expect(desk.locator(".city-light-on")).to_have_text(re.compile("Turku"))
    assert_sound(desk)
    desk.fill("[name=name]", "Oulun kaupunki")
    desk.fill("[name=business_id]", made.OULU)
    desk.select_option("[name=actor_type]", "MUNICIPALITY")
    desk.select_option("[name=city]", "oulu")
    desk.fill("[name=email]", oulu.email)
    desk.get_by_role("button", name="Lähetä kutsu").click()
    expect(desk.locator(".city-light-on")).to_have_count(2)

    row = Application.objects.get()
    sign_in(phone, oulu)
    phone.goto(f"/sv/applications/invitation/{applying.token_of(row.partners.get(city='oulu'))}/")
    assert_sound(phone)
    phone.get_by_role("button", name="Anslut").or_(phone.locator("[name=answer][value=join]")).first.click()
    phone.fill("[name=tasks]", "Lyssnar vid älven.")
    phone.fill("[name=cost_STAFF]", "100 000,01")
    expect(phone.locator("[data-said]")).to_have_text("Sparat", timeout=15_000)
    expect(phone.locator("#panel")).to_contain_text("140")
    assert_sound(phone)
    phone.get_by_role("button", name="Underteckna den här delen").click()
    expect(phone.locator("main")).to_contain_text("Undertecknad")

    desk.goto(f"/fi/applications/{row.uuid}/text/")
    assert_sound(desk)
    for at, text in ((0, "Tiivistelmä."), (2, "Summary.")):
        desk.fill(f"[name=summary_{at}]", text)
    for one in CORE:
        desk.fill(f"[name=text_{one.key}]", f"Teksti kohtaan {one.key}.")
    desk.fill("[name=starts_on]", str(call.earliest_start))
    desk.fill("[name=ends_on]", str(call.earliest_start + timedelta(days=700)))
    expect(desk.locator("[data-said]")).to_have_text("Tallennettu", timeout=15_000)
    desk.context.set_offline(True)
    desk.fill("[name=text_need]", "Kirjoitettu junassa ilman yhteyttä.")
    expect(desk.locator("[data-said]")).to_contain_text("Ei yhteyttä", timeout=15_000)
    desk.context.set_offline(False)
    expect(desk.locator("[data-said]")).to_have_text("Tallennettu", timeout=20_000)
    desk.watched.troubles = [one for one in desk.watched.troubles if "ERR_INTERNET_DISCONNECTED" not in one]
    row.refresh_from_db()
    assert row.texts["need"] == "Kirjoitettu junassa ilman yhteyttä."

    desk.goto(f"/fi/applications/{row.uuid}/partners/1/")
    desk.fill("[name=tasks]", "Johtaa.")
    desk.fill("[name=cost_STAFF]", "50 000")
    desk.get_by_role("button", name="Tallenna").click()
    desk.goto(f"/fi/applications/{row.uuid}/budget/")
    assert_sound(desk)
    desk.goto(f"/fi/applications/{row.uuid}/send/")
    assert_sound(desk)
    desk.get_by_role("button", name="Lähetä hakemus").click()
    row.refresh_from_db()
    expect(desk.locator("main")).to_contain_text(row.number)
    assert_sound(desk)
    sign_in(desk, made.office())
    desk.goto("/fi/work/calls/")
    assert_sound(desk)
    desk.goto(f"/fi/work/calls/{call.slug}/")
    assert_sound(desk)
