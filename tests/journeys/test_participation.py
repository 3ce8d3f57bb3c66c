"""Taking part: a comment with a place on the map, by pointer and by keyboard alone, in three languages; without script, too."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.participation import shapes
from kuutio.participation.actions import polling, processes, stages
from kuutio.participation.models import Contribution
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in
from tests.journeys.hands import Keyboard


def three(fi, sv, en):
    return {"fi": fi, "sv": sv, "en": en}


@pytest.fixture
def hearing():
    """A process of two cities with an open hearing: a plan on the map, a poll."""
    now = timezone.now()
    for code in ("helsinki", "vantaa"):
        OrganisationFactory(city=CityFactory(code=code))
    process = processes.begin_process(
        CityFactory(code="helsinki"),
        cities=[CityFactory(code="vantaa")],
        slug="joki",
        title=three("Joen reitti", "Leden längs ån", "The trail by the river"),
        summary=three("Kerro, missä kuljet.", "Berätta var du går.", "Tell where you walk."),
        plain_summary=three("Kerro reitistä.", "Berätta om leden.", "Tell about the trail."),
        theme="environment",
        by=None,
        at=now - timedelta(days=3),
    )
    stage = stages.add_stage(
        process,
        "hearing",
        title=three("Kuuleminen", "Hörande", "Hearing"),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        identification="open",
        settings={"map": "all"},
        by=None,
        at=now - timedelta(days=3),
    )
    section = stages.add_section(
        process,
        title=three("Reitti", "Leden", "The trail"),
        text=three("Reitti kulkee rannassa.\n\nNiityt säilyvät.", "Leden går längs stranden.\n\nÄngarna bevaras.",
                   "The trail follows the bank.\n\nThe meadows stay."),
        stage=stage,
        geometry=shapes.kept({"type": "LineString", "coordinates": [[25.0, 60.26], [25.02, 60.27]]}),
        by=None,
        at=now - timedelta(days=3),
    )  # fmt: skip
    polling.ask(
        section,
        question=three("Mikä on tärkeintä?", "Vad är viktigast?", "What matters most?"),
        options=[three("Valot", "Ljus", "Lights"), three("Penkit", "Bänkar", "Benches")],
        several=False,
        by=None,
        at=now - timedelta(days=2),
    )
    processes.publish_process(process, by=None, at=now - timedelta(days=2))
    return stage


@in_every_language
def test_a_resident_comments_with_a_line_on_the_map_by_keyboard_alone(hearing, page: Page, language):
    keys = Keyboard(page)
    page.goto(f"/{language}/participation/")
    assert_sound(page)
    keys.press("a:has-text('" + str(hearing.process.title.localize(language)) + "')")
    assert_sound(page)
    keys.press(f"a.hds-button[href$='/{hearing.slug}/']")
    expect(page.locator("#hearing-map[data-ready]")).to_be_visible(timeout=15_000)
    assert_sound(page)
    keys.press("a.paragraph-act")  # the second paragraph
    keys.write("#id_text", "Tähän silta.")
    keys.press("[data-draw-part] > summary")
    keys.choose("input[name=shape][value=line]")
    page.wait_for_selector("[data-draw][data-ready]", timeout=15_000)
    pin = page.locator("button.pin")
    keys._reach(pin)
    for _corner in range(2):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
    expect(page.locator("[data-draw-status]")).to_contain_text("2")
    assert_sound(page)
    keys.press("form[data-shape] button.hds-button--primary")
    comment = page.locator(".comment", has_text="Tähän silta.")
    expect(comment).to_be_visible()
    assert_sound(page)
    row = Contribution.objects.get()
    assert (shapes.kind_of(row.geometry), row.paragraph) == ("line", 2)


def test_without_script_a_comment_with_a_place_and_a_poll_s_answer_come_too(hearing, no_script: Page):
    page = no_script
    page.goto(f"/fi/participation/joki/{hearing.slug}/")
    page.locator("label", has_text="Penkit").click()
    page.get_by_role("button", name="Vastaa kysymykseen").click()
    expect(page.locator("main")).to_contain_text("Kiitos")
    page.get_by_label("Kommenttisi").fill("Penkki mummolle.")
    page.get_by_label("Paikka sanoin").fill("Myllyn luona")
    page.locator("[data-draw-part] > summary").click()
    page.get_by_label("Koordinaatit").fill("60.1985, 24.9785")
    page.get_by_role("button", name="Lähetä kommentti").click()
    expect(page.locator(".comment")).to_contain_text("Myllyn luona")
    row = Contribution.objects.get()
    assert shapes.middle_of(row.geometry) == (24.9785, 60.1985)


def test_an_officer_makes_a_process_and_answers_officially(hearing, desk: Page):
    officer = PersonFactory(publisher_of=[hearing.process.owner.organisations.get()])
    sign_in(desk, officer)
    desk.goto("/fi/work/participation/")
    assert_sound(desk)
    desk.get_by_role("link", name="Uusi prosessi").click()
    assert_sound(desk)
    desk.fill("[name=title_0]", "Kirjaston pihan uusi ilme")
    desk.get_by_role("button", name="Tallenna").click()
    expect(desk.locator("main")).to_contain_text("Tiivistelmä: puuttuu")
    assert_sound(desk)
    desk.get_by_label("Lisää vaihe").select_option("hearing")
    desk.get_by_role("button", name="Jatka").click()
    assert_sound(desk)
    desk.fill("[name=title_0]", "Kuuleminen")
    desk.fill("[name=opens_at]", "2026-12-01T09:00")
    desk.fill("[name=closes_at]", "2026-11-01T09:00")
    expect_status(desk, 422)
    desk.get_by_role("button", name="Tallenna").click()
    expect(desk.locator("[data-error-summary]")).to_contain_text("päättyy")
    desk.fill("[name=closes_at]", "2026-12-31T09:00")
    desk.get_by_role("button", name="Tallenna").click()
    expect(desk).to_have_url(re.compile("kirjaston-pihan-uusi-ilme/$"))
    assert_sound(desk)
    section = hearing.process.sections.get()
    desk.goto(f"/fi/work/participation/joki/sections/{section.pk}/beside/")
    assert_sound(desk)
