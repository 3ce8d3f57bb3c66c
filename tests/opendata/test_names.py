"""An id belongs to one data set: no load takes over another's table, no name hides an address."""

import io
import re
import zipfile

import pytest
from django.urls import get_resolver
from django.utils import timezone

from kuutio.core.problems import Conflict, Invalid
from kuutio.opendata.actions.catalogue import RESERVED, change_dataset, create_dataset
from kuutio.opendata.bringing import dataset_for
from kuutio.opendata.models import Dataset, Distribution
from tests.factories import OrganisationFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db
STOPS = "stop_id,stop_name,stop_lat,stop_lon\n1,Tori,60.45,22.26\n"
OTHER = "id,laji\n1,pysäkki\n2,laituri\n"


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("stops.csv", STOPS)
        made.writestr("routes.csv", "route_id,route_short_name\n01,1\n02,2\n")
    return packed.getvalue()


def current(table: str) -> tuple[str, int]:
    found = Distribution.objects.select_related("dataset", "current").get(table=table)
    return found.dataset.name, found.current.rows


def test_a_data_set_cannot_be_called_like_anothers_table():
    assert bring(archive(), "a.zip", what="transit").state == "served"
    with pytest.raises(Conflict):
        dataset_for("helsinki", "transit-stops", title="", at=timezone.now())
    other = dataset_for("helsinki", "halts", title="", at=timezone.now())
    with pytest.raises(Conflict):
        change_dataset(other, {"name": "helsinki-transit-stops"}, by=None, at=timezone.now())
    assert current("helsinki-transit-stops") == ("helsinki-transit", 1)


def test_a_file_of_several_tables_takes_over_no_other_data_sets_table():
    bring(OTHER, what="transit-stops")
    load = bring(archive(), "a.zip", what="transit")
    assert (load.state, load.problem["kind"]) == ("failed", "conflict")
    assert "helsinki-transit-stops" in load.problem["detail"]
    assert current("helsinki-transit-stops") == ("helsinki-transit-stops", 2)
    assert not Distribution.objects.filter(dataset__name="helsinki-transit").exists()


def test_an_id_is_kept_for_a_data_set_that_has_no_table_yet():
    dataset_for("helsinki", "transit-stops", title="", at=timezone.now())
    assert bring(archive(), "a.zip", what="transit").state == "failed"
    assert bring(OTHER, what="transit-stops").state == "served"


def test_a_renamed_data_set_keeps_its_tables_id_and_may_have_its_name_back():
    bring(OTHER, what="trees")
    dataset = Dataset.objects.get()
    change_dataset(dataset, {"name": "helsinki-woods"}, by=None, at=timezone.now())
    with pytest.raises(Conflict):
        dataset_for("helsinki", "trees", title="", at=timezone.now())
    assert change_dataset(dataset, {"name": "helsinki-trees"}, by=None, at=timezone.now()).name == "helsinki-trees"


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_name_hides_no_address(name):
    with pytest.raises(Invalid):
        create_dataset(
            name=name, publisher=OrganisationFactory(), city=None, by=None, at=timezone.now(), title={"fi": "X"}
        )


def test_every_fixed_address_beside_the_data_sets_is_reserved():
    """The names are those of the addresses: a new one beside the data sets' has to be reserved with them."""
    fixed = set()
    for pattern in _patterns(get_resolver().url_patterns, ""):
        found = re.match(r"(?:[a-z]{2}/)?data/([a-z0-9_-]+)(?:/|$)", pattern)
        if found:
            fixed.add(found[1])
    assert fixed and fixed <= RESERVED


def _patterns(patterns, before):
    for one in patterns:
        here = before + str(one.pattern)
        yield from _patterns(one.url_patterns, here) if hasattr(one, "url_patterns") else [here]


def test_the_name_of_a_citys_data_set_begins_with_the_city():
    helsinki = OrganisationFactory()

    def made(name, city):
        return create_dataset(name=name, publisher=helsinki, city=city, by=None, at=timezone.now(), title={"fi": "X"})

    for name in ("trees", "helsinkitrees", "espoo-trees"):
        with pytest.raises(Invalid):
            made(name, helsinki.city)
    dataset = made("helsinki-trees", helsinki.city)
    assert made("trees-of-all", None).name == "trees-of-all"
    with pytest.raises(Invalid):
        change_dataset(dataset, {"name": "trees"}, by=None, at=timezone.now())
