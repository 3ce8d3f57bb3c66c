"""`./kuutio witness`: sign the heads of somebody else's log on one's own machine, with a key that only it has."""

import argparse
import json
import os
import secrets
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path
from time import time
from typing import Any

from kuutio.config.commands.verify import MOST_HEADS_BYTES
from kuutio.config.console import say
from kuutio.core.problems import Invalid, NotFound

HELP = "Sign the newest head of a vote's log as a witness, if it continues what was signed before; by cron, on a machine of one's own."
NEEDS_DATABASE = False

MOST_LEAVES_BYTES = 128 * 2**20
_PREFIX = "PRIVATE+KEY"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the vote is, and the key."""
    parser.add_argument("vote", metavar="URL", nargs="?", default="", help="the address of a vote's ballot paper")
    parser.add_argument(
        "--key", metavar="FILE", required=True, help="the secret key; what was signed is kept in FILE.seen"
    )
    parser.add_argument(
        "--make", metavar="NAME", help="make the key, such as for espoo.fi/witness, and print its public part"
    )


def run(options: argparse.Namespace) -> int:
    """Print what was signed, or what isn't as it was; 0 or 1.

    Raises:
        NotFound, Invalid: the key, or what the address gives, can't be read.
    """
    file = Path(options.key)
    if options.make:
        return _make(file, options.make)
    if not options.vote:
        raise Invalid("Give the address of the vote.")
    return _sign(options.vote.rstrip("/"), file)


def _make(file: Path, name: str) -> int:
    from kuutio.core.ledger import BadHead, SigningKey
    from kuutio.core.ledger.heads import WITNESS

    key = SigningKey(name, WITNESS, secrets.token_bytes(32))
    try:
        public = str(key.public())
    except BadHead as bad:
        raise Invalid(f"{name} can't be the name of a witness: one word without a plus sign.") from bad
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as made:
            made.write(f"{_PREFIX}+{name}+{b64encode(key.seed).decode()}\n")
    except FileExistsError as there:
        raise Invalid(f"{file} is there already; a key is never written over.") from there
    sys.stdout.write(f"{public}\n")
    say("this is the public part: give it to the city that runs the votes")
    return 0


def _key(file: Path) -> Any:
    from kuutio.core.ledger import SigningKey
    from kuutio.core.ledger.heads import WITNESS

    if not file.is_file():
        raise NotFound(f"There is no file {file}. Make a key with --make NAME.")
    text = file.read_text("utf-8").strip()
    name, _plus, seed = text.removeprefix(f"{_PREFIX}+").rpartition("+")
    try:
        raw = b64decode(seed, validate=True)
    except NotBase64:
        raw = b""
    if not text.startswith(_PREFIX) or len(raw) != 32 or not name:
        raise Invalid(f"{file} holds no secret key of a witness.")
    return SigningKey(name, WITNESS, raw)


def _sign(vote: str, file: Path) -> int:
    from kuutio.config.downloads import download
    from kuutio.core.bundles import Broken, read_heads, read_opening
    from kuutio.core.ledger import BadHead, Head, NotConsistent, Tree, leaf_hash, public_key, witness

    key = _key(file)
    kept = file.with_name(f"{file.name}.seen")
    seen: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    try:
        content = download(f"{vote}/opening.json", MOST_HEADS_BYTES)
        head = read_heads(download(f"{vote}/heads.txt", MOST_HEADS_BYTES))[-1]
        leaves = [bytes.fromhex(line) for line in download(f"{vote}/leaves.txt", MOST_LEAVES_BYTES).decode().split()]
        size, origin = head.head.size, head.head.origin
        opening = read_opening(json.loads(content), origin)
        tree = Tree(leaves[:size])
        if len(leaves) < size or tree.root(size) != head.head.root or leaves[0] != leaf_hash(content):
            raise Invalid("The hashes of the entries don't give the head that was signed.")
    except (Broken, BadHead, ValueError, IndexError) as error:
        raise Invalid(f"What the vote publishes can't be read: {error}") from error
    if str(key.public()) not in [str(one) for one in opening.keys.witnesses]:
        raise Invalid(f"{key.name} is no witness of {origin}.")
    before = seen.get(origin)
    log = public_key(before["log"]) if before else opening.keys.log
    known = Head(origin, before["size"], bytes.fromhex(before["root"]), 0) if before else None
    if known is not None and known.size == size and known.root == head.head.root:
        sys.stdout.write(f"NOTHING NEW {size} entries of {origin}\n")
        return 0
    try:
        proof = tree.consistency(known.size, size) if known is not None and known.size <= size else ()
        signed = witness(known, head, proof, log=log, key=key, at=int(time()))
    except (BadHead, NotConsistent) as error:
        sys.stdout.write(f"FAIL {error}\n")
        return 1
    # Kept before it is sent: a witness never signs two logs, whatever breaks.
    whole = kept.with_name(f"{kept.name}.part")
    told = {"size": size, "root": head.head.root.hex(), "log": str(log)}
    whole.write_text(json.dumps(seen | {origin: told}, indent=1, sort_keys=True), "utf-8")
    whole.replace(kept)
    download(f"{vote}/cosign/", MOST_HEADS_BYTES, body=signed.to_bytes())
    sys.stdout.write(f"SIGNED {size} entries of {origin}\n")
    return 0
