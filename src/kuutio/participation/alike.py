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
        said: what each of them says, points and, where it counts, order included.
        expected: how many there would be if voters chose each project apart from the others.
    """

    said: Said
    ballots: int
    expected: float

    @property
    def projects(self) -> tuple[str, ...]:
        """What they name."""
        return tuple(part if isinstance(part, str) else part[0] for part in self.said)


def said(choice: Choice, *, is_ranked: bool = False) -> Said:
    """A ballot as a value: the same for ballots that say the same, whatever the order in which boxes were ticked."""
    if isinstance(choice, dict):
        return tuple(sorted(choice.items()))
    return tuple(choice) if is_ranked else tuple(sorted(choice))


def groups(choices: Sequence[Choice], *, is_ranked: bool = False) -> tuple[Alike, ...]:
    """The groups that stand out, the largest first.

    Args:
        is_ranked: whether the order of a list counts.
    """
    total = len(choices)
    named = Counter(project for choice in choices for project in choice)
    found = []
    for ballot, count in Counter(said(choice, is_ranked=is_ranked) for choice in choices).items():
        projects = tuple(part if isinstance(part, str) else part[0] for part in ballot)
        if len(projects) < LEAST_PROJECTS or count < LEAST_BALLOTS:
            continue
        there = set(projects)
        shares = (votes / total if key in there else 1 - votes / total for key, votes in named.items())
        expected = total * prod(shares)
        if count > TIMES * max(expected, 1):
            found.append(Alike(ballot, count, expected))
    return tuple(sorted(found, key=lambda one: (-one.ballots, one.said)))


def without(choices: Sequence[Choice], found: Sequence[Alike], *, is_ranked: bool = False) -> list[Choice]:
    """The ballots that are in none of the groups; `is_ranked` as it was for these."""
    out = {one.said for one in found}
    return [choice for choice in choices if said(choice, is_ranked=is_ranked) not in out]
