"""A publisher keeps a source: adds it, reads it, sees what could not be read, decides on what is gone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Person
from kuutio.federation.actions.runs import work_run
from kuutio.federation.models import HarvestRun, HarvestSource
from tests.factories import PersonFactory
from tests.federation.harvesting import harvest, visitor
from tests.federation.portal import Portal
from tests.federation.source_server import source as serving
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in


@pytest.fixture
def portal():
    with serving() as server:
        yield Portal(server, 6)


@pytest.fixture
def person(transactional_db: None) -> Person:
    """A publisher of Espoo."""
    cities_demo.load_cities()
    return PersonFactory(publisher_of=[Organisation.objects.get(slug="espoo")])


@in_every_language
def test_the_pages_of_sources_are_sound(page: Page, person: Person, portal: Portal, language: str) -> None:
    from kuutio.federation.actions.sources import add_source

    sign_in(page, person)
    page.goto(f"/{language}/work/harvest/")
    assert_sound(page)
    espoo = Organisation.objects.get(slug="espoo")
    made = add_source(
        title="Espoon karttapalvelu", kind="ckan", address=portal.address, publisher=espoo, by=person, at=timezone.now()
    )
    portal.packages[0] = {"id": "00000000-broken", "title": ""}
    harvest(made)
    portal.packages = portal.packages[:1]
    harvest(made, full=True)
    for path in ("", "add/", f"{made.slug}/", f"{made.slug}/change/", f"{made.slug}/remove/"):
        page.goto(f"/{language}/work/harvest/{path}")
        assert_sound(page)
    page.goto(f"/{language}/work/")
    expect(page.locator("main")).to_contain_text("Espoon karttapalvelu")
    assert_sound(page)


def test_a_source_is_added_read_and_decided_on(page: Page, person: Person, portal: Portal) -> None:
    expect_status(page, 422)
    sign_in(page, person)
    page.goto("/en/work/")
    page.get_by_role("link", name="To the sources").click()
    page.get_by_role("link", name="Add a source").click()
    page.get_by_role("button", name="Add the source").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert_sound(page)
    page.fill("#id_title", "Our own catalogue")
    page.fill("#id_address", portal.address)
    page.select_option("#id_publisher", str(Organisation.objects.get(slug="espoo").pk))
    page.get_by_role("button", name="Add the source").click()
    expect(page.locator("h1")).to_have_text("Our own catalogue")
    page.get_by_role("button", name="Read it now").click()
    expect(page.locator("main")).to_contain_text("The source is being read")
    assert_sound(page)
    work_run(HarvestRun.objects.get().pk, visitor())
    page.reload()
    expect(page.locator("#run-table tbody")).to_contain_text("All of it")
    portal.packages = portal.packages[:1]
    page.get_by_role("button", name="Read all of it").click()
    work_run(HarvestRun.objects.first().pk, visitor())
    page.reload()
    expect(page.locator("main")).to_contain_text("5 data sets are gone from the source")
    assert_sound(page)
    page.get_by_role("button", name="Withdraw them").click()
    expect(page.locator("main")).to_contain_text("The data sets are withdrawn.")
    assert_sound(page)
    page.get_by_role("link", name="Remove the source").click()
    page.get_by_role("button", name="Remove the source").click()
    expect(page.locator("h1")).to_have_text("Sources")
    assert not HarvestSource.objects.exists()
