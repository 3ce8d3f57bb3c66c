"""Waiting for a job from the command line: a living worker does it, else this process does."""

import time
from collections.abc import Callable

from django.db import connection
from procrastinate.contrib.django import app

_ALIVE_SECONDS = 30


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
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker_app.run_worker(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
