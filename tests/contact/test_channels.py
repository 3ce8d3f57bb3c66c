"""Text messages, voice and messengers: one signed contract in, one out; a reply finds its case, a forged one never does."""

import base64
import json
import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kuutio.contact.actions import chatting, residents, sending_again, telling, telling_followers, working
from kuutio.contact.actions.receipts import send_receipts
from kuutio.contact.actions.states import set_state
from kuutio.contact.incoming import Sender
from kuutio.contact.links import secret_of
from kuutio.contact.models import Case, Contact, Delivery, Message, StoppedAddress
from kuutio.core.short_messages import counted
from tests.contact.making import case as made
from tests.contact.pictures import jpeg
from tests.contact.providers import OLD_SECRET, SECRET, bring, channel, gateway
from tests.races import at_once

pytestmark = pytest.mark.django_db

AINO, BO = "+358401234567", "+358501234567"


@pytest.fixture(autouse=True)
def _channels(settings):
    settings.CHANNELS = [channel(), channel("voice"), channel("messenger")]


def text(body, sender=AINO, **words):
    """A text message with an id of its own."""
    return {"id": f"m-{time.time_ns()}", "from": sender, "text": body, **words}


def texted(**words):
    """A case that came as a text message from Aino."""
    answer = bring(text("Katuvalo on pimeä Mannerheimintiellä.", **words))
    assert answer.status_code == 200, answer.content
    return Message.objects.get(uuid=answer.json()["message"]).case


def test_a_text_becomes_a_case_once_and_its_reply_joins_it(group):
    body = text("Hej, gatlyktan är trasig vid Mannerheimvägen. Kan ni laga den?", sender="040 123 4567")
    first, again = bring(body), bring(body, secret=OLD_SECRET)
    assert [first.json()["outcome"], again.json()["outcome"]] == ["new-case", "repeat"]
    assert first.json()["message"] == again.json()["message"]
    case = Case.objects.get()
    contact = case.participants.get().contact
    assert (case.channel, case.category_id, case.language) == ("sms", "street-light", "sv")
    assert (contact.phone, contact.preference, contact.language) == (AINO, "sms", "sv")
    assert bring(text("Den är i hörnet av Runebergsgatan.")).json()["outcome"] == "added"
    assert case.messages.count() == 2
    assert Case.objects.count() == 1


def test_a_number_names_its_case_among_several_from_its_own_people_alone(group, agents):
    one, other = texted(), made(sender=Sender(phone=AINO, preference="sms"), channel="phone")
    assert bring(text(f"Koskee asiaa {other.number.lower()}: valo syttyi.")).json()["outcome"] == "added"
    assert other.messages.count() == 2
    forged = bring(text(f"{one.number} Peruuttakaa asia.", sender=BO))
    assert forged.json()["outcome"] == "new-case"
    own = Message.objects.get(uuid=forged.json()["message"]).case
    assert own.pk not in {one.pk, other.pk}
    assert one.number in own.messages.get(direction="note").text
    assert one.messages.count() == 1
    unsure = bring(text("Entä nyt?"))  # two open ones: it isn't guessed
    assert unsure.json()["outcome"] == "new-case"
    notes = Message.objects.get(uuid=unsure.json()["message"]).case.messages.filter(direction="note")
    assert {n for note in notes for n in (one.number, other.number) if n in note.text} == {one.number, other.number}


def test_a_number_that_a_stranger_wrote_into_a_form_draws_no_messages_of_its_owner(group, settings):
    strangers = made(sender=Sender(phone=AINO, preference="none"))
    assert bring(text("Äidilläni on muistisairaus, mistä saamme apua?")).json()["outcome"] == "new-case"
    assert strangers.messages.count() == 1
    # What answers a text of ours comes to its case, from the same form.
    settings.DEMO = True
    made(sender=Sender(phone=BO, preference="sms"))
    send_receipts()
    assert bring(text("Kuoppa on myös toisella puolella.", sender=BO)).json()["outcome"] == "added"


