"""package_search: words, fields, orders, pages and facets."""

from datetime import UTC, datetime, timedelta

import pytest

from kuutio.opendata import findable
from kuutio.opendata.models import Dataset, Group
from kuutio.search.learning import learn
from tests.factories import CityFactory, DatasetFactory, DistributionFactory, OrganisationFactory

DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def four(db):
    """Four data sets of two organizations."""
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    made = [
        DatasetFactory(
            name="helsinki-trees",
            title={"fi": "Äijän puut", "en": "Trees"},
            notes={"fi": "Kaikki katupuut 100 %"},
            keywords={"fi": ["puu", "katu puu"], "en": ["tree"]},
            themes=["ENVI"],
            bbox=[24.8, 60.1, 25.2, 60.3],
            modified_at=DAY,
        ),
        DatasetFactory(
            name="helsinki-lamps",
            title={"fi": "Lamput"},
            keywords={"fi": ["katu"]},
            themes=["TRAN", "ENVI"],
            licence="cc-zero-1.0",
            modified_at=DAY + timedelta(days=1),
        ),
        DatasetFactory(
            name="espoo-trees",
            publisher=espoo,
            city=espoo.city,
            title={"fi": "Zoologiset puut"},
            extras={"guid": "abc", "_fields": {"custom": "x y"}},
            bbox=[24.5, 60.1, 24.7, 60.3],
            modified_at=DAY + timedelta(days=2),
        ),
        DatasetFactory(name="espoo-bare", publisher=espoo, city=espoo.city, modified_at=DAY + timedelta(days=3)),
    ]
    DistributionFactory(dataset=made[0], format="CSV")
    DistributionFactory(dataset=made[0], format="CSV")
    DistributionFactory(dataset=made[1], format="GeoJSON", url="https://example.org/lamps")
    for dataset in made:
        findable.refresh(dataset)
    learn()
    return made


def names(api, **data):
    return {one["name"] for one in api("package_search", rows=100, **data)["results"]}


TREES, LAMPS, ESPOO, BARE = "helsinki-trees", "helsinki-lamps", "espoo-trees", "espoo-bare"
ALL = {TREES, LAMPS, ESPOO, BARE}


@pytest.mark.parametrize(
    ("fq", "found"),
    [
        ("", ALL),
        ("*:*", ALL),
        ("organization:helsinki", {TREES, LAMPS}),
        ("organization:helsinki OR organization:espoo", ALL),
        ("organization:helsinki OR organization:espoo groups:tran OR groups:nothing", {LAMPS}),
        ("-organization:helsinki", {ESPOO, BARE}),
        ("-organization:helsinki -organization:espoo", set()),
        ("organization:(helsinki OR espoo) AND tags:katu", {LAMPS}),
        ("groups:envi", {TREES, LAMPS}),
        ("-groups:envi", {ESPOO, BARE}),
        ('+groups:envi +tags:"katu puu"', {TREES}),
        ("tags:tree", {TREES}),
        ("-tags:tree", {LAMPS, ESPOO, BARE}),
        ("-tags:tree -name:x*", {LAMPS, ESPOO, BARE}),
        ("tags:kat*", {TREES, LAMPS}),
        ("res_format:csv", {TREES}),
        ("-res_format:CSV", {LAMPS, ESPOO, BARE}),
        ("res_format:*", {TREES, LAMPS}),
        ("res_url:https\\://example.org/lamps", {LAMPS}),
        ("license_id:cc-zero-1.0", {LAMPS}),
        ("license_id:cc0", {LAMPS}),
        ("isopen:true", ALL),
        ("title:puut", {TREES, ESPOO}),
        ("title:lam*", {LAMPS}),
        ('title:"äijän puut"', {TREES}),
        ("notes:%", {TREES}),
        ("title:%", set()),
        ("name:espoo-*", {ESPOO, BARE}),
        ("name:espoo-bare", {BARE}),
        ("city:espoo", {ESPOO, BARE}),
        ("state:active", ALL),
        ("state:draft", set()),
        ("private:false capacity:public dataset_type:dataset entity_type:package", ALL),
        ("metadata_modified:[2026-11-03T00:00:00Z TO *]", {ESPOO, BARE}),
        ("metadata_modified:{2026-11-03T00:00:00Z TO *]", {BARE}),
        ("metadata_modified:[* TO 2026-11-01T00:00:00Z]", {TREES}),
        ("metadata_modified:[NOW+1YEAR TO *]", set()),
        ("-metadata_modified:[2026-11-03T00:00:00Z TO *]", {TREES, LAMPS}),
        ("guid:abc", {ESPOO}),
        ("extras_guid:abc", {ESPOO}),
        ('custom:"x y"', {ESPOO}),
        ("no_such_field:x", set()),
        ("-no_such_field:x", ALL),
        ("no_such_field:[1 TO 2]", set()),
        ("no_such_field:*", set()),
        ("puu", {TREES, ESPOO}),
    ],
)
def test_conditions(api, four, fq, found):
    assert names(api, fq=fq) == found


