from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.ledger import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The eight entries by which logs of RFC 6962 and 9162 are tried, and their roots from none to all.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

hashes = st.lists(st.binary(max_size=3).map(leaf_hash), max_size=70)


def mth(entries):
    """RFC 9162, section 2.1.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = max(1 << bits for bits in range(len(entries).bit_length()) if 1 << bits < len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m, entries):
    """RFC 9162, section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = max(1 << bits for bits in range(len(entries).bit_length()) if 1 << bits < len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m, entries, known):
    """RFC 9162, section 2.1.4.1."""
    if m == len(entries):
        return [] if known else [mth(entries)]
    k = max(1 << bits for bits in range(len(entries).bit_length()) if 1 << bits < len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], known), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def tree_of(entries):
    return Tree(map(leaf_hash, entries))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_other_logs(size):
    assert tree_of(ENTRIES).root(size).hex() == ROOTS[size]
    assert root_of(map(leaf_hash, ENTRIES[:size])).hex() == ROOTS[size]


def test_every_proof_up_to_33_entries_is_the_standards_own():
    entries = [bytes([number]) for number in range(33)]
    tree = tree_of(entries)
    for size in range(1, 34):
        root = mth(entries[:size])
        assert tree.root(size) == root
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert list(proof) == path(index, entries[:size])
            assert verify_inclusion(tree.leaf(index), index, size, proof, root)
            assert not any(
                verify_inclusion(tree.leaf(index), other, size, proof, root)
                for other in range(-1, 35)
                if other != index
            )
        for first in range(1, size + 1):
            proof = tree.consistency(first, size)
            assert list(proof) == subproof(first, entries[:size], True)
            assert verify_consistency(first, mth(entries[:first]), size, root, proof)


@given(hashes, st.data())
def test_a_proof_holds_for_nothing_else(leaves, data):
    tree = Tree(leaves)
    if len(leaves) < 2:
        return
    first = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = tree.inclusion(index), tree.root()
    place = data.draw(st.integers(0, len(proof) - 1))
    bent = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    for wrong in (
        (*proof[:place], bent, *proof[place + 1 :]),
        proof[:place] + proof[place + 1 :],
        (*proof, leaf_hash(b"more")),
        (*proof[:place], proof[place][:31], *proof[place + 1 :]),
    ):
        assert not verify_inclusion(leaves[index], index, len(leaves), wrong, root)
    assert not verify_inclusion(leaf_hash(b"another"), index, len(leaves), proof, root)
    proof = tree.consistency(first)
    assert verify_consistency(first, tree.root(first), len(leaves), root, proof)
    assert not verify_consistency(first, tree.root(first - 1), len(leaves), root, proof)
    assert not verify_consistency(first, tree.root(first), len(leaves), leaf_hash(b"another"), proof)
    assert not verify_consistency(first, tree.root(first), len(leaves), root, (*proof, root))
    if proof:
        assert not verify_consistency(first, tree.root(first), len(leaves), root, proof[:-1])
        assert not verify_consistency(first, tree.root(first), len(leaves) + 1, root, (*proof, root[:5]))


@given(hashes, hashes)
def test_a_frontier_goes_on_where_it_was_left(before, after):
    kept = Frontier().extended(before).to_bytes()
    frontier = Frontier.from_bytes(kept).extended(after)
    tree = Tree(before)
    tree.extend(after)
    assert (
        (frontier.size, frontier.root()) == (len(tree), tree.root()) == (len(before + after), root_of(before + after))
    )


def test_the_ends_are_defined():
    tree = tree_of(ENTRIES)
    assert Tree().root() == tree.root(0) == Frontier().root() == EMPTY_ROOT
    assert tree.consistency(0) == tree.consistency(8) == ()
    assert verify_consistency(0, EMPTY_ROOT, 8, tree.root(), ())
    assert verify_consistency(8, tree.root(), 8, tree.root(), ())
    assert not verify_consistency(0, tree.root(), 8, tree.root(), ())
    assert not verify_consistency(5, tree.root(5), 3, tree.root(3), ())
    for wrong in (lambda: tree.inclusion(8), lambda: tree.inclusion(-1), lambda: tree.root(9), lambda: tree.leaf(8)):
        with pytest.raises(IndexError):
            wrong()
    with pytest.raises(IndexError):
        tree.consistency(5, 3)
    with pytest.raises(ValueError, match="32 bytes"):
        tree.extend([b"short"])
    for kept in (b"", (3).to_bytes(8, "big") + bytes(32), (1).to_bytes(8, "big") + bytes(33)):
        if kept:
            with pytest.raises(ValueError, match="peaks"):
                Frontier.from_bytes(kept)
