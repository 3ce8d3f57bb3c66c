"""Who or what wrote, and what may be done on its account."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.contact.mail.classifying import Verdict, classify, is_mere_thanks
from kuutio.contact.mail.reading import read
from tests.contact.mail.messages import attached, made, mixed


def verdict(*headers: str, body: str = "Kuoppa on yhä siinä.", own: Sequence[str] = (), loop: str = "") -> Verdict:
    return classify(read(made(*headers, body=body)), own=own, loop=loop)


def test_a_person_gets_a_receipt_and_may_reopen() -> None:
    assert verdict() == Verdict("human", send_ack=True, reopen=True)
    assert verdict("Auto-Submitted: no", "Return-Path: <aino@posti.example>").send_ack


# --- machines


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (rejected)",
        "Auto-Submitted: AUTO-NOTIFIED; owner-email=x@y",
        "Return-Path: <>",
        "X-Envelope-From: <>",
        "Precedence: auto_reply",
        "Precedence: junk",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, All",
        "From: MAILER-DAEMON@posti.example",
        "From: postmaster@posti.example",
        "From: noreply@posti.example",
        "From: no-reply+x@posti.example",
        "From: do-not-reply@posti.example",
        "From: ei-vastausta@posti.example",
        "From: svara-inte@post.example",
        "Subject: Automaattinen vastaus: Asiasi KU-7F3K9Q",
        "Subject: Automaattinen poissaolovastaus",
        "Subject: Autosvar: Ditt ärende",
        "Subject: Automatiskt svar: Ditt ärende",
        "Subject: Frånvaromeddelande",
        "Subject: Automatic reply: Your case",
        "Subject: Out of Office: Your case",
        "Subject: Auto-reply",
    ],
)
def test_a_machine_gets_no_answer(header: str) -> None:
    assert verdict(header).cls == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Poissa", "Olen poissa 1.7. asti."),
        ("Lomalla 1.7.-31.7.", "Olen lomalla ja palaan 1.8."),
        ("VS: Poissa toimistosta", "Kiireellisissä asioissa ota yhteyttä sijaiseeni."),
        ("Frånvarande", "Jag är på semester till och med 31.7."),
        ("RE: Your case", "I am out of the office until 5 August. For urgent matters please contact my colleague."),
        ("Vs: Asiasi", "Hei! Olen vuosilomalla ja palaan töihin 4.8. Kiireellisissä asioissa sijaisenani on Liisa."),
        (
            "Sv: Ditt ärende",
            "Hej, jag har semester och är tillbaka den 4 augusti. I brådskande ärenden kontakta Stina.",
        ),
        ("Re: Asiasi", "Tämä on automaattinen vastaus. Viestisi on vastaanotettu."),
        ("Re: Ditt ärende", "Detta är ett automatiskt svar."),
        ("Re: Your case", "This is an automated message, please do not reply."),
    ],
)
def test_an_absence_without_any_header_is_known_by_its_words(subject: str, body: str) -> None:
    assert verdict(f"Subject: {subject}", body=body).cls == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Poissa käytöstä oleva leikkikenttä", "Keinu on rikki."),
        ("Lomalla kadonnut avain", "Löysin avaimen."),
        ("VS: Automaattinen vastaus: Asiasi", "Sain tällaisen, mutta kuoppa on yhä siinä."),
        ("Kuoppa", "Olen lomalla 1.8. asti, mutta kuoppa on Mannerheimintiellä."),
        ("Gropen", "Jag är på semester, men gropen finns kvar."),
        ("Broken lift", "I am away until Monday, the key is with the neighbour."),
        ("Automaattiovi rikki", "Kirjaston automaattiovi ei aukea."),
        (
            "Re: Asiasi",
            "Kiitos.\n\nma 3.2.2026 klo 10.00 Kaupunki <p@k.example> kirjoitti:\n\n> Tämä on automaattinen vastaus.\n> Hei",
        ),
    ],
)
def test_a_person_who_writes_of_absence_or_machines_is_a_person(subject: str, body: str) -> None:
    assert verdict(f"Subject: {subject}", body=body).cls == "human"


def test_what_comes_from_ourselves_stops_here() -> None:
    assert verdict("From: Palvelu <palvelu@kuutio.example>", own=["palvelu@kuutio.example"]).cls == "auto_reply"
    assert verdict("From: VASTAUS+a.b@Kuutio.example", own=["vastaus@kuutio.example"]).cls == "auto_reply"
    assert verdict("From: x@kuutio.example", own=["@kuutio.example"]).cls == "auto_reply"
    assert verdict("X-Loop: kuutio.example", loop="kuutio.example").cls == "auto_reply"
    assert verdict(own=["@kuutio.example"], loop="kuutio.example").cls == "human"


@pytest.mark.parametrize(
    "header",
    [
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <a.b>",
        "List-Unsubscribe: <x>",
        "X-Auto-Response-Suppress: OOF",
        "X-Loop: x",
    ],
)
def test_a_person_behind_a_list_gets_no_receipt_and_is_heard_still(header: str) -> None:
    assert verdict(header).cls == "human"
    assert not verdict(header).send_ack
    assert verdict(header).reopen


def test_a_form_that_sends_for_a_person_is_heard_and_gets_no_receipt() -> None:
    said = verdict("From: noreply@lomake.example", "Reply-To: aino@posti.example")
    assert (said.cls, said.send_ack) == ("human", False)


def test_who_leaves_no_address_gets_no_receipt() -> None:
    assert not classify(read(b"Subject: Kuoppa\n\nKuoppa")).send_ack
    assert classify(read(b"")).cls == "human"


# --- reports


def report(*fields: str, kind: str = "delivery-status", subject: str = "Undelivered Mail Returned to Sender") -> bytes:
    head = ["From: MAILER-DAEMON@mx.example", "Return-Path: <>", f"Subject: {subject}", "MIME-Version: 1.0"]
    head.append(f"Content-Type: multipart/report; report-type={kind}; boundary=b")
    machine = f"Content-Type: message/{kind}\n\nReporting-MTA: dns; mx.example\n\n" + "\n".join(fields)
    return made(
        *head,
        body=f"--b\n\nSee below.\n\n--b\n{machine}\n\n--b\nContent-Type: message/rfc822\n\nSubject: Hei\n\nHei\n--b--\n",
    )


@pytest.mark.parametrize(
    ("fields", "bounced"),
    [
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.1.1"], ("aino@posti.example",)),
        (["Final-Recipient: rfc822;<aino@posti.example>", "Action: Failed (x)", "Status: 5.0.0"], ("aino@posti.example",)),
        (["Original-Recipient: rfc822; a@posti.example", "Final-Recipient: rfc822; b@box.example", "Action: failed", "Status: 5.1.1"], ("a@posti.example",)),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed"], ("aino@posti.example",)),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.7.1"], ("aino@posti.example",)),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: delayed", "Status: 5.1.1"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: delayed", "Status: 4.4.1"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 4.4.7"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.2.2"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 552 5.2.2 full"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 552 mailbox full"], ()),
        (["Final-Recipient: rfc822; aino@posti.example", "Action: failed", "Status: 5.3.4"], ()),
        (["Final-Recipient: rfc822; nobody", "Action: failed", "Status: 5.1.1"], ()),
    ],
)  # fmt: skip
def test_only_what_failed_for_good_is_marked(fields: list[str], bounced: tuple[str, ...]) -> None:
    said = classify(read(report(*fields)))
    assert (said.cls, said.send_ack, said.reopen, said.bounced) == ("bounce", False, False, bounced)


def test_each_recipient_of_a_report_is_judged_alone() -> None:
    good = "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1"
    full = "Final-Recipient: rfc822; b@x.example\nAction: failed\nStatus: 5.2.2"
    assert classify(read(report(good, "", full, "", good))).bounced == ("a@x.example",)


def test_a_report_of_success_is_no_bounce() -> None:
    said = classify(
        read(report("Final-Recipient: rfc822; a@x.example", "Action: delivered", "Status: 2.1.5", subject="Delivered"))
    )
    assert (said.cls, said.bounced) == ("auto_reply", ())


def test_a_report_that_a_message_was_shown_is_a_machine_s() -> None:
    said = classify(
        read(
            report(
                "Disposition: manual-action/MDN-sent-manually; displayed",
                kind="disposition-notification",
                subject="Luettu: Asiasi",
            )
        )
    )
    assert said.cls == "auto_reply"


def test_a_complaint_is_known() -> None:
    said = classify(read(report("Feedback-Type: abuse", "User-Agent: x", kind="feedback-report", subject="FW: Asiasi")))
    assert (said.cls, said.send_ack, said.reopen, said.bounced) == ("complaint", False, False, ())


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<aino@posti.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
"""


