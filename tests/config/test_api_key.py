"""`./kuutio api-key`: a key for a program, from the command line."""

import argparse
import json

import pytest
from django.utils import timezone

from kuutio.cities.keys import key_of
from kuutio.cities.people import Person
from kuutio.config.commands import api_key
from kuutio.core.problems import NotFound
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def run(capsys, *words):
    parser = argparse.ArgumentParser()
    api_key.arguments(parser)
    api_key.run(parser.parse_args(words))
    return json.loads(capsys.readouterr().out)


def test_a_key_is_shown_once_and_works(capsys):
    told = run(capsys, "Street app", "--scope", "open311")
    key = key_of(told["key"], at=timezone.now())
    assert key is not None
    assert (key.name, key.scopes) == ("Street app", ["open311"])
    assert not key.person.has_usable_password()
    assert not key.person.roles.exists()
    again = run(capsys, "Another", "--scope", "open311", "--scope", "read")
    assert again["key"] != told["key"]
    assert again["scopes"] == ["open311", "read"]
    assert Person.objects.filter(email=api_key.SYSTEM).count() == 1


def test_a_key_may_be_somebodys_own(capsys):
    person = PersonFactory()
    told = run(capsys, "Mine", "--scope", "publish", "--person", person.email.upper())
    assert key_of(told["key"], at=timezone.now()).person == person
    with pytest.raises(NotFound):
        run(capsys, "Mine", "--scope", "read", "--person", "nobody@example.org")


def test_an_unknown_scope_is_a_wrong_use(capsys):
    with pytest.raises(SystemExit):
        run(capsys, "x", "--scope", "everything")
