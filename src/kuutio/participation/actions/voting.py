"""Voting: a pass for a person, and apart from it a ballot for a pass.

These verbs write no line of the audit: a line has a time, and times would tell whose ballot is whose. The log of the vote is their
audit: it grows by batches, and its last entry says how many passes were issued.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.identified import Facts
from kuutio.core.bundles import ballot_entry, check_choice, next_of, pass_message, revote_entry
from kuutio.core.bundles.openings import Choice
from kuutio.core.bundles.votes import TOKEN_BYTES
from kuutio.core.ledger import BlindRefused, blind, blind_sign, finalize, leaf_hash, verify
from kuutio.participation.eligibility import stratum_of
from kuutio.participation.models import Budget, Channel, Entry, Pass
from kuutio.participation.once import keep_once
from kuutio.participation.opened import STRONG, frozen_of, hold_open, nullifier_of, signer
from kuutio.participation.problems import BadBallot, BadPass, HasVoted, PassSpent
from kuutio.participation.voices import Voice


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is cast.

    Attributes:
        token: 32 bytes: of the pass, or of the commitment of the ballot that this one replaces.
        signature: of the pass; None where the token replaces a ballot.
        commitment: hash of a token by which this ballot may be replaced; None: it can't be.
    """

    choice: Choice
    token: bytes
    signature: bytes | None = None
    commitment: bytes | None = None


@transaction.atomic
def issue_pass(
    budget: Budget, facts: Facts, *, blinded: bytes, voice: Voice, at: datetime, works_in: str = ""
) -> bytes:
    """Sign a token that isn't seen, once for each person. Asked again with the same one, the answer is the same.

    Args:
        blinded: RFC 9474, as long as the key.

    Returns:
        the blind signature.

    Raises:
        StageClosed, IdentificationNeeded: the vote isn't going on, or the person isn't identified strongly.
        NotEligible: the vote is for others; nothing is kept of who asked.
        HasVoted: the person has a pass, from whatever door.
        BadPass: the blinded token isn't one.
    """
    hold_open(budget, voice, at)
    stratum = stratum_of(budget, facts, works_in=works_in, at=at)
    asked = sha256(blinded).digest()
    nullifier = nullifier_of(budget, facts)
    try:
        signature = blind_sign(signer(bytes(budget.keys.pass_key or b"")), blinded, random=secrets.token_bytes)
    except BlindRefused as refused:
        raise BadPass(_("The browser’s part of the pass can’t be read. Load the page again.")) from refused
    made = Pass(
        process_id=budget.process_id,
        group=budget.group,
        nullifier=nullifier,
        budget=budget,
        channel=Channel.WEB,
        city=stratum.city,
        district=stratum.district,
        asked=asked,
    )
    if not keep_once(made):
        there = Pass.objects.get(process=budget.process_id, group=budget.group, nullifier=nullifier)
        if there.budget_id != budget.pk or there.asked is None or bytes(there.asked) != asked:
            raise has_voted()
    return signature


def has_voted() -> HasVoted:
    """The refusal of a second pass."""
    return HasVoted(
        _("You have voted already, or begun to. To change your ballot, use the code that you got with its receipt.")
    )


@transaction.atomic
def mark_voter(
    budget: Budget, facts: Facts, *, channel: Channel, voice: Voice, at: datetime, works_in: str = ""
) -> Pass:
    """Note that a person has a ballot by another door than the browser's blinded one.

    Raises:
        StageClosed, IdentificationNeeded, NotEligible, HasVoted: as for `issue_pass`.
    """
    hold_open(budget, voice, at)
    stratum = stratum_of(budget, facts, works_in=works_in, at=at)
    made = Pass(
        process_id=budget.process_id,
        group=budget.group,
        nullifier=nullifier_of(budget, facts),
        budget=budget,
        channel=channel,
        city=stratum.city,
        district=stratum.district,
    )
    if not keep_once(made):
        raise has_voted()
    return made


