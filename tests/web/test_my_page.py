"""A person's own pages: profile, keys shown once, a copy of their data, and the way out."""

import json
import re

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from kuutio.audit.models import Entry
from kuutio.cities import keys
from kuutio.cities.actions import LastAdministrator, change_profile, erase_person
from kuutio.cities.models import ApiKey, Person, Role
from kuutio.core.parts import MinePart, Parts, Personal, WorkPart
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.web import gathered
from tests.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    """Somebody who signs in by code, so that no page asks for a password again."""
    person = PersonFactory(language="fi", password=make_password(None))
    client.force_login(person)
    return person


def test_my_page_asks_for_a_sign_in_and_comes_back(client):
    response = client.get("/fi/me/")
    assertRedirects(response, "/fi/account/login/?next=/fi/me/", fetch_redirect_response=False)


def test_my_page_says_when_nothing_is_under_way(client, person):
    response = client.get("/en/me/")
    assertContains(response, "Nothing of yours is under way")
    assertNotContains(response, "Your roles")
    assert "no-store" in response["Cache-Control"]


def test_my_page_shows_the_domains_parts_and_the_roles(client, person, monkeypatch):
    Role.objects.create(person=person, organisation=OrganisationFactory(), role="publisher")
    part = MinePart(key="x", title="My things", template="web/front/question.html", context=lambda request: {})
    empty = MinePart(key="y", title="My nothing", template="web/front/question.html", context=lambda request: None)
    monkeypatch.setattr(gathered, "_parts", Parts(mine=(part, empty)))
    response = client.get("/en/me/")
    assertContains(response, "My things")
    assertNotContains(response, "My nothing")
    assertContains(response, "Publisher of data")
    assertContains(response, "To the workspace")


def test_a_profile_change_turns_the_page_to_the_new_language(client, person):
    response = client.post("/fi/me/profile/", {"name": " Aada ", "language": "sv"})
    assertRedirects(response, "/sv/me/")
    person.refresh_from_db()
    assert (person.name, person.language) == ("Aada", "sv")
    assert Entry.objects.get(verb="change_profile").actor_id == person.pk
    assertContains(client.get("/sv/me/"), "Aada")


def test_a_profile_with_an_unknown_language_is_refused(client, person):
    response = client.post("/fi/me/profile/", {"name": "Aada", "language": "de"})
    assert response.status_code == 422
    assertContains(response, "data-error-summary", status_code=422)
    person.refresh_from_db()
    assert person.language == "fi"
    with pytest.raises(Invalid):
        change_profile(person, name="x", language="de", by=person, at=timezone.now())
    with pytest.raises(NotAllowed):
        change_profile(person, name="x", language="fi", by=PersonFactory(), at=timezone.now())


def test_a_key_is_shown_once_and_works_until_it_is_revoked(client, person):
    response = client.post("/en/me/keys/", {"name": "nightly", "scopes": ["publish"]})
    key = re.search(r"kuutio_[\w-]{40,}", response.content.decode())[0]
    assert keys.key_of(key, at=timezone.now()).person == person
    assert "no-store" in response["Cache-Control"]
    again = client.get("/en/me/keys/")
    assertContains(again, "nightly")
    assertNotContains(again, key)
    row = ApiKey.objects.get()
    assertContains(client.get(f"/en/me/keys/{row.pk}/revoke/"), "Revoke the key nightly?")
    assertRedirects(client.post(f"/en/me/keys/{row.pk}/revoke/"), "/en/me/keys/")
    assert keys.key_of(key, at=timezone.now()) is None
    assertContains(client.get("/en/me/keys/"), "1 key that no longer works")


@pytest.mark.parametrize(
    "data", [{"name": "", "scopes": ["publish"]}, {"name": "x"}, {"name": "x", "scopes": ["admin"]}]
)
def test_a_key_without_a_name_or_a_known_scope_is_refused(client, person, data):
    assert client.post("/en/me/keys/", data).status_code == 422
    assert not ApiKey.objects.exists()


