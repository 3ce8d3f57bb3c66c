"""A matter in the browser: an Espoo resident's, of Helsinki, handed over to Vantaa, answered by mail, closed and rated."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact import demo as contact_demo
from kuutio.contact import mailboxes
from kuutio.contact.actions import handing, working
from kuutio.contact.actions.figuring import work_out_statistics
from kuutio.contact.actions.passing_time import close_settled
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.files import bytes_of
from kuutio.contact.links import path_of
from kuutio.contact.models import Attachment, Case, Draft
from tests.contact.mails import come, written
from tests.contact.making import bring
from tests.contact.pictures import jpeg
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in
from tests.journeys.hands import Keyboard, Pointer

HELSINKI = (24.9414, 60.1708)
GO_ON = "main form button.hds-button--primary"


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


def looked_at(page: Page, *, scripts: bool) -> None:
    """What every page keeps; axe itself is a script."""
    if scripts:
        assert_sound(page)


def report(hand: Pointer, language: str, *, photo: bytes | None = None, scripts: bool = True) -> Case:
    """Walk the four steps, by an address in Helsinki; a photo's position is accepted. Gives the case that came of them."""
    page = hand.page
    page.goto(f"/{language}/report/")
    looked_at(page, scripts=scripts and photo is not None)
    hand.press("button[value=pothole]")
    page.wait_for_url("**/where/")
    hand.select("[name=city]", "helsinki")
    hand.write("[name=address]", "Mannerheimintie 5")
    looked_at(page, scripts=scripts and photo is not None)
    hand.press(GO_ON)
    page.wait_for_url("**/details/")
    hand.write("[name=text]", "Iso kuoppa suojatien edessä.")
    hand.choose("#id_q-danger_0")
    if photo is not None:
        hand.attach("[name=photo]", "kuoppa.jpg", photo)
        hand.write("[name=photo_text]", "Kuoppa")
        looked_at(page, scripts=scripts)
    hand.press(GO_ON)
    page.wait_for_url("**/send/")
    if photo is not None:
        looked_at(page, scripts=scripts)
        hand.press("button[name=photo_place][value=use]")
        expect(page.locator("button[name=photo_place]")).to_have_count(0, timeout=30_000)
        expect(page.locator("main")).to_contain_text("60.17080")
    hand.write("[name=email]", "aino@example.org")
    hand.press(GO_ON)
    page.wait_for_url("**/cases/**")
    expect(page.locator("main")).to_contain_text(re.compile(r"KU-\w{4}-\w{4}"))
    looked_at(page, scripts=scripts and photo is not None)
    return Case.objects.latest("pk")


def answered_and_handed_over(desk: Page, case: Case) -> None:
    """Helsinki answers and offers the case on its own screens, Vantaa accepts it on its own."""
    sign_in(desk, agent("helsinki"))
    desk.goto("/fi/work/cases/")
    desk.locator("tbody th a").click()
    desk.get_by_role("button", name="Ota käsittelyyn").click()
    desk.locator("#answer ~ form [name=text]").fill("Paikka on Vantaan puolella, siirrämme asian.")
    desk.get_by_role("button", name="Lähetä vastaus").click()
    desk.get_by_text("Siirrä toiseen kaupunkiin").click()
    desk.select_option("[name=to]", "vantaa")
    desk.locator("#hand [name=reason]").fill("Kuoppa on rajan takana.")
    desk.get_by_role("button", name="Tarjoa asiaa").click()
    expect(desk.locator("main")).to_contain_text("vastaanottaja")
    sign_in(desk, agent("vantaa"))
    desk.goto("/fi/work/cases/?view=offered")
    desk.locator("tbody th a").click()
    expect(desk.get_by_role("button", name="Lähetä vastaus")).to_have_count(0)
    desk.get_by_role("button", name="Ota asia vastaan").click()
    expect(desk.get_by_role("button", name="Lähetä vastaus")).to_have_count(1)


