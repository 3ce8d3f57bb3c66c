"""Reply addresses that only we can make: `vastaus+ku-7f3k9q.<mac>@domain` threads a reply, whoever sends it on.

The address is a capability of one person in one case: the code is made of both, so that a person's address is no other
person's, and a case number alone makes none. It survives a hand-over, since no city is in it.
"""

import base64
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: 120 bits; RFC 2104, section 5 wants no less than 80. Base32, since mail servers change upper and lower case at will.
_MAC_BYTES = 15
_NUMBER = re.compile(r"[a-z0-9]([a-z0-9-]{0,24}[a-z0-9])?")
_TOKEN = re.compile(r"([a-z0-9-]{1,26})\.([a-z2-7]{24})")
_LONGEST = 320


@dataclass(frozen=True)
class Token:
    """The case and the contact that a reply belongs to; `case` in upper case."""

    case: str
    contact: str


def address_for(case: str, contact: str, *, domain: str, keys: Sequence[bytes], local: str = "vastaus") -> str:
    """The address that replies of a contact in a case come to, in lower case.

    Args:
        case: its number: letters, digits and inner hyphens, at most 26.
        contact: what stands for the person, and never changes: a key, not an address.
        keys: the first one signs; at least 16 bytes.

    Raises:
        ValueError: the number can't stand in an address, or there is no key.
    """
    number = case.lower()
    if not _NUMBER.fullmatch(number):
        raise ValueError("a case number that can't stand in an address")
    if not keys:
        raise ValueError("no key to sign with")
    return f"{local}+{number}.{_mac(keys[0], number, contact)}@{domain}".lower()


def read(
    recipients: Iterable[str],
    *,
    contacts: Callable[[str], Iterable[str]],
    keys: Sequence[bytes],
    domain: str,
    local: str = "vastaus",
) -> Token | None:
    """The case and contact of the first recipient that carries a true code; `None` when none does.

    Args:
        recipients: by trust: `Received.recipients_by_trust`, that is RCPT TO, then Delivered-To and its like, then To and Cc.
        contacts: the contacts of a case, by its number in upper case; none for a number that isn't there.
        keys: every key that still counts, so that they can be changed.
    """
    prefix, suffix = f"{local}+".lower(), f"@{domain}".lower()
    for recipient in recipients:
        address = recipient.strip().strip("<>").lower() if len(recipient) <= _LONGEST else ""
        if not (address.startswith(prefix) and address.endswith(suffix)):
            continue
        found = _TOKEN.fullmatch(address[len(prefix) : len(address) - len(suffix)])
        if found is None or not _NUMBER.fullmatch(found[1]):
            continue
        for contact in contacts(found[1].upper()):
            if any(hmac.compare_digest(_mac(key, found[1], contact), found[2]) for key in keys):
                return Token(found[1].upper(), contact)
    return None


def _mac(key: bytes, number: str, contact: str) -> str:
    if len(key) < 16:
        raise ValueError("a key of fewer than 16 bytes")
    # A number holds no NUL, so no other pair makes the same text; the first word keeps other uses of the key apart.
    digest = hmac.digest(key, b"\0".join((b"kuutio reply", number.encode(), contact.encode())), "sha256")
    return base64.b32encode(digest[:_MAC_BYTES]).decode("ascii").lower()
