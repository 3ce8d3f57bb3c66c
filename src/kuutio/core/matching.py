"""Why a thing fits somebody: points that add up, each with its reason. No black box: anybody can add them up by hand.

A profile is a hundred points, shared out among what it says of itself: its themes, its technologies, its cities, how ready its
product is, and its own words. A thing gets the points of what it has in common with the profile, nothing else counts. So the
points are the sum of the reasons, more in common never gives fewer points, and the order in which anything is told is of no account.

Each thing is a set of *terms* (`theme:mobility`, `technology:iot`, `city:oulu`, `trl:6`, `word:pyöräily`): a database can add up the
same points from a table of terms, over any number of things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kuutio.core.language import Known
from kuutio.core.stems import found_by, nothing_known, stems

WHOLE = 10_000
"""The points of a thing that has everything in common with a profile: hundredths of a per cent."""

MOST_WORDS = 40
"""A profile's first stems; what comes after them says the same again."""

MOST_WORDS_OF_A_THING = 30
"""A thing's first words, of its title and the beginning of its text."""


class Ground(StrEnum):
    """What a reason is about, in the order in which reasons are told."""

    THEME = "theme"
    TECHNOLOGY = "technology"
    CITY = "city"
    READINESS = "trl"
    WORD = "word"


SHARES: Mapping[Ground, int] = {
    Ground.THEME: 3_500,
    Ground.TECHNOLOGY: 2_500,
    Ground.CITY: 1_500,
    Ground.READINESS: 1_000,
    Ground.WORD: 1_500,
}
"""How many of a profile's points each ground has; a ground that a profile says nothing of leaves its points to the others."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody says of themselves.

    Attributes:
        cities: codes of the cities in which they would like to work.
        readiness: the technology readiness level of what they have, 1 to 9; None: they don't say.
        text: what they do, in their own words and any of the languages.

    Source of the levels: Horizon 2020 work programme 2014-2015, General Annex G.
    """

    themes: frozenset[str] = frozenset()
    technologies: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    readiness: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One "because": what is in common, and the points for it."""

    ground: Ground
    values: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a thing fits: the points are the sum of the reasons' points, at most `WHOLE`."""

    points: int
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def percent(self) -> int:
        """The points as people read them; what fits at all is never shown as nothing."""
        return max(1, self.points // 100) if self.points else 0


def terms_of(
    *,
    themes: Iterable[str] = (),
    technologies: Iterable[str] = (),
    cities: Iterable[str] = (),
    readiness: tuple[int, int] | None = None,
    text: str = "",
    known: Known = nothing_known,
) -> frozenset[str]:
    """The terms of a thing.

    Args:
        readiness: the lowest and highest technology readiness level that it is for.
        text: its title and what it is found by.
        known: the table of Finnish forms, see `core.language`.
    """
    found = {f"{Ground.THEME}:{one}" for one in themes}
    found |= {f"{Ground.TECHNOLOGY}:{one}" for one in technologies}
    found |= {f"{Ground.CITY}:{one}" for one in cities}
    if readiness is not None:
        found |= {f"{Ground.READINESS}:{level}" for level in range(readiness[0], readiness[1] + 1)}
    return frozenset(found) | word_terms(text, known)


def word_terms(text: str, known: Known = nothing_known) -> frozenset[str]:
    """The terms of a thing's words alone."""
    return frozenset(f"{Ground.WORD}:{one}" for one in found_by(text, known, most_words=MOST_WORDS_OF_A_THING))


def weights_of(profile: Profile, known: Known = nothing_known) -> dict[str, int]:
    """The points that each term is worth to a profile; together `WHOLE`, or nothing for a profile that says nothing.

    Args:
        known: the table of Finnish forms, see `core.language`.
    """
    said: dict[Ground, list[str]] = {
        Ground.THEME: sorted(profile.themes),
        Ground.TECHNOLOGY: sorted(profile.technologies),
        Ground.CITY: sorted(profile.cities),
        Ground.READINESS: [] if profile.readiness is None else [str(profile.readiness)],
        Ground.WORD: stems(profile.text, known)[:MOST_WORDS],
    }
    grounds = [ground for ground in Ground if said[ground]]
    if not grounds:
        return {}
    together = sum(SHARES[ground] for ground in grounds)
    budgets = _shared(WHOLE, {ground: SHARES[ground] for ground in grounds}, together)
    return {
        f"{ground}:{value}": points
        for ground in grounds
        for value, points in _shared(budgets[ground], dict.fromkeys(said[ground], 1), len(said[ground])).items()
        if points
    }


def _shared(whole: int, parts: Mapping[Ground, int] | Mapping[str, int], together: int) -> dict[str, int]:
    """Whole points shared out by parts; those left by rounding down go to the first ones, one each."""
    found = {str(name): whole * part // together for name, part in parts.items()}
    for name in list(found)[: whole - sum(found.values())]:
        found[name] += 1
    return found


def fit(weights: Mapping[str, int], terms: Collection[str]) -> Fit:
    """How well a thing of some terms fits a profile of some weights, with the reasons."""
    common = sorted(term for term in weights if term in terms)
    values: dict[Ground, list[str]] = {}
    points: dict[Ground, int] = {}
    for term in common:
        name, _colon, value = term.partition(":")
        ground = Ground(name)
        values.setdefault(ground, []).append(value)
        points[ground] = points.get(ground, 0) + weights[term]
    reasons = tuple(Reason(ground, tuple(values[ground]), points[ground]) for ground in Ground if ground in values)
    return Fit(sum(reason.points for reason in reasons), reasons)
