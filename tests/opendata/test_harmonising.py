"""The same thing of two cities as one table: mapped, checked, built, and served with `city=`."""

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kuutio.core.problems import Invalid, NotAllowed
from kuutio.opendata.actions import harmonising, loading
from kuutio.opendata.actions.catalogue import unpublish_dataset
from kuutio.opendata.actions.harmonising import create_joint_dataset, rebuild_joint, remove_mapping, set_mapping
from kuutio.opendata.engine.harmonise import NotConforming
from kuutio.opendata.models import Dataset, Distribution, Load, Mapping
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db

SCHEMA = {
    "columns": [
        {"name": "name", "type": "text", "required": True},
        {"name": "area", "type": "number", "unit": "m2"},
        {"name": "accessible", "type": "boolean"},
    ],
}
HELSINKI = """
city: helsinki
dataset: helsinki-parks
geometry: false
columns:
  name: {from: nimi}
  area: {from: ala, unit: m2}
  accessible: {from: esteeton}
"""
OULU = """
city: oulu
dataset: oulu-parks
geometry: false
columns:
  name: {from: puisto}
  area: {from: aarit, unit: ar}
"""


@pytest.fixture
def joint():
    """The harmonised data set, and the two cities' own tables."""
    bring("id;nimi;ala;esteeton\n1;Koivu;120;kyllä\n2;Kuusi;80;ei\n", what="parks", options={"key": ["id"]})
    bring("tunnus;puisto;aarit\n7;Meri;2,5\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    office = OrganisationFactory(slug="office", kind="public", city=None, name={"fi": "Toimisto"})
    return create_joint_dataset(
        name="kuutio-parks", publisher=office, contract=SCHEMA, by=None, at=timezone.now(), title={"fi": "Puistot"}
    )


def _map(joint, city, manifest, by=None):
    source = Distribution.objects.get(table=f"{city}-parks")
    return set_mapping(joint, source, manifest, city=CityFactory(code=city), by=by, at=timezone.now())


def _rebuild(joint):
    load = rebuild_joint(str(joint.pk))
    return loading.work_load(str(load.pk))


def test_two_cities_are_one_table_with_units_turned(joint, client):
    _map(joint, "helsinki", HELSINKI)
    _map(joint, "oulu", OULU)
    assert _rebuild(joint).state == "served"
    page = client.get("/api/v1/tables/kuutio-parks/rows").json()
    assert {(row["city"], row["name"], row["area"], row["accessible"]) for row in page["rows"]} == {
        ("helsinki", "Koivu", 120.0, True),
        ("helsinki", "Kuusi", 80.0, False),
        ("oulu", "Meri", 250.0, None),
    }
    assert client.get("/api/ogc/collections/kuutio-parks/items", {"city": "oulu"}).json()["numberMatched"] == 1
    reports = {row.city_id: row.report for row in Mapping.objects.all()}
    assert (reports["helsinki"]["conforms"], reports["helsinki"]["rows"]) == (True, 2)
    assert reports["oulu"]["unmapped"] == ["accessible"]


def test_a_mapping_that_does_not_fit_is_refused_with_its_column(joint):
    with pytest.raises(NotConforming) as refused:
        _map(joint, "oulu", OULU.replace("puisto", "nimi"))
    assert "name" in str(refused.value.errors)
    with pytest.raises(Invalid):
        _map(joint, "oulu", HELSINKI)
    assert Mapping.objects.count() == 0


def test_a_city_that_no_longer_fits_is_left_out_and_the_report_says_why(joint, client):
    _map(joint, "helsinki", HELSINKI)
    _map(joint, "oulu", OULU)
    _rebuild(joint)
    bring("tunnus;nimi_uusi;aarit\n7;Meri;2,5\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    _rebuild(joint)
    assert {row["city"] for row in client.get("/api/v1/tables/kuutio-parks/rows").json()["rows"]} == {"helsinki"}
    report = Mapping.objects.get(city_id="oulu").report
    assert report["conforms"] is False
    assert report["problem"] == "does-not-fit"
    assert [(issue["fault"], issue["column"], issue["detail"]) for issue in report["issues"]] == [
        ("missing-source", "name", "puisto")
    ]


def test_what_is_no_longer_open_leaves_the_harmonised_table(joint, client):
    _map(joint, "helsinki", HELSINKI)
    _map(joint, "oulu", OULU)
    _rebuild(joint)
    unpublish_dataset(Dataset.objects.get(name="oulu-parks"), by=None, at=timezone.now())
    _rebuild(joint)
    assert client.get("/api/ogc/collections/kuutio-parks/items", {"city": "oulu"}).json()["numberMatched"] == 0
    assert Mapping.objects.get(city_id="oulu").report["problem"] == "not-public"


def test_nothing_is_made_anew_when_nothing_has_changed(joint):
    _map(joint, "helsinki", HELSINKI)
    _rebuild(joint)
    assert rebuild_joint(str(joint.pk)) is None
    _map(joint, "helsinki", HELSINKI.replace("{from: ala, unit: m2}", "{from: ala, unit: ar}"))
    assert _rebuild(joint).state == "served"


def test_a_new_version_of_a_source_queues_one_making(joint):
    _map(joint, "helsinki", HELSINKI)
    _rebuild(joint)
    source = Distribution.objects.get(table="helsinki-parks")
    ProcrastinateJob.objects.all().delete()
    harmonising.rebuild_for(source)
    harmonising.rebuild_for(source)
    assert ProcrastinateJob.objects.filter(task_name__endswith="rebuild_joint").count() == 1


def test_only_its_own_people_draw_a_citys_mapping(joint):
    helsinki = PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code="helsinki"))])
    _map(joint, "helsinki", HELSINKI, by=helsinki)
    with pytest.raises(NotAllowed):
        _map(joint, "oulu", OULU, by=helsinki)


def test_without_cities_there_is_nothing_to_build(joint):
    mapping = _map(joint, "helsinki", HELSINKI)
    remove_mapping(mapping, by=None, at=timezone.now())
    loads = Load.objects.count()
    assert rebuild_joint(str(joint.pk)) is None
    assert Load.objects.count() == loads


def test_the_cities_page_tells_each_part_and_a_publisher_draws_it(joint, client):
    _map(joint, "helsinki", HELSINKI)
    _rebuild(joint)
    page = client.get("/fi/data/kuutio-parks/cities/").content.decode()
    assert "Yhteensopiva" in page
    assert client.get("/fi/data/kuutio-parks/mapping/oulu/").status_code == 302
    client.force_login(PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code="oulu"))]))
    source = str(Distribution.objects.get(table="oulu-parks").pk)
    looked = client.post("/fi/data/kuutio-parks/mapping/oulu/", {"source": source, "manifest": OULU, "look": "1"})
    assert "250" in looked.content.decode()
    assert Mapping.objects.count() == 1
    wrong = client.post(
        "/fi/data/kuutio-parks/mapping/oulu/", {"source": source, "manifest": OULU.replace("puisto", "x"), "keep": "1"}
    )
    assert wrong.status_code == 422
    kept = client.post("/fi/data/kuutio-parks/mapping/oulu/", {"source": source, "manifest": OULU, "keep": "1"})
    assert kept.status_code == 302
    assert Mapping.objects.count() == 2
    client.force_login(PersonFactory())
    assert client.get("/fi/data/kuutio-parks/mapping/oulu/").status_code == 404
