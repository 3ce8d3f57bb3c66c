"""How long the list of data sets takes: `python bench/catalogue.py [--sets 100000] [--data DIR]`.

Makes so many data sets in a database of its own (the embedded PostgreSQL in a temporary folder, or in --data, which is kept and
used again), in three languages, with words as frequent as in a real catalogue (the n-th word is 1/n as common as the first),
several formats, themes and publishers. Each language has its own words, but every fifth is a name that all three have. Prints one
JSON object on stdout: milliseconds of the whole page by Django's test client (no network), of the list alone (`listed`: search,
all counts of all filters, one page of ids), of CKAN's package_search (with its facets), and what it costs to follow one change.
No answer is kept between questions. 100,000 data sets take some minutes to make.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
PUBLISHERS, WORDS, BATCH = 120, 20_000, 2000
FORMATS = ("CSV", "XLSX", "GeoJSON", "PDF", "GTFS", "WMS", "Shapefile", "JSON")
ASKED = 60
_ENTRIES = """COPY search_entry
    (kind, key, language, city, title, keywords, body, path, audience, boost, vector, sort_key, changed_at) FROM STDIN"""
_SYLLABLES = [a + b for a in "hjklmnprstv" for b in ("a", "ee", "i", "o", "uu", "ä", "y", "ai", "uo")]


def words(count: int, dice: random.Random) -> dict[str, list[str]]:
    """Made-up words of each language, that look Finnish; the first are the commonest. Every fifth is a name: the same in all."""
    found: dict[str, None] = {}
    while len(found) < 3 * count:
        found["".join(dice.choices(_SYLLABLES, k=dice.choice((2, 2, 3, 3, 4))))] = None
    made = list(found)
    return {
        language: [made[3 * rank + (0 if rank % 5 == 1 else own)] for rank in range(count)]
        for own, language in enumerate(("fi", "sv", "en"))
    }


def make(count: int) -> dict[str, list[str]]:
    """Fill an empty database; returns the words of each language."""
    from django.db import connection
    from django.utils import timezone

    from kuutio.cities.models import City, Municipality, Organisation
    from kuutio.core.language import trigrams
    from kuutio.search.models import WordForm

    dice = random.Random(5)
    vocabulary = words(WORDS, dice)
    for position, code in enumerate(CITIES):
        place = Municipality.objects.order_by("code")[position]
        name = {"fi": code.title(), "sv": code.title(), "en": code.title()}
        City.objects.get_or_create(code=code, defaults={"municipality": place, "name": name, "position": position + 1})
    cities = list(City.objects.order_by("position"))
    for number in range(PUBLISHERS):
        name = {
            "fi": f"{vocabulary['fi'][number + 50].title()} toimiala",
            "en": f"{vocabulary['en'][number + 50].title()} division",
        }
        Organisation.objects.create(slug=f"publisher-{number}", kind="public", name=name, city=cities[number % 6])
    forms = [
        WordForm(language=language, form=word, bases=[word], trigrams=trigrams(word))
        for language, every in vocabulary.items()
        for word in every
    ]
    WordForm.objects.bulk_create(forms, batch_size=BATCH)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET gin_pending_list_limit = '512MB'; SET maintenance_work_mem = '512MB'")
    for start in range(0, count, BATCH):
        batch(range(start, min(count, start + BATCH)), vocabulary, cities, dice, now)
        print(f"{start + BATCH:,} data sets", file=sys.stderr, end="\r", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return vocabulary


def batch(numbers: range, vocabulary: dict[str, list[str]], cities: list[Any], dice: random.Random, now: Any) -> None:
    """Some data sets, with their distributions and their entries in the search index."""
    from datetime import timedelta

    from django.db import connection

    from kuutio.cities.models import Organisation
    from kuutio.core.language import sort_key
    from kuutio.opendata.models import Dataset, Distribution
    from kuutio.opendata.vocabularies import FREQUENCIES, THEMES
    from kuutio.search import vectors

    publishers = list(Organisation.objects.filter(slug__startswith="publisher-"))
    weights, ranks = list(accumulate(1 / (rank + 1) for rank in range(WORDS))), range(WORDS)
    themes, rhythms = list(THEMES), list(FREQUENCIES)
    sets, parts, entries = [], [], []
    for number in numbers:
        drawn = dice.choices(ranks, cum_weights=weights, k=30)
        said = {language: [every[rank] for rank in drawn] for language, every in vocabulary.items()}
        title = {language: " ".join(some[:4]).capitalize() for language, some in said.items()}
        body = {language: " ".join(some[4:]) for language, some in said.items()}
        city = dice.choices(cities, (6, 3, 2, 4, 3, 2))[0]
        changed = now - timedelta(minutes=dice.randrange(2_000_000))
        one = Dataset(
            id=uuid.UUID(int=dice.getrandbits(128), version=4),
            name=f"{city.code}-{number}",
            city=city,
            publisher=dice.choice(publishers),
            state="published",
            issued_at=changed,
            data_changed_at=changed,
            title=title,
            notes=body,
            themes=dice.sample(themes, dice.choice((1, 1, 2, 3))),
            licence=dice.choices(("cc-by-4.0", "cc-zero-1.0", ""), (8, 2, 1))[0],
            frequency=dice.choice(rhythms),
            hvd_category="c_e1da4e07" if number % 20 == 0 else "",
            quality_points=dice.randrange(80, 406),
            used=int(dice.paretovariate(0.8)),
            bbox=[24.0, 60.0, 25.0, 61.0],
        )
        sets.append(one)
        parts += [
            Distribution(dataset=one, kind="link", url=f"https://example.org/{number}", format=form)
            for form in dice.sample(FORMATS, dice.choice((1, 2, 3)))
        ]
        for language, some in said.items():
            known = {word: [word] for word in some}
            weighted = (("A", title[language]), ("B", ""), ("C", body[language]))
            entries.append(
                [
                    "dataset",
                    str(one.pk),
                    language,
                    city.code,
                    title[language],
                    "",
                    body[language],
                    f"/{language}/data/{one.name}/",
                    ["public"],
                    1 + one.quality_points / 4050,
                    vectors.vector(language, known, weighted),
                    sort_key(title[language])[:200],
                    changed,
                ]
            )
    Dataset.objects.bulk_create(sets)
    Distribution.objects.bulk_create(parts)
    with connection.cursor() as cursor, cursor.copy(_ENTRIES) as rows:
        for entry in entries:
            rows.write_row(entry)


def timed(calls: Iterator[Callable[[], Any]]) -> dict[str, float]:
    """Milliseconds of calls that are each another question: the median and the 95th percentile."""
    took = []
    for call in calls:
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"median": round(statistics.median(took), 1), "p95": round(took[int(len(took) * 0.95)], 1)}


def questions(vocabulary: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Parameters of the page, many different ones of each kind."""
    dice = random.Random(9)
    from kuutio.opendata.vocabularies import FREQUENCIES, THEMES

    def filters() -> dict[str, Any]:
        return {
            "city": dice.sample(CITIES, 2),
            "theme": dice.choice(list(THEMES)),
            "rhythm": dice.sample(list(FREQUENCIES), 3),
            "format": dice.choice(FORMATS),
        }

    orders, most = ("newest", "name", "quality", "used"), vocabulary[:4]
    return {
        "all": [{"sort": dice.choice(orders)} for _n in range(ASKED)],
        "filters": [filters() | {"sort": dice.choice(orders)} for _n in range(ASKED)],
        "two words": [{"q": " ".join(dice.sample(vocabulary[100:5000], 2))} for _n in range(ASKED)],
        "a rare word": [{"q": word} for word in dice.sample(vocabulary[3000:15000], ASKED)],
        "a usual word": [{"q": word} for word in dice.sample(vocabulary[100:1000], ASKED)],
        "a common word": [{"q": word} for word in vocabulary[5:25]],
        "a word of most": [{"q": word} for word in most * 5],
        "a word of most, a filter": [{"q": word, "city": city} for word in most for city in CITIES],
        "a word of most, newest first": [{"q": word, "sort": "newest"} for word in most * 5],
        "two words of most": [{"q": f"{one} {other}"} for one in vocabulary[:5] for other in vocabulary[:5] if one < other] * 2,
        "a usual word, filters": [filters() | {"q": word} for word in dice.sample(vocabulary[100:1000], ASKED)],
        "a slip of the finger": [{"q": slipped(word)} for word in dice.sample([w for w in vocabulary[500:3000] if len(w) > 5], ASKED)],
    }  # fmt: skip


