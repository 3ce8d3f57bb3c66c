"""Whatever a channel brings becomes a case or a message of one, once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kuutio.contact.actions import working
from kuutio.contact.actions.states import set_state
from kuutio.contact.incoming import Place, Sender
from kuutio.contact.links import opens, secret_of
from kuutio.contact.models import Case, Event, Message
from kuutio.contact.problems import NotOurs, WhichCity
from kuutio.core.problems import Invalid
from tests.contact.conftest import MONDAY
from tests.contact.making import ESPOO, KAUNIAINEN, SEA_ABROAD, bring
from tests.contact.making import case as made
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_a_matter_becomes_a_case_of_the_city_it_lies_in(group):
    case = made(place=ESPOO)
    assert case.responsible == group["espoo"]
    assert case.unit.slug == "espoo-streets"
    assert case.municipality_id == "049"
    assert case.state == "new"
    assert [event.kind for event in case.events.all()] == ["created", "routed"]


def test_the_number_is_random_and_names_no_city(group):
    numbers = {made().number for _n in range(20)}
    assert len(numbers) == 20
    assert all(number.startswith("KU-") and len(number) == 12 for number in numbers)


def test_the_same_message_again_is_the_same_case(group):
    first, again = bring(external_id="form-1"), bring(external_id="form-1")
    assert again.case == first.case
    assert again.is_repeat
    assert Case.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_tries_at_once_make_one_case(group):
    found = at_once(lambda: bring(external_id="form-1").case.pk, times=8)
    assert len(set(found)) == 1, found
    assert Case.objects.count() == 1


def test_nothing_is_kept_of_what_lies_outside_the_cities(group):
    with pytest.raises(NotOurs) as refused:
        bring(place=KAUNIAINEN, can_ask=True)
    assert refused.value.facts["municipality"] == "235"
    with pytest.raises(NotOurs):
        bring(place=SEA_ABROAD)
    assert Case.objects.count() == 0


def test_near_a_border_the_resident_is_asked(group):
    border = Place(lon=24.8283, lat=60.2136, source="map")  # between Espoo and Helsinki
    spots = [Place(lon=24.80 + step / 1000, lat=60.2136, source="map") for step in range(60)]
    asked = []
    for spot in [border, *spots]:
        try:
            bring(place=spot, can_ask=True)
        except WhichCity as question:
            asked.append((spot, question.facts["choices"]))
    assert asked, "the line between the cities is crossed somewhere"
    spot, choices = asked[0]
    assert set(choices) == {"049", "091"}
    chosen = bring(place=spot, can_ask=True, chosen="helsinki").case
    assert chosen.responsible == group["helsinki"]
    assert chosen.is_near_border
    told = bring(place=spot).case
    assert told.is_near_border, "a channel that can't ask takes the likely city and says that it is unsure"


def test_a_matter_without_a_place_comes_to_the_joint_desk(group):
    case = made(category="other", place=Place())
    assert case.responsible == group["desk"]
    named = made(category="other", place=Place(), chosen="vantaa")
    assert named.responsible == group["vantaa"]


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"text": " "}, "/text"),
        ({"text": "x" * 20_001}, "/text"),
        ({"place": Place()}, "/place"),
        ({"place": Place(lon=60.17, lat=24.94)}, "/place"),
        ({"place": Place(lon=24.94, lat=float("nan"))}, "/place"),
        ({"category": "day-care", "place": Place(), "sender": Sender()}, "/sender"),
    ],
)
def test_what_lacks_is_named(group, words, pointer):
    with pytest.raises(Invalid) as refused:
        bring(**words)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]


def test_the_secret_opens_its_own_case_alone(group):
    one, other = made(), made()
    assert opens(one, secret_of(one))
    assert opens(one, secret_of(one).upper())
    assert not opens(one, secret_of(other))
    assert not opens(one, "")
    assert len(secret_of(one)) == 26


def test_a_reply_wakes_a_case_that_waited_for_it(group):
    case = made()
    set_state(case, "waiting-resident", by=None, at=MONDAY + timedelta(hours=1))
    case.save()
    assert case.resolve_due_at is None, "the clock stands while the resident is waited for"
    bring("Tässä lisää tietoa.", case=case, at=MONDAY + timedelta(hours=3))
    case.refresh_from_db()
    assert case.state == "open"
    later = made(at=MONDAY)
    assert case.resolve_due_at - later.resolve_due_at == timedelta(hours=2)


def test_a_reply_reopens_what_was_settled_lately_and_not_what_was_long_ago(group):
    for days, state in ((13, "open"), (15, "resolved")):
        case = made()
        set_state(case, "resolved", by=None, at=MONDAY)
        case.save()
        bring("Ei se ole korjattu.", case=case, at=MONDAY + timedelta(days=days))
        case.refresh_from_db()
        assert case.state == state


def test_a_reply_leaves_a_joined_case_joined(group, agents):
    case = working.join_case(made(), made(), by=agents["helsinki"], at=MONDAY)
    bring("Sama täällä.", case=case, at=MONDAY + timedelta(days=1))
    case.refresh_from_db()
    assert case.state == "duplicate"


def test_the_database_keeps_the_history_as_it_was(group):
    event = Event.objects.filter(case=made()).first()
    for change in ("UPDATE contact_event SET kind = 'closed'", "DELETE FROM contact_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE id = {event.pk}")