def test_a_number_that_a_stranger_follows_with_draws_no_messages_of_its_owner(group, settings):
    settings.DEMO = True
    strangers = made(sender=Sender(phone=BO, preference="sms"), channel="phone")
    follower = residents.follow_case(strangers, Sender(phone=AINO), language="fi", at=timezone.now())
    telling_followers.welcome(follower.pk)
    assert bring(text("Äidilläni on muistisairaus, mistä saamme apua?")).json()["outcome"] == "new-case"
    assert bring(text(f"{strangers.number}: kiitos tiedosta.")).json()["outcome"] == "new-case"
    assert strangers.messages.filter(direction="in").count() == 1


@pytest.mark.parametrize("door", ["reach", "chat-address"])
@pytest.mark.parametrize("brought", ["sms", "messenger"])
def test_a_number_put_in_the_place_of_ones_own_draws_no_messages_of_its_owner(
    group, agents, client, settings, door, brought
):
    settings.DEMO = True
    case = texted() if brought == "sms" else _by_messenger("Katuvalo on pimeä.")
    send_receipts()
    chatting.join_chat(case, at=timezone.now())
    told = {"preference": "sms", "name": "", "email": "", "phone": BO, "postal_address": ""}
    assert client.post(reverse(f"contact:{door}", args=[case.number, secret_of(case)]), told).status_code == 302
    telling.deliver(working.answer_case(case, text="Korjaamme.", by=agents["desk"], at=timezone.now()).pk)
    if brought == "messenger":
        _by_messenger("Kiitos, mutta milloin?")
    before = case.messages.count()
    theirs = bring(text("Äidilläni on muistisairaus, mistä saamme apua?", sender=BO))
    assert theirs.json()["outcome"] == "new-case"
    assert case.messages.count() == before
    # Whose it is indeed says so by naming the case once.
    assert bring(text(f"{case.number}: valo syttyi.", sender=BO)).json()["outcome"] == "added"
    own = Message.objects.get(uuid=theirs.json()["message"]).case
    Case.objects.filter(pk=own.pk).update(state="resolved", settled_at=own.opened_at, opened_at=own.opened_at)
    Case.objects.filter(pk=own.pk).update(updated_at=timezone.now() - timedelta(days=60))
    assert bring(text("Ja sammui taas.", sender=BO)).json()["outcome"] == "added"


def _by_messenger(words):
    answer = bring(text(words, sender="aino.1"), name="messenger")
    assert answer.status_code == 200, answer.content
    return Message.objects.get(uuid=answer.json()["message"]).case


@pytest.mark.parametrize("door", ["reach", "chat-address"])
def test_a_corrected_address_is_tried_again(group, client, door):
    case = made(sender=Sender(email="aino@esimerkki.fi", phone=AINO, preference="email"))
    chatting.join_chat(case, at=timezone.now())
    Contact.objects.update(failing_since=timezone.now(), texts_failing_since=timezone.now())
    address = reverse(f"contact:{door}", args=[case.number, secret_of(case)])
    told = {"preference": "email", "name": "", "email": "aino@esimerkki.fi", "phone": AINO, "postal_address": ""}
    client.post(address, told)
    contact = Contact.objects.get()
    assert contact.failing_since and contact.texts_failing_since
    assert client.post(address, told | {"email": "aino@example.org", "phone": BO}).status_code == 302
    contact.refresh_from_db()
    assert (contact.failing_since, contact.texts_failing_since) == (None, None)


@pytest.mark.parametrize("late_by", [3, 30])
def test_a_settled_case_is_reopened_for_two_weeks_and_then_continued_and_thanks_wake_nothing(group, late_by):
    case = texted()
    settled = timezone.now() - timedelta(days=late_by)
    Case.objects.filter(pk=case.pk).update(opened_at=settled)
    case.refresh_from_db()
    case.save(update_fields=set_state(case, "resolved", by=None, at=settled))
    assert bring(text(f"Kiitos! {case.number}" if late_by > 14 else "Kiitos!")).status_code == 200
    case.refresh_from_db()
    assert case.state == "resolved"
    answer = bring(text(f"Valo on taas pimeä, {case.number}.")).json()
    case.refresh_from_db()
    if late_by <= 14:
        assert (answer["outcome"], case.state) == ("added", "open")
    else:
        assert (answer["outcome"], case.state) == ("new-case", "resolved")
        assert case.number in Message.objects.get(uuid=answer["message"]).case.messages.get(direction="note").text


