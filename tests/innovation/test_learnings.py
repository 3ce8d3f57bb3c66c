"""Learnings: found in another form of the word, cited for good, with the trial and the data that they rest on."""

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.innovation.actions import learnings
from kuutio.innovation.actions.learnings import Told
from kuutio.innovation.learnings import learnings_of, others_who_tried
from kuutio.innovation.models import Learning, Trial, TrialCity
from kuutio.search.learning import learn
from tests.factories import CityFactory, DatasetFactory, OrganisationFactory, PersonFactory
from tests.innovation.more import NOON, officer, three

pytestmark = pytest.mark.django_db
TITLE = "Katuvalojen anturit säästävät sähköä"


def _title(title):
    if title != TITLE:
        return title if isinstance(title, dict) else {"fi": title}
    return {"fi": title, "sv": "Sensorer i gatubelysningen sparar el", "en": "Street light sensors save power"}


def told(title=TITLE, **more):
    fields = {
        "title": _title(title),
        "tried": three("Sata valaisinta talven yli"),
        "happened": three("Sähköä kului 30 prosenttia vähemmän"),
        "lesson": {
            "fi": "Pimeä polku pelottaa: jätä vähimmäisvalo.",
            "en": "A dark path frightens: leave a least light.",
        },
        "again": "changed",
        "authors": "Oulun kaupunki; Esimerkki Oy",
        "themes": ["energy"],
        "technologies": ["sensors"],
        **more,
    }
    return Told(**fields)


def published(city="oulu", at=NOON, **more):
    row = learnings.write_learning(told(**more), cities=[CityFactory(code=city)], by=None, at=at)
    return learnings.publish_learning(row, by=None, at=at)


def trial_of(city="oulu", state="running"):
    """A trial as the tables want it; what it needs before it runs is checked at commit."""
    firm = OrganisationFactory(slug="esimerkki", kind="company", city=None, name={"fi": "Esimerkki Oy"})
    trial = Trial.objects.create(
        slug="valot", owner=CityFactory(code=city), organisation=firm, title=three("Valot"), summary=three("Kokeilu"),
        state="idea", created_at=NOON, changed_at=NOON, themes=["energy"], technologies=["sensors"],
    )  # fmt: skip
    TrialCity.objects.create(trial=trial, city=trial.owner)
    if state == "agreed":
        Trial.objects.filter(pk=trial.pk).update(state="agreed")
        trial.refresh_from_db()
    return trial


def test_it_is_found_by_another_inflected_word_and_by_its_kin(client):
    row = published()
    other = {"themes": ["culture"], "technologies": ["materials"], "tried": {"fi": "Ketjuja vaihdettiin."}}
    other |= {"lesson": {"fi": "Ketju kestää narua paremmin."}, "happened": {"fi": "Yksi katkesi."}}
    published(title="Leikkipuiston keinut kuluvat", city="turku", **other)
    CityFactory(code="espoo")
    asked = ("katuvaloissa", "valaistuksessa", "anturilla", "gatubelysning", "sensor")
    for words in asked:  # a word that no text holds is learnt by the worker, once somebody has asked for it
        client.get("/fi/innovation/learnings/", {"q": words})
    learn()
    for words in asked:
        page = client.get("/fi/innovation/learnings/", {"q": words}).content.decode()
        assert row.slug in page, words
        assert "keinut" not in page, words
    for query, count in (
        ({"theme": "energy"}, 1), ({"technology": "materials"}, 1), ({"city": "turku"}, 1), ({"city": "espoo"}, 0),
        ({"spearhead": "A70202"}, 0), ({"q": "katuvalot", "city": "turku"}, 0), ({"theme": "'\0"}, 2), ({"from": "99999"}, 0),
    ):  # fmt: skip
        assert client.get("/fi/innovation/learnings/", query).content.decode().count('class="result"') == count, query


def test_it_has_a_permanent_address_a_citation_and_json(client):
    dataset = DatasetFactory(name="helsinki-valot")
    row = published(datasets=["helsinki-valot"], spearhead="A70202")
    page = client.get(f"/en/innovation/learnings/{row.slug}/").content.decode()
    address = f"/learnings/{row.uuid}"
    assert "Oulun kaupunki; Esimerkki Oy (2026). Street light sensors save power. Kuutio." in page
    assert address in page
    assert "creativecommons.org/licenses/by/4.0" in page
    assert "/en/data/helsinki-valot/" in page
    browser = client.get(address, headers={"accept": "text/html", "accept-language": "sv"})
    assert browser["Location"] == f"/sv/innovation/learnings/{row.slug}/"
    for answer in (client.get(address, headers={"accept": "application/json"}), client.get(f"{address}.json")):
        found = json.loads(answer.content)
        assert (
            found["datasets"] == [f"http://testserver/dataset/{dataset.pk}"] or str(dataset.pk) in found["datasets"][0]
        )
        assert (found["licence"], found["spearhead"]) == ("https://creativecommons.org/licenses/by/4.0/", "A70202")
    assert client.get(f"/learnings/{uuid.uuid4()}").status_code == 404
    atom = client.get("/fi/innovation/learnings.atom?theme=energy").content.decode()
    assert str(row.uuid) in atom
    assert client.get("/fi/innovation/learnings.json?theme=culture").json()["items"] == []


