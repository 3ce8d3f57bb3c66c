"""Solutions: told by anybody, published by an officer, and worked out where each runs from catalogue, mappings and snapshots."""

import re
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.innovation import letters_more, running
from kuutio.innovation.actions import solutions
from kuutio.innovation.lacks import to_do
from kuutio.innovation.models import DataSeen, Lacking, Solution
from kuutio.opendata.actions import loading
from kuutio.opendata.actions.catalogue import unpublish_dataset
from kuutio.opendata.actions.harmonising import create_joint_dataset, rebuild_joint, set_mapping
from kuutio.opendata.models import Dataset, Distribution
from tests.factories import CityFactory, DatasetFactory, OrganisationFactory, PersonFactory
from tests.innovation.more import DAY, NOON, needed, officer, solution_of, three
from tests.opendata.bringing import bring
from tests.races import at_once

pytestmark = pytest.mark.django_db

SCHEMA = {
    "columns": [
        {"name": "name", "type": "text", "required": True},
        {"name": "area", "type": "number", "unit": "m2"},
        {"name": "accessible", "type": "boolean"},
    ],
}
MANIFESTS = {
    "helsinki": "{name: {from: nimi}, area: {from: ala, unit: m2}, accessible: {from: esteeton}}",
    "oulu": "{name: {from: puisto}, area: {from: aarit, unit: ar}}",
}


def _map(joint, city):
    manifest = f"{{city: {city}, dataset: {city}-parks, geometry: false, columns: {MANIFESTS[city]}}}"
    source = Distribution.objects.get(table=f"{city}-parks")
    set_mapping(joint, source, manifest, city=CityFactory(code=city), by=None, at=timezone.now())


def _rebuild(joint):
    load = rebuild_joint(str(joint.pk))
    return loading.work_load(str(load.pk)) if load else None


