"""Chat: somebody is there or it isn't offered; the talk is the case's own thread; when nobody answers, nothing is lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from kuutio.contact.actions import chatting, passing_time, telling
from kuutio.contact.incoming import Sender
from kuutio.contact.links import path_of
from kuutio.contact.models import Case, Chat, ChatPresence, Mandate, Message
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits_anew(db):
    caches["default"].clear()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def officer(agents):
    """An officer of Helsinki who answers chats."""
    client = signed_in(agents["helsinki"])
    assert client.post("/fi/work/chats/", {"there": "1"}).status_code == 302
    return client


def begun(client, text="Milloin kirjasto on auki?", **words):
    """Begin a talk; gives the page's address."""
    told = {"text": text, "city": "helsinki", "key": "k1", "website": ""} | words
    answer = client.post("/fi/report/chat/", told)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def minutes_pass(minutes):
    """As if so many minutes had gone since the talk began, with the resident's page open."""
    ago = timezone.now() - timedelta(minutes=minutes)
    Case.objects.update(opened_at=ago)
    Message.objects.update(at=ago)
    Chat.objects.update(opened_at=ago, seen_at=timezone.now())


def test_a_talk_is_one_thread_and_is_polled_with_304s(
    group, agents, officer, client, jobs, django_assert_max_num_queries
):
    url = begun(client)
    assert begun(client) == url  # sent twice, one talk
    case = Case.objects.get()
    assert (case.channel, case.responsible, case.state) == ("chat", group["helsinki"], "new")
    assert case.title in officer.get("/fi/work/chats/").content.decode()
    assert case.title in officer.get("/fi/work/cases/?view=chats").content.decode()
    first = client.get(f"{url}lines")
    with django_assert_max_num_queries(4):
        again = client.get(f"{url}lines", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    work = f"/fi/work/cases/{case.number}/chat/"
    for _twice in range(2):
        officer.post(work, {"text": "Kello 20 saakka.", "key": "a1"})
    told = client.get(f"{url}lines", headers={"If-None-Match": first["ETag"]})
    assert told.status_code == 200
    assert told.content.decode().count("Kello 20 saakka.") == 1
    client.post(url, {"text": "Kiitos!", "key": "k2"})
    assert "Kiitos!" in officer.get(f"{work}lines").content.decode()
    case.refresh_from_db()
    assert (case.state, case.assignee, case.first_answer_at is not None) == ("open", agents["helsinki"], True)
    assert [row.text for row in case.messages.all()] == ["Milloin kirjasto on auki?", "Kello 20 saakka.", "Kiitos!"]
    # What was read at once isn't sent besides, and a talk is no list of events.
    officer.post(work, {"end": "1"})
    assert "deliver" not in jobs()
    assert case.events.filter(is_public=True, kind__in=["answered", "replied"]).count() == 1
    assert officer.post(work, {"text": "Vielä?", "key": "a2"}).status_code == 422


def test_it_is_offered_only_where_somebody_who_may_answer_is_there(group, agents, client):
    case = made(sender=Sender())
    page = path_of(case, "fi")
    assert "report/chat/" not in client.get("/fi/report/").content.decode()
    assert client.post(f"{page}chat/join/").url == page
    assert client.post("/fi/report/chat/", {"text": "Hei", "city": "helsinki", "key": "k"}).status_code == 422
    signed_in(agents["espoo"]).post("/fi/work/chats/", {"there": "1"})
    assert "report/chat/" in client.get("/fi/report/").content.decode()
    assert 'value="helsinki"' not in client.get("/fi/report/chat/").content.decode()
    assert "chat/join/" not in client.get(page).content.decode()
    # A joint desk is there for the cities that let it answer.
    desk = signed_in(agents["desk"])
    desk.post("/fi/work/chats/", {"there": "1"})
    assert "chat/join/" not in client.get(page).content.decode()
    Mandate.objects.create(desk=group["desk"].joint_desk, giver=group["helsinki"], starts_on="2026-01-01")
    assert "chat/join/" in client.get(page).content.decode()
    talk = client.post(f"{page}chat/join/").url
    assert client.post(f"{page}chat/join/").url == talk
    assert Chat.objects.get().case == case
    assert desk.post(f"/fi/work/cases/{case.number}/chat/", {"text": "Hei!", "key": "1"}).status_code == 302
    assert signed_in(agents["espoo"]).get(f"/fi/work/cases/{case.number}/chat/").status_code == 404
    with pytest.raises(NotAllowed):
        chatting.answer_in_chat(case, text="Hei", by=agents["espoo"], at=timezone.now(), key="2")
    # Who closes the page, or stops, isn't there.
    desk.post("/fi/work/chats/", {"there": "0"})
    ChatPresence.objects.update(seen_at=timezone.now() - timedelta(seconds=91))
    assert "report/chat/" not in client.get("/fi/report/").content.decode()


def test_when_nobody_answers_the_page_says_so_asks_where_and_the_case_goes_on(group, agents, officer, client, jobs):
    url = begun(client)
    assert "hetken kuluttua" in client.get(url).content.decode()
    first = client.get(f"{url}lines")
    minutes_pass(6)
    late = client.get(f"{url}lines", headers={"If-None-Match": first["ETag"]})
    assert late.status_code == 200
    assert 'name="email"' in late.content.decode()
    for wrong in ({"email": "", "phone": ""}, {"email": "nobody", "phone": ""}, {"email": "", "phone": "12"}):
        assert client.post(f"{url}address/", wrong).status_code == 422
    assert client.post(f"{url}address/", {"email": "", "phone": "040 123 4567"}).status_code == 302
    case = Case.objects.get()
    contact = case.participants.get().contact
    assert (contact.phone, contact.preference) == ("+358401234567", "sms")
    assert Chat.objects.get().ended_at is not None
    assert case.participants.get().receipt_due_at is not None
    assert 'name="email"' not in client.get(url).content.decode()
    # What is still written is kept, as of an ordinary case, in the officers' queue.
    client.post(url, {"text": "Onko se auki sunnuntaina?", "key": "k9"})
    assert case.messages.count() == 2
    assert case.title in officer.get("/fi/work/cases/?view=new").content.decode()


def test_a_talk_that_is_left_ends_by_itself_and_what_was_not_seen_is_sent(group, agents, officer, client, jobs):
    url = begun(client)
    client.post(f"{url}address/", {"email": "aino@example.org", "phone": ""})
    case = Case.objects.get()
    client.post(f"{path_of(case, 'fi')}chat/join/")
    chat = case.chats.get(ended_at=None)
    work = f"/fi/work/cases/{case.number}/chat/"
    officer.post(work, {"text": "Tämä ehti perille.", "key": "a1"})
    client.get(f"{url}lines")
    Chat.objects.filter(pk=chat.pk).update(seen_at=timezone.now())
    later = timezone.now() + timedelta(minutes=2)
    chatting.answer_in_chat(case, text="Tämä ei.", by=agents["helsinki"], at=later, key="a2")
    unseen = chatting.answer_in_chat(case, text="Eikä tämä.", by=agents["helsinki"], at=later, key="a3")
    passing_time.look_at_the_clock(timezone.now() + timedelta(minutes=4))
    chat.refresh_from_db()
    assert chat.ended_at is not None
    from procrastinate.contrib.django.models import ProcrastinateJob

    sent = ProcrastinateJob.objects.filter(task_name__endswith=".deliver").values_list("args__message_id", flat=True)
    assert [pk for pk in sent if case.messages.filter(pk=pk).exists()] == [unseen.pk]
    mail.outbox.clear()
    telling.deliver(unseen.pk)
    (letter,) = mail.outbox
    assert "Tämä ei.\n\nEikä tämä." in letter.body
    assert "ehti perille" not in letter.body


def test_strangers_and_machines_write_only_so_much(group, officer, client):
    assert client.post("/fi/report/chat/", {"text": "x" * 2001, "city": "helsinki", "key": "k"}).status_code == 422
    assert client.post("/fi/report/chat/", {"text": "Hei", "city": "turku", "key": "k"}).status_code == 422
    robot = {"text": "Hei", "city": "helsinki", "key": "k", "website": "http://x"}
    assert client.post("/fi/report/chat/", robot).status_code == 422
    assert client.post("/fi/report/chat/", {"text": "\0", "city": "\0", "key": "\0"}).status_code == 422
    url = begun(client, "Hei")
    for number in range(19):
        assert client.post(url, {"text": "Hei", "key": f"n{number}"}).status_code == 302
    assert client.post(url, {"text": "Hei", "key": "one too many"}).status_code == 422
    assert client.post(url, {"text": " ", "key": "x"}).status_code == 422
    with pytest.raises(Invalid):
        chatting.say_as_resident(Case.objects.get(), text="x" * 2001, key="y", at=timezone.now())
    for number in range(9):
        begun(Client(), key=f"other {number}")
    assert Client().post("/fi/report/chat/", {"text": "Hei", "city": "helsinki", "key": "z"}).status_code == 422
    assert client.get("/fi/work/chats/").status_code == 302
    assert officer.get("/fi/work/chats/?from=1").status_code == 200
    assert officer.get("/fi/work/chats/lines?from=99999999999").status_code == 200
