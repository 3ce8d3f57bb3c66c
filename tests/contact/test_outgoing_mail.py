"""Mail that goes out: in the city's name, threaded, for people, and never in circles."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kuutio.contact import mailboxes
from kuutio.contact.actions import mailing, receipts, telling
from kuutio.contact.mail.quoting import MARKERS, reply_text
from kuutio.contact.models import Case, Delivery, Message, RawMail
from kuutio.ui.wording import localized
from tests.contact.conftest import MONDAY
from tests.contact.mails import answer, automatic_mails, come, opened, raw_of, read, written
from tests.contact.making import case as made
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_an_answer_comes_from_the_city_and_its_reply_goes_to_the_thread(group, agents):
    case = opened(to="palvelu@localhost")
    sent = answer(case, agents["desk"])
    message, contact = read(sent), case.participants.get().contact
    name = localized(group["desk"].name)[0]
    assert str(message["From"]) == f"{name} <palvelu@localhost>"
    assert message["Reply-To"] == mailboxes.reply_address(case, contact)
    assert sent.envelope_sender == mailboxes.bounce_address(case, contact)
    assert message["Auto-Submitted"] == "no"
    assert message["X-Loop"] == "palvelu@localhost"
    assert "Aino" not in message["Subject"]
    assert "kuoppa" not in message["Subject"].lower()


def test_a_receipt_is_marked_as_a_machines_and_nobody_is_told_of_its_failing(group):
    opened()
    receipts.send_receipts()
    sent = mail.outbox[-1]
    assert sent.envelope_sender == ""
    assert read(sent)["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("Milloin katu korjataan?", MARKERS[0]),
        ("När lagas gatan som är där?", MARKERS[1]),
        ("When is it done?", MARKERS[2]),
    ],
)
def test_above_an_answer_stands_where_to_write_and_what_is_below_is_cut(group, agents, text, marker):
    case = opened(text, subject="?")
    sent = read(answer(case, agents["desk"], text="Ensi viikolla."))
    plain = sent.get_body(("plain",)).get_content()
    page = sent.get_body(("html",)).get_content()
    assert plain.startswith(f"-- {marker} --")
    assert marker in page
    assert "Ensi viikolla." in plain
    assert "Ensi viikolla." in page
    assert reply_text(f"Selvä.\n\n{plain}") == "Selvä."


def test_what_an_officer_writes_is_no_markup(group, agents):
    page = read(answer(opened(), agents["desk"], text="<b>a</b> & b")).get_body(("html",)).get_content()
    assert "&lt;b&gt;a&lt;/b&gt; &amp; b" in page


def test_a_thread_stays_together_in_the_residents_own_mail_program(group, agents):
    case = opened(Message_ID="<first@posti.example>")
    first = read(answer(case, agents["desk"]))
    assert first["In-Reply-To"] == "<first@posti.example>"
    second = read(answer(case, agents["desk"]))
    assert set(second["References"].split()) == {"<first@posti.example>", first["Message-ID"]}


def test_a_message_id_that_would_break_a_header_is_left_out(group, agents):
    case = opened()
    Message.objects.filter(case=case).update(message_id="<a\r\nBcc: x@y.example>")
    assert read(answer(case, agents["desk"]))["Bcc"] is None


def test_one_receipt_a_day_for_mail(group):
    for number in range(3):
        opened(f"Kuoppa {number}.")
        receipts.send_receipts()
    assert len(mail.outbox) == 1
    Delivery.objects.update(changed_at=timezone.now() - timedelta(hours=25))
    opened("Kuoppa neljä.")
    receipts.send_receipts()
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_one_receipt_goes_out_though_six_workers_are_at_it(group, monkeypatch):
    monkeypatch.setattr(receipts, "AT_ONCE", 1)  # each has its own
    for number in range(6):
        opened(f"Kuoppa {number}.")
    at_once(receipts.send_receipts, times=6)
    assert len(mail.outbox) == 1


def test_a_form_is_acknowledged_ten_times_a_day(group):
    for number in range(12):
        made()
        if number == 5:
            receipts.send_receipts()
    receipts.send_receipts()
    assert len(mail.outbox) == 10


def test_the_twenty_first_automatic_mail_of_an_hour_is_told_by_hand(group):
    case = opened()
    contact = case.participants.get().contact
    for number in range(21):
        telling._say(case, f"notice:{number}", "Siirretty.", [contact], at=MONDAY)
    assert len(mail.outbox) == 20
    assert Delivery.objects.filter(state="by-hand").count() == 1


def test_an_address_that_our_mail_server_refuses_is_told_by_hand(group, agents, monkeypatch):
    from smtplib import SMTPRecipientsRefused

    from kuutio.contact import outgoing

    def refused(_mail):
        raise SMTPRecipientsRefused({"aino@posti.example": (550, b"5.1.1 no such user")})

    case = opened()
    monkeypatch.setattr(outgoing.Envelope, "send", refused)
    with pytest.raises(IndexError):
        answer(case, agents["desk"])  # nothing is in the outbox
    assert Delivery.objects.get().state == "by-hand"


# --- two mailboxes of ours


def exchange(settings, domains: tuple[str, str], *, strip: bool, most: int = 12) -> int:
    """Carry every mail that went out to the mailbox of ours that it is for, until nothing moves; the mails carried."""
    carried = 0
    while mail.outbox and carried < most:
        sent = mail.outbox.pop(0)
        carried += 1
        for to in sent.to:
            domain = to.rpartition("@")[2]
            if domain not in domains:
                continue
            settings.MAIL_DOMAIN = domain
            data = raw_of(sent)
            sender = sent.envelope_sender
            if strip:  # a gateway between them that knows no such headers
                data = re.sub(rb"(?im)^(auto-submitted|x-loop|x-auto-response-suppress):.*\r\n", b"", data)
                sender = sent.from_email
            raw = mailing.keep(data, sender=sender, recipients=[to], at=MONDAY)
            mailing.take_in(raw.pk)
            settle(settings, domain)
    return carried


def settle(settings, domain: str) -> None:
    """Send the receipts that are due in a mailbox."""
    settings.MAIL_DOMAIN = domain
    receipts.send_receipts()


@pytest.mark.parametrize("strip", [False, True], ids=["marked", "stripped"])
def test_two_mailboxes_that_answer_each_other_stop_by_themselves(group, agents, settings, strip):
    domains = ("yksi.example", "kaksi.example")
    settings.MAIL_DOMAIN = "yksi.example"
    sender = "Toinen <palvelu@kaksi.example>"
    raw = come(written(to="palvelu@yksi.example", sender=sender), to="palvelu@yksi.example", sender="x@kaksi.example")
    settle(settings, "yksi.example")
    assert len(mail.outbox) == 1
    assert exchange(settings, domains, strip=strip) <= 3
    assert automatic_mails() <= 2
    settings.MAIL_DOMAIN = "yksi.example"
    case = raw.message.case
    mail.outbox.clear()
    before = automatic_mails()
    from kuutio.contact.actions import working

    message = working.answer_case(case, text="Mitä asia koskee?", by=agents["desk"], at=MONDAY)
    telling.deliver(message.pk)
    exchange(settings, domains, strip=strip)
    assert automatic_mails() - before <= 2
    assert not mail.outbox
    assert RawMail.objects.exclude(state__in=["done", "quarantined"]).count() == 0
    assert Case.objects.count() <= 3


# --- the wire


def test_over_smtp_the_envelope_is_its_own(group, agents, settings):
    from tests.contact.sinks import smtp_sink

    case = opened()
    contact = case.participants.get().contact
    with smtp_sink() as (port, got):
        settings.EMAIL_BACKEND = "kuutio.notices.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        receipts.send_receipts()
        from kuutio.contact.actions import working

        telling.deliver(working.answer_case(case, text="Korjaamme.", by=agents["desk"], at=MONDAY).pk)
    assert [envelope.mail_from for envelope in got] == ["<>", mailboxes.bounce_address(case, contact)]
    assert all(envelope.rcpt_tos == ["aino@posti.example"] for envelope in got)
