"""The front page, the strategy and the legal pages in the browser: sound in three languages, on a phone and on a desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.programme import demo as programme_demo
from tests.journeys.browser import assert_sound, expect_status, in_every_language

AREA = "open-participation-and-customership"


@pytest.fixture(autouse=True)
def six(transactional_db: None) -> None:
    """The cities and their strategy."""
    cities_demo.load_cities()
    programme_demo.load()


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Reach a thing with the Tab key alone."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} can't be reached by Tab")


PAGES = (
    "",
    "strategy/",
    f"strategy/{AREA}/",
    "accessibility/",
    "privacy/",
    "status/",
    "search/?q=data",
    "search/?q=zzzqqq",
)


@in_every_language
def test_public_pages_are_sound(page: Page, language: str) -> None:
    for path in PAGES:
        page.goto(f"/{language}/{path}")
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page)


def test_public_pages_are_sound_in_the_dark(desk: Page) -> None:
    desk.emulate_media(color_scheme="dark")
    for path in PAGES:
        desk.goto(f"/fi/{path}")
        assert_sound(desk)


def test_the_problems_page_shows_the_kind_of_its_address(page: Page) -> None:
    page.goto("/problems?lang=en#too-many-requests")
    expect(page.locator("#too-many-requests")).to_be_in_viewport()
    assert_sound(page)


@in_every_language
def test_an_address_without_a_page_leads_out(page: Page, language: str) -> None:
    expect_status(page, 404)
    page.goto(f"/{language}/nothing-here/")
    assert_sound(page)
    page.locator(f"main a[href='/{language}/']").click()
    expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith(f"/{language}/")


def test_the_map_chooses_a_city_by_keyboard_and_the_pages_wear_its_colour(desk: Page) -> None:
    desk.goto("/fi/")
    before = desk.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')")
    tab_to(desk, '.country a[href*="city=oulu"]')
    desk.keyboard.press("Enter")
    expect(desk.locator(".country-chosen text")).to_have_text("Oulu")
    assert desk.url.endswith("/fi/")
    desk.wait_for_function(
        "before => getComputedStyle(document.documentElement).getPropertyValue('--brand') !== before", arg=before
    )
    assert_sound(desk)
    desk.goto("/sv/strategy/")
    expect(desk.locator(".site-head .of")).to_have_text("Uleåborg")
    assert_sound(desk)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_city_s_colours_can_be_read(desk: Page, scheme: str) -> None:
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for city in ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu"):
        desk.goto(f"/city/?city={city}&next=/fi/")
        assert_sound(desk)


def test_from_the_door_to_who_answers_in_helsinki_by_keyboard_alone(desk: Page) -> None:
    desk.goto("/en/")
    tab_to(desk, '.door[href$="/strategy/"]')
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_contain_text("Open and Smart Services")
    tab_to(desk, f'.door[href$="{AREA}/"]')
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("Open participation and customership")
    expect(desk.locator(".city-parts")).to_contain_text("Helsinki City Executive Office")
    expect(desk.locator(".city-part-silent")).to_have_count(5)


def test_the_first_tab_skips_to_the_content_on_the_front_page(page: Page) -> None:
    page.goto("/fi/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_one_question_finds_the_strategy(page: Page) -> None:
    page.goto("/fi/")
    page.locator("main input[type=search]").fill("innovaatioalustat")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Avoimet innovaatioalustat", exact=True).click()
    expect(page.locator("h1")).to_have_text("Avoimet innovaatioalustat")


def test_the_language_switch_keeps_the_page(desk: Page) -> None:
    desk.goto(f"/fi/strategy/{AREA}/")
    desk.locator(".languages a[hreflang=sv]").click()
    expect(desk.locator("h1")).to_have_text("Öppen delaktighet och klientskap")
    assert desk.url.endswith(f"/sv/strategy/{AREA}/")


def test_the_front_page_and_the_strategy_need_no_script(no_script: Page) -> None:
    no_script.goto("/fi/")
    expect(no_script.locator(".country-shape")).to_have_count(6)
    no_script.goto("/fi/strategy/")
    expect(no_script.locator(".money-bar rect")).to_have_count(4)
    expect(no_script.locator("#funding")).to_contain_text(re.compile("78.000.000.€"))


def test_names_on_the_map_do_not_lie_on_each_other(page: Page) -> None:
    page.goto("/sv/")
    boxes = [text.bounding_box() for text in page.locator(".country text").all()]
    assert len(boxes) == 6
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] * 0.8 <= other["y"]
                or other["y"] + other["height"] * 0.8 <= one["y"]
            )
            assert apart, f"{one} and {other}"
