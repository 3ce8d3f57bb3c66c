"""From a word to rows, maps, charts and files: the catalogue as people meet it, on a phone and at a desk, with and without script."""

import re
from itertools import product

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.opendata.actions.afterwards import make_tiles
from kuutio.opendata.actions.catalogue import change_dataset
from kuutio.opendata.models import Dataset, Follow, Snapshot
from kuutio.search import learning
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, in_every_language, sign_in, sticking_out
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

BIKES = "/fi/data/helsinki-pyorat/"
PAGES = [
    "",
    "map/",
    "table/?c.kaupunki=Oulu&sortby=-pyöräilijöitä",
    "versions/",
    "versions/compare/",
    "quality/",
    "use/",
]


@pytest.fixture(autouse=True)
def house(transactional_db: None, site: str) -> None:
    """Bicycle counters with two versions, street lights, and a plain list; described as a city would."""
    samples.place()
    bring(samples.counters(50), what="pyorat")
    bring(samples.counters(70), what="pyorat")
    bring("tunnus;katu\nV1;Katuvalaistus Mannerheimintie\nV2;Bulevardi\n", what="valot", city="espoo")
    described = {
        "title": {"fi": "Pyörälaskurit", "sv": "Cykelräknare", "en": "Bicycle counters"},
        "notes": {"fi": "Ohi ajaneet pyöräilijät **päivittäin**.", "en": "Cyclists passing by, daily."},
        "themes": ["TRAN"],
        "licence": "cc-by-4.0",
        "frequency": "DAILY",
        "keywords": {"fi": ["pyöräily"]},
        "is_made": True,
    }
    change_dataset(Dataset.objects.get(name="helsinki-pyorat"), described, by=None, at=timezone.now())
    lights = {"title": {"fi": "Katuvalaistus"}, "licence": "cc-zero-1.0"}
    change_dataset(Dataset.objects.get(name="espoo-valot"), lights, by=None, at=timezone.now())
    learning.learn()


@in_every_language
def test_the_list_is_sound_in_every_state(page: Page, language: str) -> None:
    for query in ("", "?q=pyöräily&city=helsinki", "?view=map", "?q=xyzzy", "?sort=name&harmonised=yes"):
        page.goto(f"/{language}/data/{query}")
        if "view=map" in query:
            expect(page.locator("kuutio-map[data-ready]")).to_have_count(1)
        assert_sound(page)


def test_every_page_of_a_data_set_is_sound(page: Page, subtests: pytest.Subtests) -> None:
    # All in one house: to fill it takes longer than to read a page.
    for scheme, tab in product(("light", "dark"), PAGES):
        with subtests.test(scheme=scheme, tab=tab):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(BIKES + tab)
            if tab == "":
                expect(page.locator("kuutio-chart[data-ready]")).to_have_count(1)
            if tab == "map/":
                expect(page.locator("kuutio-map[data-ready]")).to_have_count(1)
            for closed in page.locator("main details:not([open]) > summary").all():
                if closed.is_visible():
                    closed.click()
            assert_sound(page)


def test_a_phone_shows_which_tab_one_is_on(phone: Page) -> None:
    for tab in ("", "use/"):
        phone.goto(BIKES + tab)
        expect(phone.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.95)


def test_a_word_without_end_makes_no_page_scroll_sideways(phone: Page) -> None:
    word = "Epäjärjestelmällistyttämättömyydelläänsäkäänköhän" * 6
    long = {"title": {"fi": word}, "notes": {"fi": word}, "keywords": {"fi": [f"{word[:60]}{n}" for n in range(40)]}}
    change_dataset(Dataset.objects.get(name="espoo-valot"), long, by=None, at=timezone.now())
    expect_status(phone, 422)
    for address in (
        "/fi/data/",
        f"/fi/data/?q={word}",
        "/fi/data/espoo-valot/",
        "/fi/data/espoo-valot/use/",
        f"/fi/data/sql/?q={word}",
        f"/fi/search/?q={word}",
        "/fi/",
    ):
        phone.goto(address)
        assert not sticking_out(phone), address


def test_filters_swap_the_list_keep_the_focus_and_the_address(desk: Page) -> None:
    desk.goto("/fi/data/")
    expect(desk.locator(".results li")).to_have_count(2)
    desk.evaluate("window.stayed = true")
    espoo = desk.get_by_role("checkbox", name=re.compile("Espoo"))
    espoo.focus()
    desk.keyboard.press("Space")
    expect(desk.locator(".results > li")).to_have_count(1)
    expect(espoo).to_be_focused()
    assert "city=espoo" in desk.url and desk.evaluate("window.stayed")
    # The counts of the other filters are of what is left.
    expect(desk.locator("#facet-format")).not_to_contain_text("GeoJSON")
    desk.locator(".chosen a").click()
    expect(desk.locator(".results > li")).to_have_count(2)


