"""Chat, desk and letters in the browser: both ends of a talk, a case opened with its resident, what is read aloud and printed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact import demo as contact_demo
from kuutio.contact.actions import telling, working
from kuutio.contact.actions.receiving import receive
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.links import path_of, spoken_code_of
from kuutio.contact.models import Case, Category, Chat, Delivery
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, sign_in


@pytest.fixture(autouse=True)
def six(transactional_db: None) -> None:
    """The cities with their units and rules."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())


def agent(city: str):
    """An agent of a city."""
    person = PersonFactory(name=f"Palvelija {city}", language="fi")
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug=city), role="agent")
    return person


def called(**words) -> Case:
    """A matter that came by telephone, of a resident who wants letters."""
    sender = Sender(
        name="Gunvor Holm",
        phone="+358405551234",
        postal_address="Mataskärsvägen 2\n02100 Esbo",
        **{"preference": "letter"} | words,
    )
    category = Category.objects.get(pk="street-light")
    return receive(
        Incoming(
            channel="phone",
            text="Gatlyktan utanför min systers hus är släckt.",
            language="sv",
            category=category,
            chosen="helsinki",
            sender=sender,
            may_lack_place=True,
        ),
        at=timezone.now(),
    ).case


def test_a_chat_and_a_desk_from_both_sides(phone: Page, desk: Page) -> None:
    expect_status(phone, 422)
    expect_status(desk, 422)
    helsinki = agent("helsinki")
    phone.goto("/fi/report/chat/")
    assert_sound(phone)  # nobody is there
    sign_in(desk, helsinki)
    desk.goto("/fi/work/chats/")
    assert_sound(desk)
    desk.get_by_role("button", name="Ala vastata chatissa").click()
    assert_sound(desk)

    # A line of the one comes to the other by itself, in both directions, and what is being written stays.
    phone.goto("/sv/report/chat/")
    phone.locator("main form button").click()
    assert_sound(phone)
    phone.select_option("[name=city]", "helsinki")
    phone.fill("[name=text]", "När är biblioteket i Berghäll öppet i dag?")
    phone.locator("main form button").click()
    expect(phone.locator("[data-chat-state]")).to_contain_text("Någon svarar här")
    expect(phone.locator("[data-chat-reload]")).to_be_hidden()
    assert_sound(phone)
    desk.goto("/fi/work/chats/")
    desk.locator("[data-chat] a").first.click()
    phone.fill("[name=text]", "Jag har bråttom")
    desk.fill("[name=text]", "Det är öppet till klockan 20.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-line]")).to_have_count(2)
    expect(desk.locator("[name=text]")).to_have_value("")
    expect(desk.locator("[name=text]")).to_be_focused()
    expect(phone.locator("[data-line]")).to_have_count(2, timeout=10_000)
    expect(phone.locator("[name=text]")).to_have_value("Jag har bråttom")
    phone.get_by_role("button", name="Skicka").click()
    expect(desk.locator("[data-line]")).to_have_count(3, timeout=10_000)
    assert_sound(desk)
    Chat.objects.update(answered_at=None, opened_at=timezone.now() - timedelta(minutes=9))
    expect(phone.locator("[data-chat-state] [name=email]")).to_be_visible(timeout=10_000)
    assert_sound(phone)

    # At Espoo's desk: the wrong code, the right one, and one who has none.
    case = called()
    sign_in(desk, agent("espoo"))
    desk.goto("/fi/work/desk/")
    desk.fill("[name=number]", case.number)
    desk.fill("[name=code]", "222-222-222")
    desk.locator("main form button").click()
    expect(desk.locator(".error-summary")).to_be_focused()
    assert_sound(desk)
    desk.fill("[name=code]", spoken_code_of(case).lower().replace("-", " "))
    desk.locator("main form button").click()
    expect(desk.locator(".aloud")).to_contain_text(re.compile("Ärendenumret är"))
    assert_sound(desk)
    desk.goto("/fi/work/desk/identified/")
    desk.fill("[name=name]", "Gunvor Holm")
    desk.locator("label[for=id_how_0]").click()
    desk.fill("[name=reason]", "Koodi on kotona")
    desk.fill("[name=address]", "040 555 1234")
    desk.locator("main form button").first.click()
    expect(desk.locator(".choice-button")).to_have_count(1)
    assert_sound(desk)
    desk.locator(".choice-button").click()
    expect(desk.locator("h1")).to_contain_text("Gatlyktan")

    # Helsinki writes a letter; on paper there is the letter alone.
    message = working.answer_case(case, text="Lyktan är reparerad.", by=helsinki, at=timezone.now())
    telling.deliver(message.pk)
    delivery = Delivery.objects.get(message=message)
    sign_in(desk, helsinki)
    desk.goto(f"/fi/work/cases/{case.number}/by-hand/{delivery.uuid}/")
    assert_sound(desk)
    desk.emulate_media(media="print")
    expect(desk.locator(".letter")).to_be_visible()
    for hidden in (".site-head", ".site-foot", ".not-on-paper", ".crumbs"):
        expect(desk.locator(hidden).first).to_be_hidden()
    desk.emulate_media(media="screen")
    for address in ("/fi/work/cases/new/", f"/fi/work/cases/{case.number}/", path_of(case, "sv")):
        phone.context.add_cookies(desk.context.cookies())
        phone.goto(address)
        assert_sound(phone)
