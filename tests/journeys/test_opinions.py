"""Answering statements one card at a time: by single keys that can be switched off, by Tab alone, without script; and the map."""

import gzip
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.config.environment import ROOT
from kuutio.core.opinions import read_polis
from kuutio.participation.actions import opinion_maps, opinions, polis, processes, stages
from kuutio.participation.models import Contribution, Reaction
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.journeys.browser import assert_sound, in_every_language, sign_in
from tests.journeys.hands import Keyboard


def three(fi, sv, en):
    return {"fi": fi, "sv": sv, "en": en}


@pytest.fixture
def stage():
    """An open stage with five statements of the city, and a person who may answer."""
    now = timezone.now()
    OrganisationFactory(city=CityFactory(code="helsinki"))
    process = processes.begin_process(
        CityFactory(code="helsinki"),
        slug="liikenne",
        title=three("Miten keskustassa liikutaan?", "Hur rör vi oss i centrum?", "How to get around the centre?"),
        summary=three("Vastaa väittämiin.", "Svara på påståenden.", "Answer statements."),
        plain_summary=three("Vastaa väittämiin.", "Svara på påståenden.", "Answer statements."),
        theme="transport",
        by=None,
        at=now - timedelta(days=3),
    )
    stage = stages.add_stage(
        process,
        "opinions",
        title=three("Väittämät", "Påståenden", "Statements"),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        identification="registered",
        by=None,
        at=now - timedelta(days=3),
    )
    texts = [f"Keskustaan tarvitaan lisää penkkejä kadulle {number}." for number in range(1, 6)]
    opinions.add_statements(stage, texts, "fi", by=None, at=now - timedelta(days=2))
    processes.publish_process(process, by=None, at=now - timedelta(days=2))
    return stage


@in_every_language
def test_a_resident_answers_by_keys_that_can_be_switched_off_and_by_tab_alone(stage, page: Page, language):
    sign_in(page, PersonFactory())
    page.goto(f"/{language}/participation/liikenne/{stage.slug}/")
    assert_sound(page)
    for number, key in enumerate("123", start=1):
        page.keyboard.press(key)
        expect(page.locator("#progress")).to_contain_text(str(number))
        expect(page.locator(".opinion-card progress")).to_have_attribute("value", str(number))
    assert sorted(Reaction.objects.values_list("value", flat=True)) == [-1, 0, 1]
    keys = Keyboard(page)
    keys.write("#id_text", "1 penkki")  # a digit that is written answers nothing
    expect(page.locator(".opinion-card progress")).to_have_attribute("value", "3")
    if page.viewport_size["width"] > 1000:  # where there is a keyboard
        page.locator("button[name=keys][value=off]").click()
        page.keyboard.press("1")
        expect(page.locator("button[name=keys][value=on]")).to_be_visible()
        assert Reaction.objects.count() == 3
    keys.press("button[name=value][value=agree]")
    expect(page.locator(".opinion-card progress")).to_have_attribute("value", "4")
    keys.press("a[href$='/answers/']")
    assert_sound(page)
    keys.press("li:first-child button[name=value][value='']")
    expect(page.locator("li button[name=value][value='']")).to_have_count(3)


def test_without_script_a_card_is_answered_and_a_statement_written(stage, no_script: Page):
    page = no_script
    sign_in(page, PersonFactory())
    page.goto(f"/fi/participation/liikenne/{stage.slug}/")
    page.get_by_role("button", name="Olen eri mieltä").click()
    expect(page.locator("#progress")).to_contain_text("Olet vastannut 1 väittämään")
    page.get_by_label("Väittämäsi").fill("Suojatiet pitää valaista paremmin.")
    page.get_by_role("button", name="Lähetä väittämä").click()
    expect(page.locator("main")).to_contain_text("Viranhaltija lukee väittämäsi")
    assert Contribution.objects.get(state="held").text == "Suojatiet pitää valaista paremmin."


def test_the_map_of_a_real_conversation_and_the_officers_page(stage, page: Page):
    folder = ROOT / "tests" / "data" / "polis" / "canadian-electoral-reform"
    texts = [gzip.decompress((folder / f"{part}.csv.gz").read_bytes()).decode() for part in ("votes", "comments")]
    polis.bring_votes(stage, read_polis(*texts), language="en", at=timezone.now())
    opinion_maps.make_map(stage, at=timezone.now())
    page.goto(f"/fi/participation/liikenne/{stage.slug}/map/")
    expect(page.get_by_role("img", name="Vastaajat vastaustensa mukaan")).to_be_visible()
    expect(page.get_by_role("table", name="Ryhmät")).to_be_visible()
    for summary in page.locator("details > summary").all():
        if summary.is_visible():
            summary.click()
    assert_sound(page)
    sign_in(page, PersonFactory(publisher_of=[stage.process.owner.organisations.get()]))
    page.goto("/fi/work/participation/liikenne/")
    page.get_by_role("link", name="Väittämät ja kartta").click()
    page.get_by_label("Kaupungin väittämät").fill("Keskustassa on liian vähän vessoja.\nPuita on tarpeeksi.")
    page.get_by_role("button", name="Lisää", exact=True).click()
    expect(page.locator("main")).to_contain_text("Lisätty: 2")
    assert_sound(page)
