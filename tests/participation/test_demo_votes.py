"""The demonstration's votes come in by the verbs, once."""

import pytest
from django.utils import timezone

from kuutio.cities import demo as cities_demo
from kuutio.core.bundles import verify_bundle
from kuutio.participation import demo_votes
from kuutio.participation.models import Budget


@pytest.mark.django_db
def test_one_vote_is_counted_and_one_goes_on(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cities_demo.load_cities()
    now = timezone.now()
    assert demo_votes.load(now) == 2
    assert demo_votes.load(now) == 0
    counted, going = (Budget.objects.get(slug=slug) for slug in ("yhteinen", "vuosaari"))
    assert (counted.state, going.state) == ("counted", "open") and going.closes_at > now
    assert counted.count.result["voters"] == 60 and len(counted.count.result["winners"]) > 1
    with counted.count.bundle.open("rb") as kept:
        assert len(verify_bundle(kept.read()).witnesses) == 5
    assert going.projects.filter(feasibility="infeasible").exists() and going.keys.size == 8
