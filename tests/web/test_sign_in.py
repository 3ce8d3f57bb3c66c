"""Sign-in by e-mail code, password and another service; sign-up; the language that a person comes back to."""

import json
import re
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from pytest_django.asserts import assertContains, assertRedirects

from kuutio.cities.models import Person
from tests.factories import PersonFactory
from tests.web import identity_provider

pytestmark = pytest.mark.django_db
PASSWORD = "a rather long password"


@pytest.fixture(autouse=True)
def mail(settings):
    """Mail goes to the outbox folder as without a mail server; no limit is left from another test."""
    settings.EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"
    cache.clear()


def letters(settings):
    files = sorted(Path(settings.OUTBOX).glob("*.eml")) if Path(settings.OUTBOX).exists() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def code_in(message):
    return re.search(r"^([A-Z0-9-]{6,9})\s*$", message.get_content(), re.MULTILINE)[1]


def known(language="fi", **fields):
    person = PersonFactory(language=language, password=make_password(PASSWORD), **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    ("language", "subject"), [("fi", "Kirjautumiskoodi"), ("sv", "Inloggningskod"), ("en", "Sign-in code")]
)
def test_a_code_by_mail_lets_in_and_the_person_s_language_goes_on(client, settings, language, subject):
    person = known(language="sv")
    response = client.post(f"/{language}/account/login/code/", {"email": person.email})
    assertRedirects(response, f"/{language}/account/login/code/confirm/")
    (letter,) = letters(settings)
    code = code_in(letter)
    assert letter["subject"] == f"{subject} {code}"
    assert letter["to"] == person.email
    assert settings.SITE_URL in letter.get_content()
    response = client.post(f"/{language}/account/login/code/confirm/", {"code": code})
    assertRedirects(response, "/sv/me/")
    assert signed_in(client) == str(person.pk)


def test_a_wrong_code_lets_nobody_in(client, settings):
    person = known()
    client.post("/fi/account/login/code/", {"email": person.email})
    response = client.post("/fi/account/login/code/confirm/", {"code": "WRONG1"})
    assert response.status_code == 200
    assert signed_in(client) is None


def test_an_unknown_address_gets_a_letter_and_the_page_does_not_tell(client, settings):
    asked = client.post("/en/account/login/code/", {"email": "nobody@example.org"})
    known_one = client.post("/en/account/login/code/", {"email": known().email})
    assert asked["Location"] == known_one["Location"]
    assert letters(settings)[0]["subject"] == "There is no account with this address"


def test_a_password_lets_in_however_the_address_is_typed(client):
    person = known(language="en", email="aada@example.org")
    response = client.post("/fi/account/login/", {"login": "Aada@Example.ORG", "password": PASSWORD})
    assertRedirects(response, "/en/me/")
    assert signed_in(client) == str(person.pk)


def test_after_signing_in_one_is_where_one_wanted_to_be(client):
    person = known(language="sv")
    response = client.post("/fi/account/login/", {"login": person.email, "password": PASSWORD, "next": "/fi/me/keys/"})
    assertRedirects(response, "/fi/me/keys/")


def test_sign_in_leads_to_no_other_site(client):
    person = known()
    data = {"login": person.email, "password": PASSWORD, "next": "https://evil.example.org/"}
    assertRedirects(client.post("/fi/account/login/", data), "/fi/me/")


def test_guessing_passwords_is_stopped(client):
    person = known()
    for _attempt in range(5):
        client.post("/en/account/login/", {"login": person.email, "password": "wrong one here"})
    response = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert signed_in(client) is None
    assertContains(response, "Too many failed login attempts")


def test_a_new_person_confirms_the_address_and_keeps_the_page_s_language(client, settings):
    response = client.post("/sv/account/signup/", {"email": "New@Example.org", "password1": PASSWORD})
    assertRedirects(response, "/sv/account/confirm-email/")
    assert signed_in(client) is None
    (letter,) = letters(settings)
    assert letter["subject"].endswith("bekräftar din adress")
    response = client.post("/sv/account/confirm-email/", {"code": code_in(letter)})
    assertRedirects(response, "/sv/me/")
    person = Person.objects.get()
    assert (person.email, person.language, signed_in(client)) == ("new@example.org", "sv", str(person.pk))