def test_what_is_not_signed_lately_with_a_secret_of_the_channel_is_not_believed(group):
    body, now = text("Hei"), int(time.time())
    for refused in (
        bring(body, secret="not-the-secret-of-anybody"),
        bring(body, at=str(now - 400)),
        bring(body, at=str(now + 400)),
        bring(body, at="yesterday"),
        bring(body, **{"X-Kuutio-Signature": ""}),
        bring(body, **{"X-Kuutio-Signature": "sha256=ä, " * 9}),
        bring(body, **{"X-Kuutio-Timestamp": str(now - 1)}),
    ):
        assert refused.status_code == 401, refused.content
        assert refused.json()["type"].endswith("#bad-signature")
    assert bring(body, name="nobody").status_code == 404
    assert (
        bring(body, **{"X-Kuutio-Signature": f"sha256={'0' * 64}, {signed(body, now)}"}, at=str(now)).status_code == 200
    )


def signed(body, at):
    from kuutio.contact.channels.signing import signature

    return signature(str(at), json.dumps(body).encode(), SECRET)


BROKEN = [
    b"",
    b"\xff\x00",
    b"[" * 100_000,
    b"[]",
    b"{}",
    {"id": "", "from": AINO, "text": "Hei"},
    {"id": "1", "from": "not a number", "text": "Hei"},
    {"id": "1", "from": AINO, "text": ""},
    {"id": "1", "from": AINO, "text": ["Hei"]},
    {"id": 7, "from": {}, "text": None, "media": "x"},
    {"id": "1", "from": AINO, "text": "Hei", "media": [{"content": "!!"}, 5, {"content": ""}]},
    {"id": "1", "from": AINO, "text": "Hei", "media": [{}] * 11},
]


def test_what_breaks_the_contract_is_refused_in_words_and_leaves_nothing(group):
    for body in BROKEN:
        answer = bring(body)
        assert answer.status_code == 422, body
        assert answer["Content-Type"] == "application/problem+json"
    assert not Case.objects.exists()


def test_nothing_that_can_be_written_breaks_the_door(group):
    assert bring(b"x" * (9 * 2**20)).status_code == 413
    statuses = [bring(text(strange)).status_code for strange in ("\0Hei\0", "\ud800", "🙂" * 30_000, " \n")]
    assert statuses == [200, 200, 200, 422]
    case = Case.objects.get()
    assert [len(row.text) for row in case.messages.filter(direction="in")] == [3, 1, 20_000]
    assert case.messages.filter(direction="note").count() == 1  # told to officers that it was cut


def test_a_voice_message_is_a_transcript_and_a_download_and_a_photo_loses_its_hidden_data(group, client, agents):
    sound = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40
    trick = b"<html><script>alert(1)</script></html>"
    media = [
        {"name": "../../viesti.wav", "type": "audio/wav", "content": base64.b64encode(sound).decode()},
        {"name": "sivu.wav", "type": "audio/wav", "content": base64.b64encode(trick).decode()},
        {"name": "kuva.jpg", "type": "image/jpeg", "content": base64.b64encode(jpeg()).decode()},
    ]
    answer = bring({"id": "v1", "from": AINO, "text": "", "media": media}, name="voice")
    message = Message.objects.get(uuid=answer.json()["message"])
    assert message.text
    assert message.contact.preference == "call"
    wave, page, photo = message.attachments.all()
    assert (wave.name, wave.type, page.type, photo.type) == ("viesti.wav", "audio/wav", "text/html", "image/jpeg")
    working.direct_case(message.case, by=agents["desk"], at=timezone.now())
    client.force_login(agents["desk"])
    for file in (wave, page):
        given = client.get(f"/fi/work/cases/{message.case.number}/files/{file.uuid}")
        assert given["Content-Disposition"].startswith("attachment")
        assert given["Content-Type"] == "application/octet-stream"
    # A caller who hides their number has a case, and no place to be called.
    hidden = bring({"id": "v2", "from": "", "text": "Kuoppa Aurakadulla."}, name="voice")
    assert Message.objects.get(uuid=hidden.json()["message"]).contact is None


