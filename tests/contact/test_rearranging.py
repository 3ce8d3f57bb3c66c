"""Splitting, placing, diary numbers, many cases at once, the board."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from kuutio.cities.models import Unit
from kuutio.contact import routing
from kuutio.contact.actions import bulk, correcting, handing, splitting, telling, working
from kuutio.contact.actions.receipts import send_receipts
from kuutio.contact.actions.receiving import receive
from kuutio.contact.board import board_of
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.links import url_of
from kuutio.contact.models import Case, Category, JointDesk, Mandate
from kuutio.contact.permissions import boards_of
from kuutio.contact.problems import WrongMove
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import ESPOO, HELSINKI, bring
from tests.contact.making import case as made
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)


def written_on(case: Case, text: str):
    contact = case.participants.get().contact
    return receive(
        Incoming(channel="web", text=text, language="fi", case=case, sender=Sender(), contact=contact), at=NOW
    ).message


def test_a_split_takes_messages_with_their_person_and_gives_them_back(group, agents):
    case, agent = made(), agents["helsinki"]
    second = written_on(case, "Lisäksi katuvalo on pimeä.")
    light = Category.objects.get(pk="street-light")
    chosen = [second.uuid]
    for wrong in ([], [row.uuid for row in case.messages.all()], [*chosen, case.uuid]):
        with pytest.raises(Invalid):
            splitting.split_case(case, wrong, category=light, by=agent, at=NOW)
    with pytest.raises(NotAllowed):
        splitting.split_case(case, chosen, category=light, by=agents["espoo"], at=NOW)
    new = splitting.split_case(case, chosen, category=light, by=agent, at=NOW)
    assert [row.text for row in new.messages.all()] == ["Lisäksi katuvalo on pimeä."] == [new.title]
    assert (new.category, new.unit.slug, new.lon, new.state) == (light, "helsinki-streets", case.lon, "new")
    assert new.opened_at == second.at
    assert new.participants.get().contact == case.participants.get().contact
    assert (case.messages.count(), new.participants.get().receipt_due_at) == (1, NOW)
    later = written_on(new, "Se on nurkalla.")
    with pytest.raises(NotAllowed):
        splitting.undo_split(new, by=agents["espoo"], at=NOW)
    splitting.undo_split(new, by=agent, at=NOW)
    new.refresh_from_db()
    assert (new.state, new.duplicate_of, list(new.messages.all())) == ("duplicate", case, [later])
    assert second in case.messages.all()
    with pytest.raises(WrongMove):
        splitting.undo_split(new, by=agent, at=NOW)
    assert {row.kind for row in case.events.all()} >= {"split", "rejoined"}


def test_what_is_joined_comes_along_and_goes_back_and_each_is_what_it_was(group, agents, client):
    client.force_login(agents["helsinki"])
    first, middle, last = (
        made(sender=Sender(email=f"{name}@example.org", preference="email")) for name in ("xi", "aa", "be")
    )
    working.answer_case(middle, text="Missä?", then="waiting-resident", by=agents["helsinki"], at=NOW)

    def said(door, case, **words):
        assert client.post(reverse(f"contact:{door}", args=[case.number]), words).status_code == 302
        for row in (first, middle, last):
            row.refresh_from_db()

    def reached():
        mail.outbox.clear()
        telling.deliver(working.answer_case(last, text="Korjaamme.", by=agents["helsinki"], at=NOW).pk)
        return {letter.to[0].partition("@")[0] for letter in mail.outbox}

    said("join", first, to=middle.number)
    said("join", middle, to=last.number)
    assert (first.duplicate_of, middle.duplicate_of) == (last, last)
    assert reached() == {"xi", "aa", "be"}
    said("move", middle, state="open")
    done = {"text": "Valmis.", "then": "resolved", "key": "k"}
    assert client.post(reverse("contact:answer", args=[middle.number]), done).status_code == 422
    middle.refresh_from_db()
    assert middle.state == "duplicate", "only undoing the joining parts it"
    said("part", middle)
    assert (middle.state, first.state, first.duplicate_of) == ("waiting-resident", "duplicate", middle)
    assert reached() == {"be"}
    said("part", first)
    assert (first.state, first.duplicate_of) == ("new", None)
    said("part", first)
    assert first.state == "new"


@pytest.mark.parametrize("state", ["new", "resolved"])
def test_a_split_is_undone_whatever_became_of_it_and_brings_along_what_was_joined(group, agents, client, state):
    case, agent, other = made(), agents["helsinki"], made()
    second = written_on(case, "Lisäksi katuvalo on pimeä.")
    new = splitting.split_case(case, [second.uuid], category=Category.objects.get(pk="street-light"), by=agent, at=NOW)
    working.join_case(other, new, by=agent, at=NOW)
    if state != "new":
        working.answer_case(new, text="Valmis.", then=state, by=agent, at=NOW)
    client.force_login(agent)
    client.post(reverse("contact:unsplit", args=[new.number]))
    second.refresh_from_db()
    new.refresh_from_db()
    other.refresh_from_db()
    assert (second.case, new.duplicate_of, other.duplicate_of) == (case, case, case)
    client.post(reverse("contact:part", args=[new.number]))
    new.refresh_from_db()
    other.refresh_from_db()
    assert (new.state, other.duplicate_of) == (state, new)


def test_who_only_wrote_in_gets_number_and_link_of_the_case_that_is_split_off(group, agents, client):
    case = made()
    for name in ("bo", "ed"):
        bring(
            f"Lamppu on rikki, sanoo {name}.", case=case, sender=Sender(email=f"{name}@example.org", preference="email")
        )
    written = list(case.messages.filter(text__startswith="Lamppu"))
    client.force_login(agents["helsinki"])
    client.post(
        reverse("contact:split", args=[case.number]),
        {"messages": [row.uuid for row in written], "category": "street-light"},
    )
    new = Case.objects.exclude(pk=case.pk).get()
    assert dict(new.participants.values_list("contact__email", "kind")) == {
        "bo@example.org": "reporter",
        "ed@example.org": "writer",
    }
    assert (new.address, new.lon) == ("", None), "the place of the first matter is its reporter's"
    mail.outbox.clear()
    send_receipts()
    letter = next(one for one in mail.outbox if new.number in one.subject)
    assert letter.to == ["bo@example.org"]
    assert url_of(new, "fi") in letter.body


def test_a_place_is_corrected_and_whose_it_is_then_is_only_offered(group, agents, client):
    case, agent = made(place=HELSINKI), agents["helsinki"]
    assert routing.rightful(case, NOW) is None
    for wrong in ({"lon": 24.9}, {"lon": 60.17, "lat": 24.94}, {"lon": float("nan"), "lat": 60.0}):
        with pytest.raises(Invalid):
            correcting.place_case(case, address="x", **wrong, by=agent, at=NOW)
    client.force_login(agent)
    page = reverse("contact:case", args=[case.number])
    place = reverse("contact:place", args=[case.number])
    assert client.post(place, {"address": "x", "lon": "900", "lat": "60"}).status_code == 422
    client.post(place, {"address": " Kirkkokatu  1\t", "lon": ESPOO.lon, "lat": ESPOO.lat})
    client.post(place, {"address": "Kirkkokatu 1", "lon": ESPOO.lon, "lat": ESPOO.lat})
    case.refresh_from_db()
    assert (case.address, case.lon, case.place_source) == ("Kirkkokatu 1", ESPOO.lon, "map")
    assert case.responsible == group["helsinki"]
    assert case.events.filter(kind="placed").count() == 1
    assert routing.rightful(case, NOW).city.pk == "espoo"
    shown = client.get(page).content.decode()
    assert "Paikkansa puolesta" in shown and '<option value="espoo" selected' in shown
    points = client.get(reverse("contact:case-places", args=[case.number])).json()["features"]
    assert [point["geometry"]["coordinates"] for point in points] == [[ESPOO.lon, ESPOO.lat]]
    client.post(place, {"address": "", "lon": "", "lat": ""})
    case.refresh_from_db()
    assert (case.lon, case.place_source) == (None, "none")
    assert client.get(page).status_code == 200
    Unit.objects.create(slug="helsinki-parks", city=case.responsible.city, name={"fi": "Puistot"})
    moved = working.direct_case(made(), unit=Unit.objects.get(slug="helsinki-parks"), by=agent, at=NOW)
    assert routing.rightful(moved, NOW).unit.slug == "helsinki-streets"


def test_a_case_goes_back_to_the_joint_queue(group, agents, client):
    case = made()
    assert case.unit is not None
    client.force_login(agents["helsinki"])
    client.post(reverse("contact:direct", args=[case.number]), {"category": case.category_id, "unit": ""})
    case.refresh_from_db()
    assert case.unit is None
    assert case.events.filter(kind="routed").latest("pk").facts["unit"] == ""


def test_many_cases_at_once_each_with_its_own_lines_and_result(group, agents, client):
    mine, done, foreign = made(), made(), made(place=ESPOO)
    working.move_case(done, "resolved", by=agents["helsinki"], at=NOW)
    working.move_case(done, "closed", by=agents["helsinki"], at=NOW)
    numbers = [mine.number, done.number, foreign.number, mine.number, "KU-2222-2222"]
    results = bulk.act_on_many(numbers, bulk.Act(state="resolved"), by=agents["helsinki"], at=NOW)
    assert [str(result.outcome) for result in results] == ["done", "refused", "refused", "refused"]
    assert str(results[2].why) == str(results[3].why), "another city's case is as unknown as none"
    again = bulk.act_on_many(numbers[:1], bulk.Act(state="resolved"), by=agents["helsinki"], at=NOW)
    assert again[0].outcome == "same"
    assert mine.events.filter(kind="state").count() == 1
    for wrong in (bulk.Act(), bulk.Act(state="open", assignee=agents["helsinki"])):
        with pytest.raises(Invalid):
            bulk.act_on_many(numbers, wrong, by=agents["helsinki"], at=NOW)
    with pytest.raises(Invalid):
        bulk.act_on_many([f"n{n}" for n in range(201)], bulk.Act(state="open"), by=agents["helsinki"], at=NOW)

    client.force_login(agents["helsinki"])
    many, one, two = reverse("contact:many"), made(), made()
    for value in (f"officer:{agents['helsinki'].pk}", "category:street-light", "state:waiting-other"):
        page = client.post(many, {"case": [one.number, two.number, "\0"], "value": value, "view": "new"})
        assert page.context["done"] == 2, value
    for row in (one, two):
        row.refresh_from_db()
        assert (row.assignee, row.category_id, row.state) == (agents["helsinki"], "street-light", "waiting-other")
    for value in ("", f"officer:{agents['espoo'].pk}", "officer:٣", "category:nothing", "state:x", "x:y"):
        assert client.post(many, {"case": [one.number], "value": value}).status_code == 302
    for wrong in (agents["espoo"].pk, "x", ""):
        assert client.post(reverse("contact:assign", args=[one.number]), {"officer": wrong}).status_code == 422
    one.refresh_from_db()
    assert one.assignee == agents["helsinki"]


def test_the_board_counts_what_waits_for_those_who_may_know(group, agents, client, django_assert_max_num_queries):
    agent = agents["helsinki"]
    made(at=MONDAY - timedelta(days=30))
    taken = working.take_case(made(), by=agent, at=NOW)
    working.move_case(made(category="street-light"), "waiting-resident", text="Missä?", by=agent, at=NOW)
    working.move_case(made(), "resolved", by=agent, at=NOW)
    handing.offer_case(taken, to=group["espoo"], reason="Teidän.", by=agent, at=NOW)
    with django_assert_max_num_queries(7):
        board = board_of(group["helsinki"], agent, NOW)
    assert (board.open, board.late, board.paused, board.nobody) == (3, 1, 1, 2)
    assert (board.ages, sum(board.states.values())) == ((2, 0, 0, 0, 1), 3)
    assert (board.offered_in, board.offered_out, board.came, board.settled) == (0, 1, 3, 1)
    assert board_of(group["espoo"], agents["espoo"], NOW).offered_in == 1
    assert [(load.pk, load.open) for load in board.officers] == [(agent.pk, 1)]
    assert sum(load.open for load in board.units) == 3

    Mandate.objects.create(
        desk=JointDesk.objects.get(), giver=group["helsinki"], categories=["pothole"], starts_on=MONDAY.date()
    )
    assert set(boards_of(agents["desk"], MONDAY.date()).values()) == {group["desk"], group["helsinki"]}
    under = board_of(group["helsinki"], agents["desk"], NOW)
    assert (under.open, under.officers) == (2, None)
    office = PersonFactory()
    office.roles.create(organisation=group["desk"], role="office")
    assert len(boards_of(office, MONDAY.date())) == 3
    assert board_of(group["helsinki"], office, NOW).officers is None
    assert boards_of(PersonFactory(), MONDAY.date()) == {}

    figures = reverse("contact:board-figures")
    client.force_login(agents["espoo"])
    assert (
        client.get(f"{figures}?of=helsinki").status_code
        == 404
        == client.get("/fi/work/cases/board/?of=x\0").status_code
    )
    client.force_login(agent)
    assert "Helsinki" in client.get("/fi/work/cases/board/").content.decode()
    first = client.get(f"{figures}?of=helsinki")
    assert client.get(f"{figures}?of=helsinki", headers={"If-None-Match": first["ETag"]}).status_code == 304
    made()
    assert client.get(f"{figures}?of=helsinki", headers={"If-None-Match": first["ETag"]}).status_code == 200
