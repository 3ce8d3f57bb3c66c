"""Blind RSA signatures: a signer lets somebody pass once without being able to tell later whose pass it was.

RSABSSA-SHA384-PSS, Randomized and Deterministic, which differ in `prepare` alone. Deterministic is right where the message holds
enough randomness of its own, as a random token does. What comes out is an ordinary RSASSA-PSS signature with SHA-384, MGF1 and a
salt of 48 bytes. A key must sign nothing else, and one key belongs to one purpose: its signatures tell nothing but that.

Source: RFC 9474, sections 4 and 5; RFC 8017, sections 8.1 and 9.1 (PSS).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha384
from math import gcd
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from kuutio.core.ledger.powers import Power, power

Random: TypeAlias = Callable[[int], bytes]
"""A source of so many random bytes, such as `secrets.token_bytes`."""

HASH_BYTES = SALT_BYTES = 48
PREFIX_BYTES = 32
LEAST_BITS, MOST_BITS = 2048, 8192
_PSS = padding.PSS(padding.MGF1(hashes.SHA384()), SALT_BYTES)


class BlindRefused(ValueError):
    """What came from the other side can't be signed or isn't a signature."""


@dataclass(frozen=True, slots=True)
class BlindPublicKey:
    """A signer's public key: the modulus and the exponent."""

    n: int
    e: int

    def __post_init__(self) -> None:
        if (
            not LEAST_BITS <= self.n.bit_length() <= MOST_BITS
            or not self.n & 1
            or not 2 < self.e < 2**32
            or not self.e & 1
        ):
            raise BlindRefused("This is no RSA key of a size that is used here.")

    @property
    def size(self) -> int:
        """Bytes of a blinded message and of a signature."""
        return (self.n.bit_length() + 7) // 8

    def to_der(self) -> bytes:
        """SubjectPublicKeyInfo, as WebCrypto's `importKey("spki", …)` takes it."""
        return _loaded(self).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True, repr=False)
class BlindKey:
    """A signer's private key: the public one, the private exponent and the two primes."""

    public: BlindPublicKey
    d: int
    p: int
    q: int

    def __post_init__(self) -> None:
        if self.p * self.q != self.public.n or any(self.public.e * self.d % (x - 1) != 1 for x in (self.p, self.q)):
            raise BlindRefused("The parts of this private key don't belong together.")


