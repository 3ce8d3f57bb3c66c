"""Me too: who follows instead of reporting again hears what is public, and nothing of what others write to each other."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kuutio.contact import nearby
from kuutio.contact.actions import residents, summaries, telling, telling_followers, working
from kuutio.contact.actions.passing_time import look_at_the_clock, sweep_drafts
from kuutio.contact.channels import stopping
from kuutio.contact.files import bytes_of, keep_picture
from kuutio.contact.incoming import Sender
from kuutio.contact.links import follow_path, path_of
from kuutio.contact.models import Case, Contact, Draft, Event, Participant
from kuutio.core.problems import Invalid
from tests.contact.mails import come, written
from tests.contact.making import HELSINKI
from tests.contact.making import case as made
from tests.contact.pictures import jpeg
from tests.contact.test_placing import begun, details, photo, said
from tests.contact.test_telling import later
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(group, agents):
    """Somebody's case of the day, with a public summary."""
    now = timezone.now()
    case = made("Aino Esimerkki, Kotikatu 1: kuoppa.", at=now)
    summaries.publish_summary(case, text="A deep hole before the zebra crossing.", by=agents["helsinki"], at=now)
    case.refresh_from_db()
    return case


def at_details(client: Client) -> str:
    where = begun(client)
    said(client, where, lon=HELSINKI.lon, lat=HELSINKI.lat + 0.0002, source="map")
    return where.replace("/where/", "/details/")


def told(job: str = "") -> None:
    """What the worker does next."""
    for row in Participant.objects.filter(kind="follower"):
        telling_followers.welcome(row.pk)
    for event in Event.objects.filter(kind="state", facts__to="resolved"):
        telling_followers.tell_of(event.pk)


def follows(case, email: str = "bo@example.org") -> Participant:
    """Somebody who follows a case, and has said so by the link of their mail."""
    follower = residents.follow_case(case, Sender(email=email), language="sv", at=later(1))
    residents.confirm_following(follower, at=later(1))
    follower.contact.refresh_from_db()
    return follower


def test_a_case_near_by_is_shown_with_all_that_is_public_and_nothing_else(
    theirs, client, django_assert_max_num_queries
):
    follows(theirs)
    for _more in range(4):
        made(at=theirs.opened_at)
    page = at_details(client)
    with django_assert_max_num_queries(20):
        content = client.get(page).content.decode()
    assert "A deep hole before the zebra crossing." in content
    assert theirs.number in content
    assert "1 follows it" in content
    assert re.search(r"about \d0 m away", content)
    assert "Aino" not in content
    assert "Kotikatu" not in content
    assert content.count("Me too") == 6  # five cases, and the words above them


def test_the_distance_tells_a_square_and_no_home(theirs, client):
    place = Case.objects.get(pk=theirs.pk)
    place.lon += 0.0001  # five metres, in the same square
    before = re.findall(r"about \d+ m away", client.get(at_details(client)).content.decode())
    place.save(update_fields=["lon"])
    assert re.findall(r"about \d+ m away", client.get(at_details(client)).content.decode()) == before


