"""Roles are given by who may give them: on the page, on the command line; never more than one's own."""

import argparse
import json

import pytest
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.cities.actions import LastAdministrator, give_role, may_give, take_role
from kuutio.cities.people import Person, Role
from kuutio.config.commands import role as command
from kuutio.core.problems import Invalid, NotAllowed, NotFound
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def helsinki():
    return OrganisationFactory()


@pytest.fixture
def admin(helsinki):
    person = PersonFactory()
    Role.objects.create(person=person, organisation=helsinki, role="admin")
    return person


def roles(person):
    return set(person.roles.values_list("organisation__slug", "role"))


def test_an_administrator_gives_and_takes_a_role_and_both_leave_a_line(helsinki, admin):
    person = PersonFactory()
    for _twice in range(2):
        give_role(person, helsinki, "publisher", by=admin, at=timezone.now())
    assert roles(person) == {("helsinki", "publisher")}
    assert take_role(person, helsinki, "publisher", by=admin, at=timezone.now()) is True
    assert take_role(person, helsinki, "publisher", by=admin, at=timezone.now()) is False
    assert roles(person) == set()
    lines = Entry.objects.filter(thing=f"person:{person.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(lines) == ["give_role", "take_role"]


def test_nobody_gives_more_than_they_may(helsinki, admin):
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    company = OrganisationFactory(slug="company", kind="company")
    Role.objects.create(person=admin, organisation=company, role="admin")
    person, operator = PersonFactory(), PersonFactory(is_superuser=True)
    refused = [(helsinki, "office"), (helsinki, "auditor"), (espoo, "publisher"), (company, "agent")]
    for organisation, role in refused:
        assert not may_give(admin, organisation, role)
        with pytest.raises(NotAllowed):
            give_role(person, organisation, role, by=admin, at=timezone.now())
        give_role(person, organisation, role, by=operator, at=timezone.now())
        with pytest.raises(NotAllowed):
            take_role(person, organisation, role, by=admin, at=timezone.now())
    publisher = PersonFactory(publisher_of=[helsinki])
    with pytest.raises(NotAllowed):
        give_role(publisher, helsinki, "admin", by=publisher, at=timezone.now())
    with pytest.raises(Invalid):
        give_role(person, helsinki, "king", by=operator, at=timezone.now())
    with pytest.raises(Invalid):
        give_role(PersonFactory(is_active=False), helsinki, "publisher", by=operator, at=timezone.now())


def test_the_last_administrator_stays(helsinki, admin):
    with pytest.raises(LastAdministrator):
        take_role(admin, helsinki, "admin", by=admin, at=timezone.now())
    give_role(PersonFactory(), helsinki, "admin", by=admin, at=timezone.now())
    assert take_role(admin, helsinki, "admin", by=admin, at=timezone.now())


def test_the_page_gives_and_takes(client, helsinki, admin):
    person = PersonFactory(email="aino@example.org")
    client.force_login(admin)
    address = "/en/work/roles/helsinki/"
    assert client.get("/en/work/roles/").context["organisations"].count() == 1
    assert "/en/work/roles/" in client.get("/en/work/").content.decode()
    offered = {name for name, _label in client.get(address).context["form"].fields["role"].choices}
    assert offered == {"publisher", "agent", "reviewer", "admin"}
    assert client.post(address, {"email": "Aino@Example.org", "role": "publisher"}).status_code == 302
    assert roles(person) == {("helsinki", "publisher")}
    assert client.post(address, {"email": "aino@example.org", "role": "office"}).status_code == 422
    assert client.post(address, {"email": "nobody@example.org", "role": "publisher"}).status_code == 422
    held = person.roles.get()
    assert client.post(address, {"take": str(held.pk)}).status_code == 302
    assert roles(person) == set()
    assert client.post(address, {"take": str(held.pk)}).status_code == 404
    mine = admin.roles.get()
    refused = client.post(address, {"take": str(mine.pk)})
    assert refused.status_code == 422 and refused.context["problem"]


@pytest.mark.parametrize("number", ["", "x", "9" * 5000, "-1", "٣"])
def test_a_role_that_is_none_is_not_taken(client, helsinki, admin, number):
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/en/work/roles/{helsinki.slug}/", {"take": number}).status_code == 404
    assert Role.objects.filter(person=admin, organisation=helsinki).exists()


def test_another_organisations_page_is_not_there(client, helsinki, admin):
    espoo = OrganisationFactory(city=CityFactory(code="espoo"))
    theirs = Role.objects.create(person=PersonFactory(), organisation=espoo, role="publisher")
    client.force_login(admin)
    assert client.get("/en/work/roles/espoo/").status_code == 404
    assert client.post("/en/work/roles/espoo/", {"take": str(theirs.pk)}).status_code == 404
    assert client.post("/en/work/roles/helsinki/", {"take": str(theirs.pk)}).status_code == 404
    assert Role.objects.filter(pk=theirs.pk).exists()
    client.force_login(PersonFactory(publisher_of=[helsinki]))
    assert client.get("/en/work/roles/").status_code == 404


def run(capsys, *words):
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    code = command.run(parser.parse_args(words))
    return code, json.loads(capsys.readouterr().out)


def test_the_command_line_names_the_first_administrator(capsys, helsinki):
    person = PersonFactory(email="aino@example.org")
    code, told = run(capsys, "give", "Aino@example.org", "admin", "helsinki")
    assert (code, told["roles"]) == (0, [{"organisation": "helsinki", "role": "admin"}])
    PersonFactory(is_superuser=True)
    assert run(capsys, "take", "aino@example.org", "admin", "helsinki")[0] == 0
    assert run(capsys, "take", "aino@example.org", "admin", "helsinki")[0] == 1
    assert not Person.objects.get(pk=person.pk).roles.exists()
    with pytest.raises(NotFound):
        run(capsys, "give", "nobody@example.org", "admin", "helsinki")
    with pytest.raises(NotFound):
        run(capsys, "give", "aino@example.org", "admin", "nowhere")
    with pytest.raises(SystemExit):
        run(capsys, "give", "aino@example.org", "king", "helsinki")
