"""A matter in the browser: reported without scripts, answered, handed over, answered back, settled, rated."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact import demo as contact_demo
from kuutio.contact.actions import handing, working
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.links import path_of
from kuutio.contact.models import Case
from tests.contact.pictures import jpeg
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in


@pytest.fixture(autouse=True)
def six(transactional_db: None, settings) -> None:
    """The cities with their units and rules."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())
    contact_demo._bodies()
    settings.EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"
    settings.UNDO_SEND_S = 0  # no worker runs beside a journey: an answer leaves at once


def agent(city: str):
    """An agent of a city."""
    person = PersonFactory(name=f"Palvelija {city}", language="fi")
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug=city), role="agent")
    return person


def report(page: Page, *, city: str = "helsinki", language: str = "fi", photo: bool = True) -> Case:
    """Walk the four steps; gives the case that came of them."""
    page.goto(f"/{language}/report/")
    page.locator("button[value=pothole]").click()
    page.select_option("[name=city]", city)
    page.fill("[name=address]", "Mannerheimintie 5")
    page.locator("main form button").last.click()
    page.fill("[name=text]", "Iso kuoppa suojatien edessä.")
    page.locator("label[for=id_q-danger_0]").click()
    if photo:
        page.set_input_files("[name=photo]", {"name": "kuoppa.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
        page.fill("[name=photo_text]", "Kuoppa")
    page.locator("main form button.hds-button--primary").click()
    page.fill("[name=email]", "aino@example.org")
    page.locator("main form button.hds-button--primary").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"KU-\w{4}-\w{4}"))
    return Case.objects.latest("pk")


@in_every_language
def test_the_steps_of_reporting_are_sound(page: Page, language: str) -> None:
    expect_status(page, 422)
    page.goto(f"/{language}/report/?q=katuvalo")
    assert_sound(page)
    page.locator("button[value=pothole]").first.click()
    page.locator("main form button.hds-button--primary").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_sound(page)
    page.select_option("[name=city]", "turku")
    page.fill("[name=address]", "Aurakatu 1")
    page.locator("main form button.hds-button--primary").click()
    assert_sound(page)
    page.fill("[name=text]", "Kuoppa.")
    page.locator("label[for=id_q-danger_0]").click()
    page.locator("main form button.hds-button--primary").click()
    assert_sound(page)
    page.locator("label[for=id_preference_4]").click()
    page.locator("main form button.hds-button--primary").click()
    assert_sound(page)
    page.goto(f"/{language}/cases/")
    assert_sound(page)


def test_without_scripts_a_resident_reports_with_a_photo_and_answers(no_script: Page) -> None:
    case = report(no_script)
    assert case.responsible.slug == "helsinki"
    assert case.messages.get().attachments.count() == 1
    expect(no_script.locator(".thread img")).to_have_attribute("alt", "Kuoppa")
    no_script.fill("[name=text]", "Se on kasvanut.")
    no_script.locator("main form button").last.click()
    expect(no_script.locator(".thread")).to_contain_text("Se on kasvanut.")
    assert case.messages.count() == 2


def test_sending_again_shows_the_same_case(phone: Page) -> None:
    case = report(phone, photo=False)
    phone.go_back()
    phone.fill("[name=email]", "aino@example.org")
    phone.locator("main form button.hds-button--primary").click()
    expect(phone.locator("main")).to_contain_text(case.number)
    assert Case.objects.count() == 1


def test_a_case_goes_from_helsinki_to_vantaa_and_is_rated(desk: Page) -> None:
    case = report(desk)
    sign_in(desk, agent("helsinki"))
    desk.goto("/fi/work/cases/")
    desk.locator("tbody th a").click()
    desk.get_by_role("button", name="Ota käsittelyyn").click()
    desk.locator("#answer ~ form [name=text]").fill("Paikka on Vantaan puolella, siirrämme asian.")
    desk.get_by_role("button", name="Lähetä vastaus").click()
    desk.get_by_text("Siirrä toiseen kaupunkiin").click()
    desk.select_option("[name=to]", "vantaa")
    desk.locator("details [name=reason]").fill("Kuoppa on rajan takana.")
    desk.get_by_role("button", name="Tarjoa asiaa").click()
    expect(desk.locator("main")).to_contain_text("vastaanottaja")

    sign_in(desk, agent("vantaa"))
    desk.goto("/fi/work/cases/?view=offered")
    desk.locator("tbody th a").click()
    expect(desk.get_by_role("button", name="Lähetä vastaus")).to_have_count(0)
    desk.get_by_role("button", name="Ota asia vastaan").click()
    desk.locator("#answer ~ form [name=text]").fill("Kuoppa on paikattu.")
    desk.select_option("[name=then]", "resolved")
    desk.get_by_role("button", name="Lähetä vastaus").click()
    case.refresh_from_db()
    assert (case.responsible.slug, case.state) == ("vantaa", "resolved")

    desk.context.clear_cookies()
    desk.goto(path_of(case, "fi"))
    expect(desk.locator(".thread")).to_contain_text("Kuoppa on paikattu.")
    desk.locator("label[for=id_stars_1]").click()
    desk.get_by_role("button", name="Lähetä arvio").click()
    expect(desk.locator("main")).to_contain_text("4/5")
    assert case.rating.organisation.slug == "vantaa"


@in_every_language
def test_the_screens_of_a_case_are_sound(page: Page, language: str) -> None:
    expect_status(page, 422)
    helsinki, vantaa = agent("helsinki"), agent("vantaa")
    case = report(page, photo=False)
    now = timezone.now()
    working.note_case(case, text="Tarkista sopimus.", by=helsinki, at=now)
    working.answer_case(case, text="Katsomme.", by=helsinki, at=now)
    page.goto(path_of(case, language))
    assert_sound(page)
    sign_in(page, helsinki)
    for path in ("work/", "work/cases/", "work/cases/?view=mine", "work/cases/new/", f"work/cases/{case.number}/"):
        page.goto(f"/{language}/{path}")
        assert_sound(page)
    page.locator("#answer ~ form button").click()
    assert_sound(page)
    vantaa_city = Organisation.objects.get(slug="vantaa")
    offer = handing.offer_case(case, to=vantaa_city, reason="Rajan takana.", by=helsinki, at=now)
    sign_in(page, vantaa)
    page.goto(f"/{language}/work/cases/{case.number}/")
    assert_sound(page)
    handing.accept_case(offer, by=vantaa, at=now + timedelta(minutes=1))
    sign_in(page, helsinki)
    page.goto(f"/{language}/work/cases/{case.number}/")
    assert_sound(page)
    sign_in(page, PersonFactory())
    page.goto(f"/{language}/me/")
    assert_sound(page)
