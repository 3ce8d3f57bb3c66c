"""What is typical of a group, and what all groups agree on.

Source: the Polis paper named in `positions`, and the method's own description of representativeness and group-informed consensus.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuutio.core.opinions.conversations import AGREE, DISAGREE, Conversation
from kuutio.core.opinions.groups import Labels
from kuutio.core.opinions.positions import Floats

SIGNIFICANT = 1.2816
"""The z of 90 %, one-sided."""
MOST_TYPICAL = 5


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that sets a group apart.

    Attributes:
        agrees: whether the group agrees with it; else it disagrees.
        votes, of: so many of those in the group who saw it.
        share: the probability that a member votes so, one voter each way added.
        against: how many times that is the others' share.
        z: how surely the group differs from the others.
        significant: at 90 %; a group without any such statement still shows its best.
    """

    statement: int
    agrees: bool
    votes: int
    of: int
    share: float
    against: float
    z: float
    significant: bool


def counts(
    conversation: Conversation, rows: NDArray[np.intp], labels: Labels, number: int
) -> tuple[Floats, Floats, Floats]:
    """Agreements, disagreements and all votes, of each group (rows) on each statement; moderated ones have none."""
    member = np.eye(number)[labels].T
    votes = conversation.votes[rows]
    shown = conversation.shown
    return tuple(
        np.asarray(member @ (part & shown), np.float64)
        for part in (votes == AGREE, votes == DISAGREE, conversation.seen[rows])
    )  # type: ignore[return-value]  # three parts, three arrays


def representative(agreed: Floats, disagreed: Floats, seen: Floats) -> list[list[Representative]]:
    """Of each group at most five statements, the most typical first; at least one where anybody in it voted.

    Args:
        agreed, disagreed, seen: of `counts`.
    """
    told = []
    for group in range(len(seen)):
        sides = []
        for votes in (agreed, disagreed):
            inside, outside = votes[group], votes.sum(0) - votes[group]
            of, beside = seen[group], seen.sum(0) - seen[group]
            share, others = (inside + 1) / (of + 2), (outside + 1) / (beside + 2)
            sides.append((inside, share, share / others, _one(inside, of), _two(inside, outside, of, beside)))
        agree, disagree = sides
        agrees = agree[4] > disagree[4]
        votes, share, against, sure, z = (
            np.where(agrees, one, other) for one, other in zip(agree, disagree, strict=True)
        )
        worth = against * z * share * sure
        good = (sure > SIGNIFICANT) & (z > SIGNIFICANT) & (seen[group] > 0)
        order = np.lexsort((np.arange(len(worth)), -np.where(good, worth, z - 1e6).round(9)))
        kept = [place for place in order.tolist() if good[place]][:MOST_TYPICAL]
        if not kept:
            kept = [place for place in order.tolist() if seen[group][place]][:1]
        told.append(
            [
                Representative(
                    place,
                    bool(agrees[place]),
                    int(votes[place]),
                    int(seen[group][place]),
                    float(share[place]),
                    float(against[place]),
                    float(z[place]),
                    bool(good[place]),
                )
                for place in kept
            ]
        )
    return told


def consensus(agreed: Floats, disagreed: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Of each statement, how probable it is that all groups agree with it, and that all disagree.

    The product over the groups, so that a small group's no is worth as much as a large group's.
    """
    agree = np.asarray(((agreed + 1) / (seen + 2)).prod(0), np.float64)
    return agree, np.asarray(((disagreed + 1) / (seen + 2)).prod(0), np.float64)


def _one(votes: Floats, of: Floats) -> Floats:
    """z of more than a half, one voter added."""
    return np.asarray(2 * np.sqrt(of + 1) * ((votes + 1) / (of + 1) - 0.5), np.float64)


def _two(inside: Floats, outside: Floats, of: Floats, beside: Floats) -> Floats:
    """z of the difference between two shares, one voter added to each count."""
    inside, outside, of, beside = inside + 1, outside + 1, of + 1, beside + 1
    mean = (inside + outside) / (of + beside)
    spread = np.sqrt(np.maximum(mean * (1 - mean), 0) * (1 / of + 1 / beside))
    return np.asarray(np.where(mean < 1, (inside / of - outside / beside) / np.maximum(spread, 1e-12), 0.0), np.float64)
