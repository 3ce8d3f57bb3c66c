"""Signed heads: what a log says of itself at a moment, who signed it, and what a witness must see before it does.

A head is a C2SP checkpoint, a text that ends with signatures as a C2SP signed note has them, so that witnesses of other logs can
sign ours, and ours theirs:

    cities.example/votes/park-budget
    1234
    Z2l2ZSBtZSBhIHJvb3QgaGFzaCBvZiAzMiBieXRlcyE=
    time 1764396000

    — cities.example/votes/park-budget 5xWv…
    — espoo.example/witness 9aTq…

Source: C2SP signed-note, tlog-checkpoint and tlog-cosignature, version 1.0.0 each (https://c2sp.org); RFC 8032 (Ed25519).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kuutio.core.ledger.merkle import HASH_BYTES, verify_consistency

LOG, WITNESS = b"\x01", b"\x04"
"""The kinds of keys: a log's Ed25519, and a witness's whose signature carries its time."""

NAME = re.compile(r"[^\s+\x00-\x20]{1,200}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
DASH = "\u2014 "
MOST_SIGNATURES = 64
MOST_BYTES = 64 * 1024


class BadHead(ValueError):
    """The text is no signed head, or its signature doesn't hold."""


class NotConsistent(ValueError):
    """The log isn't a continuation of what the witness saw before: never to be signed."""


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log at a moment.

    Attributes:
        origin: which log; like an address without its scheme, the same for the log's whole life.
        size: entries.
        root: 32 bytes.
        at: when the log stood so, in seconds since 1970 (UTC).
    """

    origin: str
    size: int
    root: bytes
    at: int

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.origin):
            raise BadHead("The origin must be one word without a plus sign.")
        if not 0 <= self.size < 10**19 or not 0 <= self.at < 10**19 or len(self.root) != HASH_BYTES:
            raise BadHead("The size, the time or the root of this head is out of range.")

    def text(self) -> bytes:
        """The bytes that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\ntime {self.at}\n".encode()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signatures are believed.

    Attributes:
        name: the log's origin, or the witness's name; an address without its scheme.
        kind: `LOG` or `WITNESS`.
        key: 32 bytes, Ed25519.
    """

    name: str
    kind: bytes
    key: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or self.kind not in (LOG, WITNESS) or len(self.key) != 32:
            raise BadHead("This is no key of a log or of a witness.")

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self.kind + self.key).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs; keep it secret, and use it for one log alone or for one witness.

    Attributes:
        seed: 32 random bytes.
    """

    name: str
    kind: bytes
    seed: bytes

    def public(self) -> PublicKey:
        """What the others need."""
        return PublicKey(self.name, self.kind, self._private().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r}, …)"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a head.

    Attributes:
        name: of the key, as the line tells it.
        key_id: four bytes.
        body: the signature, a witness's with its time before it.
    """

    name: str
    key_id: bytes
    body: bytes

    def line(self) -> str:
        return f"{DASH}{self.name} {b64encode(self.key_id + self.body).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its signatures: the log's first, then the witnesses'."""

    head: Head
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The whole text, as it is published."""
        return self.head.text() + b"\n" + "".join(signature.line() for signature in self.signatures).encode()


def public_key(text: str) -> PublicKey:
    """A key in its written form, `NAME+ID+BASE64`.

    Raises:
        BadHead: it isn't one, or its id isn't its own.
    """
    name, _, rest = text.partition("+")
    key_id, _, body = rest.partition("+")
    raw = _base64(body)
    key = PublicKey(name, raw[:1], raw[1:])
    if key.id.hex() != key_id:
        raise BadHead("The key's id doesn't fit the key.")
    return key


def sign_head(head: Head, key: SigningKey) -> SignedHead:
    """The log's own signature.

    Raises:
        BadHead: the key is not this log's.
    """
    if key.kind != LOG or key.name != head.origin:
        raise BadHead("A log's key has the name of the log, and signs heads of that log alone.")
    return SignedHead(head, (Signature(key.name, key.public().id, key.sign(head.text())),))


def countersign(signed: SignedHead, key: SigningKey, *, at: int) -> SignedHead:
    """The same head with a witness's signature, in place of an older one by the same key. `witness` is the safe way to here.

    Args:
        at: seconds since 1970 (UTC), by the clock of the witness.

    Raises:
        BadHead: the key is no witness's.
    """
    if key.kind != WITNESS:
        raise BadHead("Only a witness's key countersigns.")
    own = key.public().id
    made = Signature(key.name, own, at.to_bytes(8, "big") + key.sign(_witnessed(signed.head, at)))
    others = tuple(one for one in signed.signatures if (one.name, one.key_id) != (key.name, own))
    return replace(signed, signatures=(*others, made))


def witness(
    known: Head | None,
    signed: SignedHead,
    proof: Sequence[bytes],
    *,
    log: PublicKey,
    key: SigningKey,
    at: int,
) -> SignedHead:
    """Countersign a head, if the log signed it and it continues the head that this witness signed before.

    Args:
        known: the newest head of this log that the witness has signed; None for none. It must keep the new one in its place.
        proof: the log's consistency proof between the two; empty for the first.

    Raises:
        BadHead: the log didn't sign it, or it is another log's.
        NotConsistent: entries were dropped or changed, or the log was cut.
    """
    if not signers(signed, (log,)) or signed.head.origin != log.name:
        raise BadHead("The log has not signed this head.")
    head = signed.head
    if known is not None:
        if known.origin != head.origin:
            raise BadHead("The two heads are of different logs.")
        if head.size < known.size or not verify_consistency(known.size, known.root, head.size, head.root, proof):
            raise NotConsistent(f"{head.origin} at {head.size} doesn't continue what it was at {known.size}.")
    return countersign(signed, key, at=at)


def signers(signed: SignedHead, keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """The keys, of those given, whose signature stands below the head and holds.

    Raises:
        BadHead: a signature names one of these keys and doesn't hold; such a text is to be believed in nothing.
    """
    found = []
    for key in keys:
        for signature in signed.signatures:
            if (signature.name, signature.key_id) == (key.name, key.id):
                _check(signed.head, signature, key)
                found.append(key)
                break
    return tuple(found)


def read_head(text: bytes) -> SignedHead:
    """A published head; its signatures are not checked yet (`signers`).

    Raises:
        BadHead: it isn't one, or not in the one way to write it.
    """
    if len(text) > MOST_BYTES:
        raise BadHead("This is too long for a head.")
    try:
        body, _, below = text.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise BadHead("A head is text in UTF-8.") from error
    lines = body.split("\n")
    if len(lines) != 4 or not lines[3].startswith("time "):
        raise BadHead("A head has four lines: the origin, the size, the root, the time.")
    size, at = lines[1], lines[3].removeprefix("time ")
    if not NUMBER.fullmatch(size) or not NUMBER.fullmatch(at):
        raise BadHead("The size or the time of this head is no number.")
    head = Head(lines[0], int(size), _base64(lines[2]), int(at))
    lines = below.split("\n")
    if lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise BadHead("A head needs signatures, and each line ends with a line break.")
    return SignedHead(head, tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    name, _, body = line.removeprefix(DASH).partition(" ")
    raw = _base64(body)
    if not line.startswith(DASH) or not NAME.fullmatch(name) or len(raw) < 5:
        raise BadHead("A signature is a dash, a name and the signature itself.")
    return Signature(name, raw[:4], raw[4:])


def _check(head: Head, signature: Signature, key: PublicKey) -> None:
    at, body = (signature.body[:8], signature.body[8:]) if key.kind == WITNESS else (b"", signature.body)
    message = _witnessed(head, int.from_bytes(at, "big")) if key.kind == WITNESS else head.text()
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(body, message)
    except (InvalidSignature, ValueError) as error:
        raise BadHead(f"The signature of {key.name} doesn't hold.") from error


def _witnessed(head: Head, at: int) -> bytes:
    """What a witness signs."""
    return b"cosignature/v1\ntime %d\n" % at + head.text()


def _base64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadHead("This is no Base64.") from error
    if b64encode(raw).decode() != text:  # several texts must not stand for the same bytes
        raise BadHead("This Base64 isn't in its one canonical form.")
    return raw
