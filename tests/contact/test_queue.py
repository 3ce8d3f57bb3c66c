"""The officers' queue: in an order that goes on from a key, narrowed, searched, saved, and never a leak."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kuutio.contact import finding
from kuutio.contact.actions import habits, handing, telling, working
from kuutio.contact.actions.correcting import set_diary_number
from kuutio.contact.actions.receiving import receive
from kuutio.contact.filters import Filters
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.models import Case, JointDesk, Mandate, SavedView
from kuutio.contact.problems import TooManyViews
from kuutio.contact.queue import ORDERS, Look, cases_in, counts_of, page_of
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import ESPOO
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=5)


def found(person, **said) -> set[str]:
    return set(cases_in(Filters.read(said), Look.of(person, NOW)).values_list("number", flat=True))


def test_pages_go_on_from_a_key_both_ways_and_skip_nothing(group, agents):
    cases = [made(at=MONDAY + timedelta(minutes=n // 3)) for n in range(12)]
    for case in cases[::4]:
        working.move_case(
            case, "waiting-resident", text="Missä?", by=agents["helsinki"], at=NOW
        )  # its clock stands: last of all
    for name, order in ORDERS.items():
        rows = Case.objects.filter(settled_at__isnull=name != "settled")
        walked, after, keys = [], "", []
        while True:
            page = page_of(rows, order, after=after, size=5)
            walked += [case.pk for case in page.cases]
            keys.append(page.before)
            if not page.after:
                break
            after = page.after
        falls = order.is_falling
        expected = sorted(rows, key=lambda case: (order.of(case), case.pk), reverse=falls)
        assert walked == [case.pk for case in expected], name
        if name != "settled":
            back = page_of(rows, order, before=keys[-1], size=5)
            assert [case.pk for case in back.cases] == walked[5:10]
            assert back.after and back.before
            # A case that goes meanwhile shifts nothing.
            first = page_of(rows, order, size=5)
            gone = rows.exclude(pk=walked[0])
            assert [case.pk for case in page_of(gone, order, after=first.after, size=5).cases] == walked[5:10]
    for nonsense in ("x", "1", "9" * 40 + ".1", "1.-1", "٣.٤", f"{2**63}.1"):
        assert page_of(Case.objects.all(), ORDERS["due"], after=nonsense, size=5).cases


def test_filters_narrow_and_outlive_their_words(group, agents):
    street, light = made(), made(category="street-light", language="sv")
    working.take_case(light, by=agents["helsinki"], at=NOW)
    late = made(at=MONDAY - timedelta(days=30))
    espoo = made(place=ESPOO)
    agent = agents["helsinki"]
    assert found(agent) == {street.number, light.number, late.number}
    assert found(agent, category="street-light") == {light.number} == found(agent, language="sv")
    assert found(agent, view="mine") == {light.number} == found(agent, officer="me") == found(agent, state="open")
    assert found(agent, officer="nobody") == {street.number, late.number} == found(agent, view="new")
    assert found(agent, due="late") == {late.number} == found(agent, view="late")
    assert found(agent, unit="helsinki-streets", channel="web") == {street.number, light.number, late.number}
    assert found(agent, channel="email") == found(agent, city="espoo") == found(agent, unit="nowhere") == set()
    assert found(agents["espoo"], view="all") == {espoo.number}
    assert found(agents["desk"]) == set()
    read = Filters.read(
        {"view": "x", "state": 3, "category": "a b'", "q": "\0kuoppa " * 50, "sort": ["due"], "due": "soon"}
    )
    assert (read.view, read.state, read.category, read.sort, read.due) == ("open", "", "", "", "soon")
    assert len(read.q) == 100
    assert Filters.read(read.written()) == read


def test_a_mandate_opens_its_categories_to_the_desk(group, agents):
    pothole, light = made(), made(category="street-light")
    Mandate.objects.create(
        desk=JointDesk.objects.get(), giver=group["helsinki"], categories=["pothole"], starts_on=MONDAY.date()
    )
    assert found(agents["desk"], view="new") == {pothole.number}
    assert found(agents["desk"], q="kuoppa") == {pothole.number}
    assert light.number not in found(agents["desk"], view="all")
    assert counts_of([Filters(view="new"), Filters(view="done")], Look.of(agents["desk"], NOW)) == [1, None]


def test_a_mandated_desk_sees_all_that_it_works_on(group, agents, client):
    desk, agent = JointDesk.objects.get(), agents["desk"]
    for city in ("helsinki", "vantaa"):
        Mandate.objects.create(desk=desk, giver=group[city], starts_on=MONDAY.date(), categories=["pothole"])
    case, light = made(sender=Sender(phone="+358401234567", preference="call")), made(category="street-light")
    assert found(agent, view="open") == {case.number}
    message = working.answer_case(case, text="Tulossa.", by=agent, at=NOW)
    telling.deliver(message.pk)
    assert found(agent, view="hand") == {case.number}, "the desk that answered calls the resident"
    offer = handing.offer_case(case, to=group["vantaa"], reason="Teidän.", by=agent, at=NOW)
    handing.accept_case(offer, by=agents["vantaa"], at=NOW)
    assert found(agent, view="given") == {case.number}
    assert found(agents["helsinki"], view="given") == {case.number}
    assert found(agents["helsinki"], view="open") == {light.number}
    # A desk that may only read is shown nothing to tell by hand, and writes notes.
    Mandate.objects.update(may_answer=False)
    assert found(agent, view="hand") == set()
    assert found(agent, view="open") == {case.number}
    client.force_login(agent)
    page = client.get(reverse("contact:case", args=[case.number])).content.decode()
    assert 'id="note"' in page
    assert 'id="answer-form"' not in page
    client.post(reverse("contact:note", args=[case.number]), {"text": "Asukas soitti.", "for_all": "on"})
    assert case.messages.filter(direction="note", text="Asukas soitti.", organisation=group["desk"]).exists()
    assert client.post(reverse("contact:answer", args=[case.number]), {"text": "Ei."}).status_code == 403
    with pytest.raises(NotAllowed):
        working.answer_case(case, text="Ei.", by=agent, at=NOW)


@pytest.fixture(params=[0, 2000], ids=["common words", "rare words"])
def few(request, monkeypatch):
    """Words are found in two ways, by how common they are: what is found is the same."""
    monkeypatch.setattr(finding, "FEW", request.param)


def test_a_case_is_found_by_all_that_people_say(few, group, agents):
    agent = agents["helsinki"]
    case = made(
        "Lamppu rikki Hämeentiellä.",
        category="street-light",
        sender=Sender(name="Aino", email="Aino@Example.org", phone="+358401234567", preference="email"),
    )
    set_diary_number(case, diary_number="HEL 2026-001234", by=agent, at=NOW)
    set_diary_number(case, diary_number=" HEL  2026-001234", by=agent, at=NOW)
    assert case.events.filter(kind="diarised").count() == 1
    made("Jotain muuta.", sender=Sender())
    working.note_case(case, text="Urakoitsija tilattu.", by=agent, at=NOW)
    for text in (
        *(case.number, case.number.lower().replace("-", " "), "HEL 2026-001234", "aino@EXAMPLE.org"),
        *("040 123 4567", "+358 40 1234567", "lamppu", "LAMP", "lampun hämeentie", "urakoitsijan"),
    ):
        assert found(agent, q=text, view="done") == {case.number}, text
    assert found(agent, q="lamppu espoo") == found(agent, q="keinu") == set()
    for hostile in ("'", "\\", "a':*|b", "% _", ":*", "ß" * 100, "()&|!"):
        assert isinstance(found(agent, q=hostile), set)


def test_who_gave_a_case_away_learns_nothing_new_by_searching(few, group, agents):
    case = made("Kuoppa.")
    offer = handing.offer_case(case, to=group["espoo"], reason="Teidän.", by=agents["helsinki"], at=NOW)
    assert found(agents["espoo"], q="kuoppa") == {case.number} == found(agents["espoo"], view="offered")
    handing.accept_case(offer, by=agents["espoo"], at=NOW + timedelta(minutes=1))
    later = NOW + timedelta(hours=1)
    working.note_case(case, text="Salaisuus.", by=agents["espoo"], at=later)
    receive(
        Incoming(
            channel="web", text="Naapuri kertoi.", language="fi", case=case, sender=Sender(email="bo@example.org")
        ),
        at=later,
    )
    for text in ("salaisuus", "naapuri", "bo@example.org"):
        assert found(agents["helsinki"], q=text) == set(), text
        assert found(agents["espoo"], q=text) == {case.number}, text
        assert found(agents["vantaa"], q=text) == set()
    assert found(agents["helsinki"], q=case.number) == {case.number} == found(agents["helsinki"], view="given")


def test_saved_views_are_ones_own_or_the_citys(group, agents, client):
    mine = habits.save_view(" Omat ", Filters(category="pothole"), by=agents["helsinki"], at=NOW)
    again = habits.save_view("Omat", Filters(officer="me"), by=agents["helsinki"], at=NOW)
    assert (again.pk, again.filters) == (mine.pk, {"view": "open", "officer": "me"})
    shared = habits.save_view(
        "Omat kadut", Filters(category="pothole"), by=agents["helsinki"], at=NOW, organisation=group["helsinki"]
    )
    with pytest.raises(NotAllowed):
        habits.save_view("x", Filters(), by=agents["helsinki"], at=NOW, organisation=group["espoo"])
    with pytest.raises(Invalid):
        habits.save_view("\0 ", Filters(), by=agents["helsinki"], at=NOW)
    with pytest.raises(NotAllowed):
        habits.remove_view(shared, by=agents["espoo"], at=NOW)
    SavedView.objects.bulk_create(
        SavedView(name=f"n{number}", person=agents["helsinki"], created_at=NOW)
        for number in range(habits.MOST_VIEWS - 1)
    )
    with pytest.raises(TooManyViews):
        habits.save_view("Yksi liikaa", Filters(), by=agents["helsinki"], at=NOW)

    made()
    client.force_login(agents["espoo"])
    assert "Omat kadut" not in client.get("/fi/work/cases/").content.decode()
    assert client.post(reverse("contact:remove-view", args=[shared.uuid])).status_code == 404
    client.force_login(agents["helsinki"])
    page = client.get("/fi/work/cases/?category=pothole").content.decode()
    assert "Omat kadut (1)" in page
    client.post(reverse("contact:save-view"), {"name": "Myöhässä", "due": "late", "shared_by": "helsinki"})
    client.post(reverse("contact:remove-view", args=[shared.uuid]))
    assert list(SavedView.objects.filter(organisation=group["helsinki"]).values_list("name", flat=True)) == ["Myöhässä"]


def test_the_queue_asks_the_same_few_questions_for_one_case_and_for_many(
    group, agents, client, django_assert_max_num_queries
):
    habits.save_view("Omat", Filters(category="pothole"), by=agents["helsinki"], at=NOW)
    made()
    client.force_login(agents["helsinki"])
    path = "/fi/work/cases/?q=kuoppa&sort=changed"
    client.get(path)
    for many in (1, 60):
        for _n in range(many - 1):
            made(at=timezone.now())
        with django_assert_max_num_queries(28):
            page = client.get(path)
        with django_assert_max_num_queries(20):
            client.get(f"/fi/work/cases/{Case.objects.first().number}/live/")
    assert page.content.decode().count("data-row") == 50
    assert page.context["next"]
    assert client.get(f"/fi/work/cases/{page.context['next']}").content.decode().count("data-row") == 10


def test_keys_are_on_until_they_are_switched_off(group, agents, client):
    made()
    client.force_login(agents["helsinki"])
    assert 'data-keys="on"' in client.get("/fi/work/cases/").content.decode()
    client.post(reverse("contact:keys"), {"uses": "0"})
    client.force_login(agents["espoo"])
    assert 'data-keys="on"' in client.get("/fi/work/cases/").content.decode()
    client.force_login(agents["helsinki"])
    page = client.get("/fi/work/cases/").content.decode()
    assert 'data-keys="on"' not in page and 'data-keys=""' in page