@transaction.atomic
def cast_ballot(budget: Budget, ballot: Ballot, *, at: datetime, channel: Channel = Channel.WEB) -> bytes:
    """Put a ballot into the vote. Cast again, it is the same ballot; nothing tells who casts it.

    Returns:
        the leaf: the hash by which its voter finds it in the log.

    Raises:
        StageClosed: the vote isn't going on.
        BadBallot: it isn't what the paper asks for.
        BadPass: the pass isn't signed, or the code belongs to no ballot.
        PassSpent: another ballot was cast with it.
    """
    hold_open(budget, STRONG, at)
    return record_ballot(budget, ballot, channel=channel)


def record_ballot(budget: Budget, ballot: Ballot, *, channel: Channel) -> bytes:
    """Keep a ballot for the next batch: of `cast_ballot`, and of paper after the doors are closed."""
    frozen = frozen_of(budget)
    try:
        choice = check_choice(frozen.opening, ballot.choice, frozen.costs)
    except ValueError as error:
        raise BadBallot(_("The ballot doesn’t keep to the rules that stand on the paper.")) from error
    if len(ballot.token) != TOKEN_BYTES or (ballot.commitment is not None and len(ballot.commitment) != TOKEN_BYTES):
        raise BadPass(_("The pass can’t be read. Load the page again."))
    commitment, name = ballot.commitment, channel.value
    if ballot.signature is not None:
        if not verify(frozen.opening.passes, pass_message(frozen.opening.origin, ballot.token), ballot.signature):
            raise BadPass(_("The pass isn’t of this vote. Load the page again."))
        content = ballot_entry(
            choice, token=ballot.token, signature=ballot.signature, next_token_hash=commitment, channel=name
        )
    else:
        content = revote_entry(choice, token=ballot.token, next_token_hash=commitment, channel=name)
    leaf, token = leaf_hash(content), next_of(ballot.token)
    if ballot.signature is None and not Entry.objects.filter(budget=budget, commitment=token).exists():
        raise BadPass(_("This code belongs to no ballot of this vote. Check that it is whole."))
    if not keep_once(Entry(budget=budget, content=content, leaf=leaf, token=token, commitment=commitment)):
        there = Entry.objects.filter(token=token).first()
        if there is None or bytes(there.leaf) != leaf:
            raise PassSpent(_("A ballot was cast with this already. To change it, use the newest code you got."))
    return leaf


@transaction.atomic
def vote_by_form(
    budget: Budget, facts: Facts, ballot: Ballot, *, voice: Voice, at: datetime, works_in: str = ""
) -> bytes:
    """Pass and ballot in one, for a browser without scripts: the weaker way, since the server sees both at that moment.

    Args:
        ballot: its token was drawn for the form that was filled in; it has no signature yet.

    Raises:
        as `issue_pass` and `cast_ballot`.
    """
    hold_open(budget, voice, at)
    there = Entry.objects.filter(budget=budget, token=next_of(ballot.token)).exists()
    if not there:
        mark_voter(budget, facts, channel=Channel.FORM, voice=voice, at=at, works_in=works_in)
    return record_ballot(budget, signed(budget, ballot), channel=Channel.FORM)


def signed(budget: Budget, ballot: Ballot) -> Ballot:
    """A ballot with the pass that the server itself makes for it; the same again for the same token."""
    there = Entry.objects.filter(budget=budget, token=next_of(ballot.token)).first()
    if there is not None:
        return Ballot(ballot.choice, ballot.token, _signature_in(bytes(there.content)), ballot.commitment)
    opening = frozen_of(budget).opening
    message = pass_message(opening.origin, ballot.token)
    blinded, inverse = blind(opening.passes, message, random=secrets.token_bytes)
    answer = blind_sign(signer(bytes(budget.keys.pass_key or b"")), blinded, random=secrets.token_bytes)
    return Ballot(ballot.choice, ballot.token, finalize(opening.passes, message, answer, inverse), ballot.commitment)


def _signature_in(content: bytes) -> bytes:
    import json

    from kuutio.core.bundles import from_b64u

    return from_b64u(json.loads(content)["signature"])
