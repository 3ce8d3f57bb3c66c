"""Figures that people wrote, held against those that are computed, to the cent: rules M5 and M6; and what a change moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuutio.core.grants.budgets import Category, Computed, PartnerBudget, Source
from kuutio.core.grants.findings import Finding


def balance(computed: Computed, entered: Mapping[str, Mapping[Source, int]]) -> list[Finding]:
    """M5 and M6 of funding that people wrote themselves, in a form or a sheet: each partner's sources add up to its net cost, and
    the EU's and the state's part are not above what their shares give.

    Args:
        entered: cents by the partner's id and source; a partner that isn't in it pays nothing.

    Returns:
        The differences, to the cent: above zero is too much.
    """
    found = []
    for name, figures in computed.partners.items():
        lines = entered.get(name, {})
        if negative := [source for source in Source if lines.get(source, 0) < 0]:
            found += [Finding("m1-negative", name, {"line": source}) for source in negative]
        if difference := sum(lines.get(source, 0) for source in Source) - figures.net:
            found.append(Finding("m6-partner", name, {"difference_cents": difference}))
        for source in (Source.EU, Source.STATE):
            if (over := lines.get(source, 0) - figures.funding[source]) > 0:
                found.append(Finding("m5-over-share", name, {"source": source, "over_cents": over}))
    found += [Finding("m6-unknown-partner", name) for name in entered if name not in computed.partners]
    return found


def totals_fit(computed: Computed, categories: Mapping[Category, int], sources: Mapping[Source, int]) -> list[Finding]:
    """M6 of a project's totals that came from elsewhere (a sheet, the authority's file): each is the sum over the partners."""
    found = [
        Finding("m6-category", facts={"category": category, "difference_cents": difference})
        for category in Category
        if (difference := categories.get(category, 0) - computed.lines.get(category, 0))
    ]
    return found + [
        Finding("m6-source", facts={"source": source, "difference_cents": difference})
        for source in Source
        if (difference := sources.get(source, 0) - computed.project.funding[source])
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """A line that differs between two budgets, in cents."""

    partner: str
    line: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        """Above zero: the later budget has more."""
        return self.after - self.before


def moved(before: Sequence[PartnerBudget], after: Sequence[PartnerBudget]) -> list[Moved]:
    """Each line that a later version changed, partners and lines sorted: what a change request moves; one that only moves sums to 0."""
    old, new = ({one.id: {**one.costs, "INCOME": one.income} for one in side} for side in (before, after))
    return [
        Moved(partner, line, was, is_)
        for partner in sorted({*old, *new})
        for line in sorted({*old.get(partner, {}), *new.get(partner, {})}, key=str)
        if (was := old.get(partner, {}).get(line, 0)) != (is_ := new.get(partner, {}).get(line, 0))
    ]
