"""What a councillor reads of the strategy, in three languages."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from kuutio.cities import demo as cities_demo
from kuutio.programme import demo
from kuutio.programme.models import FocusArea, PartImplementation, Source

pytestmark = pytest.mark.django_db
AREAS = ("open-innovation-platforms", "open-data-and-interfaces", "open-participation-and-customership")


@pytest.fixture
def strategy():
    cities_demo.load_cities()
    return demo.load()


def text_of(response):
    """The words of a page's main part, spaces made one."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fi",
            [
                "Avoimet innovaatioalustat",
                "Helsinki, Espoo, Vantaa",
                "Uudenmaan liitto",
                "Hämeen ELY-keskus",
                "lähes 80 miljoonaa euroa",
            ],
        ),
        (
            "sv",
            [
                "Öppna innovationsplattformar",
                "Helsingfors, Esbo",
                "Nylands förbund",
                "NTM-centralen i Tavastland",
                "närmare 80 miljoner euro",
            ],
        ),
        (
            "en",
            [
                "Open innovation platforms",
                "Helsinki, Espoo",
                "Helsinki-Uusimaa Regional Council",
                "Häme ELY Centre",
                "nearly 80 million euros",
            ],
        ),
    ],
)
def test_the_strategy_reads_in_three_languages(client, strategy, language, words):
    text = text_of(client.get(f"/{language}/strategy/"))
    for word in words:
        assert word in text
    assert "%(" not in text


def test_the_sum_is_78_million_and_esf_stands_outside_it(client, strategy):
    text = text_of(client.get("/en/strategy/"))
    assert "Planned in all €78,000,000 100 %" in text
    assert (
        "European Social Fund (ESF) comes on top. It is not part of this bar, of the sum or of the promised money"
        in text
    )
    assert "European Social Fund (ESF) on top, not in the sum Häme ELY Centre" in text


def test_cities_whose_units_are_not_known_say_so(client, strategy):
    for area in AREAS:
        text = text_of(client.get(f"/en/strategy/{area}/"))
        for city in ("Espoo", "Vantaa", "Tampere", "Turku", "Oulu"):
            assert f"{city} Our sources do not tell the unit or the contact." in text
        assert "Helsinki Our sources" not in text


def test_contacts_are_roles_and_no_page_has_a_phone_or_an_address(client, strategy):
    for path in ("/fi/strategy/", *(f"/fi/strategy/{area}/" for area in AREAS)):
        text = text_of(client.get(path))
        assert "@" not in text
        assert not re.search(r"(\+358|\b0\d{1,2}[ -]?\d{3})[ \d]{4,}", text.replace("-9", "").replace("-1", ""))
    assert "Projektipäällikkö" in text_of(client.get(f"/fi/strategy/{AREAS[2]}/"))


def test_facts_from_other_sources_are_marked_and_explained(client, strategy):
    response = client.get("/en/strategy/open-data-and-interfaces/")
    project = response.content.decode().split('id="A70011"', 1)[1].split("</section>", 1)[0]
    assert "other source" in project
    assertContains(response, 'id="sources"')
    parts = response.content.decode().split('class="city-parts"', 1)[1].split("</ul>", 1)[0]
    assert "other source" not in parts


def test_partners_that_no_source_names_are_told_as_unknown(client, strategy):
    text = text_of(client.get("/en/strategy/open-participation-and-customership/"))
    assert "Other partners Our sources do not name them." in text


def test_a_city_that_is_given_its_unit_shows_it(client, strategy):
    area = FocusArea.objects.get(slug="open-data-and-interfaces")
    PartImplementation.objects.create(
        spearhead=area.spearhead,
        city_id="turku",
        responsible={"fi": "Kaupunkikehitys", "en": "City development"},
        contact_role={"fi": "Suunnittelija", "en": "Planner"},
        source=Source.objects.get(is_own_page=True),
    )
    text = text_of(client.get("/en/strategy/open-data-and-interfaces/"))
    assert "Turku Responsible City development Contact Planner" in text


def test_an_unknown_area_is_not_found(client, strategy):
    assert client.get("/fi/strategy/open-everything/").status_code == 404


def test_without_a_strategy_the_page_says_so(client):
    assertContains(client.get("/en/strategy/"), "There is no strategy here yet")
    assert client.get("/en/strategy/open-data-and-interfaces/").status_code == 404


@pytest.mark.parametrize("path", ["/fi/strategy/", "/fi/strategy/open-data-and-interfaces/"])
def test_the_pages_ask_the_database_a_fixed_number_of_times(strategy, path, django_assert_max_num_queries):
    client = Client()
    client.get(path)
    with django_assert_max_num_queries(18):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_pages_are_only_for_reading(client, strategy, method):
    assert getattr(client, method)("/fi/strategy/").status_code == 405
