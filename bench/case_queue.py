"""The officers' queue and its search over many cases: `python bench/case_queue.py [--cases 200000] [--data DIR] [--again 30]`.

Makes a database of its own below DIR (kept, and used again), with the six cities, so many made-up cases (one in eight not
settled), two contacts' worth of telephone numbers and addresses, two messages each, by plain SQL; then asks for whole pages as an
agent of one city and as one of the joint desk, in this process, without HTTP. JSON on stdout: for each question the milliseconds
of processor (this process and its database backend together: other work on the machine changes them little), median and p95, the
wall clock's median, the number of database queries, and whether the plan of its list reads the whole table of cases.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")

WORDS = (
    *(
        "katuvalo pimeä",
        "kuoppa ajoradalla",
        "roskat puistossa",
        "liukas jalkakäytävä",
        "rikkinäinen keinu",
        "tulviva oja",
    ),
    *("töherryksiä seinässä", "hylätty polkupyörä", "kaatunut puu polulla", "liikennemerkki vinossa", "melu työmaalta"),
)
STREETS = ("Mannerheimintie", "Kirkkokatu", "Asematie", "Hämeenkatu", "Rantatie", "Koulukuja", "Puistokatu", "Torikatu")

ROWS = """
INSERT INTO contact_case (uuid, number, salt, responsible_id, origin_id, unit_id, category_id, state, language, channel, title,
    answers, lon, lat, place_source, address, is_near_border, public_text, opened_at, updated_at, first_answer_at,
    settled_at, answer_due_at, resolve_due_at)
SELECT gen_random_uuid(),
    n.number, md5(i::text), o.id, o.id,
    (SELECT u.id FROM cities_unit u WHERE u.city_id = o.city_id ORDER BY u.id OFFSET i %% 3 LIMIT 1),
    (%(categories)s::text[])[1 + i %% cardinality(%(categories)s::text[])],
    CASE WHEN i %% 8 > 0 THEN (ARRAY['resolved', 'closed', 'closed', 'rejected'])[1 + i %% 4]
         ELSE (ARRAY['new', 'open', 'open', 'waiting-resident', 'waiting-other'])[1 + (i / 8) %% 5] END,
    (ARRAY['fi', 'fi', 'fi', 'sv', 'en'])[1 + i %% 5], (ARRAY['web', 'email', 'phone', 'open311'])[1 + i %% 4],
    initcap(w.word) || ' ' || i, '{}', 24.9 + (hashint4(i) %% 1000) / 10000.0, 60.2 + (hashint4(i + 7) %% 1000) / 10000.0,
    'map', w.street || ' ' || (1 + i %% 150), false, '', t.opened, t.opened + interval '2 hours',
    CASE WHEN i %% 8 > 0 THEN t.opened + interval '1 hour' END, CASE WHEN i %% 8 > 0 THEN t.opened + interval '2 hours' END,
    CASE WHEN i %% 8 = 0 AND (i / 8) %% 5 = 0 THEN t.opened + interval '2 days' END,
    CASE WHEN i %% 8 = 0 AND (i / 8) %% 5 <> 3 THEN t.opened + interval '14 days' END
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY n(number, place)
JOIN LATERAL (SELECT n.place::int i) g ON true
JOIN LATERAL (SELECT id, city_id FROM cities_organisation WHERE kind = 'city' ORDER BY id OFFSET abs(hashint4(i)) %% 6 LIMIT 1) o ON true
JOIN LATERAL (SELECT (%(words)s::text[])[1 + i %% cardinality(%(words)s::text[])] word,
    (%(streets)s::text[])[1 + i %% cardinality(%(streets)s::text[])] street) w ON true
JOIN LATERAL (SELECT now() - CASE WHEN i %% 8 = 0 THEN (i %% 40 * 0.6 || ' days')::interval
    ELSE (i %% 700 || ' days')::interval END - (i %% 86400 || ' seconds')::interval opened) t ON true
ON CONFLICT DO NOTHING;

