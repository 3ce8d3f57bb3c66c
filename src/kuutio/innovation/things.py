"""The things that are matched, kept in the database by their terms: put in by the verbs, taken out when they are no longer open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kuutio.core import matching
from kuutio.core.language import Known, Language
from kuutio.core.stems import nothing_known, words
from kuutio.innovation.models import Findable, Term
from kuutio.search.models import WordForm
from kuutio.search.vectors import learnt

_LONGEST_TERM = 80


@dataclass(frozen=True, slots=True)
class Face:
    """What a reader sees of a thing in one language: its title and its page."""

    title: str
    path: str


@transaction.atomic
def put(
    kind: str,
    key: str,
    faces: Mapping[Language, Face],
    *,
    themes: Iterable[str] = (),
    technologies: Iterable[str] = (),
    cities: Iterable[str] = (),
    readiness: tuple[int, int] | None = None,
    text: str = "",
    closes_at: datetime | None = None,
    at: datetime,
) -> Findable:
    """Let a thing be matched, or match it anew.

    Args:
        readiness: the lowest and highest technology readiness level that it is for.
        closes_at: nobody can take it up after this.
        at: when it became what it is; it stays where the thing only looks different.
    """
    where = list(cities)
    said = " ".join(words(text)[: matching.MOST_WORDS_OF_A_THING])
    terms = {
        term[:_LONGEST_TERM]
        for term in matching.terms_of(
            themes=themes, technologies=technologies, cities=where, readiness=readiness, text=said, known=known_of(said)
        )
    }
    told = {
        "title": {language: face.title for language, face in faces.items()},
        "path": {language: face.path for language, face in faces.items()},
        "cities": where,
        "closes_at": closes_at,
        "words": said,
        "waits": _waits(said),
    }
    row, is_new = Findable.objects.select_for_update().get_or_create(
        kind=kind, key=key, defaults={**told, "changed_at": at}
    )
    if not is_new:
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=[*told])
    _keep_terms(row, terms)
    return row


def _keep_terms(row: Findable, terms: set[str], *, of: str = "") -> None:
    """Let a thing have these terms and no others; `of` names the beginning of those that are meant, all where it is empty."""
    there = set(row.terms.filter(term__startswith=of).values_list("term", flat=True))
    row.terms.filter(term__in=there - terms).delete()
    Term.objects.bulk_create((Term(findable=row, term=term) for term in sorted(terms - there)), ignore_conflicts=True)


def known_of(text: str) -> Known:
    """The table of Finnish forms, as far as a text needs it; asked once."""
    return learnt(words(text), "fi").get if text else nothing_known


def _waits(text: str) -> bool:
    return WordForm.objects.filter(language="fi", form__in=words(text), bases__isnull=True).exists()


def match_learnt(at_most: int = 2_000) -> int:
    """Match the things anew whose words waited to be learnt; returns how many. May run twice; who still waits is looked at again."""
    count = 0
    for pk in list(Findable.objects.filter(waits=True).order_by("pk").values_list("pk", flat=True)[:at_most]):
        with transaction.atomic():
            row = Findable.objects.select_for_update().filter(pk=pk, waits=True).first()
            if row is None or _waits(row.words):
                continue
            terms = {term[:_LONGEST_TERM] for term in matching.word_terms(row.words, known_of(row.words))}
            _keep_terms(row, terms, of=f"{matching.Ground.WORD}:")
            row.waits = False
            row.save(update_fields=["waits"])
            count += 1
    return count


def forget(kind: str, key: str) -> None:
    """Take a thing out."""
    Findable.objects.filter(kind=kind, key=key).delete()
