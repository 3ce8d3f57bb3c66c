"""What the tests of solutions, test users, concepts, learnings and matching stand on."""

import uuid
from datetime import UTC, datetime, timedelta

from kuutio.innovation.actions import solutions, test_users
from kuutio.innovation.actions.solutions import Needed, Told
from kuutio.innovation.actions.test_users import Volunteer
from kuutio.innovation.models import Consent
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def three(text):
    """The same text in each language, told apart by its code."""
    return {code: f"{text} ({code})" for code in ("fi", "sv", "en")}


def officer(code):
    """An officer of a city."""
    city = CityFactory(code=code)
    OrganisationFactory(city=city)
    return PersonFactory(publisher_of=[city.organisations.get(kind="city")])


def solution_of(*needs, by=None, at=NOON, title="Penkkikartta", publish=True, **told):
    """A solution that was told of, and published unless told otherwise."""
    told = {
        "title": three(title),
        "text": three("Näyttää lähimmän penkin"),
        "maker": "Esimerkki Oy",
        "maker_kind": "company",
        "home_page": "https://example.org/penkit",
        "themes": ["wellbeing"],
        **told,
    }
    row = solutions.submit_solution(
        Told(needs=needs, **told), key=uuid.uuid4(), contact="maker@example.org", by=by, at=at
    )
    return solutions.publish_solution(row, by=None, at=at) if publish else row


def needed(name, *fields, most_days=None):
    return Needed({name: fields}, most_days)


def consent(at=NOON):
    return Consent.objects.first() or test_users.publish_consent(three("Suostun"), by=None, at=at)


def volunteers(count, *, city="oulu", age_band="65-74", languages=("fi",), trained_in=(), at=NOON):
    """So many test users alike."""
    CityFactory(code=city)
    version = consent(at).version
    made = []
    for _each in range(count):
        person = PersonFactory()
        test_users.volunteer(Volunteer(city, age_band, languages, trained_in), consent=version, by=person, at=at)
        made.append(person)
    return made
