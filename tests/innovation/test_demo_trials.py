"""The demonstration of trials: it comes in once, whole, and is marked as made up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kuutio.cities import demo as people
from kuutio.innovation import demo, models, public_trials, queries
from kuutio.innovation.models import Challenge, Trial
from tests.factories import PersonFactory


@pytest.mark.django_db
def test_it_comes_in_once_and_no_made_up_thing_is_open_data(client):
    people.load_cities()
    PersonFactory(is_demo=True)
    assert demo.load() > 0
    assert demo.load() == 0
    assert {bed.is_demo for bed in models.Testbed.objects.all()} == {True}
    assert set(Challenge.objects.values_list("state", flat=True)) == {"open"}
    states = dict(Trial.objects.values_list("slug", "state"))
    assert states == {
        "esittely-penkkien-anturit": "learned",
        "esittely-valopolku": "learned",
        "esittely-melukartta": "running",
    }
    red = queries.overdue_reason(Trial.objects.get(slug="esittely-valopolku"), timezone.now())
    assert red == "next_step"
    assert not list(public_trials.trial_rows())
    for lang in ("fi", "sv", "en"):
        for room in ("testbeds", "challenges", "trials"):
            assert client.get(f"/{lang}/innovation/{room}/").status_code == 200
        for slug in states:
            assert client.get(f"/{lang}/innovation/trials/{slug}/").status_code == 200
    assert demo.load(timezone.now() + timedelta(days=1)) == 0
