"""How many residents a second vote on two processors: `python bench/voting.py [--voters 3000] [--clients 8]`.

Starts a Kuutio of its own (two web processes, the embedded PostgreSQL with `synchronous_commit` on) in a temporary folder, freezes a
vote, and lets residents vote as their browsers would: a pass for a blinded token, the ballot without the session, the receipt. What
browsers compute (blinding, finalizing) is done beforehand or left out of the times. It prints one JSON object on stdout.

Where other work shares the machine, `two_processors_voters_per_s` = 2000 / milliseconds of processor for each voter, in all of
Kuutio's processes, is what two processors do when they do nothing else.
"""

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from running import Running, database, machine, say, serving

PORT = 8177


def freeze(voters: int) -> tuple[str, list[dict[str, str]], bytes]:
    """A frozen vote, and for each voter a session and a blinded token."""
    from datetime import date

    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from kuutio.cities.models import City
    from kuutio.core.bundles import b64u, pass_message
    from kuutio.core.ledger import blind, read_public_key
    from kuutio.participation.actions import budgets, freezing, processes, stages

    now = timezone.now()
    city = City.objects.get(pk="helsinki")
    texts = {"fi": "Mittaus", "sv": "Mätning", "en": "Measurement"}
    said = {"title": texts, "summary": texts, "plain_summary": texts}
    process = processes.begin_process(
        city, theme="economy", slug="measured", by=None, at=now - timedelta(days=3), **said
    )
    stage = stages.add_stage(
        process,
        "vote",
        title=texts,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        identification="strong",
        by=None,
        at=now - timedelta(days=3),
    )
    processes.publish_process(process, by=None, at=now - timedelta(days=2))
    budget = budgets.add_budget(stage, title=texts, amount_cents=10**8, city=city, by=None, at=now - timedelta(days=2))
    for number in range(1, 21):
        budgets.add_project(
            budget,
            title={"fi": f"Hanke {number}", "sv": f"Projekt {number}", "en": f"Project {number}"},
            cost_cents=10**7,
            feasible=True,
            by=None,
            at=now - timedelta(days=2),
        )
    budget = freezing.open_vote(budget, by=None, at=now - timedelta(days=2))
    key = read_public_key(bytes(budget.keys.pass_public))
    made = []
    for number in range(voters):
        session = SessionStore()
        session["identified"] = {
            "person": f"{number:064x}",
            "municipality": city.municipality_id,
            "postal_code": "00500",
            "born_on": date(1980, 1, 1).isoformat(),
            "is_demo": True,
        }
        session.save()
        token = secrets.token_bytes(32)
        blinded, inverse = blind(key, pass_message(budget.keys.origin, token), random=secrets.token_bytes)
        made.append(
            {
                "session": session.session_key,
                "token": b64u(token),
                "blinded": b64u(blinded),
                "inverse": b64u(inverse),
            }
        )
    path = f"/fi/participation/{process.slug}/{stage.slug}/votes/{budget.slug}/"
    return path, made, bytes(budget.keys.pass_public)


def vote(site: str, path: str, voter: dict[str, str], key: object) -> dict[str, float]:
    """One resident votes; milliseconds by the clock of each of the three calls."""
    import http.client

    from kuutio.core.bundles import b64u, from_b64u

    address = urlsplit(site)
    took: dict[str, float] = {}
    wire = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)

    def call(name: str, method: str, where: str, body: object = None, headers: dict[str, str] | None = None) -> bytes:
        begun = time.perf_counter()
        wire.request(method, where, None if body is None else json.dumps(body), headers or {})
        answer = wire.getresponse()
        data = answer.read()
        took[name] = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise SystemExit(f"{name}: {answer.status} {data[:300]!r}")
        return data

    secret = secrets.token_hex(16)
    sent = {
        "Content-Type": "application/json",
        "Cookie": f"sessionid={voter['session']}; csrftoken={secret}",
        "X-CSRFToken": secret,
        "Referer": site,
    }
    told = json.loads(call("pass", "POST", path + "pass/", {"blinded": voter["blinded"]}, sent))
    number = int.from_bytes(from_b64u(told["signature"]), "big") * int.from_bytes(from_b64u(voter["inverse"]), "big")
    signature = (number % key.n).to_bytes(key.size, "big")  # type: ignore[attr-defined]
    ballot = {"ballot": ["1", "5", "9"], "pass": voter["token"], "signature": b64u(signature)}
    told = json.loads(call("cast", "POST", path + "cast/", ballot, {"Content-Type": "application/json"}))
    call("receipt", "GET", told["receipt"])
    wire.close()
    return took


def measure(
    house: Running, path: str, voters: list[dict[str, str]], key: object, clients: int
) -> tuple[list[dict[str, float]], dict[str, float], float]:
    """Each voter's times, the seconds of processor by process, the seconds by the clock; the first voters only warm up."""
    found: list[dict[str, float]] = []
    queue, lock = iter(voters[clients:]), threading.Lock()
    with serving(house) as running:
        for voter in voters[:clients]:
            vote(running.site, path, voter, key)

        def work() -> None:
            while True:
                with lock:
                    voter = next(queue, None)
                if voter is None:
                    return
                found.append(vote(running.site, path, voter, key))

        before, begun = running.processor_s(), time.perf_counter()
        threads = [threading.Thread(target=work) for _client in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds, after = time.perf_counter() - begun, running.processor_s()
    return found, {name: after[name] - before[name] for name in after}, seconds


def main() -> int:
    """Measure, and print what was found."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("--voters", type=int, default=3000)
    reader.add_argument("--clients", type=int, default=8)
    options = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="kuutio-voting-") as folder:
        os.environ["KUUTIO_DEMO"] = "1"
        with database(Path(folder), PORT) as house:
            from kuutio.core.ledger import read_public_key

            say("freezing a vote")
            path, voters, public = freeze(options.voters)
            key = read_public_key(public)
            found, used, seconds = measure(house, path, voters, key, options.clients)
    counted = len(voters) - options.clients
    each = 1000 * sum(used.values()) / counted
    print(
        json.dumps(
            {
                "machine": machine(),
                "voters": counted,
                "voters_per_s_by_the_clock": round(counted / seconds, 1),
                "processor_ms_a_voter": round(each, 2),
                "processor_ms_by_process": {name: round(1000 * value / counted, 2) for name, value in used.items()},
                "two_processors_voters_per_s": round(2000 / each, 1),
                "median_ms": {
                    name: round(statistics.median(one[name] for one in found), 1)
                    for name in ("pass", "cast", "receipt")
                },
            },
            indent=1,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
