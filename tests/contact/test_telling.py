"""Everybody who takes part is told once, by the channel they chose, in their language."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kuutio.contact.actions import answering, handing, telling, working
from kuutio.contact.actions.receipts import send_receipts
from kuutio.contact.incoming import Place, Sender
from kuutio.contact.links import url_of
from kuutio.contact.models import AnswerDraft, Delivery, JointDesk, Message
from kuutio.core.problems import NotAllowed
from kuutio.ui import wording
from tests.contact.conftest import MONDAY
from tests.contact.making import bring
from tests.contact.making import case as made

VANTAA = Place(lon=25.0378, lat=60.2934, source="map")

pytestmark = pytest.mark.django_db


def later(hours: float):
    return MONDAY + timedelta(hours=hours)


def test_the_receipt_has_number_link_and_promise_and_comes_once(group):
    case = made(language="sv")
    send_receipts()
    case.participants.update(receipt_due_at=MONDAY)  # as though it had been sent by a process that died
    send_receipts()
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["aino@example.org"]
    assert case.number in letter.subject
    assert url_of(case, "sv") in letter.body
    assert "25.11.2026 kl. 9.00" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-replied"


def test_fifty_receipts_take_hardly_more_questions_than_one(group):
    made()
    with CaptureQueriesContext(connection) as one:
        send_receipts()
    cases = [made(sender=Sender(email=f"a{number}@example.org", preference="email")) for number in range(49)]
    with CaptureQueriesContext(connection) as fifty:
        assert send_receipts() == 49
    assert len(mail.outbox) == 50
    # That each was sent is noted at once: a worker that dies sends one twice at most.
    assert len(fifty) <= len(one) + 48
    assert len(one) <= 15
    assert Delivery.objects.filter(state="sent", message__case__in=cases).count() == 49


def test_what_the_mail_server_refuses_for_now_is_tried_again_alone(group, settings, jobs):
    made(sender=Sender(email="bo@example.org", preference="email"))
    made()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.contact.sinks.OneRefuses"
    send_receipts()
    assert [letter.to for letter in mail.outbox] == [["aino@example.org"]]
    waiting = Delivery.objects.get(state="waiting")
    assert waiting.contact.email == "bo@example.org"
    assert jobs().count("send_again") == 1
    settings.EMAIL_BACKEND = works
    for _twice in range(2):
        telling.send_again(waiting.pk)
    assert [letter.to for letter in mail.outbox] == [["aino@example.org"], ["bo@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_one_job_waits_for_any_number_of_receipts(group, jobs):
    for _number in range(3):
        made()
    assert jobs() == ["send_receipts"]
    send_receipts()
    assert len(mail.outbox) == 3


def test_who_gave_no_address_is_told_nothing(group):
    made(sender=Sender())
    send_receipts()
    assert not mail.outbox
    assert not Delivery.objects.exists()


def also_writes(case, email: str) -> None:
    """Somebody else writes about the case, from another address."""
    bring("Minäkin näin sen.", case=case, sender=Sender(email=email, preference="email"), language="sv", at=later(1))


def test_an_answer_reaches_reporter_and_writers_and_is_threaded(group, agents):
    case = made()
    also_writes(case, "bo@example.org")
    send_receipts()
    message = working.answer_case(case, text="Korjaamme sen.", by=agents["helsinki"], at=later(2))
    for _twice in range(2):
        telling.deliver(message.pk)
    answers = [letter for letter in mail.outbox if "Korjaamme sen." in letter.body]
    assert sorted(letter.to[0] for letter in answers) == ["aino@example.org", "bo@example.org"]
    to_aino = next(letter for letter in answers if letter.to == ["aino@example.org"])
    assert to_aino.extra_headers["In-Reply-To"] == mail.outbox[0].extra_headers["Message-ID"]


def test_a_handover_is_told_once_with_the_new_controller_and_the_language(group, agents):
    case = made(language="sv")
    group["espoo"].city.languages = ["fi"]
    group["espoo"].city.save()
    handover = handing.offer_case(case, to=group["espoo"], reason="Rajan takana.", by=agents["helsinki"], at=later(1))
    handing.accept_case(handover, by=agents["espoo"], at=later(2))
    for _twice in range(2):
        telling.tell_of_handover(handover.pk)
    assert len(mail.outbox) == 1
    assert "personuppgifterna" in mail.outbox[0].body
    assert "betjänar på finska" in mail.outbox[0].body


def told_of():
    """What the worker does of the telling that was left to it."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name__endswith="tell_of_state", status="todo")
    for pk in rows.values_list("args__event_id", flat=True):
        for _twice in range(2):
            telling.tell_of_state(pk)
    return rows.count()