def test_without_an_account_an_address_is_enough_and_its_link_goes_there_alone(theirs, client, jobs):
    page = at_details(client)
    details(client, page, photo=photo(None), more="1")
    follow = page.replace("/details/", "/follow/")
    assert client.post(follow, {"number": theirs.number, "email": "no address"}).status_code == 422
    for _twice in range(2):
        answer = client.post(follow, {"number": theirs.number, "email": "Bo@Example.org"}, follow=True)
        assert b"Check your e-mail" in answer.content
    follower = Participant.objects.get(kind="follower")
    assert follower.contact.email == "bo@example.org"
    assert follow_path(follower.contact).split("/")[-2].encode() not in answer.content
    draft = Draft.objects.get()
    assert (list(draft.files.all()), draft.fields.get("text")) == ([], None)
    assert client.get(page).url.endswith("/followed/")
    assert Case.objects.count() == 1
    assert jobs().count("welcome_follower") == 1
    told()
    told()
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.envelope_sender == ""
    assert theirs.number in letter.body
    (link,) = re.findall(r"https?://[^/]+(/\S+)", letter.body)
    shown = client.get(link)
    assert b"A deep hole" in shown.content
    # Nobody follows before they have said so by the link that went to their address alone.
    assert nearby.follower_count(theirs) == 0
    event = Event.objects.create(
        case=theirs, kind="state", at=timezone.now() + timedelta(hours=1), facts={"to": "resolved"}
    )
    telling_followers.tell_of(event.pk)
    assert len(mail.outbox) == 1
    assert b"Stop following" in client.post(link, {"act": "confirm"}, follow=True).content
    assert nearby.follower_count(theirs) == 1
    telling_followers.tell_of(event.pk)
    assert len(mail.outbox) == 2
    assert b"Aino" not in shown.content
    assert path_of(theirs, "en").encode() not in shown.content
    assert client.get(link.replace(link[-6:-1], "aaaaa")).status_code == 404
    client.post(link)
    assert not Contact.objects.filter(email="bo@example.org").exists()
    assert client.get(link).status_code == 404


def test_signed_in_it_is_one_press_and_my_page_leads_to_what_is_public(theirs, client):
    person = PersonFactory(name="Bo", email="bo@example.org")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = at_details(client)
    assert b'name="email"' not in client.get(page).content
    answer = client.post(page.replace("/details/", "/follow/"), {"number": theirs.number}, follow=True)
    assert b"A case that you follow" in answer.content
    mine = client.get("/en/me/").content.decode()
    assert path_of(theirs, "en") not in mine
    assert follow_path(Contact.objects.get(person=person), "en") in mine
    copy = client.get("/en/me/data/export/").content.decode()
    assert theirs.number in copy
    assert "Aino" not in copy


def test_followers_are_told_that_it_is_done_and_never_what_was_answered(theirs, agents, jobs):
    follows(theirs)
    message = working.answer_case(
        theirs, text="Hei Aino, paikattu.", by=agents["helsinki"], at=theirs.opened_at, then="resolved"
    )
    assert "tell_followers" in jobs()
    telling.deliver(message.pk)
    told()
    told()
    to_bo = [letter for letter in mail.outbox if letter.to == ["bo@example.org"]]
    assert len(to_bo) == 2
    assert not any("Aino" in letter.body for letter in to_bo)
    assert "Läget är nu" in "".join(letter.body for letter in to_bo)
    assert "A deep hole" in "".join(letter.body for letter in to_bo)


def test_an_address_that_says_nothing_within_a_week_is_forgotten(theirs):
    follows(theirs)
    residents.follow_case(theirs, Sender(email="who@example.org"), language="fi", at=later(1))
    look_at_the_clock(later(1 + 6 * 24))
    assert Contact.objects.filter(email="who@example.org").exists()
    look_at_the_clock(later(2 + 7 * 24))
    assert not Contact.objects.filter(email="who@example.org").exists()
    assert nearby.follower_count(theirs) == 1


def test_a_follower_who_writes_by_mail_opens_no_thread(theirs):
    residents.follow_case(theirs, Sender(email="bo@posti.example"), language="sv", at=later(1))
    raw = come(
        written(subject=f"Re: {theirs.number}", sender="Bo <bo@posti.example>", Authentication_Results="mx; dkim=pass"),
        sender="bo@posti.example",
    )
    assert raw.message is None or raw.message.case != theirs


@pytest.mark.parametrize("number", ["", "KU-0000-0000", "\0", "x" * 5000])
def test_what_is_no_case_is_not_found(group, client, number):
    page = at_details(client)
    answer = client.post(page.replace("/details/", "/follow/"), {"number": number, "email": "bo@example.org"})
    assert answer.status_code == 404