def further(words: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Parameters of the second and of the last page of a search for each of some words."""
    from kuutio.opendata import listing
    from kuutio.opendata.pages import places

    second, last = [], []
    for word in words:
        asked = listing.Asked(word, order="best")
        second.append({"q": word, "after": places.token(listing.listed(asked).part.last)})
        last.append({"q": word, "before": places.token((10_000, "~"))})
    return {"a word of most, page 2": second * 5, "a word of most, last page": last * 5}


def slipped(word: str) -> str:
    """Two letters changed about."""
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]}"


def measure(vocabulary: list[str]) -> dict[str, Any]:
    """Ask."""
    from django.http import QueryDict
    from django.test import Client

    from kuutio.opendata import listing
    from kuutio.opendata.models import Dataset
    from kuutio.opendata.pages.catalogue import asked_of

    def parsed(given: dict[str, Any]) -> QueryDict:
        query = QueryDict(mutable=True)
        for name, value in given.items():
            query.setlist(name, value if isinstance(value, list) else [value])
        return query

    client = Client()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    total = listing.listed(listing.Asked()).total
    first = time.perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    client.get("/fi/data/")
    asked = questions(vocabulary) | further(vocabulary[:4])
    alone = {
        kind: timed((lambda one=one: listing.listed(asked_of(parsed(one), "fi"))) for one in every)
        for kind, every in asked.items()
    }
    matched = {
        kind: int(statistics.median(listing.listed(asked_of(parsed(one), "fi")).total for one in every[:20]))
        for kind, every in asked.items()
    }
    for one in Dataset.objects.order_by("?")[:3]:
        listing.listed(listing.Asked())
        Dataset.objects.filter(pk=one.pk).update(themes=["ENVI"])
    followed = timed(changed(one, listing) for one in Dataset.objects.order_by("pk")[:40])
    page = {
        kind: timed((lambda one=one: client.get(f"/fi/data/?{parsed(one).urlencode()}")) for one in every)
        for kind, every in asked.items()
    }
    ckan = {
        kind: timed((lambda one=one: packages(client, one)) for one in every[:20])
        for kind, every in asked.items()
        if all(set(one) == {"q"} for one in every)
    }
    return {
        "datasets": total,
        "first_reading_s": round(first, 2),
        "index_kb": grown,
        "matched_median": matched,
        "listed_ms": alone,
        "page_ms": page,
        "package_search_ms": ckan,
        "after_a_change_ms": followed,
    }


def packages(client: Any, one: dict[str, Any]) -> None:
    """Ask CKAN's door as its own front end does, with the counts of its facets."""
    fields = '["organization","groups","tags","res_format","license_id"]'
    answer = client.get("/api/3/action/package_search", {**one, "rows": 20, "facet.field": fields})
    assert answer.json()["success"], answer.content


def changed(one: Any, listing: Any) -> Callable[[], Any]:
    """A change, and then the question whose answer has to show it."""
    from kuutio.opendata.models import Dataset

    Dataset.objects.filter(pk=one.pk).update(quality_points=(one.quality_points + 7) % 400)
    return lambda: listing.listed(listing.Asked(order="quality"))


def main() -> int:
    """Make what is missing, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=100_000)
    parser.add_argument("--data", help="a folder to keep the database in; a temporary one otherwise")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="kuutio-bench-"))
        os.environ["KUUTIO_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        from kuutio.config.console import start_django
        from kuutio.config.database import database

        stack.enter_context(database())
        start_django()
        from django.conf import settings

        from kuutio.config import installation
        from kuutio.opendata.models import Dataset

        settings.ALLOWED_HOSTS = ["testserver"]
        installation.migrate()
        missing = Dataset.objects.count() == 0
        vocabulary = make(options.sets) if missing else words(WORDS, random.Random(5))
        print(json.dumps(measure(vocabulary["fi"]), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
