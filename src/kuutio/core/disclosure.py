"""Which counts of a published table stay hidden, so that nobody is told by a small one, nor by what the others add up to.

Counts from 1 to k - 1 are hidden. Where a sum and its other parts would bring one back, more are hidden, single ones before
sums and the smallest first, until every small count could just as well be another one: there is then a table that shows exactly the
same, whose sums hold, and in which that count differs. Zeros stay: they tell of nobody.

Source: complementary cell suppression, A. Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter 4.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)

FEWEST = 5
"""The smallest count of people or matters that is shown."""

Sum = tuple[Cell, tuple[Cell, ...]]
"""A total and the parts that it is the sum of."""

Move = dict[Cell, Fraction]
"""By how much counts change together, all sums still holding."""

_NONE = Fraction(0)


def hidden(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]] = (), *, k: int = FEWEST) -> frozenset[Cell]:
    """The counts that must not be shown.

    Args:
        counts: every count that is published, totals too; their order settles which of equals is hidden.
        sums: all the ways in which readers can add them up.

    Raises:
        ValueError: a negative count, or a sum that doesn't hold.
    """
    known = [frozenset({total, *parts}) for total, parts in sums]
    signed = [{total: 1} | dict.fromkeys(parts, -1) for total, parts in sums]
    _check(counts, signed)
    place = {cell: number for number, cell in enumerate(counts)}
    whole = dict.fromkeys(counts, 0)
    for total, parts in sums:
        whole[total] += len(parts)
    small = {cell for cell, count in counts.items() if 0 < count < k}
    kept_back = set(small)
    # A cell alone in its sum is told by it: cheap to see, and most of what the exact look below would find.
    while exposed := _exposed(counts, known, signed, kept_back, small):
        eased: set[Cell] = set()
        for cell in sorted(exposed, key=place.__getitem__):
            if cell in eased:
                continue
            left = {other for other, count in counts.items() if count and other not in kept_back}
            # Something is left: were all but zeros hidden, twice everything would be another such table.
            choice = left & {other for line in known if cell in line for other in line} or left
            for least in sorted(choice, key=lambda other: (whole[other], counts[other], place[other]))[:1]:
                kept_back.add(least)
                eased.update(*(line for line in known if least in line))
    # What the shown ones tell anyhow, and isn't small itself, may as well be shown.
    untold = {cell for move in _moves(list(kept_back), signed) for cell in move}
    return frozenset(kept_back & untold)


def _exposed(
    counts: Mapping[Cell, int],
    lines: Sequence[frozenset[Cell]],
    sums: Sequence[Mapping[Cell, int]],
    kept_back: set[Cell],
    small: set[Cell],
) -> set[Cell]:
    """The small counts that what is shown would tell."""
    alone: set[Cell] = _alone(lines, kept_back)
    if alone & small:
        return alone & small
    movable: set[Cell] = _movable(counts, sums, kept_back)
    return small - movable


def _alone(lines: Sequence[frozenset[Cell]], kept_back: set[Cell]) -> set[Cell]:
    return {cell for line in lines if len(found := line & kept_back) == 1 for cell in found}


def _check(counts: Mapping[Cell, int], sums: Sequence[Mapping[Cell, int]]) -> None:
    if bad := [cell for cell, count in counts.items() if count < 0]:
        raise ValueError(f"A count can't be negative: {bad[0]}")
    for line in sums:
        if sum(sign * counts[cell] for cell, sign in line.items()):
            raise ValueError(f"These don't add up: {sorted(map(str, line))}")


def _movable(counts: Mapping[Cell, int], sums: Sequence[Mapping[Cell, int]], kept_back: set[Cell]) -> set[Cell]:
    """The hidden counts of which a table that shows the same has another value."""
    # The greatest first: they give way to the small ones, which can't become less than one.
    order = sorted(kept_back, key=lambda cell: -counts[cell])
    moves = _moves(order, sums)
    found: set[Cell] = set()
    for move in moves:
        found |= _changes(counts, move)
    for one in moves:
        if not one.keys() - found:
            continue
        for other in moves:
            if one.keys() & other.keys() and one is not other:
                found |= _changes(counts, _added(one, other, 1)) | _changes(counts, _added(one, other, -1))
    if found != kept_back and all(cell in kept_back or not counts[cell] for line in sums for cell in line):
        return set(kept_back)
    return found


def _changes(counts: Mapping[Cell, int], move: Move[Cell]) -> set[Cell]:
    """The cells that a move changes, if it may be made forwards or backwards: no hidden count falls below one."""
    if any(step.denominator != 1 for step in move.values()):
        scale = lcm(*(step.denominator for step in move.values()))
        move = {cell: step * scale for cell, step in move.items()}
    for sign in (1, -1):
        if all(counts[cell] + sign * step >= 1 for cell, step in move.items()):
            return set(move)
    return set()


def _added(one: Move[Cell], other: Move[Cell], sign: int) -> Move[Cell]:
    both = {cell: one.get(cell, _NONE) + sign * other.get(cell, _NONE) for cell in {*one, *other}}
    return {cell: step for cell, step in both.items() if step}


def _moves(order: Sequence[Cell], sums: Sequence[Mapping[Cell, int]]) -> list[Move[Cell]]:
    """A basis of all the changes of the hidden counts under which the sums hold, by Gauss-Jordan elimination."""
    among = set(order)
    rows = [{cell: Fraction(sign) for cell, sign in line.items() if cell in among} for line in sums]
    solved: dict[Cell, dict[Cell, Fraction]] = {}
    for cell in order:
        number = next((n for n, row in enumerate(rows) if cell in row), None)
        if number is None:
            continue
        taken = rows.pop(number)
        lead = taken[cell]
        taken = {other: value / lead for other, value in taken.items()}
        for row in (*rows, *solved.values()):
            if times := row.get(cell):
                for other, value in taken.items():
                    if left := row.get(other, _NONE) - times * value:
                        row[other] = left
                    else:
                        row.pop(other, None)
        solved[cell] = taken
    moves: dict[Cell, Move[Cell]] = {cell: {cell: Fraction(1)} for cell in order if cell not in solved}
    for cell, row in solved.items():
        for other, value in row.items():
            if other in moves:
                moves[other][cell] = -value
    return list(moves.values())
