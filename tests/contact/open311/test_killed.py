"""The web process dies in the middle of a burst, the clients try again: no case is lost, and none is there twice."""

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from kuutio.config.commands import up
from kuutio.config.environment import ROOT
from kuutio.contact.models import Case, Event, Message
from tests.contact.open311.asking import HOLE, key

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, EACH = 4, 25


def a_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def web(data: Path) -> Iterator[tuple[int, int]]:
    """The web as `up` runs it, with one process, on the test's own database: its port, and who starts the process."""
    own = connection.settings_dict
    env = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{own['USER']}:{own['PASSWORD']}@/{own['NAME']}?host={quote(own['HOST'])}",
        "KUUTIO_DATA": str(data),
        "KUUTIO_WRITES_PER_MINUTE": "1000000",
        "PYTHONPATH": str(ROOT / "src"),
    }
    port = a_port()
    with subprocess.Popen(up.web("127.0.0.1", port, 1), env=env, cwd=ROOT) as server:
        try:
            yield port, server.pid
        finally:
            server.terminate()


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def post(port: int, body: str, word: str) -> str:
    """Post until it is answered; the number of the case."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            wire.request(
                "POST",
                "/api/open311/v2/requests.xml",
                body,
                {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": word},
            )
            answer = wire.getresponse()
            told = answer.read().decode()
            assert answer.status == 200, told
            return told.partition("<service_request_id>")[2].partition("<")[0]
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            wire.close()
    raise TimeoutError


def test_a_burst_through_a_killed_process_is_there_once(group, tmp_path):
    body = urlencode(HOLE | {"api_key": key(), "email": "aino@example.org"})
    numbers: dict[str, str] = {}
    with web(tmp_path) as (port, server):

        def client(name: int) -> None:
            for each in range(EACH):
                word = f"client-{name}-{each}"
                numbers[word] = post(port, body, word)

        threads = [threading.Thread(target=client, args=(name,)) for name in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while len(numbers) < CLIENTS * EACH // 3:
            time.sleep(0.005)
            assert any(thread.is_alive() for thread in threads)
        killed = children(server)
        for child in killed:
            os.kill(child, signal.SIGKILL)
        assert len(numbers) < CLIENTS * EACH, "it died in the middle"
        for thread in threads:
            thread.join()
        assert set(children(server)).isdisjoint(killed), "another process took its place"
        again = post(port, body, "client-0-0")
    assert again == numbers["client-0-0"]
    assert len(set(numbers.values())) == len(numbers) == CLIENTS * EACH
    assert set(Case.objects.values_list("number", flat=True)) == set(numbers.values())
    assert Message.objects.count() == CLIENTS * EACH
    assert Event.objects.count() == 2 * CLIENTS * EACH, "and each case whole"
