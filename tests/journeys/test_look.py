"""The gallery and the frame of every page, as people and their machines meet them."""

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.journeys.browser import assert_sound, expect_status

pytestmark = pytest.mark.urls("tests.journeys.urls")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("form", ["", "?errors"])
def test_every_component_is_sound(page: Page, scheme: str, form: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"/ui/{form}")
    expect(page.locator("kuutio-chart[data-ready]")).to_have_count(4)
    expect(page.locator("kuutio-map[data-ready]")).to_have_count(1)
    assert_sound(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_error_pages_are_sound_and_lead_out(page: Page, language: str) -> None:
    for status in (400, 403, 404, 429, 500):
        expect_status(page, status)
        page.goto(f"/ui/errors/{status}/?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page)
        expect(page.locator(f"main a[href='/{language}/']")).to_be_visible()


def test_errors_of_a_form_are_listed_first_and_lead_to_their_fields(desk: Page) -> None:
    desk.goto("/ui/?errors")
    summary = desk.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(desk.locator("#id_name")).to_be_focused()


def test_the_menu_of_a_phone_opens_by_keyboard_and_closes_with_escape(phone: Page) -> None:
    phone.goto("/ui/")
    opener = phone.locator(".menu-button")
    panel = phone.locator("#site-panel")
    expect(panel).to_be_hidden()
    opener.focus()
    phone.keyboard.press("Enter")
    expect(panel).to_be_visible()
    phone.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_menu_of_a_phone_opens_without_script(no_script: Page) -> None:
    no_script.goto("/ui/")
    no_script.locator(".menu-button").click()
    expect(no_script.locator("#site-panel .languages")).to_be_visible()
    expect(no_script.locator("kuutio-map .widget-fallback")).to_be_visible()


def test_the_first_tab_skips_to_the_content(desk: Page) -> None:
    desk.goto("/ui/")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()


def test_a_link_to_the_page_is_copied_and_said(desk: Page) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto("/ui/?lang=en")
    desk.locator(".share").click()
    expect(desk.locator("#announcements")).to_have_text("Link copied")
    assert desk.evaluate("navigator.clipboard.readText()").endswith("/ui/?lang=en")


def test_a_dialog_keeps_the_focus_and_gives_it_back(desk: Page) -> None:
    desk.goto("/ui/")
    opener = desk.locator("[data-opens=sample-dialog]")
    opener.click()
    dialog = desk.locator("#sample-dialog")
    expect(dialog).to_be_visible()
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_sorting_a_live_table_keeps_the_focus_on_its_heading(desk: Page) -> None:
    desk.goto("/ui/")
    desk.evaluate("window.stayed = true")
    desk.locator("#s-n").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/ui/?sort=-n")
    expect(desk.locator("#s-n")).to_be_focused()
    assert desk.evaluate("window.stayed")


def test_a_map_follows_from_light_to_dark(desk: Page) -> None:
    desk.goto("/ui/")
    expect(desk.locator("kuutio-map[data-ready]")).to_have_count(1)
    colour = "document.querySelector('kuutio-map').map.getPaintProperty('water', 'background-color')"
    light = desk.evaluate(colour)
    desk.emulate_media(color_scheme="dark")
    map_ = "document.querySelector('kuutio-map').map"
    desk.wait_for_function(f"() => {map_}.getLayer('water') && {colour} !== '{light}'")


def test_in_forced_colours_and_on_paper_the_page_is_still_there(desk: Page) -> None:
    desk.emulate_media(forced_colors="active")
    desk.goto("/ui/")
    assert_sound(desk)
    desk.emulate_media(media="print", forced_colors="none")
    expect(desk.locator("h1")).to_be_visible()
    expect(desk.locator(".site-foot")).to_be_hidden()


@override_settings(DEMO=True)
def test_choosing_a_city_is_remembered_and_forgotten(no_script: Page) -> None:
    from tests.factories import CityFactory

    city = CityFactory()
    no_script.goto("/ui/?lang=en")
    no_script.locator(".menu-button").click()
    no_script.locator(".head-pick summary").click()
    no_script.get_by_role("link", name=city.name["fi"], exact=True).click()
    assert no_script.url.endswith("/ui/?lang=en")
    expect(no_script.locator(".brand .of")).to_have_text(city.name["fi"])


def test_nothing_moves_for_who_asks_for_less_motion(page: Page) -> None:
    """Else what a style changes would be drawn, and measured, once as it was before."""
    page.goto("/fi/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
            const style = getComputedStyle(one)
            return style.transitionDuration !== "0s" || style.animationName !== "none"
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert not moving, "\n".join(moving)
