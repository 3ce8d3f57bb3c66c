"""How long the doors of residents and programs take over many cases: `python bench/cases.py [--cases 200000]`.

Makes the cases, their messages and events in SQL beside the demonstration's (the newest ninety days hold some half of them), starts
the web as `./kuutio up` does, asks each question some times over one kept connection, and prints one JSON object on stdout:
milliseconds by the clock (median and the 95th of 100), milliseconds of processor of web and database together, and the number of
questions to the database. Each is asked for other values each time.
"""

import argparse
import json
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx

from running import Running, database, machine, say, serving

PORT = 8173
MOST_MS = 100

MAKE = """
WITH places AS (
    SELECT row_number() OVER (ORDER BY c.position) AS at, o.id AS organisation, c.municipality_id AS municipality,
        u.id AS unit, u.lon, u.lat
    FROM cities_city c JOIN cities_organisation o ON o.city_id = c.code AND o.kind = 'city'
        JOIN LATERAL (SELECT * FROM cities_unit u WHERE u.city_id = c.code AND u.lon IS NOT NULL ORDER BY slug LIMIT 1) u ON true
), codes AS (
    SELECT row_number() OVER (ORDER BY code) AS at, code FROM contact_category WHERE is_active
), drawn AS (
    SELECT n, 1 + n %% (SELECT count(*) FROM places) AS place, 1 + (n * 7) %% (SELECT count(*) FROM codes) AS code,
        now() - (random() * 180) * interval '1 day' AS opened, n %% 3 <> 0 AS settled
    FROM generate_series(1, %(cases)s) AS n
), digits AS (
    SELECT n, number FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS made (number, n)
)
INSERT INTO contact_case (uuid, number, salt, responsible_id, origin_id, municipality_id, unit_id, category_id, state, language,
    channel, title, answers, lon, lat, place_source, address, is_near_border, public_text, opened_at, updated_at,
    first_answer_at, settled_at, answer_due_at, resolve_due_at, city_due_at)
SELECT gen_random_uuid(), number, md5(n::text), organisation, organisation,
    municipality, unit, codes.code, CASE WHEN settled THEN 'resolved' ELSE 'open' END, 'fi', 'web', 'Tehty asia ' || n, '{}',
    lon + (random() - 0.5) * 0.2, lat + (random() - 0.5) * 0.1, 'map', '', false, '', opened, opened + interval '2 hours',
    opened + interval '1 hour', CASE WHEN settled THEN opened + interval '2 hours' END, NULL,
    CASE WHEN NOT settled THEN opened + interval '10 days' END, CASE WHEN NOT settled THEN opened + interval '10 days' END
FROM drawn JOIN digits USING (n) JOIN places ON places.at = place JOIN codes ON codes.at = drawn.code
ON CONFLICT DO NOTHING;

INSERT INTO contact_message (uuid, case_id, direction, channel, seen_by, language, text, external_id, message_id, is_automatic, at)
SELECT gen_random_uuid(), id, way, 'web', 'participants', 'fi', 'Tehty viesti', '', '', false, opened_at + wait
FROM contact_case, (VALUES ('in', interval '0'), ('out', interval '1 hour')) AS said (way, wait) WHERE title LIKE 'Tehty asia %%';

INSERT INTO contact_event (case_id, at, kind, facts, is_public)
SELECT id, opened_at + wait, kind, facts::jsonb, true
FROM contact_case, (VALUES ('created', '{"channel": "web"}', interval '0'), ('routed', '{"to": "x", "unit": ""}', interval '0'),
    ('answered', '{}', interval '1 hour'), ('state', '{"from": "open", "to": "resolved"}', interval '2 hours'))
    AS done (kind, facts, wait) WHERE title LIKE 'Tehty asia %%';
"""


def make(cases: int) -> None:
    """So many cases, where there aren't that many."""
    from django.db import connection

    from kuutio.contact.models import Case
    from kuutio.core import case_numbers

    if Case.objects.count() >= cases:
        return
    say(f"kuutio: making {cases} cases")
    numbers = [case_numbers.make(secrets.token_bytes(case_numbers.RANDOM_BYTES)) for _number in range(cases)]
    with connection.cursor() as cursor:
        for statement in MAKE.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"cases": cases, "numbers": numbers})
        cursor.execute("VACUUM ANALYZE contact_case, contact_message, contact_event")


