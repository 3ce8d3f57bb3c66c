"""The gists that the database keeps against the entries themselves: what is found is the same, and little is read for it."""

import json
import random
from array import array
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kuutio.core.language import LANGUAGES
from kuutio.search.actions import Words, forget, put
from kuutio.search.learning import learn, renew
from kuutio.search.models import Entry, Gist, WordForm
from kuutio.search.queries import Asked, understand
from tests.races import at_once

#: Compounds, their parts and relatives, words that two languages share, and marks that a query has to quote.
WORDS = {
    "fi": ["katuvalaistus", "katuvalot", "valo", "katu", "puistojen", "puisto", "park", "o'ceán", "ja"],
    "sv": ["park", "parker", "gata", "gatan", "belysning", "o'ceán", "och"],
    "en": ["park", "parks", "street", "lights", "o'ceán", "valo"],
}


def texts(dice: random.Random) -> dict[Any, Words]:
    spoken = dice.sample(LANGUAGES, dice.choice((1, 2, 3)))
    return {
        language: Words(
            " ".join(dice.choices(WORDS[language], k=2)), "/", body=" ".join(dice.choices(WORDS[language], k=3))
        )
        for language in spoken
    }


def public(query: str, kind: str = "dataset") -> list[str]:
    """The keys that a search over the gists gives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_public(%s, %s::tsquery)", [kind, query])
        numbers = array("i", cursor.fetchone()[0] or b"")
    numbers.byteswap()
    return sorted(Gist.objects.filter(pk__in=numbers).values_list("key", flat=True))


def plainly(asked: Asked, kind: str = "dataset") -> list[str]:
    """The same, asked of the entries one by one."""
    where, values = asked.condition()
    rows = Entry.objects.filter(kind=kind, audience__contains=["public"]).extra(where=[where], params=values)  # noqa: S610  # ours
    return sorted(set(rows.values_list("key", flat=True)))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_the_gists_give_what_the_entries_give_whatever_happened_to_them(seed: int) -> None:
    dice, found = random.Random(seed), 0
    for _step in range(60):
        key, kind = str(dice.randrange(12)), dice.choice(("dataset", "dataset", "programme"))
        happens = dice.random()
        if happens < 0.7:
            put(
                kind,
                key,
                texts(dice),
                at=timezone.now(),
                audience=dice.choice((["public"], ["public"], ["organisation:7"])),
            )
        elif happens < 0.85:
            forget(kind, key)
        else:
            learn()
    renew("fi", WORDS["fi"])
    every = [word for some in WORDS.values() for word in some]
    asked = dice.choices(every, k=25)
    for text in [*asked, *(f"{one} {other}" for one, other in pairwise(asked)), "katuvalaistsu"]:
        means = understand(text)
        assert public(means.gist() or "''") == (plainly(means) if means else []), text
        found += len(plainly(means)) if means else 0
        for language in means.by_language:
            titled = Entry.objects.filter(kind="dataset", language=language, audience__contains=["public"])
            assert set(public(means.gist_of_titles(language))) <= {entry.key for entry in titled}
    assert found > 50
    assert Gist.objects.count() == Entry.objects.values("kind", "key").distinct().count()


@pytest.mark.django_db
def test_only_the_word_itself_in_the_title_of_that_language_is_one_of_the_title() -> None:
    at = timezone.now()
    put("dataset", "title", {"fi": Words("Puisto", "/"), "sv": Words("Gata", "/")}, at=at)
    put("dataset", "body", {"fi": Words("Katu", "/", body="puisto"), "sv": Words("Puisto", "/")}, at=at)
    learn()
    means = understand("puisto")
    assert public(means.gist()) == ["body", "title"]
    assert public(means.gist_of_titles("fi")) == ["title"]
    assert public(means.gist_of_titles("sv")) == ["body"]


@pytest.mark.django_db(transaction=True)
def test_languages_that_are_written_at_the_same_moment_are_all_found() -> None:
    plain = {"kind": "dataset", "key": "1", "path": "/", "audience": ["public"], "changed_at": timezone.now()}
    waiting = list(LANGUAGES)

    def write() -> None:
        language = waiting.pop()
        Entry.objects.create(**plain, language=language, title=language, sort_key=language, vector="word")

    assert at_once(write, times=3) == [None] * 3
    for language in LANGUAGES:
        assert public(f"'{language}word'") == ["1"]


@pytest.mark.django_db
def test_a_word_that_nearly_all_hold_is_found_without_reading_the_words_of_any() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (kind, key, language, city, title, keywords, body, path, audience, boost, vector, sort_key,"
            " changed_at) SELECT 'dataset', n, 'fi', '', n, '', '', '/', '{public}', 1,"
            " (SELECT array_to_tsvector(array_agg('w' || n % 7 || m)) FROM generate_series(1, 90) m) || 'usual', n, now()"
            " FROM generate_series(1, 3000) n"
        )
        cursor.execute("ANALYZE search_gist")
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT length(search_public('dataset', '''fiusual'''))")
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    # Reading the words of each takes some pages for each.
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] < 1500
    assert len(public("'fiusual'")) == 3000
    assert WordForm.objects.count() == 0
