"""Witnesses whose keys are elsewhere: their public keys, and the signatures that they send."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.ledger import Head as Stated
from kuutio.core.ledger import NotConsistent, SignedHead, public_key, read_head, signers, verify_consistency
from kuutio.core.ledger.heads import WITNESS, BadHead, PublicKey
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import permissions
from kuutio.participation.actions.batches import tree_of
from kuutio.participation.actions.holding import wrong
from kuutio.participation.models import Budget, Head, Witness, Witnessed
from kuutio.participation.opened import frozen_of


@transaction.atomic
def name_witness(city: City, public: str, *, by: Person | None, at: datetime) -> Witness:
    """Let a city witness the votes that are opened from now on with a key of its own, which nobody here has.

    Args:
        public: `NAME+ID+BASE64`, as `./kuutio witness --make` prints it.

    Raises:
        NotAllowed: the person is no officer of that city.
        Invalid: it is no public key of a witness.
        Conflict: another witness has that name.
    """
    if not permissions.may_begin(by, city):
        raise NotAllowed(_("A city’s own officers decide this."))
    try:
        key = public_key(public.strip())
    except BadHead as bad:
        raise _no_key() from bad
    if key.kind != WITNESS:
        raise _no_key()
    there = Witness.objects.select_for_update().filter(name=key.name).first()
    if there is not None and (there.city_id, there.public) != (city.pk, str(key)):
        raise Conflict(_("Another witness has this name."))
    Witness.objects.filter(city=city, is_current=True).update(is_current=False)
    row, _made = Witness.objects.update_or_create(
        name=key.name, defaults={"city": city, "public": str(key), "is_current": True}
    )
    record("name_witness", f"city:{city.pk}", by=by, at=at, public=str(key))
    return row


def _no_key() -> Invalid:
    told = _("This isn’t the public key of a witness.")
    return Invalid(told, errors=[wrong("/public", told)])


@transaction.atomic
def take_cosignatures(budget: Budget, sent: bytes, *, at: datetime) -> int:
    """Put the signatures of external witnesses below a head of a vote's log. The signature is the right: nobody signs in for it.

    Returns:
        how many were new.

    Raises:
        Invalid: it isn't a head of this log, no witness of the vote has signed it, or a signature doesn't hold.
        Conflict: the witness signed a longer log before.
    """
    try:
        said = read_head(sent)
        head = Head.objects.select_for_update().filter(budget=budget, size=said.head.size).first()
        own = read_head(bytes(head.signed)) if head is not None else None
        if head is None or own is None or own.head != said.head:
            raise Invalid(_("This isn’t a head of this log."))
        keys = {str(key): key for key in frozen_of(budget).opening.keys.witnesses}
        rows = {row.public: row for row in Witness.objects.filter(public__in=list(keys)).exclude(public="")}
        found = signers(said, [keys[text] for text in rows])
    except BadHead as bad:
        raise Invalid(_("This isn’t a head of this log.")) from bad
    if not found:
        raise Invalid(_("No witness of this vote that keeps its own key has signed this head."))
    added = [key for key in found if _seen(budget, rows[str(key)], own.head, at)]
    if added:
        head.signed = _joined(own, said, added).to_bytes()
        head.save(update_fields=["signed"])
        for key in added:
            record("cosign", f"budget:{budget.process.slug}/{budget.slug}", by=None, at=at, witness=key.name)
    return len(added)


def _seen(budget: Budget, row: Witness, head: Stated, at: datetime) -> bool:
    """Note what a witness has signed; False where it had signed this before.

    Raises:
        Conflict, NotConsistent: it signed a longer log before, or one that this isn't a continuation of.
    """
    seen = Witnessed.objects.select_for_update().filter(witness=row, budget=budget).first()
    if seen is not None:
        if seen.size >= head.size:
            if seen.size == head.size and bytes(seen.root) == head.root:
                return False
            raise Conflict(_("This witness has signed a longer log already."))
        proof = tree_of(budget, head.size).consistency(seen.size, head.size)
        if not verify_consistency(seen.size, bytes(seen.root), head.size, head.root, proof):
            raise NotConsistent(f"{head.origin} at {head.size} doesn't continue what it was at {seen.size}.")
    Witnessed.objects.update_or_create(
        witness=row, budget=budget, defaults={"size": head.size, "root": head.root, "at": at}
    )
    return True


def _joined(own: SignedHead, said: SignedHead, added: list[PublicKey]) -> SignedHead:
    ids = {(key.name, key.id) for key in added}
    there = {(one.name, one.key_id) for one in own.signatures}
    new = [one for one in said.signatures if (one.name, one.key_id) in ids - there]
    return SignedHead(own.head, (*own.signatures, *new))
