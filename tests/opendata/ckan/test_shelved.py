"""package_search from the index and from the database: whatever the catalogue and the question, the answers are the same."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kuutio.opendata import findable
from kuutio.opendata.ckan import search, shelved
from kuutio.opendata.models import Dataset, Group, Mapping
from kuutio.search.learning import learn
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory
from tests.opendata.ckan.conftest import Api, key_for

DAY = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)
WORDS = ["puut", "lamput", "kadut", "penkit", "ääni"]
FIELDS = ["organization", "tags", "res_format", "license_id", "groups", "unknown"]
KNOWN = [
    {},
    {"q": "*:*"},
    {"q": "puut"},
    {"q": "puut lamput"},
    {"q": "puut", "sort": "score desc"},
    {"q": "puut", "sort": "score asc, name asc"},
    {"q": "puut", "sort": "relevance desc, name desc"},
    {"q": "puut -lamput organization:espoo"},
    {"q": "xyzzyx"},
    {"q": "!!"},
    {"q": "puut", "sort": "title_string asc"},
    {"q": "puut", "rows": 3, "start": 2},
    {"q": "puut", "rows": 0},
    {"rows": 4, "start": 7, "sort": "metadata_modified desc"},
    {"rows": 4, "start": 900},
    {"sort": "metadata_modified asc"},
    {"sort": "id desc"},
    {"sort": "score desc"},
    {"sort": "name asc", "start": 3, "rows": 5},
    {"sort": "name desc, metadata_modified asc", "start": 3, "rows": 5},
    {"sort": "organization asc, title asc"},
    {"fq": "organization:helsinki"},
    {"fq": "organization:HELS*"},
    {"fq": "-organization:helsinki groups:envi"},
    {"fq": "organization:(helsinki OR espoo OR nobody) -groups:(tran OR vihrea)"},
    {"fq": "groups:vihrea"},
    {"fq": "tags:katu"},
    {"fq": "-tags:tree"},
    {"fq": "tags:Katu"},
    {"fq": "res_format:csv"},
    {"fq": "-res_format:GeoJSON", "q": "puut"},
    {"fq": "res_format:*"},
    {"fq": "license_id:cc-zero-1.0"},
    {"fq": "license_id:CC0"},
    {"fq": "-license_id:odd"},
    {"fq": "license_id:5"},
    {"fq": "isopen:true"},
    {"fq": "isopen:false"},
    {"fq": "city:espoo"},
    {"fq": "-city:Espoo"},
    {"fq": "state:active private:false type:dataset"},
    {"fq": "state:draft"},
    {"fq": "private:true"},
    {"fq": "-private:true"},
    {"fq": "puut OR tags:katu"},
    {"fq": "text:puut -text:lamput"},
    {"fq": ["organization:helsinki", "isopen:true"], "fq_list": ["-groups:envi"]},
    {"facet.limit": 1},
    {"facet.limit": 2, "q": "puut"},
    {"facet.limit": -1, "facet.mincount": 3},
    {"facet.limit": 0},
    {"include_drafts": True},
]
LEFT = [
    {"fq": "tags:kat*"},
    {"fq": "name:set-1*"},
    {"fq": "title:puut"},
    {"fq": "license_id:cc*"},
    {"fq": "guid:abc"},
    {"fq": "res_format:Ä"},
    {"fq": "-organization:helsinki guid:*"},
    {"fq": "metadata_modified:[2026-11-03T00:00:00Z TO *]"},
    {"q": "puut", "ext_bbox": "24,60,25,61"},
]


@pytest.fixture(params=[1, 2])
def catalogue(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> list[Dataset]:
    """Some sixty data sets of all kinds, public or not, made by chance; few are enough to be many."""
    chance = random.Random(request.param)
    cities = [CityFactory(code=code) for code in ("helsinki", "espoo")]
    publishers = [OrganisationFactory(city=city) for city in cities]
    made = []
    for number in range(60):
        publisher = chance.choice(publishers)
        words = " ".join(chance.sample(WORDS, 2))
        one = DatasetFactory(
            name=f"set-{number}" if number % 9 else f"set_{number}",
            publisher=publisher,
            city=chance.choice([publisher.city, publisher.city, None]),
            state=chance.choices(Dataset.State.values, [2, 6, 2])[0],
            access=chance.choices(Dataset.Access.values, [6, 2, 2])[0],
            issued_at=DAY,
            title={chance.choice(["fi", "fi", "sv", "en"]): chance.choice([words, f"Aineisto {number}"])},
            notes={"fi": " ".join(chance.sample(WORDS, chance.randint(0, 3)))},
            keywords=chance.choice(
                [
                    {},
                    {"fi": ["katu", "puu"], "en": ["tree"]},
                    {"sv": ["träd"], "en": ["tree"]},
                    {"fi": [], "en": ["katu"]},
                ]
            ),
            themes=chance.choice([[], ["ENVI"], ["TRAN", "ENVI"]]),
            licence=chance.choice(["cc-by-4.0", "cc-zero-1.0", "notspecified", "", "odd"]),
            extras=chance.choice([{}, {"guid": "abc", "license_id": "odd"}, {"_fields": {"license_id": 5}}]),
            bbox=chance.choice([None, [24.5, 60.1, 24.7, 60.3], [27, 62, 28, 63]]),
            # Some are of the same moment, some a millionth of a second apart.
            modified_at=DAY + timedelta(days=chance.randint(0, 3), microseconds=chance.randint(0, 1)),
        )
        for form in chance.choices(["CSV", "csv", "GeoJSON", "", "Ä"], k=chance.randint(0, 3)):
            DistributionFactory(dataset=one, format=form)
        findable.refresh(one)
        made.append(one)
    Group.objects.create(name="vihrea", title={"fi": "Vihreä"}).datasets.set(chance.sample(made, 20))
    Group.objects.create(name="tyhja", title={"fi": "Tyhjä"})
    learn()
    if request.param == 2:
        monkeypatch.setattr(findable, "_RANKED", 3)
        monkeypatch.setattr(findable, "_FEW", 5)
        monkeypatch.setattr(shelved, "FEW", 5)
    return made


def _both(api: Api, monkeypatch: pytest.MonkeyPatch, question: dict[str, Any]) -> tuple[Any, Any]:
    asked = {"rows": 100, "facet.field": FIELDS, **question}
    from_index = api("package_search", **asked)
    with monkeypatch.context() as patch:
        patch.setattr(search, "_from_shelves", lambda *_arguments: None)
        return from_index, api("package_search", **asked)


def test_the_answers_are_the_same(
    api: Api, catalogue: list[Dataset], monkeypatch: pytest.MonkeyPatch, admin: Api
) -> None:
    known, answer = [], shelved.answer
    monkeypatch.setattr(shelved, "answer", lambda question: known.append(answer(question)) or known[-1])
    shown = set()
    for question in KNOWN:
        before = len(known)
        ours, theirs = _both(api, monkeypatch, question)
        assert ours == theirs, question
        assert len(known) == before + 1, question
        shown |= {one["id"] for one in ours["results"]}
    public = {str(one.pk) for one in catalogue if one.state == "published" and one.access == "PUBLIC"}
    assert shown == public
    before = len(known)
    for question in LEFT:
        ours, theirs = _both(api, monkeypatch, question)
        assert ours == theirs, question
    assert len(known) == before
    # Who may see more and asks for it is answered by the database.
    seen = set()
    flags = ("include_drafts", "include_private", "include_deleted")
    for question in [{flag: True, **words} for flag in flags for words in ({}, {"q": "puut"})]:
        ours, theirs = _both(admin, monkeypatch, question)
        assert ours == theirs, question
        seen |= {(one["state"], one["private"]) for one in ours["results"]}
    assert seen >= {("active", False), ("draft", False), ("active", True), ("deleted", False)}
    assert len(known) == before
    ours, theirs = _both(admin, monkeypatch, {"q": "puut"})
    assert ours == theirs
    assert len(known) == before + 1


def test_what_changes_is_seen_at_once(api: Api, catalogue: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    question = {"q": "puut", "sort": "metadata_modified desc"}
    before = api("package_search", **question)["count"]
    one, other, third = (
        Dataset.objects.get(pk=key["id"]) for key in api("package_search", **question, rows=3)["results"]
    )
    Dataset.objects.filter(pk=one.pk).update(
        modified_at=DAY + timedelta(days=9), keywords={"fi": ["uusi"]}, licence="cc-zero-1.0", extras={}
    )
    Dataset.objects.filter(pk=other.pk).update(access=Dataset.Access.RESTRICTED)
    Group.objects.get(name="vihrea").datasets.add(third)
    type(one.publisher).objects.filter(pk=one.publisher_id).update(slug="renamed", name={"fi": "Uusi nimi"})
    DistributionFactory(dataset=one, format="XLSX")
    for again in (question, *KNOWN, {"fq": "organization:renamed"}, {"fq": "tags:uusi res_format:xlsx"}):
        ours, theirs = _both(api, monkeypatch, again)
        assert ours == theirs, again
    after = api("package_search", **question, **{"facet.field": FIELDS})
    assert after["count"] == before - 1
    assert after["results"][0]["id"] == str(one.pk)
    assert after["facets"]["tags"]["uusi"] == after["facets"]["res_format"]["XLSX"] == 1
    assert "renamed" in after["facets"]["organization"]


def test_one_table_of_several_cities_is_no_single_citys(api: Api, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    city = CityFactory(code="espoo")
    joint = DatasetFactory(name="joint", city=None, publisher=OrganisationFactory(slug="all"))
    DatasetFactory(name="single", city=city, publisher=OrganisationFactory(city=city))
    source = DistributionFactory(dataset=Dataset.objects.get(name="single"))
    Mapping.objects.create(joint=joint, city=city, source=source, manifest="", modified_at=DAY)
    for question in ({"fq": "city:espoo"}, {"fq": "-city:espoo"}):
        ours, theirs = _both(api, monkeypatch, question)
        assert ours == theirs
    assert [one["name"] for one in api("package_search", fq="-city:espoo")["results"]] == ["joint"]


def test_a_common_word_takes_as_many_queries_as_a_rare_one(
    api: Api, catalogue: list[Dataset], django_assert_max_num_queries: Any
) -> None:
    api("package_search")
    with django_assert_max_num_queries(12):
        api("package_search", q="puut", **{"facet.field": FIELDS})


def test_a_publisher_sees_its_own_drafts_only_when_it_asks(api: Api, catalogue: list[Dataset], client: Any) -> None:
    publisher = Api(client, key_for(PersonFactory(publisher_of=[catalogue[0].publisher]), "read", "publish"))
    everybody = api("package_search", rows=100)["count"]
    assert publisher("package_search", rows=100)["count"] == everybody
    own = [
        one
        for one in catalogue
        if one.state == "draft" and one.access == "PUBLIC" and one.publisher_id == catalogue[0].publisher_id
    ]
    assert publisher("package_search", rows=100, include_drafts=True)["count"] == everybody + len(own)
