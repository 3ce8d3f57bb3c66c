"""Tell me when it changes: who hears, when, how often, and how they stop."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kuutio.audit.models import Entry
from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed
from kuutio.opendata.actions import following
from kuutio.opendata.actions.catalogue import change_dataset, unpublish_dataset
from kuutio.opendata.models import Dataset, Follow, Snapshot
from kuutio.opendata.tasks import write_to_follower as following_task
from tests.factories import PersonFactory
from tests.opendata.bringing import bring
from tests.races import at_once

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = timezone.now()


def load(count: int) -> Snapshot:
    bring("n;m\n" + "".join(f"{n};x\n" for n in range(count)))
    return Snapshot.objects.latest("pk")


def letters_queued(since: int = 0) -> list[ProcrastinateJob]:
    """The letters that the worker will send."""
    jobs = ProcrastinateJob.objects.filter(task_name=following_task.name, pk__gt=since)
    return list(jobs.order_by("pk"))


def tell(snapshot: Snapshot, after: timedelta = timedelta()) -> list[str]:
    """Tell of a version so much later than it was served, as the worker does; returns who got a letter."""
    mail.outbox.clear()
    assert snapshot.served_at
    last = max((job.pk for job in letters_queued()), default=0)
    following.tell_followers(snapshot.pk, at=snapshot.served_at + after)
    for job in letters_queued(last):
        following.write_to_follower(**job.args)
    return sorted(letter.to[0] for letter in mail.outbox)


@pytest.fixture
def dataset() -> Dataset:
    load(1)
    return Dataset.objects.get()


def test_following_twice_is_following_once_and_leaves_an_audit_line(dataset: Dataset) -> None:
    person = PersonFactory()
    for _time in range(2):
        following.follow_dataset(dataset, by=person, at=NOW)
    assert Follow.objects.count() == 1
    assert Entry.objects.filter(verb="follow_dataset").count() == 1
    assert following.unfollow_dataset(dataset, by=person, at=NOW)
    assert not following.unfollow_dataset(dataset, by=person, at=NOW)


def test_followers_hear_of_a_new_version_once_in_their_own_language(dataset: Dataset) -> None:
    change_dataset(dataset, {"title": {"fi": "Puut", "sv": "Träd"}}, by=None, at=NOW)
    finn, swede = PersonFactory(language="fi"), PersonFactory(language="sv")
    for person in (finn, swede):
        following.follow_dataset(dataset, by=person, at=timezone.now())
    snapshot = load(2)
    assert tell(snapshot) == sorted([finn.email, swede.email])
    by_reader = {letter.to[0]: letter for letter in mail.outbox}
    assert by_reader[finn.email].subject == "Uutta dataa: Puut"
    assert by_reader[swede.email].subject == "Nya data: Träd"
    assert "/sv/data/helsinki-things/versions/" in by_reader[swede.email].body
    assert by_reader[finn.email].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert tell(snapshot) == [], "the task may run twice"


def test_a_day_brings_one_letter_at_most_and_the_next_tells_the_rest(dataset: Dataset) -> None:
    person = PersonFactory()
    following.follow_dataset(dataset, by=person, at=timezone.now())
    first = load(2)
    assert tell(first) == [person.email]
    second = load(3)
    assert second.served_at
    again = following.tell_followers(second.pk, at=second.served_at)
    told_at = Follow.objects.get().told_at
    assert told_at and again == told_at + following.BETWEEN
    assert tell(second, timedelta(hours=25)) == [person.email]
    assert following.tell_followers(second.pk, at=second.served_at + timedelta(hours=26)) is None


def test_whoever_begins_later_left_or_may_not_see_it_hears_nothing(dataset: Dataset) -> None:
    early, late, gone, closed = (PersonFactory() for _one in range(4))
    for person in (early, gone, closed):
        following.follow_dataset(dataset, by=person, at=timezone.now())
    snapshot = load(2)
    following.follow_dataset(dataset, by=late, at=timezone.now() + timedelta(seconds=1))
    following.unfollow_dataset(dataset, by=gone, at=timezone.now())
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    assert tell(snapshot) == [early.email]
    later = load(4)
    unpublish_dataset(dataset, by=None, at=timezone.now())
    assert tell(later, timedelta(days=2)) == []
    with pytest.raises(NotAllowed):
        following.follow_dataset(Dataset.objects.get(), by=late, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_queue_one_letter(dataset: Dataset) -> None:
    following.follow_dataset(dataset, by=PersonFactory(), at=timezone.now())
    snapshot = load(2)
    at = timezone.now()
    assert at_once(lambda: following.tell_followers(snapshot.pk, at=at), times=4) == [None] * 4
    assert len(letters_queued()) == 1


def test_the_button_follows_and_stops(client: Client, dataset: Dataset) -> None:
    address = f"/fi/data/{dataset.name}/"
    assert client.post(f"{address}follow/").status_code == 302
    assert Follow.objects.count() == 0, "who isn't signed in is asked to"
    person = PersonFactory()
    client.force_login(person, backend=BACKEND)
    assert client.get(f"{address}follow/").url == address  # type: ignore[attr-defined]
    page = client.post(f"{address}follow/", follow=True).content.decode()
    assert "Lopeta seuraaminen" in page and person.email in page
    assert dataset.name in client.get("/fi/me/").content.decode()
    assert "Kerro, kun data muuttuu" in client.post(f"{address}unfollow/", follow=True).content.decode()
    assert Follow.objects.count() == 0


def test_the_letter_s_link_stops_it_by_one_press_and_no_look(client: Client, dataset: Dataset) -> None:
    person = PersonFactory(language="en")
    follow = following.follow_dataset(dataset, by=person, at=timezone.now())
    address = f"/en/data/unfollow/{following.token_of(follow)}/"
    assert client.get(address).status_code == 200
    assert Follow.objects.count() == 1, "a mail program that looks at links ends nothing"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and Follow.objects.count() == 0
    assert "already" in client.get(address).content.decode()
    assert client.get("/en/data/unfollow/made-up/").status_code == 200
