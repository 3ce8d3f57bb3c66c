"""Put things into the one index, and take them out; called by the verbs of the domains, in their transactions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kuutio.core.language import LANGUAGES, Language, sort_key
from kuutio.search import vectors
from kuutio.search.models import Entry, WordForm

PUBLIC = ("public",)
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s, %s)"
_PUT = """
INSERT INTO search_entry
    (kind, key, language, city, title, keywords, body, path, audience, boost, vector, sort_key, changed_at)
VALUES {rows}
ON CONFLICT (kind, key, language) DO UPDATE SET
    city = excluded.city, title = excluded.title, keywords = excluded.keywords, body = excluded.body, path = excluded.path,
    audience = excluded.audience, boost = excluded.boost, vector = excluded.vector, sort_key = excluded.sort_key,
    changed_at = excluded.changed_at
"""


@dataclass(frozen=True, slots=True)
class Words:
    """What a thing is found by in one language, and where its page is."""

    title: str
    path: str
    keywords: str = ""
    body: str = ""


@transaction.atomic
def put(
    kind: str,
    key: str,
    words: Mapping[Language, Words],
    *,
    at: datetime,
    city: str = "",
    audience: Sequence[str] = PUBLIC,
    boost: float = 1.0,
) -> None:
    """Make a thing findable in the languages given, and in no other.

    Words that nobody has used before are found as they stand at once, and in all their forms when the worker has learnt
    them, some seconds later.

    Args:
        audience: who may find it: `public`, or `organisation:ID` for each organisation whose people may.
        boost: above 1 for what should come first among equals.
    """
    unknown = False
    rows: list[list[Any]] = []
    for language in LANGUAGES:
        if language not in words:
            continue
        said = words[language]
        forms = vectors.forms_of(said.title, said.keywords, said.body)
        known = vectors.learnt(forms, language)
        unknown |= vectors.note_unknown(forms, language, known)
        vector = vectors.vector(language, known, (("A", said.title), ("B", said.keywords), ("C", said.body)))
        rows.append(
            [
                kind,
                key,
                language,
                city,
                said.title[:1000],
                said.keywords,
                said.body,
                said.path,
                list(audience),
                boost,
                vector,
                sort_key(said.title)[:200],
                at,
            ]
        )
    Entry.objects.filter(kind=kind, key=key).exclude(language__in=words).delete()
    if rows:
        # In one statement: after each the database gathers the words of all languages anew.
        with connection.cursor() as cursor:
            cursor.execute(_PUT.format(rows=", ".join([_ROW] * len(rows))), [value for row in rows for value in row])
    if unknown:
        _ask_to_learn()


def forget(kind: str, key: str) -> None:
    """Take a thing out of the index."""
    Entry.objects.filter(kind=kind, key=key).delete()


def forget_others(kind: str, prefix: str, kept: Iterable[str]) -> None:
    """Take the things of a kind out whose keys begin with something, except those that are kept."""
    Entry.objects.filter(kind=kind, key__startswith=prefix).exclude(key__in=list(kept)).delete()


#: While so many words wait, the words of queries don't join them: nobody fills the table by asking.
_MAY_WAIT = 1000
_WORD = re.compile(r"[^\W\d_]{3,40}")


def note_asked(forms: Iterable[str]) -> None:
    """Let the worker learn words that somebody asked for and no text holds in that form, so that they are found next time.

    They have no trigrams: what one reader mistyped is never offered as a correction to another.
    """
    fresh = [form for form in forms if _WORD.fullmatch(form)][:6]
    if not fresh or WordForm.objects.filter(bases__isnull=True)[:_MAY_WAIT].count() == _MAY_WAIT:
        return
    rows = [WordForm(language=language, form=form) for language in LANGUAGES for form in fresh]
    WordForm.objects.bulk_create(rows, ignore_conflicts=True)
    _ask_to_learn()


def _ask_to_learn() -> None:
    """Queue the learning once, however many ask."""
    from procrastinate.exceptions import AlreadyEnqueued

    from kuutio.search import tasks  # tasks import the learning

    with suppress(AlreadyEnqueued), transaction.atomic():
        tasks.learn_words.configure(queueing_lock="learn-words").defer()
