"""Rules of counting as values: frozen before voting opens, named, written as JSON that is the same for the same rule.

A name such as "Equal Shares with Add1" is not one rule: where the endowment starts, how it grows, when that stops, what is done
with money left over and how ties are broken change who wins. A rule here says all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeAlias

from .purses import Utility

#: What a declared order of ties may begin with; what is still tied then goes by the lot, or by the id as text.
TIE_KEYS = ("votes", "cost")


class BadRule(ValueError):
    """No rule has this name or this JSON; the text says what would be one."""


def whole(value: Any, name: str, least: int) -> int:
    """A whole number of a rule.

    Raises:
        BadRule: it is none, or less than the least.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadRule(f"{name} is a whole number, at least {least}.")
    return value


class Overflow(StrEnum):
    """What greedy does at a project that costs more than is left."""

    SKIP = "skip"
    STOP = "stop"


class Start(StrEnum):
    """The first endowment: the budget divided by the voters, as it is or without what follows the point."""

    EXACT = "exact"
    FLOOR = "floor"


class Stop(StrEnum):
    """When raising the endowment ends: once nothing more would fit in the budget, or before the first outcome above it."""

    EXHAUSTIVE = "exhaustive"
    OVERSHOOT = "overshoot"


class Completion(StrEnum):
    """What is done with the money that is left."""

    NONE = "none"
    UTILITARIAN = "utilitarian"


@dataclass(frozen=True, slots=True)
class Ties:
    """The declared order of ties.

    Attributes:
        keys: of `votes` (more first) and `cost` (less first), in their order.
        lot: ids in the order in which they were drawn before voting; those that are not in it come after, by id.
    """

    keys: tuple[str, ...] = ()
    lot: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.keys)) != len(self.keys) or not set(self.keys) <= set(TIE_KEYS):
            raise BadRule("The order of ties is made of votes and cost, each at most once.")
        if len(set(self.lot)) != len(self.lot):
            raise BadRule("The lot of the ties has a project twice.")


@dataclass(frozen=True, slots=True)
class Greedy:
    """By votes, or by points where ballots give them, as long as the money lasts.

    Attributes:
        per_cost: votes divided by cost decide, not votes.
        overflow: at the first project that doesn't fit, go on to the next or end.
        threshold: a project with fewer votes or points is out.
    """

    per_cost: bool = False
    overflow: Overflow = Overflow.SKIP
    threshold: int = 0
    ties: Ties = Ties()

    def __post_init__(self) -> None:
        whole(self.threshold, "threshold", 0)


@dataclass(frozen=True, slots=True)
class EqualShares:
    """Each voter gets the same share; a project is bought by its supporters, the cheapest for what it is worth to them first.

    Attributes:
        increment: how much each voter's endowment grows before the next run, in the currency; None: there is one run.
        stop: when it stops growing; matters only with an increment.
    """

    utility: Utility = Utility.COST
    start: Start = Start.EXACT
    increment: Fraction | None = None
    stop: Stop = Stop.OVERSHOOT
    completion: Completion = Completion.NONE
    ties: Ties = Ties()

    def __post_init__(self) -> None:
        if self.increment is not None and self.increment <= 0:
            raise BadRule("The increment must be more than 0.")
        if self.increment is None and self.stop is not Stop.OVERSHOOT:
            # One rule has one JSON, so what has no effect has one value.
            object.__setattr__(self, "stop", Stop.OVERSHOOT)


@dataclass(frozen=True, slots=True)
class Phragmen:
    """Everybody earns at the same speed, and supporters buy a project as soon as they can; ends at the first that doesn't fit.

    Nobody buys what nobody approved.
    """

    ties: Ties = Ties()


Rule: TypeAlias = Greedy | EqualShares | Phragmen
