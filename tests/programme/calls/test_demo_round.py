"""The demonstration's decided call: made once, through the verbs, with a bundle that a stranger recomputes."""

import re
import time

import pytest
from django.test import Client

from kuutio.audit.models import Entry
from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Person
from kuutio.core.bundles import verify_bundle
from kuutio.programme import demo, demo_calls, demo_round
from kuutio.programme.models import Application, Call
from kuutio.selection.actions import publishing
from kuutio.selection.models import Conflict, Decision, Letter, Recusal, Review, Round
from kuutio.selection.queries import barred_references

pytestmark = pytest.mark.django_db


def test_the_example_round_is_decided_published_and_recomputed_and_loads_once():
    cities_demo.begin()
    demo.load()
    assert demo_round.load() == 0  # there are no example calls yet
    demo_calls.load()
    begun = time.process_time()  # what else the machine does is no fault of it
    assert demo_round.load() == 4
    assert time.process_time() - begun < 10
    counts = [model.objects.count() for model in (Entry, Person, Application, Review, Decision, Letter)]
    assert demo_round.load() == 0
    assert [model.objects.count() for model in (Entry, Person, Application, Review, Decision, Letter)] == counts

    round_ = Round.objects.get(state="published")
    call = Call.objects.get(slug=round_.key.removeprefix("call:"))
    assert call.state == "decided"
    assert all(len(one.cities) >= 2 for one in round_.candidates.all())
    states = dict(round_.candidates.values_list("number", "state"))
    assert sorted(states.values()) == ["approved", "approved_with_conditions", "rejected", "rejected"]
    assert sorted(Application.objects.filter(call=call).values_list("state", flat=True)) == sorted(states.values())
    places = [row["place"] for row in round_.ranking.table["rows"]]
    assert places == ["funded", "funded", "at_line", "not_fundable"]
    hard = Conflict.objects.get(reviewer__round=round_, level="HARD")
    assert not Review.objects.filter(reviewer=hard.reviewer, candidate=hard.candidate).exists()
    assert barred_references(hard.reviewer.person) == {hard.candidate.reference}
    assert set(Review.objects.values_list("state", "version")) == {("submitted", 1)}
    assert Recusal.objects.filter(item__meeting__round=round_).count() == 1
    assert Letter.objects.count() == 4
    verdict = verify_bundle(publishing.bundle_of(round_))
    assert any("reviews that count: 12" in line for line in verdict.said)

    for language, example in (("fi", "simerkki"), ("sv", "xempel"), ("en", "xample")):
        page = Client().get(f"/{language}/selection/{round_.key}/").content.decode()
        titles = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert example in titles[0] and "(keksitty)" in page
        assert Client().get(f"/{language}/calls/{call.slug}/").status_code == 200
