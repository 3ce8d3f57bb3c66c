"""A record of a source in our fields, and out again at our own doors."""

import pytest

from kuutio.federation.mapping import mapped
from kuutio.federation.models import HarvestSource
from kuutio.federation.readers import RemoteDataset
from kuutio.opendata.actions.catalogue import create_dataset, publish_dataset
from tests.factories import OrganisationFactory
from tests.opendata.ckan.conftest import Api

pytestmark = pytest.mark.django_db
LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
BNA = "http://data.europa.eu/bna/"


def test_law_languages_rights_and_all_categories_of_high_value_go_through(client):
    from django.utils import timezone

    remote = RemoteDataset(
        "https://data.example.org/a",
        {"fi": "A"},
        languages=("http://publications.europa.eu/resource/authority/language/FIN", "sv", "deu"),
        rights={"fi": "Mainitse lähde."},
        high_value=(f"{BNA}c_ac64a52d", "c_b79e35eb", "nonsense"),
        legislation=(LAW, "Laki 1/2020"),
    )
    helsinki = OrganisationFactory()
    source = HarvestSource(
        slug="s", title="S", address="https://data.example.org/", city=helsinki.city, publisher=helsinki
    )
    fields = mapped(remote, source).fields
    assert fields["languages"] == ["fi", "sv", "deu"]
    assert fields["rights"] == {"fi": "Mainitse lähde."}
    now = timezone.now()
    dataset = create_dataset(name="helsinki-a", publisher=helsinki, city=helsinki.city, by=None, at=now, **fields)
    assert dataset.hvd_categories == ["c_ac64a52d", "c_b79e35eb"]
    publish_dataset(dataset, by=None, at=now)
    package = Api(client)("package_show", id="helsinki-a")
    assert package["highvalue_category"] == ["c_ac64a52d", "c_b79e35eb"]
    told = client.get("/dataset/helsinki-a.ttl").content.decode()
    for word in ("c_ac64a52d", "c_b79e35eb", "reg_impl/2023/138/oj"):
        assert word in told
