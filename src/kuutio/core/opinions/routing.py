"""Which statement somebody sees next: new ones, and those that tell the most, more often; meta statements always in between.

Source: the routing of Polis, as the research of its makers describes it (C. Small et al., 2021, "comment routing").
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

import numpy as np

from kuutio.core.opinions.conversations import AGREE, PASS, Conversation
from kuutio.core.opinions.positions import Floats

META = 49.0
NEWNESS, HALF_AFTER = 8.0, 5.0


def priorities(conversation: Conversation, extremity: Floats) -> Floats:
    """How often each statement is to be shown, as a weight; 0 for those that are moderated out.

    Args:
        extremity: of `positions.extremity`; zeros while there is no map.
    """
    seen = conversation.seen.sum(0)
    passes = ((conversation.votes == PASS).sum(0) + 1) / (seen + 2)
    agrees = ((conversation.votes == AGREE).sum(0) + 1) / (seen + 2)
    importance = (1 - passes) * (extremity + 1) * agrees
    weight = (importance * (1 + NEWNESS * 2.0 ** (-seen / HALF_AFTER))) ** 2
    meta = np.array([one.meta for one in conversation.statements], np.bool_)
    return np.where(conversation.shown, np.where(meta, META, weight), 0.0)


def next_statement(conversation: Conversation, weights: Floats, seen: Collection[str], draw: float) -> str | None:
    """The id of the statement that is shown next; None when somebody has seen all.

    Args:
        weights: of `priorities`.
        seen: the ids that this person has voted on.
        draw: from 0 up to 1; the same draw gives the same statement.
    """
    left = [place for place, one in enumerate(conversation.statements) if one.id not in seen and weights[place] > 0]
    if not left:
        return None
    sums = np.cumsum(weights[left])
    place = int(np.searchsorted(sums, draw * sums[-1], side="right"))
    return conversation.statements[left[min(place, len(left) - 1)]].id


def draw_of(seed: str, person: str, number: int) -> float:
    """A draw that anybody can repeat: of a conversation's seed, a person, and how many statements they have seen."""
    digest = sha256(f"{seed}\n{person}\n{number}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