@pytest.mark.parametrize("way", ["button", "many", "answer"])
def test_who_reported_is_told_once_that_it_is_done_with_the_one_question_and_a_way_back(group, agents, client, way):
    case = made(language="sv")
    also_writes(case, "bo@example.org")
    client.force_login(agents["helsinki"])
    base = f"/fi/work/cases/{case.number}"
    if way == "button":
        client.post(f"{base}/move/", {"state": "resolved"})
    elif way == "many":
        client.post("/fi/work/cases/many/", {"case": [case.number], "value": "state:resolved"})
    else:
        client.post(f"{base}/answer/", {"text": "Lagat.", "then": "resolved", "key": "k"})
        answering.send_held(AnswerDraft.objects.get().pk, at=timezone.now(), early=True)
        telling.deliver(case.messages.get(direction="out").pk)
    assert told_of() == (way != "answer")
    case.refresh_from_db()
    assert case.state == "resolved"
    assert sorted(letter.to[0] for letter in mail.outbox) == ["aino@example.org", "bo@example.org"]
    letter = next(one for one in mail.outbox if one.to == ["aino@example.org"])
    assert f"{url_of(case, 'sv')}#rate" in letter.body
    assert f"svara senast {moment_in('sv', case.settled_at + timedelta(days=14))}" in letter.body
    assert case.messages.filter(direction="out").count() == 1
    other = next(one for one in mail.outbox if one.to == ["bo@example.org"])
    assert "#rate" not in other.body, "the link is the reporter's alone"
    # It goes on, and what is told of it later says nothing of being done.
    mail.outbox.clear()
    working.move_case(case, "open", by=agents["helsinki"], at=timezone.now())
    telling.deliver(working.answer_case(case, text="Vi tittar.", by=agents["helsinki"], at=timezone.now()).pk)
    assert "#rate" not in mail.outbox[0].body


def moment_in(language, at):
    with translation.override(language):
        return wording.moment(at)


def test_who_reported_is_told_that_it_was_joined_and_what_went_on_is_told_no_more(group, agents):
    case, main = made(language="en"), made()
    working.join_case(case, main, by=agents["helsinki"], at=later(1))
    assert told_of() == 1
    (letter,) = mail.outbox
    assert "had been reported before" in letter.body
    assert url_of(case, "en") in letter.body
    assert "#rate" not in letter.body
    again = working.move_case(made(), "resolved", by=agents["helsinki"], at=later(1))
    working.move_case(again, "open", by=agents["helsinki"], at=later(2))
    told_of()
    assert len(mail.outbox) == 1


def test_a_handover_stands_in_the_thread_once_and_each_reads_it_in_their_language(group, agents):
    case = made(language="sv")
    for email, language in (("bo@example.org", "en"), ("ed@example.org", "fi")):
        sender = Sender(email=email, preference="email")
        bring("Minäkin näin sen.", case=case, sender=sender, language=language, at=later(1))
    handover = handing.offer_case(case, to=group["espoo"], reason="Rajan takana.", by=agents["helsinki"], at=later(1))
    handing.accept_case(handover, by=agents["espoo"], at=later(2))
    for _twice in range(2):
        telling.tell_of_handover(handover.pk)
    assert case.messages.get(direction="out").language == "sv"
    bodies = {letter.to[0].partition("@")[0]: letter.body for letter in mail.outbox}
    assert "personuppgifterna" in bodies["aino"]
    assert "personal data" in bodies["bo"]
    assert "henkilötiedoista" in bodies["ed"]
    assert len(mail.outbox) == 3


def test_who_wants_a_call_waits_for_an_officer(group, agents):
    case = made(sender=Sender(phone="+358401234567", preference="call"))
    message = working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=later(1))
    telling.deliver(message.pk)
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.state) == ("phone", "by-hand")
    with pytest.raises(NotAllowed):
        telling.told_by_hand(delivery, by=agents["espoo"], at=later(2))
    telling.told_by_hand(delivery, by=agents["helsinki"], at=later(2))
    delivery.refresh_from_db()
    assert delivery.state == "done"
    assert not mail.outbox


def test_a_mail_that_fails_is_tried_again_alone(group, agents, settings):
    case = made()
    also_writes(case, "bo@example.org")
    message = working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=later(2))
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.contact.sinks.OneRefuses"
    with pytest.raises(ConnectionResetError):
        telling.deliver(message.pk)
    settings.EMAIL_BACKEND = works
    telling.deliver(message.pk)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["aino@example.org", "bo@example.org"]


def test_nothing_personal_stands_in_a_subject(group):
    made("Aino Esimerkki, 131052-308T, on kaatunut kuoppaan.")
    send_receipts()
    assert "131052" not in mail.outbox[0].subject
    assert "Aino" not in mail.outbox[0].subject
    assert Message.objects.filter(is_automatic=True).count() == 1


def test_the_receipt_tells_what_to_expect_where_ones_language_is_not_served(group, agents):
    finnish = group["vantaa"].city
    finnish.languages = ["fi"]
    finnish.save()
    unit = finnish.units.get()
    place = {"place": VANTAA, "language": "sv"}
    case = made(**place)
    assert case.responsible == group["vantaa"]
    send_receipts()
    assert "betjänar på finska" in mail.outbox[-1].body and "gemensamma" in mail.outbox[-1].body
    # The unit serves in Swedish: nothing else is to be expected.
    unit.languages = ["fi", "sv"]
    unit.save()
    served = made(**place)
    send_receipts()
    assert "på finska" not in mail.outbox[-1].body
    # Nobody there to help: an honest word instead of a promise.
    unit.languages = []
    unit.save()
    JointDesk.objects.update(is_default=False)
    alone = made(**place)
    send_receipts()
    assert "på ditt eget språk. Svaret kan" in mail.outbox[-1].body
    # English is served everywhere, Finnish too; and the language of service stays through all of it.
    made(place=VANTAA, language="en")
    send_receipts()
    assert "serves in Finnish" not in mail.outbox[-1].body
    assert {row.language for row in (case, served, alone)} == {"sv"}
