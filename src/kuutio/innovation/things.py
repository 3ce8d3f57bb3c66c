"""The things that are matched, kept in the database by their terms: put in by the verbs, taken out when they are no longer open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kuutio.core import matching
from kuutio.core.language import Language
from kuutio.innovation.models import Findable, Term

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
    terms = {
        term[:_LONGEST_TERM]
        for term in matching.terms_of(
            themes=themes, technologies=technologies, cities=where, readiness=readiness, text=text
        )
    }
    told = {
        "title": {language: face.title for language, face in faces.items()},
        "path": {language: face.path for language, face in faces.items()},
        "cities": where,
        "closes_at": closes_at,
    }
    row, is_new = Findable.objects.select_for_update().get_or_create(
        kind=kind, key=key, defaults={**told, "changed_at": at}
    )
    there = set() if is_new else set(row.terms.values_list("term", flat=True))
    if not is_new:
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=[*told])
    row.terms.filter(term__in=there - terms).delete()
    Term.objects.bulk_create((Term(findable=row, term=term) for term in sorted(terms - there)), ignore_conflicts=True)
    return row


def forget(kind: str, key: str) -> None:
    """Take a thing out."""
    Findable.objects.filter(kind=kind, key=key).delete()
