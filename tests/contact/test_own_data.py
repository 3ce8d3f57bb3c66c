"""What residents decide about their own data: how they are told, a copy, removal at once or as soon as it may be."""

import json
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.contact.actions import forgetting, residents, telling, working
from kuutio.contact.actions.receiving import LONGEST_TEXT
from kuutio.contact.files import folder, keep_picture
from kuutio.contact.incoming import Place, Sender
from kuutio.contact.links import path_of, spoken_code_of
from kuutio.contact.models import Attachment, Case, Contact, Delivery, Event, Message, RawMail
from kuutio.contact.parts import PARTS
from tests.contact.mails import come, written
from tests.contact.making import bring
from tests.contact.making import case as made
from tests.contact.pictures import jpeg
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now() - timedelta(days=1)


def with_photo(now, **words) -> Case:
    return made("Aino kaatui.", at=now, files=(keep_picture(jpeg(), "a.jpg").file,), **words)


def settled(case: Case, agents, now) -> Case:
    working.answer_case(case, text="Hei Aino.", by=agents["helsinki"], at=now + timedelta(hours=1), then="resolved")
    return Case.objects.get(pk=case.pk)


def bytes_left() -> list[str]:
    return [path.name for path in folder().rglob("*") if path.is_file()]


def test_how_one_is_told_is_changed_by_the_link(group, agents, client, now):
    case = made(at=now)
    Contact.objects.update(failing_since=now)
    page = path_of(case, "en")
    form = {"preference": "sms", "name": "Aino", "email": "aino@example.org", "phone": "", "postal_address": ""}
    assert client.post(f"{page}reach/", form).status_code == 422
    assert client.post(f"{page}reach/", form | {"phone": "040 123 4567"}).status_code == 302
    contact = Contact.objects.get()
    assert (contact.preference, contact.phone, contact.failing_since) == ("sms", "+358401234567", now)
    client.post(f"{page}reach/", form | {"preference": "email", "email": "New@example.org"})
    contact.refresh_from_db()
    assert (contact.email, contact.failing_since) == ("new@example.org", None)
    message = working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=timezone.now())
    telling.deliver(message.pk)
    assert Delivery.objects.get(message=message).contact == contact
    unknown = made(at=now, sender=Sender())
    assert client.post(f"{path_of(unknown, 'sv')}reach/", form | {"preference": "email"}).status_code == 302
    assert unknown.participants.get().contact.language == "sv"


def test_the_copy_holds_all_that_the_resident_wrote_and_was_told(group, agents, client, now):
    case = settled(with_photo(now), agents, now)
    working.note_case(case, text="Salainen.", by=agents["helsinki"], at=now + timedelta(hours=2))
    answer = client.get(f"{path_of(case, 'en')}export")
    told = json.loads(answer.content)
    assert [row["text"] for row in told["messages"]] == ["Aino kaatui.", "Hei Aino."]
    assert told["contact"]["email"] == "aino@example.org"
    assert told["messages"][0]["files"][0]["name"] == "a.jpg"
    assert "Salainen" not in answer.content.decode()
    assert case.number in answer["Content-Disposition"]


def test_a_settled_case_is_emptied_at_once_and_its_figures_stay(
    group, agents, client, now, django_capture_on_commit_callbacks
):
    case = settled(with_photo(now), agents, now)
    residents.rate_case(case, stars=2, text="Aino odotti.", at=now + timedelta(hours=2))
    page = path_of(case, "en")
    assert b"removed at once" in client.get(f"{page}erase/").content
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{page}erase/").status_code == 302
    after = Case.objects.get(pk=case.pk)
    assert {row.text for row in after.messages.all()} == {""}
    assert (after.rating.stars, after.rating.text, after.title) == (2, "", "")
    assert not Contact.objects.exists()
    assert not Attachment.objects.exists()
    assert bytes_left() == []
    assert after.first_answer_at == case.first_answer_at
    shown = client.get(page)
    assert shown.status_code == 200
    assert b"Aino" not in shown.content
    assert b"<textarea" not in shown.content
    late = client.post(f"{page}reply/", {"text": "More of Aino.", "key": "k"})
    assert (late.status_code, Message.objects.filter(text__contains="Aino").exists()) == (422, False)
    assert client.post(f"{page}reach/", {"preference": "none"}).status_code == 422
    assert client.post(f"{page}erase/").status_code == 302
    assert case.events.filter(kind=Event.Kind.FORGOTTEN).count() == 1


