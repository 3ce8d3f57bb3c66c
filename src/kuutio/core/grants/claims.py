"""What a claim pays: advances, partial acceptance, corrections, claims that are opened again; rules C1 to C7.

A grant's payments are a function of its whole history, worked through from the beginning each time: what was accepted so far gives
what is due so far, and what was paid so far is taken off. So a cent that is dropped once comes with the next claim, an advance is
worn off by the first ones, and a correction of an old claim is set off against the next payment.

Sources: the act on structural funds (8/2014) and its decree 357/2014 on payment; the managing authority's guide to payment claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kuutio.core.grants.findings import Finding
from kuutio.core.money import floor_share

MOST_ADVANCE_BP = 3000
"""Of the granted support (C1)."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both of them in it."""

    start: date
    end: date

    def overlaps(self, other: Period) -> bool:
        """Whether a day is in both."""
        return self.start <= other.end and other.start <= self.end

    def within(self, other: Period) -> bool:
        """Whether all its days are in the other."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted.

    Attributes:
        granted: the support in cents; no more is ever paid (C4).
        support_bp: the support's share of accepted net cost, in hundredths of a per cent.
        period: the project's; None: not known here, and C5 asks only what it can.
    """

    granted: int
    support_bp: int
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """Support paid before costs."""

    cents: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A cost line of a claim in cents: what the partner claims, and what control accepts of it."""

    claimed: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A payment claim that control has gone through.

    Attributes:
        lines: by category, or by any other name of a line.
        partner: whose costs; "" where the grant has but one claimant.
        period: the days that the costs are of; None: not known here.
        report: the period of the monitoring report that came with it; None: none came.
    """

    lines: Mapping[str, Line]
    id: str = ""
    partner: str = ""
    period: Period | None = None
    report: Period | None = None

    @property
    def claimed(self) -> int:
        return sum(line.claimed for line in self.lines.values())

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.lines.values())


@dataclass(frozen=True, slots=True)
class Correction:
    """Costs of earlier claims that turn out not to be eligible: so many cents are accepted no more."""

    cents: int
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """The project's money is settled: what was paid and isn't due comes back."""


Happened = Advance | Claim | Correction | Closing


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did.

    Attributes:
        pay: cents paid now.
        paid: cents paid so far, what came back taken off.
        accepted: net cost accepted so far.
        ahead: cents paid so far that accepted costs don't cover yet: an advance, or a correction to be set off.
        back: cents to be paid back; only a closing asks for them.
    """

    pay: int
    paid: int
    accepted: int
    ahead: int
    back: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """A grant's history worked through; after the first refused event it stops."""

    steps: tuple[Step, ...]
    left: int
    findings: tuple[Finding, ...] = ()


def due(grant: Grant, accepted: int) -> int:
    """The support that is due for accepted net cost: its share rounded down, at most what was granted (C3)."""
    return min(grant.granted, floor_share(accepted, grant.support_bp))


def settle(grant: Grant, events: Sequence[Happened]) -> Ledger:
    """Work through everything that happened to a grant, in its order.

    Returns:
        A step for each event up to the first that a rule refuses; all that is wrong with that one in `findings`.
    """
    state = _State()
    steps: list[Step] = []
    for event in events:
        if found := state.wrong(grant, event):
            return Ledger(tuple(steps), grant.granted - state.paid, tuple(found))
        steps.append(state.take(grant, event))
    return Ledger(tuple(steps), grant.granted - state.paid)


