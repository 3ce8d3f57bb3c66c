"""The Merkle tree of a transparency log: roots, and the two short proofs that keep its keeper honest.

Source: RFC 9162 (Certificate Transparency 2.0), section 2.1, with SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a log without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf; its prefix keeps an inner node from passing for an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a log to append to it and to tell its root: one hash for each 1 bit of its size.

    Attributes:
        size: entries so far.
        peaks: the roots of the full subtrees from left to right, the largest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or any(len(p) != HASH_BYTES for p in self.peaks):
            raise ValueError(f"A log of {self.size} entries doesn't have these peaks.")

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier after further leaf hashes."""
        peaks, size = list(self.peaks), self.size
        for peak in leaves:
            width = size
            while width & 1:
                peak = node_hash(peaks.pop(), peak)
                width >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        *left, found = self.peaks
        while left:
            found = node_hash(left.pop(), found)
        return found

    def to_bytes(self) -> bytes:
        """Eight bytes of the size, then the peaks; for keeping."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @staticmethod
    def from_bytes(kept: bytes) -> Frontier:
        """The frontier that `to_bytes` wrote.

        Raises:
            ValueError: it isn't one.
        """
        peaks = tuple(kept[at : at + HASH_BYTES] for at in range(8, len(kept), HASH_BYTES))
        return Frontier(int.from_bytes(kept[:8], "big"), peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a log, by its leaf hashes in order."""
    return Frontier().extended(leaves).root()


class Tree:
    """A log's leaf hashes with every full subtree's root, so that any proof takes microseconds: 64 bytes an entry.

    It only grows; appending costs one hash in the mean, and whoever serves proofs may keep it and `extend` it.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self._size = 0
        self.extend(leaves)

    def __len__(self) -> int:
        return self._size

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append further leaf hashes.

        Raises:
            ValueError: one isn't a hash; those before it are appended.
        """
        levels = self._levels
        for found in leaves:
            if len(found) != HASH_BYTES:
                raise ValueError("A leaf's hash has 32 bytes.")
            levels[0] += found
            self._size += 1
            level, width = 0, self._size
            while not width & 1:
                found = sha256(b"\x01" + levels[level][-2 * HASH_BYTES :]).digest()
                level, width = level + 1, width >> 1
                if level == len(levels):
                    levels.append(bytearray())
                levels[level] += found

    def leaf(self, index: int) -> bytes:
        """The hash of the entry at an index, from 0."""
        self._known(index + 1, least=1)
        return self._node(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root now, or of the first `size` entries."""
        size = self._known(self._size if size is None else size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the entry at an index, from 0, is in the log of the first `size` entries.

        Raises:
            IndexError: there is no such entry, or there are not so many entries.

        Source: RFC 9162, section 2.1.3.1 (PATH).
        """
        size = self._known(self._size if size is None else size)
        if not 0 <= index < size:
            raise IndexError(f"No entry {index} among {size}.")
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return tuple(reversed(path))

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """The proof that the log of `second` entries begins with the log of `first` entries.

        Raises:
            IndexError: there are not so many entries, or the first is the longer one.

        Source: RFC 9162, section 2.1.4.1 (PROOF). From nothing, and from itself, the proof is empty.
        """
        second = self._known(self._size if second is None else second)
        if not 0 <= first <= second:
            raise IndexError(f"A log of {second} entries doesn't begin with {first}.")
        if first in (0, second):
            return ()
        path: list[bytes] = []
        low, high = 0, second
        while first != high:
            middle = low + _split(high - low)
            if first <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        if low:
            path.append(self._range(low, high))
        return tuple(reversed(path))

    def _known(self, size: int, least: int = 0) -> int:
        if not least <= size <= self._size:
            raise IndexError(f"The log has {self._size} entries, not {size}.")
        return size

    def _node(self, level: int, number: int) -> bytes:
        return bytes(self._levels[level][number * HASH_BYTES : (number + 1) * HASH_BYTES])

    def _range(self, low: int, high: int) -> bytes:
        """The root of the entries from `low` up to `high`, which a subtree of RFC 9162's division holds."""
        width = high - low
        if width & (width - 1) == 0:
            level = width.bit_length() - 1
            return self._node(level, low >> level)
        middle = low + _split(width)
        return node_hash(self._range(low, middle), self._range(middle, high))


def _split(size: int) -> int:
    """The largest power of two below a size above one."""
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that a leaf's hash is at an index, from 0, of the log with this size and root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != HASH_BYTES:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the log of `second` entries begins with the log of `first` entries.

    Source: RFC 9162, section 2.1.4.2.
    """
    if first == second:
        return not proof and first >= 0 and first_root == second_root
    if first == 0:
        return not proof and second > 0 and first_root == EMPTY_ROOT
    if not 0 < first < second or not proof or any(len(node) != HASH_BYTES for node in proof):
        return False
    nodes = list(proof) if first & (first - 1) else [first_root, *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