def questions() -> dict[str, Callable[[], str]]:
    """What is asked, each time of something else."""
    from kuutio.contact.links import path_of
    from kuutio.contact.models import Case

    chance = random.Random(4)
    some = list(Case.objects.filter(title__startswith="Tehty").order_by("salt")[:400])
    now = datetime.now(UTC)

    def lists(**words: Callable[[], str]) -> Callable[[], str]:
        return lambda: (
            "/api/open311/v2/requests.json?"
            + urlencode({"page_size": "100"} | {name: value() for name, value in words.items()})
        )

    def day(least: int, most: int) -> Callable[[], str]:
        return lambda: (now - timedelta(days=chance.uniform(least, most))).isoformat()

    def box(wide: float) -> str:
        case = chance.choice(some)
        return f"{case.lon - wide:.6f},{case.lat - wide / 2:.6f},{case.lon + wide:.6f},{case.lat + wide / 2:.6f}"

    def around(metres: int) -> str:
        case = chance.choice(some)
        words = {"page_size": 100, "lat": f"{case.lat:.6f}", "long": f"{case.lon:.6f}", "radius": metres}
        return f"/api/open311/v2/requests.json?{urlencode(words)}"

    code = lambda: chance.choice(some).category_id  # noqa: E731
    city = lambda: chance.choice(("helsinki", "espoo", "oulu", "turku"))  # noqa: E731
    return {
        "tracking page": lambda: path_of(chance.choice(some), "fi"),
        "one request": lambda: f"/api/open311/v2/requests/{quote(chance.choice(some).number)}.json",
        "list, newest 100": lists(page=lambda: str(chance.randrange(1, 5))),
        "list, XML with extensions": lambda: (
            f"/api/open311/v2/requests.xml?extensions=true&page_size=100&page={chance.randrange(1, 9)}"
        ),
        "list, deep page": lists(page=lambda: str(chance.randrange(400, 900))),
        "list of a service": lists(service_code=code),
        "list of a city": lists(jurisdiction_id=city),
        "list, open, of a city and a service": lists(jurisdiction_id=city, service_code=code, status=lambda: "open"),
        "list, closed": lists(status=lambda: "closed", start_date=day(60, 80)),
        "list, an old span": lists(start_date=day(120, 160), end_date=day(100, 119)),
        "list, updated after": lists(updated_after=day(0, 60)),
        "list, bbox of a quarter": lists(bbox=lambda: box(0.01)),
        "list, bbox of a city": lists(bbox=lambda: box(0.2)),
        "list, within 300 m": lambda: around(300),
        "list, within 20 km": lambda: around(20_000),
        "list, updated after, in a box, open": lists(
            updated_after=day(0, 60), bbox=lambda: box(0.05), status=lambda: "open"
        ),
        "1,000 newest": lambda: f"/api/open311/v2/requests.json?page={chance.randrange(1, 20)}",
        "services": lambda: "/api/open311/v2/services.json",
        "services of a place": lambda: "/api/open311/v2/services.json?lat=60.17&long=24.94",
    }


def asked_of_database(address: str) -> int:
    """How many questions one request puts to the database."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Host": urlsplit(address).netloc or "localhost"})
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def measure(house: Running, times: int) -> dict[str, object]:
    """Ask everything."""
    told: dict[str, object] = machine()
    kinds = questions()
    counts = {kind: asked_of_database(address()) for kind, address in kinds.items()}
    found = {}
    with serving(house), httpx.Client(base_url=house.site, timeout=60) as client:
        for kind, address in kinds.items():
            for _number in range(6):
                client.get(address())
            took, before = [], sum(house.processor_s().values())
            for _number in range(times):
                where = address()
                started = time.perf_counter()
                answer = client.get(where)
                took.append((time.perf_counter() - started) * 1000)
                answer.raise_for_status()
            spent = sum(house.processor_s().values()) - before
            found[kind] = {
                "median_ms": round(statistics.median(took), 1),
                "p95_ms": round(statistics.quantiles(took, n=20)[18], 1),
                "processor_ms": round(spent * 1000 / times, 1),
                "queries": counts[kind],
            }
    return told | {"questions": found, "aim": {"median_ms": MOST_MS}}


def main() -> int:
    """Make, ask, print; 1 when a median is above the aim (1,000 rows at once have none)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="keep the data folder here, and use the one that is there")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="kuutio-cases-") as place,
        database(arguments.keep or Path(place), PORT) as house,
    ):
        from kuutio.contact.models import Case

        make(arguments.cases)
        found = {"cases": Case.objects.count()} | measure(house, arguments.times)
    json.dump(found, sys.stdout, indent=1)
    print()
    slow = [kind for kind, one in found["questions"].items() if one["median_ms"] > MOST_MS and kind != "1,000 newest"]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