INSERT INTO contact_contact (uuid, name, email, phone, messenger, postal_address, language, preference, created_at)
SELECT gen_random_uuid(), 'Asukas ' || c.id, 'asukas' || (c.id %% 90000) || '@example.org', '+35840' || lpad((c.id %% 90000)::text, 7, '0'),
    '', '', 'fi', 'none', c.opened_at FROM contact_case c ORDER BY c.id;
INSERT INTO contact_participant (case_id, contact_id, kind, basis, joined_at)
SELECT c.id, p.id, 'reporter', '', c.opened_at FROM contact_contact p JOIN contact_case c ON p.name = 'Asukas ' || c.id;
INSERT INTO contact_message (uuid, case_id, direction, channel, seen_by, contact_id, organisation_id, language, text, external_id,
    message_id, is_automatic, at)
SELECT gen_random_uuid(), c.id, d.direction, 'web', 'participants', CASE d.direction WHEN 'in' THEN p.contact_id END,
    CASE d.direction WHEN 'out' THEN c.responsible_id END, 'fi',
    CASE d.direction WHEN 'in' THEN 'Huomasin aamulla että ' || c.title || ' osoitteessa ' || c.address || '. Voisitteko korjata sen pian?'
    ELSE 'Kiitos ilmoituksesta. Asia on välitetty huollolle, käymme paikalla viikon ' || c.id %% 52 || ' aikana.' END, '', '', false,
    c.opened_at + CASE d.direction WHEN 'in' THEN interval '0' ELSE interval '1 hour' END
FROM contact_case c JOIN contact_participant p ON p.case_id = c.id CROSS JOIN (VALUES ('in'), ('out')) d(direction);
INSERT INTO contact_handover (case_id, giver_id, receiver_id, reason, offered_at, due_at, decision, decision_reason, decided_at)
SELECT c.id, o.id, c.responsible_id, 'Rajan takana.', c.opened_at, c.opened_at + interval '1 day',
    CASE WHEN c.settled_at IS NULL AND c.id %% 160 = 0 THEN '' ELSE 'accepted' END, '',
    CASE WHEN c.settled_at IS NULL AND c.id %% 160 = 0 THEN NULL ELSE c.opened_at + interval '1 hour' END
FROM contact_case c JOIN LATERAL (SELECT id FROM cities_organisation WHERE kind = 'city' AND id <> c.responsible_id ORDER BY id LIMIT 1) o
    ON true WHERE c.id %% 40 = 0;
