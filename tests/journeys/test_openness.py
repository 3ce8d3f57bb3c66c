"""What the mayor shows: the promises and where the money went; and writing to a spearhead's contact, by keyboard."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Case
from kuutio.programme import demo, demo_projects
from kuutio.programme.actions.measuring import measure_all
from tests.journeys.browser import assert_sound
from tests.journeys.hands import Keyboard
from tests.programme.openness.conftest import bring_in_the_list


@pytest.fixture
def strategy() -> None:
    """The strategy with its money and its promises' figures."""
    cities_demo.load_cities()
    load_catalogue()
    demo.load()
    bring_in_the_list()
    demo_projects.load()
    measure_all(at=timezone.now())


def test_a_councillor_follows_a_promise_to_its_rows_and_the_money_to_a_city(
    strategy: None, phone: Page, desk: Page
) -> None:
    keys = Keyboard(phone)
    phone.goto("/fi/promises/")
    assert_sound(phone)
    keys.press(".tally-counts a:has-text('Osittain')")
    expect(phone.locator(".promise-partly").first).to_be_visible()
    expect(phone.locator(".promise-not-yet")).to_have_count(0)
    keys.press("#joint summary")
    expect(phone.locator("#joint code", has_text="./kuutio programme promises programme-alone")).to_be_visible()
    assert_sound(phone)
    keys.press("#funding a:has-text('Sivu')")
    expect(phone.locator("h1")).to_contain_text("Mihin raha")
    expect(phone.locator(".flow-stacks")).to_be_visible()
    expect(phone.locator(".flow-drawing")).to_be_hidden()
    assert_sound(phone)

    desk.goto("/sv/strategy/money/")
    expect(desk.locator(".flow-drawing")).to_be_visible()
    expect(desk.locator(".flow-stacks")).to_be_hidden()
    assert_sound(desk)
    desk.get_by_role("link", name="projekt", exact=True).click()
    expect(desk.locator("kuutio-map[data-ready]")).to_be_visible(timeout=15_000)
    assert_sound(desk)
    desk.get_by_role("link", name="De sex städernas öppna data").first.click()
    assert_sound(desk)
    expect(desk.locator("main")).to_contain_text("Förlängt: första slutdagen var 30.6.2017.")

    keys = Keyboard(desk)
    desk.goto("/en/strategy/open-data-and-interfaces/")
    keys.press("a:has-text('Get in touch')")
    assert_sound(desk)
    keys.press("main button:has-text('Write a message')")
    expect(desk.locator("main")).to_contain_text("Development manager")
    keys.write("#id_text", "Where is the interface described?")
    keys.press("main button:has-text('Go on')")
    desk.locator("label", has_text="I follow the case with its link").click()
    keys.press("main button:has-text('Send')")
    expect(desk).to_have_url(re.compile(r"/en/cases/"))
    assert Case.objects.get().unit.slug == "helsinki-open-data-and-interfaces"