def test_an_open_case_says_what_is_kept_and_is_emptied_by_itself_once_its_answer_is_told(
    group, agents, client, now, django_capture_on_commit_callbacks
):
    case = with_photo(now)
    page = path_of(case, "en")
    told = client.get(f"{page}erase/").content.decode()
    assert "it is being handled" in told
    assert "within a day" in told
    client.post(f"{page}erase/")
    assert "You have asked to be removed" in client.get(page).content.decode()
    case = settled(case, agents, now)
    assert case.forget_at == case.settled_at + timedelta(hours=1)
    contact = Contact.objects.get()
    waiting = Delivery.objects.create(
        message=case.messages.get(direction="out"), contact=contact, channel="email", changed_at=case.settled_at
    )
    day = case.settled_at + timedelta(days=1)
    assert forgetting.forget_due(day) == 0, "the answer is still on its way"
    waiting.state = "sent"
    waiting.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert forgetting.forget_due(day) == 1
    assert not Contact.objects.exists()
    assert bytes_left() == []


def test_what_law_keeps_is_kept_and_said_so(group, agents, client, now):
    case = made("Aidan rakentaminen.", category="building-permit", at=now)
    page = path_of(case, "en")
    assert "10 years" in client.get(f"{page}erase/").content.decode()
    client.post(f"{page}erase/")
    case = settled(case, agents, now)
    assert case.forget_at > timezone.now() + timedelta(days=3600)
    assert "keep the case whole until" in client.get(page).content.decode()
    assert case.messages.filter(text="Aidan rakentaminen.").exists()


def test_an_account_that_leaves_takes_with_it_what_was_written(
    group, agents, client, now, django_capture_on_commit_callbacks
):
    aino = PersonFactory(name="Aino", email="aino@posti.example")
    sender = Sender(name="Aino", email="aino@posti.example", preference="email", person=aino)
    done = settled(with_photo(now, sender=sender), agents, now)
    still = made("Aino kertoo toisesta.", at=now, sender=sender)
    law = made("Aino rakentaa.", category="building-permit", at=now, sender=sender)
    others = made("Bon asia.", at=now, sender=Sender(email="bo@example.org", preference="email"))
    neighbours = made(
        "Bo rakentaa.", category="building-permit", at=now, sender=Sender(email="bo@example.org", preference="email")
    )
    bring("Aino vastustaa.", case=neighbours, at=now, sender=sender)
    bring("Aino näki sen.", case=others, at=now, sender=sender, files=(keep_picture(jpeg(), "b.jpg").file,))
    by_mail = come(written("Aino kirjoittaa.", subject="Kuoppa"), at=now)
    Contact.objects.filter(participations__case=by_mail.message.case).update(person=aino)
    followed = made(at=now, sender=Sender())
    residents.follow_case(followed, Sender(person=aino), language="fi", at=now)
    personal = next(part for part in PARTS.personal if part.key == "cases")
    assert {row["number"] for row in personal.export(aino)} >= {done.number, still.number, followed.number}
    client.force_login(aino, backend="django.contrib.auth.backends.ModelBackend")
    said = " ".join(personal.kept(aino))
    assert still.number in said
    assert law.number in said
    assert neighbours.number in said
    assert done.number not in said
    with django_capture_on_commit_callbacks(execute=True):
        personal.erase(aino, timezone.now())
        aino.delete()
    assert Case.objects.get(pk=done.pk).forgotten_at is not None
    assert not others.messages.filter(text__contains="Aino").exists()
    assert others.messages.filter(text="Bon asia.").exists()
    assert not followed.participants.exists()
    assert bytes_left() == []
    assert still.messages.filter(text="Aino kertoo toisesta.").exists()
    for case in (still, by_mail.message.case):
        settled(case, agents, now) if case.responsible.slug == "helsinki" else working.move_case(
            case, "resolved", by=agents["desk"], at=now + timedelta(hours=1)
        )
    with django_capture_on_commit_callbacks(execute=True):
        assert forgetting.forget_due(now + timedelta(days=20)) == 2
    assert not RawMail.objects.exists()
    left = {row.text for row in Message.objects.filter(text__contains="Aino")}
    assert left == {"Aino rakentaa.", "Aino vastustaa."}
    assert Contact.objects.filter(name="Aino").count() == 2