@dataclass(slots=True)
class _State:
    paid: int = 0
    accepted: int = 0
    advances: int = 0
    closed: bool = False
    claims: list[Claim] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)

    def wrong(self, grant: Grant, event: Happened) -> list[Finding]:
        match event:
            case Advance():
                return list(self._advance(grant, event))
            case Claim():
                closed = [Finding("c7-closed", event.id)] if self.closed else []
                return [*closed, *claim_findings(event, grant.period, self.claims)]
            case Correction():
                return list(self._correction(event))
            case Closing():
                return [Finding("c7-closed")] if self.closed else []

    def _advance(self, grant: Grant, advance: Advance) -> Iterable[Finding]:
        if self.closed:
            yield Finding("c7-closed", advance.id)
        if advance.cents < 0:
            yield Finding("c2-negative", advance.id, {"line": "ADVANCE"})
        most = floor_share(grant.granted, MOST_ADVANCE_BP)
        if self.advances + advance.cents > most:
            over = self.advances + advance.cents - most
            yield Finding("c1-advance", advance.id, {"most_cents": most, "over_cents": over})
        if self.paid + advance.cents > grant.granted:
            over = self.paid + advance.cents - grant.granted
            yield Finding("c4-over-granted", advance.id, {"over_cents": over})

    def _correction(self, correction: Correction) -> Iterable[Finding]:
        """A correction takes away at most what is accepted: of its claim where it names one, of all of them where it doesn't."""
        most = min(self.accepted, self.left.get(correction.claim, 0)) if correction.claim else self.accepted
        if correction.cents < 0:
            yield Finding("c2-negative", correction.claim, {"line": "CORRECTION"})
        if correction.cents > most:
            yield Finding("c3-correction", correction.claim, {"most_cents": most})

    def take(self, grant: Grant, event: Happened) -> Step:
        pay = back = 0
        match event:
            case Advance():
                pay, self.advances = event.cents, self.advances + event.cents
            case Claim():
                self.claims.append(event)
                self.left[event.id] = self.left.get(event.id, 0) + event.accepted
                self.accepted += event.accepted
                pay = max(0, due(grant, self.accepted) - self.paid)
            case Correction():
                self.accepted -= event.cents
                self.left[event.claim] = self.left.get(event.claim, 0) - event.cents
            case Closing():
                self.closed = True
                back = max(0, self.paid - due(grant, self.accepted))
        self.paid += pay - back
        return Step(pay, self.paid, self.accepted, max(0, self.paid - due(grant, self.accepted)), back)


def claim_findings(claim: Claim, project: Period | None, earlier: Sequence[Claim]) -> list[Finding]:
    """C2, C5 and C6 of one claim: what a partner sees while it is being written, and control when it accepts.

    Args:
        earlier: the other claims of the grant that were sent, of any partner.
    """
    found = list(_lines(claim))
    if claim.period is None:
        return found
    days: dict[str, str | int] = {"start": claim.period.start.isoformat(), "end": claim.period.end.isoformat()}
    if claim.period.end < claim.period.start:
        found.append(Finding("c5-backwards", claim.id, days))
    if project is not None and not claim.period.within(project):
        last: dict[str, str | int] = {"start": project.start.isoformat(), "end": project.end.isoformat()}
        found.append(Finding("c5-outside", claim.id, last))
    found += [
        Finding("c5-overlap", claim.id, {"other": other.id})
        for other in earlier
        if other.partner == claim.partner and other.period is not None and claim.period.overlaps(other.period)
    ]
    if claim.report != claim.period:
        found.append(Finding("c6-no-report", claim.id, days))
    return found


def _lines(claim: Claim) -> Iterable[Finding]:
    for name, line in claim.lines.items():
        if line.claimed < 0 or line.accepted < 0:
            yield Finding("c2-negative", claim.id, {"line": name})
        if line.accepted > line.claimed:
            yield Finding("c2-accepted", claim.id, {"line": name, "over_cents": line.accepted - line.claimed})


class Verdict(StrEnum):
    """What control made of a claim, as its state is named."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"


def verdict(claim: Claim) -> Verdict:
    """Accepted whole, in part or not at all. A claim of nothing is accepted: a period may have no costs."""
    if claim.accepted == claim.claimed:
        return Verdict.ACCEPTED
    return Verdict.PARTLY_ACCEPTED if claim.accepted else Verdict.REJECTED


class Reopening(StrEnum):
    """What may be changed in a claim that is opened again."""

    NUMBERS = "numbers"
    TEXT_ONLY = "text_only"


def reopening(claim: Claim, sent: Sequence[Claim]) -> Reopening:
    """Numbers only as long as no later claim of the same partner was sent: that one was already built on them.

    Args:
        sent: the grant's claims in the order in which they were sent.

    Raises:
        ValueError: the claim is none of them.
    """
    later = sent[list(sent).index(claim) + 1 :]
    return Reopening.TEXT_ONLY if any(other.partner == claim.partner for other in later) else Reopening.NUMBERS
