"""An officer's day in the browser: keys, a draft that comes back, an answer taken back, many cases at once, the board."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact import demo as contact_demo
from kuutio.contact.actions import working
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import AnswerDraft, Case
from tests.contact.making import bring
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, sign_in


@pytest.fixture
def officer(transactional_db: None):
    """An agent of Helsinki, with three cases in the queue."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())
    person = PersonFactory(name="Aino Avain", language="fi")
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug="helsinki"), role="agent")
    for text in ("Yksi kuoppa.", "Kaksi kuoppaa.", "Kolme kuoppaa."):
        bring(text, at=timezone.now())
    return person


def test_an_officer_works_by_keys_and_takes_an_answer_back(desk: Page, officer) -> None:
    sign_in(desk, officer)
    desk.goto("/fi/work/cases/")
    for key in ("j", "j", "x"):
        desk.keyboard.press(key)
    expect(desk.locator("tbody a[data-row]").nth(1)).to_be_focused()
    expect(desk.locator("input[name=case]").nth(1)).to_be_checked()
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("k")  # an open dialog takes no keys
    desk.keyboard.press("Escape")
    desk.keyboard.press("k")
    expect(desk.locator("tbody a[data-row]").first).to_be_focused()
    desk.keyboard.press("r")

    answer = desk.locator("#answer ~ form textarea")
    expect(answer).to_be_focused()
    desk.keyboard.type("Hyvä asukas, jos rajanaapuri? /n")  # letters that are keys elsewhere
    expect(desk.locator("#answer-kept")).to_contain_text("Luonnos tallennettu", timeout=15_000)
    for _try in range(60):  # on a slow machine a part of it is kept first
        if AnswerDraft.objects.get().text.endswith("/n"):
            break
        desk.wait_for_timeout(250)
    case = AnswerDraft.objects.get().case
    desk.reload()
    expect(answer).to_have_value("Hyvä asukas, jos rajanaapuri? /n")
    desk.locator("h1").click()
    for key, goal in (("h", "#hand [name=to]"), ("a", "#assign select"), ("n", "#note ~ form textarea")):
        desk.keyboard.press(key)
        expect(desk.locator(goal)).to_be_focused()
        desk.evaluate("document.activeElement.blur()")
    assert_sound(desk)
    answer.focus()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#live")).to_contain_text("Vastauksesi on lähdössä")
    assert_sound(desk)
    desk.get_by_role("button", name="Peru lähetys").click()
    expect(answer).to_have_value("Hyvä asukas, jos rajanaapuri? /n")
    assert not case.messages.filter(direction="out").exists()

    working.note_case(case, text="Toinen kirjoitti.", by=officer, at=timezone.now())
    expect(desk.locator("#live")).to_contain_text("Asia on muuttunut", timeout=15_000)
    desk.goto("/fi/work/cases/keys/")
    desk.locator("main form button").click()
    desk.goto("/fi/work/cases/?q=kuoppa&officer=nobody")
    desk.keyboard.press("j")
    expect(desk.locator("tbody a[data-row]").first).not_to_be_focused()
    assert_sound(desk)
    desk.locator("[data-pick-all]").check()
    desk.select_option("[name=value]", f"officer:{officer.pk}")
    desk.get_by_role("button", name="Tee kaikille valituille").click()
    expect(desk.locator("main")).to_contain_text("3 asiaa muutettiin")
    assert_sound(desk)
    assert Case.objects.filter(assignee=officer).count() == 3


def test_the_board_and_the_keys_are_sound_on_a_phone_in_every_language(phone: Page, officer) -> None:
    sign_in(phone, officer)
    for language in ("fi", "sv", "en"):
        for path in ("board/", "keys/", "?category=pothole"):
            phone.goto(f"/{language}/work/cases/{path}")
            assert_sound(phone)
