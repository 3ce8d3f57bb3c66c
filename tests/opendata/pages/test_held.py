"""A held version: its publisher sees what was found and decides; nobody else hears of it."""

import pytest
from django.test import Client

from kuutio.opendata.models import Snapshot
from tests.factories import OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Snapshot:
    OrganisationFactory()
    bring("nimi;arvo\nA;1\n")
    bring("nimi;arvo\nA;131052-308T\nB;2\n")
    return Snapshot.objects.get(state="held")


@pytest.fixture
def officer(client: Client, held: Snapshot) -> Client:
    """The publisher, signed in."""
    person = PersonFactory(publisher_of=[held.distribution.dataset.publisher])
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(held: Snapshot) -> str:
    return f"/fi/data/helsinki-things/held/{held.pk}/"


def test_the_findings_are_shown_masked_with_both_decisions(officer: Client, held: Snapshot) -> None:
    page = officer.get(address(held)).content.decode()
    assert "henkilötunnuksia" in page and "131052-308T" not in page
    assert 'value="serve"' in page and 'value="refuse"' in page
    work = officer.get("/fi/work/").content.decode()
    assert address(held) in work and "131052" not in work


def test_nobody_else_hears_of_it(client: Client, held: Snapshot) -> None:
    assert client.get(address(held)).status_code == 302
    client.force_login(PersonFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(held)).status_code == 404
    assert client.post(address(held), {"decision": "serve", "reason": "x"}).status_code == 404
    assert Snapshot.objects.get(pk=held.pk).state == "held"


def test_without_a_reason_nothing_is_decided_and_the_choice_is_kept(officer: Client, held: Snapshot) -> None:
    answer = officer.post(address(held), {"decision": "serve", "reason": " "})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "data-error-summary" in page and "checked" in page
    assert Snapshot.objects.get(pk=held.pk).state == "held"


def test_a_published_one_is_served_and_its_reason_is_told_to_all(officer: Client, held: Snapshot) -> None:
    assert officer.post(address(held), {"decision": "serve", "reason": "Esimerkkitunnus."}).status_code == 302
    officer.logout()
    quality = officer.get("/fi/data/helsinki-things/quality/").content.decode()
    assert "Esimerkkitunnus." in quality and "henkilötunnuksia" in quality
    assert officer.get("/fi/data/helsinki-things/table/").context["matched"] == 2
    assert officer.get(address(held)).status_code == 302


def test_a_refused_one_leaves_the_version_before(officer: Client, held: Snapshot) -> None:
    assert officer.post(address(held), {"decision": "refuse", "reason": "Henkilötieto."}).status_code == 302
    assert officer.get("/fi/data/helsinki-things/table/").context["matched"] == 1
    assert officer.get(address(held)).status_code == 404
