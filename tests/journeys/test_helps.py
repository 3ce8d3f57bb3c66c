"""Templates and articles in the browser: read by everybody, put into an answer with and without scripts, written."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact import demo as contact_demo
from kuutio.contact.catalogue import load_catalogue
from tests.contact.making import case as made
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, sign_in

INSERTED = re.compile(r"^Hej!\n\nVi plogar först")


@pytest.fixture(autouse=True)
def six(transactional_db: None) -> None:
    """The cities with their units and rules, templates and articles."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())
    contact_demo._helps(timezone.now())


def person(role: str, organisation: Organisation):
    """Somebody with a role."""
    made = PersonFactory(language="fi")
    Role.objects.create(person=made, organisation=organisation, role=role)
    return made


def test_a_template_goes_into_the_answer_at_the_cursor_and_without_scripts_at_its_end(
    desk: Page, no_script: Page, phone: Page
) -> None:
    case = made("Katu on auraamatta", category="snow-and-ice", language="sv", at=timezone.now())
    helsinki = Organisation.objects.get(slug="helsinki")
    for browser in (desk, no_script):
        sign_in(browser, person("agent", helsinki))
        browser.goto(f"/fi/work/cases/{case.number}/")
        browser.fill("#answer-form [name=text]", "Hej!")
        browser.locator("#helps button[value=ploughing-order]").click()
        text = browser.locator("#answer-form [name=text]")
        expect(text).to_have_value(INSERTED)
    desk.fill("#help_q", "lampa")
    desk.locator("#helps form button").click()
    expect(desk.locator("#helps")).to_contain_text("Gatlyktan lyser inte")
    expect(desk.locator("#answer-form [name=text]")).to_have_value(INSERTED)
    assert_sound(desk)
    desk.goto("/fi/")  # the case's page asks who else is there: as somebody else, it would ask in vain
    sign_in(desk, person("office", Organisation.objects.get(slug="strategy-office")))
    work = {"fi": "work/helps/?kind=article", "sv": "work/helps/new/", "en": "work/helps/mended/"}
    for language, browser in (("fi", phone), ("sv", desk)):
        for path in ("help/", "help/snow-clearing/?city=helsinki", "help/day-care-across-cities/", "report/?q=lumi"):
            browser.goto(f"/{language}/{path}")
            assert_sound(browser)
    for language, path in work.items():
        desk.goto(f"/{language}/{path}")
        assert_sound(desk)