def test_a_report_of_no_standard_form_is_read_by_what_it_says() -> None:
    head = ["From: MAILER-DAEMON@mx.example", "Return-Path: <>", "Subject: failure notice"]
    assert classify(read(made(*head, body=QMAIL))).bounced == ("aino@posti.example",)
    assert (
        classify(
            read(made(*head, body=QMAIL.replace("no mailbox here by that name. (#5.1.1)", "mailbox is full (#5.2.2)")))
        ).bounced
        == ()
    )
    assert (
        classify(read(made(*head[:2], "Subject: Viestiä ei voitu toimittaa", body="Vastaanottajaa ei ole."))).cls
        == "bounce"
    )


@given(st.binary(max_size=2_000))
def test_any_report_is_judged(body: bytes) -> None:
    head = ["From: MAILER-DAEMON@mx.example", "Return-Path: <>", "Subject: failure notice"]
    assert classify(read(made(*head, body=body))).cls in {"bounce", "spam"}
    classify(
        read(
            made(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
                body=b"--b\nContent-Type: message/delivery-status\n\n" + body,
            )
        )
    )


def test_a_report_with_lines_of_a_million_characters_is_judged_at_once() -> None:
    head = ["From: MAILER-DAEMON@mx.example", "Return-Path: <>", "Subject: failure notice"]
    for start in ("Delivery to the following recipient failed\n", "failed addresses follow:\n", "Your message to:\n"):
        assert classify(read(made(*head, body=start + "a" * 1_000_000 + "\n"))).bounced == ()


