from base64 import b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kuutio.core.ledger import (
    BadHead,
    Head,
    NotConsistent,
    SigningKey,
    Tree,
    countersign,
    leaf_hash,
    public_key,
    read_head,
    sign_head,
    signers,
    witness,
)
from kuutio.core.ledger.heads import LOG, WITNESS

LOG_KEY = SigningKey("cities.example/votes/parks", LOG, bytes(range(32)))
ESPOO = SigningKey("espoo.example/witness", WITNESS, b"e" * 32)
TAMPERE = SigningKey("tampere.example/witness", WITNESS, b"t" * 32)
TREE = Tree(leaf_hash(b"%d" % number) for number in range(20))


def head(size: int = 20, origin: str = LOG_KEY.name, at: int = 1764396000) -> Head:
    return Head(origin, size, TREE.root(size), at)


def test_what_is_published_is_read_back_with_its_signatures():
    signed = witness(None, sign_head(head(), LOG_KEY), (), log=LOG_KEY.public(), key=ESPOO, at=1764396060)
    signed = countersign(countersign(signed, TAMPERE, at=1), TAMPERE, at=1764396070)
    text = signed.to_bytes()
    assert text.decode().splitlines()[:4] == [LOG_KEY.name, "20", b64encode(TREE.root()).decode(), "time 1764396000"]
    assert text.decode().count("\u2014 ") == 3
    keys = (LOG_KEY.public(), ESPOO.public(), TAMPERE.public())
    assert read_head(text) == signed
    assert signers(read_head(text), keys) == keys
    assert signers(sign_head(head(), LOG_KEY), keys) == keys[:1]


def test_a_signed_note_of_others_is_understood():
    """The key of Go's checksum database, by which the format came into the world."""
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(public_key(text)) == text
    for wrong in (text.replace("033de0ae", "033de0af"), text[:-1], "sum.golang.org", text.replace("+Ac4", "+Bc4")):
        with pytest.raises(BadHead):
            public_key(wrong)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 255))
@example(5, 1)
def test_one_changed_byte_is_seen(place, change):
    text = bytearray(countersign(sign_head(head(), LOG_KEY), ESPOO, at=1764396060).to_bytes())
    text[place % len(text)] ^= change
    try:
        read = read_head(bytes(text))
        believed = signers(read, (LOG_KEY.public(), ESPOO.public()))
    except BadHead:
        return
    # A name or a key's id that was changed makes the signature a stranger's, and nobody believes it for the other.
    assert read.head == head() and len(believed) < 2


def test_a_witness_signs_only_what_continues():
    log = LOG_KEY.public()
    old, new = head(7), sign_head(head(20, at=1764396900), LOG_KEY)
    assert witness(old, new, TREE.consistency(7, 20), log=log, key=ESPOO, at=2).head == new.head
    assert witness(new.head, new, (), log=log, key=ESPOO, at=3).head == new.head
    another = Tree(leaf_hash(b"x%d" % number) for number in range(20))
    changed = sign_head(Head(LOG_KEY.name, 20, another.root(), 9), LOG_KEY)
    for known, signed, proof in (
        (old, changed, another.consistency(7, 20)),
        (old, new, ()),
        (new.head, sign_head(old, LOG_KEY), ()),
        (new.head, changed, ()),
    ):
        with pytest.raises(NotConsistent):
            witness(known, signed, proof, log=log, key=ESPOO, at=4)
    stranger = SigningKey("cities.example/votes/other", LOG, b"s" * 32)
    with pytest.raises(BadHead, match="different logs"):
        witness(Head(stranger.name, 0, TREE.root(0), 1), new, (), log=log, key=ESPOO, at=4)
    with pytest.raises(BadHead, match="not signed"):
        witness(None, sign_head(head(3, stranger.name), stranger), (), log=log, key=ESPOO, at=4)


def test_a_key_does_its_own_work_alone():
    with pytest.raises(BadHead, match="that log alone"):
        sign_head(head(origin="cities.example/votes/other"), LOG_KEY)
    with pytest.raises(BadHead, match="that log alone"):
        sign_head(head(origin=ESPOO.name), ESPOO)
    with pytest.raises(BadHead, match="witness"):
        countersign(sign_head(head(), LOG_KEY), LOG_KEY, at=1)
    assert "seed" not in repr(LOG_KEY) and str(LOG_KEY.seed) not in repr(LOG_KEY)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"a" * 70_000,
        sign_head(head(), LOG_KEY).to_bytes()[:-1],
        sign_head(head(), LOG_KEY).to_bytes() + b"more\n",
        sign_head(head(), LOG_KEY).to_bytes().replace(b"\n20\n", b"\n020\n"),
        sign_head(head(), LOG_KEY).to_bytes().replace(b"\n20\n", b"\n-20\n"),
        sign_head(head(), LOG_KEY).to_bytes().replace(b"time ", b"at "),
        sign_head(head(), LOG_KEY).to_bytes().replace(b"parks\n", b"the parks\n", 1),
        head().text(),
        head().text() + b"\n",
    ],
)
def test_what_is_no_head_is_refused(text):
    with pytest.raises(BadHead):
        read_head(text)
