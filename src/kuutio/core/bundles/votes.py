"""The entries of a vote: the opening, the ballots, the closing; what they must be, and the recount from them.

- Entry 0 is the opening. It holds all that could be bent later: the projects, the budget, what a ballot may say, the rule with its
  order of ties, the keys, the times.
- Every entry between is a ballot. A *first* ballot spends a pass: a token of 32 random bytes with a blind signature over
  `pass_message`. It may commit to a second token by its hash, `next`. A *later* ballot shows that token and takes the place of the
  ballot that committed to it; it needs no pass, and may commit again. So nobody has more than one ballot that counts, nobody but
  the voter can replace one, and nothing says who the voter is. The last of such a chain counts, wherever it stands in the log:
  batches are shuffled.
- The last entry is the closing: how many passes were issued, by channel. There can't be more first ballots than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kuutio.core.budgeting import BadElection, Election, Unfit, count
from kuutio.core.bundles.archive import Bundle
from kuutio.core.bundles.canonical import Broken, b64u, canonical, from_b64u
from kuutio.core.bundles.logs import CheckedLog, log_files
from kuutio.core.bundles.openings import KIND, Choice, Opening, check_choice
from kuutio.core.ledger import SignedHead, verify

RESULT = "result.json"
TOKEN_BYTES = 32
CHANNELS = ("web", "form", "desk", "paper")
"""How a ballot came: from a browser that blinded its pass itself, by a form without scripts, at a desk, on paper."""


def pass_message(origin: str, token: bytes) -> bytes:
    """What a pass is a signature of; the deterministic variant of RFC 9474, since the token is random enough."""
    return b"kuutio-pass/1\n" + origin.encode() + b"\n" + token


def next_of(token: bytes) -> bytes:
    """The commitment to a token by which a ballot may be replaced."""
    return sha256(token).digest()


def ballot_entry(
    choice: Choice, *, token: bytes, signature: bytes, next_token_hash: bytes | None, channel: str = "web"
) -> bytes:
    """A first ballot.

    Args:
        next_token_hash: `next_of` the token that may replace it; None: it can't be replaced.
    """
    entry = {"type": "ballot", "ballot": choice, "pass": b64u(token), "signature": b64u(signature), "channel": channel}
    return canonical(entry | ({"next": b64u(next_token_hash)} if next_token_hash is not None else {}))


def revote_entry(choice: Choice, *, token: bytes, next_token_hash: bytes | None, channel: str = "web") -> bytes:
    """A later ballot: it takes the place of the one whose `next` is the hash of its token."""
    entry = {"type": "ballot", "ballot": choice, "replaces": b64u(token), "channel": channel}
    return canonical(entry | ({"next": b64u(next_token_hash)} if next_token_hash is not None else {}))


def closing_entry(passes: Mapping[str, int]) -> bytes:
    """The last entry: how many passes were issued, by channel."""
    return canonical({"type": "close", "passes": dict(passes)})


def vote_bundle(
    entries: Sequence[bytes],
    heads: Iterable[SignedHead],
    *,
    origin: str,
    winners: Sequence[str],
    more: Mapping[str, bytes] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Bundle:
    """A vote as it is published, to be packed (`archive.pack`).

    Args:
        winners: ids in the order of funding.
        more: further files; the ballots as `.pb` (`pabulib.ballots_pb`) must be among them.
        facts: for people, into the manifest.
    """
    files = dict(more or {}) | log_files(entries, heads) | {RESULT: canonical({"winners": list(winners)}) + b"\n"}
    return Bundle(KIND, origin, files, facts=facts)


@dataclass(frozen=True, slots=True)
class Votes:
    """The ballots that count.

    Attributes:
        replaced: how many were replaced by a later one.
        issued: passes, by channel.
    """

    choices: tuple[Choice, ...]
    replaced: int
    issued: Mapping[str, int]


def read_votes(log: CheckedLog, opening: Opening) -> Votes:
    """The ballots of a log that is what was signed.

    Raises:
        Broken: an entry is none that a vote may have, a pass isn't signed or is used again, a ballot isn't allowed.
    """
    *ballots, closing = log.entries[1:] or ({},)
    last = len(log.entries) - 1
    costs, choices = opening.costs(), []
    waiting: dict[bytes, int] = {}
    spent: dict[bytes, int] = {}
    replacing: list[tuple[int, bytes]] = []
    for number, entry in enumerate(ballots, 1):
        try:
            choices.append(check_choice(opening, entry.get("ballot"), costs))
            later = _later(entry)
            token = from_b64u(entry["replaces" if later else "pass"], TOKEN_BYTES)
            if token in spent:
                raise ValueError(f"its pass was used by entry {spent[token]} already")
            spent[token] = number
            if later:
                replacing.append((number, token))
            elif not _signed(opening, token, entry["signature"]):
                raise ValueError("its pass isn't signed")
            if "next" in entry:
                commitment = from_b64u(entry["next"], TOKEN_BYTES)
                if waiting.setdefault(commitment, number) != number:
                    raise ValueError(f"it commits to the same token as entry {waiting[commitment]}")
        except ValueError as error:
            raise Broken(str(error), number) from error
    gone = set()
    for number, token in replacing:
        before = waiting.get(next_of(token))
        if before is None or before == number:
            raise Broken("it replaces a ballot that isn't there", number)
        gone.add(before)
    issued = _issued(closing, last)
    _enough(log, ballots, issued)
    return Votes(tuple(c for number, c in enumerate(choices, 1) if number not in gone), len(gone), issued)


def recount(opening: Opening, votes: Votes) -> tuple[str, ...]:
    """The winners, in the order of funding.

    Raises:
        Broken: the rule doesn't fit the ballots.
    """
    try:
        election = Election.of(opening.projects, opening.budget, votes.choices, opening.kind)
        return count(election, opening.rule).winners
    except (Unfit, BadElection) as error:
        raise Broken(f"the rule doesn't fit the ballots: {error}", 0) from error


def _later(entry: Mapping[str, Any]) -> bool:
    """Whether a ballot replaces another."""
    later = "replaces" in entry
    needed = {"type", "ballot", "channel"} | ({"replaces"} if later else {"pass", "signature"})
    if entry.get("type") != "ballot" or entry.keys() - {"next"} != needed or entry["channel"] not in CHANNELS:
        raise ValueError("it is no ballot")
    return later


def _signed(opening: Opening, token: bytes, signature: Any) -> bool:
    return verify(opening.passes, pass_message(opening.origin, token), from_b64u(signature, opening.passes.size))


def _issued(closing: Mapping[str, Any], last: int) -> dict[str, int]:
    passes = closing.get("passes")
    if closing.get("type") != "close" or closing.keys() != {"type", "passes"} or not isinstance(passes, dict):
        raise Broken("the log doesn't end with the closing of the vote", last)
    if not all(name in CHANNELS and type(number) is int and number >= 0 for name, number in passes.items()):
        raise Broken("the closing doesn't say how many passes were issued", last)
    return passes


def _enough(log: CheckedLog, ballots: Sequence[Mapping[str, Any]], issued: Mapping[str, int]) -> None:
    """Raises Broken when more first ballots were cast through a channel than passes were issued there."""
    cast = Counter(entry["channel"] for entry in ballots if "pass" in entry)
    for channel, number in cast.items():
        if number > issued.get(channel, 0):
            raise Broken(
                f"{number} ballots came by {channel}, and only {issued.get(channel, 0)} passes were issued there",
                len(log.entries) - 1,
            )
