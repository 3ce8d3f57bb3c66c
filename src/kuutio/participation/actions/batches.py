"""The log of a vote: entries in batches in a drawn order, a signed head after each, witnesses who see that nothing was changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.core.ledger import (
    Frontier,
    SigningKey,
    Tree,
    public_key,
    read_head,
    sign_head,
    witness,
)
from kuutio.core.ledger import Head as Stated
from kuutio.core.ledger.heads import LOG, WITNESS
from kuutio.participation.models import Budget, Entry, Head, VoteKey, Witness, Witnessed
from kuutio.participation.opened import keys_of
from kuutio.participation.sealing import unseal

BATCH = 100
"""So many waiting ballots make a batch before its time."""
LEAST = 5
"""Fewer than these wait for others, until the vote closes: a batch of one would tell whose it is."""

_random = secrets.SystemRandom()
_trees: dict[str, Tree] = {}
_growing = Lock()


@transaction.atomic
def append_batch(budget: Budget, *, least: int = LEAST, at: datetime) -> int:
    """Put the waiting ballots into the log, in a drawn order.

    The rows are written anew, all in this transaction: the order in which they came is in none of them.

    Returns:
        how many; 0 where there are fewer than `least`.
    """
    keys = keys_of(budget)
    waiting = list(Entry.objects.filter(budget=budget, number__isnull=True))
    if len(waiting) < max(least, 1):
        return 0
    _random.shuffle(waiting)
    Entry.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    fresh = [
        Entry(
            budget=budget,
            number=keys.size + number,
            content=bytes(row.content),
            leaf=bytes(row.leaf),
            token=row.token,
            commitment=row.commitment,
        )
        for number, row in enumerate(waiting)
    ]
    Entry.objects.bulk_create(fresh, batch_size=1000)
    sign(budget, keys, [bytes(row.leaf) for row in fresh], at=at)
    record("append_batch", _thing(budget), by=None, at=at, ballots=len(fresh), size=keys.size)
    return len(fresh)


def sign(budget: Budget, keys: VoteKey, leaves: Sequence[bytes], *, at: datetime) -> Head:
    """Sign the head of a log with further leaves; the caller holds the keys."""
    frontier = Frontier.from_bytes(bytes(keys.frontier)).extended(leaves)
    before = Head.objects.filter(budget=budget).order_by("-size").first()
    moment = int(max(at, before.at if before else at).timestamp())
    stated = Stated(keys.origin, frontier.size, frontier.root(), moment)
    signed = sign_head(stated, SigningKey(keys.origin, LOG, unseal(keys.log_key)))
    keys.frontier, keys.size = frontier.to_bytes(), frontier.size
    keys.save(update_fields=["frontier", "size"])
    return Head.objects.create(budget=budget, size=frontier.size, signed=signed.to_bytes(), at=at)


def witness_log(budget: Budget, *, at: datetime) -> int:
    """Let the other cities whose keys are here sign the newest head of a log, each if it continues what that city signed before.

    Returns:
        how many signed.

    Raises:
        NotConsistent: the log was changed or cut; nobody signs it.
    """
    names = frozen_witnesses(budget)
    rows = list(Witness.objects.filter(name__in=names, key__isnull=False).select_related("city"))
    return sum(_countersign(budget, row, at=at) for row in rows)


def frozen_witnesses(budget: Budget) -> list[str]:
    """The names of the witnesses that a vote's first entry lists."""
    from kuutio.participation.opened import frozen_of

    return [key.name for key in frozen_of(budget).opening.keys.witnesses]


@transaction.atomic
def _countersign(budget: Budget, row: Witness, *, at: datetime) -> bool:
    head = Head.objects.select_for_update().filter(budget=budget).order_by("-size").first()
    if head is None:
        return False
    seen = Witnessed.objects.select_for_update().filter(witness=row, budget=budget).first()
    if seen is not None and seen.size == head.size:
        return False
    keys = VoteKey.objects.get(budget=budget)
    log = SigningKey(keys.origin, LOG, unseal(keys.log_key)).public()
    known = Stated(keys.origin, seen.size, bytes(seen.root), int(seen.at.timestamp())) if seen else None
    proof = tree_of(budget, head.size).consistency(seen.size, head.size) if seen else ()
    signed = witness(
        known,
        read_head(bytes(head.signed)),
        proof,
        log=public_key(str(log)),
        key=SigningKey(row.name, WITNESS, unseal(row.key or b"")),
        at=int(at.timestamp()),
    )
    head.signed = signed.to_bytes()
    head.save(update_fields=["signed"])
    Witnessed.objects.update_or_create(
        witness=row, budget=budget, defaults={"size": head.size, "root": signed.head.root, "at": at}
    )
    record("witness_log", _thing(budget), by=None, at=at, city=row.city_id, size=head.size)
    return True


def tree_of(budget: Budget, size: int) -> Tree:
    """The tree of a log's first entries; it grows with the log and is kept in this process."""
    name = budget.keys.origin + sha256(bytes(budget.keys.pass_public)).hexdigest()
    root = read_head(bytes(Head.objects.get(budget=budget, size=size).signed)).head.root
    with _growing:
        tree = _trees.setdefault(name, Tree())
        for _try in range(2):
            if len(tree) < size:
                rows = Entry.objects.filter(budget=budget, number__gte=len(tree), number__lt=size).order_by("number")
                tree.extend(bytes(leaf) for leaf in rows.values_list("leaf", flat=True).iterator(chunk_size=5000))
            if tree.root(size) == root:
                break
            tree = _trees[name] = Tree()  # it grew by a batch that was taken back
        return tree


def _thing(budget: Budget) -> str:
    return f"budget:{budget.process.slug}/{budget.slug}"
