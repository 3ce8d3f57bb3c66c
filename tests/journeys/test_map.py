"""A map with data on it, in a real browser."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browser import assert_sound

pytestmark = pytest.mark.urls("tests.journeys.urls")

PLACES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [24.94, 60.17]},
            "properties": {"_id": "a/1", "name": "<b>Kaisaniemi</b>", "swings": 4, "page": "javascript:alert(1)"},
        }
    ],
}


def show(page: Page, status: int = 200, **data: str) -> None:
    """The gallery with one more map, of what `/places.json` gives."""

    def answer(route: Route) -> None:
        route.fulfill(status=status, content_type="application/geo+json", body=json.dumps(PLACES))

    page.route("**/places.json", answer)
    page.goto("/ui/")
    page.evaluate(
        """(data) => {
            const old = document.querySelector("kuutio-map");
            const map = document.createElement("kuutio-map");
            Object.assign(map.dataset, old.dataset, { src: "/places.json", bounds: "24.9,60.15,24.98,60.19" }, data);
            map.id = "places";
            old.parentElement.replaceChildren(map);
        }""",
        data,
    )


def test_the_place_in_the_middle_opens_by_keyboard_as_text(desk: Page) -> None:
    show(desk, href="page")
    expect(desk.locator("#places[data-ready]")).to_have_count(1)
    desk.wait_for_function("() => document.querySelector('#places').map.loaded()")
    desk.locator("#places canvas").focus()
    desk.keyboard.press("Enter")
    popup = desk.locator(".maplibregl-popup-content")
    expect(popup).to_contain_text("<b>Kaisaniemi</b>")
    expect(popup).to_contain_text("swings")
    expect(popup.locator("a")).to_have_count(0)  # an address that is no page is no link
    assert_sound(desk)


def test_a_tile_says_a_part_and_the_popup_all_of_it(desk: Page) -> None:
    whole = {"name": "Kaisaniemi", "kuvaus": "Puiston reunassa. " * 40, **{f"sarake {n}": n for n in range(12)}}
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=404)
        else:
            route.fulfill(content_type="application/geo+json", body=json.dumps({"id": "a/1", "properties": whole}))

    desk.watched.expected.add(404)  # type: ignore[attr-defined]
    desk.route("**/items/**", answer)
    show(desk, items="/items")
    desk.wait_for_function("() => document.querySelector('#places')?.map?.loaded()")
    popup = desk.locator(".maplibregl-popup-content")
    for facts in ("swings", "sarake 11"):  # at first the item can't be had
        desk.locator("#places canvas").focus()
        desk.keyboard.press("Enter")
        expect(popup.last).to_contain_text(facts)
        expect(popup.last).not_to_contain_text("_id")
    assert [address.rpartition("/items/")[2] for address in asked] == ["a%2F1", "a%2F1"]
    desk.keyboard.press("Shift+Tab")
    expect(popup.last.locator("dl")).to_be_focused()  # what is long can be scrolled by keyboard
    desk.wait_for_function("() => !document.querySelector('#places').map.isMoving()")
    frame, box = desk.locator("#places").bounding_box(), popup.last.bounding_box()
    assert frame["y"] <= box["y"]  # it grew, and the map moved so that all of it is there
    assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert_sound(desk)


def test_places_that_cannot_be_had_are_said_in_words(desk: Page) -> None:
    desk.watched.expected.add(503)  # type: ignore[attr-defined]
    show(desk, status=503)
    expect(desk.locator("#places .widget-fallback")).to_be_visible()
    desk.watched.troubles = [text for text in desk.watched.troubles if "/places.json: 503" not in text]  # type: ignore[attr-defined]


def test_data_is_drawn_over_the_borders_in_the_order_of_the_cities_colours(desk: Page) -> None:
    show(desk, color="swings", order="4,5")
    expect(desk.locator("#places[data-ready]")).to_have_count(1)
    paint = desk.evaluate("document.querySelector('#places').map.getPaintProperty('data-point', 'circle-color')")
    assert paint[0] == "match"
    assert paint[2:4] == ["4", desk.evaluate("getComputedStyle(document.body).getPropertyValue('--chart-1').trim()")]
