"""A person's own pages in the browser: sign-in by code and by passkey, keys, the workspace, leaving."""

import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Person, Role
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in
from tests.web import identity_provider

PASSWORD = "a rather long password"


@pytest.fixture(autouse=True)
def six(transactional_db: None, settings) -> None:
    """The cities; a demonstration, so that the outbox can be read."""
    cities_demo.load_cities()
    settings.DEMO = True
    settings.EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"


@pytest.fixture
def person() -> Person:
    """A publisher of Espoo who speaks Swedish."""
    made = PersonFactory(language="sv", password=make_password(PASSWORD))
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    Role.objects.create(person=made, organisation=Organisation.objects.get(slug="espoo"), role="publisher")
    return made


@in_every_language
def test_own_pages_are_sound(page: Page, person: Person, language: str) -> None:
    sign_in(page, person)
    for path in ("me/", "me/profile/", "me/keys/", "me/data/", "work/", "outbox/"):
        page.goto(f"/{language}/{path}")
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page)


def test_a_resident_is_told_why_the_workspace_is_closed(page: Page) -> None:
    expect_status(page, 403)
    sign_in(page, PersonFactory())
    page.goto("/fi/work/")
    assert_sound(page)
    expect(page.locator("main")).to_contain_text("Pyydä rooli organisaatioltasi")


def test_a_code_is_asked_for_read_in_the_outbox_and_lets_in(page: Page, person: Person) -> None:
    page.goto("/fi/account/login/")
    page.locator("main a[href$='/account/login/code/']").click()
    page.fill("#id_email", person.email)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#id_code")).to_be_visible()
    assert_sound(page)
    asked = page.url
    page.goto("/fi/outbox/")
    page.locator(".letters a").first.click()
    expect(page.locator(".letter-text")).to_be_visible()
    assert_sound(page)
    code = re.search(r"^([A-Z0-9-]{6,9})\s*$", page.locator(".letter-text").inner_text(), re.MULTILINE)[1]
    page.goto(asked)
    page.fill("#id_code", code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sv/me/")
    expect(page.locator("main")).to_contain_text(person.email)


def virtual_authenticator(page: Page) -> None:
    """A passkey device inside the browser, which says yes by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in(page: Page, person: Person, settings) -> None:
    settings.SITE_URL = page.watched.site  # type: ignore[attr-defined]
    virtual_authenticator(page)
    page.goto("/en/account/login/?next=/en/account/2fa/webauthn/add/")
    page.fill("#id_login", person.email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reauthenticate/**")  # a change of this weight asks once more who they are
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_visible()
    assert_sound(page)
    page.fill("#id_name", "My telephone")
    if page.locator("#id_passwordless").count():
        page.locator("label[for=id_passwordless]").click()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto("/en/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/sv/me/")
    expect(page.locator("main")).to_contain_text(person.email)


def test_another_service_lets_in_without_a_violation(page: Page, settings) -> None:
    with identity_provider.running(
        sub="maija", email="maija@example.org", email_verified=True, name="Maija"
    ) as declared:
        settings.SOCIALACCOUNT_PROVIDERS = declared
        page.goto("/en/account/login/")
        assert_sound(page)
        page.get_by_role("link", name="Kaupungin tunnus").click()
        page.get_by_role("button", name=re.compile("maija")).click()
        page.wait_for_url("**/en/me/")
        expect(page.locator("h1")).to_have_text("Maija")


def test_a_key_is_made_copied_and_revoked(page: Page, person: Person) -> None:
    expect_status(page, 422)
    sign_in(page, person)
    page.goto("/en/me/keys/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert_sound(page)
    page.fill("#id_name", "Nightly upload")
    page.locator("label[for=id_scopes_1]").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#new-key-text")).to_contain_text("kuutio_")
    assert_sound(page)
    page.goto("/en/me/keys/")
    expect(page.locator("#new-key-text")).to_have_count(0)
    page.get_by_role("link", name="Revoke the key Nightly upload").click()
    page.wait_for_url("**/revoke/")
    assert_sound(page)
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.locator("main")).to_contain_text("no longer works")
    assert_sound(page)


def test_a_person_takes_their_data_and_leaves(page: Page, person: Person) -> None:
    expect_status(page, 422)
    person.set_unusable_password()
    person.save()
    sign_in(page, person)
    page.goto("/en/me/data/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    assert person.email in Path(download.value.path()).read_text()
    page.get_by_role("link", name="Erase my account").click()
    assert_sound(page)
    page.get_by_role("button", name="Erase my account").click()
    expect(page.locator("main")).to_contain_text("Tick the box")
    assert_sound(page)
    page.locator("label[for=id_sure]").click()
    page.get_by_role("button", name="Erase my account").click()
    expect(page.locator("main")).to_contain_text("Your account is erased")
    assert_sound(page)
    assert not Person.objects.filter(pk=person.pk).exists()


def test_name_and_language_are_changed_by_keyboard_alone(desk: Page, person: Person) -> None:
    sign_in(desk, person)
    desk.goto("/sv/me/profile/")
    desk.locator("#id_name").focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("Aada")
    desk.keyboard.press("Tab")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/en/me/")
    expect(desk.locator("h1")).to_have_text("Aada")
    expect(desk.locator("main")).to_contain_text("Your profile is saved.")
    assert_sound(desk)