def read_public_key(der: bytes) -> BlindPublicKey:
    """A public key from its SubjectPublicKeyInfo.

    Raises:
        BlindRefused: it isn't an RSA key of 2048 to 8192 bits.
    """
    try:
        key = load_der_public_key(der)
    except (ValueError, TypeError) as error:
        raise BlindRefused("This is no public key.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise BlindRefused("This is no RSA key.")
    numbers = key.public_numbers()
    return BlindPublicKey(numbers.n, numbers.e)


def read_key(der: bytes) -> BlindKey:
    """A private key from its PKCS #8 form without a password; `cryptography` makes one.

    Raises:
        BlindRefused: it isn't an RSA key of 2048 to 8192 bits.
    """
    try:
        key = load_der_private_key(der, password=None)
    except (ValueError, TypeError) as error:
        raise BlindRefused("This is no private key.") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BlindRefused("This is no RSA key.")
    numbers = key.private_numbers()
    public = BlindPublicKey(numbers.public_numbers.n, numbers.public_numbers.e)
    return BlindKey(public, numbers.d, numbers.p, numbers.q)


def prepare(message: bytes, *, random: Random | None) -> bytes:
    """The message as it will be signed and verified: behind 32 random bytes, or as it is where `random` is None.

    Source: RFC 9474, section 4.1 (PrepareRandomize, PrepareIdentity).
    """
    return message if random is None else random(PREFIX_BYTES) + message


def blind(key: BlindPublicKey, prepared: bytes, *, random: Random) -> tuple[bytes, bytes]:
    """What is sent to the signer, and the secret by which its answer becomes a signature (`finalize`).

    Source: RFC 9474, section 4.2 (Blind).
    """
    encoded = _encoded(prepared, random(SALT_BYTES), key.n.bit_length() - 1)
    message = int.from_bytes(encoded, "big")
    if gcd(message, key.n) != 1:
        raise BlindRefused("This message can't be blinded with this key.")
    factor, inverse = _unit(key, random)
    blinded = message * pow(factor, key.e, key.n) % key.n
    return blinded.to_bytes(key.size, "big"), inverse.to_bytes(key.size, "big")


def blind_sign(key: BlindKey, blinded: bytes, *, random: Random, power: Power = power) -> bytes:
    """The signer's part: it sees random bytes and gives random-looking bytes.

    The exponentiation is itself blinded, since the time that it takes may depend on its numbers (see `powers`), and the result is
    checked, since one wrong half of it would give the key away.

    Args:
        power: base, exponent, modulus -> their power.

    Raises:
        BlindRefused: what was sent has another size than the key, or is no number below the modulus.
        ArithmeticError: the machine counted wrongly; nothing may leave.

    Source: RFC 9474, section 4.3 (BlindSign) and 7.1; Boneh, DeMillo, Lipton (1997) for the check.
    """
    public = key.public
    message = int.from_bytes(blinded, "big")
    if len(blinded) != public.size or message >= public.n:
        raise BlindRefused("What is to be signed has another size than the key.")
    factor, inverse = _unit(public, random)
    masked = message * pow(factor, public.e, public.n) % public.n
    signed = _private_power(key, masked, power) * inverse % public.n
    if pow(signed, public.e, public.n) != message:
        raise ArithmeticError("The signature doesn't hold.")
    return signed.to_bytes(public.size, "big")


def finalize(key: BlindPublicKey, prepared: bytes, blind_signature: bytes, inverse: bytes) -> bytes:
    """The signature, out of the signer's answer and the secret of `blind`.

    Raises:
        BlindRefused: the signer didn't sign what it was sent.

    Source: RFC 9474, section 4.4 (Finalize).
    """
    if len(blind_signature) != key.size:
        raise BlindRefused("The signer's answer has another size than its key.")
    found = int.from_bytes(blind_signature, "big") * int.from_bytes(inverse, "big") % key.n
    signature = found.to_bytes(key.size, "big")
    if not verify(key, prepared, signature):
        raise BlindRefused("The signer didn't sign what it was sent.")
    return signature


def verify(key: BlindPublicKey, prepared: bytes, signature: bytes) -> bool:
    """Whether a signature holds for a message as it was prepared.

    Source: RFC 9474, section 4.5; RFC 8017, section 8.1.2.
    """
    try:
        _loaded(key).verify(signature, prepared, _PSS, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=32)
def _loaded(key: BlindPublicKey) -> rsa.RSAPublicKey:
    """The key as the library has it: making it takes as long as a verification."""
    return rsa.RSAPublicNumbers(key.e, key.n).public_key()


def _private_power(key: BlindKey, number: int, power: Power) -> int:
    """A number to the private exponent, by the Chinese remainder theorem: a quarter of the work.

    Source: RFC 8017, section 5.1.2 (RSASP1, second form).
    """
    of_p = int(power(number % key.p, key.d % (key.p - 1), key.p))
    of_q = int(power(number % key.q, key.d % (key.q - 1), key.q))
    return of_q + key.q * ((of_p - of_q) * _coefficient(key.p, key.q) % key.p)


@lru_cache(maxsize=32)
def _coefficient(p: int, q: int) -> int:
    return pow(q, -1, p)


def _unit(key: BlindPublicKey, random: Random) -> tuple[int, int]:
    """A number below the modulus, each as likely as the other, and its inverse."""
    spare = 8 * key.size - key.n.bit_length()
    while True:
        factor = int.from_bytes(random(key.size), "big") >> spare
        if 0 < factor < key.n and gcd(factor, key.n) == 1:
            return factor, pow(factor, -1, key.n)


def _encoded(message: bytes, salt: bytes, bits: int) -> bytes:
    """EMSA-PSS-ENCODE with SHA-384. Source: RFC 8017, section 9.1.1."""
    size = (bits + 7) // 8
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    data = b"\x01" + salt
    data = bytes(size - HASH_BYTES - 1 - len(data)) + data
    masked = bytearray(one ^ other for one, other in zip(data, _mask(digest, len(data)), strict=True))
    masked[0] &= 0xFF >> 8 * size - bits
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, size: int) -> bytes:
    """MGF1 with SHA-384. Source: RFC 8017, appendix B.2.1."""
    blocks = -(-size // HASH_BYTES)
    return b"".join(sha384(seed + number.to_bytes(4, "big")).digest() for number in range(blocks))[:size]
