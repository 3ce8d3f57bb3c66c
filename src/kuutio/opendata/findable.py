"""Data sets in the search over everything: by which words each is found, and which ones a query means."""

import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Case, F, FloatField, QuerySet, UUIDField, Value, When
from django.db.models.expressions import RawSQL
from django.utils import translation
from i18nfield.strings import LazyI18nString

from kuutio.core.language import LANGUAGES, Language
from kuutio.opendata import addresses
from kuutio.opendata.models import Dataset
from kuutio.opendata.vocabularies import THEMES
from kuutio.search.actions import Words, forget, put
from kuutio.search.queries import Asked, understand

KIND = "dataset"


def _in(text: object, language: Language) -> str:
    """A translated text in exactly this language, or ""."""
    data = text.data if isinstance(text, LazyI18nString) else text
    if isinstance(data, dict):
        return str(data.get(language) or "")
    return str(data or "") if language == "fi" else ""


def refresh(dataset: Dataset) -> None:
    """Put a data set's words into the index, or take them out when it isn't public."""
    if dataset.state != Dataset.State.PUBLISHED or dataset.access == Dataset.Access.NON_PUBLIC:
        forget(KIND, str(dataset.pk))
        return
    columns = {
        str(column.get("title") or column["name"])
        for distribution in dataset.distributions.all()
        for column in distribution.columns
    }
    words: dict[Language, Words] = {}
    for language in LANGUAGES:
        title = _in(dataset.title, language)
        if not title:
            continue
        with translation.override(language):
            themes = [str(THEMES.get(code, "")) for code in dataset.themes]
        path = addresses.dataset_page(dataset, language).removeprefix(settings.SITE_URL)
        keywords = [*dataset.keywords.get(language, []), *themes, dataset.name.replace("-", " ")]
        body = [_in(dataset.notes, language), _in(dataset.publisher.name, language), *sorted(columns)[:200]]
        words[language] = Words(title, path, " ".join(keywords), " ".join(body))
    boost = 1.0 + min(dataset.quality_points, 405) / 4050 + (0.2 if dataset.city_id is None else 0)
    audience = ["public"] if dataset.access == Dataset.Access.PUBLIC else [f"organisation:{dataset.publisher_id}"]
    put(
        KIND, str(dataset.pk), words, at=dataset.modified_at, city=dataset.city_id or "", audience=audience, boost=boost
    )


def matching(rows: QuerySet[Dataset], text: str) -> QuerySet[Dataset]:
    """The data sets among `rows` that a query means, whatever forms its words have; all of them for a query of no word."""
    asked = understand(text)
    if not asked:
        return rows.none() if text.strip() else rows
    return _fitting(rows, asked, _keys(asked))


#: So many are named one by one in what is asked of the database, and so many are ranked one by one.
_FEW, _RANKED = 5000, 1000


def _keys(asked: Asked) -> list[str]:
    """The ids of the first data sets that fit, public or not; one more than few when there are many."""
    with connection.cursor() as cursor:
        # In this place the function stops at the limit.
        cursor.execute("SELECT search_keys(%s, %s::tsquery) LIMIT %s", [KIND, asked.gist(), _FEW + 1])
        return [key for (key,) in cursor.fetchall()]


def _met(query: str) -> Case:
    """Whether a data set meets a query over gists, for a query that many meet.

    Inside of a CASE the database looks each data set up among those that meet it. As a join it would begin with these, since it
    thinks that they are few, and read the data sets one by one.
    """
    keys = RawSQL(  # the SQL is ours, every value is a parameter
        "SELECT key::uuid FROM search_keys(%s, %s::tsquery) key", [KIND, query], output_field=UUIDField()
    )
    return Case(When(pk__in=keys, then=Value(True)), default=Value(False), output_field=BooleanField())


def _fitting(rows: QuerySet[Dataset], asked: Asked, keys: list[str]) -> QuerySet[Dataset]:
    if len(keys) > _FEW:
        return rows.filter(_met(asked.gist()))
    named = RawSQL("SELECT unnest(%s::uuid[])", [f"{{{','.join(keys)}}}"], output_field=UUIDField())
    return rows.filter(pk__in=named)


def ranked(rows: QuerySet[Dataset], text: str, reader: Language) -> QuerySet[Dataset]:
    """The data sets among `rows` that a query means, best first, with a `score`.

    Of a query that many fit, those with its words in their title in the reader's language have the score 1 and the others 0.
    """
    asked = understand(text)
    if not asked:
        return rows.none() if text.strip() else rows
    keys = _keys(asked)
    score: Any
    if len(keys) <= _RANKED:
        rank, values = asked.rank(reader)
        score = RawSQL(  # noqa: S611  # the SQL is ours, every value is a parameter
            f"(SELECT max({rank}) FROM search_entry WHERE kind = 'dataset' AND key = opendata_dataset.id::text)",  # noqa: S608
            values,
            output_field=FloatField(),
        )
    elif titled := asked.gist_of_titles(reader):
        score = Case(When(_met(titled), then=Value(1.0)), default=Value(0.0))
    else:
        score = Value(0.0)
    return _fitting(rows, asked, keys).annotate(score=score).order_by(F("score").desc(nulls_last=True), "name")


def titles(stored: str) -> dict[str, str]:
    """The languages of a translated text as the database keeps it."""
    try:
        data = orjson.loads(stored)
    except orjson.JSONDecodeError:
        return {"fi": stored}
    return {code: str(text) for code, text in data.items() if text} if isinstance(data, dict) else {"fi": stored}


@dataclass(frozen=True, slots=True)
class Found:
    """What a query means, however many: the public data sets by their numbers in the index, and which of its words were read as others."""

    asked: Asked
    numbers: Sequence[int]

    @property
    def corrected(self) -> tuple[tuple[str, str], ...]:
        """What was typed and what it was read as."""
        return self.asked.corrected

    def in_titles(self, reader: Language) -> Sequence[int]:
        """Those that have all the words themselves in the title in the reader's language."""
        query = self.asked.gist_of_titles(reader)
        return _numbers(query) if query else ()

    def ranks(self, keys: list[str], reader: Language) -> dict[str, float]:
        """How well each of some data sets fits, the reader's language first; those without a text that fits are left out."""
        if not self.asked or not keys:
            return {}
        rank, rank_values = self.asked.rank(reader)
        where, values = self.asked.condition()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, max({rank}) FROM search_entry"  # noqa: S608  # the pieces are ours, every value is a parameter
                f" WHERE kind = %s AND key = ANY(%s) AND {where} GROUP BY key",
                [*rank_values, KIND, keys, *values],
            )
            return {key: float(rank) for key, rank in cursor.fetchall()}


def found(text: str) -> Found:
    """All the public data sets that a query means, in no order; none for a text without a word."""
    asked = understand(text)
    return Found(asked, _numbers(asked.gist()) if asked else ())


def _numbers(query: str) -> Sequence[int]:
    with connection.cursor() as cursor:
        # Four bytes for each, in one value: as rows they would cost more than finding them.
        cursor.execute("SELECT search_public(%s, %s::tsquery)", [KIND, query])
        (packed,) = cursor.fetchone()
    numbers = array("i", packed or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def numbered(numbers: Sequence[int] | None = None) -> Iterator[tuple[str, int]]:
    """The data sets that have these numbers in the index, or all that are in it, by id."""
    among, values = ("", []) if numbers is None else (" AND id = ANY(%s)", [list(numbers)])
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT key, id FROM search_gist WHERE kind = %s{among}", [KIND, *values])  # noqa: S608  # as above
        while rows := cursor.fetchmany(2000):
            yield from rows
