"""What is made of a mail: a case, a message of the right one, a bounce noted, something put aside; once, whatever happens."""

import argparse
import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import mail
from django.utils import timezone

from kuutio.config.commands import mail as mail_command
from kuutio.contact import mailboxes, raw_mail
from kuutio.contact.actions import handing, mailing, telling, working
from kuutio.contact.actions.states import set_state
from kuutio.contact.models import Case, Contact, Delivery, Message, RawMail
from kuutio.ui.wording import localized
from tests.contact.conftest import MONDAY
from tests.contact.mail.messages import REAL, name_of
from tests.contact.mails import answer, came, come, opened, read, reply_address_of, written

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_case_with_its_writer(group):
    case = opened("Hei! Suojatien edessä on kuoppa.", subject="Kuoppa tiessä")
    assert (case.channel, case.language, case.title) == ("email", "fi", "Kuoppa tiessä")
    assert case.responsible == group["desk"], "nobody knows where it is yet"
    contact = case.participants.get(kind="reporter").contact
    assert (contact.email, contact.name, contact.preference) == ("aino@posti.example", "Aino", "email")
    assert [message.text for message in came(case)] == ["Hei! Suojatien edessä on kuoppa."]


def test_a_citys_own_address_leads_to_the_city(group):
    assert come(written(to="Espoo@localhost"), to="Espoo@localhost").message.case.responsible == group["espoo"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hej! När kommer ni att laga gatan här? Det är ett stort hål i den.", "sv"),
        ("Hello, when will you repair the street? There is a large hole in it.", "en"),
        ("Milloin katu korjataan? Siinä on suuri kuoppa.", "fi"),
        ("???", "fi"),
    ],
)
def test_a_mail_is_answered_in_the_language_it_is_written_in(group, text, language):
    assert opened(text, subject="").language == language


