"""The demonstration's grants: claims in every state, real figures with their sources, everything else marked as made up."""

import pytest

from kuutio.cities import demo as cities
from kuutio.core.moves.tables import CLAIM
from kuutio.programme import demo, demo_grants, demo_list, money_queries
from kuutio.programme.models import Claim, Grant, IndicatorValue, Payment

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_claims_in_each_state_and_marks_what_is_made_up():
    cities.begin()
    demo.load()
    demo_list.load()
    assert demo_grants.load() == 10
    assert demo_grants.load() == 0
    assert set(Claim.objects.values_list("state", flat=True)) == set(CLAIM.states)
    assert all(Grant.objects.values_list("is_example", flat=True))
    made_up = IndicatorValue.objects.filter(project__code__startswith="A9000")
    assert made_up.exists()
    assert not made_up.filter(is_example=False).exists()
    assert not IndicatorValue.objects.exclude(project__code__startswith="A9000").filter(is_example=True).exists()
    assert money_queries.listed_money()[0].project.code == "A70009"
    paid = sum(money.sums.paid for money in money_queries.public_money())
    assert paid == sum(Payment.objects.values_list("cents", flat=True))
