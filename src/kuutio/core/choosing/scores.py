"""What reviews add up to: exact scores and ranks, and the same without the reviewers whose own city applies (V1, V2, V3, V7, V12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from kuutio.core.grants.findings import Finding

WHOLE_WEIGHT = 100
MOVED_RANKS = 3
"""A rank that changes by so many when own cities' reviewers are left out is flagged (V7)."""


class Level(StrEnum):
    """How a reviewer stands to an application (V6)."""

    NONE = "NONE"
    SOFT = "SOFT"
    HARD = "HARD"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored.

    Attributes:
        weight: a whole number; all of a call's criteria together weigh 100.
        threshold: a mean below this makes an application not fundable, whatever its total (V13); None: there is none.
    """

    key: str
    weight: int
    threshold: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's scores of one version of an application.

    Attributes:
        city: the reviewer's own.
        why: written reasons by criterion.
        version: of the application that was read.
    """

    application: str
    reviewer: str
    city: str
    scores: Mapping[str, int]
    conflict: Level = Level.NONE
    submitted: bool = True
    why: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def counts(self) -> bool:
        """Submitted, and by nobody with a hard conflict: all others are in no figure."""
        return self.submitted and self.conflict != Level.HARD


@dataclass(frozen=True, slots=True)
class Method:
    """How a call scores: criteria and the lowest and highest score of each (0 to 5, or 1 to 5)."""

    criteria: tuple[Criterion, ...]
    scale: tuple[int, int] = (0, 5)

    def total(self, review: Review) -> Fraction:
        """V2: a review's score of 100, exact.

        Raises:
            KeyError: a criterion has no score.
        """
        return Fraction(sum(one.weight * review.scores[one.key] for one in self.criteria), self.scale[1])


def method_findings(method: Method) -> list[Finding]:
    """V1: weights are whole, above zero, and 100 together."""
    found = [Finding("v1-weight", one.key, {"weight": one.weight}) for one in method.criteria if one.weight <= 0]
    together = sum(one.weight for one in method.criteria)
    return found if together == WHOLE_WEIGHT else [*found, Finding("v1-weights", facts={"together": together})]


def review_findings(method: Method, review: Review, *, ranking_published: bool = False) -> list[Finding]:
    """What keeps a review from being submitted: a score missing or outside the scale (V1), an extreme one without its reason
    (V12: at most 1, or the highest), a ranking that is published already (V14)."""
    found = [Finding("v14-published")] if ranking_published else []
    lowest, highest = method.scale
    for one in method.criteria:
        score = review.scores.get(one.key)
        if score is None:
            found.append(Finding("v1-missing", one.key))
        elif not lowest <= score <= highest:
            found.append(Finding("v1-scale", one.key, {"score": score, "lowest": lowest, "highest": highest}))
        elif (score <= 1 or score == highest) and not review.why.get(one.key, "").strip():
            found.append(Finding("v12-no-reason", one.key, {"score": score}))
    known = {one.key for one in method.criteria}
    return found + [Finding("v1-unknown", key) for key in sorted(set(review.scores) - known)]


def is_stale(review: Review, submitted_version: int) -> bool:
    """V11: a later version of the application was submitted than the one that was reviewed."""
    return review.version < submitted_version


def mean(values: Iterable[Fraction | int]) -> Fraction | None:
    """The exact mean; None of nothing."""
    known = [Fraction(value) for value in values]
    return sum(known, Fraction(0)) / len(known) if known else None


def shown(value: Fraction, decimals: int = 2) -> str:
    """A score as it is shown, half a unit rounded up (V2): `48.33`; the exact one ranks. At least one decimal."""
    scaled = value * 10**decimals
    up = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(up, 10**decimals)
    return f"{'-' if value < 0 and up else ''}{whole}.{rest:0{decimals}}"


@dataclass(frozen=True, slots=True)
class Standing:
    """An application among the others.

    Attributes:
        score: the mean of its valid reviews; None: nobody reviewed it.
        rank: 1 is the best, equals share one and the next are as many further (V3); None without a score.
        criteria: the mean of each criterion's scores.
        outside_score: the same mean without reviewers whose city is in the consortium; None: no other is left (V7).
        outside_rank: among the applications that have such a score.
        moved: the rank changes by `MOVED_RANKS` or more when own cities' reviewers are left out.
        reviews: how many are counted.
    """

    application: str
    score: Fraction | None
    rank: int | None
    criteria: Mapping[str, Fraction]
    outside_score: Fraction | None
    outside_rank: int | None
    reviews: int

    @property
    def moved(self) -> bool:
        both = self.rank is not None and self.outside_rank is not None
        return both and abs((self.rank or 0) - (self.outside_rank or 0)) >= MOVED_RANKS


def standings(method: Method, cities: Mapping[str, frozenset[str]], reviews: Sequence[Review]) -> list[Standing]:
    """Every application with its scores and ranks, best first, unscored ones last, equals by their id.

    Args:
        cities: of each application's partners, by its id; an application is judged only if it is here.
    """
    counted: dict[str, list[Review]] = {application: [] for application in cities}
    for review in reviews:
        if review.counts and review.application in counted:
            counted[review.application].append(review)
    scores = {name: mean(method.total(one) for one in own) for name, own in counted.items()}
    outside = {
        name: mean(method.total(one) for one in own if one.city not in cities[name]) for name, own in counted.items()
    }
    rank, outside_rank = ranks(scores), ranks(outside)
    made = [
        Standing(
            name,
            scores[name],
            rank.get(name),
            MappingProxyType(_criteria(method, own)),
            outside[name],
            outside_rank.get(name),
            len(own),
        )
        for name, own in counted.items()
    ]
    return sorted(made, key=lambda one: (one.rank is None, one.rank or 0, one.application))


def _criteria(method: Method, reviews: Sequence[Review]) -> dict[str, Fraction]:
    means = {one.key: mean(review.scores[one.key] for review in reviews) for one in method.criteria}
    return {key: value for key, value in means.items() if value is not None}


def ranks(scores: Mapping[str, Fraction | None]) -> dict[str, int]:
    """V3: 1 for the highest exact score; equals share a rank, and the next one counts them all (1, 2, 2, 4)."""
    known = sorted((score for score in scores.values() if score is not None), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(known, 1)))}
    return {name: first[score] for name, score in scores.items() if score is not None}