def test_lists_of_conditions_all_hold(api, four):
    assert names(api, fq="organization:helsinki", fq_list=["tags:katu", "groups:tran"]) == {LAMPS}
    assert names(api, fq_list='["organization:espoo"]') == {ESPOO, BARE}


@pytest.mark.parametrize(
    "fq", ["(", "a OR", "organization:", 'title:"x', "metadata_modified:[x TO y]", "a" * 9000, "(" * 60]
)
def test_a_condition_that_cannot_be_read_is_said(api, four, fq):
    assert api.refused("package_search", 409, fq=fq)["__type"] == "Search Query Error"


def test_words_find_other_forms_and_fields_narrow(api, four):
    assert names(api, q="puu") == {TREES, ESPOO}
    assert names(api, q="puut organization:helsinki") == {TREES}
    assert names(api, q="title:lamput") == {LAMPS}
    assert names(api, q="*:*") == ALL
    assert names(api, q="lamput OR zoologiset") == {LAMPS, ESPOO}
    assert names(api, q="puut -zoologiset") == {TREES}
    assert names(api, q="äijän (") == {TREES}
    assert names(api, q="xyzzy") == set()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name asc", [BARE, ESPOO, LAMPS, TREES]),
        ("name desc", [TREES, LAMPS, ESPOO, BARE]),
        ("metadata_modified desc", [BARE, ESPOO, LAMPS, TREES]),
        ("organization asc, name desc", [ESPOO, BARE, TREES, LAMPS]),
        ("score desc, metadata_modified asc", [TREES, LAMPS, ESPOO, BARE]),
    ],
)
def test_orders(api, four, sort, order):
    result = api("package_search", sort=sort)
    assert [one["name"] for one in result["results"]] == order
    assert result["sort"] == sort


def test_titles_stand_in_the_finnish_order(api, four):
    found = [one["name"] for one in api("package_search", sort="title_string asc")["results"]]
    assert found.index(LAMPS) < found.index(ESPOO) < found.index(TREES)


def test_ids_stand_in_their_order(api, four):
    found = [one["id"] for one in api("package_search", sort="id asc")["results"]]
    assert found == sorted(found)


@pytest.mark.parametrize("sort", ["id; drop table x", "nothing asc", "name up", "(select 1)"])
def test_an_order_that_there_is_not_is_said(api, sort):
    assert api.refused("package_search", 409, sort=sort)["__type"] == "Search Query Error"


def test_pages(api, four):
    assert [one["name"] for one in api("package_search", sort="name asc", rows=2, start=1)["results"]] == [ESPOO, LAMPS]
    assert api("package_search", rows=0)["results"] == []
    assert api("package_search", rows=0)["count"] == 4
    assert api("package_search", rows="99999", start="3")["count"] == 4
    assert api("package_search", start=100)["results"] == []
    assert api.refused("package_search", 409, rows="many")["rows"]
    assert api.refused("package_search", 409, rows=-1)["rows"]


