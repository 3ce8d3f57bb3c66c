"""A job that was cut off, or failed, while the next of its kind waits: it ends, and holds up nobody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from kuutio.config.jobs import worker_app
from kuutio.search import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def put_back(number: int) -> None:
    """What the rescue of a dead worker's job does, and a worker after an error."""
    made = worker_app()

    async def again() -> None:
        async with made.open_async():
            found: list[Job] = list(await made.job_manager.list_jobs_async(id=number))
            await made.job_manager.retry_job(found[0])

    # In a thread of its own: a browser of another test may hold a running loop in this one.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        elsewhere.submit(asyncio.run, again()).result()


def begun() -> int:
    """A job that some worker has begun."""
    number = tasks.learn_words.defer()
    ProcrastinateJob.objects.filter(pk=number).update(status="doing")
    return number


def test_it_gives_way_to_the_one_that_waits():
    first, second = begun(), tasks.learn_words.defer()
    put_back(first)
    assert dict(ProcrastinateJob.objects.values_list("pk", "status")) == {first: "failed", second: "todo"}


def test_alone_it_waits_again():
    first = begun()
    put_back(first)
    assert dict(ProcrastinateJob.objects.values_list("pk", "status")) == {first: "todo"}