# --- unwanted


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=9.1",
        "X-Spam: Yes",
        "Subject: Cheap viagra, save 50 $",
        "Subject: V1agra casino b0nus 100 $ free",
    ],
)
def test_unwanted_mail_goes_to_the_quarantine(header: str) -> None:
    said = verdict(header)
    assert (said.cls, said.send_ack, said.reopen) == ("spam", False, False)


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=0.1",
        "Subject: Lasku 50 € pysäköinnistä",
        "Subject: Casino Helsingin melu",
        "Subject: Save the park, it is free for all",
        "Subject: Bus 51B ei tullut, 4 € hukkaan",
        "Date: eilen",
    ],
)
def test_one_sign_alone_makes_nobody_s_mail_unwanted(header: str) -> None:
    assert verdict(header).cls == "human"


# --- courtesy


@pytest.mark.parametrize(
    "said",
    [
        "Kiitos!",
        "Kiitos avusta!",
        "Kiitos paljon nopeasta vastauksesta 😊",
        "Hei, kiitos tiedosta.\n\nTerveisin\nAino Virtanen",
        "Kiitos!\n\nYstävällisin terveisin,\nAino",
        "OK, kiitos",
        "Tack!",
        "Tack så mycket för hjälpen!\nMvh\nStina",
        "Thanks",
        "Thank you very much for the quick reply!\n\nBest regards,\nJohn Smith",
    ],
)
def test_a_mere_thanks_reopens_nothing(said: str) -> None:
    assert is_mere_thanks(said)
    quote = "\n\nma 3.2.2026 klo 10.00 Kaupunki <p@k.example> kirjoitti:\n\n> Kuoppa on korjattu, onko hyvä?\n"
    assert not verdict("Subject: Vs: Asiasi", body=said + quote).reopen
    assert verdict("Subject: Vs: Asiasi", body=said + quote).cls == "human"


@pytest.mark.parametrize(
    "said",
    [
        "Kiitos, mutta kuoppa on yhä siinä.",
        "Kiitos ei",
        "Kiitos! Milloin?",
        "Ok?",
        "Kiitos.\n\nTerveisin\nAino\n\nPS. Missä asia nyt on?",
        "Kiitos.\n\nTerveisin\nAino\nMannerheimintie 5 A 12, kuoppa on edelleen siinä samassa paikassa",
        "Tack, men det är fel gata.",
        "Thanks for nothing",
        "",
        "Hei",
        "Aino",
    ],
)
def test_one_word_more_is_a_matter(said: str) -> None:
    assert not is_mere_thanks(said)


def test_thanks_with_a_picture_is_a_matter() -> None:
    picture = attached("kuva.png", b"\x89PNG\r\n\x1a\n" + bytes(9))
    assert classify(read(mixed(b"\nKiitos!", picture))).reopen
    logo = picture.replace(b"Content-Disposition: attachment", b"Content-ID: <logo>\nContent-Disposition: inline")
    assert not classify(read(mixed(b"\nKiitos!", logo))).reopen
