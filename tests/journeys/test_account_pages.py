"""Sign-in and the account's own pages, dressed by `ui`, in the browser: each is sound, in each language."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, in_every_language

PASSWORD = "a long enough one"


@pytest.fixture
def person() -> object:
    from allauth.account.models import EmailAddress

    made = PersonFactory()
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


@in_every_language
def test_the_ways_in_are_sound(page: Page, language: str) -> None:
    for place in ("login", "login/code", "signup", "signup/passkey", "password/reset"):
        page.goto(f"/{language}/account/{place}/")
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page)


def test_a_wrong_password_is_said_on_top_and_what_was_written_is_kept(desk: Page, person: object) -> None:
    desk.goto("/fi/account/login/")
    desk.fill("#id_login", person.email)  # type: ignore[attr-defined]
    desk.fill("#id_password", "not this one")
    desk.locator("form:has(#id_password) button[type=submit]").click()
    expect(desk.locator("[data-error-summary]")).to_be_focused()
    expect(desk.locator("#id_login")).to_have_value(person.email)  # type: ignore[attr-defined]
    assert_sound(desk)


def test_a_signed_in_person_finds_sound_pages_of_the_account(page: Page, person: object) -> None:
    page.goto("/fi/account/login/")
    page.fill("#id_login", person.email)  # type: ignore[attr-defined]
    page.fill("#id_password", PASSWORD)
    page.locator("form:has(#id_password) button[type=submit]").click()
    page.wait_for_url(lambda address: "/login/" not in address)
    for place in ("email", "password/change", "2fa", "2fa/totp/activate", "2fa/webauthn", "2fa/webauthn/add", "logout"):
        page.goto(f"/fi/account/{place}/")
        if "/reauthenticate/" in page.url:  # what guards the account is asked for once more before it is changed
            assert_sound(page)
            page.fill("#id_password", PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(f"**/account/{place}/")
        assert_sound(page)
