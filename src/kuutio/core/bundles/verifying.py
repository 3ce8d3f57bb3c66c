"""Checking a bundle from end to end, with nothing but the file: what a sceptic runs at home."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kuutio.core.bundles.archive import Bundle, unpack
from kuutio.core.bundles.canonical import Broken, read_canonical
from kuutio.core.bundles.logs import CheckedLog, check_log, compare_heads
from kuutio.core.bundles.openings import KIND as VOTE
from kuutio.core.bundles.openings import read_opening
from kuutio.core.bundles.pabulib import PB, check_pb
from kuutio.core.bundles.rounds import KIND as ROUND
from kuutio.core.bundles.rounds import check_round
from kuutio.core.bundles.votes import RESULT, read_votes, recount
from kuutio.core.ledger import SignedHead


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found true of a bundle.

    Attributes:
        entries, heads: of the log.
        witnesses: who signed the last head besides the log itself.
        compared: heads kept by others that belong to this log.
        said: what was decided, in English, for people; a line each.
    """

    kind: str
    origin: str
    entries: int
    heads: int
    witnesses: tuple[str, ...]
    compared: int
    said: tuple[str, ...]


def verify_bundle(packed: bytes, known_heads: Iterable[SignedHead] | None = None) -> Verdict:
    """Check all that a bundle claims.

    In this order, so that what is named is the first thing wrong: the entries against their published hashes, the hashes against
    the signed heads, the other files against the manifest, then what the entries mean, and the decision made again.

    Args:
        known_heads: heads that others have kept, such as a witness; None: there are none to compare with.

    Raises:
        Broken: something isn't as it should be.
    """
    bundle = unpack(packed)
    decide = KINDS.get(bundle.kind)
    if decide is None:
        raise Broken(f"this is a bundle of kind {bundle.kind[:40]!r}, which isn't known here")
    log = check_log(dict(bundle.files), bundle.origin)
    if bundle.unlike:
        raise Broken(f"{bundle.unlike[0]} is not the file that manifest.json lists")
    compared = 0 if known_heads is None else compare_heads(log, known_heads)
    said = decide(bundle, log)
    return Verdict(bundle.kind, bundle.origin, len(log.entries), len(log.heads), log.witnesses, compared, said)


def _vote(bundle: Bundle, log: CheckedLog) -> tuple[str, ...]:
    opening = read_opening(log.entries[0], bundle.origin)
    votes = read_votes(log, opening)
    try:
        claimed = read_canonical(bundle.files[RESULT].rstrip(b"\n"))["winners"]
    except (KeyError, ValueError, TypeError) as error:
        raise Broken(f"{RESULT} doesn't say who won") from error
    winners = list(recount(opening, votes))
    if claimed != winners:
        raise Broken(f"the recount gives {winners}, and {RESULT} says {claimed}")
    if PB not in bundle.files:
        raise Broken(f"{PB}, the ballots for other tools, isn't there")
    check_pb(opening, votes, bundle.files[PB])
    issued = ", ".join(f"{number} by {channel}" for channel, number in sorted(votes.issued.items())) or "none"
    return (
        f"ballots that count: {len(votes.choices)}; replaced by a later one: {votes.replaced}",
        f"passes issued: {issued}",
        f"winners, in the order of funding: {', '.join(winners) or 'none'}",
    )


KINDS: dict[str, Callable[[Bundle, CheckedLog], tuple[str, ...]]] = {VOTE: _vote, ROUND: check_round}
"""How each kind of decision is made again; a new kind is a new line here."""
