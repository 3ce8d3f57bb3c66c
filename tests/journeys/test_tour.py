"""The tour's story in the browser: the command walks it over HTTP, and a reader follows it, each stop in the next language."""

import re
from itertools import cycle

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Person, Role
from kuutio.config import jobs
from kuutio.config.commands import tour
from kuutio.contact import demo as contact_demo
from kuutio.contact.catalogue import load_catalogue
from kuutio.innovation import running
from kuutio.innovation.models import Lacking, RunsIn, TestUser
from kuutio.opendata.actions import loading
from kuutio.opendata.models import Load
from kuutio.programme import demo as strategy_demo
from kuutio.search.learning import learn
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, sign_in
from tests.opendata.bringing import in_this_process


@pytest.fixture(autouse=True)
def six(transactional_db: None, settings) -> None:
    """The cities with what customer service needs, and the office that publishes for all."""
    cities_demo.load_cities()
    contact_demo._units(load_catalogue())
    contact_demo._bodies()
    strategy_demo.load()
    office = PersonFactory(is_demo=True)
    Role.objects.create(person=office, organisation=Organisation.objects.get(slug="strategy-office"), role="office")
    settings.EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000


@pytest.fixture(autouse=True)
def worker(monkeypatch) -> None:
    """The jobs that the tour waits for are done here and now: its data set's load, and the words of the search."""

    def here(done, seconds=0):
        for waiting in Load.objects.filter(finished_at__isnull=True):
            loading.work_load(str(waiting.pk))
        learn()
        running.follow_data(timezone.now())
        assert done()

    monkeypatch.setattr(jobs, "a_worker_lives", lambda: True)
    monkeypatch.setattr(jobs, "finish_here_unless_served", here)
    monkeypatch.setattr(loading, "run_limited", in_this_process)


def test_one_story_goes_through_all_rooms(site: str, phone: Page):
    stops = list(tour.walk(site))
    rooms = {stop.room for stop in stops}
    assert rooms == {"service", "data", "innovation", "programme"}
    assert RunsIn.objects.get().city_id == "espoo"
    assert Lacking.objects.values("city").distinct().count() == 5
    assert TestUser.objects.count() == 6
    languages = cycle(("fi", "sv", "en"))
    for stop in stops:
        language = next(languages)
        phone.context.clear_cookies()
        if stop.reader:
            sign_in(phone, Person.objects.get(email=stop.reader))
        phone.goto(re.sub("^/fi/", f"/{language}/", stop.path))
        expect(phone.locator("html")).to_have_attribute("lang", language)
        assert_sound(phone)
