"""Matching: the database adds up the same points as the rule, the reasons are shown, letters and feeds follow."""

import random
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.core import matching
from kuutio.core.problems import Invalid
from kuutio.innovation import findable_datasets, offers, things
from kuutio.innovation.actions import profiles
from kuutio.innovation.matches import LEAST, matches
from kuutio.innovation.models import Findable, Profile, Technology, Theme
from kuutio.innovation.offers import Offer
from kuutio.innovation.receiving import may_receive
from kuutio.search import actions as search
from kuutio.search.learning import learn
from tests.factories import CityFactory, DatasetFactory, PersonFactory
from tests.innovation.more import DAY, NOON, officer

pytestmark = pytest.mark.django_db
CITIES = ("helsinki", "espoo", "oulu")
WORDS = ("anturit", "pyöräily", "valaistus", "robotti", "kirjasto", "vesi")


def put(key, kind="testbed", title="Kampus", closes_at=None, at=NOON, **terms):
    faces = {"fi": things.Face(title, f"/fi/{key}/"), "en": things.Face(f"{title} en", f"/en/{key}/")}
    return things.put(kind, key, faces, text=terms.pop("text", title), closes_at=closes_at, at=at, **terms)


def test_the_database_adds_up_the_same_as_the_rule():
    chance = random.Random(7)
    told = {}
    for number in range(60):
        terms = {
            "themes": chance.sample(Theme.values, chance.randint(0, 3)),
            "technologies": chance.sample(Technology.values, chance.randint(0, 2)),
            "cities": chance.sample(CITIES, chance.randint(0, 2)),
            "readiness": (chance.randint(1, 5), chance.randint(5, 9)),
            "text": " ".join(chance.sample(WORDS, 2)),
        }
        told[f"t{number}"] = matching.terms_of(**terms)
        put(f"t{number}", **terms)
    for _each in range(8):
        profile = matching.Profile(
            frozenset(chance.sample(Theme.values, 2)),
            frozenset(chance.sample(Technology.values, 1)),
            frozenset(chance.sample(CITIES, 1)),
            chance.choice([None, 6]),
            " ".join(chance.sample(WORDS, 2)),
        )
        weights = matching.weights_of(profile)
        expected = {key: matching.fit(weights, terms).points for key, terms in told.items()}
        found = {match.key: match.fit.points for match in matches(profile, NOON, of_each=100)}
        assert found == {key: points for key, points in expected.items() if points >= LEAST}


def test_the_best_few_are_the_same_whichever_way_the_words_are_looked_up():
    """Where words can't lift another thing among the best few they are looked up in these alone: the same few are found."""
    chance, told = random.Random(11), {}
    for number in range(200):
        terms = {
            "themes": chance.sample(Theme.values, chance.randint(0, 3)),
            "technologies": chance.sample(Technology.values, chance.randint(0, 2)),
            "cities": chance.sample(CITIES, chance.randint(0, 1)),
            "readiness": (chance.randint(1, 5), chance.randint(5, 9)),
            "text": " ".join(chance.sample(WORDS, 3)),
        }
        kind = chance.choice(["testbed", "testbed", "testbed", "challenge", "learning"]) if number % 40 else "solution"
        told[f"t{number}"] = (kind, matching.terms_of(**terms))
        put(f"t{number}", kind=kind, **terms)
    for _each in range(40):
        profile = matching.Profile(
            frozenset(chance.sample(Theme.values, chance.randint(0, 3))),
            frozenset(chance.sample(Technology.values, chance.randint(0, 1))),
            frozenset(chance.sample(CITIES, chance.randint(0, 1))),
            chance.choice([None, 6]),
            " ".join(chance.sample(WORDS, chance.randint(1, 3))),
        )
        weights, few = matching.weights_of(profile), chance.choice([1, 3, 6])
        points: dict[str, list[int]] = {}
        for kind, terms in told.values():
            points.setdefault(kind, []).append(matching.fit(weights, terms).points)
        found: dict[str, list[int]] = {}
        for match in matches(profile, NOON, of_each=few):
            found.setdefault(match.kind, []).append(match.fit.points)
        for kind, every in points.items():
            best = [one for one in sorted(every, reverse=True)[:few] if one >= LEAST]
            assert found.get(kind, []) == best, (kind, profile)


def test_the_reasons_are_told_in_the_reader_s_language_and_words(client):
    CityFactory(code="oulu")
    put("kampus", themes=["mobility"], technologies=["sensors"], cities=["oulu"], text="Pyöräpysäköinnin anturit")
    page = client.get("/fi/innovation/matches/", {"theme": "mobility", "city": "oulu", "q": "anturit"}).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Koska sama teema:" in text
    assert "valitsemassasi kaupungissa: Oulu" in text
    assert "sanasi: anturit" in text
    assert "pistettä sadasta" in text


def test_a_word_meets_another_form_of_it_whose_consonants_change(client):
    search.put(
        "testbed", "kampus", {"fi": search.Words("Pysäköinnin ohjausta katuvalaisimilla", "/fi/kampus/")}, at=NOON
    )
    put("kampus", text="Pysäköinnin ohjausta katuvalaisimilla")
    asked = {"q": "pysäköinti"}
    assert "/fi/kampus/" not in client.get("/fi/innovation/matches/", asked).content.decode()
    learn()
    assert things.match_learnt() == 1
    assert things.match_learnt() == 0
    page = client.get("/fi/innovation/matches/", asked).content.decode()
    assert "/fi/kampus/" in page
    assert "sanasi: pysäköinti" in page