def test_signing_up_twice_does_not_tell_that_there_is_an_account(client, settings):
    person = known()
    response = client.post("/en/account/signup/", {"email": person.email, "password1": PASSWORD})
    assertRedirects(response, "/en/account/confirm-email/")
    assert letters(settings)[0]["subject"] == "You have an account already"
    assert Person.objects.count() == 1


def test_a_forgotten_password_is_changed_by_mail(client, settings):
    person = known()
    client.post("/fi/account/password/reset/", {"email": person.email})
    (letter,) = letters(settings)
    assert letter["subject"] == "Valitse uusi salasana"
    address = re.search(r"https?://[^/]+(/fi/account/password/reset/key/\S+)", letter.get_content())[1]
    page = client.get(address, follow=True)
    client.post(
        page.redirect_chain[-1][0], {"password1": "another long password", "password2": "another long password"}
    )
    person.refresh_from_db()
    assert person.check_password("another long password")
    assert letters(settings)[-1]["to"] == person.email
    assert "Kuution tiliäsi on muutettu" in letters(settings)[-1].get_content()


def test_signing_out_leads_to_the_front_page(client):
    client.force_login(known())
    assertRedirects(client.post("/sv/account/logout/"), "/sv/", fetch_redirect_response=False)
    assert signed_in(client) is None


@pytest.fixture
def provider(settings):
    """A service of identities that knows one person, declared as the operator's setting declares it."""
    claims = {"email": "Maija@example.org", "email_verified": True, "name": "Maija Meikäläinen"}
    with identity_provider.running(sub="maija", **claims) as declared:
        settings.SOCIALACCOUNT_PROVIDERS = declared
        yield


def walk(client, path="/sv/account/oidc/city/login/"):
    """To the provider, be Maija there, and back; the answer of our callback."""
    away = client.get(path)
    assert away.status_code == 302
    assert (
        "&redirect_uri=http%3A%2F%2Ftestserver%2Faccount%2Foidc%2Fcity%2Flogin%2Fcallback%2F&"
        in f"&{away['Location']}&"
    )
    back = httpx.post(away["Location"], data={"sub": "maija"})
    assert back.status_code == 302
    return client.get(back.headers["location"].removeprefix("http://testserver"))


def test_another_service_makes_an_account_with_its_name_and_the_page_s_language(client, provider):
    assertContains(client.get("/sv/account/login/"), "Kaupungin tunnus")
    response = walk(client)
    assert response["Location"] == "/sv/me/"
    person = Person.objects.get()
    assert (person.email, person.name, person.language) == ("maija@example.org", "Maija Meikäläinen", "sv")
    assert not person.has_usable_password()
    client.post("/sv/account/logout/")
    walk(client)
    assert Person.objects.count() == 1
    assert SocialAccount.objects.count() == 1


def test_another_service_does_not_take_over_an_account_by_its_address(client, provider):
    known(email="maija@example.org")
    walk(client)
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_an_answer_that_we_did_not_ask_for_is_refused(client, provider):
    response = client.get("/account/oidc/city/login/callback/?code=abc&state=forged")
    assert signed_in(client) is None
    assert response.status_code in {200, 401, 403}
    assert not Person.objects.exists()


def test_the_setting_names_the_providers(monkeypatch):
    given = [
        {"id": "suomi", "name": "Suomi.fi", "client_id": "c", "secret": "s", "server_url": "https://id.example.org"}
    ]
    monkeypatch.setenv("KUUTIO_OIDC", json.dumps(given))
    told = subprocess.run(
        [sys.executable, "-c", "from kuutio.config.settings import SOCIALACCOUNT_PROVIDERS as p; print(p)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'provider_id': 'suomi'" in told.stdout
    assert "'server_url': 'https://id.example.org'" in told.stdout
