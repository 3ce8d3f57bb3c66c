"""What supporters pay for a project, between two bounds, from their purses as floats."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np

from .market import ULP, Floats, dot

#: A bound that is this much wider, relatively, is still narrow; it absorbs the rounding of the bounds themselves.
WIDER = 1e-13
#: How far apart, relatively, the bounds of a payment may be.
NARROW = 1e-6


class Behind(NamedTuple):
    """A project's supporters by distinct ballot: the purse of each, the voters, those times their points, the points."""

    purses: Floats
    voters: Floats
    units: Floats
    points: Floats | None

    def due(self, payment: float) -> float | Floats:
        """What each is to pay, if they can."""
        return payment if self.points is None else self.points * payment


def rounding(number: int, cost: float) -> float:
    """How far a sum of so many products, about a cost, may be from the true one."""
    return (number + 8) * 4 * ULP * cost


def bounds(behind: Behind, cost: float, error: float, least: float, most: float) -> tuple[float, float, float] | None:
    """Bounds of the payment for each unit, and about what it is.

    The money raised by a payment is concave in it, so a tangent never overestimates the payment: a tangent's root is a
    lower bound, and Newton's steps from below rise to the payment in finitely many.

    Args:
        error: how far the money of any supporters may be from what their purses say.
        least: the payment is surely not less.
        most: only a payment up to this is looked for.

    Returns:
        None when the supporters have too little. The upper bound is infinite where the lower one is above `most`; both are
        where it isn't sure that they have enough, or where the payment isn't known well.
    """
    purses, voters, units, _ = behind
    rounded = rounding(len(purses), cost)
    error += rounded
    if dot(voters, purses) < cost - error:
        return None
    if most < inf:
        due = behind.due(most)
        raised = dot(voters, np.minimum(purses, due))
        slope = dot(units, purses > due) if raised < cost - error else 0.0
        if slope:
            lower = most + (cost - raised - error) / slope
            return lower, inf, lower
    payment, before = least, -1.0
    while True:
        due = behind.due(payment)
        raised = dot(voters, np.minimum(purses, due))
        if raised >= cost - rounded:
            break
        slope = dot(units, purses > due)
        if not slope or slope == before:
            break
        payment += (cost - raised) / slope
        before = slope
    # To the right of the payment the slope may be less than at it: where purses end just there.
    right = dot(units, purses > behind.due(payment * (1 + NARROW)))
    if right and 2 * error / right <= payment * NARROW:
        return payment - 2 * error / right, payment + 2 * error / right, payment
    return -inf, inf, payment
