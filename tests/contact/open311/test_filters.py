"""Each filter and each pair of filters gives what a plain look at all the cases gives, and nothing that a strict reader refuses.

The combinations are those that the validator of the six cities' Open311 project makes: states, services, spans of time and of
change, alone and by twos. Its schema allows no field that GeoReport doesn't name, and wants texts for ids, codes and times.
"""

import re
from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from kuutio.contact.models import Case
from kuutio.contact.open311.requests import CORE
from tests.contact.making import ESPOO, bring
from tests.contact.open311.asking import ask

pytestmark = pytest.mark.django_db

TEXTS = ("service_request_id", "service_code", "status", "status_notes", "service_name", "description", "address")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def written(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def cases(group):
    """Twelve cases of three services, an hour apart; every third is done, half an hour after it came."""
    now = timezone.now().replace(microsecond=0)
    for hours in range(1, 13):
        code = ("pothole", "street-light", "graffiti")[hours % 3]
        case = bring(category=code, place=ESPOO, at=now - timedelta(hours=hours)).case
        if hours % 4 == 0:
            done = case.opened_at + timedelta(minutes=30)
            Case.objects.filter(pk=case.pk).update(state="resolved", settled_at=done, updated_at=done)
    return now


def told_at(case):
    return case.settled_at or case.updated_at


def filters(now):
    """A filter's words, and whether a case passes it."""
    made = [
        ({"status": "open"}, lambda case: case.settled_at is None),
        ({"status": "closed"}, lambda case: case.settled_at is not None),
        ({"status": "open,closed"}, lambda case: True),
        ({"service_code": "pothole"}, lambda case: case.category_id == "pothole"),
        ({"service_code": "pothole,graffiti"}, lambda case: case.category_id in {"pothole", "graffiti"}),
        ({"service_code": "no-such-service"}, lambda case: False),
    ]
    for hours in (2, 7):
        moment = now - timedelta(hours=hours, minutes=10)
        made += [
            ({"start_date": written(moment)}, lambda case, moment=moment: case.opened_at >= moment),
            ({"end_date": written(moment)}, lambda case, moment=moment: case.opened_at <= moment),
            ({"updated_after": written(moment)}, lambda case, moment=moment: told_at(case) >= moment),
        ]
    return made


def test_every_filter_and_every_pair_gives_what_it_says(cases):
    every = list(Case.objects.order_by("-opened_at"))
    asked = 0
    single = filters(cases)
    pairs = [(one, other) for one, other in combinations(single, 2) if not set(one[0]) & set(other[0])]
    for words, passes in [
        *single,
        *(((one | other), (lambda case, a=a, b=b: a(case) and b(case))) for (one, a), (other, b) in pairs),
    ]:
        answer = ask("requests", **words)
        assert answer.status_code == 200, words
        rows = answer.json()
        assert [row["service_request_id"] for row in rows] == [case.number for case in every if passes(case)], words
        for row in rows:
            assert set(row) <= {name for name, _value in CORE}
            assert all(isinstance(row[name], str) for name in TEXTS), row
            assert TIME.fullmatch(row["requested_datetime"])
            assert TIME.fullmatch(row["updated_datetime"])
            assert isinstance(row["lat"], float)
            assert isinstance(row["long"], float)
        asked += 1
    assert asked >= 65


def test_pages_of_a_list_hold_each_case_once(cases):
    pages = [ask("requests", page_size=5, page=page).json() for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    numbers = [row["service_request_id"] for page in pages for row in page]
    assert numbers == [row["service_request_id"] for row in ask("requests").json()]
