"""A case goes from city to city with its number, link, thread and clocks; what each sees on the way is what it should."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kuutio.contact import queries
from kuutio.contact.actions import handing, working
from kuutio.contact.links import secret_of
from kuutio.contact.models import Handover
from kuutio.contact.permissions import Sight, view_of
from kuutio.contact.problems import AlreadyDecided, AlreadyOffered, TooManyReturns, WrongMove
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import bring
from tests.contact.making import case as made
from tests.factories import PersonFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db


def at(hours: float):
    return MONDAY + timedelta(hours=hours)


def offer(case, agents, giver="helsinki", receiver="vantaa", hours=1.0) -> Handover:
    group = {slug: agent.held_roles[0].organisation for slug, agent in agents.items()}
    return handing.offer_case(case, to=group[receiver], reason="Rajan takana.", by=agents[giver], at=at(hours))


def test_helsinki_to_vantaa_returned_then_to_espoo(group, agents):
    case = made()
    number, secret, due = case.number, secret_of(case), case.resolve_due_at
    handing.return_case(offer(case, agents), reason="Ei meidän katu.", by=agents["vantaa"], at=at(2))
    case.refresh_from_db()
    assert case.responsible == group["helsinki"]
    handing.accept_case(offer(case, agents, receiver="espoo", hours=3), by=agents["espoo"], at=at(4))
    case.refresh_from_db()
    assert (case.responsible, case.number, secret_of(case)) == (group["espoo"], number, secret)
    assert case.resolve_due_at == due, "the resident's clock goes on"
    assert case.city_due_at == due + timedelta(hours=4), "the city's begins when it took the case"
    assert case.messages.count() == 1
    kinds = [event.kind for event in case.events.order_by("at", "pk")]
    assert kinds == ["created", "routed", "offered", "returned", "offered", "accepted"]


def test_responsibility_moves_when_it_is_accepted_and_not_before(group, agents):
    case = made()
    handover = offer(case, agents)
    case.refresh_from_db()
    assert case.responsible == group["helsinki"]
    working.answer_case(case, text="Katsomme asiaa.", by=agents["helsinki"], at=at(2))
    with pytest.raises(NotAllowed):
        working.answer_case(case, text="Me vastaamme.", by=agents["vantaa"], at=at(2))
    handing.accept_case(handover, by=agents["vantaa"], at=at(3))
    with pytest.raises(NotAllowed):
        working.answer_case(case, text="Vielä me.", by=agents["helsinki"], at=at(4))
    working.answer_case(case, text="Me vastaamme.", by=agents["vantaa"], at=at(4))


def test_what_each_city_sees_before_during_and_after(group, agents):
    case = made()
    working.note_case(case, text="Helsingin oma.", by=agents["helsinki"], at=at(0.5))
    working.note_case(case, text="Kaikille.", by=agents["helsinki"], at=at(0.6), for_all=True)

    def seen(city: str, hours: float) -> list[str]:
        fresh = type(case).objects.get(pk=case.pk)
        return [row.text for row in queries.thread_of(fresh, view_of(agents[city], fresh, at(hours)))]

    first = "Kuoppa suojatien edessä."
    assert seen("helsinki", 1) == [first, "Helsingin oma.", "Kaikille."]
    assert seen("vantaa", 1) == []
    handover = offer(case, agents)
    assert view_of(agents["vantaa"], case, at(1)).sight is Sight.OFFERED
    assert seen("vantaa", 1) == [first, "Kaikille."]
    assert seen("espoo", 1) == []
    handing.accept_case(handover, by=agents["vantaa"], at=at(2))
    working.note_case(case, text="Vantaan oma.", by=agents["vantaa"], at=at(3))
    bring("Onko tämä korjattu?", case=case, at=at(4))
    assert seen("vantaa", 5) == [first, "Kaikille.", "Vantaan oma.", "Onko tämä korjattu?"]
    assert seen("helsinki", 5) == [first, "Helsingin oma.", "Kaikille."], "the giver keeps what it had, and no more"
    assert seen("espoo", 5) == []


def test_the_list_shows_what_the_page_would(group, agents):
    case = made()
    handover = offer(case, agents)

    def who(hours: float) -> set[str]:
        return {slug for slug, agent in agents.items() if queries.cases_seen_by(agent, at(hours)).exists()}

    assert who(1) == {"helsinki", "vantaa"}
    handing.return_case(handover, reason="Ei meille.", by=agents["vantaa"], at=at(2))
    assert who(3) == {"helsinki"}, "who returned it sees it no more"
    assert view_of(agents["vantaa"], case, at(3)).sight is Sight.NONE


def test_a_case_is_offered_to_one_city_at_a_time(group, agents):
    case = made()
    offer(case, agents)
    with pytest.raises(AlreadyOffered):
        offer(case, agents, receiver="espoo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(
            case=case, giver=group["helsinki"], receiver=group["espoo"], offered_at=at(1), due_at=at(9)
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(group, agents):
    handover = offer(made(), agents)
    agent = agents["vantaa"]
    others = iter([lambda: handing.accept_case(handover, by=agent, at=at(2))] * 2)
    found = at_once(lambda: next(others)(), times=2)
    assert sum(isinstance(one, AlreadyDecided) for one in found) == 1, found


def test_the_third_return_brings_it_to_the_duty_officer(group, agents):
    case = made()
    duty = PersonFactory()
    duty.roles.create(organisation=group["desk"], role="office")
    for hours, receiver in ((1, "vantaa"), (3, "espoo"), (5, "vantaa")):
        assert view_of(duty, case, at(hours)).sight is Sight.NONE
        handing.return_case(
            offer(case, agents, receiver=receiver, hours=hours),
            reason="Ei meille.",
            by=agents[receiver],
            at=at(hours + 1),
        )
    with pytest.raises(TooManyReturns):
        offer(case, agents, receiver="espoo", hours=7)
    view = view_of(duty, case, at(7))
    assert view.sight is Sight.DUTY
    assert not queries.thread_of(case, view).exists(), (
        "the duty officer sees the course of the case, not what is written"
    )
    handing.settle_dispute(case, to=group["espoo"], reason="Katu on Espoon.", by=duty, at=at(8))
    case.refresh_from_db()
    assert case.responsible == group["espoo"]
    assert view_of(duty, case, at(9)).sight is Sight.NONE


def test_the_duty_officer_may_leave_it_where_it_is(group, agents):
    case = made()
    duty = PersonFactory()
    duty.roles.create(organisation=group["desk"], role="office")
    for hours in (1, 3, 5):
        handing.return_case(offer(case, agents, hours=hours), reason="Ei.", by=agents["vantaa"], at=at(hours + 1))
    handing.settle_dispute(case, to=group["helsinki"], reason="Katu on Helsingin.", by=duty, at=at(8))
    case.refresh_from_db()
    assert case.responsible == group["helsinki"]
    assert view_of(duty, case, at(9)).sight is Sight.NONE
    offer(case, agents, hours=10)


def test_an_offer_that_nobody_decides_goes_back(group, agents):
    case = made()
    handover = offer(case, agents)
    assert handover.due_at == at(25), "one working day"
    assert handing.return_late_offers(at(24)) == 0
    assert handing.return_late_offers(at(26)) == 1
    handover.refresh_from_db()
    assert handover.decision == "returned"
    assert handover.decided_by is None


def test_an_offer_can_be_taken_back(group, agents):
    case = made()
    handover = offer(case, agents)
    with pytest.raises(NotAllowed):
        handing.withdraw_offer(handover, by=agents["vantaa"], at=at(2))
    handing.withdraw_offer(handover, by=agents["helsinki"], at=at(2))
    with pytest.raises(AlreadyDecided):
        handing.accept_case(handover, by=agents["vantaa"], at=at(3))


def test_what_can_not_be_offered(group, agents):
    case = made()
    for words in (
        {"to": group["helsinki"], "reason": "x"},
        {"to": group["desk"], "reason": "x"},
        {"to": group["vantaa"], "reason": " "},
        {"to": group["vantaa"], "reason": "x", "unit": case.unit},
    ):
        with pytest.raises(Invalid):
            handing.offer_case(case, by=agents["helsinki"], at=at(1), **words)
    with pytest.raises(NotAllowed):
        handing.offer_case(case, to=group["espoo"], reason="x", by=agents["vantaa"], at=at(1))
    working.move_case(case, "resolved", by=agents["helsinki"], at=at(1))
    with pytest.raises(WrongMove):
        offer(case, agents, hours=2)


@pytest.mark.parametrize("how", ["answered", "joined"])
def test_an_offer_is_over_when_the_case_is_settled(group, agents, how):
    case = made()
    waiting = offer(case, agents)
    if how == "answered":
        working.answer_case(case, text="Korjattu.", then="resolved", by=agents["helsinki"], at=at(2))
    else:
        working.join_case(case, made(), by=agents["helsinki"], at=at(2))
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.decided_by) == ("withdrawn", agents["helsinki"])
    assert case.events.filter(kind="withdrawn").count() == 1
    vantaa = Client()
    vantaa.force_login(agents["vantaa"])
    answer = vantaa.post(f"/fi/work/cases/{case.number}/decide/", {"decision": "accept"})
    assert answer.status_code == 404
    case.refresh_from_db()
    assert case.responsible == group["helsinki"]
    # One that was left open before is refused all the same.
    Handover.objects.update(decision="", decided_at=None)
    with pytest.raises(WrongMove):
        handing.accept_case(waiting, by=agents["vantaa"], at=at(3))


def test_a_desk_serves_under_its_mandate_and_no_further(group, agents):
    from kuutio.contact.models import JointDesk, Mandate

    hole, light = made(), made(category="street-light")
    desk = JointDesk.objects.get()
    assert view_of(agents["desk"], hole, MONDAY).sight is Sight.NONE
    Mandate.objects.create(
        desk=desk, giver=group["helsinki"], categories=["pothole"], starts_on="2026-11-23", ends_on="2026-11-24"
    )
    view = view_of(agents["desk"], hole, MONDAY)
    assert (view.sight, view.may_write, view.is_foreign) == (Sight.MANDATE, True, True)
    assert view_of(agents["desk"], light, MONDAY).sight is Sight.NONE
    assert list(queries.cases_seen_by(agents["desk"], MONDAY)) == [hole]
    assert view_of(agents["desk"], hole, MONDAY + timedelta(days=2)).sight is Sight.NONE
    working.answer_case(hole, text="Yhteinen neuvonta vastaa.", by=agents["desk"], at=MONDAY)
