"""A process that listens to the database keeps what it found until something changes."""

import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from kuutio.opendata import served as serving
from kuutio.opendata import watching
from kuutio.opendata.actions.catalogue import change_dataset
from kuutio.opendata.answers import Ready
from kuutio.opendata.models import Dataset
from kuutio.opendata.watching import Watch
from tests.opendata.bringing import bring


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to hold")


@pytest.fixture
def watch(transactional_db, monkeypatch):
    """An ear on the test's database, put in the place of the process's own, which isn't started in tests."""
    ear = Watch()
    ear.start()
    ear.start()  # once in a process
    monkeypatch.setattr(serving, "watch", ear)
    serving._recent.clear()
    _until(lambda: ear.moment() is not None)
    yield ear
    ear.stop()
    _hang_up()


def _hang_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN opendata%%'")


def test_what_is_served_is_asked_for_once_a_moment(db, monkeypatch, django_assert_num_queries):
    class Still:
        moment = staticmethod(lambda: now)

    monkeypatch.setattr(serving, "watch", Still)
    serving._recent.clear()
    now = (1, 1)
    bring("id,name\n1,Koivu\n", what="trees")
    old = serving.served("helsinki-trees")
    with django_assert_num_queries(0):
        assert serving.served("helsinki-trees") is old
    bring("id,name\n1,Koivu\n2,Tammi\n", what="trees")
    now = (2, 1)
    assert serving.served("helsinki-trees").snapshot != old.snapshot
    now = None
    with django_assert_num_queries(1):
        serving.served("helsinki-trees")


def test_a_change_is_heard_at_once(watch):
    bring("id,name\n1,Koivu\n", what="trees")
    old = serving.served("helsinki-trees")
    heard = watch._changes
    change_dataset(Dataset.objects.get(name="helsinki-trees"), {"title": {"fi": "Puut"}}, by=None, at=timezone.now())
    _until(lambda: watch._changes > heard)
    assert serving.served("helsinki-trees").version != old.version


def test_an_act_is_seen_from_its_commit_on_and_not_when_it_was_taken_back(transactional_db):
    bring("id,name\n1,Koivu\n", what="trees")
    dataset = Dataset.objects.get(name="helsinki-trees")
    before = watching._acts()
    with transaction.atomic():
        change_dataset(dataset, {"title": {"fi": "Puut"}}, by=None, at=timezone.now())
        assert watching._acts() == before
        transaction.set_rollback(True)
    assert watching._acts() == before
    change_dataset(dataset, {"title": {"fi": "Puita"}}, by=None, at=timezone.now())
    assert watching._acts() > before


def test_who_lost_the_database_asks_it_each_time(watch):
    _hang_up()
    _until(lambda: watch.moment() is None)
    bring("id,name\n1,Koivu\n", what="trees")
    assert serving.served("helsinki-trees").snapshot
    _until(lambda: watch.moment() is not None)  # and it comes back by itself


def test_a_process_listens_from_its_first_request_on_not_from_the_import(transactional_db, monkeypatch):
    from kuutio.config import wsgi
    from kuutio.opendata.engine import duck
    from kuutio.opendata.watching import watch as own

    monkeypatch.setattr(duck, "read_apart", lambda: None)  # it would outlive the test in its process

    assert own._process == 0
    wsgi.application(RequestFactory().get("/healthz").environ, lambda *_head: None)
    try:
        _until(lambda: own.moment() is not None)
    finally:
        own.stop()
        _hang_up()
        _until(lambda: own.moment() is None)


def test_an_answer_that_is_asked_for_again_is_kept():
    ready, made = Ready(most=1000), []

    def make(body: bytes = b"x" * 400, kind: str = "application/json", status: int = 200) -> HttpResponse:
        made.append(kind)
        return HttpResponse(body, content_type=kind, status=status, headers={"Content-Crs": "<a>"})

    def asked(*tags: str) -> int:
        """How many answers had to be made."""
        before = len(made)
        for tag in tags:
            answer = ready.answer(tag, make)
            assert (answer.content, answer["Content-Crs"], answer["Content-Type"]) == (
                b"x" * 400,
                "<a>",
                "application/json",
            )
        return len(made) - before

    assert asked("a", "a", "a", "a") == 2
    for tag, kind, status in (("page", "text/html; charset=utf-8", 200), ("missing", "application/json", 404)):
        for _ in range(3):
            ready.answer(tag, lambda kind=kind, status=status: make(kind=kind, status=status))
    assert len(made) == 8
    assert asked(*(f"page {n}" for n in range(20)), "a") == 20  # who reads all pages once pushes nothing out
    assert asked("b", "b", "c", "c") == 4  # room for two: the oldest goes
    assert asked("c", "b") == 0
    assert asked("a") == 1
