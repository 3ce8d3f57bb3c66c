"""The one search over everything: by kind, in the reader's language, as far as the reader may see."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from kuutio.cities.models import Role
from kuutio.opendata import findable
from kuutio.search import learning
from kuutio.search.actions import Words, put
from kuutio.web.searching import PAGE, PAGES, audience
from tests.factories import DatasetFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(six):
    """The strategy, and two dozen things called lamps."""
    for number in range(24):
        words = {
            "fi": Words(f"Lamppu {number}", f"/fi/data/lamp-{number}/"),
            "en": Words(f"Lamp {number}", "/en/data/x/"),
        }
        put("dataset", f"lamp-{number}", words, at=timezone.now(), city="oulu")


def test_the_front_page_asks_and_the_search_answers(client, index):
    assertContains(client.get("/fi/"), 'action="/fi/search/"')
    response = client.get("/fi/search/?q=innovaatioalustat")
    assertContains(response, 'href="/fi/strategy/open-innovation-platforms/"')


@pytest.mark.parametrize(
    ("language", "word", "title"),
    [
        ("fi", "rajapinnat", "Avoin data ja rajapinnat"),
        ("sv", "gränssnitt", "Öppna data och gränssnitt"),
        ("en", "interfaces", "Open data and interfaces"),
    ],
)
def test_the_strategy_is_found_in_three_languages(client, index, language, word, title):
    response = client.get(f"/{language}/search/?q={word}")
    assertContains(response, f'href="/{language}/strategy/open-data-and-interfaces/"')
    assertContains(response, title)


def test_the_other_name_of_a_focus_area_finds_it(client, index):
    assertContains(client.get("/fi/search/?q=osallisuus+ja+palvelut"), "open-participation-and-customership")


def test_results_come_in_pages_and_by_kind(client, index):
    response = client.get("/en/search/?q=lamp")
    assert len(response.context["rows"]) == PAGE
    assertContains(response, "<strong>24</strong> results")
    assertContains(response, 'href="/en/search/?q=lamp&amp;page=2"')
    assert len(client.get("/en/search/?q=lamp&page=2").context["rows"]) == 4
    assertContains(client.get("/en/search/?q=lamp"), "Oulu")
    none = client.get("/en/search/?q=lamp&kind=strategy")
    assert none.context["rows"] == []


def test_a_query_for_nothing_and_one_that_finds_nothing_say_so(client, index):
    assertContains(client.get("/en/search/"), 'role="search"')
    assertNotContains(client.get("/en/search/"), "Nothing was found")
    assertContains(client.get("/en/search/?q=zzzqqq"), "Nothing was found for “zzzqqq”")


@pytest.mark.parametrize(
    "query",
    [
        *(
            "q=%00lamp",
            "q=lamp&page=0",
            "q=lamp&page=-3",
            "q=lamp&page=99999999",
            "q=lamp&page=x",
            "q=lamp&kind=nonsense",
        ),
        *("q=" + "a" * 5000, "q=%27%22%3Cscript%3E%26%7C!()", "q=" + "lamp+" * 100),
    ],
)
def test_odd_questions_get_a_page(client, index, query):
    response = client.get(f"/en/search/?{query}")
    assert response.status_code == 200
    assertNotContains(response, "<script>")


def test_pages_end_where_another_word_helps_better(client, index):
    assert client.get(f"/en/search/?q=lamp&page={PAGES + 50}").context["next"] == ""


def test_what_an_organisation_keeps_to_itself_is_found_by_its_own_people_alone(client, six):
    organisation, other = OrganisationFactory(), OrganisationFactory(city__code="oulu")
    words = {"en": Words("Secret lanterns", "/en/data/secret/")}
    put("dataset", "secret", words, at=timezone.now(), audience=[f"organisation:{organisation.pk}"])
    address = "/en/search/?q=lanterns"
    assertNotContains(client.get(address), "Secret lanterns")
    for place, role, sees in (
        (other, "publisher", False),
        (organisation, "agent", False),
        (organisation, "admin", True),
    ):
        person = PersonFactory()
        Role.objects.create(person=person, organisation=place, role=role)
        client.force_login(person)
        assert audience(person) == ["public", *([] if role == "agent" else [f"organisation:{place.pk}"])]
        assert ("Secret lanterns" in client.get(address).content.decode()) is sees


def test_a_published_data_set_is_found_by_another_form_of_its_words(client, six):
    dataset = DatasetFactory(title={"fi": "Katuvalaistus"})
    findable.refresh(dataset)
    client.get("/fi/search/?q=katuvalaistuksen")  # a word that nobody has used: the worker learns it from the question
    learning.learn()
    assertContains(client.get("/fi/search/?q=katuvalaistuksen"), "Katuvalaistus")
