"""The programme's tables of money go through the catalogue as any other data set: typed, with their keys, served."""

from datetime import date
from decimal import Decimal

import pytest

from kuutio.opendata.models import Distribution
from kuutio.programme import public
from kuutio.programme.actions import reaching
from kuutio.programme.actions.paying import Paid, record_claim_payment
from kuutio.programme.models import Indicator, Source
from tests.contact.publishing import publish
from tests.programme.money.granted import AT, granted
from tests.programme.money.test_claims import DAYS, decided

pytestmark = pytest.mark.django_db


def test_grants_payments_claims_indicators_and_results_are_served_as_open_data():
    made = granted()
    claim = decided(made)
    record_claim_payment(claim, Paid("P1", claim.pay_cents, DAYS[1]), by=made.office, at=AT)
    source = Source.objects.get(key="own-page")
    told = Indicator.objects.create(
        programme=made.grant.project.programme,
        key="companies",
        name={"fi": "Yritykset", "en": "Companies"},
        kind="output",
        position=1,
        source=source,
    )
    reaching.set_target(told, None, Decimal(40), date(2028, 12, 31), source, by=None, at=AT)
    for project, value in ((None, 30), (made.grant.project, 12)):
        actual = reaching.Actual(*DAYS, Decimal(value), evidence="Luettelo.")
        reaching.tell_actual(told, project, actual, by=None, at=AT)
    text = reaching.Told("final-report", "Loppuraportti", "Tiivistelmä.")
    reaching.publish_result(made.grant.project, text, by=None, at=AT)
    outcomes = publish(publisher=public.PUBLISHED)
    names = {f"kuutio-programme-{one}" for one in ("grants", "payments", "claims", "indicators", "results")}
    assert names <= set(outcomes)
    rows = {
        one.table: one.current.rows for one in Distribution.objects.filter(table__in=names).select_related("current")
    }
    assert rows == {
        "kuutio-programme-grants": 2,
        "kuutio-programme-payments": 1,
        "kuutio-programme-claims": 1,
        "kuutio-programme-indicators": 3,
        "kuutio-programme-results": 1,
    }