ANALYZE;
"""


def make(cases: int) -> None:
    """The six cities, an agent of Espoo and one of the joint desk, and the rows; nothing where they are."""
    from django.db import connection, transaction

    from kuutio.cities import demo as cities_demo
    from kuutio.cities.models import Organisation, Person, Role
    from kuutio.config import installation
    from kuutio.contact import demo
    from kuutio.contact.catalogue import load_catalogue
    from kuutio.contact.models import Case, Category
    from kuutio.core.case_numbers import RANDOM_BYTES
    from kuutio.core.case_numbers import make as make_number

    random = Random(6)
    installation.migrate()
    if Case.objects.exists():
        return
    cities_demo.load_cities()
    demo._units(load_catalogue())
    demo._desk()
    for slug in ("espoo", "joint-desk"):
        person = Person.objects.create_user(f"{slug}@example.org", name=slug)
        Role.objects.create(person=person, organisation=Organisation.objects.get(slug=slug), role="agent")
    told = {
        "numbers": [*{make_number(random.randbytes(RANDOM_BYTES)): 0 for _one in range(cases + 1000)}][:cases],
        "categories": list(Category.objects.filter(is_public=True).order_by("pk").values_list("pk", flat=True)),
        "words": list(WORDS),
        "streets": list(STREETS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in ROWS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, told)
    for person in Person.objects.all():
        pks = Case.objects.filter(responsible__slug="espoo", settled_at=None).order_by("-pk").values("pk")[:60]
        Case.objects.filter(pk__in=list(pks.values_list("pk", flat=True))).update(assignee=person)
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def processor_ms(backend: int) -> float:
    """What this process and its database backend have used so far."""
    ran_ns = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.process_time() * 1e3 + ran_ns / 1e6


def questions() -> dict[str, tuple[str, str]]:
    """Who asks for what, by name."""
    from django.utils import timezone

    from kuutio.cities.models import Person
    from kuutio.contact.filters import Filters
    from kuutio.contact.models import Case
    from kuutio.contact.queue import Look, cases_in, order_of, page_of

    def deep(who: str, query: dict[str, str], pages: int) -> str:
        filters = Filters.read(query)
        look, after = Look.of(Person.objects.get(name=who), timezone.now()), ""
        for _page in range(pages):
            after = page_of(cases_in(filters, look), order_of(filters), after=after).after or after
        return f"{filters.query}&after={after}"

    number = Case.objects.filter(responsible__slug="espoo").order_by("pk")[1000].number
    asked = {
        "open": "view=open",
        "open, 40th page": deep("espoo", {"view": "open"}, 39),
        "mine": "view=mine",
        "new": "view=new",
        "late": "view=late",
        "offered": "view=offered",
        "given": "view=given",
        "by hand": "view=hand",
        "settled": "view=done",
        "settled, 100th page": deep("espoo", {"view": "done"}, 99),
        "category and unit": "view=open&category=pothole&unit=espoo-streets&sort=newest",
        "all Swedish, changed last": "view=all&language=sv&sort=changed",
        "number": f"q={number}",
        "telephone": "q=040 0001234",
        "mail": "q=asukas1234@example.org",
        "address": "q=Kirkkokatu 17",
        "a common word": "q=katuvalo",
        "in every message": "q=huomasin aamulla",
        "rare words": "q=keinu 4321",
        "no such word": "q=xylofoni",
    }
    found = {f"city: {name}": ("espoo", query) for name, query in asked.items()}
    for name in ("new", "late", "settled", "a common word", "in every message", "telephone"):
        found[f"joint desk: {name}"] = ("joint-desk", asked[name])
    return found


def ask(who: str, query: str, again: int) -> dict[str, Any]:
    """One page, again and again."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kuutio.cities.models import Person

    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(name=who), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/fi/work/cases/?{query}"
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    count = len(captured)
    assert response.status_code == 200, response.status_code
    lists = [row["sql"] for row in captured if "LIMIT 51" in row["sql"] and '"salt"' in row["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
        plan = ""
        for sql in lists:
            cursor.execute(f"EXPLAIN {sql}")
            plan += "\n".join(row[0] for row in cursor.fetchall())
    used, walls = [], []
    for _time in range(again):
        before, began = processor_ms(backend), time.perf_counter()
        client.get(address)
        used.append(processor_ms(backend) - before)
        walls.append((time.perf_counter() - began) * 1e3)
    return {
        "processor_ms": round(statistics.median(used), 1),
        "p95_ms": round(sorted(used)[int(len(used) * 0.95)], 1),
        "wall_ms": round(statistics.median(walls), 1),
        "queries": count,
        "rows": response.content.decode().count("data-row"),
        "reads_all_cases": "Seq Scan on contact_case" in plan,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--data", type=Path, default=ROOT / "build" / "bench-queue")
    parser.add_argument("--again", type=int, default=30)
    given = parser.parse_args()
    os.environ["KUUTIO_DATA"] = str(given.data)
    from kuutio.config.console import say, start_django
    from kuutio.config.database import database

    with database():
        start_django()
        began = time.perf_counter()
        make(given.cases)
        from django.db import connection

        from kuutio.contact.models import Case

        say(f"{Case.objects.count()} cases in {time.perf_counter() - began:.0f} s")
        found = {name: ask(who, query, given.again) for name, (who, query) in questions().items()}
        connection.close()
    worst = max(row["processor_ms"] for row in found.values())
    json.dump(
        {"cases": given.cases, "worst_median_ms": worst, "questions": found}, sys.stdout, ensure_ascii=False, indent=1
    )
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
