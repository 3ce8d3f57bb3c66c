"""How long the matching and the search over testbeds, challenges and learnings take, in milliseconds of processor.

    python bench/matching.py [--things 10000] [--port 8660] [--dir DIR]

Of each kind so many are made up. Both processors are counted: this process's, and that of the database's process that answers it.
JSON on stdout: of each question the median and the most of twenty.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from running import TICK_S, database, machine, say

KINDS = ("testbed", "challenge", "learning")
TIMES = 20
WORDS = [
    "anturi",
    "valaistus",
    "pyöräily",
    "pysäköinti",
    "robotti",
    "bussi",
    "kirjasto",
    "päiväkoti",
    "uimahalli",
    "puisto",
    "penkki",
    "lumi",
    "auraus",
    "melu",
    "ilma",
    "vesi",
    "energia",
    "lämpö",
    "jäte",
    "kierrätys",
    "rakennus",
    "julkisivu",
    "esteettömyys",
    "ikäihminen",
    "nuori",
    "koulu",
    "opetus",
    "peli",
    "kartta",
    "drooni",
    "verkko",
    "kamera",
    "laskuri",
    "ennuste",
    "keskustelu",
    "palaute",
    "varaus",
    "ateria",
    "ravinto",
    "liikunta",
    "terveys",
    "etäseuranta",
    "turvallisuus",
    "hälytys",
]


def made_up(count: int) -> None:
    """So many things of each kind in the matching and in the search, written together."""
    from django.db import connection
    from django.utils import timezone

    from kuutio.core import matching
    from kuutio.innovation.models import Findable, Technology, Theme
    from kuutio.search.models import WordForm

    WordForm.objects.bulk_create(
        (WordForm(language="fi", form=word, bases=[word]) for word in WORDS), ignore_conflicts=True
    )
    known = {word: [word] for word in WORDS}.get
    chance, now = random.Random(1), timezone.now()
    cities = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
    for kind in KINDS:
        rows, terms, entries = [], [], []
        for number in range(count):
            words = chance.choices(WORDS, k=40)
            title = " ".join(words[:5]).capitalize()
            rows.append(
                Findable(
                    kind=kind, key=f"{kind}-{number}", title={"fi": title}, path={"fi": f"/fi/{kind}/{number}/"},
                    cities=[chance.choice(cities)], changed_at=now,
                )
            )  # fmt: skip
            terms.append(
                matching.terms_of(
                    themes=chance.sample(Theme.values, 2),
                    technologies=chance.sample(Technology.values, 2),
                    cities=rows[-1].cities,
                    readiness=(chance.randint(1, 5), chance.randint(5, 9)),
                    text=" ".join(words),
                    known=known,
                )
            )
            places = " ".join(f"'{word}':{place + 1}" for place, word in enumerate(dict.fromkeys(words)))
            said = (title, "", " ".join(words), rows[-1].path["fi"])
            entries.append((kind, f"{kind}-{number}", "fi", "", *said, "{public}", 1, places, "", now))
        Findable.objects.bulk_create(rows, batch_size=2000)
        with connection.cursor() as cursor, cursor.copy("COPY innovation_term (findable_id, term) FROM STDIN") as copy:
            for row, some in zip(rows, terms, strict=True):
                for term in some:
                    copy.write_row((row.pk, term))
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY search_entry (kind, key, language, city, title, keywords, body, path, audience, boost, vector,"
                " sort_key, changed_at) FROM STDIN"
            ) as copy,
        ):
            for entry in entries:
                copy.write_row(entry)
        say(f"{kind}: {count} are in")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself after so many rows


def processor_ms(pid: int) -> float:
    """Milliseconds of processor of this process and of the database's process that answers it."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() * 1000 + sum(map(int, words[11:13])) * TICK_S * 1000


def measured(pid: int, question: Callable[[int], Any]) -> dict[str, Any]:
    """A question, asked many times with other words each time. The database's clock ticks in tens of milliseconds: the mean tells."""
    question(0)
    before, spans = processor_ms(pid), []
    for number in range(1, TIMES + 1):
        start = time.process_time()
        question(number)
        spans.append((time.process_time() - start) * 1000)
    return {
        "mean_ms_with_database": round((processor_ms(pid) - before) / TIMES, 1),
        "median_ms_here": round(statistics.median(spans), 1),
        "most_ms_here": round(max(spans), 1),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--things", type=int, default=10_000, help="of each kind")
    arguments.add_argument("--port", type=int, default=8660)
    arguments.add_argument("--dir", type=Path)
    options = arguments.parse_args()
    told: dict[str, Any] = {"machine": machine(), "things_of_each_kind": options.things}
    with (
        tempfile.TemporaryDirectory(prefix="kuutio-bench-") as folder,
        database(options.dir or Path(folder), options.port),
    ):
        from django.db import connection
        from django.utils import timezone

        from kuutio.core.matching import Profile
        from kuutio.innovation.matches import matches
        from kuutio.innovation.models import Findable, Technology, Theme
        from kuutio.search.queries import find

        if Findable.objects.count() < options.things * len(KINDS):
            made_up(options.things)
        pid = connection.connection.info.backend_pid
        chance, now = random.Random(2), timezone.now()

        def whole(_number: int) -> object:
            themes = frozenset(chance.sample(Theme.values, 2))
            technologies = frozenset(chance.sample(Technology.values, 2))
            words = " ".join(chance.sample(WORDS, 5))
            return matches(Profile(themes, technologies, frozenset(["oulu", "turku"]), 6, words), now)

        def one_theme(number: int) -> object:
            return matches(Profile(themes=frozenset([Theme.values[number % len(Theme.values)]])), now)

        def search(number: int) -> object:
            return find(
                f"{WORDS[number % len(WORDS)]} {WORDS[(number * 7) % len(WORDS)]}", language="fi", kind="learning"
            )

        told["matching_a_whole_profile"] = measured(pid, whole)
        told["matching_one_theme"] = measured(pid, one_theme)
        told["search"] = measured(pid, search)
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("KUUTIO_LOG_LEVEL", "WARNING")
    raise SystemExit(main())