def test_our_texts_are_short_in_each_language_hold_nothing_personal_and_are_sent_once(group, agents, settings):
    with gateway() as (address, got, answers):
        settings.CHANNELS = [channel(send_to=address, key="our-key")]
        for language in ("fi", "sv", "en"):
            case = made(
                "Aino Esimerkki, 131052-308T, kaatui.",
                language=language,
                sender=Sender(name="Aino Esimerkki", phone=f"+35840123456{len(language) + len(got)}", preference="sms"),
            )
            send_receipts()
            message = working.answer_case(case, text="Hei Aino!", by=agents["helsinki"], at=case.opened_at)
            telling.deliver(message.pk)
            telling.deliver(message.pk)
        assert len(got) == 6
        for sent in got:
            assert counted(sent["text"]).parts == sent["parts"] == 1, sent["text"]
            assert "Aino" not in sent["text"]
            assert "/cases/KU-" in sent["text"]
            assert sent["headers"]["Authorization"] == "Bearer our-key"
        assert "Ärendenummer" in got[2]["text"]
        assert len({sent["headers"]["Idempotency-Key"] for sent in got}) == 6

        # Down for a while: it waits, is tried again with the same key, and comes once.
        answers["status"] = 503
        message = working.answer_case(case, text="Lisää.", by=agents["helsinki"], at=case.opened_at)
        with pytest.raises(OSError, match="503"):
            telling.deliver(message.pk)
        row = Delivery.objects.get(message=message)
        assert row.state == "waiting"
        answers["status"] = 409  # it had it all the time
        Delivery.objects.update(changed_at=timezone.now() - timedelta(hours=1))
        sending_again.send_what_waits(timezone.now())
        row.refresh_from_db()
        assert (row.state, got[-1]["id"], got[-2]["id"]) == ("sent", str(row.uuid), str(row.uuid))

        # A number that takes none: by hand from now on, without asking the provider again.
        answers |= {"status": 422, "body": {"problem": "number"}}
        for words in ("Yksi.", "Kaksi."):
            message = working.answer_case(case, text=words, by=agents["helsinki"], at=case.opened_at)
            telling.deliver(message.pk)
            row = Delivery.objects.get(message=message)
            assert (row.state, row.channel, row.problem) == ("by-hand", "phone", "unreachable")
        assert len(got) == 9


def test_without_a_provider_an_officer_sends_the_text_that_the_page_shows(group, agents, client):
    case = made(sender=Sender(phone=AINO, preference="sms"), language="sv")
    message = working.answer_case(case, text="Hej", by=agents["helsinki"], at=case.opened_at)
    telling.deliver(message.pk)
    row = Delivery.objects.get()
    assert (row.state, row.channel) == ("by-hand", "sms")
    client.force_login(agents["helsinki"])
    page = client.get(f"/fi/work/cases/{case.number}/by-hand/{row.uuid}/").content.decode()
    assert f"Ditt ärende {case.number} har fått ett svar." in page


def test_a_provider_that_stays_away_for_a_day_leaves_the_message_to_an_officer(group, agents, settings):
    settings.CHANNELS = [channel(send_to="http://127.0.0.1:9/nobody")]
    case = made(sender=Sender(phone=AINO, preference="sms"))
    message = working.answer_case(case, text="Hei", by=agents["helsinki"], at=case.opened_at)
    with pytest.raises(OSError):
        telling.deliver(message.pk)
    Delivery.objects.update(changed_at=timezone.now() - timedelta(hours=25))
    sending_again.send_what_waits(timezone.now())
    row = Delivery.objects.get()
    assert (row.state, row.channel, row.problem) == ("by-hand", "phone", "unsent")


