"""One city's publisher at another city's data: no row of theirs is shown, nothing is published in their name."""

import pytest
from django.utils import timezone

from kuutio.cities.keys import issue_api_key
from kuutio.core.problems import NotAllowed
from kuutio.opendata.actions.catalogue import unpublish_dataset
from kuutio.opendata.actions.harmonising import create_joint_dataset, set_mapping
from kuutio.opendata.models import Dataset, Distribution
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db
ROWS = "id;nimi\n1;Salainen koivu\n2;Salainen kuusi\n"
SCHEMA = {"columns": [{"name": "name", "type": "text"}]}
MAPPING = "city: helsinki\ndataset: {table}\ngeometry: false\ncolumns:\n  name: {{from: nimi}}\n"


@pytest.fixture
def espoo(client):
    """A publisher of Espoo, signed in, with a harmonised data set of Espoo's own."""
    organisation = OrganisationFactory(city=CityFactory(code="espoo"))
    person = PersonFactory(publisher_of=[organisation])
    create_joint_dataset(
        name="espoo-all", publisher=organisation, contract=SCHEMA, by=person, at=timezone.now(), title={"fi": "Kaikki"}
    )
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def _post(client, person, body):
    _kept, key = issue_api_key(person, name="k", scopes=["publish"], by=person, at=timezone.now())
    return client.post(
        "/api/v1/datasets", body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )


def test_a_harmonised_data_set_shows_nobody_a_draft_of_another_city(client, espoo):
    bring(ROWS, what="secret")
    source = Distribution.objects.get(table="helsinki-secret")
    unpublish_dataset(source.dataset, by=None, at=timezone.now())
    source = Distribution.objects.get(table="helsinki-secret")
    look = {"mode": "yaml", "source": str(source.pk), "manifest": MAPPING.format(table=source.table), "look": "1"}
    for answer in [
        client.get("/fi/data/espoo-all/mapping/helsinki/"),
        client.post("/fi/data/espoo-all/mapping/helsinki/", look),
    ]:
        assert answer.status_code == 404
        assert "helsinki-secret" not in answer.content.decode()
    with pytest.raises(NotAllowed):
        set_mapping(
            Dataset.objects.get(name="espoo-all"),
            source,
            look["manifest"],
            city=CityFactory(code="helsinki"),
            by=espoo,
            at=timezone.now(),
        )


def test_an_open_table_of_another_city_can_be_taken_along(client, espoo):
    bring(ROWS, what="open")
    assert "Salainen koivu" not in client.get("/fi/data/espoo-all/mapping/helsinki/").content.decode()
    source = Distribution.objects.get(table="helsinki-open")
    look = {"mode": "yaml", "source": str(source.pk), "manifest": MAPPING.format(table=source.table), "look": "1"}
    assert "Salainen koivu" in client.post("/fi/data/espoo-all/mapping/helsinki/", look).content.decode()


def test_a_city_publishes_in_its_own_name_alone(client, espoo):
    CityFactory(code="helsinki")
    for body in [
        {"name": "espoo-fake", "publisher": "espoo", "city": "helsinki", "title": {"fi": "x"}},
        {"name": "helsinki-fake", "publisher": "espoo", "city": "espoo", "title": {"fi": "x"}},
        {"name": "helsinki-fake", "publisher": "espoo", "title": {"fi": "x"}},
    ]:
        answer = _post(client, espoo, body)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("#not-allowed")
    assert not Dataset.objects.filter(name__endswith="-fake").exists()
    own = {"name": "espoo-own", "publisher": "espoo", "city": "espoo", "title": {"fi": "x"}}
    assert _post(client, espoo, own).status_code == 201


def test_a_body_of_no_city_publishes_for_any(client):
    CityFactory(code="helsinki")
    region = OrganisationFactory(slug="region", kind="public", city=None, name={"fi": "Seutu"})
    person = PersonFactory(publisher_of=[region])
    body = {"name": "helsinki-roads", "publisher": "region", "city": "helsinki", "title": {"fi": "x"}}
    assert _post(client, person, body).status_code == 201


def test_a_citys_part_of_a_harmonised_table_is_drawn_by_its_own_people(espoo):
    """Whoever publishes about a city from elsewhere can't put their table in the place of the city's own."""
    bring(ROWS, what="trees")
    office = OrganisationFactory(slug="office", kind="public", city=None, name={"fi": "Toimisto"})
    joint = create_joint_dataset(
        name="kuutio-trees", publisher=office, contract=SCHEMA, by=None, at=timezone.now(), title={"fi": "Puut"}
    )
    source = Distribution.objects.get(table="helsinki-trees")
    Dataset.objects.filter(pk=source.dataset_id).update(publisher=OrganisationFactory(city=CityFactory(code="espoo")))
    source = Distribution.objects.select_related("dataset__publisher").get(pk=source.pk)
    with pytest.raises(NotAllowed):
        set_mapping(
            joint,
            source,
            MAPPING.format(table=source.table),
            city=CityFactory(code="helsinki"),
            by=espoo,
            at=timezone.now(),
        )