def handed_over(case: Case) -> None:
    """The same by the verbs behind those screens."""
    helsinki, vantaa, now = agent("helsinki"), agent("vantaa"), timezone.now()
    working.answer_case(case, text="Paikka on Vantaan puolella, siirrämme asian.", by=helsinki, at=now)
    to = Organisation.objects.get(slug="vantaa")
    handing.accept_case(handing.offer_case(case, to=to, reason="Rajan takana.", by=helsinki, at=now), by=vantaa, at=now)


def to_the_end(hand: Pointer, case: Case, language: str, *, scripts: bool = True) -> None:
    """The resident replies by mail, Vantaa settles the case, time closes it, the resident reads, rates and looks at their data."""
    page = hand.page
    contact = case.participants.get().contact
    reply = mailboxes.reply_address(case, contact)
    come(written("Se on yhä siinä.", to=reply, sender="aino@example.org"), to=reply, at=timezone.now())
    case.refresh_from_db()
    vantaa = Organisation.objects.get(slug="vantaa")
    assert (case.responsible, case.messages.filter(direction="in").count()) == (vantaa, 2)
    officer = vantaa.roles.get(role="agent").person
    working.answer_case(case, text="Kuoppa on paikattu.", by=officer, at=timezone.now(), then="resolved")
    page.goto(path_of(case, language))
    expect(page.locator(".thread")).to_contain_text("Se on yhä siinä.")
    expect(page.locator(".thread")).to_contain_text("Kuoppa on paikattu.")
    expect(page.locator(".thread img")).to_have_attribute("alt", "Kuoppa")
    looked_at(page, scripts=scripts)
    assert close_settled(timezone.now() + timedelta(days=15)) == 1
    page.reload()
    hand.choose("#id_stars_1")
    hand.press("form[action$='/rate/'] button")
    expect(page.locator("main")).to_contain_text("4")
    case.refresh_from_db()
    assert (case.state, case.rating.stars, case.rating.organisation) == ("closed", 4, vantaa)
    page.goto(f"{path_of(case, language)}erase/")
    looked_at(page, scripts=scripts)


def is_as_it_should(case: Case) -> None:
    """The case has the place of its photo, which no longer holds it."""
    case.refresh_from_db()
    assert (case.responsible.slug, case.place_source) == ("helsinki", "photo")
    assert (round(case.lon or 0, 4), round(case.lat or 0, 4)) == HELSINKI
    data = bytes_of(Attachment.objects.get().path)
    assert b"Exif" not in data
    assert b"camera" not in data


def test_by_keys_alone_in_finnish_and_on_the_officers_screens(phone: Page, desk: Page) -> None:
    hand = Keyboard(phone)
    case = report(hand, "fi", photo=jpeg(at=HELSINKI))
    is_as_it_should(case)
    answered_and_handed_over(desk, case)
    to_the_end(hand, case, "fi")


def test_by_finger_in_swedish(phone: Page) -> None:
    hand = Pointer(phone)
    case = report(hand, "sv", photo=jpeg(at=HELSINKI))
    is_as_it_should(case)
    handed_over(case)
    to_the_end(hand, case, "sv")


def test_without_scripts_in_english(no_script: Page) -> None:
    hand = Pointer(no_script)
    case = report(hand, "en", photo=jpeg(at=HELSINKI), scripts=False)
    is_as_it_should(case)
    no_script.fill("#reply ~ form [name=text]", "It has grown.")
    no_script.locator("#reply ~ form button").click()
    expect(no_script.locator(".thread")).to_contain_text("It has grown.")
    case.messages.filter(text="It has grown.").delete()
    handed_over(case)
    to_the_end(hand, case, "en", scripts=False)
    no_script.goto("/en/report/")
    no_script.locator("button[value=pothole]").click()
    no_script.select_option("[name=city]", "espoo")
    no_script.locator("button[name=look]").click()
    no_script.locator("label[for=unit_espoo-parks]").click()
    no_script.locator(GO_ON).last.click()
    no_script.wait_for_url("**/details/")
    assert Draft.objects.latest("pk").fields["source"] == "unit"


