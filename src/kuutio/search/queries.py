"""Finding: what a person typed, in any of the languages, in any form, with a slip of the finger."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import Max

from kuutio.core import language as words
from kuutio.core.language import LANGUAGES, Language
from kuutio.search.actions import note_asked
from kuutio.search.models import Entry, WordForm

#: More matches than this aren't ranked one by one: the first ones found are.
_RANKED = 3000
#: A correction shares at least this much of its trigrams with what was typed.
_ALIKE = 0.35


_KEPT_S = 60


def changed_at(kind: str = "") -> datetime | None:
    """When anything that can be found, or anything of a kind, changed last, as a page tells its readers; at most a minute old."""

    def newest() -> datetime | None:
        entries = Entry.objects.filter(kind=kind) if kind else Entry.objects.all()
        found: datetime | None = entries.aggregate(newest=Max("changed_at"))["newest"]
        return found

    return caches["process"].get_or_set(f"search-changed-{kind}", newest, _KEPT_S)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query understood: a `tsquery` for each language that it says something in, and what was corrected."""

    by_language: dict[Language, str]
    corrected: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.by_language)

    def condition(self) -> tuple[str, list[str]]:
        """SQL over `search_entry` that is true for the entries that match, with its parameters."""
        parts, values = [], []
        for language, query in self.by_language.items():
            parts.append("(search_entry.language = %s AND search_entry.vector @@ %s::tsquery)")
            values += [language, query]
        return "(" + " OR ".join(parts) + ")", values

    def gist(self) -> str:
        """A `tsquery` over `search_gist` that the things which match meet."""
        marked = (words.marked(query, language) for language, query in self.by_language.items())
        return " | ".join(f"({query})" for query in marked)

    def gist_of_titles(self, reader: Language) -> str:
        """The same for what has all the words themselves in its title in one language; "" when they say nothing in it."""
        query = self.by_language.get(reader, "")
        return words.marked(query, reader.upper()) if query else ""

    def rank(self, reader: Language) -> tuple[str, list[str]]:
        """SQL for how well an entry fits, the reader's language first, with its parameters."""
        parts, values = [], []
        for language, query in self.by_language.items():
            parts.append(
                "WHEN search_entry.language = %s THEN ts_rank_cd('{0.05,0.2,0.5,1.0}', search_entry.vector, %s::tsquery)"
            )
            values += [language, query]
        sql = f"(CASE {' '.join(parts)} ELSE 0 END) * search_entry.boost * CASE WHEN search_entry.language = %s THEN 1.5 ELSE 1 END"
        return sql, [*values, reader]


@dataclass(frozen=True, slots=True)
class Found:
    """One result, in the reader's language where the thing has it."""

    kind: str
    key: str
    language: str
    city: str
    title: str
    body: str
    path: str


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results, how many there are of each kind, and what was corrected."""

    rows: list[Found]
    kinds: dict[str, int]
    corrected: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        """All that match."""
        return sum(self.kinds.values())


def _known(forms: list[str]) -> dict[Language, dict[str, list[str]]]:
    known: dict[Language, dict[str, list[str]]] = {language: {} for language in LANGUAGES}
    rows = WordForm.objects.filter(language__in=LANGUAGES, form__in=forms, bases__isnull=False)
    for language, form, bases in rows.values_list("language", "form", "bases"):
        known[language][form] = bases or []  # type: ignore[index]  # the database holds languages only
    return known


def understand(text: str, *, correct: bool = True) -> Asked:
    """What a query asks for in each language; words that no text holds are replaced by the nearest that one does."""
    forms = words.tokens(text)[:20]
    by_language: dict[Language, str] = {}
    unknown: set[str] = set(forms)
    for language, known in _known(forms).items():
        wanted = words.wanted(" ".join(forms), known.get, language)
        unknown &= {one.form for one in wanted if not one.known}
        if query := words.tsquery(wanted):
            by_language[language] = query
    if correct and unknown:
        note_asked(sorted(unknown))
        better = {form: near for form in unknown if (near := nearest(form))}
        if better:
            replaced = understand(" ".join(better.get(form, form) for form in forms), correct=False)
            merged = {
                language: f"({by_language[language]}) | ({query})" if language in by_language else query
                for language, query in replaced.by_language.items()
            }
            return Asked({**by_language, **merged}, tuple(better.items()))
    return Asked(by_language)


def nearest(form: str) -> str | None:
    """The word of our texts that is written most like this one, if any is."""
    if len(form) < 4:
        return None
    pieces = words.trigrams(form)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT form FROM search_wordform WHERE trigrams && %s AND length(form) BETWEEN %s AND %s AND bases <> '{}'"
            " ORDER BY (SELECT count(*) FROM unnest(trigrams) piece WHERE piece = ANY(%s)) DESC, length(form), form LIMIT 20",
            [_telling(pieces), len(form) - 2, len(form) + 3, pieces],
        )
        rows = [row[0] for row in cursor.fetchall() if row[0] != form]
    best = max(rows, key=lambda other: words.similarity(form, other), default=None)
    return best if best and words.similarity(form, best) >= _ALIKE else None


def _telling(pieces: list[str]) -> list[str]:
    """So many of a word's trigrams that every word which is alike enough has one of them; the commonest are left out.

    Of n trigrams a word that is alike shares at least k = n * 0.35, so it can't lack n - k + 1 of them. Trigrams of the
    beginning and the end (with a space) are in many words; those of the middle find few.
    """
    shared = math.ceil(_ALIKE * len(pieces))
    return sorted(pieces, key=lambda piece: piece.count(" "))[: len(pieces) - shared + 1]


def find(
    text: str,
    *,
    language: Language,
    kind: str = "",
    city: str = "",
    audience: Sequence[str] = ("public",),
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """The things that match, best first, each once, in the reader's language where it has one.

    Args:
        kind: of this kind only; the counts are of all kinds.
        audience: whose view: `public`, and `organisation:ID` of those that the reader belongs to.
    """
    asked = understand(text)
    if not asked:
        return Results([], {}, ())
    where, values = asked.condition()
    where += " AND search_entry.audience && %s"
    values_all: list[Any] = [*values, list(audience)]
    if city:
        where += " AND search_entry.city IN (%s, '')"
        values_all.append(city)
    rank, rank_values = asked.rank(language)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, count(DISTINCT key) FROM search_entry WHERE {where} GROUP BY kind ORDER BY kind",  # noqa: S608
            values_all,
        )
        kinds = dict(cursor.fetchall())
        only = " AND search_entry.kind = %s" if kind else ""
        cursor.execute(
            f"""
            WITH matched AS (
                SELECT id, kind, key, {rank} AS rank FROM search_entry WHERE {where}{only} LIMIT {_RANKED}
            ), best AS (
                SELECT kind, key, max(rank) AS rank FROM matched GROUP BY kind, key
                ORDER BY rank DESC, kind, key LIMIT %s OFFSET %s
            )
            SELECT best.kind, best.key, shown.language, shown.city, shown.title, shown.body, shown.path
            FROM best CROSS JOIN LATERAL (
                SELECT * FROM search_entry entry WHERE entry.kind = best.kind AND entry.key = best.key
                ORDER BY (entry.language = %s) DESC, (entry.language = 'fi') DESC LIMIT 1
            ) shown
            ORDER BY best.rank DESC, best.kind, best.key
            """,  # noqa: S608  # the pieces are ours, every value is a parameter
            [*rank_values, *values_all, *([kind] if kind else []), limit, offset, language],
        )
        rows = [Found(*row) for row in cursor.fetchall()]
    return Results(rows, kinds, asked.corrected)
