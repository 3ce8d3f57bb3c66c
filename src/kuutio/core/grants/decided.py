"""What the authority decided, beside what the rules compute (M8), and the programme's money as a whole (M9).

Real decisions are in whole euros and let the support take the euro: 70 % of 199,692 € is 139,784.40 €, and the decision says
139,785 €. Such a figure stands, with its reason, next to the computed one; neither is changed into the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kuutio.core.grants.budgets import Computed, Source
from kuutio.core.grants.findings import Finding


@dataclass(frozen=True, slots=True)
class Decided:
    """A figure that somebody decided by hand: so many cents of one source for one partner, and why."""

    partner: str
    source: Source
    cents: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of the decision beside the computed one; without a decision they are the same."""

    partner: str
    source: Source
    computed: int
    decided: int
    reason: str = ""

    @property
    def difference(self) -> int:
        """Cents that the decision gives above (below zero: under) what the rules compute."""
        return self.decided - self.computed


def beside(computed: Computed, decisions: Sequence[Decided]) -> tuple[list[Beside], list[Finding]]:
    """Each partner's figure of each source, computed and decided; and what is wrong with the decisions.

    A decided figure that differs needs a reason; a partner's sources still add up to its net cost (M6).

    Raises:
        ValueError: one figure is decided twice.
    """
    given = {(one.partner, one.source): one for one in decisions}
    if len(given) < len(decisions):
        raise ValueError("One figure is decided twice.")
    found = [Finding("m6-unknown-partner", one.partner) for one in decisions if one.partner not in computed.partners]
    rows = []
    for name, figures in computed.partners.items():
        own = []
        for source in Source:
            decision = given.get((name, source))
            cents = figures.funding[source] if decision is None else decision.cents
            own.append(Beside(name, source, figures.funding[source], cents, decision.reason if decision else ""))
        found += _wrong(name, own, figures.net)
        rows += own
    return rows, found


def _wrong(partner: str, rows: Sequence[Beside], net: int) -> Iterable[Finding]:
    for row in rows:
        if row.decided < 0:
            yield Finding("m1-negative", partner, {"line": row.source})
        if row.difference and not row.reason.strip():
            facts: dict[str, str | int] = {"source": row.source, "difference_cents": row.difference}
            yield Finding("m8-no-reason", partner, facts)
    if difference := sum(row.decided for row in rows) - net:
        yield Finding("m6-partner", partner, {"difference_cents": difference})


@dataclass(frozen=True, slots=True)
class Committed:
    """Money of one source in one city: granted and paid, in cents."""

    source: str
    city: str
    committed: int
    paid: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Committed and paid, in cents."""

    committed: int = 0
    paid: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.committed + other.committed, self.paid + other.paid)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the programme's money stands. `total` is the sum of `by_source` and of `by_city`; `on_top` is in none of them."""

    by_source: Mapping[str, Sum]
    by_city: Mapping[str, Sum]
    total: Sum
    on_top: Mapping[str, Sum]
    left: Mapping[str, int]
    findings: tuple[Finding, ...]


def standing(plan: Mapping[str, int], rows: Iterable[Committed]) -> Standing:
    """M9: what of the plan is committed and paid, per source and per city, each adding up to the total.

    Args:
        plan: planned cents by source. A source that isn't in it comes on top (ESF beside the programme's money): it is told
            apart and never added.
    """
    by_source, by_city = dict.fromkeys(plan, Sum()), dict[str, Sum]()
    on_top: dict[str, Sum] = {}
    for row in rows:
        one = Sum(row.committed, row.paid)
        if row.source in plan:
            by_source[row.source] += one
            by_city[row.city] = by_city.get(row.city, Sum()) + one
        else:
            on_top[row.source] = on_top.get(row.source, Sum()) + one
    found = [
        Finding("m9-over-plan", source, {"over_cents": by_source[source].committed - planned})
        for source, planned in plan.items()
        if by_source[source].committed > planned
    ]
    found += [
        Finding("m9-paid-over-committed", source, {"over_cents": one.paid - one.committed})
        for source, one in {**by_source, **on_top}.items()
        if one.paid > one.committed
    ]
    return Standing(
        MappingProxyType(by_source),
        MappingProxyType(by_city),
        sum(by_source.values(), Sum()),
        MappingProxyType(on_top),
        MappingProxyType({source: planned - by_source[source].committed for source, planned in plan.items()}),
        tuple(found),
    )
