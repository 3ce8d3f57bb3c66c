import json
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kuutio.core.ledger import (
    BlindKey,
    BlindPublicKey,
    BlindRefused,
    blind,
    blind_sign,
    finalize,
    powers,
    prepare,
    read_key,
    read_public_key,
    verify,
)
from kuutio.core.ledger.powers import power

VECTORS = json.loads((Path(__file__).parent / "rfc9474.json").read_text("utf-8"))


def in_order(*pieces: bytes):
    """A source of randomness that gives what the vector gave."""
    left = list(pieces)

    def random(size: int) -> bytes:
        piece = left.pop(0)
        assert len(piece) == size
        return piece

    return random


@pytest.fixture(scope="module")
def key() -> BlindKey:
    made = rsa.generate_private_key(65537, 2048)
    return read_key(made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="module")
def rfc_key() -> BlindKey:
    n, e, d, p, q = (int(VECTORS[name], 16) for name in "nedpq")
    return BlindKey(BlindPublicKey(n, e), d, p, q)


@pytest.mark.parametrize("variant", ["randomized", "deterministic"])
def test_the_vectors_of_the_standard(rfc_key, variant):
    vector = {name: bytes.fromhex(text) for name, text in VECTORS[variant].items()}
    message, salt, inverse = (bytes.fromhex(VECTORS[name]) for name in ("msg", "salt", "inv"))
    factor = pow(int.from_bytes(inverse, "big"), -1, rfc_key.public.n).to_bytes(512, "big")
    prefix = in_order(vector["msg_prefix"]) if variant == "randomized" else None
    prepared = prepare(message, random=prefix)
    assert prepared == vector["msg_prefix"] + message
    blinded, secret = blind(rfc_key.public, prepared, random=in_order(salt, factor))
    assert (blinded, secret) == (vector["blinded_msg"], inverse)
    answer = blind_sign(rfc_key, blinded, random=secrets.token_bytes)
    assert answer == vector["blind_sig"]
    signature = finalize(rfc_key.public, prepared, answer, secret)
    assert signature == vector["sig"]
    assert verify(rfc_key.public, prepared, signature)
    assert not verify(rfc_key.public, message + b"!", signature)


def test_a_pass_comes_about_and_the_signer_saw_nothing_of_it(key):
    tokens = [secrets.token_bytes(32) for _ in range(3)]
    seen, signatures = [], []
    for token in tokens:
        blinded, secret = blind(key.public, token, random=secrets.token_bytes)
        answer = blind_sign(key, blinded, random=secrets.token_bytes)
        seen += [blinded, answer]
        signatures.append(finalize(key.public, token, answer, secret))
    assert all(verify(key.public, token, made) for token, made in zip(tokens, signatures, strict=True))
    assert not verify(key.public, tokens[0], signatures[1])
    assert not verify(key.public, tokens[0], signatures[0][:-1])
    assert not set(seen) & {*tokens, *signatures}
    # The same token blinded again is another message to the signer.
    assert blind(key.public, tokens[0], random=secrets.token_bytes)[0] not in seen


def test_hostile_messages_are_refused(key):
    size = key.public.size
    for wrong in (b"", bytes(size - 1), bytes(size + 1), key.public.n.to_bytes(size, "big"), b"\xff" * size):
        with pytest.raises(BlindRefused):
            blind_sign(key, wrong, random=secrets.token_bytes)
    blinded, secret = blind(key.public, b"token", random=secrets.token_bytes)
    answer = blind_sign(key, blinded, random=secrets.token_bytes)
    for wrong in (answer[:-1], answer[:-1] + bytes([answer[-1] ^ 1])):
        with pytest.raises(BlindRefused):
            finalize(key.public, b"token", wrong, secret)
    with pytest.raises(BlindRefused):
        finalize(key.public, b"another token", answer, secret)


def test_a_wrong_half_never_leaves(key):
    """One faulty half of the signature would give the primes away, whatever counted it."""

    def faulty(base: int, exponent: int, modulus: int) -> int:
        asked.append(modulus)
        return pow(base, exponent, modulus) ^ (modulus == key.p)

    asked: list[int] = []
    blinded, _ = blind(key.public, b"token", random=secrets.token_bytes)
    with pytest.raises(ArithmeticError):
        blind_sign(key, blinded, random=secrets.token_bytes, power=faulty)
    assert set(asked) == {key.p, key.q}


def test_keys_are_read_and_written(key):
    assert read_public_key(key.public.to_der()) == key.public
    assert str(key.d) not in repr(key)
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505  it is to be refused
    curve = ec.generate_private_key(ec.SECP256R1())
    plain = (Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for wrong in (b"", b"nonsense", small.private_bytes(*plain), curve.private_bytes(*plain)):
        with pytest.raises(BlindRefused):
            read_key(wrong)
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for wrong in (b"", small.public_key().public_bytes(*spki), curve.public_key().public_bytes(*spki)):
        with pytest.raises(BlindRefused):
            read_public_key(wrong)
    with pytest.raises(BlindRefused):
        BlindKey(key.public, key.d + 2, key.p, key.q)


@settings(max_examples=15)
@given(st.integers(0, 2**600), st.integers(0, 2**600), st.integers(1, 2**512))
@example(0, 0, 1)
@example(7, 0, 9)
@example(2**64, 2**512 - 1, 2**512)
def test_a_power_is_pythons_own_whatever_counts_it(base, exponent, modulus):
    assert power(base, exponent, modulus) == pow(base, exponent, modulus)


def test_powers_of_secrets_take_no_time_that_tells_of_them():
    assert powers.is_constant_time, (
        "the library behind hashlib can't be reached: passes would be signed ten times as slowly"
    )


def test_without_the_library_powers_are_pythons_own(monkeypatch):
    monkeypatch.setattr(powers, "_lib", None)
    assert power(5, 117, 19) == pow(5, 117, 19)
