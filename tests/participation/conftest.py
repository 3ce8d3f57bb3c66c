"""What participation's tests stand on: three cities, an officer of each, a process with a hearing that is open."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from kuutio.participation.actions import processes, stages
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, noon in Finland."""
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_has_written_yet(request):
    """No limit is left from another test."""
    if "db" in request.fixturenames or "cities" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


def three(text: str) -> dict[str, str]:
    """The same text in each language, told apart by its code."""
    return {code: f"{text} ({code})" for code in ("fi", "sv", "en")}


@pytest.fixture
def cities(db):
    """Helsinki (fi, sv), Vantaa (fi, sv) and Oulu (fi), with their organisations."""
    made = {code: CityFactory(code=code) for code in ("helsinki", "vantaa", "oulu")}
    for city in made.values():
        OrganisationFactory(city=city)
    return made


@pytest.fixture
def officers(cities):
    """An officer of each city."""
    return {
        code: PersonFactory(publisher_of=[city.organisations.get()], email=f"officer-{code}@example.org")
        for code, city in cities.items()
    }


@pytest.fixture
def make_process(cities):
    """Makes a process of Helsinki with an open hearing of two sections; published unless told otherwise."""

    def make(*, owner="helsinki", others=(), publish=True, identification="open", at=NOON, slug="", **settings):
        process = processes.begin_process(
            cities[owner],
            cities=[cities[code] for code in others],
            title=three("Puisto"),
            summary=three("Tiivistelmä"),
            plain_summary=three("Selkeästi"),
            theme="environment",
            slug=slug,
            by=None,
            at=at - 10 * DAY,
        )
        stage = stages.add_stage(
            process,
            "hearing",
            title=three("Kuuleminen"),
            opens_at=at - 5 * DAY,
            closes_at=at + 5 * DAY,
            identification=identification,
            settings=settings,
            by=None,
            at=at - 9 * DAY,
        )
        for name in ("Reitit", "Leikkipaikka"):
            stages.add_section(
                process,
                title=three(name),
                text=three(f"{name}.\n\nToinen kappale"),
                stage=stage,
                by=None,
                at=at - 9 * DAY,
            )
        return processes.publish_process(process, by=None, at=at - 8 * DAY) if publish else process

    return make


@pytest.fixture
def process(make_process):
    """A published process of Helsinki whose hearing anybody may take part in."""
    return make_process()


@pytest.fixture
def stage(process):
    """Its hearing."""
    return process.stages.get()
