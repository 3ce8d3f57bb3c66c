"""The log in a bundle: whether the entries are those that were signed while it grew, and which is the first that isn't.

Three files tell of it. `log.jsonl` holds the entries, one canonical JSON a line. `leaves.txt` holds their hashes as they were
published from the first day on, so that a wrong entry has a number. `heads.txt` holds the signed heads, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kuutio.core.bundles.canonical import Broken, read_canonical
from kuutio.core.ledger import BadHead, PublicKey, SignedHead, Tree, leaf_hash, public_key, read_head, signers

LOG, LEAVES, HEADS = "log.jsonl", "leaves.txt", "heads.txt"
HEAD_SEPARATOR = b"\n"
"""Between heads in one file: a line without anything."""

HEX = frozenset(b"0123456789abcdef")
MOST_ENTRY_BYTES = 4 * 2**20
MOST_WITNESSES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs a log's heads.

    Attributes:
        log: the keeper's key.
        witnesses: the others'.
        quorum: how many of the witnesses must have signed the last head.
    """

    log: PublicKey
    witnesses: tuple[PublicKey, ...]
    quorum: int


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """A log whose entries are those that were signed.

    Attributes:
        entries: their JSON values, the first one first.
        heads: oldest first.
        witnesses: the names of those whose signature stands below the last head.
    """

    entries: tuple[dict[str, Any], ...]
    tree: Tree
    heads: tuple[SignedHead, ...]
    keys: Keys
    witnesses: tuple[str, ...]


def log_files(entries: Sequence[bytes], heads: Iterable[SignedHead]) -> dict[str, bytes]:
    """The three files of a log.

    Args:
        entries: canonical JSON, as it went into the leaves.
    """
    return {
        LOG: b"".join(entry + b"\n" for entry in entries),
        LEAVES: b"".join(leaf_hash(entry).hex().encode() + b"\n" for entry in entries),
        HEADS: HEAD_SEPARATOR.join(head.to_bytes() for head in heads),
    }


def read_heads(text: bytes) -> list[SignedHead]:
    """Heads of a file, in its order: one, or several with an empty line between.

    Raises:
        Broken: it holds none, or something else.
    """
    dash = "\u2014 ".encode()
    found, head = [], b""
    for line in text.splitlines(keepends=True):
        if head and not line.startswith(dash) and b"\n" + dash in head:
            found.append(head)
            head = b""
            if line == HEAD_SEPARATOR:
                continue
        head += line
    try:
        return [read_head(one) for one in [*found, head]]
    except BadHead as error:
        raise Broken(f"head {len(found)} or one before it can't be read: {error}") from error


def check_log(files: dict[str, bytes], origin: str) -> CheckedLog:
    """The log of a bundle, every entry judged by its hash and every hash by the signed heads.

    Raises:
        Broken: it isn't what was signed; with the number of the first wrong entry wherever one is to blame.
    """
    for name in (LOG, LEAVES, HEADS):
        if name not in files:
            raise Broken(f"the bundle has no {name}")
    lines = _lines(files[LOG], LOG)
    published = _hashes(files[LEAVES])
    _same(lines, [leaf_hash(line) for line in lines], published)
    entries = tuple(_entry(number, line) for number, line in enumerate(lines))
    keys = keys_of(entries[0], origin)
    heads = tuple(read_heads(files[HEADS]))
    tree = Tree(published)
    witnesses = _signed(tree, heads, keys)
    return CheckedLog(entries, tree, heads, keys, witnesses)


def keys_of(opening: dict[str, Any], origin: str) -> Keys:
    """The keys that the first entry of a log names.

    Raises:
        Broken: it names none, or those of another log.
    """
    said = opening.get("keys")
    try:
        if not isinstance(said, dict) or opening.get("origin") != origin:
            raise BadHead("it isn't the opening of this log")
        log = public_key(said["log"])
        texts, quorum = said.get("witnesses", []), said.get("quorum", 0)
        if not isinstance(texts, list) or len(texts) > MOST_WITNESSES or log.name != origin:
            raise BadHead("its keys are not those of this log")
        witnesses = tuple(map(public_key, texts))
        if type(quorum) is not int or not 0 <= quorum <= len(set(witnesses)):
            raise BadHead("more witnesses are asked for than there are")
    except (BadHead, KeyError, TypeError, AttributeError) as error:
        raise Broken(f"the keys can't be read: {error}", 0) from error
    return Keys(log, witnesses, quorum)


