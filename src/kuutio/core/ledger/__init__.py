"""A log that nobody can change unseen: its tree and proofs, its signed heads, and passes that don't tell who got them.

- `merkle`: the tree of RFC 9162 with proofs that an entry is in it, and that a later log only added to an earlier one.
- `heads`: what a log and its witnesses sign, in the text form that other logs' witnesses read, too.
- `blinding`: RSA signatures of RFC 9474 on messages that the signer doesn't see; `powers` for their secret exponents.

Everything takes and gives bytes, numbers and frozen values; random bytes and times are passed in.
"""

from kuutio.core.ledger.blinding import (
    BlindKey,
    BlindPublicKey,
    BlindRefused,
    blind,
    blind_sign,
    finalize,
    prepare,
    read_key,
    read_public_key,
    verify,
)
from kuutio.core.ledger.heads import (
    BadHead,
    Head,
    NotConsistent,
    PublicKey,
    SignedHead,
    SigningKey,
    countersign,
    public_key,
    read_head,
    sign_head,
    signers,
    witness,
)
from kuutio.core.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "BadHead",
    "BlindKey",
    "BlindPublicKey",
    "BlindRefused",
    "Frontier",
    "Head",
    "NotConsistent",
    "PublicKey",
    "SignedHead",
    "SigningKey",
    "Tree",
    "blind",
    "blind_sign",
    "countersign",
    "finalize",
    "leaf_hash",
    "node_hash",
    "prepare",
    "public_key",
    "read_head",
    "read_key",
    "read_public_key",
    "root_of",
    "sign_head",
    "signers",
    "verify",
    "verify_consistency",
    "verify_inclusion",
    "witness",
]
