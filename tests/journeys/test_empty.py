"""An installation that nobody has filled yet."""

from playwright.sync_api import Page, expect

from tests.journeys.browser import assert_sound


def test_an_empty_kuutio_says_what_is_missing(page: Page) -> None:
    for path, words in (
        ("", "Yksikään kaupunki ei ole vielä muuttanut taloon"),
        ("strategy/", "Täällä ei ole vielä strategiaa"),
    ):
        page.goto(f"/fi/{path}")
        expect(page.locator("main")).to_contain_text(words)
        assert_sound(page)
