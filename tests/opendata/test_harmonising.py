"""The same thing of two cities as one table: mapped, checked, built, and served with `city=`."""

import re

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kuutio.core.problems import Invalid, NotAllowed
from kuutio.opendata.actions import harmonising, loading
from kuutio.opendata.actions.catalogue import unpublish_dataset
from kuutio.opendata.actions.harmonising import create_joint_dataset, rebuild_joint, remove_mapping, set_mapping
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import parse as parse_schema
from kuutio.opendata.engine.harmonise import NotConforming
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.snapshot import read_manifest
from kuutio.opendata.models import Dataset, Distribution, Load, Mapping
from kuutio.opendata.pages.mapping_form import drawn
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


def _drawing(city: str, **fields: str) -> dict[str, str]:
    return {"source": str(Distribution.objects.get(table=f"{city}-parks").pk), **fields}


@pytest.fixture
def oulu(client):
    """A publisher of Oulu, signed in."""
    client.force_login(PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code="oulu"))]))
    return client


MAPPING_PAGE = "/fi/data/kuutio-parks/mapping/oulu/"


def test_the_cities_page_tells_each_part(joint, client):
    _map(joint, "helsinki", HELSINKI)
    _map(joint, "oulu", OULU)
    _rebuild(joint)
    bring("tunnus;nimi_uusi;aarit\n7;Meri;2,5\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    _rebuild(joint)
    page = client.get("/fi/data/kuutio-parks/cities/").content.decode()
    assert "Yhteensopiva" in page
    assert "Taulukko ei enää sovi vastaavuuksiin." in page
    assert "Kaupungin taulukossa ei ole saraketta puisto." in page
    assert MAPPING_PAGE not in page


def test_columns_are_called_as_the_schema_says_in_the_readers_language(joint, client):
    joint.contract = {
        "columns": [
            {"name": "name", "type": "text", "title": {"fi": "Nimi", "sv": "Namn", "en": "Name"}},
            *SCHEMA["columns"][1:],
        ]
    }
    joint.save()
    _map(joint, "helsinki", HELSINKI)
    _rebuild(joint)
    headings = {
        language: re.findall(
            r"<th scope=\"col\"[^>]*>\s*(?:<a[^>]*>)?\s*([^<]+)",
            client.get(f"/{language}/data/kuutio-parks/").content.decode(),
        )
        for language in ("fi", "sv")
    }
    assert {"Kaupunki", "Nimi"} <= {text.strip() for text in headings["fi"]}
    assert {"Stad", "Namn"} <= {text.strip() for text in headings["sv"]}


def test_only_who_may_draw_sees_the_page_of_a_mapping(joint, client):
    assert client.get(MAPPING_PAGE).status_code == 302
    client.force_login(PersonFactory())
    assert client.get(MAPPING_PAGE).status_code == 404


def test_a_mapping_is_drawn_as_a_form_looked_at_and_kept(joint, oulu):
    form = _drawing(
        "oulu", mode="form", **{"way-name": "c:puisto", "way-area": "c:aarit", "unit-area": "ar", "way-accessible": ""}
    )
    looked = oulu.post(MAPPING_PAGE, form | {"look": "1"})
    assert looked.status_code == 200
    assert looked.context["board"].preview == [
        {"city": "oulu", "id": "oulu-7", "name": "Meri", "area": "250.0", "accessible": None}
    ]
    assert looked.context["board"].report.unmapped == ["accessible"]
    assert Mapping.objects.count() == 0
    assert oulu.post(MAPPING_PAGE, form | {"keep": "1"}).status_code == 302
    kept = Mapping.objects.get()
    assert harmonise.parse(kept.manifest).columns == harmonise.parse(OULU).columns
    again = oulu.get(MAPPING_PAGE)
    rows = {row.name: row for row in again.context["board"].drawn.rows}
    assert (rows["name"].way, rows["area"].unit, rows["accessible"].way) == ("c:puisto", "ar", "")


def test_what_is_wrong_stands_beside_its_column(joint, oulu):
    wrong = oulu.post(MAPPING_PAGE, _drawing("oulu", mode="form", keep="1", **{"way-area": "c:puisto"}))
    assert wrong.status_code == 422
    rows = {row.name: row for row in wrong.context["board"].drawn.rows}
    assert rows["name"].errors == ["Jokaisella rivillä on oltava tämä. Valitse, mistä se tulee."]
    assert Mapping.objects.count() == 0


def test_the_same_mapping_goes_from_form_to_yaml_and_back(joint, oulu):
    form = _drawing("oulu", mode="form", **{"way-name": "c:puisto", "way-area": "c:aarit", "unit-area": "ar"})
    as_yaml = oulu.post(MAPPING_PAGE, form | {"yaml": "1"}).context["board"]
    assert as_yaml.drawn is None
    back = oulu.post(MAPPING_PAGE, _drawing("oulu", mode="yaml", manifest=as_yaml.yaml, form="1")).context["board"]
    assert back.drawn.as_yaml() == as_yaml.yaml
    looked = oulu.post(MAPPING_PAGE, _drawing("oulu", mode="yaml", manifest=OULU, look="1"))
    assert "250" in looked.content.decode()
    broken = oulu.post(MAPPING_PAGE, _drawing("oulu", mode="yaml", manifest="city: [", keep="1"))
    assert broken.status_code == 422
    unfit = oulu.post(MAPPING_PAGE, _drawing("oulu", mode="yaml", manifest=OULU.replace("puisto", "x"), keep="1"))
    assert "Kaupungin taulukossa ei ole saraketta x." in unfit.content.decode()
    assert Mapping.objects.count() == 0


def test_a_first_mapping_is_suggested_by_names(joint, client):
    client.force_login(PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code="helsinki"))]))
    joint.contract = {"columns": [{"name": "name", "type": "text", "title": {"fi": "Nimi"}}, {"name": "area"}]}
    joint.save()
    rows = client.get("/fi/data/kuutio-parks/mapping/helsinki/").context["board"].drawn.rows
    assert [row.way for row in rows] == ["c:nimi", ""]


@pytest.mark.parametrize(
    "said",
    [
        {"from": "a"},
        {"from": "a", "unit": "ha"},
        {"from": "a", "codes": {"Pieni": "small", "*": "all"}},
        {"from": "a", "date": "%d.%m.%Y"},
        {"from": "a", "true": ["K", "kyllä"], "false": ["E"]},
        {"format": "{a} {b}"},
        {"value": "sama"},
    ],
)
def test_every_way_of_a_mapping_fits_into_the_form(said, tmp_path):
    rule = {"name": "x", "type": "boolean" if "true" in said else "date" if "date" in said else "text"}
    if "unit" in said:
        rule |= {"type": "number", "unit": "m2"}
    schema = parse_schema({"columns": [rule]})
    (table,) = ingest(
        _file(tmp_path, "a,b\n1,2\n"), tmp_path / "out", table_prefix="t", options=Options(), limits=Limits()
    )
    mapping = harmonise.parse({"city": "oulu", "dataset": "t", "columns": {"x": said}, "only": {"b": ["2", "3"]}})
    form = drawn(mapping, schema, read_manifest(table.path), "fi")
    assert harmonise.parse(form.as_mapping()) == mapping


def _file(folder, text):
    (folder / "t.csv").write_text(text)
    return folder / "t.csv"
