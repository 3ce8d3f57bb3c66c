"""An opened vote as verbs and pages need it: what was frozen, its keys, its state held while something is added."""

from __future__ import annotations

import hmac
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256

from django.db import connection
from django.utils.translation import gettext as _

from kuutio.cities.identified import Facts
from kuutio.core.bundles import Opening, canonical, read_opening
from kuutio.core.ledger import BlindKey, read_key
from kuutio.participation import permissions
from kuutio.participation.kinds import Verb
from kuutio.participation.models import Budget, Entry, ProcessKey, Stage, VoteKey
from kuutio.participation.problems import StageClosed
from kuutio.participation.sealing import unseal
from kuutio.participation.voices import Level, Voice

STRONG = Voice(None, Level.STRONG)
"""Who holds a pass: the pass shows that somebody was identified; nothing here knows who."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was frozen, parsed once a process.

    Attributes:
        costs: of the projects, in euros.
        cities: the codes of those whose people vote.
        opens_at, closes_at: aware.
    """

    opening: Opening
    costs: dict[str, Fraction]
    cities: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime


def frozen_of(budget: Budget) -> Frozen:
    """What a vote's first entry says."""
    return _frozen(budget.pk, budget.keys.origin, bytes(budget.keys.pass_public))


@lru_cache(maxsize=64)
def _frozen(budget_id: int, origin: str, pass_public: bytes) -> Frozen:  # a key is never used twice
    import json

    content = bytes(Entry.objects.get(budget_id=budget_id, number=0).content)
    told = json.loads(content)
    opening = read_opening(told, origin)
    if canonical(told) != content:
        raise ValueError("The first entry isn't canonical.")
    times = (datetime.fromisoformat(told[name]) for name in ("opens_at", "closes_at"))
    return Frozen(opening, opening.costs(), tuple(told["cities"]), *times)


def frozen_stage(budget: Budget) -> Stage:
    """The stage of an opened vote with the times that were frozen: nobody ends a vote early, or begins it later, by the live ones."""
    found, frozen = copy(budget.stage), frozen_of(budget)
    found.opens_at, found.closes_at = frozen.opens_at, frozen.closes_at
    return found


@lru_cache(maxsize=64)
def signer(sealed: bytes) -> BlindKey:
    """The key that signs a vote's passes."""
    return read_key(unseal(sealed))


def nullifier_of(budget: Budget, facts: Facts) -> bytes:
    """What stands for a person in a process: nothing else leads from it to them, and nothing at all once the key is gone.

    Raises:
        StageClosed: the key was destroyed: the vote is over for good.
    """
    row = ProcessKey.objects.get(process=budget.process_id)
    if row.secret is None:
        raise StageClosed(_("The vote is over, and the key that tells voters apart is destroyed."))
    return hmac.new(unseal(row.secret), bytes.fromhex(facts.person), sha256).digest()


def hold_open(budget: Budget, voice: Voice, at: datetime) -> None:
    """See that a vote is going on, and keep it from being closed until this transaction ends. Voters don't wait for each other.

    Raises:
        StageClosed, NotInStage, IdentificationNeeded, NotEligible: as `permissions.demand`; the frozen closing time counts.
    """
    permissions.demand(voice, Verb.VOTE, frozen_stage(budget) if budget.is_frozen else budget.stage, at)
    if at >= hold_uncounted(budget):
        raise over()


def hold_uncounted(budget: Budget) -> datetime:
    """Keep a vote from being closed until this transaction ends, whatever the time: paper is typed in after the doors are shut.

    Returns:
        when the doors close, as it was frozen.

    Raises:
        StageClosed: the vote isn't frozen yet, or its log is closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, closes_at FROM participation_budget WHERE id = %s FOR KEY SHARE", [budget.pk])
        state, closes_at = cursor.fetchone()
    if state == Budget.State.DRAFT:
        raise StageClosed(_("The vote isn’t ready yet: the city hasn’t frozen its rule and projects."))
    if state != Budget.State.OPEN:
        raise over()
    found: datetime = closes_at
    return found


def over() -> StageClosed:
    """The refusal of what comes too late."""
    return StageClosed(_("The vote is over. Its result is told on its page."))


def keys_of(budget: Budget) -> VoteKey:
    """The keys of a vote, held: one batch at a time."""
    return VoteKey.objects.select_for_update().get(budget=budget)
