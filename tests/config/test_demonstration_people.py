"""The demonstration's people: only where nobody is, with passwords of their own."""

import pytest

from kuutio.cities.models import City, Person
from kuutio.config import demonstration, installation
from tests.factories import CityFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("somebody", [PersonFactory, CityFactory])
def test_nobody_is_made_up_where_somebody_is(somebody, tmp_path):
    somebody()
    before = (Person.objects.count(), City.objects.count())
    installation.demonstrate_people(tmp_path)
    assert (Person.objects.count(), City.objects.count()) == before
    assert demonstration.sign_ins(tmp_path) == []


def test_each_has_a_password_of_this_installation_alone(tmp_path):
    installation.demonstrate_people(tmp_path)
    people = demonstration.sign_ins(tmp_path)
    assert {f"{name}@example.org" for name in ("resident", "publisher-oulu", "agent-turku", "office", "admin")} <= {
        person["email"] for person in people
    }
    passwords = [person["password"] for person in people]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 12
    assert Person.objects.get(email=people[0]["email"]).check_password(passwords[0])
    installation.demonstrate_people(tmp_path)
    assert demonstration.sign_ins(tmp_path) == people
    assert Person.objects.count() == len(people)
