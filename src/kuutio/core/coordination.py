"""Signs that people act by agreement or that one acts as many: bursts, and marks that are exactly the same.

They are signs and no proof: what bears one is shown with and without, and nothing is dropped for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Who = TypeVar("Who", bound=Hashable)
Mark = TypeVar("Mark", bound=Hashable)


def burst(times: Sequence[float], *, within_s: float, least: int) -> frozenset[int]:
    """Which moments lie in a window that holds `least` of them or more.

    Args:
        times: seconds, in order.

    Returns:
        Places in `times`.
    """
    found: set[int] = set()
    first = 0
    for last, at in enumerate(times):
        while at - times[first] > within_s:
            first += 1
        if last - first + 1 >= least:
            found.update(range(first, last + 1))
    return frozenset(found)


def alike(marks: Mapping[Who, frozenset[Mark]], *, people: int, least: int) -> list[frozenset[Who]]:
    """Groups of at least so many people whose marks, at least so many, are all the same."""
    same: dict[frozenset[Mark], set[Who]] = defaultdict(set)
    for who, theirs in marks.items():
        if len(theirs) >= least:
            same[theirs].add(who)
    return [frozenset(group) for group in same.values() if len(group) >= people]
