"""How many cases a second two processors open, durably: `python bench/open_cases.py [--cases 3000] [--clients 8] [--mail 0.5]`.

Starts `./kuutio up` (two web processes, a worker, the embedded PostgreSQL with `synchronous_commit` on) in a temporary folder with
the demonstration's customer service, posts cases to Open311 by several clients over kept connections, waits until the worker has
done what follows, and prints one JSON object on stdout. A share of the cases (`--mail`) leaves an address, so that a receipt is
written and sent for it into the outbox.

Beside cases a second by the clock it tells the milliseconds of processor a case takes in all of Kuutio's processes: where other
work shares the machine, `two_processors_cases_per_s` = 2000 / those milliseconds is what two processors do when they do nothing else.
`queries` are the database's statements within one request, counted in this process.
"""

import argparse
import json
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from running import Running, api_key, database, machine, say, serving

PORT = 8171
PLACES = [(24.9414, 60.1708), (24.6556, 60.2055), (25.0378, 60.2941), (23.7610, 61.4978), (22.2666, 60.4518)]
CODES = ("street-light", "graffiti", "litter", "tree")


class Wire:
    """One kept connection that posts forms and reads the answers, with little work of its own."""

    def __init__(self, site: str) -> None:
        address = urlsplit(site)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, body: bytes, headers: str = "") -> tuple[int, bytes]:
        """Status and body of the answer."""
        self.socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := self.socket.recv(65536)):
                raise ConnectionError("closed")
            data += more
        head, _gap, body = data.partition(b"\r\n\r\n")
        names = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(names.get(b"content-length", b"0")):
            if not (more := self.socket.recv(65536)):
                raise ConnectionError("closed")
            body += more
        return int(head.split(b" ", 2)[1]), body


def forms(key: str, cases: int, mail: float) -> list[bytes]:
    """What is posted, the same at every run."""
    chance = random.Random(4)
    made = []
    for number in range(cases):
        lon, lat = chance.choice(PLACES)
        words = {
            "api_key": key,
            "service_code": chance.choice(CODES),
            "lat": f"{lat + chance.uniform(-0.01, 0.01):.6f}",
            "long": f"{lon + chance.uniform(-0.01, 0.01):.6f}",
            "attribute[danger]": "no",
            "description": f"Havainto {number}: valo ei pala, ja pimeällä on vaikea nähdä, mihin astuu.",
        }
        if chance.random() < mail:
            words["email"] = f"asukas{number}@example.org"
        made.append(urlencode(words).encode())
    return made


def burst(site: str, posted: list[bytes], clients: int) -> tuple[float, list[float], list[int]]:
    """Post all: seconds, milliseconds of each, statuses that weren't 200."""
    took: list[float] = []
    wrong: list[int] = []

    def one(share: list[bytes]) -> None:
        wire = Wire(site)
        for body in share:
            started = time.perf_counter()
            status, _told = wire.post("/api/open311/v2/requests.json", body)
            took.append((time.perf_counter() - started) * 1000)
            if status != 200:
                wrong.append(status)

    threads = [threading.Thread(target=one, args=(posted[number::clients],)) for number in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, took, wrong


def waiting() -> int:
    """What the worker has still to do: jobs, and receipts that are due or on their way."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from kuutio.contact.models import Delivery, Participant

    due = Participant.objects.filter(receipt_due_at__isnull=False).count()
    return (
        due
        + Delivery.objects.filter(state="waiting").count()
        + ProcrastinateJob.objects.filter(status__in=["todo", "doing"], queue_name="contact", scheduled_at=None).count()
    )


def queries(body: bytes) -> int:
    """How many statements one posted request makes in the database, beginning and commit included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()

    def post() -> None:
        client.post("/api/open311/v2/requests.json", body, content_type="application/x-www-form-urlencoded")

    post()
    with CaptureQueriesContext(connection) as captured:
        post()
    return len(captured)


def measure(house: Running, arguments: argparse.Namespace) -> dict[str, object]:
    """Warm up, post, wait for the worker, reckon."""
    from django.db import connection

    from kuutio.contact.models import Case

    key = api_key()
    posted = forms(key, arguments.cases + 200, arguments.mail)
    told = machine()
    asked = queries(posted[0])
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        durable = cursor.fetchone()[0]
    with serving(house):
        burst(house.site, posted[:200], arguments.clients)
        while waiting():
            time.sleep(0.2)
        time.sleep(1)
        before, known = house.processor_s(), Case.objects.count()
        idle = time.monotonic()
        seconds, took, wrong = burst(house.site, posted[200:], arguments.clients)
        while waiting():
            time.sleep(0.2)
        followed = time.monotonic() - idle
        after, opened = house.processor_s(), Case.objects.count() - known
    spent = {name: round((after[name] - before[name]) * 1000 / opened, 2) for name in after}
    each = sum(spent.values())
    return {
        **told,
        "synchronous_commit": durable,
        "cases": opened,
        "not_200": len(wrong),
        "clients": arguments.clients,
        "with_receipt": arguments.mail,
        "cases_per_s": round(opened / seconds),
        "p50_ms": round(statistics.median(took), 1),
        "p99_ms": round(statistics.quantiles(took, n=100)[98], 1),
        "with_what_follows_s": round(followed, 1),
        "processor_ms_a_case": spent | {"all": round(each, 2)},
        "two_processors_cases_per_s": round(2000 / each),
        "queries": asked,
        "aim": {"two_processors_cases_per_s": 200},
    }


def main() -> int:
    """Measure and print; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--mail", type=float, default=0.0, help="the share of cases that want a receipt by mail")
    parser.add_argument("--keep", type=Path, help="keep the data folder here, and use the one that is there")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="kuutio-cases-") as place,
        database(arguments.keep or Path(place), PORT) as house,
    ):
        say("kuutio: the demonstration's customer service is in")
        found = measure(house, arguments)
    json.dump(found, sys.stdout, indent=1)
    print()
    return 0 if found["two_processors_cases_per_s"] >= 200 and not found["not_200"] else 1


if __name__ == "__main__":
    sys.exit(main())
