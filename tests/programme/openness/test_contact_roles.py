"""A contact role has a button, and what is written to it arrives at its unit."""

import pytest
from django.urls import reverse

from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Case, Category, Draft
from kuutio.programme.contact_roles import role_of
from kuutio.programme.models import PartImplementation
from tests.programme.openness.words import text_of

KEY = "open-data-and-interfaces.helsinki"
PATH = f"/fi/report/to/{KEY}/"


@pytest.fixture
def matters(strategy):
    """The catalogue of matters, which a message is filed under."""
    load_catalogue()


def test_every_role_has_a_button_on_its_focus_area_and_in_the_strategy(client, matters):
    for part in PartImplementation.objects.select_related("spearhead__focus_area"):
        path = reverse("contact:report-to", kwargs={"key": part.contact_key})
        area = client.get(f"/fi/strategy/{part.spearhead.focus_area.slug}/").content.decode()
        assert f'href="{path}"' in area
        assert f'href="{path}"' in client.get("/fi/strategy/").content.decode()
    assert "Ota yhteyttä" in text_of(client.get("/fi/strategy/"))


def test_a_message_to_a_role_arrives_as_a_case_of_its_unit(client, matters):
    text = text_of(client.get(PATH))
    assert "Avoin data ja rajapinnat: Kehityspäällikkö" in text
    assert not Draft.objects.exists(), "looking begins nothing"
    details = client.post(PATH)
    draft = Draft.objects.get()
    assert details.url == f"/fi/report/{draft.uuid}/details/"
    page = text_of(client.get(details.url))
    assert "Vastaanottaja: Kehityspäällikkö" in page
    assert "Mitä haluat kysyä tai kertoa?" in page
    sent = client.post(details.url, {"text": "Mistä saan rajapinnan kuvauksen?"})
    assert "Kehityspäällikkö, Tietokeskus" in text_of(client.get(sent.url))
    told = client.post(sent.url, {"preference": "email", "email": "aino@example.org", "name": "Aino"})
    assert told.status_code == 302
    case = Case.objects.get()
    assert (case.unit.slug, case.responsible.slug, case.category_id) == (
        "helsinki-open-data-and-interfaces",
        "helsinki",
        "other",
    )
    assert case.title == "Avoin data ja rajapinnat: Kehityspäällikkö"
    assert case.messages.get().text == "Mistä saan rajapinnan kuvauksen?"
    client.post(sent.url, {"preference": "email", "email": "aino@example.org", "name": "Aino"})
    assert Case.objects.count() == 1, "sent again, it is the same case"


@pytest.mark.parametrize(
    "key", ["nothing.helsinki", "open-data-and-interfaces.turku", "helsinki", ".", "x" * 500, "open-data%00.helsinki"]
)
def test_a_role_that_is_not_there_is_not_found(client, matters, key):
    assert client.get(f"/fi/report/to/{key}/").status_code == 404
    assert client.post(f"/fi/report/to/{key}/").status_code == 404


def test_a_closed_unit_has_no_button_and_takes_no_message(client, matters):
    desk = PartImplementation.objects.get(spearhead__focus_area__slug="open-data-and-interfaces").desk
    draft_page = client.post(PATH).url
    desk.is_active = False
    desk.save()
    assert client.get(PATH).status_code == 404
    assert "/report/to/" not in client.get("/fi/strategy/open-data-and-interfaces/").content.decode()
    sent = client.post(draft_page, {"text": "Hei."})
    client.post(sent.url, {"preference": "email", "email": "aino@example.org"})
    assert Case.objects.get().unit is None, "what was begun goes to the city's joint queue"


def test_without_a_category_for_it_nobody_can_write(client, matters):
    Category.objects.exclude(place="required").update(is_active=False)
    assert client.get(PATH).status_code == 404


def test_the_newest_strategy_s_role_counts_and_a_part_without_a_desk_has_none(strategy):
    assert role_of(KEY).unit.slug == "helsinki-open-data-and-interfaces"
    PartImplementation.objects.update(desk=None)
    assert role_of(KEY) is None
