"""What in a conversation should be looked at by a person: copies, and many who begin at once. A sign, never a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from kuutio.core.opinions import Conversation, same_votes

WINDOW_S = 600
FEWEST_AT_ONCE = 10
TIMES_THE_USUAL = 5


@dataclass(frozen=True, slots=True)
class Flagged:
    """People who are flagged for one reason.

    Attributes:
        reason: `same` (exactly the same answers) or `burst` (many began within ten minutes).
        sets: the people of each finding.
        set_aside: whom the map "without" leaves out: of the same answers all but one, of a burst everybody.
    """

    reason: str
    sets: tuple[tuple[str, ...], ...]
    set_aside: frozenset[str]


def flagged(conversation: Conversation, began: Mapping[str, datetime]) -> tuple[Flagged, ...]:
    """What is to be looked at in a conversation."""
    same = tuple(same_votes(conversation))
    at_once = tuple(bursts(began))
    return (
        Flagged("same", same, frozenset(one for people in same for one in people[1:])),
        Flagged("burst", at_once, frozenset(one for people in at_once for one in people)),
    )


def bursts(began: Mapping[str, datetime]) -> list[tuple[str, ...]]:
    """People who began within the same ten minutes, where they are at least ten, and five times as many as usually.

    The usual is the median of the ten minutes in which anybody began.
    """
    windows: dict[int, list[str]] = {}
    for person, at in began.items():
        windows.setdefault(int(at.timestamp()) // WINDOW_S, []).append(person)
    if not windows:
        return []
    least = max(FEWEST_AT_ONCE, TIMES_THE_USUAL * median(len(people) for people in windows.values()))
    return [tuple(sorted(people)) for _, people in sorted(windows.items()) if len(people) >= least]
