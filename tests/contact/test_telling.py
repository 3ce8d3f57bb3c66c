"""Everybody who takes part is told once, by the channel they chose, in their language."""

from datetime import timedelta

import pytest
from django.core import mail

from kuutio.contact.actions import handing, telling, working
from kuutio.contact.incoming import Place, Sender
from kuutio.contact.links import url_of
from kuutio.contact.models import Delivery, JointDesk, Message
from kuutio.core.problems import NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import bring
from tests.contact.making import case as made

VANTAA = Place(lon=25.0378, lat=60.2934, source="map")

pytestmark = pytest.mark.django_db


def later(hours: float):
    return MONDAY + timedelta(hours=hours)


def test_the_receipt_has_number_link_and_promise_and_comes_once(group):
    case = made(language="sv")
    for _twice in range(2):
        telling.acknowledge(case.pk)
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["aino@example.org"]
    assert case.number in letter.subject
    assert url_of(case, "sv") in letter.body
    assert "25.11.2026 kl. 9.00" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-replied"


def test_who_gave_no_address_is_told_nothing(group):
    case = made(sender=Sender())
    telling.acknowledge(case.pk)
    assert not mail.outbox
    assert not Delivery.objects.exists()


def also_writes(case, email: str) -> None:
    """Somebody else writes about the case, from another address."""
    bring("Minäkin näin sen.", case=case, sender=Sender(email=email, preference="email"), language="sv", at=later(1))


def test_an_answer_reaches_reporter_and_writers_and_is_threaded(group, agents):
    case = made()
    also_writes(case, "bo@example.org")
    telling.acknowledge(case.pk)
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


def test_a_mail_that_fails_is_tried_again_alone(group, agents, monkeypatch):
    case = made()
    also_writes(case, "bo@example.org")
    message = working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=later(2))
    from kuutio.contact import outgoing

    real = outgoing.send

    def failing(delivery, message, contact):
        if contact.email.startswith("bo"):
            raise OSError("connection refused")
        real(delivery, message, contact)

    monkeypatch.setattr(outgoing, "send", failing)
    with pytest.raises(OSError, match="refused"):
        telling.deliver(message.pk)
    monkeypatch.setattr(outgoing, "send", real)
    telling.deliver(message.pk)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["aino@example.org", "bo@example.org"]


def test_nothing_personal_stands_in_a_subject(group):
    case = made("Aino Esimerkki, 131052-308T, on kaatunut kuoppaan.")
    telling.acknowledge(case.pk)
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
    telling.acknowledge(case.pk)
    assert "betjänar på finska" in mail.outbox[-1].body and "gemensamma" in mail.outbox[-1].body
    # The unit serves in Swedish: nothing else is to be expected.
    unit.languages = ["fi", "sv"]
    unit.save()
    served = made(**place)
    telling.acknowledge(served.pk)
    assert "på finska" not in mail.outbox[-1].body
    # Nobody there to help: an honest word instead of a promise.
    unit.languages = []
    unit.save()
    JointDesk.objects.update(is_default=False)
    alone = made(**place)
    telling.acknowledge(alone.pk)
    assert "på ditt eget språk. Svaret kan" in mail.outbox[-1].body
    # English is served everywhere, Finnish too; and the language of service stays through all of it.
    telling.acknowledge(made(place=VANTAA, language="en").pk)
    assert "serves in Finnish" not in mail.outbox[-1].body
    assert {row.language for row in (case, served, alone)} == {"sv"}
