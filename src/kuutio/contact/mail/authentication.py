"""Whether a message surely comes from the domain that its From names: what our own mail server found, and nobody else's word."""

import re

from kuutio.contact.mail.values import Received

_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,1000}"')


def is_authentic(message: Received, authserv: str) -> bool:
    """Whether our mail server says that the sender's domain stands behind the message: DMARC, or an aligned DKIM signature.

    Only the topmost Authentication-Results counts, and only if it is our server's: a sender can write any number of them below.

    Args:
        authserv: the name that our mail server writes; empty: nobody is believed.

    Source: RFC 8601, sections 2.2 and 5; RFC 7489, section 3.1.1 (alignment).
    """
    results = message.header("authentication-results")
    if not authserv or not results or len(message.from_) != 1:
        return False
    plain = _QUOTED.sub('""', results)
    while (shorter := _COMMENT.sub(" ", plain)) != plain:
        plain = shorter
    name, *clauses = [one.strip().lower() for one in plain.split(";")]
    if name.split()[:1] != [authserv.lower()]:
        return False
    domain = message.from_[0].address.rpartition("@")[2].lower()
    for clause in clauses:
        facts = dict(re.findall(r"([\w.-]{1,60})\s{0,3}=\s{0,3}([^\s;]{1,300})", clause))
        method = clause.partition("=")[0].strip()
        if method == "dmarc" and facts.get("dmarc") == "pass" and facts.get("header.from", domain) == domain:
            return True
        signer = facts.get("header.d") or facts.get("header.i", "").rpartition("@")[2]
        aligned = "." in signer and (domain == signer or domain.endswith(f".{signer}"))
        if method == "dkim" and facts.get("dkim") == "pass" and aligned:
            return True
    return False
