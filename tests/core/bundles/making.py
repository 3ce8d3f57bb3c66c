"""A vote of a handful of ballots, made as the real one is, and the ways to tamper with it."""

import secrets
from dataclasses import dataclass, field, replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kuutio.core.bundles import (
    PB,
    Broken,
    Bundle,
    ballot_entry,
    ballots_pb,
    check_log,
    closing_entry,
    log_files,
    next_of,
    opening_entry,
    pack,
    pass_message,
    read_opening,
    read_votes,
    revote_entry,
    vote_bundle,
)
from kuutio.core.ledger import (
    Head,
    SignedHead,
    SigningKey,
    Tree,
    blind,
    blind_sign,
    finalize,
    leaf_hash,
    read_key,
    sign_head,
    witness,
)
from kuutio.core.ledger.heads import LOG, WITNESS

ORIGIN = "cities.example/votes/parks"
LOG_KEY = SigningKey(ORIGIN, LOG, b"l" * 32)
ESPOO = SigningKey("espoo.example/witness", WITNESS, b"e" * 32)
ELECTION = {
    "kind": "approval",
    "budget": "100000",
    "projects": [
        {"id": "park", "cost": "60000", "name": "Leikkipuisto"},
        {"id": "bench", "cost": 30000},
        {"id": "pier", "cost": "40000.50"},
        {"id": "trees", "cost": 20000},
    ],
    "limits": {"min_length": 1, "max_length": 3},
}
RULE = {"kind": "greedy"}
BALLOTS = 12


@cache
def pass_key():
    made = rsa.generate_private_key(65537, 2048)
    return read_key(made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def issue(token: bytes, origin: str = ORIGIN) -> bytes:
    """A pass for a token, all the way round."""
    key, prepared = pass_key(), pass_message(origin, token)
    blinded, secret = blind(key.public, prepared, random=secrets.token_bytes)
    return finalize(key.public, prepared, blind_sign(key, blinded, random=secrets.token_bytes), secret)


def opening(**changed) -> bytes:
    said = {
        "election": ELECTION,
        "rule": RULE,
        "log_key": str(LOG_KEY.public()),
        "witnesses": [str(ESPOO.public())],
        "quorum": 1,
        "pass_key": pass_key().public.to_der(),
        "facts": {"title": {"fi": "Puistot"}},
    }
    return opening_entry(ORIGIN, **(said | changed))


@cache
def honest_entries() -> tuple[bytes, ...]:
    """The opening, twelve passes used, two ballots replaced (one of them twice), the closing."""
    projects = [one["id"] for one in ELECTION["projects"]]
    made, tokens = [opening()], []
    for number in range(BALLOTS):
        token, following = secrets.token_bytes(32), secrets.token_bytes(32)
        tokens.append(following)
        made.append(
            ballot_entry(
                [projects[number % 4], projects[(number + 1 + number % 2) % 4]],
                token=token,
                signature=issue(token),
                next_token_hash=next_of(following) if number % 3 == 0 else None,
                channel="paper" if number == 5 else "web",
            )
        )
    again = secrets.token_bytes(32)
    made.append(revote_entry(["park"], token=tokens[0], next_token_hash=next_of(again)))
    made.insert(4, revote_entry(["bench", "trees"], token=again, next_token_hash=None))  # before what it replaces
    made.append(revote_entry(["pier"], token=tokens[6], next_token_hash=None))
    made.append(closing_entry({"web": 14, "paper": 1}))
    return tuple(made)


def signed_heads(entries, sizes=None) -> list[SignedHead]:
    """Heads at the opening, in the middle and at the end, with the witness's signature."""
    tree, heads, known = Tree(map(leaf_hash, entries)), [], None
    for number, size in enumerate(sizes or dict.fromkeys((1, len(entries) // 2 or 1, len(entries)))):
        head = sign_head(Head(ORIGIN, size, tree.root(size), 1764396000 + 900 * number), LOG_KEY)
        proof = tree.consistency(known.size if known else 0, size)
        heads.append(witness(known, head, proof, log=LOG_KEY.public(), key=ESPOO, at=1764396060 + 900 * number))
        known = heads[-1].head
    return heads


WINNERS = ["bench", "trees", "pier"]


@dataclass(frozen=True)
class Vote:
    """A bundle to be changed."""

    bundle: Bundle = field(
        default_factory=lambda: vote_bundle(
            honest_entries(),
            signed_heads(honest_entries()),
            origin=ORIGIN,
            winners=WINNERS,
            more=pb_of(honest_entries()),
        )
    )

    def lines(self, name: str = "log.jsonl") -> list[bytes]:
        return self.bundle.files[name].splitlines(keepends=True)

    def having(self, **files: bytes) -> "Vote":
        """The same with other contents of files, `log_jsonl` for `log.jsonl`; the manifest is made to fit."""
        named = {name.replace("_", ".", 1): body for name, body in files.items()}
        return Vote(replace(self.bundle, files={**self.bundle.files, **named}))

    def packed(self) -> bytes:
        return pack(self.bundle)


def insider(entries, winners=WINNERS) -> bytes:
    """What somebody with all the keys could publish: wrong entries, signed like right ones."""
    return pack(vote_bundle(entries, signed_heads(entries), origin=ORIGIN, winners=winners, more=pb_of(entries)))


def pb_of(entries) -> dict[str, bytes]:
    """The file of the ballots; some file where the entries make no sense."""
    try:
        log = check_log(log_files(entries, signed_heads(entries)), ORIGIN)
        said = read_opening(log.entries[0], ORIGIN)
        return {PB: ballots_pb(said, read_votes(log, said), {"description": "Puistot"})}
    except Broken:
        return {PB: b"-"}