def test_a_report_of_the_provider_brings_a_lost_message_to_an_officer_once(group, agents, settings):
    with gateway() as (address, _got, _answers):
        settings.CHANNELS = [channel(send_to=address)]
        case = made(sender=Sender(phone=AINO, preference="sms"))
        message = working.answer_case(case, text="Hei", by=agents["helsinki"], at=case.opened_at)
        telling.deliver(message.pk)
    row = Delivery.objects.get()
    told = {"id": str(row.uuid), "state": "delivered"}
    assert bring(told, door="reports").status_code == 200
    row.refresh_from_db()
    assert row.state == "sent"
    for _twice in range(2):
        assert bring(told | {"state": "failed", "permanent": True}, door="reports").status_code == 200
    row.refresh_from_db()
    assert (row.state, row.channel) == ("by-hand", "phone")
    assert row.contact.texts_failing_since is not None
    assert case.events.filter(kind="bounced").count() == 1
    assert bring({"id": "x", "state": "lost"}, door="reports").status_code == 422
    assert bring({"id": str(message.uuid), "state": "failed"}, door="reports").status_code == 404


def test_who_says_stop_gets_no_more_texts_until_they_say_start(group, agents, settings, client):
    settings.DEMO = True
    case = texted()
    assert bring(text(" Seis. ")).json() == {"outcome": "stopped", "message": None}
    assert case.messages.filter(direction="note").exists()
    assert AINO not in str(list(StoppedAddress.objects.values()))
    send_receipts()
    assert Delivery.objects.get().state == "failed"
    message = working.answer_case(case, text="Hei", by=agents["desk"], at=timezone.now())
    telling.deliver(message.pk)
    assert Delivery.objects.get(message=message).state == "by-hand"
    assert not settings.OUTBOX.exists()
    assert bring(text("ALOITA")).json()["outcome"] == "started"
    message = working.answer_case(case, text="Hei taas", by=agents["desk"], at=timezone.now())
    telling.deliver(message.pk)
    letter = next(settings.OUTBOX.glob("*.sms")).read_bytes()
    assert AINO.encode() in letter
    page = client.get(reverse("web:outbox")).content.decode()
    assert AINO in page
    assert "on vastattu" in client.get(re.findall(r'href="(/\w\w/[^"]*outbox/[^"]+)"', page)[0]).content.decode()


def test_a_messenger_is_answered_by_the_same_provider(group, agents, settings):
    with gateway() as (address, got, _answers):
        settings.CHANNELS = [channel("messenger", send_to=address), channel(send_to=address)]
        answer = bring(text("Hei, missä on lähin kirjasto?", sender="wa:9f31", name="Aino"), name="messenger")
        case = Message.objects.get(uuid=answer.json()["message"]).case
        assert case.participants.get().contact.messenger == "messenger:wa:9f31"
        assert bring(text("Entä milloin se on auki?", sender="wa:9f31"), name="messenger").json()["outcome"] == "added"
        message = working.answer_case(case, text="Töölössä.", by=agents["desk"], at=timezone.now())
        telling.deliver(message.pk)
    assert [(sent["to"], "Töölössä" in sent["text"]) for sent in got] == [("wa:9f31", False)]
    assert Contact.objects.count() == 1


def test_receipts_to_one_number_stop_before_two_machines_thank_each_other(group, settings):
    settings.DEMO = True
    for round_ in range(6):
        made(f"Viesti {round_}", channel="sms", sender=Sender(phone=AINO, preference="sms"))
        if round_ == 1:
            send_receipts()
    send_receipts()
    assert Delivery.objects.filter(state="sent").count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_message_eight_times_at_once_is_one(settings, request):
    request.getfixturevalue("group")
    body = text("Kuoppa Mannerheimintiellä.")
    answers = at_once(lambda: bring(body), times=8)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["message"] for answer in answers}) == 1
    assert Case.objects.count() == Message.objects.count() == 1