def test_what_has_closed_is_not_shown_and_hostile_questions_are_nothing(client):
    put("auki", kind="challenge", themes=["energy"], closes_at=timezone.now() + DAY)
    put("kiinni", kind="challenge", themes=["energy"], closes_at=timezone.now() - DAY)
    page = client.get("/fi/innovation/matches/?theme=energy").content.decode()
    assert "/fi/auki/" in page
    assert "/fi/kiinni/" not in page
    for query in (
        {"theme": "all"},
        {"q": "\0'\""},
        {"readiness": "99"},
        {"kind": "x"},
        {"q": "a" * 5000},
        {"city": "../"},
    ):
        assert client.get("/fi/innovation/matches/", query).status_code == 200
        assert client.get("/fi/innovation/matches.json", query).status_code == 200


def test_a_company_sees_why_it_cannot_apply_in_a_call_and_where_its_doors_are(client, monkeypatch):
    kinds = frozenset(kind for kind in Organisation.Kind.values if may_receive(kind))
    call = Offer("call", "haku", {"fi": "Avoin haku"}, {"fi": "/fi/haku/"}, kinds, text="energia", changed_at=NOON)
    monkeypatch.setattr(offers, "_providers", [lambda at: [call]])
    company = client.get("/fi/innovation/matches/?theme=energy&kind=company").content.decode()
    assert "Yritys ei voi saada ohjelman tukea" in company
    school = client.get("/fi/innovation/matches/?theme=energy&kind=research").content.decode()
    assert "Avoin haku" in school
    assert "Yritys ei voi saada" not in school
    first = client.get("/fi/innovation/").content.decode()
    assert "Rahoituksen säännöt eivät salli tukea yritykselle" in first
    assert not may_receive("company")
    assert all(may_receive(kind) for kind in ("research", "third-sector", "city", "public"))


def test_data_sets_are_matched_while_they_are_public():
    row = DatasetFactory(name="helsinki-bikes", themes=["TRAN"], title={"fi": "Pyörälaskennat", "en": "Bicycle counts"})
    assert findable_datasets.refresh_all() == 1
    profile = matching.Profile(themes=frozenset({"mobility"}), cities=frozenset({"helsinki"}))
    assert [match.title for match in matches(profile, timezone.now())] == ["Pyörälaskennat"]
    row.state = "deleted"
    row.save()
    findable_datasets.refresh([row.pk])
    assert not Findable.objects.exists()


def test_a_letter_tells_what_is_new_once_and_ends_with_one_press(client):
    CityFactory(code="oulu")
    person = PersonFactory(language="sv")
    told = profiles.Told("Firma Ab", "company", "SE", themes=["energy"], notices="daily")
    profile = profiles.keep_profile(told, by=person, at=NOON)
    put("vanha", themes=["energy"], at=NOON - DAY)
    put("uusi", themes=["energy"], title="Uusi paikka", at=NOON + timedelta(hours=2))
    assert profiles.due(NOON + timedelta(hours=3)) == []
    later = NOON + DAY
    assert profiles.due(later) == [profile.pk]
    assert profiles.tell(profile.pk, later)
    assert not profiles.tell(profile.pk, later)
    letter = mail.outbox[0]
    assert "Uusi paikka" in letter.body
    assert "/vanha/" not in letter.body
    assert "samma tema" in letter.body
    leave = re.search(r"/sv/innovation/letters/[^/\s]+/", letter.body).group()
    assert client.get(leave).status_code == 200
    client.post(leave)
    profile.refresh_from_db()
    assert profile.notices == "none"
    assert client.post("/fi/innovation/letters/forged/").status_code == 200


def test_a_profile_is_one_s_own_and_kept_through_the_page(client):
    CityFactory(code="oulu")
    person = officer("oulu")
    client.force_login(person)
    sent = {"name": "Esimerkki", "kind": "company", "country": "fi", "themes": ["energy"], "cities": ["oulu"],
            "readiness": "7", "notices": "weekly", "text": "anturit"}  # fmt: skip
    assert client.post("/fi/innovation/profile/", sent | {"kind": "x"}).status_code == 422
    for _each in range(2):
        assert client.post("/fi/innovation/profile/", sent).status_code == 302
    row = Profile.objects.get()
    assert (row.country, row.readiness, row.person) == ("FI", 7, person)
    put("kampus", themes=["energy"], readiness=(5, 8))
    assert "kampus" in client.get("/fi/innovation/matches/").content.decode()
    client.post("/fi/innovation/profile/remove/")
    assert not Profile.objects.exists()
    with pytest.raises(Invalid):
        profiles.keep_profile(profiles.Told("", "company", "FIN", readiness=12), by=person, at=NOON)


def test_matching_asks_the_database_a_fixed_number_of_times(client, django_assert_max_num_queries):
    for number in range(40):
        put(f"t{number}", themes=["energy"], title=f"Paikka {number}")
    client.get("/fi/innovation/matches/?theme=energy")
    with django_assert_max_num_queries(8):
        client.get("/fi/innovation/matches/?theme=energy")
    with django_assert_max_num_queries(8):
        assert len(client.get("/fi/innovation/matches.json?theme=energy").json()["items"]) == 25