def test_position_pin_and_a_case_near_by(phone: Page) -> None:
    case = report(Pointer(phone), "fi")
    Case.objects.filter(pk=case.pk).update(lon=HELSINKI[0], lat=HELSINKI[1])
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": HELSINKI[0], "latitude": HELSINKI[1]})
    phone.goto("/en/report/")
    phone.locator("button[value=pothole]").click()
    phone.get_by_role("button", name="Use my position").click()
    status = phone.locator("[data-place-status]")
    # The first place that a process is asked about has it read all the borders.
    expect(status).to_have_text("The place: Helsinki, 60.17080, 24.94140", timeout=30_000)
    expect(phone.locator("[name=city]")).to_have_value("helsinki")
    expect(phone.locator("[data-place-list] input")).not_to_have_count(0)
    phone.locator("[data-place-map] summary").click()
    phone.locator("[data-pin][data-ready]").wait_for(timeout=60_000)
    phone.locator(".pin").focus()
    phone.keyboard.press("Shift+ArrowRight")
    expect(status).to_have_text(re.compile(r"Helsinki, 60\.17080, 24\.9414[1-9]"))
    assert phone.locator("[name=source]").input_value() == "map"
    assert_sound(phone)
    phone.locator(GO_ON).last.click()
    expect(phone.locator(".near-cases")).to_contain_text(case.number)
    assert_sound(phone)
    phone.locator(".near-cases [name=email]").fill("bo@example.org")
    phone.get_by_role("button", name="Me too").click()
    expect(phone.locator("h1")).to_have_text("Check your e-mail")
    assert_sound(phone)


def test_going_back_after_sending_shows_the_case(phone: Page) -> None:
    case = report(Pointer(phone), "fi")
    phone.go_back()
    expect(phone.locator("main")).to_contain_text(case.number)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("page", "language"), [("phone", "en"), ("desk", "fi")], indirect=["page"])
def test_the_steps_of_reporting_are_sound_with_their_errors(page: Page, language: str) -> None:
    expect_status(page, 422)
    page.goto(f"/{language}/report/?q=katuvalo")
    assert_sound(page)
    page.locator("button[value=pothole]").first.click()
    page.wait_for_url("**/where/")
    page.locator(GO_ON).last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_sound(page)
    page.select_option("[name=city]", "turku")
    page.fill("[name=address]", "Aurakatu 1")
    page.locator(GO_ON).last.click()
    page.wait_for_url("**/details/")
    page.fill("[name=text]", "Kuoppa.")
    page.locator("label[for=id_q-danger_0]").click()
    page.locator(GO_ON).last.click()
    page.wait_for_url("**/send/")
    page.locator("label[for=id_preference_1]").click()
    page.locator(GO_ON).last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_sound(page)
    page.goto(f"/{language}/cases/")
    assert_sound(page)


@in_every_language
def test_the_screens_of_a_case_are_sound(page: Page, language: str) -> None:
    expect_status(page, 422)
    helsinki, vantaa = agent("helsinki"), agent("vantaa")
    case = report(Pointer(page), language)
    now = timezone.now()
    _past_month(helsinki, now)
    working.note_case(case, text="Tarkista sopimus.", by=helsinki, at=now)
    working.answer_case(case, text="Katsomme.", by=helsinki, at=now)
    sign_in(page, helsinki)
    for path in ("work/", "work/cases/", "work/cases/?view=mine", "work/cases/new/", f"work/cases/{case.number}/"):
        page.goto(f"/{language}/{path}")
        assert_sound(page)
    page.locator("#answer ~ form button").click()
    assert_sound(page)
    page.goto(f"/{language}/work/cases/{case.number}/public/")
    page.fill("[name=text]", "Kuoppa, josta kertoi aino@example.org.")
    page.locator("button[value=publish]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_sound(page)
    page.fill("[name=text]", "Kuoppa paikataan.")
    page.locator("button[value=preview]").click()
    assert_sound(page)
    for path in ("service/statistics/", "service/statistics/helsinki/"):
        page.goto(f"/{language}/{path}")
        expect(page.locator("main table")).not_to_have_count(0)
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


def _past_month(helsinki, now) -> None:
    """Cases enough for a month's figures of Helsinki to be public."""
    for _number in range(6):
        opened = now - timedelta(days=40)
        case = bring(at=opened).case
        working.answer_case(case, text="Paikattu.", by=helsinki, at=opened + timedelta(hours=3), then="resolved")
    work_out_statistics(now)