def test_another_s_key_is_not_found(client, person):
    row, _key = keys.issue_api_key(other := PersonFactory(), name="x", scopes=["read"], by=other, at=timezone.now())
    assert client.get(f"/en/me/keys/{row.pk}/revoke/").status_code == 404
    assert client.post(f"/en/me/keys/{row.pk}/revoke/").status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


def test_the_export_holds_what_the_domains_keep_and_no_secret(client, person):
    key_row, key = keys.issue_api_key(person, name="mine", scopes=["read"], by=person, at=timezone.now())
    response = client.get("/fi/me/data/export/")
    assert response["Content-Disposition"] == 'attachment; filename="kuutio-my-data.json"'
    body = json.loads(response.content)
    assert body["account"]["email"] == person.email
    assert body["account"]["api_keys"][0]["name"] == "mine"
    assert [act["verb"] for act in body["acts"]] == ["issue_api_key"]
    assert key not in response.content.decode()
    assert key_row.digest not in response.content.decode()
    assert person.password not in response.content.decode()


def test_erasing_takes_the_account_and_leaves_nameless_audit_lines(client, person, monkeypatch):
    keys.issue_api_key(person, name="mine", scopes=["read"], by=person, at=timezone.now())
    told = []
    personal = (Personal(key="domain", export=lambda who: {}, erase=lambda who, at: told.append(who.pk)),)
    monkeypatch.setattr(gathered, "_parts", Parts(personal=personal))
    pk = person.pk
    assert client.post("/en/me/erase/", {}).status_code == 422
    assert Person.objects.filter(pk=pk).exists()
    response = client.post("/en/me/erase/", {"sure": "on"}, follow=True)
    assertContains(response, "Your account is erased")
    assert not Person.objects.filter(pk=pk).exists()
    assert not ApiKey.objects.exists()
    assert told == [pk]
    assert set(Entry.objects.values_list("verb", "actor")) == {("issue_api_key", None), ("erase_person", None)}
    assert client.get("/en/me/").status_code == 302


def test_erasing_asks_who_you_are_when_you_have_a_password(client):
    person = PersonFactory()
    person.set_password("a long enough password")
    person.save()
    client.force_login(person)
    response = client.post("/en/me/erase/", {"sure": "on"})
    assert response["Location"].startswith("/en/account/reauthenticate/")
    assert Person.objects.filter(pk=person.pk).exists()


def test_a_failing_domain_keeps_the_account_whole(person):
    def broken(who, at):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        erase_person(person, (Personal(key="d", export=dict, erase=broken),), by=person, at=timezone.now())
    assert Person.objects.filter(pk=person.pk).exists()


def test_the_last_administrator_stays(client, person):
    Role.objects.create(person=person, organisation=OrganisationFactory(), role="admin")
    with pytest.raises(LastAdministrator):
        erase_person(person, (), by=person, at=timezone.now())
    assertContains(client.post("/en/me/erase/", {"sure": "on"}), "You are the last administrator", status_code=422)
    other = PersonFactory(is_superuser=True)
    erase_person(person, (), by=person, at=timezone.now())
    assert list(Person.objects.all()) == [other]


def test_nobody_erases_another(person):
    with pytest.raises(NotAllowed):
        erase_person(person, (), by=PersonFactory(), at=timezone.now())


def test_the_workspace_is_for_those_with_a_role(client, person, monkeypatch):
    assert client.get("/en/work/").status_code == 403
    assertContains(client.get("/en/work/"), "The workspace is for people who work", status_code=403)
    Role.objects.create(person=person, organisation=OrganisationFactory(), role="agent")
    asked = []
    parts = (
        WorkPart("a", "For agents", "web/front/question.html", lambda request: {}, lambda who: who.has_role("agent")),
        WorkPart("p", "For publishers", "web/front/question.html", asked.append, lambda who: who.has_role("publisher")),
    )
    monkeypatch.setattr(gathered, "_parts", Parts(work=parts))
    response = client.get("/en/work/")
    assertContains(response, "For agents")
    assertNotContains(response, "For publishers")
    assert asked == []
    monkeypatch.setattr(gathered, "_parts", Parts())
    assertContains(client.get("/en/work/"), "Nothing waits for you")
