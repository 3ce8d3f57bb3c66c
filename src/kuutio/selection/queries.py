"""What the pages and the domains read of choosing."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from kuutio.cities.models import Person
from kuutio.selection.models import Candidate, Conflict, Round


def round_of(key: str) -> Round | None:
    """The round of a call or a challenge."""
    return Round.objects.filter(key=key).select_related("owner", "authority").first()


def candidate_of(reference: str) -> Candidate | None:
    """The candidate that a domain knows by this reference."""
    return Candidate.objects.filter(reference=reference).select_related("round").first()


def barred_references(person: Person | None) -> frozenset[str]:
    """The references that don't exist for a person, at no door of any domain: a hard conflict stands between."""
    if person is None or not person.is_authenticated:
        return frozenset()
    rows = Conflict.objects.filter(reviewer__person=person, level=Conflict.Level.HARD)
    return frozenset(rows.values_list("candidate__reference", flat=True))


def candidates_seen_by(person: Person | None, round_: Round) -> QuerySet[Candidate]:
    """A round's candidates without those that a hard conflict hides from a person."""
    rows = Candidate.objects.filter(round=round_)
    if person is None:
        return rows
    hard = Conflict.objects.filter(candidate=OuterRef("pk"), reviewer__person=person, level=Conflict.Level.HARD)
    return rows.filter(~Exists(hard))
