"""What the pages and the domains read of choosing."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from kuutio.cities.models import Person
from kuutio.selection.models import Candidate, Conflict, Letter, Member, Review, Reviewer, Round, RoundLog


def round_of(key: str) -> Round | None:
    """The round of a call or a challenge."""
    return Round.objects.filter(key=key).select_related("owner", "authority").first()


def candidate_of(reference: str) -> Candidate | None:
    """The candidate that a domain knows by this reference."""
    return Candidate.objects.filter(reference=reference).select_related("round").first()


def letter_of(reference: str) -> Letter | None:
    """The decision letter of the candidate that a domain knows by this reference; None while nothing is decided for good."""
    rows = Letter.objects.filter(decision__candidate__reference=reference).defer("file")
    return rows.select_related("decision__candidate__round").order_by("-pk").first()


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


def reviewing_seats(person: Person) -> list[Reviewer]:
    """The rounds in which somebody reviews, the newest first."""
    rows = Reviewer.objects.filter(person=person, left_at__isnull=True).exclude(round__state__in=["draft", "cancelled"])
    return list(rows.select_related("round").order_by("-round__opened_at"))


def reviews_of(reviewer: Reviewer) -> list[Review]:
    """A reviewer's reviews, what waits first; those that a conflict hides are not among them, nor any before the reviews begin."""
    if reviewer.round.state in (Round.State.DRAFT, Round.State.DECLARING):
        return []
    hard = Conflict.objects.filter(reviewer=reviewer, level=Conflict.Level.HARD).values("candidate")
    rows = (
        reviewer.reviews.exclude(state__in=[Review.State.VOID, Review.State.DECLINED, Review.State.EXCUSED])
        .exclude(candidate__in=hard)
        .exclude(candidate__state=Candidate.State.WITHDRAWN)
        .select_related("candidate")
    )
    return sorted(rows, key=lambda row: (row.state == Review.State.SUBMITTED, row.candidate.number))


def rounds_worked_by(person: Person) -> QuerySet[Round]:
    """The rounds at which somebody has a seat: their office, authority, audit, or one of those who decide."""
    rows = Round.objects.select_related("owner", "authority")
    if person.is_superuser or person.has_role("auditor"):
        return rows
    own = [held.organisation_id for held in person.held_roles if held.role == "office"]
    mine = Member.objects.filter(round=OuterRef("pk"), person=person)
    return rows.filter(Q(owner__in=own) | Q(authority__in=own) | Exists(mine))


def log_of(round_: Round) -> RoundLog | None:
    """How far a round's log has grown; None before it begins."""
    return RoundLog.objects.filter(round=round_).defer("secret", "bundle", "frontier").first()
