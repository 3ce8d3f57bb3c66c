"""The points of the MQA, line by line of its table, and what each missing one says."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from kuutio.opendata import quality
from kuutio.opendata.actions import catalogue as verbs
from kuutio.opendata.dcat import queries
from kuutio.opendata.mends import DIMENSIONS, MENDS, RATINGS
from kuutio.opendata.models import Dataset, Distribution, LinkCheck
from tests.factories import DatasetFactory, DistributionFactory, OrganisationFactory
from tests.opendata.dcat.described import AT, datasets, whole_dataset

pytestmark = pytest.mark.django_db
#: The table of the methodology: indicator, points.
TABLE = {
    "keywords": 30, "themes": 30, "spatial": 20, "temporal": 20,
    "access-answers": 50, "download-given": 20, "download-answers": 30,
    "format": 20, "media-type": 10, "vocabularies": 10, "non-proprietary": 20, "machine-readable": 20, "compliance": 30,
    "licence": 20, "licence-listed": 10, "access-rights": 10, "access-rights-listed": 5, "contact": 20, "publisher": 10,
    "rights": 5, "size": 5, "issued": 5, "modified": 5,
}  # fmt: skip


def judged(dataset: Dataset) -> quality.Assessment:
    return quality.assess(queries.with_everything(Dataset.objects.filter(pk=dataset.pk)).get())


def lost(dataset: Dataset) -> dict[str, int]:
    """The points that are missing, by indicator."""
    points: dict[str, int] = {}
    for one in judged(dataset).missing:
        points[one.code] = points.get(one.code, 0) + one.points
    return points


def test_the_table_is_that_of_the_methodology():
    assert {one.code: one.points for one in quality.INDICATORS} == TABLE
    assert sum(TABLE.values()) == quality.MOST == 405
    by_dimension = {code: sum(one.points for one in quality.INDICATORS if one.dimension == code) for code in DIMENSIONS}
    assert by_dimension == {
        "findability": 100, "accessibility": 100, "interoperability": 110, "reusability": 75, "contextuality": 20,
    }  # fmt: skip


def test_a_whole_description_has_all_points():
    found = judged(whole_dataset())
    assert (found.points, found.rating, found.missing) == (405, "excellent", [])
    assert all(one["points"] == one["most"] for one in found.dimensions.values())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"keywords": {}}, {"keywords": 30}),
        ({"keywords": {"fi": [" "]}}, {"keywords": 30}),
        ({"themes": []}, {"themes": 30}),
        ({"themes": ["NOPE"]}, {"themes": 30}),
        ({"temporal_start": None, "temporal_end": None}, {"temporal": 20}),
        ({"temporal_end": None}, {}),
        ({"licence": ""}, {"licence": 20, "licence-listed": 10}),
        ({"licence": "notspecified"}, {"licence": 20, "licence-listed": 10}),
        ({"licence": "https://example.org/own-licence"}, {"licence-listed": 10}),
        ({"contact_name": "", "contact_email": "", "contact_page": ""}, {"contact": 20}),
        ({"rights": {}}, {"rights": 5}),
        ({"notes": {}}, {}),
    ],
)
def test_each_field_of_a_data_set_costs_its_points(changes, expected):
    assert lost(whole_dataset(**changes)) == expected


def test_a_data_set_without_area_lacks_it_unless_its_city_tells():
    about = whole_dataset(coverage=[], bbox=None)
    assert "spatial" not in lost(about)
    Dataset.objects.filter(pk=about.pk).update(city=None)
    assert "spatial" not in lost(about), "the table's own box tells"
    about.distributions.all().delete()
    assert lost(about)["spatial"] == 20


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"format": ""}, {"format": 20, "media-type": 10, "vocabularies": 10, "non-proprietary": 20, "machine-readable": 20}),
        ({"format": "PRJ", "media_type": "application/x-prj"},
         {"format": 20, "non-proprietary": 20, "machine-readable": 20}),
        ({"format": "XLSX"}, {"non-proprietary": 20}),
        ({"format": "PDF"}, {"non-proprietary": 20, "machine-readable": 20}),
        ({"format": "PNG"}, {"machine-readable": 20}),
        ({"format": "WMS"}, {"download-given": 20, "download-answers": 30}),
        ({"size": None}, {"size": 5}),
        ({"url": ""}, {"access-answers": 50, "download-given": 20, "download-answers": 30}),
    ],
)  # fmt: skip
def test_each_field_of_the_only_distribution_costs_its_points(changes, expected):
    dataset = whole_dataset()
    dataset.distributions.filter(kind="table").delete()
    dataset.distributions.update(**changes)
    assert lost(dataset) == expected


@pytest.mark.parametrize(
    ("status", "mend"), [(None, "access-broken"), (404, "access-broken"), (500, "access-broken"), (204, ""), (302, "")]
)
def test_an_address_elsewhere_counts_by_its_last_check(status, mend):
    dataset = whole_dataset()
    dataset.distributions.filter(kind="table").delete()
    LinkCheck.objects.update(status=status)
    assert {one.mend for one in judged(dataset).missing} == ({mend} if mend else set())
    assert sum(lost(dataset).values()) == (80 if mend else 0)


def test_an_address_that_was_never_tried_says_so():
    dataset = whole_dataset()
    LinkCheck.objects.all().delete()
    missing = judged(dataset).missing
    assert [(one.code, one.points, one.mend) for one in missing] == [
        ("access-answers", 25, "access-unchecked"),
        ("download-answers", 15, "access-unchecked"),
    ]
    link = dataset.distributions.get(kind="link")
    assert missing[0].distributions == [str(link.pk)]


def test_distributions_share_their_points_rounded_up():
    dataset = whole_dataset()
    DistributionFactory(dataset=dataset, kind="file", file="a", file_name="a.pdf", format="PDF", size=1)
    # Two of three are open (20 * 2 / 3 = 13.3, so 14) and readable.
    assert lost(dataset) == {"non-proprietary": 6, "machine-readable": 6}


def test_a_data_set_without_data_has_no_point_of_a_distribution():
    dataset = whole_dataset()
    dataset.distributions.all().delete()
    found = judged(dataset)
    assert found.points == 405 - sum(one.points for one in quality.INDICATORS if one.of_each)
    assert {one.mend for one in found.missing} == {"no-distribution"}


def test_a_table_that_serves_nothing_yet_does_not_count():
    dataset = DatasetFactory()
    table = DistributionFactory(dataset=dataset, kind="table", table="helsinki-t", url="")
    assert "no-distribution" in {one.mend for one in judged(dataset).missing}
    assert table.pk


def test_a_broken_rule_costs_the_compliance(monkeypatch):
    dataset = whole_dataset()
    monkeypatch.setattr(quality, "violations", lambda graph: ["something"])
    assert lost(dataset) == {"compliance": 30}


@pytest.mark.parametrize(
    ("points", "rating"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"), (120, "bad"), (0, "bad")],
)  # fmt: skip
def test_ratings_begin_where_the_methodology_says(points, rating):
    assert quality.rating_of(points) == rating
    assert rating in RATINGS


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dataset=datasets())
def test_what_is_there_and_what_is_missing_are_405_together(dataset):
    found = quality.assess(dataset)
    assert found.points + sum(one.points for one in found.missing) == 405
    assert {one.mend for one in found.missing} <= set(MENDS)
    assert "compliance" not in {one.code for one in found.missing}


def test_the_verbs_keep_the_points():
    dataset = verbs.create_dataset(
        name="helsinki-x",
        publisher=OrganisationFactory(),
        city=None,
        by=None,
        at=AT,
        title={"fi": "X"},
        licence="cc-by-4.0",
    )
    verbs.publish_dataset(dataset, by=None, at=AT)
    before = Dataset.objects.get().quality_points
    verbs.change_dataset(dataset, {"keywords": {"fi": ["puu"]}, "themes": ["ENVI"]}, by=None, at=AT + timedelta(days=1))
    after = Dataset.objects.get()
    assert after.quality_points == before + 60
    verbs.add_distribution(after, kind="file", by=None, at=AT, file="a/b", file_name="a.csv", format="CSV", size=5)
    kept = Dataset.objects.get()
    assert kept.quality["points"] == kept.quality_points == judged(kept).points > after.quality_points
    assert {one["code"] for one in kept.quality["missing"]} == {"spatial", "temporal", "contact", "rights"}
    assert kept.quality["dimensions"]["accessibility"] == {"points": 100, "most": 100}


def test_points_are_kept_in_five_queries_however_many_distributions(django_assert_num_queries):
    dataset = whole_dataset()
    for number in range(20):
        DistributionFactory(dataset=dataset, position=number + 2)
    with django_assert_num_queries(4):
        quality.refresh(dataset)
    with django_assert_num_queries(3):
        quality.refresh(dataset)  # nothing changed, nothing is written
    assert Distribution.objects.count() == 22


def test_every_mend_says_what_to_do_in_a_sentence():
    for words in MENDS.values():
        assert str(words).endswith(".")
