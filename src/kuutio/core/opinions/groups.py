"""Groups of people who stand near each other: k-means, how many groups there are, and how alike two groupings are.

Starting points are fixed, so that there is nothing to draw: evenly along the first axis, around the middle, and each as far from the
others as can be. Of all that they lead to, with two to five groups, the grouping with the best silhouette is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuutio.core.opinions.positions import Floats

Labels = NDArray[np.intp]

MOST_GROUPS = 5
MOST_ROUNDS = 100
BLOCK = 1024
EPSILON = 1e-9


@dataclass(frozen=True, eq=False)
class Groups:
    """A grouping.

    Attributes:
        centres: a place for each group.
        labels: of each person the group, from 0; group 0 is the largest.
        silhouette: from -1 to 1: how much nearer people are to their own group than to the next one.
    """

    centres: Floats
    labels: Labels
    silhouette: float


def grouped(points: Floats, weights: Floats | None = None) -> Groups | None:
    """The grouping into two to five with the best silhouette, of equal ones the fewest; None where people are too alike.

    Args:
        weights: how often each point counts.
    """
    times = np.ones(len(points)) if weights is None else weights
    different = len(np.unique(np.ascontiguousarray(points.round(9)).view(np.complex128)))
    tried: dict[bytes, tuple[Floats, Labels]] = {}
    for number in range(2, min(MOST_GROUPS, different - 1) + 1):
        for start in _starts(points, number):
            centres, labels = k_means(points, times, start)
            tried.setdefault(_first_seen(labels).tobytes(), (centres, labels))
    best: Groups | None = None
    several = list(tried.values())
    for (centres, labels), worth in zip(several, _silhouettes(points, times, [one for _, one in several]), strict=True):
        if best is None or worth > best.silhouette + EPSILON:
            best = Groups(centres, labels, worth)
    return None if best is None else _by_size(best, times)


def nearest(points: Floats, centres: Floats) -> Labels:
    """Of each point the nearest centre; of equal ones the first."""
    return _nearest(np.ascontiguousarray(points.T), centres)


def _nearest(columns: Floats, centres: Floats) -> Labels:
    """The same of points in two rows: so each step runs over memory that lies side by side."""
    apart = columns[0] - centres[:, 0, None]
    apart *= apart
    above = columns[1] - centres[:, 1, None]
    above *= above
    apart += above
    if len(centres) == 1:
        return np.zeros(columns.shape[1], np.intp)
    labels: Labels = (apart[1] < apart[0]).astype(np.intp)
    least = np.minimum(apart[0], apart[1])
    for number in range(2, len(centres)):
        np.putmask(labels, apart[number] < least, number)
        np.minimum(least, apart[number], out=least)
    return labels


def k_means(points: Floats, times: Floats, centres: Floats) -> tuple[Floats, Labels]:
    """Centres and groups that fit each other, from a start. Source: S. Lloyd, "Least squares quantization in PCM" (1982)."""
    number, columns = len(centres), np.ascontiguousarray(points.T)
    weighed = columns * times
    labels = _nearest(columns, centres)
    for _ in range(MOST_ROUNDS):
        mass = np.bincount(labels, times, number)
        moved = np.array([np.bincount(labels, axis, number) for axis in weighed]).T
        centres = np.where(mass[:, None] > 0, moved / np.maximum(mass, EPSILON)[:, None], centres)
        before, labels = labels, _nearest(columns, centres)
        if np.array_equal(before, labels):
            break
    return centres, labels


def adjusted_rand(one: Labels, other: Labels) -> float:
    """How alike two groupings of the same people are: 1 for the same, about 0 for chance.

    Source: L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2 (1985), equation 5.
    """
    _, first = np.unique(one, return_inverse=True)
    _, second = np.unique(other, return_inverse=True)
    both = np.zeros((first.max(initial=0) + 1, second.max(initial=0) + 1))
    np.add.at(both, (first, second), 1)

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together, rows, columns = pairs(both), pairs(both.sum(1)), pairs(both.sum(0))
    expected = rows * columns / max(pairs(np.array([len(one)], np.float64)), 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _first_seen(labels: Labels) -> Labels:
    """The same grouping with its groups numbered as they come, so that equal groupings are equal."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], np.intp)


def _starts(points: Floats, number: int) -> Iterator[Floats]:
    at = ((np.arange(number) + 0.5) / number * len(points)).astype(np.intp)
    yield points[np.lexsort((points[:, 1], points[:, 0]))[at]]
    apart = points - points.mean(0)
    yield points[np.lexsort((points[:, 1], points[:, 0], np.arctan2(apart[:, 1], apart[:, 0])))[at]]
    chosen = [int(np.argmax(np.round((apart**2).sum(1), 9)))]
    while len(chosen) < number:
        chosen.append(int(np.argmax(np.round(_squares(points, points[chosen]).min(1), 9))))
    yield points[chosen]


def _squares(points: Floats, centres: Floats) -> Floats:
    return np.asarray(sum((points[:, axis, None] - centres[:, axis]) ** 2 for axis in (0, 1)), np.float64)


def _silhouettes(points: Floats, times: Floats, several: list[Labels]) -> list[float]:
    """The mean silhouette of several groupings, by blocks of people: distances are computed once.

    Source: P. Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20 (1987).
    """
    if not several:
        return []
    members = [np.eye(labels.max(initial=0) + 1)[labels] * times[:, None] for labels in several]
    together = np.concatenate(members, 1)
    ends = np.cumsum([member.shape[1] for member in members]).tolist()
    sums = [0.0] * len(several)
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        apart = points[block, 0, None] - points[:, 0]
        distances = np.square(apart, out=apart)
        above = points[block, 1, None] - points[:, 1]
        distances += np.square(above, out=above)
        totals = np.sqrt(distances, out=distances) @ together
        for number, (labels, end) in enumerate(zip(several, ends, strict=True)):
            mass = members[number].sum(0)
            total = totals[:, end - len(mass) : end]
            own, rows = labels[block], np.arange(len(total))
            alone = mass[own] - 1
            inside = total[rows, own] / np.maximum(alone, EPSILON)
            others = np.where(mass > 0, total / np.maximum(mass, EPSILON), np.inf)
            others[rows, own] = np.inf
            outside = others.min(1)
            larger = np.maximum(np.maximum(inside, outside), EPSILON)
            worth = np.where(alone > 0, (outside - inside) / larger, 0.0)
            sums[number] += float(times[block] @ worth)
    return [total / float(times.sum()) for total in sums]


def _by_size(groups: Groups, times: Floats) -> Groups:
    """The largest group first; of equal ones the one further left, then lower."""
    mass = np.bincount(groups.labels, times, len(groups.centres))
    order = np.lexsort((groups.centres[:, 1].round(9), groups.centres[:, 0].round(9), -mass))
    order = order[mass[order] > 0]
    place = np.zeros(len(groups.centres), np.intp)
    place[order] = np.arange(len(order))
    return Groups(groups.centres[order], place[groups.labels], groups.silhouette)
