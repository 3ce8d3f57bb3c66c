"""The service directory on a phone: found near by, in three languages, a time booked and cancelled."""

import re

import pytest
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.contact import demo as contact_demo
from kuutio.contact import demo_directory
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Appointment
from tests.journeys.browser import assert_sound


@pytest.fixture(autouse=True)
def six(transactional_db: None, settings) -> None:
    """The demonstration's directory."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())
    demo_directory.load()
    settings.EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"


def test_a_place_is_found_and_a_time_booked_and_cancelled(phone: Page) -> None:
    phone.goto("/fi/services/")
    assert_sound(phone)
    phone.fill("[name=near]", "Esimerkkikatu 1")
    phone.select_option("[name=city]", "helsinki")
    phone.locator(".directory-form button.hds-button--primary").click()
    expect(phone.locator("#list li").first).to_contain_text("Esimerkkikirjasto, Helsinki")
    assert_sound(phone)
    phone.goto("/sv/services/adult-education/?home=235")
    expect(phone.locator("main")).to_contain_text("Du kan använda den")
    assert_sound(phone)
    phone.goto("/en/units/helsinki-advice/")
    expect(phone.locator(".hours tr")).to_have_count(8)
    assert_sound(phone)
    phone.locator("a[href*='/book/helsinki-advice/']").click()
    assert_sound(phone)
    phone.locator(".slots a").first.click()
    phone.fill("[name=email]", "aino@example.org")
    assert_sound(phone)
    phone.locator("main form button.hds-button--primary").click()
    expect(phone).to_have_url(re.compile("booked=1"))
    assert_sound(phone)
    phone.locator("form[action*=cancel] button").click()
    expect(phone.locator("main")).to_contain_text("This appointment is cancelled")
    assert Appointment.objects.get().cancelled_at is not None
