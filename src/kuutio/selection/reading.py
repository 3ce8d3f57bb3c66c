"""From rows to the rules' own types, in few questions to the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from django.core.cache import caches

from kuutio.cities.models import Organisation
from kuutio.core.choosing import scores
from kuutio.core.choosing.conflicts import Case, Judge
from kuutio.core.choosing.conflicts import Party as Side
from kuutio.core.choosing.tables import ranking_table
from kuutio.selection.models import Affiliation, Candidate, Conflict, Party, Ranking, Review, Reviewer, Round, RoundLog

COUNTED = Review.State.SUBMITTED
OPEN_REVIEWS = (Review.State.ASSIGNED, Review.State.ACCEPTED, Review.State.DRAFT, Review.State.REOPENED)
"""Somebody still has to do something about these."""
_KEPT_S = 3600


def method_of(round_: Round) -> scores.Method:
    """The method of a round."""
    criteria = tuple(
        scores.Criterion(one.key, one.weight, None if one.threshold is None else Fraction(one.threshold))
        for one in round_.criteria.all()
    )
    return scores.Method(criteria, (round_.scale_low, round_.scale_high))


def name_of(candidate: Candidate) -> str:
    """What tables, logs and lots call a candidate: its number in the round."""
    return str(candidate.number)


def judged(round_: Round) -> list[Candidate]:
    """The candidates that are in the running."""
    return list(round_.candidates.exclude(state=Candidate.State.WITHDRAWN).order_by("number"))


def valid_reviews(round_: Round) -> list[scores.Review]:
    """The reviews that count: sent, and under no hard conflict, whatever else is in the database."""
    hard = set(
        Conflict.objects.filter(reviewer__round=round_, level=Conflict.Level.HARD).values_list("reviewer", "candidate")
    )
    rows = Review.objects.filter(candidate__round=round_, state=COUNTED).values_list(
        "candidate__number", "reviewer__alias", "reviewer__city", "scores", "version", "reviewer", "candidate"
    )
    return [
        scores.Review(str(number), f"r{alias}", city, given, version=version)
        for number, alias, city, given, version, reviewer, candidate in rows
        if (reviewer, candidate) not in hard
    ]


def table_now(round_: Round) -> dict[str, Any]:
    """The ranking as it was made, or as it would be made now; the latter is kept until the next review comes in."""
    if round_.is_frozen:
        return dict(Ranking.objects.values_list("table", flat=True).get(round=round_))
    size = RoundLog.objects.filter(round=round_).values_list("size", flat=True).first() or 0
    key = f"selection-ranking-{round_.pk}-{size}-{round_.budget_cents}"
    found: Any = caches["process"].get_or_set(key, lambda: made_table(round_), _KEPT_S)
    return dict(found)


def made_table(round_: Round) -> dict[str, Any]:
    """The ranking of what is in the database now."""
    running = judged(round_)
    cities = {name_of(one): frozenset(one.cities) for one in running}
    reviews = [one for one in valid_reviews(round_) if one.application in cities]
    asked = {name_of(one): one.asked_cents for one in running}
    return ranking_table(method_of(round_), cities, reviews, asked, round_.budget_cents, round_.threshold)


# --- conflicts --------------------------------------------------------------------------------------------------------


def organisation_key(organisation: Organisation) -> str:
    """What tells an organisation apart; the same as `Party.key` of it."""
    return Party(
        organisation=organisation,
        name=str(organisation),
        business_id=organisation.business_id,
        foreign_register=organisation.foreign_register,
        foreign_number=organisation.foreign_number,
    ).key


def judges(reviewers: Iterable[Reviewer]) -> dict[int, Judge]:
    """Reviewers as conflicts see them, with the organisations near their own."""
    rows = list(reviewers)
    near: dict[int, set[str]] = {}
    for one in Affiliation.objects.select_related("owner", "organisation"):
        near.setdefault(one.owner_id, set()).add(organisation_key(one.organisation))
        near.setdefault(one.organisation_id, set()).add(organisation_key(one.owner))
    return {
        row.pk: Judge(
            f"person:{row.person_id}",
            organisation_key(row.organisation),
            row.city,
            _unit(row.unit),
            related=frozenset(near.get(row.organisation_id, ())),
        )
        for row in rows
    }


def cases(candidates: Sequence[Candidate]) -> dict[int, Case]:
    """Candidates as conflicts see them."""
    sides: dict[int, list[Side]] = {one.pk: [] for one in candidates}
    for party in Party.objects.filter(candidate__in=candidates):
        sides[party.candidate_id].append(Side(party.key, party.city, _unit(party.unit), party.is_lead))
    named: dict[int, set[str]] = {one.pk: set() for one in candidates}
    through = Candidate.named.through.objects.filter(candidate__in=candidates)
    for candidate, person in through.values_list("candidate_id", "person_id"):
        named[candidate].add(f"person:{person}")
    return {one.pk: Case(name_of(one), tuple(sides[one.pk]), frozenset(named[one.pk])) for one in candidates}


def _unit(name: str) -> str:
    return " ".join(name.casefold().split())
