"""What the supporters of a project have, would raise and pay, as purses stand in a run of Equal Shares: exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .market import dot
from .purses import Purses


def raised(purses: Purses, place: int, payment: Fraction) -> Fraction:
    """What the supporters of a project would raise, if those with enough money paid this much."""
    poor, units = _parted(purses, place, payment)
    rows, voters = purses.market.rows[place][poor], purses.market.voters[place][poor]
    return Fraction(purses.money_of(rows, voters), purses.denominator) + payment * units


def money_of(purses: Purses, place: int) -> Fraction:
    """The money of a project's supporters."""
    rows, voters = purses.market.rows[place], purses.market.voters[place]
    some = purses.purses[rows] > 0
    return Fraction(purses.money_of(rows[some], voters[some]), purses.denominator)


def payments(purses: Purses, place: int, payment: Fraction) -> Iterator[tuple[Fraction, int]]:
    """What voters pay for a project, and how many: those who pay in full, by their points, and the others, by their purse."""
    market = purses.market
    rows, voters, points = market.rows[place], market.voters[place], market.points[place]
    poor, _ = _parted(purses, place, payment)
    empty = purses.purses[rows] == 0
    full = ~(poor | empty)
    each = np.ones(len(rows)) if points is None else points
    for value in np.unique(each[full]).tolist():
        yield payment * int(value), int(voters[full & (each == value)].sum())
    for row, number in zip(rows[poor].tolist(), voters[poor].tolist(), strict=True):
        yield Fraction(purses.purse_of(row), purses.denominator), int(number)
    if empty.any():
        yield Fraction(0), int(voters[empty].sum())


def _parted(purses: Purses, place: int, payment: Fraction) -> tuple[NDArray[np.bool_], int]:
    """The supporters who have something, but less than they would pay, and the units of those who have enough."""
    market = purses.market
    rows, units, points = market.rows[place], market.units[place], market.points[place]
    held = purses.purses[rows]
    due = float(payment) if points is None else points * float(payment)
    gap = held - due
    near = 1e-12 * due + 2 * purses.error
    some = held > 0
    poor = (gap < -near) & some
    for index in np.flatnonzero((np.abs(gap) <= near) & some).tolist():
        each = 1 if points is None else int(points[index])
        poor[index] = Fraction(purses.purse_of(int(rows[index])), purses.denominator) < payment * each
    return poor, int(dot(units, ~poor & some))
