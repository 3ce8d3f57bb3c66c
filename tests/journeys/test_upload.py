"""A publisher looks at a file before it is brought in, and asks a table in SQL."""

import pytest
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Person
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Load
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, sign_in
from tests.opendata.bringing import bring


@pytest.fixture
def person(transactional_db: None) -> Person:
    """A publisher of Espoo."""
    cities_demo.load_cities()
    return PersonFactory(publisher_of=[Organisation.objects.get(slug="espoo")])


def test_a_file_is_looked_at_and_brought_in(page: Page, person: Person) -> None:
    sign_in(page, person)
    page.goto("/fi/data/new/")
    assert_sound(page)
    page.fill("#id_title", "Katupuut")
    page.set_input_files(
        "#id_file", {"name": "puut.csv", "mimeType": "text/csv", "buffer": "koodi;nimi\n17;Åvik\n25;Ösa\n".encode()}
    )
    page.locator("main form button").first.click()
    expect(page.locator("#columns tbody tr")).to_have_count(2)
    assert_sound(page)
    page.select_option("select[name^=type_] >> nth=0", "text")
    page.locator("button[name=do][value=look]").click()
    expect(page.locator("select[name^=type_]").first).to_have_value("text")
    page.locator("button[name=do][value=load]").click()
    expect(page.locator("#load-state")).to_be_visible()
    assert_sound(page)
    load = Load.objects.get()
    assert load.file_name == "puut.csv"
    loading.work_load(str(load.pk))
    expect(page.locator("#load-state a").first).to_be_visible()  # the page asks by itself
    assert_sound(page)
    load.refresh_from_db()
    (table,) = load.result["tables"]
    assert table["state"] == "served"
    assert [(one["name"], one["type"]) for one in table["columns"]] == [("koodi", "text"), ("nimi", "text")]


def test_a_table_is_asked_in_sql(page: Page, person: Person) -> None:
    bring("nimi;arvo\nA;1\nB;2\n", what="asked")
    page.goto("/fi/data/helsinki-asked/sql/")
    page.locator("main form button").last.click()
    expect(page.locator("#answer-table tbody tr")).to_have_count(2)
    assert_sound(page)
    question = page.locator("#sql-q")
    question.fill('SELECT nimi FROM "helsinki-asked"\nWHERE arvo = 2')
    question.press("Enter")
    question.press("Control+Enter")
    expect(page.locator("#answer-table tbody tr")).to_have_count(1)