def test_another_category_keeps_a_settled_case_as_long_as_its_own_law_says(group, agents, client, now):
    case = settled(made(category="building-permit", at=now), agents, now)
    client.force_login(agents["helsinki"])
    address = f"/fi/work/cases/{case.number}/direct/"
    client.post(address, {"category": "pothole", "unit": case.unit_id or ""})
    case.refresh_from_db()
    assert case.category_id == "pothole"
    assert case.forget_at == case.settled_at + timedelta(days=round(365.25 * case.category.keep_years))
    client.post(address, {"category": "building-permit", "unit": case.unit_id or ""})
    case.refresh_from_db()
    assert case.forget_at > case.settled_at + timedelta(days=3600)


def test_a_picture_that_came_with_what_is_refused_or_repeated_is_not_kept(group, client, now):
    case = with_photo(now)
    before = bytes_left()
    page = path_of(case, "en")

    def picture():
        return SimpleUploadedFile("b.jpg", jpeg(), "image/jpeg")

    Case.objects.filter(pk=case.pk).update(forgotten_at=now)
    assert client.post(f"{page}reply/", {"text": "Vielä.", "key": "k", "photo": picture()}).status_code == 422
    assert bytes_left() == before
    Case.objects.filter(pk=case.pk).update(forgotten_at=None)
    for _twice in range(2):
        assert client.post(f"{page}reply/", {"text": "Vielä.", "key": "k", "photo": picture()}).status_code == 302
    assert len(bytes_left()) == len(before) + 1


