"""Ballot papers: what each kind asks, the limits that it has, and the parts of the log's first entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from kuutio.core.budgeting import (
    BadRule,
    Election,
    EqualShares,
    Kind,
    Rule,
    Ties,
    Unfit,
    Utility,
    count,
    rule_from_name,
    rule_to_json,
)
from kuutio.core.budgeting import Project as Counted
from kuutio.participation.models import Budget, Project

Paper = Budget.Paper
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of paper.

    Attributes:
        kind: of `core.budgeting`.
        limits: the names that a budget of this kind may set.
        usual: what they are where nobody said otherwise.
        rule: the name of the usual rule.
    """

    kind: Kind
    limits: frozenset[str]
    usual: Mapping[str, int]
    rule: str


_LENGTHS = frozenset({"min_length", "max_length"})
SHAPES: Mapping[str, Shape] = {
    Paper.APPROVAL: Shape(Kind.APPROVAL, _LENGTHS, {"min_length": 1}, "mes-cost+add1+u"),
    Paper.KNAPSACK: Shape(Kind.APPROVAL, frozenset({"min_length"}), {"min_length": 1}, "mes-cost+add1+u"),
    Paper.ORDINAL: Shape(Kind.ORDINAL, _LENGTHS, {"min_length": 1, "max_length": 5}, "mes-points+add1+u"),
    Paper.CUMULATIVE: Shape(
        Kind.CUMULATIVE,
        _LENGTHS | {"max_points", "max_sum_points"},
        {"min_length": 1, "max_sum_points": 10},
        "mes-points+add1+u",
    ),
    Paper.SCORING: Shape(
        Kind.SCORING, frozenset({"min_length", "max_points"}), {"min_length": 1, "max_points": 5}, "mes-points+add1+u"
    ),
    Paper.CHOOSE_1: Shape(Kind.CHOOSE_1, frozenset(), {"min_length": 1}, "greedy"),
}
"""How each kind is asked and, unless the officers choose another rule, counted."""


def gives_points(paper: str) -> bool:
    """Whether a ballot is numbers beside projects."""
    return SHAPES[paper].kind in (Kind.CUMULATIVE, Kind.SCORING)


def checked_limits(paper: str, told: Mapping[str, Any]) -> dict[str, int]:
    """A ballot's limits, whole.

    Raises:
        ValueError: the name of the limit that doesn't fit.
    """
    shape = SHAPES[paper]
    if strangers := sorted(set(told) - shape.limits):
        raise ValueError(strangers[0])
    limits = dict(shape.usual) | {name: value for name, value in told.items() if value is not None}
    for name, value in limits.items():
        if type(value) is not int or not 0 <= value <= MOST_POINTS:
            raise ValueError(name)
    if limits.get("min_length", 0) > limits.get("max_length", MOST_POINTS):
        raise ValueError("max_length")
    return limits


def rule_of(paper: str, name: str = "") -> Rule:
    """The rule of a name for a paper, its ties by more votes, then lower cost; the lot comes when the vote is opened.

    Raises:
        BadRule: there is none, or it doesn't fit the ballots.
    """
    from dataclasses import replace

    rule = replace(rule_from_name(name or SHAPES[paper].rule), ties=Ties(("votes", "cost")))
    kind = SHAPES[paper].kind
    if isinstance(rule, EqualShares) and rule.utility is Utility.POINTS and not kind.gives_points:
        raise BadRule("This rule counts points, and the ballots give none.")
    try:
        count(Election.of([Counted("a", Fraction(1))], 1, [], kind), rule)
    except Unfit as unfit:
        raise BadRule(str(unfit)) from unfit
    return rule


def drawn(seed: str, keys: Iterable[str]) -> list[str]:
    """The order of a lot: by the SHA-256 of the seed, a colon and the project's id. Whoever has the seed draws the same."""
    return sorted(keys, key=lambda key: sha256(f"{seed}:{key}".encode()).digest())


def euros(cents: int) -> str:
    """An amount as the log and `.pb` files write it: `125000` or `125000.50`."""
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02}" if part else str(whole)


def election_of(budget: Budget, projects: Iterable[Project], names: Mapping[str, str]) -> dict[str, Any]:
    """What the log's first entry says of a budget's election."""
    limits: dict[str, Any] = dict(budget.limits)
    if budget.paper == Paper.KNAPSACK:
        limits["max_sum_cost"] = euros(budget.amount_cents)
    return {
        "kind": str(SHAPES[budget.paper].kind),
        "budget": euros(budget.amount_cents),
        "limits": limits,
        "projects": [{"id": row.key, "cost": euros(row.cost_cents), "name": names[row.key]} for row in projects],
    }


def with_lot(rule: Mapping[str, Any], lot: list[str]) -> dict[str, Any]:
    """A rule's JSON with the lot that was drawn."""
    from kuutio.core.budgeting import rule_from_json

    found = rule_to_json(rule_from_json(rule))
    return found | {"ties": {"keys": found["ties"]["keys"], "lot": lot}}
