"""A city's stylesheet and the choice of a city."""

import pytest
from django.test import Client

from kuutio.ui import theming
from tests.factories import CityFactory
from tests.ui.test_theming import HOUSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def themed() -> object:
    city = CityFactory(code="espoo")
    city.theme = HOUSE
    city.save()
    return city


def test_a_theme_is_kept_for_ever_at_its_own_address(client: Client, themed: object) -> None:
    answer = client.get(f"/theme/espoo-{theming.fingerprint(HOUSE)}.css")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "--on-brand:#0c1330" in answer.content.decode()


def test_an_old_or_foreign_address_of_a_theme_is_gone(client: Client, themed: object) -> None:
    assert client.get("/theme/espoo-0000000000.css").status_code == 404
    assert client.get(f"/theme/oulu-{theming.fingerprint(HOUSE)}.css").status_code == 404


def test_the_page_of_a_chosen_city_wears_its_look(client: Client, themed: object) -> None:
    client.get("/city/?city=espoo&next=/fi/")
    assert f"/theme/espoo-{theming.fingerprint(HOUSE)}.css" in client.get("/fi/account/login/").content.decode()
    client.get("/city/?next=/fi/")
    assert "/theme/" not in client.get("/fi/account/login/").content.decode()


def test_a_city_that_is_not_there_is_not_remembered(client: Client, themed: object) -> None:
    answer = client.get("/city/?city=atlantis&next=/fi/")
    assert not client.cookies["city"].value
    assert answer["Location"] == "/fi/"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_choice_never_leads_to_another_site(client: Client, themed: object, back: str) -> None:
    assert client.get("/city/", {"city": "espoo", "next": back})["Location"] == "/"


def test_the_gallery_is_not_there_in_public(client: Client) -> None:
    assert client.get("/ui/").status_code == 404


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_is_not_there_is_said_in_the_readers_language(client: Client, language: str) -> None:
    answer = client.get(f"/{language}/nothing-here/")
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.content.decode()
    assert f'href="/{language}/"' in answer.content.decode()
