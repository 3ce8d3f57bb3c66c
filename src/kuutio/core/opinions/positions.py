"""Where people stand: the plane on which their differences show best, and each one's place on it.

Source: C. Small et al., "Polis: Scaling deliberation by mapping high dimensional opinion spaces", Recerca 26(2), 2021.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

from kuutio.core.opinions.conversations import Conversation

Floats = NDArray[np.float64]

WIDTH = 8
CLOSE = 1e-11
MOST_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Plane:
    """The two directions that show most of what people differ in.

    Attributes:
        centre: of each statement the mean vote of those who voted on it; 0 where it is moderated out.
        axes: two rows, a value for each statement; of length 1, at right angles.
        explained: of all the differences, the part that each axis shows.
    """

    centre: Floats
    axes: Floats
    explained: tuple[float, float]


def filled(conversation: Conversation) -> tuple[Floats, NDArray[np.bool_]]:
    """Votes as numbers with 0 where there is none, and where there is one.

    A statement that is moderated out is a column of zeros, as if everybody had passed it: so it moves nobody, and a conversation of
    which much was moderated is spread out less.
    """
    seen = conversation.seen | ~conversation.shown
    return np.where(conversation.seen & conversation.shown, conversation.votes, 0).astype(np.float64), seen


def plane(votes: Floats, seen: NDArray[np.bool_], weights: Floats | None = None) -> Plane:
    """The principal plane; a vote that wasn't cast counts as the statement's mean.

    An axis's direction has no meaning by itself; it is turned so that its largest part is positive, the first of equal ones.

    Args:
        weights: how often each person counts; once where it is None.
    """
    times = np.ones(len(votes)) if weights is None else weights
    centre = (times @ votes) / np.maximum(times @ seen, 1e-12)
    apart = np.where(seen, votes - centre, 0.0)
    apart *= np.sqrt(times)[:, None]
    spread = apart.T @ apart  # of one matrix with itself: half the work
    total = float(np.trace(spread))
    axes = np.zeros((2, votes.shape[1]))
    shown = [0.0, 0.0]
    for place, (value, axis) in enumerate(zip(*_leading(spread), strict=True)):
        if value <= 1e-9 * max(total, 1.0):
            break
        axes[place] = axis * np.sign(axis[np.argmax(np.abs(axis).round(9))]) * (spread.diagonal() > 0)
        shown[place] = float(value) / total
    return Plane(centre, axes, (shown[0], shown[1]))


def places(votes: Floats, seen: NDArray[np.bool_], on: Plane) -> Floats:
    """Each person's place: two numbers.

    Who voted on few statements would stand near the middle for that alone; so the distance is scaled up by the root of all
    statements over one's own votes.
    """
    own = np.maximum(seen.sum(1), 1)
    apart = np.where(seen, votes - on.centre, 0.0)
    return np.asarray((apart @ on.axes.T) * np.sqrt(votes.shape[1] / own)[:, None], np.float64)


def extremity(on: Plane) -> Floats:
    """Of each statement, how far it alone moves somebody who agrees with it."""
    return np.asarray(np.linalg.norm(on.axes * (1.0 - on.centre), axis=0) * np.sqrt(len(on.centre)), np.float64)


def _leading(spread: Floats) -> tuple[Floats, list[Floats]]:
    """The two largest eigenvalues of a symmetric matrix, and their vectors.

    By subspace iteration from a fixed start: for two of hundreds it is many times cheaper than all of them, and doesn't wait for other
    cores. Where it doesn't come near enough, all are computed. Source: B. Parlett, The Symmetric Eigenvalue Problem, chapter 14.
    """
    size = len(spread)
    if size <= WIDTH:
        return _ritz(spread, np.eye(size))
    raw = PCG64(0).random_raw(size * WIDTH) >> np.uint64(11)
    basis = raw.reshape(size, WIDTH).astype(np.float64) / 2.0**53 - 0.5
    enough = CLOSE * max(float(np.trace(spread)), 1e-300)
    for _ in range(MOST_ROUNDS):
        for _ in range(4):
            basis = np.linalg.qr(spread @ basis)[0]
        values, vectors = _ritz(spread, basis)
        if all(
            float(np.abs(spread @ vector - value * vector).max()) <= enough
            for value, vector in zip(values, vectors, strict=True)
        ):
            return values, vectors
    return _ritz(spread, np.eye(size))


def _ritz(spread: Floats, basis: Floats) -> tuple[Floats, list[Floats]]:
    """The two best within a subspace."""
    values, turned = np.linalg.eigh(basis.T @ spread @ basis)
    return values[::-1][:2], [basis @ turned[:, -1 - place] for place in range(min(2, len(values)))]
