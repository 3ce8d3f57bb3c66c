"""Things with facets and orders, counted and paged in memory: a set of things is the bits of one whole number.

With 100,000 things an intersection takes some microseconds and the count of a facet's value some more, so that every count
beside every filter is exact and made anew for each question; a thing takes some 400 bytes. What has too many values for that
are labels: they are kept with the thing and gone through. Not to be used by several threads at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest
from itertools import chain, compress, islice
from typing import Any, TypeAlias

Place: TypeAlias = tuple[Any, str]
"""Where a thing stands in an order: a value that sorts, and its name, which tells apart those that are equal in it."""

_NONE = -1
#: From the digits of a number in base 2 to what `compress` takes.
_AS_FLAGS, _AS_DIGITS = bytes.maketrans(b"01", b"\0\1"), bytes.maketrans(b"\0\1", b"01")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing on the shelves.

    Attributes:
        key: its id.
        name: unique too; the order of things that are equal otherwise.
        values: of each facet, the values under which it is found.
        sorts: of each order, the value by which it stands there, the least first.
        labels: of each kind of label, those that it has.
    """

    key: str
    name: str
    values: Mapping[str, Collection[str]]
    sorts: Mapping[str, Any]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Some things in an order; `more` says whether others follow in the direction that was asked for."""

    keys: list[str]
    first: Place | None
    last: Place | None
    more: bool


class Shelves:
    """The things, by facet and in each order.

    Args:
        facets, orders, labels: their names; every thing has a value of every order.
    """

    def __init__(self, facets: Sequence[str], orders: Sequence[str], labels: Sequence[str] = ()) -> None:
        self.facets, self.orders, self.labels = tuple(facets), tuple(orders), tuple(labels)
        self._clear()

    def _clear(self) -> None:
        self._keys: list[str] = []
        self._names: list[str] = []
        self._sorts: dict[str, list[Any]] = {order: [] for order in self.orders}
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._all = 0
        self._bits: dict[str, dict[str, int]] = {facet: {} for facet in self.facets}
        self._sorted: dict[str, list[int]] = {order: [] for order in self.orders}
        self._labels: dict[str, list[tuple[str, ...]]] = {label: [] for label in self.labels}
        self._labelled: dict[str, Counter[str]] = {label: Counter() for label in self.labels}
        # Of tickets: what has each of them, and the ticket of each thing.
        self._holders, self._tickets = array("i"), array("i")

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def fill(self, things: Iterable[Thing]) -> None:
        """Put these things there and nothing else; each key once."""
        self._clear()
        filled: dict[str, dict[str, bytearray]] = {facet: {} for facet in self.facets}
        for thing in things:
            number = self._numbered(thing)
            byte, bit = number >> 3, 1 << (number & 7)
            for facet, values in filled.items():
                for value in thing.values.get(facet, ()):
                    bits = values.setdefault(value, bytearray())
                    if len(bits) <= byte:
                        bits.extend(bytes(byte - len(bits) + 64))
                    bits[byte] |= bit
        self._all = (1 << len(self._keys)) - 1
        self._bits = {
            facet: {value: int.from_bytes(bits, "little") for value, bits in values.items()}
            for facet, values in filled.items()
        }
        for order in self.orders:
            self._sorted[order] = sorted(range(len(self._keys)), key=self._place_in(order))

    def put(self, thing: Thing) -> None:
        """Put a thing there, in the stead of the one with the same key."""
        self.drop(thing.key)
        number = self._numbered(thing)
        bit = 1 << number
        self._all |= bit
        for facet, values in self._bits.items():
            for value in thing.values.get(facet, ()):
                values[value] = values.get(value, 0) | bit
        for order, numbers in self._sorted.items():
            insort(numbers, number, key=self._place_in(order))

    def drop(self, key: str) -> None:
        """Take a thing away, if it is there."""
        number = self._numbers.pop(key, None)
        if number is None:
            return
        for order, numbers in self._sorted.items():
            place = self._place_in(order)
            del numbers[bisect_left(numbers, place(number), key=place)]
        off = ~(1 << number)
        self._all &= off
        self._take_ticket(number)
        for values in self._bits.values():
            for value in [value for value, bits in values.items() if bits >> number & 1]:
                values[value] &= off
                if not values[value]:
                    del values[value]
        for label, has in self._labels.items():
            self._labelled[label].subtract(has[number])
            has[number] = ()
        self._free.append(number)

    @property
    def all(self) -> int:
        """The set of all things."""
        return self._all

    def with_value(self, facet: str, fits: Callable[[str], bool]) -> int:
        """The set of the things that have some value in a facet that fits."""
        either = 0
        for value, bits in self._bits[facet].items():
            if fits(value):
                either |= bits
        return either

    def with_label(self, kind: str, wanted: str) -> int:
        """The set of the things that have a label."""
        flags = bytes(wanted in has for has in reversed(self._labels[kind]))
        return int(flags.translate(_AS_DIGITS) or b"0", 2)

    def among(self, keys: Iterable[str]) -> int:
        """The set of the things with these keys; unknown ones are passed over."""
        bits = bytearray(len(self._keys) // 8 + 1)
        for key in keys:
            number = self._numbers.get(key)
            if number is not None:
                bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(bits, "little")

    def ticket(self, key: str, ticket: int) -> None:
        """Let a thing, until it is put there again or dropped, also be known by a small whole number, in the stead of its last one.

        Nothing happens for a key that isn't there.
        """
        number = self._numbers.get(key)
        if number is None:
            return
        self._take_ticket(number)
        for some, wanted in ((self._holders, ticket), (self._tickets, number)):
            if len(some) <= wanted:
                some.extend(array("i", [_NONE]) * (wanted - len(some) + 1024))
        self._holders[ticket], self._tickets[number] = number, ticket

    def _take_ticket(self, number: int) -> None:
        if number < len(self._tickets) and self._tickets[number] != _NONE:
            self._holders[self._tickets[number]] = _NONE
            self._tickets[number] = _NONE

    def with_tickets(self, tickets: Iterable[int]) -> int:
        """The set of the things with these tickets; quick, however many there are.

        Raises:
            LookupError: nothing has one of them.
        """
        # The set written in base 2, its last thing first; there is no digit for what nothing has.
        holders, last = self._holders, len(self._keys)
        digits = bytearray(b"0") * (last + 1)
        for number in map(holders.__getitem__, tickets):
            digits[last - number] = 49  # 1
        return int(digits, 2)

    def without_thing(self, tickets: Iterable[int]) -> list[int]:
        """Those of some tickets that nothing has."""
        held = self._holders
        return [ticket for ticket in tickets if ticket >= len(held) or held[ticket] == _NONE]

    def chosen(self, choices: Mapping[str, Collection[str]], within: int) -> int:
        """Of a set, the things that have in every facet one of the values chosen there; a facet without a choice says nothing."""
        for facet, values in choices.items():
            if values:
                known, either = self._bits[facet], 0
                for value in values:
                    either |= known.get(value, 0)
                within &= either
        return within

    def counts(
        self, choices: Mapping[str, Collection[str]], within: int, facets: Collection[str] | None = None
    ) -> dict[str, dict[str, int]]:
        """How many things each value would give: those of `within` that the choices of all other facets leave.

        Args:
            facets: those to be counted; all of them unless told.
        """
        counted = {}
        for facet in self.facets if facets is None else facets:
            left = self.chosen({other: chosen for other, chosen in choices.items() if other != facet}, within)
            found = {value: (bits & left).bit_count() for value, bits in self._bits[facet].items()}
            counted[facet] = {value: count for value, count in found.items() if count}
        return counted

    def count_labels(self, kind: str, within: int) -> dict[str, int]:
        """How many things of a set have each label; one that a thing has twice counts twice."""
        most = within.bit_count() * 2 > len(self)
        # Of most things it is quicker to count what the others have.
        flags = self._flags(self._all & ~within if most else within)
        counted = Counter(chain.from_iterable(compress(self._labels[kind], flags)))
        if most:
            counted = self._labelled[kind] - counted
        return dict(counted)

    def part(
        self, within: int, order: str, limit: int, *, after: Place | None = None, before: Place | None = None
    ) -> Part:
        """The next things of a set in an order; with `before` alone, those that stand before that place."""
        backwards = before is not None and after is None
        numbers = self._ordered(within, order, limit + 1, after, before if backwards else None)
        more, numbers = len(numbers) > limit, numbers[:limit]
        if backwards:
            numbers.reverse()
        place = self._place_in(order)
        ends = (place(numbers[0]), place(numbers[-1])) if numbers else (None, None)
        return Part([self._keys[number] for number in numbers], ends[0], ends[1], more)

    def slice(self, within: int, order: str, first: int, limit: int, *, backwards: bool = False) -> list[str]:
        """The keys of a set in an order, from its first (0) thing on, at most so many; backwards: the last thing first."""
        if self._few(within):
            numbers = sorted(_numbers(within), key=self._place_in(order), reverse=backwards)[first : first + limit]
        else:
            line = reversed(self._sorted[order]) if backwards else iter(self._sorted[order])
            numbers = list(islice(filter(self._flags(within).__getitem__, line), first, first + limit))
        return [self._keys[number] for number in numbers]

    def keys(self, within: int) -> Iterator[str]:
        """The keys of a set, in no order that means anything."""
        return (self._keys[number] for number in _numbers(within))

    def _ordered(self, within: int, order: str, wanted: int, after: Place | None, before: Place | None) -> list[int]:
        place = self._place_in(order)
        if self._few(within):
            few = _numbers(within)
            if before is not None:
                return nlargest(wanted, (number for number in few if place(number) < before), key=place)
            return nsmallest(wanted, (number for number in few if after is None or place(number) > after), key=place)
        numbers, bits = self._sorted[order], within.to_bytes(len(self._keys) // 8 + 1, "little")
        if before is not None:
            step, start = -1, bisect_left(numbers, before, key=place) - 1
        else:
            step, start = 1, bisect_right(numbers, after, key=place) if after is not None else 0
        found: list[int] = []
        for at in range(start, len(numbers) if step > 0 else -1, step):
            number = numbers[at]
            if bits[number >> 3] >> (number & 7) & 1:
                found.append(number)
                if len(found) == wanted:
                    break
        return found

    def _few(self, within: int) -> bool:
        """Whether a set is so small that sorting its things is quicker than passing over all the others."""
        return within.bit_count() * 20 < len(self)

    def _flags(self, within: int) -> bytes:
        """1 for each number that is in a set, 0 for the others."""
        return f"{within:0{len(self._keys)}b}"[::-1].encode().translate(_AS_FLAGS)

    def _place_in(self, order: str) -> Callable[[int], Place]:
        sorts, names = self._sorts[order], self._names
        return lambda number: (sorts[number], names[number])

    def _numbered(self, thing: Thing) -> int:
        if self._free:
            number = self._free.pop()
            self._keys[number], self._names[number] = thing.key, thing.name
            for order, values in self._sorts.items():
                values[number] = thing.sorts[order]
            for kind, has in self._labels.items():
                has[number] = thing.labels.get(kind, ())
        else:
            number = len(self._keys)
            self._keys.append(thing.key)
            self._names.append(thing.name)
            for order, values in self._sorts.items():
                values.append(thing.sorts[order])
            for kind, has in self._labels.items():
                has.append(thing.labels.get(kind, ()))
        for kind, counted in self._labelled.items():
            counted.update(thing.labels.get(kind, ()))
        self._numbers[thing.key] = number
        return number


def _numbers(within: int) -> Iterator[int]:
    """The places of the bits that are set, ascending."""
    for at, byte in enumerate(within.to_bytes(within.bit_length() // 8 + 1, "little")):
        while byte:
            low = byte & -byte
            yield at * 8 + low.bit_length() - 1
            byte ^= low