@pytest.fixture
def parks():
    """A harmonised data set of Helsinki and Oulu; Oulu has no `accessible`; Turku has nothing."""
    for code in ("helsinki", "oulu", "turku"):
        OrganisationFactory(city=CityFactory(code=code))
    bring("id;nimi;ala;esteeton\n1;Koivu;120;kyllä\n2;Kuusi;80;ei\n", what="parks", options={"key": ["id"]})
    bring("tunnus;puisto;aarit\n7;Meri;2,5\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    desk = OrganisationFactory(slug="desk", kind="public", city=None, name={"fi": "Toimisto"})
    joint = create_joint_dataset(
        name="kuutio-parks", publisher=desk, contract=SCHEMA, by=None, at=timezone.now(), title={"fi": "Puistot"}
    )
    for city in MANIFESTS:
        _map(joint, city)
    _rebuild(joint)
    return joint


@pytest.fixture
def plain():
    """A data set that is told of, and has no data."""
    contract = {"columns": [{"name": "name"}, {"name": "area"}]}
    OrganisationFactory(city=CityFactory(code="turku"))
    DatasetFactory(name="helsinki-parks", contract=contract)
    return DatasetFactory(name="helsinki-puistot", contract=contract)


def runs(solution):
    return set(solution.runs_in.values_list("city", flat=True))


def lacks(solution):
    rows = Lacking.objects.filter(solution=solution)
    return {(row.city_id, row.fault, tuple(row.fields), row.owner.slug) for row in rows.select_related("owner")}


def test_it_runs_where_all_fields_are_and_the_others_are_told_what_they_lack(parks, client):
    row = solution_of(needed("kuutio-parks", "name", "accessible"), at=timezone.now())
    assert runs(row) == {"helsinki"}
    assert lacks(row) == {
        ("oulu", "no-field", ("accessible",), "oulu"),
        ("turku", "no-dataset", (), "turku"),
    }
    page = client.get(f"/fi/innovation/solutions/{row.slug}/").content.decode()
    assert "Käytössä tänään: Helsinki." in page
    assert "”Puistot” ei sisällä kenttää accessible" in page
    assert "ei aineistoa kuten Puistot" in page


def test_who_publishes_is_told_of_each_data_set_that_is_missing(parks):
    solution_of(needed("kuutio-parks", "name"), needed("helsinki-parks", "nimi"), at=timezone.now())
    publisher = PersonFactory(publisher_of=[Organisation.objects.get(city__code="turku")])
    told = [row["words"] for row in to_do(publisher)]
    assert sorted(told) == ["ei aineistoa kuten Parks", "ei aineistoa kuten Puistot"]


def test_it_is_worked_out_anew_when_the_data_changes(parks):
    row = solution_of(needed("kuutio-parks", "name", "accessible"), at=timezone.now())
    assert running.follow_data(timezone.now()) == 1  # the first look looks at everything
    assert running.follow_data(timezone.now()) in {0, 1}  # our own transaction is still open
    bring("tunnus;puisto;aarit;esteeton\n7;Meri;2,5;K\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    mended = "{name: {from: puisto}, accessible: {from: esteeton, 'true': [K]}}"
    source = Distribution.objects.get(table="oulu-parks")
    manifest = f"{{city: oulu, dataset: oulu-parks, geometry: false, columns: {mended}}}"
    set_mapping(parks, source, manifest, city=CityFactory(code="oulu"), by=None, at=timezone.now())
    _rebuild(parks)
    running.follow_data(timezone.now())
    assert runs(row) == {"helsinki", "oulu"}
    unpublish_dataset(Dataset.objects.get(name="helsinki-parks"), by=None, at=timezone.now())
    running.follow_data(timezone.now())
    assert runs(row) == {"oulu"}
    assert ("helsinki", "not-public", (), "helsinki") in lacks(row)


def test_a_city_whose_table_no_longer_fits_its_mapping_is_told_that_it_is_broken(parks):
    row = solution_of(needed("kuutio-parks", "name"), at=timezone.now())
    assert runs(row) == {"helsinki", "oulu"}
    bring("tunnus;nimi\n7;Meri\n", what="parks", city="oulu", options={"key": ["tunnus"]})
    _rebuild(parks)
    running.judge_all(timezone.now())
    assert ("oulu", "broken", (), "oulu") in lacks(row)


def test_old_data_is_told_and_the_first_day_of_a_lack_is_kept(parks):
    row = solution_of(needed("helsinki-parks", "nimi", most_days=30), at=timezone.now())
    assert runs(row) == {"helsinki"}
    later = timezone.now() + 31 * DAY
    running.judge_all(later)
    assert ("helsinki", "old", (), "helsinki") in lacks(row)
    running.judge_all(later + DAY)
    assert Lacking.objects.get(solution=row, fault="old").since == later


def test_a_data_set_that_is_gone_leaves_the_need_with_its_name(parks):
    row = solution_of(needed("helsinki-parks", "nimi"), at=timezone.now())
    Dataset.objects.filter(name="helsinki-parks").update(state="deleted")
    running.judge_all(timezone.now())
    assert ("helsinki", "not-public", (), "helsinki") in lacks(row)


def test_the_owner_of_the_data_has_it_to_do_and_the_data_set_links_back(parks, client):
    row = solution_of(needed("kuutio-parks", "name", "accessible"), at=timezone.now())
    client.force_login(officer("oulu"))
    work = client.get("/fi/work/").content.decode()
    assert "Oulu: ”Puistot” ei sisällä kenttää accessible" in work
    assert "/fi/data/kuutio-parks/mapping/oulu/" in work
    assert f"/fi/innovation/solutions/{row.slug}/" in work
    client.force_login(officer("helsinki"))
    assert "accessible" not in client.get("/fi/work/").content.decode()
    for name in ("kuutio-parks", "oulu-parks"):
        page = client.get(f"/fi/data/{name}/").content.decode()
        assert f"/fi/innovation/solutions/{row.slug}/" in page, name
    solutions.withdraw_solution(row, by=None, at=timezone.now())
    with pytest.raises(Conflict):
        solutions.publish_solution(row, by=officer("oulu"), at=timezone.now())
    client.force_login(officer("oulu"))
    assert "accessible" not in client.get("/fi/work/").content.decode()
    assert row.slug not in client.get("/fi/data/kuutio-parks/").content.decode()


def test_anybody_tells_of_a_solution_twice_the_same_and_an_officer_publishes_it(plain):
    client, key = Client(), str(uuid.uuid4())
    told = {
        "key": key, "title_0": "Puistoreitit", "text_0": "Reitit puistosta puistoon", "maker": "Esimerkki Oy",
        "maker_kind": "company", "home_page": "https://example.org/", "themes": ["wellbeing"], "contact": "a@example.org",
        "dataset_0": "http://testserver/fi/data/helsinki-puistot/", "fields_0": "name, area",
        "dataset_1": "helsinki-parks", "fields_1": "name", "same_1": "on", "interfaces": ["ogc"],
    }  # fmt: skip
    for _each in range(2):
        assert client.post("/fi/innovation/solutions/new/", told).status_code == 302
    row = Solution.objects.get()
    assert [one.name for one in row.needs.get().datasets.all()] == ["helsinki-puistot", "helsinki-parks"]
    assert client.get(f"/fi/innovation/solutions/{row.slug}/").status_code == 404
    client.force_login(officer("turku"))
    assert client.get("/fi/work/innovation/solutions/").status_code == 200
    client.post(f"/fi/work/innovation/solutions/{row.slug}/decide/", {"verdict": "publish"})
    shown = Client().get(f"/fi/innovation/solutions/{row.slug}/")
    assert shown.status_code == 200
    assert b"a@example.org" not in shown.content
    letters_more.tell_maker(row.pk)
    row.refresh_from_db()
    assert (mail.outbox[0].to, row.contact) == (["a@example.org"], "")
    found = Client().get("/fi/innovation/solutions/", {"q": "puistoreittien", "theme": "wellbeing"}).content.decode()
    assert row.slug in found
    for form in ("atom", "json"):
        assert "Puistoreitit" in Client().get(f"/fi/innovation/solutions.{form}").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dataset_0": ""}, "dataset_0"),
        ({"dataset_0": "no-such"}, "dataset_0"),
        ({"fields_0": "nothing"}, "dataset_0"),
        ({"fields_0": "x" * 201}, "dataset_0"),
        ({"dataset_1": "https://kuutio.example/sv/data/helsinki-puistot/"}, "dataset_1"),
        ({"dataset_1": "helsinki-puistot", "same_1": "on"}, "dataset_1"),
        ({"home_page": "javascript:alert(1)"}, "home_page"),
        ({"home_page": "https://" + "x" * 600}, "home_page"),
        ({"title_0": "", "title_1": ""}, "title"),
        ({"title_0": "x" * 201}, "title"),
        ({"themes": ["everything"]}, "themes"),
        ({"contact": "nobody"}, "contact"),
        ({"days_0": "0"}, "days_0"),
        ({"key": "1"}, "key"),
        ({"website": "https://spam.example"}, "website"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_nothing_is_lost(plain, changes, field):
    told = {
        "key": str(uuid.uuid4()), "title_0": "Reitit", "text_0": "Puistosta puistoon", "maker": "Esimerkki Oy",
        "maker_kind": "company", "home_page": "https://example.org/", "themes": ["wellbeing"], "contact": "a@example.org",
        "dataset_0": "helsinki-puistot", "fields_0": "name",
    }  # fmt: skip
    answer = Client().post("/fi/innovation/solutions/new/", told | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Esimerkki Oy" in answer.content.decode()
    assert not Solution.objects.exists()


def test_who_sent_it_does_not_decide_and_a_refusal_has_its_reason(plain):
    mine = officer("helsinki")
    row = solution_of(needed("helsinki-puistot"), by=mine, publish=False)
    with pytest.raises(NotAllowed):
        solutions.publish_solution(row, by=mine, at=NOON)
    with pytest.raises(NotAllowed):
        solutions.publish_solution(row, by=PersonFactory(), at=NOON)
    with pytest.raises(Invalid):
        solutions.decline_solution(row, reason=" ", by=officer("oulu"), at=NOON)
    solutions.decline_solution(row, reason="Osoite ei vastaa.", by=officer("oulu"), at=NOON)
    letters_more.tell_maker(row.pk)
    assert "Osoite ei vastaa." in mail.outbox[0].body
    solutions.publish_solution(row, by=officer("oulu"), at=NOON)
    with pytest.raises(Conflict):
        solutions.publish_solution(row, by=officer("oulu"), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_many_at_once_is_one_solution():
    DatasetFactory(name="helsinki-things")
    key = uuid.uuid4()
    told = solutions.Told(
        three("Sama"),
        three("Teksti"),
        "Tekijä",
        "person",
        "https://example.org/",
        ["culture"],
        [needed("helsinki-things")],
    )

    def send():
        return solutions.submit_solution(told, key=key, contact="a@example.org", by=None, at=NOON)

    at_once(send, times=6)
    assert Solution.objects.count() == 1


def test_the_list_asks_the_database_as_often_for_ten_as_for_a_hundred(plain, django_assert_max_num_queries):
    for number in range(3):
        solution_of(needed("helsinki-puistot", "name"), title=f"Ratkaisu {number}", at=timezone.now())
    client = Client()
    client.get("/fi/innovation/solutions/")
    with django_assert_max_num_queries(12):
        page = client.get("/fi/innovation/solutions/").content.decode()
    assert len(re.findall(r"/fi/innovation/solutions/ratkaisu-\d-fi/", page)) == 3
    assert DataSeen.objects.count() <= 1
