"""Test users: who they are is known to nobody but themselves, and when they leave everything goes with them."""

import re
import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.innovation import letters_more, personal_more
from kuutio.innovation.actions import concepts, test_users
from kuutio.innovation.actions.test_users import Criteria, Volunteer
from kuutio.innovation.evidence import EVIDENCE
from kuutio.innovation.models import Invitation, TestFeedback, TestRound, TestUser
from kuutio.innovation.public_more import tables
from tests.factories import CityFactory, PersonFactory
from tests.innovation.more import DAY, NOON, consent, officer, three, volunteers

pytestmark = pytest.mark.django_db
EVERYBODY = Criteria()


@pytest.fixture
def version():
    """The first version of a concept of Oulu."""
    CityFactory(code="oulu")
    concept = concepts.begin_concept(
        CityFactory(code="oulu"), title=three("Apuri"), summary=three("Apu"), themes=["wellbeing"], by=None, at=NOON
    )
    words = concepts.Written("Ikäihmisille", "Kertoo lähimmän penkin")
    return concepts.write_version(concept, words, language="fi", based_on=0, key=uuid.uuid4(), by=None, at=NOON)


def invite(version, criteria=EVERYBODY, wanted=20, by=None, at=NOON, key=None):
    return test_users.invite(
        version,
        city=version.concept.city,
        title=three("Kokeile apuria"),
        text=three("Kirjastossa, tunti"),
        criteria=criteria,
        wanted=wanted,
        closes_at=at + 10 * DAY,
        key=key or uuid.uuid4(),
        by=by,
        at=at,
    )


def answer_all(made, people, grade=4):
    for number, person in enumerate(people):
        row = Invitation.objects.get(round=made, test_user__person=person)
        test_users.answer_invitation(row, accepts=True, by=person, at=NOON)
        test_users.give_feedback(
            row, grade=grade, would_use=number > 0, text=f"Sana {number}", spoken="fi", by=person, at=NOON
        )


def test_no_table_but_one_leads_from_a_test_user_to_a_person():
    person = settings.AUTH_USER_MODEL
    leads = {
        (model.__name__, field.name)
        for model in apps.get_app_config("innovation").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is TestUser
    }
    assert leads == {("Invitation", "test_user")}
    of_test_users = {model: apps.get_model("innovation", model) for model in ("Invitation", "TestFeedback", "TestUser")}
    to_people = {
        (name, field.name)
        for name, model in of_test_users.items()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.label == person
    }
    assert to_people == {("TestUser", "person")}
    published = {field.name for table in tables() for field in table.fields}
    assert not published & {"person", "test_user", "age_band", "email"}


def test_an_officer_sees_numbers_in_fives_and_nobody_below_five(version, client):
    people = volunteers(7) + volunteers(4, city="oulu", age_band="18-29") + volunteers(3, city="helsinki")
    assert {row["city"].pk: row["count"] for row in test_users.pool()} == {"oulu": 10, "helsinki": 0}
    with pytest.raises(Invalid):
        invite(version, Criteria(age_bands=["18-29"]))
    made = invite(version, Criteria(cities=["oulu"], age_bands=["65-74"]), by=officer("oulu"))
    assert test_users.numbers_of([made]) == {made.pk: {"invited": 5, "taking_part": 0, "answered": 0}}
    assert made.invitations.count() == 7
    client.force_login(officer("oulu"))
    pages = "".join(
        client.get(path).content.decode()
        for path in (
            "/fi/work/innovation/test-users/",
            f"/fi/work/innovation/test-users/rounds/{made.uuid}/",
            f"/fi/innovation/concepts/{version.concept.slug}/",
            "/fi/work/",
            "/fi/innovation/test-users/",
        )
    )
    assert not [person.email for person in people if person.email in pages]
    assert not [str(row.uuid) for row in made.invitations.all() if str(row.uuid) in pages]
    assert "alle 5" in pages