def test_the_page_that_erases_an_account_says_what_is_kept(group, client, now):
    aino = PersonFactory(email="aino@example.org", password=make_password(None))
    case = made(at=now, sender=Sender(email="aino@example.org", preference="email", person=aino))
    client.force_login(aino, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/en/me/erase/").content.decode()
    assert "Some of it is kept for a while" in page
    assert case.number in page


def test_a_reply_that_is_too_long_comes_back_whole_with_a_kind_word(group, client, now):
    case = made(at=now)
    page = path_of(case, "en")
    text = "a\r\n" * (LONGEST_TEXT // 2)
    assert client.post(f"{page}reply/", {"text": text, "key": "k1"}).status_code == 302
    answer = client.post(f"{page}reply/", {"text": text + "b" * 1234, "key": "k2"})
    assert answer.status_code == 422
    assert re.search(r"1\W?234 characters too long", answer.content.decode())
    assert b"b" * 1234 in answer.content
    assert case.messages.count() == 2


@pytest.mark.parametrize("door", ["page", "chat", "desk"])
def test_what_is_written_long_after_opens_a_new_case_by_every_door(group, agents, client, now, door):
    long_ago = timezone.now() - timedelta(days=40)
    case = made(at=long_ago, category="building-permit", place=Place(address="Kotikatu 1"), chosen="helsinki")
    Contact.objects.update(phone="+358401234567", phone_changed_at=long_ago)
    working.answer_case(case, text="Valmis.", by=agents["helsinki"], at=long_ago, then="resolved")
    if door == "desk":
        client.force_login(agents["espoo"])
        code = {"number": case.number, "code": spoken_code_of(case), "channel": "phone"}
        page = f"{client.post('/fi/work/desk/', code).url}say/"
    else:
        page = f"{path_of(case, 'fi')}{'reply' if door == 'page' else 'chat'}/"
    for _twice in range(2):
        answer = client.post(page, {"text": "Se on taas rikki.", "key": "k1"})
        assert answer.status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    case.refresh_from_db()
    assert (case.state, case.messages.filter(direction="in").count()) == ("resolved", 1)
    assert (new.state, new.responsible, new.category) == ("new", case.responsible, case.category)
    assert case.number in new.messages.get(direction="note").text
    contact = new.participants.get(kind="reporter").contact
    assert (contact.email, contact.preference, contact.phone) == ("aino@example.org", "email", "+358401234567")
    assert contact.phone_changed_at == long_ago, "whether the number is theirs is as unsure as it was"
    assert new.address == "Kotikatu 1"
    assert contact != case.participants.get().contact
    assert new.participants.get().receipt_due_at is not None
    assert "Se on taas rikki." in client.get(answer.url).content.decode()


def test_a_reply_to_a_joined_case_reaches_the_officers_of_the_other(group, agents, client, now):
    case, main = made(at=now), made(at=now)
    working.join_case(case, main, by=agents["helsinki"], at=now)
    page = f"{path_of(case, 'fi')}reply/"
    client.post(page, {"text": "Kuoppa kasvaa.", "key": "k1"})
    assert case.number in main.messages.get(direction="note").text
    working.answer_case(main, text="Korjattu.", by=agents["helsinki"], at=timezone.now(), then="resolved")
    client.post(page, {"text": "Se on yhä siinä.", "key": "k2"})
    main.refresh_from_db()
    case.refresh_from_db()
    assert (main.state, case.state) == ("open", "duplicate")
    assert main.events.filter(kind="reopened").exists()
    long_ago = timezone.now() - timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(opened_at=long_ago, settled_at=long_ago)
    Case.objects.filter(pk=main.pk).update(
        state="closed", opened_at=long_ago, settled_at=long_ago, first_answer_at=long_ago
    )
    client.post(page, {"text": "Taas se on siinä.", "key": "k3"})
    assert Case.objects.exclude(pk__in=[case.pk, main.pk]).get().messages.filter(text="Taas se on siinä.").exists()


@pytest.mark.parametrize("part", ["", "reach/", "export", "erase/", "reply/", "rate/"])
def test_another_secret_opens_nothing(group, client, now, part):
    mine, theirs = made(at=now), made(at=now)
    wrong = path_of(mine, "en").replace(mine.number, theirs.number)
    assert client.post(f"{wrong}{part}").status_code in {404, 405}
    assert client.get(f"{wrong}{part}").status_code in {404, 405}
    assert Message.objects.count() == 2


def test_cases_written_with_ones_own_address_are_brought_to_ones_account(group, client):
    person = PersonFactory(email="aino@example.org")
    EmailAddress.objects.create(user=person, email="Aino@example.org", verified=True, primary=True)
    EmailAddress.objects.create(user=person, email="bo@example.org", verified=False)
    own = made("Oma asia.")
    made("Bon asia.", sender=Sender(email="bo@example.org", preference="email"))
    beside = made("Puhelimella.", sender=Sender(email="aino@example.org", phone="+358401234567", preference="call"))
    (part,) = (one for one in PARTS.personal if one.key == "cases")
    assert part.export(person) == []
    client.force_login(person)
    assert "/me/cases/claim/" in client.get("/fi/me/").content.decode()
    for _twice in range(2):
        client.post("/fi/me/cases/claim/")
    shown = client.get("/fi/me/").content.decode()
    assert own.number in shown and beside.number not in shown
    assert "/me/cases/claim/" not in shown
    assert [row["number"] for row in part.export(person)] == [own.number]
    part.erase(person, timezone.now())
    own.refresh_from_db()
    assert own.erasure_asked_at is not None
    assert Entry.objects.filter(verb="claim_contacts", actor=person).count() == 1
