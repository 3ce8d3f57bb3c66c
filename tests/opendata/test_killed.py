"""A worker that is killed in the middle of an ingest leaves nothing half done, and another finishes its work."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from kuutio.config.environment import ROOT
from kuutio.opendata.actions.loading import receive_file
from kuutio.opendata.bringing import dataset_for
from kuutio.opendata.models import Load, Snapshot
from kuutio.opendata.tables import current_table

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 300_000


@contextmanager
def a_worker(data: Path):
    """A worker in a process group of its own, on the test's database and data folder."""
    where = connection.settings_dict
    host = where["HOST"] or where["OPTIONS"].get("host", "")
    port = f":{where['PORT']}" if where["PORT"] else ""
    url = f"postgresql://{where['USER']}:{where['PASSWORD']}@{port}/{where['NAME']}?host={host}"
    env = {**os.environ, "DATABASE_URL": url, "KUUTIO_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    log = (data / "worker.log").open("ab")
    worker = subprocess.Popen(
        [sys.executable, "-m", "kuutio", "worker", "--concurrency", "1"],
        env=env,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()
        log.close()


def until(done: Callable[[], object], seconds: float = 90) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def an_ingest_runs(load: Load) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND args->>'load_id' = %s", [str(load.pk)]
        )
        return cursor.fetchone()[0] == 1


def the_dead_were_silent_for_a_minute() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def test_kill_9_at_random_moments_of_an_ingest(settings, tmp_path):
    text = "id,kind,lon,lat\n" + "".join(
        f"{n},{'tree' if n % 3 else 'lamp'},{24 + n % 1000 / 1000},{60 + n % 777 / 777}\n" for n in range(ROWS)
    )
    now = timezone.now()
    load = receive_file(
        dataset_for("helsinki", "many", title="", at=now),
        chunks=iter([text.encode()]),
        file_name="many.csv",
        door="command",
        by=None,
        at=now,
        options={"key": ["id"]},
    )
    for moment in (random.uniform(0, 0.3), random.uniform(0.3, 1.5)):
        with a_worker(tmp_path) as worker:
            until(lambda: an_ingest_runs(load))
            time.sleep(moment)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        assert not Snapshot.objects.filter(state="served").exists() or Load.objects.get(pk=load.pk).state == "served"
        the_dead_were_silent_for_a_minute()
    with a_worker(tmp_path):
        until(lambda: Load.objects.get(pk=load.pk).finished_at)
    load.refresh_from_db()
    assert load.state == "served", load.problem
    (table,) = load.result["tables"]
    assert (table["rows_in"], table["rows"], table["rejects"]) == (ROWS, ROWS, 0)
    snapshot = Snapshot.objects.get()
    assert current_table(snapshot.distribution).manifest.rows == ROWS