def test_no_door_of_innovation_shows_an_invitation_to_another(version, client):
    people = volunteers(6)
    made = invite(version)
    row = Invitation.objects.get(round=made, test_user__person=people[0])
    for who in (officer("oulu"), people[1], PersonFactory(is_superuser=True)):
        client.force_login(who)
        assert client.get(f"/fi/innovation/test-users/invitations/{row.uuid}/").status_code == 404
        assert client.post(f"/fi/innovation/test-users/invitations/{row.uuid}/answer/").status_code == 404
        assert client.post(f"/fi/innovation/test-users/invitations/{row.uuid}/feedback/").status_code == 404
    with pytest.raises(NotAllowed):
        test_users.answer_invitation(row, accepts=True, by=people[1], at=NOON)


def test_what_was_said_is_shown_from_five_answers_on_and_in_no_order_of_time(version):
    people = volunteers(6)
    made = invite(version)
    answer_all(made, people[:4])
    assert test_users.summary(made, with_words=True) is None
    answer_all(made, people[4:])
    heard = test_users.summary(made, with_words=True)
    assert (heard["count"], heard["grade"]) == (5, 4)
    assert heard["texts"] == sorted(heard["texts"])


def test_what_test_users_wrote_is_read_by_those_who_develop_it_and_by_nobody_else(version, client):
    people = volunteers(6)
    answer_all(invite(version), people)
    developer, concept = PersonFactory(), version.concept
    concepts.invite_developer(
        concept, email=developer.email, role="company", organisation="Esimerkki Oy", by=None, at=NOON
    )
    page = f"/fi/innovation/concepts/{concept.slug}/"
    for who, reads in (
        (None, False),
        (PersonFactory(), False),
        (officer("turku"), False),
        (developer, False),  # invited, not joined yet
        (officer("oulu"), True),
    ):
        reader = client if who is None else Client()
        if who is not None:
            reader.force_login(who)
        shown = reader.get(page).content.decode()
        assert "4,0" in shown  # the mean grade is everybody's
        assert ("Sana 1" in shown) is reads, who
    concepts.join_concept(concept, by=developer, at=NOON)
    reader = Client()
    reader.force_login(developer)
    assert "Sana 1" in reader.get(page).content.decode()


def test_the_officers_list_of_rounds_asks_as_little_for_many_as_for_one(version, client, django_assert_max_num_queries):
    volunteers(6)
    invite(version)
    client.force_login(officer("oulu"))
    client.get("/fi/work/innovation/test-users/")
    with django_assert_max_num_queries(40) as few:
        client.get("/fi/work/innovation/test-users/")
    for _each in range(5):
        invite(version)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/fi/work/innovation/test-users/")


def test_the_promises_tell_the_number_of_test_users_down_to_fives():
    row = next(one for one in EVIDENCE if one.key == "innovation-test-users")
    volunteers(4)
    assert row.find(NOON) is None
    volunteers(9)
    assert row.find(NOON).value == 10


def test_leaving_removes_everything_and_the_audit_names_nobody(version):
    people = volunteers(6)
    made = invite(version)
    answer_all(made, people)
    assert test_users.leave(by=people[0], at=NOON)
    assert not TestUser.objects.filter(person=people[0]).exists()
    assert (Invitation.objects.count(), TestFeedback.objects.count()) == (5, 5)
    verbs = {"volunteer", "leave_test_users", "answer_invitation", "give_test_feedback"}
    rows = Entry.objects.filter(verb__in=verbs)
    assert set(rows.values_list("verb", flat=True)) == verbs
    assert set(rows.values_list("actor_id", flat=True)) == {None}
    assert not test_users.leave(by=people[0], at=NOON)