def compare_heads(log: CheckedLog, known: Iterable[SignedHead]) -> int:
    """How many heads, kept by others while the log grew, belong to this very log.

    Raises:
        Broken: one doesn't: the log was changed after that head was seen, or cut.
    """
    heads = list(known)
    if not heads:
        raise Broken("there is no head to compare with")
    for signed in heads:
        head = signed.head
        if head.origin != log.keys.log.name:
            raise Broken(f"the known head of size {head.size} is of another log: {head.origin}")
        try:
            believed = signers(signed, (log.keys.log, *log.keys.witnesses))
        except BadHead as error:
            raise Broken(f"the known head of size {head.size} can't be believed: {error}") from error
        if not believed:
            raise Broken(f"the known head of size {head.size} is signed by none of this log's keys")
        if head.size > len(log.tree):
            raise Broken("it was in the log when a known head was signed, and is missing", len(log.tree))
        if log.tree.root(head.size) != head.root:
            raise Broken(f"the first {head.size} entries are not those of a known head: the log was changed afterwards")
    return len(heads)


def _lines(text: bytes, name: str) -> list[bytes]:
    lines = text.split(b"\n")
    if lines.pop() or not lines:
        raise Broken(f"the last line of {name} has no end, or there is none", len(lines))
    return lines


def _hashes(text: bytes) -> list[bytes]:
    lines = _lines(text, LEAVES)
    for number, line in enumerate(lines):
        if len(line) != 64 or not HEX.issuperset(line):
            raise Broken(f"{LEAVES} has no hash for it", number)
    return [bytes.fromhex(line.decode()) for line in lines]


def _same(lines: Sequence[bytes], hashes: Sequence[bytes], published: Sequence[bytes]) -> None:
    """Raises Broken at the first entry that isn't the published one, and says what became of it."""
    for number, (have, want) in enumerate(zip(hashes, published, strict=False)):
        if have == want:
            continue
        places = {found: place for place, found in enumerate(published)}
        place = places.get(have)
        if want not in hashes:
            if len(hashes) < len(published) and place == number + 1:
                raise Broken("it was dropped: the entry after it stands in its place", number)
            raise Broken("it was changed: its hash is not the one that was published", number)
        if place is not None and place < number:
            raise Broken(f"entry {place} stands here once more", number)
        if place is None:
            raise Broken("it was put in: it is none of the published ones", number)
        raise Broken(f"the order was changed: entry {place} stands here", number)
    if len(hashes) < len(published):
        raise Broken("it was dropped: the log ends before it", len(hashes))
    if len(hashes) > len(published):
        again = hashes[len(published)] in published
        raise Broken("an entry stands here once more" if again else "it was put in after the end", len(published))


def _entry(number: int, line: bytes) -> dict[str, Any]:
    if len(line) > MOST_ENTRY_BYTES:
        raise Broken("it is too large", number)
    try:
        value = read_canonical(line)
    except ValueError as error:
        raise Broken(str(error), number) from error
    if not isinstance(value, dict):
        raise Broken("it is no JSON object", number)
    return value


def _signed(tree: Tree, heads: Sequence[SignedHead], keys: Keys) -> tuple[str, ...]:
    """The witnesses of the last head, once every head is signed, fits the entries, and continues the one before it."""
    before, at = 0, 0
    witnesses: tuple[PublicKey, ...] = ()
    for number, signed in enumerate(heads):
        head = signed.head
        if head.origin != keys.log.name or head.size <= before or head.at < at:
            raise Broken(f"head {number} (of {head.size} entries) doesn't follow the one before it")
        try:
            if not signers(signed, (keys.log,)):
                raise BadHead("the log's own signature is missing")
            witnesses = signers(signed, keys.witnesses)
        except BadHead as error:
            raise Broken(f"head {number} (of {head.size} entries) is not to be believed: {error}") from error
        if head.size > len(tree):
            raise Broken("it was in the log when a head was signed, and is missing", len(tree))
        if tree.root(head.size) != head.root:
            raise Broken(f"it, or one of those up to entry {head.size - 1}, is not what was signed", before)
        before, at = head.size, head.at
    if heads[0].head.size != 1:
        raise Broken("the opening has no head of its own: it may have been written after the first entries", 0)
    if before != len(tree):
        raise Broken("no signed head holds it", before)
    if len(set(witnesses)) < keys.quorum:
        raise Broken(f"the last head has {len(set(witnesses))} witnesses, and {keys.quorum} are needed")
    return tuple(key.name for key in witnesses)
