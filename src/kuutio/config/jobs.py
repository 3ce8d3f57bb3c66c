"""Doing jobs, and waiting for one from the command line: a living worker does it, else this process does."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

_ALIVE_SECONDS = 30


class Jobs(JobManager):
    """The queue, in which a job to be done again gives way to one that waits already under the same queueing lock.

    Both would do the same work, and two can't wait: as procrastinate has it, the first would stay "doing" for good, with its lock.
    """

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put a job back into the queue, or end it as failed where another waits in its place."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except UniqueViolation as violation:
            if violation.queueing_lock is None:
                raise
            await self.finish_job(job, Status.FAILED, delete_job=False)


def worker_app() -> App:
    """The app as workers use it."""
    made = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    made.job_manager = Jobs(made.connector)
    return made


def a_worker_lives() -> bool:
    """Whether some worker gave a sign of life lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [_ALIVE_SECONDS],
        )
        return bool(cursor.fetchone()[0])


def finish_here_unless_served(done: Callable[[], bool], seconds: float = 3600) -> None:
    """Return when the work is done: by a worker that lives, else by doing the waiting jobs here.

    Raises:
        TimeoutError: it was not done within the time; the job stays queued.
    """
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the job is still waiting; a worker will do it")
        if a_worker_lives():
            time.sleep(0.1)
        else:
            run_waiting_jobs()
            if not done():
                time.sleep(0.5)


def run_waiting_jobs() -> None:
    """Do the jobs that wait, in this process, until none is left."""
    worker_app().run_worker(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
