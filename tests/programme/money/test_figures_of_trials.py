"""A trial's figure counts for the indicator of its project, once, with the trial's page as what shows it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from kuutio.config.handoffs import trial_figure_counts
from kuutio.core.problems import Invalid
from kuutio.innovation.handing import Reported
from kuutio.programme import measures
from kuutio.programme.models import IndicatorValue
from tests.programme.money.granted import programme_of, project_of
from tests.programme.money.test_pages import indicator

pytestmark = pytest.mark.django_db


def told(reference: str, value: str, **changes: object) -> Reported:
    at = timezone.now()
    fields = {
        "reference": reference,
        "project": "A80001",
        "indicator": "companies",
        "value": Decimal(value),
        "on": at.date(),
        "evidence": "/innovation/trials/robotti/",
        "note": "Robotti lumitöihin",
        "by": None,
        "at": at,
    }
    return Reported(**{**fields, **changes})


def test_two_trials_of_a_day_add_up_and_one_told_twice_counts_once():
    project_of("A80001")
    indicator(programme_of(), "companies")
    for one in (told("trial:a:1", "2"), told("trial:b:1", "3"), told("trial:a:1", "4")):
        trial_figure_counts(one)
    assert sorted(IndicatorValue.objects.values_list("value", flat=True)) == [Decimal(3), Decimal(4)]
    row = IndicatorValue.objects.get(reference="trial:a:1")
    assert row.evidence_url.endswith("/fi/innovation/trials/robotti/")
    counted = next(one for one in measures.measures_of(programme_of()) if one.indicator.key == "companies")
    assert counted.reached == Decimal(7)


def test_what_the_programme_does_not_count_stays_with_its_trial():
    project_of("A80001")
    indicator(programme_of(), "companies")
    trial_figure_counts(told("trial:a:1", "2", indicator="unknown"))
    trial_figure_counts(told("trial:a:1", "2", project="A99999"))
    assert not IndicatorValue.objects.exists()
    with pytest.raises(Invalid):
        trial_figure_counts(told("trial:a:1", "0.5"))