def test_cases_that_are_not_public_are_not_followed(group, client):
    hidden = made(category="day-care", chosen="helsinki")
    page = at_details(client)
    sent = {"number": hidden.number, "email": "bo@example.org"}
    assert client.post(page.replace("/details/", "/follow/"), sent).status_code == 404
    with pytest.raises(Invalid):
        residents.follow_case(hidden, Sender(email="bo@example.org"), language="fi", at=later(1))


def test_nobody_floods_anothers_mailbox(group):
    for _each in range(residents.MOST_FOLLOWED_A_DAY):
        residents.follow_case(made(), Sender(email="bo@example.org"), language="fi", at=later(1))
    with pytest.raises(Invalid, match="huomenna"):
        residents.follow_case(made(), Sender(email="bo@example.org"), language="fi", at=later(2))
    assert residents.follow_case(made(), Sender(email="bo@example.org"), language="fi", at=later(30))


def test_officers_see_how_many_follow_and_not_who(theirs, agents, client):
    follows(theirs)
    client.force_login(agents["helsinki"], backend="django.contrib.auth.backends.ModelBackend")
    content = client.get(f"/en/work/cases/{theirs.number}/").content
    assert b"<dt>Followers</dt><dd>1</dd>" in content
    assert b"bo@example.org" not in content


def test_photos_of_a_sent_notice_outlive_its_draft(group, client):
    where = begun(client)
    said(client, where, city="helsinki", address="Mannerheimintie 5")
    details(client, where, photo=photo(None))
    client.post(where.replace("/where/", "/send/"), {"preference": "none"})
    path = Case.objects.get().messages.get().attachments.get().path
    old = Draft.objects.create(fields={}, changed_at=timezone.now())
    kept = keep_picture(jpeg(), "a.jpg").file
    for shared in (path, kept.path):  # as notices were left behind before
        old.files.create(name="a", type=kept.type, size=1, sha256=kept.sha256, path=shared)
    assert sweep_drafts(timezone.now() + timedelta(days=8)) == 2
    assert bytes_of(path)
    with pytest.raises(FileNotFoundError):
        bytes_of(kept.path)


def test_who_has_only_a_telephone_follows_by_text_messages(theirs, client, settings, tmp_path, jobs):
    page = at_details(client)
    details(client, page, photo=photo(None), more="1")
    follow = page.replace("/details/", "/follow/")
    number = {"number": theirs.number, "phone": "040 765 4321"}
    assert client.post(follow, {"number": theirs.number}).status_code == 422
    assert client.post(follow, number).status_code == 422, "nobody sends text messages here"
    settings.DEMO, settings.OUTBOX = True, tmp_path
    for _twice in range(2):
        answer = client.post(follow, number, follow=True)
        assert b"Check your text messages" in answer.content
    follower = Participant.objects.get(kind="follower")
    assert (follower.contact.phone, follower.contact.email) == ("+358407654321", "")
    for _twice in range(2):
        told()
    (text,) = tmp_path.glob("*.sms")
    letter = message_from_bytes(text.read_bytes(), policy=default)
    assert letter["To"] == "+358407654321"
    (link,) = re.findall(r"https?://[^/]+(/\S+)", letter.get_content())
    assert b"by text message" in client.get(link).content
    client.post(link, {"act": "confirm"})
    event = Event.objects.create(
        case=theirs, kind="state", at=timezone.now() + timedelta(hours=1), facts={"to": "resolved"}
    )
    for _twice in range(2):
        telling_followers.tell_of(event.pk)
    assert len(list(tmp_path.glob("*.sms"))) == 2
    assert not mail.outbox
    stopping.stop("sms", "+358407654321", timezone.now())
    later_event = Event.objects.create(
        case=theirs, kind="state", at=timezone.now() + timedelta(hours=2), facts={"to": "open"}
    )
    telling_followers.tell_of(later_event.pk)
    assert len(list(tmp_path.glob("*.sms"))) == 2