def test_more_rows_than_the_cap_are_clipped(api):
    Dataset.objects.bulk_create([DatasetFactory.build(publisher=OrganisationFactory()) for _number in range(1003)])
    assert len(api("package_search", rows=5000)["results"]) == 1000


def test_facets_count_what_was_found(api, four):
    group = Group.objects.create(name="vihrea", title={"fi": "Vihreä"})
    group.datasets.set(four[:2])
    fields = ["organization", "tags", "res_format", "license_id", "groups", "unknown"]
    result = api("package_search", fq="-name:espoo-bare", **{"facet.field": fields})
    facets = result["facets"]
    assert facets["organization"] == {"helsinki": 2, "espoo": 1}
    assert facets["tags"] == {"katu": 1, "katu puu": 1, "puu": 1}
    assert facets["res_format"] == {"CSV": 1, "GeoJSON": 1}
    assert facets["license_id"] == {"cc-by-4.0": 2, "cc-zero-1.0": 1}
    assert facets["groups"] == {"envi": 2, "vihrea": 2, "tran": 1}
    assert facets["unknown"] == {}
    shown = result["search_facets"]["organization"]
    assert shown["title"] == "organization"
    assert (shown["items"][0]["name"], shown["items"][0]["count"]) == ("helsinki", 2)
    assert shown["items"][0]["display_name"].endswith("kaupunki")
    few = api("package_search", **{"facet.field": '["organization"]', "facet.limit": 1, "facet.mincount": 2})
    assert few["facets"] == {"organization": {"espoo": 2}}
    assert api("package_search", facet="false", **{"facet.field": fields})["facets"] == {}
    titled = api("package_search", fq="title:puut", **{"facet.field": fields})["facets"]
    assert (titled["organization"], titled["res_format"]) == ({"espoo": 1, "helsinki": 1}, {"CSV": 1})
    words = api("package_search", q="puut", **{"facet.field": ["organization"]})
    assert words["facets"]["organization"] == {"espoo": 1, "helsinki": 1}


def test_a_box_finds_extents_that_meet_it(api, four):
    assert names(api, ext_bbox="25.0,60,26,61") == {TREES}
    assert names(api, ext_bbox="24,60,26,61") == {TREES, ESPOO}
    assert names(api, ext_bbox="0,0,1,1") == set()
    for text in ("1,2,3", "a,b,c,d", "nan,1,2,3"):
        assert api.refused("package_search", 409, ext_bbox=text)["__type"] == "Search Query Error"


def test_words_that_many_data_sets_have_find_the_same_and_titles_come_first(
    api, four, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        notes = DatasetFactory(name=f"helsinki-{number}", notes={"fi": "Puut."}, modified_at=DAY + timedelta(days=9))
        findable.refresh(notes)
    learn()
    one_by_one = api("package_search", q="puut", **{"facet.field": ["organization", "res_format", "groups", "tags"]})
    monkeypatch.setattr(findable, "_FEW", 2)
    monkeypatch.setattr(findable, "_RANKED", 2)
    at_once = api("package_search", q="puut", **{"facet.field": ["organization", "res_format", "groups", "tags"]})
    assert at_once["count"] == one_by_one["count"] == 5
    assert at_once["search_facets"] == one_by_one["search_facets"]
    found = [one["name"] for one in at_once["results"]]
    # Equal ones by the second order, the newest first.
    assert found[:2] == [ESPOO, TREES]
    assert set(found) == {one["name"] for one in one_by_one["results"]}
    assert names(api, q="puut", fq="organization:espoo") == {ESPOO}
    assert names(api, fq="text:puut -organization:espoo") == set(found) - {ESPOO}
