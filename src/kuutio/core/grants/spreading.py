"""Accepted costs over their categories and their payers, so that every row and every column adds up to the cent.

The payers' parts of a whole are settled by the rules of support (M5); which cent of it stands in which category is only a way of
telling, so the leftover cents go by the largest remainder, and none is lost or made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kuutio.core.grants.budgets import MODELS, Category, CostModel
from kuutio.core.money import floor_share, split


def spread(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Cells in proportion, each row adding up to its sum and each column to its own.

    Row by row, each is split over what the columns have left; so no column is overdrawn, and the last row takes what remains.

    Args:
        rows, columns: cents, none below zero, the same sum.

    Raises:
        ValueError: they don't fit.

    Source: the method of the largest remainder; Balinski and Young, Fair Representation (2001), chapter 2.
    """
    if sum(rows) != sum(columns) or min([*rows, *columns], default=0) < 0:
        raise ValueError("Rows and columns have the same sum, and none is below zero.")
    left, cells = list(columns), []
    for row in rows:
        parts = split(row, left) if row else [0] * len(left)
        left = [had - took for had, took in zip(left, parts, strict=True)]
        cells.append(parts)
    return cells


def without_income(rows: Mapping[str, int], income: int) -> dict[str, int]:
    """Costs by line without what the project earned, which is taken off every line in proportion.

    Raises:
        ValueError: more was earned than it cost, or an amount is below zero.
    """
    if not 0 <= income <= sum(rows.values()):
        raise ValueError("The income lies between nothing and all costs.")
    taken = split(income, list(rows.values())) if income else [0] * len(rows)
    return {name: cents - less for (name, cents), less in zip(rows.items(), taken, strict=True)}


def base_of(costs: Mapping[str, int], model: CostModel) -> int:
    """What a cost model's flat rate is taken of, in cents; the categories that it doesn't allow are in no base (M2)."""
    rule = MODELS[model]
    if not rule.rate_bp:
        return 0
    allowed = {name: cents for name, cents in costs.items() if name in rule.categories}
    return allowed.get(Category.STAFF, 0) if rule.of_staff else sum(allowed.values())


def flat_of_claim(base: int, earlier_base: int, earlier_flat: int, model: CostModel) -> int:
    """What the flat rate pays with a claim: the rate of all accepted so far, rounded down once, without what it paid before (M3).

    So ten small claims are paid the flat rate of one large one.

    Args:
        base: of this claim, in cents.
        earlier_base, earlier_flat: of the partner's claims that are decided, corrections taken off.
    """
    return max(0, floor_share(max(0, earlier_base + base), MODELS[model].rate_bp) - earlier_flat)
