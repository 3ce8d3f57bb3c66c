"""Drawing a city's part of a harmonised data set in a browser: as a form, looked at, kept; as YAML; without script."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.opendata.actions.harmonising import create_joint_dataset
from kuutio.opendata.models import Mapping
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.journeys.browser import assert_sound, expect_status, sign_in
from tests.opendata.bringing import bring

SCHEMA = {
    "columns": [
        {"name": "name", "type": "text", "required": True, "title": {"fi": "Nimi", "sv": "Namn", "en": "Name"}},
        {"name": "kind", "type": "text", "codes": {"small": "", "all": ""}, "title": {"fi": "Laji"}},
        {"name": "area", "type": "number", "unit": "m2"},
        {"name": "opened", "type": "date"},
        {"name": "accessible", "type": "boolean"},
        {"name": "geometry", "type": "geometry", "required": True},
    ]
}
ROWS = "id;nimi;tyyppi;aarit;avattu;esteeton;lon;lat\n" + "".join(
    f"{n};Puisto {n};{'pieni' if n % 3 else 'iso'};{n / 2};2020-05-{n % 28 + 1:02};{'K' if n % 2 else 'E'};25.4{n % 10};65.0{n % 10}\n"
    for n in range(1, 31)
)
ADDRESS = "/fi/data/kuutio-puistot/mapping/oulu/"


@pytest.fixture
def joint() -> None:
    bring(ROWS, "puistot.csv", what="puistot", city="oulu", options={"key": ["id"]})
    office = OrganisationFactory(slug="office", kind="public", city=None, name={"fi": "Toimisto"})
    create_joint_dataset(
        name="kuutio-puistot", publisher=office, contract=SCHEMA, by=None, at=timezone.now(), title={"fi": "Puistot"}
    )


def _signed_in(page: Page) -> None:
    sign_in(page, PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code="oulu"))]))


def test_a_publisher_draws_looks_and_keeps(page: Page, joint: None) -> None:
    _signed_in(page)
    page.goto(ADDRESS)
    expect(page.locator("#mapping-title")).to_have_text("Vastaavuudet: Oulu")
    assert_sound(page)
    names = page.locator("#way-name")
    expect(names).to_have_value("c:nimi")  # found by the title of the harmonised column
    page.locator("#way-kind").select_option("c:tyyppi")
    page.locator("#way-area").select_option("c:aarit")
    page.locator("#unit-area").select_option("ar")
    page.locator("#way-opened").select_option("c:avattu")
    page.locator("#way-accessible").select_option("c:esteeton")
    page.locator("#yes-accessible").fill("K")
    page.locator("#no-accessible").fill("E")
    page.get_by_role("button", name="Katso ensimmäisiä rivejä").click()
    expect(page.locator("#preview")).to_contain_text("Kaupungin 30 rivistä tulisi mukaan 30.")
    expect(page.locator("#preview")).to_contain_text("pieni (20)")
    expect(page.locator("#codes-kind")).to_have_value("pieni = \niso = ")
    assert_sound(page)
    page.locator("#codes-kind").fill("pieni = small\niso = all")
    page.get_by_role("button", name="Katso ensimmäisiä rivejä").click()
    expect(page.locator("#preview")).not_to_contain_text("pieni (20)")
    assert Mapping.objects.count() == 0
    page.get_by_role("button", name="Tallenna vastaavuudet").click()
    page.wait_for_url("**/cities/")
    expect(page.get_by_role("row", name="Oulu")).to_contain_text("Ei vielä tehty")
    assert_sound(page)
    assert "unit: ar" in Mapping.objects.get().manifest


def test_what_is_wrong_stands_beside_its_column(page: Page, joint: None) -> None:
    expect_status(page, 422)
    _signed_in(page)
    page.goto(ADDRESS)
    page.locator("#way-name").select_option("")
    page.get_by_role("button", name="Tallenna vastaavuudet").click()
    expect(page.locator("#way-name_error")).to_have_text("Jokaisella rivillä on oltava tämä. Valitse, mistä se tulee.")
    assert_sound(page)
    page.get_by_role("button", name="Muokkaa YAML-muodossa").click()
    page.locator("#manifest").fill("city: [")
    page.get_by_role("button", name="Katso ensimmäisiä rivejä").click()
    expect(page.get_by_role("alert")).to_contain_text("Vastaavuuksia ei voi lukea.")
    assert_sound(page)