def test_a_reply_to_the_signed_address_lands_in_its_thread_also_in_capitals(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"])).upper()
    text = "Ei ole vielä korjattu.\n\nma 23.11.2026 klo 10.00 Neuvonta (palvelu@localhost) kirjoitti:\n> Korjaamme sen."
    message = come(written(text, to=address), to=address).message
    assert message.case == case
    assert message.text == "Ei ole vielä korjattu."
    assert message.contact == case.participants.get().contact


def test_the_address_is_found_where_the_mail_server_has_put_it(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    for headers in ({"Delivered_To": address}, {"Envelope_To": address}, {"X_Original_To": address}, {"Cc": address}):
        assert come(written(**headers), to="vastaus@localhost").message.case == case, headers
    assert Case.objects.count() == 1


def test_a_reply_is_threaded_by_what_it_answers(group, agents):
    case = opened()
    sent = read(answer(case, agents["desk"]))
    for headers in (
        {"In_Reply_To": sent["Message-ID"]},
        {"References": f"<x@y.example> {sent['Message-ID']} <z@y.example>"},
    ):
        assert come(written(subject="Aivan muuta", **headers)).message.case == case, headers


def test_a_second_mail_is_threaded_by_ones_own_first_and_nobody_elses(group):
    case = opened(Message_ID="<first@posti.example>")
    assert come(written(In_Reply_To="<first@posti.example>")).message.case == case
    other = written(In_Reply_To="<first@posti.example>", sender="eero@posti.example")
    assert come(other).message.case != case, "all the readers of a newsletter answer the same message"


PASSED = "mx.example.fi; dkim=pass header.d=posti.example; dmarc=pass header.from=posti.example"


@pytest.mark.parametrize(
    ("sender", "results", "belongs"),
    [
        ("aino@posti.example", PASSED, True),
        ("aino@posti.example", "mx.example.fi; spf=fail; dkim=pass (good) header.d=posti.example", True),
        ("aino@posti.example", "", False),
        ("aino@posti.example", PASSED.replace("mx.", "evil."), False),
        ("aino@posti.example", PASSED.replace("=pass", "=fail"), False),
        ("aino@posti.example", "mx.example.fi; dkim=pass header.d=evil.example", False),
        ("aino@posti.example", 'mx.example.fi; spf=fail smtp.mailfrom="; dmarc=pass "', False),
        ("aino@posti.example", "mx.example.fi; spf=fail (; dmarc=pass )", False),
        ("mallory@posti.example", PASSED, False),
    ],
)
def test_a_number_in_the_subject_counts_only_from_a_person_who_is_surely_one_of_the_case(
    group, settings, sender, results, belongs
):
    settings.MAIL_AUTHSERV = "mx.example.fi"
    case = opened()
    message = come(
        written("Lisää tietoa.", sender=sender, subject=f"Asia {case.number}", Authentication_Results=results)
    ).message
    assert (message.case == case) is belongs
    notes = [note.text for note in message.case.messages.filter(direction="note")]
    assert any(case.number in note for note in notes) is not belongs, "the officer is told, the sender isn't"


def test_without_a_trusted_server_no_number_counts(group):
    case = opened()
    assert come(written(subject=case.number, Authentication_Results=PASSED)).message.case != case


def test_a_forged_code_joins_no_case(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    forged = address.replace(address[20:24], "aaaa")
    bounce = mailboxes.bounce_address(case, case.participants.get().contact)
    for to in (forged, bounce.replace("palautus", "vastaus")):
        assert come(written(to=to), to=to).message.case != case


def test_a_thread_goes_on_after_a_hand_over(group, agents):
    case = come(written(to="helsinki@localhost"), to="helsinki@localhost").message.case
    address = reply_address_of(answer(case, agents["helsinki"]))
    handover = handing.offer_case(case, to=group["vantaa"], reason="Teidän.", by=agents["helsinki"], at=MONDAY)
    handing.accept_case(handover, by=agents["vantaa"], at=MONDAY + timedelta(hours=1))
    assert come(written(to=address), to=address, at=MONDAY + timedelta(hours=2)).message.case == case
    case.refresh_from_db()
    sent = read(answer(case, agents["vantaa"]))
    assert sent["Reply-To"] == address
    assert localized(group["vantaa"].name)[0] in str(sent["From"])


def test_who_answers_from_another_address_takes_part_and_is_shown_nothing_older(group, agents):
    case = opened("Salainen asiani.")
    address = reply_address_of(answer(case, agents["desk"]))
    message = come(written("Vastaan työpaikalta.", to=address, sender="a.virtanen@tyo.example"), to=address).message
    assert message.case == case
    newcomer = case.participants.get(contact__email="a.virtanen@tyo.example")
    assert newcomer.kind == "writer"
    mail.outbox.clear()
    answer(case, agents["desk"], text="Kiitos tiedosta.")
    to_newcomer = next(sent for sent in mail.outbox if sent.to == ["a.virtanen@tyo.example"])
    to_reporter = next(sent for sent in mail.outbox if sent.to == ["aino@posti.example"])
    assert "/cases/" in to_reporter.body
    assert "/cases/" not in to_newcomer.body
    assert "Salainen" not in to_newcomer.body


def test_the_same_bytes_are_one_row_and_the_same_message_id_one_message(group):
    data = written(Message_ID="<once@posti.example>")
    first, again = come(data), come(data)
    assert first == again
    assert RawMail.objects.count() == 1
    later = come(b"Received: by another.example; Mon, 23 Nov 2026 10:00:00 +0200\r\n" + data)
    assert later != first
    assert later.message == first.message
    assert Message.objects.count() == Case.objects.count() == 1


def test_the_same_subject_a_year_later_is_another_matter(group):
    opened(subject="Kuoppa")
    assert come(written(subject="Kuoppa"), at=MONDAY + timedelta(days=365)).message.case.number
    assert Case.objects.count() == 2


def test_an_absence_is_kept_on_the_case_and_changes_nothing(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    case.refresh_from_db()
    for state in ("waiting-resident", "resolved"):
        set_state(case, state, by=None, at=MONDAY)
        case.save()
        away = written("Olen lomalla 4.12. asti.", to=address, subject="Automaattinen vastaus: Asiasi")
        raw = come(away, to=address, sender="")
        case.refresh_from_db()
        assert (raw.cls, raw.state, raw.message.case, case.state) == ("auto_reply", "done", case, state)
        assert raw.message.is_automatic
        set_state(case, "open", by=None, at=MONDAY)


def test_a_machines_answer_from_a_strange_address_makes_nobody_a_participant(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    come(written("Olen poissa.", to=address, sender="noreply@tyo.example", Auto_Submitted="auto-replied"), to=address)
    assert case.participants.count() == 1


def test_a_machines_answer_to_nothing_is_put_aside_and_kept(group):
    data = written(Auto_Submitted="auto-replied")
    raw = come(data)
    assert raw.state == "quarantined"
    assert raw.problem
    assert raw_mail.read(raw.path) == data
    assert Case.objects.count() == 0


def test_a_report_of_a_machine_is_a_case_that_nobody_thanks_it_for(group):
    raw = come(written("Anturi 7: vesi nousee.", Auto_Submitted="auto-generated"))
    assert raw.message.case.messages.get().is_automatic
    assert raw.message.case.participants.get().receipt_due_at is None


def test_spam_and_complaints_are_put_aside(group):
    assert come(written(X_Spam_Flag="YES")).state == "quarantined"
    assert Case.objects.count() == 0


def test_a_mere_thanks_does_not_reopen_and_a_complaint_does(group, agents):
    case = opened()
    address = reply_address_of(answer(case, agents["desk"]))
    working.move_case(case, "resolved", by=agents["desk"], at=MONDAY)
    come(written("Kiitos avusta!", to=address), to=address, at=MONDAY + timedelta(days=1))
    case.refresh_from_db()
    assert case.state == "resolved"
    come(written("Kuoppa on yhä siinä.", to=address), to=address, at=MONDAY + timedelta(days=2))
    case.refresh_from_db()
    assert case.state == "open"


def test_long_after_a_reply_opens_a_new_case_that_names_the_old_one(group, agents):
    case = come(written(to="espoo@localhost"), to="espoo@localhost").message.case
    address = reply_address_of(answer(case, agents["espoo"]))
    working.move_case(case, "resolved", by=agents["espoo"], at=MONDAY)
    message = come(written("Kuoppa on taas siinä.", to=address), to=address, at=MONDAY + timedelta(days=30)).message
    assert message.case != case
    assert message.case.responsible == group["espoo"]
    assert case.number in message.case.messages.get(direction="note").text


# --- what comes back


def bounced(address: str, about: str, *, to: str, status: str = "5.1.1") -> bytes:
    """A standard report on a mail that couldn't be delivered."""
    return (
        f"From: MAILER-DAEMON@posti.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\nMessage-ID: <b{about[1:]}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; posti.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("known_by", ["message-id", "envelope"])
def test_a_bounce_of_a_mail_of_ours_makes_an_officer_tell_it(group, agents, known_by):
    case = opened()
    sent = read(answer(case, agents["desk"]))
    contact = case.participants.get().contact
    verp = mailboxes.bounce_address(case, contact)
    about = sent["Message-ID"] if known_by == "message-id" else "<unknown@posti.example>"
    to = "palvelu@localhost" if known_by == "message-id" else verp
    raw = come(bounced("aino@posti.example", about, to=to), to=to, sender="")
    contact.refresh_from_db()
    assert (raw.cls, raw.state) == ("bounce", "done")
    assert contact.failing_since is not None
    assert case.events.get(kind="bounced").facts == {"permanent": True}
    assert Delivery.objects.get(message__author=agents["desk"]).state == "by-hand"
    before = len(mail.outbox)
    message = working.answer_case(case, text="Kuuletteko?", by=agents["desk"], at=MONDAY)
    telling.deliver(message.pk)
    assert len(mail.outbox) == before
    assert message.deliveries.get().state == "by-hand"


@pytest.mark.parametrize(
    ("address", "about", "status"),
    [
        ("aino@posti.example", "<2b1d1a86-0000-4000-8000-000000000000@localhost>", "5.1.1"),
        ("somebody@else.example", None, "5.1.1"),
        ("aino@posti.example", None, "4.4.7"),
        ("aino@posti.example", None, "5.2.2"),
    ],
)
def test_a_forged_or_passing_bounce_marks_nobody(group, agents, address, about, status):
    case = opened()
    sent = read(answer(case, agents["desk"]))
    raw = come(bounced(address, about or sent["Message-ID"], to="palvelu@localhost", status=status), sender="")
    assert Contact.objects.get().failing_since is None
    assert raw.state == ("quarantined" if about else "done")


def test_a_bounce_neither_reopens_nor_is_thanked(group, agents, jobs):
    case = opened()
    sent = read(answer(case, agents["desk"]))
    working.move_case(case, "resolved", by=agents["desk"], at=MONDAY)
    before = jobs()
    come(bounced("aino@posti.example", sent["Message-ID"], to="palvelu@localhost"), sender="")
    case.refresh_from_db()
    assert case.state == "resolved"
    assert jobs() == [*before, "read_mail"]


def test_a_mail_that_nobody_can_be_answered_at_is_a_case_all_the_same(group):
    raw = come(written("Haemme päivähoitopaikkaa.", subject="Hoitopaikka", sender="Maija <maija@koti>"))
    assert raw.state == "done", raw.problem
    assert raw.message.case.category.allows_anonymous
    raw = come(written("Haemme päivähoitopaikkaa.", subject="Hoitopaikka"))
    assert raw.message.case.category_id == "day-care"


# --- files and lengths


def with_files(*files: tuple[str, bytes, str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        "aino@posti.example",
        "palvelu@localhost",
        "<f@posti.example>",
    )
    message["Subject"] = "Kuva"
    message.set_content("Liitteenä kuva.")
    for name, data, kind in files:
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    return bytes(message)


def test_pictures_lose_what_is_hidden_in_them_and_files_keep_their_bytes(group):
    import io

    from PIL import Image

    from kuutio.contact.files import bytes_of

    exif = Image.Exif()
    exif[0x010E] = "Aino Virtanen, 010203-123A"
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(photo, "JPEG", exif=exif)
    data = with_files(
        ("kuva.jpg", photo.getvalue(), "image/jpeg"),
        ("../../liite.pdf", b"%PDF-1.7 x", "application/octet-stream"),
        ("rikki.png", b"\x89PNG\r\n\x1a\nnothing", "image/png"),
    )
    files = {file.type: file for file in come(data).message.attachments.all()}
    assert set(files) == {"image/jpeg", "application/pdf", "application/octet-stream"}
    assert b"Virtanen" not in bytes_of(files["image/jpeg"].path)
    assert bytes_of(files["application/pdf"].path) == b"%PDF-1.7 x"
    assert "/" not in files["application/pdf"].name


def test_a_mail_without_text_and_one_with_too_much_are_messages_too(group):
    assert come(written("", subject="")).message.text == "(Viestissä ei ole tekstiä.)"
    message = come(written("sana " * 10_000, subject="Pitkä")).message
    assert len(message.text) == 20_000
    assert message.case.messages.filter(direction="note").count() == 1


def test_an_officer_of_the_case_reads_the_whole_mail_and_nobody_else(group, agents, client):
    case = come(written(to="espoo@localhost"), to="espoo@localhost").message.case
    address = reply_address_of(answer(case, agents["espoo"]))
    text = "Ei ole korjattu.\n\nma 23.11.2026 klo 10.00 Espoo (palvelu@localhost) kirjoitti:\n> Korjaamme <b>sen</b>."
    message = come(written(text, to=address), to=address).message
    assert "Korjaamme" not in message.text
    page = f"/fi/work/cases/{case.number}/messages/{message.uuid}/whole"
    client.force_login(agents["espoo"])
    assert page in client.get(f"/fi/work/cases/{case.number}/").text
    whole = client.get(page)
    assert whole["Content-Type"] == "text/plain; charset=utf-8"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "> Korjaamme <b>sen</b>." in whole.text
    assert address.partition("+")[2] not in whole.text, "the code of the reply's address stays the resident's"
    client.force_login(agents["vantaa"])
    assert client.get(page).status_code == 404


# --- whatever happens


def test_a_mail_that_cannot_be_read_is_kept_and_read_later(group, monkeypatch):
    data = written()
    raw = mailing.keep(data, sender="a@b.example", recipients=["palvelu@localhost"], at=MONDAY)

    def broken(*_args, **_words):
        raise RuntimeError("no room")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(mailing, "receive", broken)
        mailing.take_in(raw.pk)
    raw.refresh_from_db()
    assert (raw.state, raw.problem) == ("failed", "RuntimeError")
    mailing.take_in(raw.pk)
    mailing.take_in(raw.pk)
    raw.refresh_from_db()
    assert raw.state == "done"
    assert Case.objects.count() == 1


def test_what_could_not_be_read_is_tried_by_the_clock_and_by_an_officer_and_forgotten_in_time(
    group, agents, client, monkeypatch, django_capture_on_commit_callbacks
):
    now = timezone.now()
    first, second = (
        mailing.keep(written(), sender="a@b.example", recipients=["palvelu@localhost"], at=now) for _mail in (1, 2)
    )

    def broken(*_args, **_words):
        raise RuntimeError("no room")

    page = "/fi/work/mail/"
    client.force_login(agents["desk"])
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "receive", broken)
        mailing.look_at_the_mail(now + timedelta(minutes=11))
        shown = client.get(page).content.decode()
        assert shown.count("RuntimeError") == 2
        assert "2" in client.get("/fi/work/").content.decode().partition("Lukeminen epäonnistui")[2][:20]
        client.post(f"{page}{first.uuid}/", {"act": "again"})
    first.refresh_from_db()
    assert first.state == "failed"
    assert client.post(f"{page}{first.uuid}/", {"act": "again"}).status_code == 302
    first.refresh_from_db()
    assert (first.state, Case.objects.count()) == ("done", 1)
    mailing.look_at_the_mail(now + timedelta(hours=1))
    second.refresh_from_db()
    assert second.state == "failed", "not at each beat of the clock"
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(mailing, "receive", broken)
        mailing.look_at_the_mail(now + timedelta(days=181))
    assert not RawMail.objects.filter(pk=second.pk).exists()
    assert not (raw_mail.folder() / second.path).exists()
    aside = come(written("En ole robotti.", X_Spam_Flag="YES"), at=now)
    client.post(f"{page}{aside.uuid}/", {"act": "take"})
    aside.refresh_from_db()
    assert aside.message.case.number in client.get(page).content.decode()
    client.force_login(agents["helsinki"])
    assert client.get(page).status_code == 403


def test_a_death_after_the_case_was_opened_takes_everything_back(group, monkeypatch):
    raw = mailing.keep(written(), sender="a@b.example", recipients=["palvelu@localhost"], at=MONDAY)

    def dies(*_args, **_words):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(mailing, "_tell_officers", dies)
        mailing.take_in(raw.pk)
    raw.refresh_from_db()
    assert raw.state == "waiting"
    assert Case.objects.count() == 0
    mailing.look_at_the_mail(MONDAY + timedelta(minutes=11))
    raw.refresh_from_db()
    assert raw.state == "done"
    assert Case.objects.count() == 1


def test_what_was_put_aside_by_mistake_becomes_a_case_after_all(group, capsys):
    raw = come(written("En ole robotti.", X_Spam_Flag="YES"))
    options = argparse.Namespace(take=None, again=None)
    assert mail_command.run(options) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [str(raw.uuid)]
    options.take = raw.uuid
    assert mail_command.run(options) == 0
    raw.refresh_from_db()
    assert json.loads(capsys.readouterr().out)[0]["case"] == raw.message.case.number
    assert raw.state == "done"
    assert raw.message.case.participants.get().receipt_due_at is None, "a machine may stand behind it"
    assert mail_command.run(options) == 1


def test_what_was_put_aside_is_forgotten_after_half_a_year_and_the_rest_with_its_case(
    group, agents, django_capture_on_commit_callbacks
):
    aside, kept = come(written(X_Spam_Flag="YES")), come(written())
    sent = read(answer(kept.message.case, agents["desk"]))
    assert come(bounced("aino@posti.example", sent["Message-ID"], to="palvelu@localhost"), sender="").state == "done"
    mailing.look_at_the_mail(MONDAY + timedelta(days=179))
    assert RawMail.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        mailing.look_at_the_mail(MONDAY + timedelta(days=181))
    assert list(RawMail.objects.all()) == [kept]
    assert not (raw_mail.folder() / aside.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert mailing.forget_mail_of(kept.message.case) == 1
    assert not (raw_mail.folder() / kept.path).exists()


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_a_real_message_is_kept_whole_and_becomes_what_it_is(group, path):
    data = path.read_bytes()
    raw = come(data, sender="someone@posti.example")
    assert raw_mail.read(raw.path) == data
    assert raw.state in {"done", "quarantined"}, raw.problem
    assert raw.cls
    assert (raw.message is not None) == (raw.state == "done" and raw.cls in {"human", "auto_reply"})
    assert come(data).pk == raw.pk
    assert Message.objects.filter(direction="in").count() <= 1