def test_a_copy_of_one_s_own_data_holds_all_of_it_and_leaving_the_house_removes_it(version):
    people = volunteers(6)
    answer_all(invite(version), people)
    found = personal_more.exported(people[0])["test_user"]
    assert (found["age_band"], found["city"], found["consent_version"]) == ("65-74", "oulu", 1)
    assert found["invitations"][0]["feedback"]["text"] == "Sana 0"
    personal_more.erase(people[0], NOON)
    assert personal_more.exported(people[0])["test_user"] is None
    people[1].delete()
    assert TestUser.objects.count() == 4


def test_those_who_agreed_to_an_older_text_are_asked_before_they_are_invited(version):
    people = volunteers(6)
    test_users.publish_consent(three("Uusi teksti"), by=None, at=NOON)
    with pytest.raises(Invalid):
        invite(version)
    told = Volunteer("oulu", "65-74", ["fi"])
    with pytest.raises(Conflict):
        test_users.volunteer(told, consent=1, by=people[0], at=NOON)
    for person in people:
        test_users.volunteer(told, consent=2, by=person, at=NOON)
    assert invite(version).invitations.count() == 6
    with pytest.raises(Invalid):
        test_users.publish_consent({"fi": "Vain suomeksi"}, by=None, at=NOON)


def test_each_invited_gets_one_letter_and_who_has_left_gets_none(version):
    people = volunteers(6)
    made = invite(version, wanted=5)
    assert made.invitations.count() == 5
    rows = list(made.invitations.select_related("test_user__person"))
    test_users.leave(by=rows[0].test_user.person, at=NOON)
    for row in rows:
        letters_more.invite(row.pk, NOON)
        letters_more.invite(row.pk, NOON)
    assert len(mail.outbox) == 4
    assert {letter.to[0] for letter in mail.outbox} <= {person.email for person in people}
    assert all(len(letter.to) == 1 and not letter.cc and not letter.bcc for letter in mail.outbox)
    assert made.uuid.hex not in mail.outbox[0].body


def test_the_same_form_sent_twice_is_one_round_and_strangers_invite_nobody(version):
    volunteers(6)
    key = uuid.uuid4()
    assert invite(version, key=key).pk == invite(version, key=key).pk
    assert TestRound.objects.count() == 1
    for who in (PersonFactory(), officer("helsinki")):
        with pytest.raises(NotAllowed):
            invite(version, by=who)
    for wanted in (4, 0, 201):
        with pytest.raises(Invalid):
            invite(version, wanted=wanted)


def test_a_resident_joins_answers_and_leaves_through_the_pages(version, client):
    volunteers(5)
    person = PersonFactory()
    client.force_login(person)
    told = {"version": consent().version, "city": "oulu", "age_band": "75-", "languages": ["fi"]}
    assert client.post("/fi/innovation/test-users/join/", told).status_code == 422  # without consent
    assert client.post("/fi/innovation/test-users/join/", told | {"agrees": "on"}).status_code == 302
    from django.utils import timezone

    made = invite(version, at=timezone.now())
    row = Invitation.objects.get(round=made, test_user__person=person)
    page = f"/fi/innovation/test-users/invitations/{row.uuid}/"
    assert str(row.uuid) in client.get("/fi/me/").content.decode()
    client.post(f"{page}answer/", {"answer": "yes"})
    assert client.post(f"{page}feedback/", {"grade": "9"}).status_code == 422
    client.post(f"{page}feedback/", {"grade": "5", "would_use": "yes", "text": "Hyvä."})
    assert TestFeedback.objects.get(invitation=row).grade == 5
    client.post("/fi/innovation/test-users/leave/")
    assert client.get(page).status_code == 404
    assert "Ryhdy koekäyttäjäksi" in client.get("/fi/innovation/test-users/").content.decode()


def test_no_address_of_the_house_is_for_a_list_of_test_users():
    from tests.test_matrix import routes

    found = [route for route in routes(get_resolver()) if re.search("test.?user", route)]
    assert found
    assert not [route for route in found if re.search("export|csv|list|json", route)]
    assert Client().get("/fi/work/innovation/test-users/").status_code == 302
