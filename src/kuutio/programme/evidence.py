"""The figures that all domains give for the promises: declared in their `parts.py`, kept by the night's computing, read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuutio.core.evidence import Evidence, Gap, Standing, verdict
from kuutio.programme.models import EvidenceFigure, Programme, Promise

_evidence: tuple[Evidence, ...] = ()
_gaps: tuple[Gap, ...] = ()


def install(evidence: Sequence[Evidence], gaps: Sequence[Gap]) -> None:
    """Set what the domains declare, once, when the process starts."""
    global _evidence, _gaps
    _evidence, _gaps = tuple(evidence), tuple(gaps)


def declared() -> tuple[Evidence, ...]:
    """All figures that the domains declare."""
    return _evidence


def stated_gaps() -> tuple[Gap, ...]:
    """All that the domains say is missing."""
    return _gaps


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its declaration; `figure` is None until it was computed for the first time."""

    evidence: Evidence
    figure: EvidenceFigure | None

    @property
    def standing(self) -> Standing | None:
        """How the promise stands by it; None where there is nothing to count."""
        return Standing(self.figure.standing) if self.figure and self.figure.standing else None

    @property
    def is_missing(self) -> bool:
        """Whether what it lacks is to be told."""
        return self.standing is not Standing.KEPT


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise with all that shows how it stands."""

    promise: Promise
    figures: tuple[Shown, ...]
    gaps: tuple[Gap, ...]
    standing: Standing


def judged(programme: Programme) -> list[Judged]:
    """The promises of a strategy in their order, each with its figures, its gaps and its verdict: two queries."""
    kept = EvidenceFigure.objects.in_bulk()
    rows = Promise.objects.filter(programme=programme).select_related("focus_area")
    return [judge(promise, kept) for promise in rows]


def judge(promise: Promise, kept: Mapping[str, EvidenceFigure]) -> Judged:
    """How one promise stands by the figures that are kept."""
    figures = tuple(Shown(one, kept.get(one.key)) for one in _evidence if one.promise == promise.key)
    standings = [one.standing for one in figures]
    told = [one.evidence.key for one in figures if one.standing is not None]
    gaps = tuple(gap for gap in _gaps if gap.promise == promise.key and gap.stands(told))
    return Judged(promise, figures, gaps, verdict(standings, lacks=bool(gaps)))


def counts_of(rows: Sequence[Judged]) -> dict[Standing, int]:
    """How many promises stand how, in the order kept, partly, not yet."""
    counted = Counter(row.standing for row in rows)
    return {standing: counted[standing] for standing in Standing}
