"""The front page shows live things only, and what isn't there is left out."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from kuutio.cities.places import cities
from kuutio.core.parts import Card, Door, Face, Figure, Menu, Parts
from kuutio.web import finland, front, gathered

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch):
    """Lets a test say which parts there are."""
    return lambda given: monkeypatch.setattr(gathered, "_parts", given)


def door(url, key="room"):
    return Door(key=key, title="A room", text="What it holds", go="Go in", url=url, face=Face.DATA)


def test_the_root_leads_to_the_reader_s_language(client):
    for asked, led in (("sv", "/sv/"), ("en-GB,en", "/en/"), ("de", "/fi/"), ("", "/fi/")):
        response = client.get("/", headers={"accept-language": asked})
        assert (response.status_code, response["Location"]) == (302, led)
        assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(
    ("language", "title", "names"),
    [
        ("fi", "Kuusi kaupunkia, yksi ovi.", "Helsinki, Espoo, Vantaa, Tampere, Turku ja Oulu"),
        ("sv", "Sex städer, en dörr.", "Helsingfors, Esbo, Vanda, Tammerfors, Åbo och Uleåborg"),
        ("en", "Six cities, one door.", "Helsinki, Espoo, Vantaa, Tampere, Turku and Oulu"),
    ],
)
def test_the_front_page_names_its_cities(client, six, language, title, names):
    response = client.get(f"/{language}/")
    assertContains(response, f"<h1>{title}</h1>", html=True)
    assertContains(response, names)


def test_each_city_is_a_link_on_the_map(client, six):
    page = client.get("/fi/").content.decode()
    for city in cities():
        assert re.search(rf'<a href="/city/\?city={city.code}&amp;next=/fi/"', page)
    assert page.count('class="country-shape"') == 6


def test_choosing_a_city_themes_the_pages_and_comes_back(client, six):
    response = client.get("/city/?city=oulu&next=/fi/", follow=True)
    assert response.redirect_chain[-1][0] == "/fi/"
    assertContains(response, 'href="/theme/oulu-')
    assertContains(response, "country-chosen")
    sheet = re.search(r'href="(/theme/oulu-\w+\.css)"', response.content.decode())[1]
    assert "immutable" in client.get(sheet)["Cache-Control"]
    response = client.get("/city/?next=/fi/", follow=True)
    assertNotContains(response, "/theme/")


def test_a_door_or_a_menu_entry_without_its_page_is_left_out(client, six, parts):
    missing = Menu(key="missing", title="Not yet", url="nowhere:page")
    there = Menu(key="there", title="Strategy here", url="programme:strategy")
    parts(Parts(doors=(door("nowhere:page", "a"), door("programme:strategy", "b")), menu=(missing, there)))
    response = client.get("/en/")
    assert response.content.decode().count('class="door"') == 1
    assertContains(response, "Strategy here")
    assertNotContains(response, "Not yet")


def test_cards_with_nothing_to_show_are_left_out_and_at_most_six_shown(client, six, parts):
    template = "web/front/question.html"
    cards = tuple(Card(key=f"c{n}", template=template, context=lambda request: {}) for n in range(8))
    parts(Parts(cards=(*cards, Card(key="none", template="no/such.html", context=lambda request: None, order=1))))
    assert len(client.get("/en/").context["cards"]) == 6


def test_without_cards_the_page_says_that_nothing_is_new(client, six, parts):
    parts(Parts())
    assertContains(client.get("/en/"), "Nothing new just now")


def test_figures_that_count_nothing_are_left_out(client, six, parts):
    parts(
        Parts(
            figures=(
                Figure(key="some", label="things served", compute=lambda: "42", url="programme:strategy"),
                Figure(key="none", label="nothing yet", compute=lambda: None),
            )
        )
    )
    response = client.get("/en/")
    assertContains(response, "things served")
    assertNotContains(response, "nothing yet")
    parts(Parts())
    assertNotContains(client.get("/en/"), "How the cities serve")


def test_an_empty_kuutio_has_a_front_page(client):
    assertContains(client.get("/en/"), "No city has moved in yet")


@pytest.mark.parametrize(("count", "title"), [(2, "Two cities, one door."), (23, "The cities, one door.")])
def test_another_group_of_cities_gets_its_own_words(count, title):
    with translation.override("en"):
        assert front.title_for(count) == title
        assert front.in_words(["Oulu", "Turku"]) == "Oulu and Turku"
    assert front.in_words(["Oulu"]) == "Oulu"
    assert front.in_words([]) == ""


def test_labels_of_the_map_do_not_touch(six):
    drawing = finland.drawing_of(cities())
    for anchor in ("start", "end"):
        heights = sorted(shape.label.y for shape in drawing.shapes if shape.label.anchor == anchor)
        assert all(below - above >= finland.LABEL_HEIGHT - 1 for above, below in pairwise(heights))
        assert all(0 < height < finland.HEIGHT for height in heights)


def test_the_map_is_drawn_once_and_kept(six, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    finland._drawing.cache_clear()
    drawing = finland.drawing_of(cities())
    (kept,) = (tmp_path / "drawn").iterdir()
    finland._drawing.cache_clear()  # another process, or the next start
    monkeypatch.setattr(finland.subprocess, "run", None)
    assert finland.drawing_of(cities()) == drawing
    assert len(drawing.shapes) == 6
    monkeypatch.undo()
    settings.DATA = tmp_path
    municipality = cities()[0].municipality
    municipality.north += 0.01
    municipality.save()
    finland.drawing_of(cities())
    assert len(list((tmp_path / "drawn").iterdir())) == 2, kept  # of new borders


def test_the_front_page_stands_without_a_map_that_cannot_be_drawn(client, six, settings, tmp_path):
    settings.DATA = tmp_path
    finland._drawing.cache_clear()
    municipality = cities()[0].municipality
    municipality.border, municipality.north = b"no geometry", municipality.north + 0.02
    municipality.save()
    answer = client.get("/fi/")
    assert answer.status_code == 200
    assert answer.context["drawing"] is None


def test_a_web_process_has_no_drawing_library_though_categories_are_learnt():
    # The program that draws ends with the drawing.
    program = """import sys, kuutio.config.wsgi
from kuutio.core.suggesting import Told, from_json, learn, to_json
assert from_json(to_json(learn([Told("light", "valo", str(who)) for who in range(5)]), {})).rank("valo")
print(sorted({"shapely", "pyproj", "duckdb", "pyarrow", "sqlglot"} & set(sys.modules)))"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.splitlines()[-1] == "[]"


def test_the_front_page_asks_the_database_a_fixed_number_of_times(client, six, django_assert_max_num_queries):
    client.get("/fi/")
    # The cities, the map, and what each room has open now: processes, calls, challenges, data.
    with django_assert_max_num_queries(9):
        client.get("/fi/")
