"""Groups of ballots that say exactly the same more often than people agree by themselves: told, never dropped.

Were each project on a ballot by its own share of voters and nothing else, a given long ballot would be rare. Where many more are
alike than that, the page says so, and who would win without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from kuutio.core.bundles.openings import Choice

LEAST_PROJECTS = 3
"""Shorter ballots are often alike by chance."""
LEAST_BALLOTS = 10
TIMES = 5
"""So many times more than expected."""

Said = tuple[tuple[str, int], ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A group of identical ballots.

    Attributes:
        projects: what they name, in the ballot's order.
        expected: how many there would be if voters chose each project apart from the others.
    """

    projects: tuple[str, ...]
    ballots: int
    expected: float


def said(choice: Choice) -> Said:
    """A ballot as a value; the order of a list stays, since it may count."""
    return tuple(sorted(choice.items())) if isinstance(choice, dict) else tuple(choice)


def groups(choices: Sequence[Choice]) -> tuple[Alike, ...]:
    """The groups that stand out, the largest first."""
    total = len(choices)
    named = Counter(project for choice in choices for project in choice)
    found = []
    for ballot, count in Counter(map(said, choices)).items():
        projects = tuple(part if isinstance(part, str) else part[0] for part in ballot)
        if len(projects) < LEAST_PROJECTS or count < LEAST_BALLOTS:
            continue
        there = set(projects)
        shares = (votes / total if key in there else 1 - votes / total for key, votes in named.items())
        expected = total * prod(shares)
        if count > TIMES * max(expected, 1):
            found.append(Alike(projects, count, expected))
    return tuple(sorted(found, key=lambda one: (-one.ballots, one.projects)))


def without(choices: Sequence[Choice], found: Sequence[Alike]) -> list[Choice]:
    """The ballots that are in none of the groups."""
    out = {one.projects for one in found}
    return [choice for choice in choices if tuple(choice if isinstance(choice, list) else sorted(choice)) not in out]