def test_a_phone_opens_the_filters_over_the_list(phone: Page) -> None:
    phone.goto("/fi/data/")
    panel = phone.locator("#filters")
    expect(panel).to_be_hidden()
    phone.locator(".filters-open").click()
    expect(panel).to_be_visible()
    panel.locator("#facet-city").get_by_text("Espoo").click()
    expect(phone.locator("#filter-count")).to_have_text(" (1)")
    expect(panel).to_be_visible()
    assert_sound(phone)
    phone.locator(".filters-send").click()
    expect(panel).to_be_hidden()
    expect(phone.locator(".results > li")).to_have_count(1)


def test_without_script_one_searches_filters_and_reads_all_the_same(no_script: Page) -> None:
    no_script.goto("/fi/data/")
    no_script.locator("#q").fill("pyöräily")
    no_script.locator(".search-box button").click()
    no_script.get_by_role("link", name="Pyörälaskurit").click()
    expect(no_script.locator("kuutio-chart .widget-fallback")).to_be_visible()
    no_script.get_by_text("Luvut taulukkona").click()
    expect(no_script.locator("#chart-rows tbody tr").first).to_be_visible()
    no_script.get_by_role("link", name="Taulukko").click()
    no_script.get_by_text("Rajaa sarakkeittain").click()
    no_script.get_by_label("kaupunki").select_option("Turku")
    no_script.get_by_role("button", name="Näytä rivit").click()
    expect(no_script.locator(".row-filters .count-line")).to_contain_text("70 riviä")


def test_rows_are_sorted_and_paged_by_keyboard_in_place(desk: Page) -> None:
    desk.goto(BIKES + "table/")
    desk.evaluate("window.stayed = true")
    heading = desk.locator("#sort-5")
    heading.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("th[aria-sort=ascending]")).to_contain_text("pyöräilijöitä")
    expect(heading).to_be_focused()
    desk.get_by_role("link", name="Seuraava").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".pager .count")).to_contain_text("Rivit 51–100")
    assert desk.evaluate("window.stayed")


def test_a_wrong_filter_leads_to_its_field(desk: Page) -> None:
    desk.goto(BIKES + "table/?c.pyöräilijöitä.from=monta")
    desk.get_by_role("alert").get_by_role("link").click()
    expect(desk.locator("[aria-invalid]")).to_be_focused()
    assert_sound(desk)


def test_the_chart_changes_by_choice_and_its_address_holds_it(desk: Page) -> None:
    desk.goto(BIKES)
    expect(desk.locator("kuutio-chart[data-ready]")).to_have_count(1)
    desk.get_by_label("akselilla").select_option("kaupunki")
    expect(desk.locator("#chart-title")).to_have_text("pyöräilijöitä, jaottelu: kaupunki")
    expect(desk.locator("kuutio-chart[data-ready]")).to_have_count(1)
    assert "x=kaupunki" in desk.url
    desk.reload()
    expect(desk.locator("#chart-title")).to_have_text("pyöräilijöitä, jaottelu: kaupunki")
    desk.get_by_text("Linkki kuvaajaan").click()
    embedded = desk.locator("#chart-embed").inner_text()
    address = re.search(r'src="[^"]*(/fi/embed/[^"]+)"', embedded)
    assert address
    desk.goto(address[1])
    expect(desk.locator("kuutio-chart[data-ready]")).to_have_count(1)
    assert_sound(desk)


def test_tiles_take_the_place_of_single_places_when_they_are_made(desk: Page) -> None:
    assert make_tiles(Snapshot.objects.filter(distribution__table="helsinki-pyorat").latest("pk").pk)
    desk.goto(BIKES + "map/")
    expect(desk.locator("kuutio-map[data-tiles]")).to_have_count(1)
    expect(desk.locator("kuutio-map[data-ready]")).to_have_count(1)
    expect(desk.locator("#rows tbody tr").first).to_be_visible()
    assert_sound(desk)


def test_whoever_signs_in_follows_and_stops(page: Page) -> None:
    sign_in(page, PersonFactory())
    page.goto(BIKES)
    page.get_by_role("button", name="Kerro, kun data muuttuu").click()
    expect(page.get_by_role("button", name="Lopeta seuraaminen")).to_be_visible()
    assert Follow.objects.count() == 1
    assert_sound(page)
    page.goto("/fi/me/")
    expect(page.get_by_role("link", name="Pyörälaskurit")).to_be_visible()


def test_an_officer_decides_on_what_was_held(page: Page) -> None:
    bring("tunnus;katu\nV1;131052-308T\n", what="valot", city="espoo")
    held = Snapshot.objects.get(state="held")
    sign_in(page, PersonFactory(publisher_of=[held.distribution.dataset.publisher]))
    page.goto("/fi/data/espoo-valot/")
    page.get_by_role("link", name="Katso löydökset ja päätä").click()
    assert_sound(page)
    expect_status(page, 422)
    page.get_by_role("button", name="Päätä").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_text("Älä julkaise").click()
    page.get_by_label("Perustelu").fill("Sarakkeessa on henkilötunnus.")
    page.get_by_role("button", name="Päätä").click()
    expect(page.get_by_text("Versiota ei julkaista.")).to_be_visible()
    assert_sound(page)
