"""What the resident was promised stays, whoever gets the case; what each city promises itself follows its own rule."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kuutio.cities.models import Unit
from kuutio.contact.actions import handing, working
from kuutio.contact.courses import courses_of
from kuutio.contact.models import Case, Category, CategoryRule
from kuutio.core.positions import METRES_PER_DEGREE
from tests.contact.conftest import MONDAY
from tests.contact.making import HELSINKI
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)


def ruled(city: str, category: str = "pothole", **words) -> None:
    CategoryRule.objects.filter(city=city, category=category).update(**words)


def test_a_hand_over_moves_the_clock_of_the_city_and_not_that_of_the_resident(group, agents, client):
    ruled("vantaa", answer_minutes=60, resolve_minutes=480)
    case = made()
    told = (case.answer_due_at, case.resolve_due_at)
    offer = handing.offer_case(case, to=group["vantaa"], reason="Teidän.", by=agents["helsinki"], at=NOW)
    handing.accept_case(offer, by=agents["vantaa"], at=NOW)
    case.refresh_from_db()
    assert (case.answer_due_at, case.resolve_due_at) == told
    assert case.city_due_at == NOW + timedelta(days=1), "480 business minutes of Vantaa's own"
    assert case.unit.slug == "vantaa-streets", "the receiver's own rule tells whose queue it is"
    ruled("vantaa", answer_minutes=5000, resolve_minutes=9000)
    working.answer_case(case, text="Tulossa.", by=agents["vantaa"], at=NOW)
    case.refresh_from_db()
    assert (case.resolve_due_at, case.city_due_at) == (told[1], NOW + timedelta(days=1)), "nor does a later rule"


def test_another_category_moves_the_clock_of_the_city_alone_and_brings_the_case_to_its_unit(group, agents, client):
    parks = Unit.objects.create(slug="helsinki-parks", city_id="helsinki", name={"fi": "Puistot"})
    ruled("helsinki", "street-light", unit=parks, answer_minutes=60, resolve_minutes=480)
    case, other = made(), made()
    told = (case.answer_due_at, case.resolve_due_at)
    client.force_login(agents["helsinki"])
    direct = reverse("contact:direct", args=[case.number])
    client.post(direct, {"category": "street-light", "unit": case.unit.pk})
    case.refresh_from_db()
    assert (case.category_id, case.unit) == ("street-light", parks)
    assert (case.answer_due_at, case.resolve_due_at) == told
    assert case.city_due_at == MONDAY + timedelta(days=1)
    client.post(direct, {"category": "street-light", "unit": ""})
    case.refresh_from_db()
    assert case.unit is None, "the officer chose the joint queue"
    client.post(reverse("contact:many"), {"case": [other.number], "value": "category:street-light"})
    other.refresh_from_db()
    assert other.unit == parks


def test_past_months_are_judged_by_what_was_promised_then(group, agents):
    case = made()
    working.answer_case(case, text="Tulossa.", by=agents["helsinki"], at=MONDAY + timedelta(hours=2))
    ruled("helsinki", answer_minutes=1, resolve_minutes=1)
    ((_case, course),) = courses_of(Case.objects.filter(pk=case.pk))
    assert course.answered_in_time()
    assert course.settle_minutes == 4800


def test_one_rule_counts_by_its_days_and_its_area(group):
    from shapely import Point, to_wkb

    ruled("helsinki", valid_to="2026-11-22")
    assert made().resolve_minutes == 4800, "the rule is over: what is promised without one"
    assert made().unit is None
    city, category = group["helsinki"].city, Category.objects.get(pk="pothole")
    CategoryRule.objects.create(
        city=city, category=category, answer_minutes=100, resolve_minutes=200, valid_to="2026-12-31"
    )
    CategoryRule.objects.create(
        city=city, category=category, answer_minutes=1, resolve_minutes=2, valid_from="2026-12-01"
    )
    area = to_wkb(Point(HELSINKI.lon + 0.02, HELSINKI.lat).buffer(200 / METRES_PER_DEGREE))
    CategoryRule.objects.create(
        city=city, category=category, area=area, area_name="Itä", answer_minutes=30, resolve_minutes=40
    )
    assert made().resolve_minutes == 200, "a rule with a last day holds until then; one of December not yet"
    inside = made(place=type(HELSINKI)(lon=HELSINKI.lon + 0.02, lat=HELSINKI.lat, source="map"))
    assert inside.resolve_minutes == 40