def test_what_is_published_stays_and_a_draft_is_seen_by_its_own_people(client):
    draft = learnings.write_learning(told(), cities=[CityFactory(code="oulu")], by=officer("oulu"), at=NOON)
    address = f"/fi/innovation/learnings/{draft.slug}/"
    assert client.get(address).status_code == 404
    client.force_login(officer("turku"))
    assert client.get(address).status_code == 404
    client.force_login(officer("oulu"))
    assert client.get(address).status_code == 200
    assert draft.slug in client.get("/fi/work/").content.decode()
    with pytest.raises(NotAllowed):
        learnings.publish_learning(draft, by=officer("turku"), at=NOON)
    assert client.post(f"{address}publish/").status_code == 302
    with pytest.raises(Conflict):
        learnings.change_learning(draft, told(title="Muu"), by=None, at=NOON)
    assert client.post(f"{address}edit/").status_code == 403
    assert Client().get(address).status_code == 200


def test_a_learning_of_a_trial_counts_when_it_is_published_and_its_trial_is_public():
    trial = trial_of()
    lead = PersonFactory()
    Trial.objects.filter(pk=trial.pk).update(lead=lead)
    trial.refresh_from_db()
    with pytest.raises(NotAllowed):
        learnings.write_learning(told(), trial=trial, by=PersonFactory(), at=NOON)
    row = learnings.write_learning(told(), trial=trial, by=lead, at=NOON)
    assert [part.city_id for part in row.parts.all()] == ["oulu"]
    with pytest.raises(Invalid):
        learnings.publish_learning(row, by=None, at=NOON)
    Trial.objects.filter(pk=trial.pk).update(state="agreed")
    row.trial.refresh_from_db()
    assert not learnings_of(trial).exists()
    learnings.publish_learning(row, by=officer("oulu"), at=NOON)
    assert [one.pk for one in learnings_of(trial)] == [row.pk]


def test_others_who_tried_this_are_shown_and_cities_tell_that_they_built_on_it(client):
    row = published()
    near = published(title="Puistovalojen anturit säästävät", city="turku")
    published(title="Robottibussi talvella", themes=["mobility"], technologies=["robotics"], city="espoo",
              lesson=three("Lumi pysäyttää"))  # fmt: skip
    assert [one.slug for one in others_who_tried(row)] == [near.slug]
    learnings.reuse_learning(
        row, city=CityFactory(code="turku"), text=three("Sama täällä"), by=officer("turku"), at=NOON
    )
    with pytest.raises(NotAllowed):
        learnings.reuse_learning(row, city=CityFactory(code="turku"), text=three("Ei"), by=officer("oulu"), at=NOON)
    page = client.get(f"/fi/innovation/learnings/{row.slug}/").content.decode()
    assert near.slug in page
    assert "Sama täällä (fi)" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {}}, {"title": {"fi": "x" * 201}}, {"again": "maybe"}, {"themes": []}, {"themes": ["all"]},
        {"datasets": ["no-such"]}, {"datasets": [f"a-{number}" for number in range(21)]}, {"authors": " "},
        {"technologies": ["magic"]}, {"lesson": {"fi": "\0 "}},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_whole(changes):
    with pytest.raises(Invalid):
        learnings.write_learning(told(**changes), cities=[CityFactory(code="oulu")], by=None, at=NOON)
    assert not Learning.objects.exists()


def test_an_officer_writes_one_through_the_page(client):
    client.force_login(officer("oulu"))
    sent = {
        "title_0": "Opittiin", "tried_0": "Tätä", "happened_0": "Tuota", "lesson_0": "Muista", "again": "yes",
        "authors": "Oulun kaupunki", "cities": ["oulu"], "themes": ["safety"],
    }  # fmt: skip
    assert client.post("/fi/innovation/learnings/new/", sent | {"themes": []}).status_code == 422
    assert client.post("/fi/innovation/learnings/new/", sent).status_code == 302
    assert Learning.objects.get().begun_at <= timezone.now()
    client.force_login(PersonFactory())
    assert client.post("/fi/innovation/learnings/new/", sent).status_code == 403
